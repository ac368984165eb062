import Archive
import Branching
import Foundation
import WorldModel

/// What tells two world lines, or two policies over all samples, apart: choices, draws, components, outcomes.
struct DiffReport: Encodable {
    struct Line: Encodable {
        /// Nil where policies are compared over all samples.
        let worldLine: Int?
        let policy: String
        let sample: Int?

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
        let unit: String
        let firstYear: Int
        /// The year and the entity of the largest difference, which is the second line less the first.
        let largestYear: Int
        let entity: String?
        let largest: Double
        /// The first line's number there.
        let of: Double

        enum CodingKeys: String, CodingKey {
            case name, unit, entity, largest, of
            case firstYear = "first_year"
            case largestYear = "largest_year"
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
        /// What it counts of the variable, in words.
        let counts: String
        let values: [Double]
        let difference: Double
        /// The samples in which the second policy does better, alike, and worse.
        let better: Int
        let alike: Int
        let worse: Int
        /// The component that makes the variable.
        let room: String
        /// The first component that differs, which this one follows; nil where nothing does.
        let madeBy: String?
        /// The first year in which what it counts differs.
        let firstYear: Int?
        /// The year that differs most in what it counts.
        let largestYear: Int?
        /// The unit of the parts.
        let partUnit: String
        /// The difference shared out over entities, the largest first, and what no entity has as `rest`.
        let parts: [Part]

        enum CodingKeys: String, CodingKey {
            case name, unit, of, counts, values, difference, better, alike, worse, room, parts
            case madeBy = "made_by"
            case firstYear = "first_year"
            case largestYear = "largest_year"
            case partUnit = "part_unit"
        }
    }

    let worldLines: [Line]
    let samples: Int
    /// The first year that the two don't share; nil where nothing that is recorded differs.
    let partYear: Int?
    let choices: [Choice]
    /// What was drawn for each of two samples, where it differs.
    let draws: [Choice]
    let rooms: [Room]
    let outcomes: [Outcome]

    enum CodingKeys: String, CodingKey {
        case samples, choices, draws, rooms, outcomes
        case worldLines = "world_lines"
        case partYear = "part_year"
    }

    /// Two policies in the same samples, all of them.
    init(_ file: ArchiveFile, policies a: Int, _ b: Int) throws {
        try self.init(
            file,
            pairs: (0..<file.samples).map {
                (file.worldLine(sample: $0, policy: a), file.worldLine(sample: $0, policy: b))
            }, areAllSamples: true)
    }

    /// Pairs of world lines of the same two policies.
    init(_ file: ArchiveFile, pairs: [(Int, Int)], areAllSamples: Bool = false) throws {
        let count = file.policies.count
        let ends = [pairs[0].0, pairs[0].1]
        worldLines = ends.map { line in
            Line(
                worldLine: areAllSamples ? nil : line, policy: file.policies[line % count],
                sample: areAllSamples ? nil : line / count)
        }
        samples = pairs.count
        let study = try file.study()
        let tree = try file.tree(of: study)
        choices = study.choices(between: tree.policies[ends[0] % count], tree.policies[ends[1] % count])
        draws = areAllSamples ? [] : try DiffReport.draws(file, ends[0] / count, ends[1] / count)

        let numbers = try PairedNumbers(file, pairs: pairs)
        let rooms = DiffReport.rooms(numbers, world: study.world)
        let parting = rooms.map(\.firstYear).min()
        let maker = rooms.first { $0.firstYear == parting }?.room
        self.rooms = rooms
        partYear = parting
        outcomes = try study.outcomes.map { outcome in
            try DiffReport.outcome(
                outcome, study, file, numbers, choices: ends.map { tree.policies[$0 % count].choices }, maker: maker)
        }
    }

