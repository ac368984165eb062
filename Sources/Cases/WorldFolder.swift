import Foundation
public import WorldModel

/// The files of a world that is made from a case.
///
/// A world says less than a case in some things: its costs have no part that is the same at any output, its lines no phase
/// shifts, and its series are a year long. What is left aside is a warning; what a world would get wrong is an error.
public struct WorldFolder: Sendable {
    /// `world.yaml` and its tables.
    public let files: [SourceFile]
    /// What of the case the world doesn't say.
    public let warnings: [Finding]

    /// Makes the files; throws where the world would mean something else than the case.
    ///
    /// - Parameter start: the year of the tables; that of the snapshots, or 2026, where it is nil.
    public init(
        of grid: GridCase, name: String, source: String, start: Int? = nil, currency: String
    ) throws(Findings) {
        var writer = WorldWriter(grid: grid, name: name, source: source, start: start, currency: currency)
        writer.write()
        try writer.collector.check()
        files = writer.files
        warnings = writer.collector.warnings
    }
}

/// Writes a case as the tables of a world.
private struct WorldWriter {
    let grid: GridCase
    let name: String
    let source: String
    let start: Int?
    let currency: String
    let collector = Collector()
    var files: [SourceFile] = []
    private var tables: [String] = []
    private var lostFixedCosts = 0.0
    /// What gives and what draws, once no generator takes power.
    private var generators: [GridCase.Generator] = []
    private var loads: [GridCase.Load] = []

    /// A carrier for generators that have none, and for loads that feed in.
    private static let other = "other"

    init(grid: GridCase, name: String, source: String, start: Int?, currency: String) {
        self.grid = grid
        self.name = name
        self.source = source
        self.start = start
        self.currency = currency
    }

    mutating func write() {
        (generators, loads) = (grid.generators.map(raised), grid.loads)
        for (old, new) in zip(grid.generators, generators) where old.minimum != new.minimum {
            loads.append(
                GridCase.Load(
                    name: old.name + "_load", bus: old.bus, power: .constant(-old.nominal * old.minimum[0]),
                    origin: old.origin))
        }
        writeCarriers()
        writeBuses()
        writeLoads()
        writeGenerators()
        writeStorageUnits()
        writeLinks()
        writeLines()
        table(
            "profiles", ["profile", "area", "month", "daytype", "hour", "value"],
            [["temperature", "", "", "", "", "15"]])
        writeWorld()
    }

    // MARK: Words

    private func warn(_ origin: GridCase.Origin, _ path: String, _ message: String, _ remedy: String) {
        collector.warn(origin.file, origin.line, path, message, remedy)
    }

    private func refuse(_ origin: GridCase.Origin, _ path: String, _ message: String, _ remedy: String) {
        collector.add(origin.file, origin.line, path, message, remedy)
    }

    private func text(_ value: Double) -> String { Numeral.text(value) }

    /// An id that can stand in a path.
    private func id(_ name: String) -> String { String(name.map { "[]=*".contains($0) ? "_" : $0 }) }

    private static func quoted(_ cell: String) -> String {
        CSVTable.quoted(cell, must: cell != cell.trimmed)
    }

    private mutating func table(_ name: String, _ header: [String], _ rows: [[String]]) {
        guard !rows.isEmpty else { return }
        let text = ([header] + rows).map { $0.map(WorldWriter.quoted).joined(separator: ",") + "\n" }.joined()
        files.append(SourceFile(path: name + ".csv", bytes: Array(text.utf8)))
        tables.append(name)
    }

    // MARK: Series

    /// Whether the hours are those of a year, so that a series can stand in a world.
    private var isYear: Bool { [8760, 8784].contains(grid.hours.count) }

    private func mean(_ course: GridCase.Course) -> Double {
        course.values.reduce(0, +) / Double(course.values.count)
    }

    /// A number that stands in a table for a course; a warning where a series is lost.
    private func number(_ course: GridCase.Course, _ origin: GridCase.Origin, _ path: String) -> Double {
        if case .hourly = course, Set(course.values).count > 1 {
            warn(
                origin, path, "its mean stands for its \(counted(grid.hours.count, "value"))",
                isYear ? "a world has no series of it" : "a world's series have 8760 hours")
        }
        return mean(course)
    }

