import Archive
import Branching
import Foundation
import WorldModel

/// What tells two world lines apart: choices, samples, rooms and outcomes.
struct DiffReport: Encodable {
    struct Line: Encodable {
        let worldLine: Int
        let policy: String
        let sample: Int

        enum CodingKeys: String, CodingKey {
            case policy, sample
            case worldLine = "world_line"
        }
    }

    struct Choice: Encodable {
        let lever: String
        let year: Int?
        let values: [String]
    }

    /// A yearly variable that differs.
    struct Variable: Encodable {
        let name: String
        let firstYear: Int
        /// The largest difference of a year's total or mean, in parts of the larger of the two.
        let largest: Double

        enum CodingKeys: String, CodingKey {
            case name, largest
            case firstYear = "first_year"
        }
    }

    struct Room: Encodable {
        let room: String
        let firstYear: Int
        let variables: [Variable]

        enum CodingKeys: String, CodingKey {
            case room, variables
            case firstYear = "first_year"
        }
    }

    struct Part: Encodable {
        /// A carrier, bus, city, link or stage.
        let entity: String
        let difference: Double
    }

    struct Outcome: Encodable {
        let name: String
        let unit: String
        let of: String
        let values: [Double]
        let difference: Double
        /// The room of what it is made of.
        let room: String
        /// The first room that differs, which this one follows; nil where nothing does.
        let madeBy: String?
        /// The first year in which what it is made of differs.
        let firstYear: Int?
        /// The year in which what it is made of differs most.
        let largestYear: Int?
        /// What it is made of, the second line less the first and summed over the years, by entity, the largest first.
        let parts: [Part]

        enum CodingKeys: String, CodingKey {
            case name, unit, of, values, difference, room, parts
            case madeBy = "made_by"
            case firstYear = "first_year"
            case largestYear = "largest_year"
        }
    }

    let worldLines: [Line]
    /// The first year that the two don't share; nil where nothing that is recorded differs.
    let partYear: Int?
    let choices: [Choice]
    let rooms: [Room]
    let outcomes: [Outcome]

    enum CodingKeys: String, CodingKey {
        case choices, rooms, outcomes
        case worldLines = "world_lines"
        case partYear = "part_year"
    }

    /// The rooms in the order of the year.
    static let order = ["climate", "cities", "compute", "grid", "economy"]

    /// The room that makes a recorded variable.
    static func room(of variable: String) -> String {
        switch variable {
        case "global_temperature", "warming": "climate"
        case "population": "cities"
        case "compute_capacity", "compute_pipeline", "pue": "compute"
        case "gross_product", "welfare": "economy"
        // What computers work is decided with the hours, like all that is bought and sold in them.
        default: "grid"
        }
    }

    init(_ file: ArchiveFile, _ a: Int, _ b: Int) throws {
        let policies = file.policies.count
        worldLines = [a, b].map {
            Line(worldLine: $0, policy: file.policies[$0 % policies], sample: $0 / policies)
        }
        let study = try file.study()
        let tree = Tree(study: study)
        let (first, second) = (tree.policies[a % policies], tree.policies[b % policies])
        choices =
            study.decisions.indices.filter { first.choices[$0] != second.choices[$0] }.map { decision in
                let label = { (choice: Int) in
                    choice < 0 ? "not decided" : study.decisions[decision].alternatives[choice].label
                }
                return Choice(
                    lever: study.decisionNames[decision], year: study.decisions[decision].year,
                    values: [label(first.choices[decision]), label(second.choices[decision])])
            }
            + (a / policies == b / policies
                ? [] : [Choice(lever: "sample", year: nil, values: ["\(a / policies)", "\(b / policies)"])])

        var found: [String: [Variable]] = [:]
        var series: [String: (a: [Double], b: [Double], count: Int, dimension: String?)] = [:]
        let times = file.times
        for variable in try file.yearlyVariables() where variable.count > 0 {
            let x = try file.values(of: variable.name, worldLine: a)
            let y = try file.values(of: variable.name, worldLine: b)
            series[variable.name] = (x, y, variable.count, variable.dimension)
            let years = x.count / variable.count
            var firstYear: Int?
            var largest = 0.0
            for year in 0..<years {
                let here = year * variable.count..<(year + 1) * variable.count
                if zip(x[here], y[here]).contains(where: { $0 != $1 }), firstYear == nil {
                    firstYear = times[year]
                }
                let (p, q) = (x[here].reduce(0, +), y[here].reduce(0, +))
                let scale = max(abs(p), abs(q))
                if scale > 0 { largest = max(largest, abs(p - q) / scale) }
            }
            // What says how well hours were solved is no part of the world.
            if let firstYear, !["optimality_gap", "unconverged_hours"].contains(variable.name) {
                found[DiffReport.room(of: variable.name), default: []].append(
                    Variable(name: variable.name, firstYear: firstYear, largest: largest))
            }
        }
        let rooms = DiffReport.order.compactMap { room -> Room? in
            guard let variables = found[room], let year = variables.map(\.firstYear).min() else { return nil }
            return Room(room: room, firstYear: year, variables: variables.sorted { $0.largest > $1.largest })
        }
        let parting = rooms.map(\.firstYear).min()
        let maker = rooms.first { $0.firstYear == parting }?.room
        self.rooms = rooms
        partYear = parting

        outcomes = try study.outcomes.map { outcome in
            let name = "outcome_\(outcome.name)"
            let values = try [a, b].map { try file.values(of: name, worldLine: $0)[0] }
            let made = series[outcome.variable.name]
            var yearly: [Double] = []
            var parts: [Part] = []
            if let made, made.count > 0 {
                let years = made.a.count / made.count
                yearly = (0..<years).map { year in
                    (0..<made.count).reduce(0) { $0 + made.b[year * made.count + $1] - made.a[year * made.count + $1] }
                }
                if let dimension = made.dimension {
                    let names = try file.entities(of: dimension, count: made.count)
                    parts = names.enumerated().map { entity, name in
                        Part(
                            entity: name,
                            difference: (0..<years).reduce(0) {
                                $0 + made.b[$1 * made.count + entity] - made.a[$1 * made.count + entity]
                            })
                    }.filter { $0.difference != 0 }.sorted { abs($0.difference) > abs($1.difference) }
                }
            }
            if parts.isEmpty { parts = try DiffReport.resolved(outcome.variable.name, series, file) }
            let largest = yearly.indices.max { abs(yearly[$0]) < abs(yearly[$1]) }
            let differs = values[0] != values[1]
            return Outcome(
                name: outcome.name, unit: outcome.unit, of: outcome.variable.name, values: values,
                difference: values[1] - values[0], room: DiffReport.room(of: outcome.variable.name),
                madeBy: differs ? maker : nil,
                firstYear: yearly.firstIndex { $0 != 0 }.map { times[$0] },
                largestYear: differs ? largest.map { times[$0] } : nil,
                parts: Array(parts.prefix(8)))
        }
    }

