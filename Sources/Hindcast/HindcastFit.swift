public import WorldModel

/// What is learned from observed days: how far each carrier and tie went on each, and the usual residual.
public struct HindcastFit: Sendable {
    /// The least, mean and largest power of a day's hours, MW.
    public struct Powers: Sendable, Equatable {
        /// MW.
        public var least = 0.0, mean = 0.0, largest = 0.0
    }

    /// The days, in order.
    public let days: [CivilDate]
    /// By day, area and carrier.
    public let ranges: [Powers]
    /// By day and tie.
    public let flows: [Powers]
    /// Mean residual by area, month and hour, [area][12][24]; NaN where no day of that month was seen.
    public let residual: [Double]

    /// The farthest that the nearest fitted day may be from one that is made again, days.
    public static let mostDistance = 31

    /// What a plan learns of observations.
    public init(_ observed: Observed, plan: HindcastPlan) {
        days = observed.days
        func powers(_ values: [Double], _ width: Int) -> [Powers] {
            observed.days.indices.flatMap { day in
                (0..<width).map { place in
                    let hours = (0..<24).map { values[(24 * day + $0) * width + place] }
                    return Powers(
                        least: hours.min() ?? 0, mean: hours.reduce(0, +) / 24, largest: hours.max() ?? 0)
                }
            }
        }
        ranges = powers(observed.generation, plan.areas.count * plan.carriers.count)
        flows = powers(observed.flow, plan.ties.count)
        var sums = [Double](repeating: 0, count: plan.areas.count * 288)
        var counts = [Double](repeating: 0, count: 12)
        for (day, date) in observed.days.enumerated() {
            let month = date.parts.month - 1
            counts[month] += 1
            for hour in 0..<24 {
                for area in plan.areas.indices {
                    sums[area * 288 + month * 24 + hour] +=
                        observed.residual[(24 * day + hour) * plan.areas.count + area]
                }
            }
        }
        residual = sums.enumerated().map { $1 / (counts[$0 / 24 % 12] > 0 ? counts[$0 / 24 % 12] : .nan) }
    }

    /// What a world was fitted to; throws where it was to nothing.
    public init(_ world: World, plan: HindcastPlan) throws(Findings) {
        let (ranges, flows) = (world.table("hindcast_ranges"), world.table("hindcast_flows"))
        let dates = Set(ranges.text("date") + flows.text("date")).compactMap { CivilDate($0) }.sorted()
        guard !dates.isEmpty else {
            throw Findings([
                Finding(
                    file: "world.yaml", path: "tables.hindcast_ranges", message: "the world was fitted to no days",
                    remedy: "`worldlines hindcast --fit FOLDER` writes the tables; name them under `tables:`")
            ])
        }
        days = dates
        let rows = Dictionary(uniqueKeysWithValues: dates.enumerated().map { ($1, $0) })
        func fill(_ table: Table, _ width: Int, _ place: (Int) -> Int?) -> [Powers] {
            var powers = [Powers](repeating: Powers(), count: dates.count * width)
            for (row, date) in table.text("date").enumerated() {
                guard let date = CivilDate(date), let day = rows[date], let place = place(row) else { continue }
                powers[day * width + place] = Powers(
                    least: table.fixed("p_min")[row], mean: table.fixed("p_mean")[row],
                    largest: table.fixed("p_max")[row])
            }
            return powers
        }
        let areas = Dictionary(uniqueKeysWithValues: plan.areas.enumerated().map { ($1, $0) })
        let carriers = Dictionary(uniqueKeysWithValues: plan.carriers.enumerated().map { ($1.name, $0) })
        let ties = Dictionary(uniqueKeysWithValues: plan.ties.enumerated().map { ($1.name, $0) })
        let rangeCarriers = ranges.text("carrier")
        self.ranges = fill(ranges, plan.areas.count * plan.carriers.count) { row in
            guard let area = areas[ranges.ids[row]], let carrier = carriers[rangeCarriers[row]] else { return nil }
            return area * plan.carriers.count + carrier
        }
        self.flows = fill(flows, plan.ties.count) { ties[flows.ids[$0]] }
        let table = world.table("hindcast_residuals")
        var residual = [Double](repeating: .nan, count: plan.areas.count * 288)
        let (months, hours, values) = (table.fixed("month"), table.fixed("hour"), table.fixed("value"))
        for (row, area) in table.ids.enumerated() {
            guard let area = areas[area] else { continue }
            residual[area * 288 + (Int(months[row]) - 1) * 24 + Int(hours[row])] = values[row]
        }
        self.residual = residual
    }

