import Archive
import Cases
import Foundation
import WorldModel

/// What `grid --json` prints.
struct GridReport: Encodable {
    /// A number of one hour, or one for each.
    enum Numbers: Encodable {
        case one(Double?)
        case hourly([Double?])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .one(let number): try container.encode(number)
            case .hourly(let numbers): try container.encode(numbers)
            }
        }
    }

    private enum Key: String, CodingKey {
        case status, objective, gap, iterations, dispatch, flows, angles, prices, reason
    }

    private let status: CaseSolution.Status
    private var objective: Double?
    private var gap: Double?
    private var iterations = 0
    private var dispatch: [String: Numbers] = [:]
    private var flows: [String: Numbers] = [:]
    private var angles: [String: Numbers] = [:]
    private var prices: [String: Numbers] = [:]
    private let reason: String

    /// The report of a case that couldn't be cleared.
    init(reason: String) {
        status = .failed
        self.reason = reason
    }

    /// The report of a solution; where an hour has no optimum, it has no numbers.
    init(_ solution: CaseSolution, of grid: GridCase) {
        status = solution.status
        reason = solution.reason
        iterations = solution.iterations
        if status == .optimal {
            objective = solution.objective(of: grid)
            gap = solution.gap
        }
        guard grid.hours.count > 1 || status == .optimal else { return }
        let isOne = grid.hours.count == 1
        func numbers(
            _ names: [String], _ values: (CaseSolution.Hour) -> [Double]
        ) -> [(String, Numbers)] {
            let byHour = solution.hours.map { $0.status == .optimal ? values($0) : [] }
            return names.enumerated().map { index, name in
                let found = byHour.map { $0.isEmpty || $0[index].isNaN ? nil : $0[index] }
                return (name, isOne ? .one(found[0]) : .hourly(found))
            }
        }
        dispatch = GridReport.named([
            ("generator", numbers(grid.generators.map(\.name), \.generation)),
            ("storage_unit", numbers(grid.storageUnits.map(\.name), \.storage)),
        ])
        flows = GridReport.named([
            ("line", numbers(grid.lines.map(\.name), \.lineFlow)),
            ("link", numbers(grid.links.map(\.name), \.linkFlow)),
        ])
        if solution.hours.contains(where: { !$0.angle.isEmpty }) {
            angles = GridReport.named([("bus", numbers(grid.buses.map(\.name), \.angle))])
        }
        prices = GridReport.named([("bus", numbers(grid.buses.map(\.name), \.price))])
    }

    /// Objects by name; a name that stands in two components bears that of its component.
    private static func named(_ parts: [(component: String, numbers: [(String, Numbers)])]) -> [String: Numbers] {
        var counts: [String: Int] = [:]
        for part in parts { for (name, _) in part.numbers { counts[name, default: 0] += 1 } }
        var named: [String: Numbers] = [:]
        for part in parts {
            for (name, numbers) in part.numbers {
                named[counts[name] == 1 ? name : "\(part.component):\(name)"] = numbers
            }
        }
        return named
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(status.rawValue, forKey: .status)
        try container.encode(objective, forKey: .objective)
        try container.encode(gap, forKey: .gap)
        try container.encode(iterations, forKey: .iterations)
        try container.encode(dispatch, forKey: .dispatch)
        try container.encode(flows, forKey: .flows)
        try container.encode(angles, forKey: .angles)
        try container.encode(prices, forKey: .prices)
        try container.encode(reason, forKey: .reason)
    }
}

/// A solution as people read it.
struct GridTable {
    let grid: GridCase
    let solution: CaseSolution

    private static let shown = 20

    var lines: [String] {
        let found = solution.hours
        let isOne = grid.hours.count == 1
        let currency = grid.currency.isEmpty ? "" : " \(grid.currency)"
        var lines = ["status      \(solution.status.rawValue)"]
        if solution.status == .optimal {
            lines += [
                "objective   \(number(solution.objective(of: grid), 6))\(currency)",
                "gap         \(String(format: "%.1e", solution.gap))",
            ]
        } else {
            lines += ["reason      " + solution.reason.replacingOccurrences(of: "\n", with: "\n            ")]
        }
        lines.append("iterations  \(solution.iterations)")
        lines.append(
            "case        \(counted(grid.buses.count, "bus")), \(counted(grid.lines.count, "line")), "
                + "\(counted(grid.links.count, "link")), \(counted(grid.generators.count, "generator")), "
                + "\(counted(grid.storageUnits.count, "storage unit"))"
                + (isOne ? "" : ", \(counted(found.count, "hour"))"))
        let good = found.filter { $0.status == .optimal }
        if let first = good.first {
            let prices = good.flatMap(\.price).filter { !$0.isNaN }
            lines.append(
                "prices      \(number(prices.min() ?? .nan, 4)) to \(number(prices.max() ?? .nan, 4))\(currency)/MWh")
            if good.count == 1 { lines += [""] + tables(first) } else { lines += [""] + hours() }
        }
        return lines
    }