    private static func draws(_ file: ArchiveFile, _ a: Int, _ b: Int) throws -> [Choice] {
        if a == b { return [] }
        return [Choice(lever: "sample", year: nil, values: ["\(a)", "\(b)"])]
            + (try file.drawnInputs().compactMap { input -> Choice? in
                let values = [a, b].map { input.values[file.worldLine(sample: $0, policy: 0)] }
                if values[0] == values[1] { return nil }
                let texts = values.map {
                    input.isShock
                        ? $0 == 1 ? Cases.struck : Cases.notStruck
                        : Scale.text($0, unit: Cases.plainUnit(input.unit))
                }
                let name = input.isShock ? input.name : try file.spokenName(of: "uncertainty_\(input.name)")
                return Choice(lever: name, year: nil, values: texts)
            })
    }

    /// The components that differ, in the order of the year.
    private static func rooms(_ numbers: PairedNumbers, world: World) -> [Room] {
        var found: [Component: [Variable]] = [:]
        for series in numbers.series {
            guard let variable = RecordedVariable.named(series.name), !variable.isDiagnostic,
                let difference = series.difference
            else { continue }
            found[variable.component(in: world), default: []].append(difference)
        }
        return Component.allCases.compactMap { component in
            guard let variables = found[component], let year = variables.map(\.firstYear).min() else { return nil }
            let order = variables.sorted {
                ($0.firstYear, -$0.share, $0.name) < ($1.firstYear, -$1.share, $1.name)
            }
            return Room(room: component.rawValue, firstYear: year, variables: order)
        }
    }

    private static func outcome(
        _ outcome: WorldModel.Outcome, _ study: Study, _ file: ArchiveFile, _ numbers: PairedNumbers, choices: [[Int]],
        maker: String?
    ) throws -> Outcome {
        let world = study.world
        let component = outcome.variable.component(in: world).rawValue
        let fine = outcome.variable.resolvedBy.flatMap { numbers[$0] }
        let made = numbers[outcome.variable.name]
        let names = fine?.entities ?? made?.entities ?? []
        let all = try file.values(of: "outcome_\(outcome.name)")
        let steps = file.times.count
        var byYear = [Double](repeating: 0, count: steps)
        var byEntity = [Double](repeating: 0, count: names.count)
        var rest = 0.0
        var size = 0.0
        var values: [[Double]] = [[], []]
        for pair in numbers.pairs.indices {
            let lines = [numbers.pairs[pair].0, numbers.pairs[pair].1]
            for (side, line) in lines.enumerated() {
                values[side].append(all[line])
                guard let made else { continue }
                let terms = outcome.terms(
                    side == 0 ? made.a[pair] : made.b[pair], world: world, years: study.years,
                    discountRate: study.discountRate(sample: line / file.policies.count, choices: choices[side]))
                let sign = (side == 0 ? -1 : 1) / Double(numbers.pairs.count)
                let detail = fine.map { side == 0 ? $0.a[pair] : $0.b[pair] }
                for step in 0..<steps {
                    let total = terms.values[step * made.count..<(step + 1) * made.count].reduce(0, +)
                    byYear[step] += sign * total
                    size = max(size, abs(total))
                    var left = names.isEmpty ? 0 : total
                    for entity in names.indices {
                        let term =
                            detail.map { $0[step * names.count + entity] * terms.weights[step] }
                            ?? terms.values[step * made.count + entity]
                        byEntity[entity] += sign * term
                        size = max(size, abs(term))
                        left -= term
                    }
                    rest += sign * left
                }
            }
        }
        // A sum over years rounds as often as it has terms.
        let noise = PairedNumbers.noise * size
        let means = values.map { $0.reduce(0, +) / Double($0.count) }
        let changes = zip(values[0], values[1]).map { a, b in
            abs(b - a) <= max(noise, PairedNumbers.noise * max(abs(a), abs(b))) ? 0 : b - a
        }
        let difference = changes.reduce(0, +) / Double(changes.count)
        var parts = zip(names, byEntity).map { Part(entity: $0, difference: $1) }
        if !names.isEmpty { parts.append(Part(entity: "rest", difference: rest)) }
        parts = parts.filter { abs($0.difference) > noise }.sorted {
            (-abs($0.difference), $0.entity) < (-abs($1.difference), $1.entity)
        }
        let years = byYear.indices.filter { abs(byYear[$0]) > noise }
        let sign: Double = outcome.minimize ? -1 : 1
        let variableUnit = try file.unit(of: outcome.variable.name).replacing("/yr", with: "")
        return Outcome(
            name: outcome.name, unit: outcome.unit, of: outcome.variable.name,
            counts: [outcome.entityWords(of: world), outcome.timeWords].filter { !$0.isEmpty }.joined(separator: "; "),
            values: means, difference: difference, better: changes.count { sign * $0 > 0 },
            alike: changes.count { $0 == 0 }, worse: changes.count { sign * $0 < 0 }, room: component,
            madeBy: difference != 0 || !parts.isEmpty ? maker : nil, firstYear: years.first.map { file.times[$0] },
            largestYear: years.max { abs(byYear[$0]) < abs(byYear[$1]) }.map { file.times[$0] },
            partUnit: outcome.isInUnitOfVariable ? variableUnit : "1", parts: parts)
    }
}

extension DiffReport.Variable {
    /// The largest difference as a share of the larger of the two numbers.
    fileprivate var share: Double {
        let scale = max(abs(of), abs(of + largest))
        return scale > 0 ? abs(largest) / scale : 0
    }
}

/// The yearly variables of pairs of world lines.
struct PairedNumbers {
    struct Series {
        let name: String
        let unit: String
        let count: Int
        /// Empty for a variable of one number a year.
        let entities: [String]
        let years: [Int]
        /// [pair][year x entity] of the first line of each pair, and of the second.
        let a: [[Double]]
        let b: [[Double]]
        /// The difference below which two numbers are alike.
        var noise = 0.0

