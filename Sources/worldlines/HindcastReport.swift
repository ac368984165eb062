import Archive
import Foundation
import Hindcast
import WorldModel

/// What `hindcast` prints, as JSON, as text and as hours in CSV.
struct HindcastReport: Encodable {
    /// Which days the figures were fitted to.
    enum Basis: String, Encodable {
        /// Those that the world names.
        case world
        /// Those that are made again; each with the others.
        case fit
        /// Every second day, for the others.
        case crossValidation = "cross_validation"
    }

    let hindcast: Hindcast
    let world: String
    let given: Hindcast.Given
    let basis: Basis
    let scores: HindcastScores
    let persistence: HindcastScores
    let meritOrder: HindcastScores

    init(_ hindcast: Hindcast, world: String, given: Hindcast.Given, protocol basis: Basis) {
        self.hindcast = hindcast
        self.world = world
        self.given = given
        self.basis = basis
        scores = hindcast.scores
        persistence = hindcast.persistence
        meritOrder = hindcast.meritOrder
    }

    // MARK: JSON

    private enum Key: String, CodingKey {
        case world, given, basis, days, left_out, unserved_energy, spilled_energy, optimality_gap
        case national, areas, ties, baselines, persistence, merit_order
    }

    private struct Power: Encodable {
        let score: HindcastScore

        private enum Key: String, CodingKey { case energy_error, correlation, rmse, peak_error }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(score.energyError, forKey: .energy_error)
            try container.encode(score.correlation, forKey: .correlation)
            try container.encode(score.rmse, forKey: .rmse)
            try container.encode(score.peakError, forKey: .peak_error)
        }
    }

    private struct Flow: Encodable {
        let score: HindcastScore

        private enum Key: String, CodingKey { case sign_share, correlation, rmse }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(score.signShare, forKey: .sign_share)
            try container.encode(score.correlation, forKey: .correlation)
            try container.encode(score.rmse, forKey: .rmse)
        }
    }

    private func encode(_ scores: HindcastScores, to container: inout KeyedEncodingContainer<Key>) throws {
        try container.encode(scores.national.mapValues(Power.init), forKey: .national)
        try container.encode(scores.areas.mapValues { $0.mapValues(Power.init) }, forKey: .areas)
        if !scores.ties.isEmpty { try container.encode(scores.ties.mapValues(Flow.init), forKey: .ties) }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(world, forKey: .world)
        try container.encode(given.rawValue, forKey: .given)
        try container.encode(basis, forKey: .basis)
        try container.encode(hindcast.observed.days.map(\.description), forKey: .days)
        try container.encode(hindcast.observed.leftOut.map(\.description), forKey: .left_out)
        try container.encode(hindcast.unserved, forKey: .unserved_energy)
        try container.encode(hindcast.spilled, forKey: .spilled_energy)
        try container.encode(hindcast.gap, forKey: .optimality_gap)
        try encode(scores, to: &container)
        var baselines = container.nestedContainer(keyedBy: Key.self, forKey: .baselines)
        for (key, scores) in [(Key.persistence, persistence), (.merit_order, meritOrder)] {
            var baseline = baselines.nestedContainer(keyedBy: Key.self, forKey: key)
            try encode(scores, to: &baseline)
        }
    }

    // MARK: Text

    var lines: [String] {
        let (plan, observed) = (hindcast.plan, hindcast.observed)
        let known = given == .residual ? "the residual of each hour" : "the residual's mean by month and hour"
        let source: String
        switch basis {
        case .world: source = "fitted to the days that the world names"
        case .fit: source = "each day made with a fit of the others"
        case .crossValidation: source = "every second day fitted, the others made, both ways"
        }
        var lines = [
            "\(world): \(counted(observed.days.count, "day")) of \(first(observed.days))"
                + (observed.leftOut.isEmpty ? "" : ", \(observed.leftOut.count) left out"),
            "given \(known); \(source)",
            "unserved \(number(hindcast.unserved, 1)) MWh, spilled \(number(hindcast.spilled, 1)) MWh, "
                + "largest gap \(String(format: "%.1e", hindcast.gap))",
            "", "correlation over the hours; in brackets the day before, and a merit order without a network", "",
        ]
        let fuels = plan.carriers.filter { $0.role == .offered || $0.role == .shaved }.map(\.name)
        var table = TextTable(left: [0])
        table.add(["area"] + fuels.flatMap { [$0 + " energy", "correlation", "(before,", "merit)"] })
        func row(_ name: String, _ scores: (HindcastScores) -> [String: HindcastScore]) {
            table.add(
                [name]
                    + fuels.flatMap { fuel -> [String] in
                        [
                            percent(scores(self.scores)[fuel]?.energyError),
                            text(scores(self.scores)[fuel]?.correlation),
                            "(" + text(scores(persistence)[fuel]?.correlation) + ",",
                            text(scores(meritOrder)[fuel]?.correlation) + ")",
                        ]
                    })
        }
        row("all", \.national)
        for area in plan.areas { row(area) { $0.areas[area] ?? [:] } }
        lines += table.lines + [""]
        var ties = TextTable(left: [0])
        ties.add(["tie", "direction right", "correlation", "rmse MW", "(before: direction,", "correlation)"])
        for tie in plan.ties {
            ties.add([
                tie.name, percent(scores.ties[tie.name]?.signShare, sign: false),
                text(scores.ties[tie.name]?.correlation),
                number(scores.ties[tie.name]?.rmse ?? .nan, 0),
                "(" + percent(persistence.ties[tie.name]?.signShare, sign: false) + ",",
                text(persistence.ties[tie.name]?.correlation) + ")",
            ])
        }
        return lines + ties.lines
    }

    private func first(_ days: [some CustomStringConvertible]) -> String {
        guard let first = days.first, let last = days.last else { return "none" }
        return "\(first) to \(last)"
    }

    private func number(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value == 0 ? 0 : value)
    }

    private func text(_ value: Double?) -> String { value.map { number($0, 2) } ?? "-" }

    private func percent(_ value: Double?, sign: Bool = true) -> String {
        value.map { String(format: sign ? "%+.1f %%" : "%.0f %%", 100 * $0) } ?? "-"
    }

    // MARK: Hours

    /// Writes `generation.csv` and `interties.csv` in the form of the observed ones, and `prices.csv`.
    func writeHours(to folder: DurableFolder) throws {
        let (plan, observed) = (hindcast.plan, hindcast.observed)
        let times = observed.days.flatMap { day in (0..<24).map { "\(day)T" + String(format: "%02d:00", $0) } }
        func text(_ value: Double) -> String { number(value, 1) }
        let generation = try CSVWriter("generation.csv", in: folder)
        try generation.write(["time_jst", "area"] + plan.carriers.map { $0.name + "_MW" })
        let carriers = plan.carriers.count
        for (hour, time) in times.enumerated() {
            for (area, name) in plan.areas.enumerated() {
                let first = (hour * plan.areas.count + area) * carriers
                try generation.write([time, name] + hindcast.generation[first..<first + carriers].map(text))
            }
        }
        try generation.close()
        for (name, columns, values) in [
            ("interties", plan.ties.map { $0.name + "_MW" }, hindcast.flow), ("prices", plan.nodes, hindcast.price),
        ] {
            let file = try CSVWriter("\(name).csv", in: folder)
            try file.write(["time_jst"] + columns)
            for (hour, time) in times.enumerated() {
                try file.write([time] + values[hour * columns.count..<(hour + 1) * columns.count].map(text))
            }
            try file.close()
        }
    }
}