    private func tables(_ hour: CaseSolution.Hour) -> [String] {
        var table = TextTable(left: [0, 1])
        table.add(["generator", "bus", "MW", "of MW"])
        let ordered = grid.generators.indices.sorted { hour.generation[$0] > hour.generation[$1] }
        for index in ordered.prefix(Self.shown) {
            let generator = grid.generators[index]
            let most = generator.nominal * generator.maximum[solution.range.lowerBound]
            table.add([
                generator.name, grid.buses[generator.bus].name, number(hour.generation[index], 3), number(most, 3),
            ])
        }
        var lines = table.lines
        if ordered.count > Self.shown { lines.append("and \(ordered.count - Self.shown) more; --json has them all") }
        var full = TextTable(left: [0, 1, 2])
        full.add(["line at its limit", "from", "to", "MW"])
        var count = 0
        for (index, line) in grid.lines.enumerated() {
            let limit = line.nominal * line.maximum[solution.range.lowerBound]
            guard limit.isFinite, abs(hour.lineFlow[index]) > limit * (1 - 1e-6) - 1e-6 else { continue }
            count += 1
            if count > Self.shown { continue }
            full.add([
                line.name, grid.buses[line.bus0].name, grid.buses[line.bus1].name, number(hour.lineFlow[index], 3),
            ])
        }
        if count > 0 { lines += [""] + full.lines }
        if count > Self.shown { lines.append("and \(count - Self.shown) more") }
        return lines + outages()
    }

    /// What holds the dispatch back lest an outage overload a line.
    private func outages() -> [String] {
        if solution.outages.isEmpty { return [] }
        var table = TextTable(left: [0, 1])
        table.add(["line at its limit after", "outage of", "MW then"])
        for each in solution.outages.prefix(Self.shown) {
            table.add([grid.lines[each.line].name, grid.lines[each.outage].name, number(each.flow, 3)])
        }
        let rest = solution.outages.count - Self.shown
        return [""] + table.lines + (rest > 0 ? ["and \(rest) more"] : [])
    }

    private func hours() -> [String] {
        var table = TextTable(left: [0, 1])
        table.add(["hour", "snapshot", "cost/h", "least price", "largest"])
        for (hour, found) in zip(solution.range, solution.hours).prefix(Self.shown) {
            guard found.status == .optimal else {
                table.add(["\(hour)", grid.hours.labels[hour], found.status.rawValue])
                continue
            }
            table.add([
                "\(hour)", grid.hours.labels[hour], number(found.cost, 2), number(found.price.min() ?? .nan, 3),
                number(found.price.max() ?? .nan, 3),
            ])
        }
        let rest = solution.hours.count - Self.shown
        return table.lines + (rest > 0 ? ["and \(counted(rest, "hour")) more; --json or -o has them all"] : [])
    }

    /// A number; a dash where there is none, as the price of an hour without weight.
    private func number(_ value: Double, _ digits: Int) -> String {
        value.isNaN ? "-" : String(format: "%.\(digits)f", value == 0 ? 0 : value)
    }
}

/// Writes a solution as CSV: hours.csv, and a file for each kind of number with a row an hour and a column a name.
struct GridFolder {
    let folder: DurableFolder
    let grid: GridCase
    let solution: CaseSolution

    func write() throws {
        let hours = try CSVWriter("hours.csv", in: folder)
        try hours.write(["snapshot", "hour", "status", "cost", "gap", "unserved", "spilled"])
        for (hour, found) in zip(solution.range, solution.hours) {
            let isOptimal = found.status == .optimal
            try hours.write([
                grid.hours.labels[hour], "\(hour)", found.status.rawValue, isOptimal ? hours.text(found.cost) : "",
                isOptimal ? hours.text(found.gap) : "", hours.text(found.shortage.reduce(0) { $0 + max($1, 0) }),
                hours.text(found.shortage.reduce(0) { $0 + max(-$1, 0) }),
            ])
        }
        try hours.close()
        try write("generators-p", grid.generators.map(\.name), \.generation)
        try write("storage_units-p", grid.storageUnits.map(\.name), \.storage)
        try write("storage_units-state_of_charge", grid.storageUnits.map(\.name), \.energy)
        try write("storage_units-spill", grid.storageUnits.map(\.name), \.spill)
        let lines = grid.lines.enumerated().filter { !$0.element.isTransformer }.map(\.offset)
        let transformers = grid.lines.enumerated().filter { $0.element.isTransformer }.map(\.offset)
        for (name, chosen) in [("lines-p0", lines), ("transformers-p0", transformers)] {
            try write(name, chosen.map { grid.lines[$0].name }) { hour in
                hour.lineFlow.isEmpty ? [] : chosen.map { hour.lineFlow[$0] }
            }
        }
        try write("links-p0", grid.links.map(\.name), \.linkFlow)
        try write("buses-v_ang", grid.buses.map(\.name), \.angle)
        try write("buses-marginal_price", grid.buses.map(\.name), \.price)
    }

    /// A table; none where no hour has such numbers.
    private func write(_ name: String, _ names: [String], _ values: (CaseSolution.Hour) -> [Double]) throws {
        guard !names.isEmpty, solution.hours.contains(where: { !values($0).isEmpty }) else { return }
        let csv = try CSVWriter("\(name).csv", in: folder)
        try csv.write(["snapshot"] + names)
        for (hour, found) in zip(solution.range, solution.hours) {
            let numbers = found.status == .optimal ? values(found) : []
            try csv.write(
                [grid.hours.labels[hour]] + (numbers.isEmpty ? names.map { _ in "" } : numbers.map(csv.text)))
        }
        try csv.close()
    }
}