    private mutating func series(_ name: String, _ columns: [(id: String, values: [Double])]) {
        guard isYear, !columns.isEmpty else { return }
        var text = "snapshot," + columns.map { WorldWriter.quoted($0.id) }.joined(separator: ",") + "\n"
        for hour in 0..<grid.hours.count {
            text += WorldWriter.quoted(grid.hours.labels[hour])
            for column in columns { text += "," + self.text(column.values[hour]) }
            text += "\n"
        }
        files.append(SourceFile(path: name + ".csv", bytes: Array(text.utf8)))
        tables.append(name)
    }

    // MARK: Tables

    /// A generator that may take power as one that doesn't: a load takes the most that it took, and it gives the rest.
    ///
    /// With p = p' + p_min its cost c p + ½ q p² is (c + q p_min) p' + ½ q p'² and a part that no output changes.
    private func raised(_ generator: GridCase.Generator) -> GridCase.Generator {
        guard case .constant(let least) = generator.minimum, least < 0, generator.cost.corners.count <= 2,
            case .constant(let most) = generator.maximum, case .constant(let bend) = generator.cost.quadratic
        else { return generator }
        var raised = generator
        let power = generator.nominal * least
        raised.nominal = generator.nominal * (most - least)
        (raised.minimum, raised.maximum) = (.constant(0), .constant(1))
        let slope = generator.cost.onlySlope
        raised.cost.corners = []
        raised.cost.constant = 0
        raised.cost.linear = generator.cost.linear.map { (generator.cost.corners.isEmpty ? $0 : slope) + bend * power }
        return raised
    }

    private mutating func writeCarriers() {
        var rows = grid.carriers.map { carrier in
            if carrier.emissions < 0 {
                refuse(
                    carrier.origin, "carriers[\(carrier.name)].co2_emissions",
                    "the emissions \(text(carrier.emissions)) are below 0", "a world's carriers emit at least 0")
            }
            return [id(carrier.name), text(max(carrier.emissions, 0))]
        }
        let isWanted = generators.contains { $0.carrier == nil } || loads.contains { isFeedIn($0) }
        if isWanted, !rows.contains(where: { $0[0] == Self.other }) { rows.append([Self.other, "0"]) }
        table("carriers", ["name", "co2_emissions"], rows)
    }

    private mutating func writeBuses() {
        if Set(grid.hours.weights).count > 1 || Set(grid.hours.durations).count > 1,
            let origin = grid.hours.origins.first
        {
            warn(
                GridCase.Origin(file: origin.file), "snapshots", "the weightings of snapshots are left out",
                "means count each snapshot alike")
        }
        for tie in CaseProgram.ties(of: grid) {
            refuse(
                grid.buses[tie.to].origin, "buses[\(grid.buses[tie.to].name)]",
                "it is a second reference bus in one island", "keep one: a world holds no angles")
        }
        let isOnEarth = grid.buses.allSatisfy { (-180...360).contains($0.x) && (-90...90).contains($0.y) }
        if !isOnEarth, let bus = grid.buses.first {
            warn(bus.origin, "buses.x", "coordinates that are no longitude and latitude are left out", "write degrees")
        }
        table(
            "buses", ["name", "x", "y", "v_nom"],
            grid.buses.map { bus in
                [
                    id(bus.name), isOnEarth ? text(bus.x) : "", isOnEarth ? text(bus.y) : "",
                    text(voltage(bus)),
                ]
            })
    }

    /// Some files have no voltages; reactances are then in ohm at 1 kV.
    private func voltage(_ bus: GridCase.Bus) -> Double { bus.nominalVoltage > 0 ? bus.nominalVoltage : 1 }

    private func isFeedIn(_ load: GridCase.Load) -> Bool { mean(load.power) < 0 }

    private mutating func writeLoads() {
        var rows: [[String]] = []
        var columns: [(id: String, values: [Double])] = []
        for load in loads where !isFeedIn(load) {
            var power = text(mean(load.power))
            if case .hourly(let values) = load.power, isYear, mean(load.power) > 0 {
                columns.append((id(load.name), values))
                power = ""
            } else {
                _ = number(load.power, load.origin, "loads[\(load.name)].p_set")
            }
            // Demand follows the file alone, not the weather of the world.
            rows.append([id(load.name), id(grid.buses[load.bus].name), power, "0", "0"])
        }
        table("loads", ["name", "bus", "p_set", "cooling_sensitivity", "heating_sensitivity"], rows)
        series("loads-p_set", columns)
    }