    /// The parts of a total that is also recorded by carrier, bus or link.
    private static func resolved(
        _ variable: String, _ series: [String: (a: [Double], b: [Double], count: Int, dimension: String?)],
        _ file: ArchiveFile
    ) throws -> [Part] {
        let finer = [
            "co2_emissions": "carrier_emissions", "unserved_energy": "bus_unserved", "congestion_rent": "link_rent",
        ]
        guard let name = finer[variable], let made = series[name], let dimension = made.dimension else { return [] }
        let names = try file.entities(of: dimension, count: made.count)
        let years = made.a.count / made.count
        return names.enumerated().map { entity, name in
            Part(
                entity: name,
                difference: (0..<years).reduce(0) {
                    $0 + made.b[$1 * made.count + entity] - made.a[$1 * made.count + entity]
                })
        }.filter { $0.difference != 0 }.sorted { abs($0.difference) > abs($1.difference) }
    }

    /// The report for people.
    var lines: [String] {
        var result = worldLines.map { "world line \($0.worldLine): \($0.policy), sample \($0.sample)" }
        for choice in choices {
            let year = choice.year.map { "\($0) " } ?? ""
            result.append("  \(year)\(choice.lever): \(choice.values[0]) | \(choice.values[1])")
        }
        guard let partYear else { return result + ["nothing that is recorded differs"] }
        result.append("they part in \(partYear)")
        for room in rooms {
            let named = room.variables.prefix(4).map { "\($0.name) \(String(format: "%.2g", 100 * $0.largest)) %" }
            result.append("  \(room.room) from \(room.firstYear): \(named.joined(separator: ", "))")
        }
        var table = TextTable(left: [0, 4])
        table.add(["outcome", "\(worldLines[0].worldLine)", "\(worldLines[1].worldLine)", "difference", "made by"])
        for outcome in outcomes {
            let cause = outcome.madeBy.map { $0 == outcome.room ? $0 : "\($0), through \(outcome.room)" } ?? "-"
            table.add(
                [outcome.name] + outcome.values.map { Scale.text($0, unit: outcome.unit) }
                    + [Scale.text(outcome.difference, unit: outcome.unit), cause])
        }
        result += table.lines
        for outcome in outcomes where outcome.madeBy != nil {
            var words = "\(outcome.name): \(outcome.of)"
            if let year = outcome.firstYear { words += " differs from \(year)" }
            if let year = outcome.largestYear { words += ", most in \(year)" }
            let unit = RecordedVariable.all.first { $0.name == outcome.of }?.unit ?? outcome.unit
            let parts = outcome.parts.prefix(3).map { part in
                "\(part.entity) \(part.difference > 0 ? "+" : "")\(Scale.text(part.difference, unit: unit))"
            }
            if !parts.isEmpty { words += "; \(parts.joined(separator: ", "))" }
            result.append(words)
        }
        return result
    }
}