    /// The fitted days about a day with their weights, which sum to 1; never the day itself.
    ///
    /// All within `reach`, weighed by 1 / distance; where there is none, the nearest before and the nearest after. Where
    /// the nearest is farther than `mostDistance`, days of the same season of other years stand for them, as if all were
    /// of one year; empty where there is none such either.
    func about(_ day: CivilDate, reach: Int) -> [(index: Int, weight: Double)] {
        let distances = days.map { $0.day - day.day }
        return about(distances, reach: reach) ?? about(distances.map(HindcastFit.ofOneYear), reach: reach) ?? []
    }

    /// Whether only days of the same season of other years stand for those about a day.
    func isFar(_ day: CivilDate) -> Bool {
        !days.contains { $0 != day && abs($0.day - day.day) <= HindcastFit.mostDistance }
    }

    /// Days of a year, on which seasons come again.
    private static let year = 365.2425

    /// A distance in days as if both were of one year: -182 to 182, never 0 for days of different years.
    private static func ofOneYear(_ distance: Int) -> Int {
        let rest = (Double(distance) - (Double(distance) / year).rounded() * year).rounded()
        return rest == 0 && distance != 0 ? 1 : Int(rest)
    }

    /// Places and weights of the days at these distances that are within reach or nearest; nil where none is near enough.
    private func about(_ distances: [Int], reach: Int) -> [(index: Int, weight: Double)]? {
        var near = distances.indices.filter { distances[$0] != 0 && abs(distances[$0]) <= reach }
        if near.isEmpty {
            near = [
                distances.indices.filter { distances[$0] < 0 }.max { distances[$0] < distances[$1] },
                distances.indices.filter { distances[$0] > 0 }.min { distances[$0] < distances[$1] },
            ].compactMap { $0 }
        }
        let lengths = near.map { Double(abs(distances[$0])) }
        guard let least = lengths.min(), least <= Double(HindcastFit.mostDistance) else { return nil }
        let total = lengths.reduce(0) { $0 + 1 / $1 }
        return zip(near, lengths).map { ($0, 1 / $1 / total) }
    }

    // MARK: Tables

    /// The tables `hindcast_ranges`, `hindcast_flows` and `hindcast_residuals` as CSV, by the names of their files.
    ///
    /// Rows in which nothing ran are left out; areas stand in order of their names.
    public func files(plan: HindcastPlan) -> [SourceFile] {
        func text(_ value: Double) -> String { Numeral.text((value * 10).rounded() / 10 + 0) }
        func row(_ names: [String], _ powers: Powers) -> String {
            (names + [powers.least, powers.mean, powers.largest].map(text)).joined(separator: ",") + "\n"
        }
        let unit = "p_min [MW],p_mean [MW],p_max [MW]\n"
        var ranges = "area,carrier,date," + unit
        var flows = "tie,date," + unit
        var residuals = "area,month,hour,value [MW]\n"
        for (area, name) in plan.areas.enumerated().sorted(by: { $0.element < $1.element }) {
            for (carrier, kind) in plan.carriers.enumerated() where kind.role != .given {
                for (day, date) in days.enumerated() {
                    let powers = self.ranges[(day * plan.areas.count + area) * plan.carriers.count + carrier]
                    if powers != Powers() { ranges += row([name, kind.name, date.description], powers) }
                }
            }
            for month in 0..<12 where residual[area * 288 + month * 24].isFinite {
                for hour in 0..<24 {
                    residuals += "\(name),\(month + 1),\(hour),\(text(residual[area * 288 + month * 24 + hour]))\n"
                }
            }
        }
        for (tie, kind) in plan.ties.enumerated() {
            for (day, date) in days.enumerated() {
                flows += row([kind.name, date.description], self.flows[day * plan.ties.count + tie])
            }
        }
        return [("hindcast_ranges", ranges), ("hindcast_flows", flows), ("hindcast_residuals", residuals)].map {
            SourceFile(path: $0.0 + ".csv", bytes: Array($0.1.utf8))
        }
    }
}