    private static let generatorHeader = [
        "name", "bus", "carrier", "p_nom", "p_min_pu", "p_max_pu", "efficiency", "marginal_cost",
        "marginal_cost_quadratic", "ramp_limit_up", "ramp_limit_down",
    ]

    private mutating func writeGenerators() {
        var rows: [[String]] = []
        var most: [(id: String, values: [Double])] = []
        var least: [(id: String, values: [Double])] = []
        for generator in generators {
            let path = "generators[\(generator.name)]"
            let bounds = generator.minimum.values + generator.maximum.values
            if let odd = bounds.first(where: { !(0...1).contains($0) }) {
                refuse(
                    generator.origin, path,
                    odd < 0
                        ? "it takes power, down to \(text(odd * generator.nominal)) MW"
                        : "its output may be \(text(odd)) of its nominal power",
                    odd < 0 ? "write it as a load" : "raise its nominal power")
                continue
            }
            if !(0.01...1).contains(generator.efficiency) {
                refuse(
                    generator.origin, path + ".efficiency", "the efficiency is \(text(generator.efficiency))",
                    "a world's efficiencies are 0.01 to 1")
            }
            if generator.cost.corners.isEmpty { lostFixedCosts += generator.cost.constant }
            let isSeries = isYear && generator.cost.corners.count <= 2
            var low = text(mean(generator.minimum))
            var high = text(mean(generator.maximum))
            if isSeries, case .hourly(let values) = generator.maximum {
                most.append((id(generator.name), values))
                high = ""
            } else {
                high = text(number(generator.maximum, generator.origin, path + ".p_max_pu"))
            }
            if isSeries, case .hourly(let values) = generator.minimum, mean(generator.minimum) > 0 {
                least.append((id(generator.name), values))
                low = ""
            } else {
                low = text(number(generator.minimum, generator.origin, path + ".p_min_pu"))
            }
            if generator.firstOutput != -Double.infinity...Double.infinity {
                warn(
                    generator.origin, path + ".p_init", "it is left out", "a world's years begin with any output")
            }
            let start = [id(generator.name), id(grid.buses[generator.bus].name), carrier(generator)]
            let ramps = [generator.rampUp, generator.rampDown].map { $0.map(text) ?? "" }
            if generator.cost.corners.count > 2 {
                rows += pieces(of: generator, start)
            } else {
                let cost =
                    generator.cost.corners.isEmpty
                    ? number(generator.cost.linear, generator.origin, path + ".marginal_cost")
                    : generator.cost.onlySlope
                let bend = number(generator.cost.quadratic, generator.origin, path + ".marginal_cost_quadratic")
                rows.append(
                    start + [
                        text(generator.nominal), low, high, text(generator.efficiency), text(cost), text(bend / 2),
                    ] + ramps)
            }
        }
        rows += loads.filter(isFeedIn).map { feedIn($0) }
        table("generators", Self.generatorHeader, rows)
        series("generators-p_max_pu", most)
        series("generators-p_min_pu", least)
        if lostFixedCosts != 0 {
            warn(
                GridCase.Origin(file: grid.generators[0].origin.file), "generators",
                "costs of \(text(lostFixedCosts)) an hour that no output changes are left out",
                "add them to what the world costs")
        }
    }

    /// The row of a generator that always gives what a load feeds in.
    private mutating func feedIn(_ load: GridCase.Load) -> [String] {
        let power = -mean(load.power)
        if load.power.values.contains(where: { $0 > 0 }) || Set(load.power.values).count > 1 {
            warn(
                load.origin, "loads[\(load.name)].p_set",
                "it feeds in \(text(power)) MW in the mean, and is made a generator that always does",
                "write what it feeds in as a generator with a series")
        }
        return [
            id(load.name), id(grid.buses[load.bus].name), Self.other, text(power), "1", "1", "1", "0", "0", "", "",
        ]
    }

    private func carrier(_ generator: GridCase.Generator) -> String {
        generator.carrier.map { id(grid.carriers[$0].name) } ?? Self.other
    }