        var largest: Double { (a + b).joined().map(abs).max() ?? 0 }

        /// Where the means over the pairs differ first and most; nil where no pair differs.
        var difference: DiffReport.Variable? {
            let places = a[0].indices
            var first: Int?
            var most = (place: 0, mean: 0.0)
            for place in places {
                var sum = 0.0
                for pair in a.indices {
                    let change = b[pair][place] - a[pair][place]
                    if abs(change) > noise {
                        first = first ?? place
                        sum += change
                    }
                }
                let mean = sum / Double(a.count)
                if abs(mean) > abs(most.mean) { most = (place, mean) }
            }
            guard let first else { return nil }
            let place = most.mean == 0 ? first : most.place
            return DiffReport.Variable(
                name: name, unit: unit, firstYear: years[first / count], largestYear: years[place / count],
                entity: entities.isEmpty ? nil : entities[place % count], largest: most.mean,
                of: a.reduce(0) { $0 + $1[place] } / Double(a.count))
        }
    }

    /// A share of the larger number below which a difference is rounding.
    static let noise = 1e-9

    let pairs: [(Int, Int)]
    let series: [Series]

    init(_ file: ArchiveFile, pairs: [(Int, Int)]) throws {
        self.pairs = pairs
        let isWhole = pairs.count > 2
        var found: [Series] = []
        for variable in try file.yearlyVariables() where variable.count > 0 {
            let width = file.times.count * variable.count
            let all = isWhole ? try file.values(of: variable.name) : []
            func line(_ number: Int) throws -> [Double] {
                isWhole
                    ? Array(all[number * width..<(number + 1) * width])
                    : try file.values(of: variable.name, worldLine: number)
            }
            let entities = try variable.dimension.map { try file.entities(of: $0, count: variable.count) } ?? []
            found.append(
                Series(
                    name: variable.name, unit: try file.unit(of: variable.name), count: variable.count,
                    entities: entities, years: file.times, a: try pairs.map { try line($0.0) },
                    b: try pairs.map { try line($0.1) }))
        }
        // Beside its own size a difference is held against that of everything in the same unit: 1e-12 MWh unserved is
        // the rounding of a load.
        var scales: [String: Double] = [:]
        for each in found { scales[each.unit] = max(scales[each.unit] ?? 0, each.largest) }
        series = found.map { each in
            var each = each
            each.noise = max(
                PairedNumbers.noise * each.largest, each.unit == "1" ? 0 : 1e-12 * (scales[each.unit] ?? 0))
            return each
        }
    }

    subscript(name: String) -> Series? { series.first { $0.name == name } }
}