    /// A generator for each straight piece of a cost; together they cost what the one does.
    private func pieces(of generator: GridCase.Generator, _ start: [String]) -> [[String]] {
        let corners = generator.cost.corners
        let low = generator.nominal * generator.minimum[0]
        let high = generator.nominal * generator.maximum[0]
        return (1..<corners.count).compactMap { index in
            let (a, b) = (corners[index - 1], corners[index])
            let from = index == 1 ? 0 : a.power
            let to = min(index == corners.count - 1 ? high : b.power, high)
            guard to > from else { return nil }
            let share = min(max((low - from) / (to - from), 0), 1)
            return [
                "\(start[0])_\(index)", start[1], start[2], text(to - from), text(share), "1",
                text(generator.efficiency), text((b.cost - a.cost) / (b.power - a.power)), "0", "", "",
            ]
        }
    }

    private mutating func writeStorageUnits() {
        var rows: [[String]] = []
        var columns: [(id: String, values: [Double])] = []
        for unit in grid.storageUnits {
            let path = "storage_units[\(unit.name)]"
            let energy = unit.mostEnergy.values.max() ?? 0
            if unit.leastEnergy.values.contains(where: { $0 != 0 }) || Set(unit.mostEnergy.values).count > 1 {
                refuse(
                    unit.origin, path, "bounds of its energy other than 0 and one number",
                    "a world's stores hold 0 to p_nom · max_hours")
            }
            if unit.minimum.values.contains(where: { $0 != -1 }) || unit.maximum.values.contains(where: { $0 != 1 }) {
                refuse(
                    unit.origin, path, "p_min_pu and p_max_pu other than -1 and 1",
                    "a world's stores charge and discharge with p_nom")
            }
            if !unit.isCyclic, !(0...energy).contains(unit.initialEnergy) {
                refuse(
                    unit.origin, path,
                    "it begins with \(text(unit.initialEnergy)) MWh and holds 0 to \(text(energy)) MWh",
                    "a world's stores begin with an energy that they can hold")
            }
            if unit.spillCost.values.contains(where: { $0 != 0 }) {
                warn(unit.origin, path + ".spill_cost", "it is left out", "a world's stores spill at no cost")
            }
            if unit.isCyclic {
                warn(unit.origin, path, "it isn't cyclic in a world, where it bids by what it has seen", "leave it so")
            }
            var inflow = text(mean(unit.inflow))
            if case .hourly(let values) = unit.inflow, isYear, mean(unit.inflow) > 0 {
                columns.append((id(unit.name), values))
                inflow = ""
            } else {
                _ = number(unit.inflow, unit.origin, path + ".inflow")
            }
            rows.append([
                id(unit.name), id(grid.buses[unit.bus].name),
                unit.carrier.map { id(grid.carriers[$0].name) } ?? "", text(unit.nominal),
                text(unit.nominal > 0 ? energy / unit.nominal : 0),
                text(number(unit.storeEfficiency, unit.origin, path + ".efficiency_store")),
                text(number(unit.dispatchEfficiency, unit.origin, path + ".efficiency_dispatch")),
                text(number(unit.standingLoss, unit.origin, path + ".standing_loss")), inflow,
                text(number(unit.dispatchCost, unit.origin, path + ".marginal_cost")), text(unit.initialEnergy),
            ])
        }
        table(
            "storage_units",
            [
                "name", "bus", "carrier", "p_nom", "max_hours", "efficiency_store", "efficiency_dispatch",
                "standing_loss", "inflow", "marginal_cost", "state_of_charge_initial",
            ], rows)
        series("storage_units-inflow", columns)
    }

    private mutating func writeLinks() {
        var rows: [[String]] = []
        for link in grid.links {
            let path = "links[\(link.name)]"
            let efficiency = number(link.efficiency, link.origin, path + ".efficiency")
            let low = number(link.minimum, link.origin, path + ".p_min_pu")
            let high = number(link.maximum, link.origin, path + ".p_max_pu")
            let cost = number(link.cost.linear, link.origin, path + ".marginal_cost")
            if !(0.01...1).contains(efficiency) || low < -1 || high > 1 {
                refuse(
                    link.origin, path, "an efficiency or a limit outside a world's range",
                    "efficiencies are 0.01 to 1, p_min_pu and p_max_pu -1 to 1")
                continue
            }
            if link.cost.quadratic.values.contains(where: { $0 != 0 }) || link.cost.constant != 0 {
                warn(link.origin, path, "its costs beside the linear one are left out", "a world has none")
            }
            let ends = [id(grid.buses[link.bus0].name), id(grid.buses[link.bus1].name)]
            func row(_ name: String, _ ends: [String], _ low: Double, _ high: Double) -> [String] {
                [id(name)] + ends + [
                    text(link.nominal), text(low), text(high), text(efficiency), text(cost), text(link.length),
                ]
            }
            if low < 0, efficiency < 1 || cost != 0 {
                warn(
                    link.origin, path, "its two directions are two links, of which each loses and costs",
                    "leave it so: one link both ways would gain, or be paid, on the way back")
                if high > 0 { rows.append(row(link.name, ends, 0, high)) }
                rows.append(row(link.name + "_back", ends.reversed(), 0, -low))
            } else {
                rows.append(row(link.name, ends, low, high))
            }
        }
        table(
            "links",
            ["name", "bus0", "bus1", "p_nom", "p_min_pu", "p_max_pu", "efficiency", "marginal_cost", "length"], rows)
    }

    private mutating func writeLines() {
        let linked = Set(grid.links.map { id($0.name) })
        var most = grid.loads.reduce(0) { $0 + ($1.power.values.map(abs).max() ?? 0) }
        most += grid.generators.reduce(0) { $0 + $1.nominal } + grid.storageUnits.reduce(0) { $0 + $1.nominal }
        var rows: [[String]] = []
        for line in grid.lines {
            let path = "lines[\(line.name)]"
            if line.reactance < 0 {
                refuse(line.origin, path, "its reactance is negative", "a world's lines have x of at least 0")
                continue
            }
            if line.shift != 0 {
                warn(
                    line.origin, path, "its phase shift of \(text(line.shift * 180 / .pi)) deg is left out",
                    "a world's lines have none")
            }
            var limit = line.nominal * (line.maximum.values.min() ?? 1)
            if Set(line.maximum.values).count > 1 {
                warn(line.origin, path, "the least of its s_max_pu stands for all", "a world has no series of it")
            }
            let angle = min(-line.angles.lowerBound, line.angles.upperBound)
            if line.angles.lowerBound != -line.angles.upperBound {
                warn(
                    line.origin, path, "its angle limits differ by direction, and the narrower stands for both",
                    "a world's lines have one limit")
            }
            limit = max(min(limit, angle / line.reactance, most), 0)
            if limit == 0 {
                refuse(
                    line.origin, path, "it carries nothing, and yet holds the angles at its ends together",
                    "take it out, or give it a limit above 0")
            }
            let voltage = voltage(grid.buses[line.bus0])
            let name = linked.contains(id(line.name)) ? "line_" + id(line.name) : id(line.name)
            rows.append([
                name, id(grid.buses[line.bus0].name), id(grid.buses[line.bus1].name),
                text(line.reactance * voltage * voltage), text(limit), text(line.length),
            ])
        }
        table("lines", ["name", "bus0", "bus1", "x", "s_nom", "length"], rows)
    }

    // MARK: world.yaml

    private func yaml(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ") + "\""
    }

    private mutating func writeWorld() {
        let year =
            start ?? Int(grid.hours.labels[0].prefix(4)).flatMap { (1700...3000).contains($0) ? $0 : nil } ?? 2026
        let network = grid.lines.isEmpty ? "transport" : "dc"
        let title = grid.title.isEmpty ? grid.name : grid.title
        let text = """
            # Made by `worldlines new` from \(source.replacing("\n", with: " ")).
            # PyPSA's names and units; docs/WORLDS.md says what each column means, and what a world may have besides:
            # cities, data centres, a climate, an economy.
            world: \(yaml(name))
            title: \(yaml(title))
            licence: \(yaml("that of \(source)"))
            start: \(year)                       # every table describes 1 January of this year
            currency: \(yaml(currency))
            tables:
            \(tables.map { "  \($0): \($0).csv" }.joined(separator: "\n"))
            grid:
              network: \(network)
              clearing: \(grid.couplesHours ? "day" : "hourly")
              days: 365                          # cleared days of a year; fewer are faster
              value_of_lost_load: 10000
            sources:
            \(tables.filter { Schema.names.contains($0) && $0 != "profiles" }
                .map { "  \($0): {from: \(yaml(source)), status: imported}" }.joined(separator: "\n"))
              profiles: {from: "15 degC always: nothing here depends on it", status: assumed}

            """
        files.insert(SourceFile(path: "world.yaml", bytes: Array(text.utf8)), at: 0)
    }
}

extension Schema {
    /// The names of all tables.
    fileprivate static let names = Set(tables.map(\.name))
}
