import Foundation
import WorldModel

/// Turns the tables of a PyPSA network into a case.
struct PyPSAReader {
    private let tables: PyPSATables
    private let collector: Collector
    private let place: String
    private var hours = GridCase.Hours.one
    /// Whether the snapshots could not be read, so that no series can be held against them.
    private var areHoursDoubted = false
    private var seriesOf: [String: [String: PyPSATables.Series]] = [:]
    private var buses: [String: Int] = [:]
    private var busIDs: [String] = []
    private var carriers: [String: Int] = [:]

    /// The case, or what could be read of it: every finding is with the collector.
    static func read(_ tables: PyPSATables, place: String, _ collector: Collector) -> GridCase {
        var reader = PyPSAReader(tables: tables, collector: collector, place: place)
        return reader.read()
    }

    private init(tables: PyPSATables, collector: Collector, place: String) {
        self.tables = tables
        self.collector = collector
        self.place = place
    }

    private mutating func read() -> GridCase {
        var grid = GridCase(name: CaseFile.stem(of: place))
        grid.title = tables.name
        if tables.components["buses"] == nil {
            collector.add(place, nil, "buses", "the network has no buses", "add the table of buses")
        }
        readHours()
        refuseComponents()
        readSeries()
        grid.hours = hours
        for name in PyPSAAttributes.components { checkIDs(name) }
        if tables.broken.contains("buses") { return grid }
        readCarriers(&grid)
        readBuses(&grid)
        readGenerators(&grid)
        readLoads(&grid)
        readStorageUnits(&grid)
        readStores(&grid)
        readLines(&grid)
        readTransformers(&grid)
        readLinks(&grid)
        Connection.check(&grid, collector, isolatedRemedy: "join it with a line, a transformer or a link")
        return grid
    }

    // MARK: Snapshots and series

    private mutating func readHours() {
        areHoursDoubted = tables.broken.contains("snapshots")
        guard let snapshots = tables.snapshots, !snapshots.labels.isEmpty else { return }
        hours.labels = snapshots.labels
        hours.weights = [Double](repeating: 1, count: hours.count)
        hours.durations = hours.weights
        var seen: [String: Int] = [:]
        for (row, label) in snapshots.labels.enumerated() {
            if seen.updateValue(row, forKey: label) != nil {
                collector.add(
                    snapshots.file, snapshots.line(row), label, "the snapshot `\(label)` stands twice",
                    "keep one of them")
                areHoursDoubted = true
                return
            }
        }
        for (name, cells) in snapshots.weights {
            let known = ["objective", "stores", "generators", "weightings", "timestep"]
            guard known.contains(name) else {
                collector.add(
                    snapshots.file, snapshots.lines.isEmpty ? nil : 1, "snapshots.\(name)",
                    name == "period"
                        ? "investment periods are not supported" : "`\(name)` is not a weighting of snapshots",
                    name == "period" ? "keep the snapshots of one period" : Nearest.remedy(name, among: known))
                continue
            }
            let values = (0..<hours.count).map { row in
                let value = PyPSAReader.number(cells, row) ?? .nan
                if !(value >= 0) || value.isInfinite {
                    collector.add(
                        snapshots.file, snapshots.line(row), "snapshots.\(name)",
                        "the weighting \(PyPSAReader.text(cells, row)) is not a number of at least 0",
                        "write how many hours the snapshot stands for")
                }
                return value
            }
            if name == "objective" || name == "weightings" { hours.weights = values }
            if name == "stores" || name == "weightings" { hours.durations = values }
        }
    }

    private func refuseComponents() {
        for name in PyPSAAttributes.refusedComponents {
            guard let component = tables.components[name], let id = component.ids.first else { continue }
            collector.add(
                component.file, component.line(0), "\(name)[\(id)]", "`\(name)` are not supported",
                "take the table out if the network means the same without it")
        }
    }

    private mutating func readSeries() {
        if areHoursDoubted { return }
        for series in tables.series where !tables.broken.contains(series.component) {
            guard let component = tables.components[series.component] else {
                collector.add(
                    series.file, series.headerLine, series.component,
                    "a series of \(series.component), of which the network has none",
                    "add the table of \(series.component), or take the series out")
                continue
            }
            let path = "\(series.component).\(series.attribute)"
            switch PyPSAAttributes.role(series.component, series.attribute) {
            case nil:
                collector.add(
                    series.file, series.headerLine, path,
                    "`\(series.attribute)` is not an attribute of \(series.component)",
                    PyPSAAttributes.remedy(series.component, series.attribute))
            case .silent?: continue
            case .refused?:
                if series.ids.isEmpty { continue }
                collector.add(
                    series.file, series.headerLine, path, "PyPSA's `\(path)` is not supported",
                    "take the series out if the network means the same without it")
            case .used?:
                var isWhole = checkRows(of: series, path)
                var seen: Set<String> = []
                for id in series.ids {
                    if !component.ids.contains(id) {
                        collector.add(
                            series.file, series.headerLine, path, "there is no row `\(id)` in \(series.component)",
                            Nearest.remedy(id, among: component.ids.filter { !$0.isEmpty }))
                    }
                    if !seen.insert(id).inserted {
                        collector.add(
                            series.file, series.headerLine, path, "the column `\(id)` stands twice",
                            "keep one of them")
                        isWhole = false
                    }
                }
                if isWhole { seriesOf[series.component, default: [:]][series.attribute] = series }
            }
        }
    }

    /// Whether a series has a row for each snapshot, in their order.
    private func checkRows(of series: PyPSATables.Series, _ path: String) -> Bool {
        guard let labels = series.labels else {
            if series.values.count == series.ids.count * hours.count { return true }
            collector.add(
                series.file, nil, path,
                "the series has \(counted(series.values.count / max(series.ids.count, 1), "row")) for \(counted(hours.count, "snapshot"))",
                "write the file anew")
            return false
        }
        let keys = labels == hours.labels ? hours.labels : tables.snapshots?.keys ?? []
        if labels == keys { return true }
        if tables.snapshots == nil {
            collector.add(
                series.file, series.headerLine, path, "a series, but the network has no snapshots",
                "add `snapshots.csv`")
            return false
        }
        let known = Set(keys)
        if let row = labels.indices.first(where: { !known.contains(labels[$0]) }) {
            collector.add(
                series.file, series.line(row), path, "there is no snapshot `\(labels[row])`",
                "write the snapshots as in `snapshots.csv`")
            return false
        }
        let present = Set(labels)
        let missing = keys.filter { !present.contains($0) }
        if let first = missing.first {
            collector.add(
                series.file, nil, path,
                "\(missing.count == 1 ? "the row of the snapshot" : "the rows of \(missing.count) snapshots are missing, the first")"
                    + " `\(first)`" + (missing.count == 1 ? " is missing" : ""),
                "give a row for every snapshot")
            return false
        }
        let row = labels.indices.first { $0 >= hours.count || labels[$0] != keys[$0] } ?? 0
        collector.add(
            series.file, series.line(row), path, "the row `\(labels[row])` stands twice or out of order",
            "give the rows in the order of `snapshots.csv`")
        return false
    }

    // MARK: Cells

    private static func text(_ cells: PyPSATables.Column, _ row: Int) -> String {
        switch cells {
        case .texts(let texts): texts[row]
        case .numbers(let numbers): numbers[row].isNaN ? "" : Numeral.text(numbers[row])
        }
    }

    private static func number(_ cells: PyPSATables.Column, _ row: Int) -> Double? {
        switch cells {
        case .texts(let texts): texts[row].lowercased().hasPrefix("0x") ? nil : Double(texts[row])
        case .numbers(let numbers): numbers[row]
        }
    }

    /// A row of a component.
    private struct Entry {
        let reader: PyPSAReader
        let name: String
        let component: PyPSATables.Component
        let row: Int

        var id: String { component.ids[row] }
        var origin: GridCase.Origin { GridCase.Origin(file: component.file, line: component.line(row)) }

        func path(_ attribute: String) -> String { "\(name)[\(id)].\(attribute)" }

        func find(_ attribute: String, _ message: String, _ remedy: String) {
            reader.collector.add(component.file, component.line(row), path(attribute), message, remedy)
        }

        func text(_ attribute: String) -> String {
            component.column(attribute).map { PyPSAReader.text($0, row) } ?? ""
        }

        func flag(_ attribute: String, standard: Bool = false) -> Bool {
            switch text(attribute).lowercased() {
            case "": return standard
            case "true", "1", "1.0", "yes": return true
            case "false", "0", "0.0", "no": return false
            default:
                find(attribute, "`\(text(attribute))` is neither True nor False", "write True or False")
                return standard
            }
        }

        /// A number; the default where the cell is empty, and after a finding where it is none or not allowed.
        func number(
            _ attribute: String, standard: Double,
            range: ClosedRange<Double> = -.greatestFiniteMagnitude...(.greatestFiniteMagnitude)
        ) -> Double {
            guard let cells = component.column(attribute) else { return standard }
            if case .texts(let texts) = cells, texts[row].isEmpty { return standard }
            let shown = PyPSAReader.text(cells, row)
            guard let value = PyPSAReader.number(cells, row), !value.isNaN else {
                if standard.isNaN { return standard }
                find(
                    attribute,
                    shown.isEmpty || shown.lowercased() == "nan" ? "\(attribute) is NaN" : "`\(shown)` is not a number",
                    "write a number, or leave the cell empty for PyPSA's default \(Numeral.text(standard))")
                return standard
            }
            guard range.contains(value) else {
                find(attribute, "\(attribute) is \(shown)", "allowed: \(Entry.allowed(range))")
                return standard
            }
            return value
        }

        private static func allowed(_ range: ClosedRange<Double>) -> String {
            let huge = Double.greatestFiniteMagnitude
            switch (range.lowerBound <= -huge, range.upperBound >= huge) {
            case (true, true): return "finite numbers"
            case (true, false): return "at most \(Numeral.text(range.upperBound))"
            case (false, true): return "at least \(Numeral.text(range.lowerBound))"
            case (false, false):
                return "\(Numeral.text(range.lowerBound)) to \(Numeral.text(range.upperBound))"
            }
        }

        /// The series of an attribute, or its static number.
        func course(
            _ attribute: String, standard: Double,
            range: ClosedRange<Double> = -.greatestFiniteMagnitude...(.greatestFiniteMagnitude)
        ) -> GridCase.Course {
            guard let series = reader.seriesOf[name]?[attribute], let column = series.ids.firstIndex(of: id) else {
                return .constant(number(attribute, standard: standard, range: range))
            }
            let values = (0..<reader.hours.count).map { series.values[$0 * series.ids.count + column] }
            if let hour = values.firstIndex(where: { !range.contains($0) }) {
                reader.collector.add(
                    series.file, series.line(hour), path(attribute),
                    "\(attribute) is \(Numeral.text(values[hour])) at `\(reader.hours.labels[hour])`",
                    "allowed: \(Entry.allowed(range))")
                return .constant(standard)
            }
            return .hourly(values)
        }

        /// The bus that a cell names; nil after a finding.
        func bus(_ attribute: String) -> Int? {
            let id = text(attribute)
            if let bus = reader.buses[id] { return bus }
            find(
                attribute, id.isEmpty ? "the cell is empty" : "there is no bus `\(id)`",
                id.isEmpty ? "name a bus" : Nearest.remedy(id, among: reader.busIDs))
            return nil
        }

        /// The carrier that a cell names; nil where it is empty, or names one of which the network says nothing.
        func carrier() -> Int? { reader.carriers[text("carrier")] }

        /// The bounds of a power per nominal power, of which the lower must not exceed the upper.
        func bounds(_ low: Double, _ high: Double) -> (minimum: GridCase.Course, maximum: GridCase.Course) {
            let (minimum, maximum) = (course("p_min_pu", standard: low), course("p_max_pu", standard: high))
            let count = max(minimum.values.count, maximum.values.count)
            if let hour = (0..<count).first(where: { minimum[$0] > maximum[$0] }) {
                find(
                    "p_min_pu",
                    "p_min_pu \(Numeral.text(minimum[hour])) is above p_max_pu \(Numeral.text(maximum[hour]))"
                        + (count > 1 ? " at `\(reader.hours.labels[hour])`" : ""), "lower p_min_pu or raise p_max_pu")
            }
            return (minimum, maximum)
        }
    }

    private static let positive = 0...Double.greatestFiniteMagnitude

    /// The active rows of a component, after findings for columns that are unknown or not supported.
    private func entries(_ name: String) -> [Entry] {
        guard let component = tables.components[name] else { return [] }
        for (attribute, cells) in component.columns {
            switch PyPSAAttributes.role(name, attribute) {
            case .used?, .silent?: break
            case .refused(let standard)?: refuse(name, component, attribute, cells, unless: standard)
            case nil:
                collector.add(
                    component.file, component.headerLine, "\(name).\(attribute)",
                    "`\(attribute)` is not an attribute of \(name)",
                    PyPSAAttributes.remedy(name, attribute))
            }
        }
        return component.ids.indices.map { Entry(reader: self, name: name, component: component, row: $0) }
            .filter { !$0.id.isEmpty && $0.flag("active", standard: true) }
    }

    private func refuse(
        _ name: String, _ component: PyPSATables.Component, _ attribute: String, _ cells: PyPSATables.Column,
        unless standard: String
    ) {
        let odd = component.ids.indices.first { row in
            let text = PyPSAReader.text(cells, row).lowercased()
            if text.isEmpty || text == standard.lowercased() || text == "nan" { return false }
            if standard == "False", ["0", "0.0"].contains(text) { return false }
            guard let value = Double(text), let usual = Double(standard) else { return true }
            return value != usual
        }
        guard let odd else { return }
        collector.add(
            component.file, component.line(odd), "\(name)[\(component.ids[odd])].\(attribute)",
            "PyPSA's `\(name).\(attribute)` is not supported, and `\(PyPSAReader.text(cells, odd))` asks for it",
            standard.isEmpty
                ? "empty the cell if the network means the same without it"
                : "leave it at PyPSA's default `\(standard)`, which is ignored, if the network means the same")
    }

    private func checkIDs(_ name: String) {
        guard let component = tables.components[name] else { return }
        var seen: [String: Int] = [:]
        for (row, id) in component.ids.enumerated() {
            if id.isEmpty {
                collector.add(component.file, component.line(row), name, "a row without a name", "give each row a name")
            } else if let first = seen[id] {
                let line = component.line(first).map { "on line \($0)" } ?? "in row \(first + 1)"
                collector.add(
                    component.file, component.line(row), "\(name)[\(id)]", "the name `\(id)` stands already \(line)",
                    "give each row its own name")
            }
            seen[id] = row
        }
    }

    // MARK: Components

    private mutating func readCarriers(_ grid: inout GridCase) {
        for entry in entries("carriers") where carriers[entry.id] == nil {
            carriers[entry.id] = grid.carriers.count
            grid.carriers.append(
                GridCase.Carrier(
                    name: entry.id, emissions: entry.number("co2_emissions", standard: 0), origin: entry.origin))
        }
        // A carrier without a row has no emissions.
        for name in ["generators", "storage_units", "stores", "links"] {
            guard let component = tables.components[name], let cells = component.column("carrier") else { continue }
            for row in component.ids.indices {
                let id = PyPSAReader.text(cells, row)
                guard !id.isEmpty, carriers[id] == nil else { continue }
                carriers[id] = grid.carriers.count
                grid.carriers.append(
                    GridCase.Carrier(
                        name: id, emissions: 0,
                        origin: GridCase.Origin(file: component.file, line: component.line(row))))
                if !grid.carriers.isEmpty, tables.components["carriers"] != nil {
                    collector.warn(
                        component.file, component.line(row), "\(name)[\(component.ids[row])].carrier",
                        "the carrier `\(id)` has no row of its own, and so no emissions",
                        "add it to the carriers")
                }
            }
        }
    }

    private mutating func readBuses(_ grid: inout GridCase) {
        for entry in entries("buses") where buses[entry.id] == nil {
            buses[entry.id] = grid.buses.count
            busIDs.append(entry.id)
            let voltage = entry.number("v_nom", standard: 1, range: PyPSAReader.positive)
            grid.buses.append(
                GridCase.Bus(
                    name: entry.id, title: entry.id, nominalVoltage: voltage, x: entry.number("x", standard: 0),
                    y: entry.number("y", standard: 0), isReference: entry.text("control") == "Slack",
                    origin: entry.origin))
        }
    }

    private func readGenerators(_ grid: inout GridCase) {
        for entry in entries("generators") {
            let bus = entry.bus("bus")
            let (minimum, maximum) = entry.bounds(0, 1)
            let quadratic = entry.course("marginal_cost_quadratic", standard: 0, range: PyPSAReader.positive)
            func ramp(_ attribute: String) -> Double? {
                let limit = entry.number(attribute, standard: .nan, range: PyPSAReader.positive)
                return limit.isNaN || limit >= 1 && minimum.values.allSatisfy { $0 >= 0 } ? nil : limit
            }
            if entry.reader.seriesOf["generators"]?["ramp_limit_up"] != nil
                || entry.reader.seriesOf["generators"]?["ramp_limit_down"] != nil
            {
                entry.find("ramp_limit_up", "ramp limits by snapshot are not supported", "write them as columns")
            }
            let efficiency = entry.course("efficiency", standard: 1, range: 1e-6...1e6)
            let generator = GridCase.Generator(
                name: entry.id, bus: bus ?? 0, carrier: entry.carrier(),
                nominal: entry.number("p_nom", standard: 0, range: PyPSAReader.positive), minimum: minimum,
                maximum: maximum,
                cost: GridCase.Cost(
                    linear: entry.course("marginal_cost", standard: 0), quadratic: quadratic.map { 2 * $0 }),
                efficiency: efficiency[0], rampUp: ramp("ramp_limit_up"), rampDown: ramp("ramp_limit_down"),
                origin: entry.origin)
            if bus != nil { grid.generators.append(generator) }
        }
    }

    private func readLoads(_ grid: inout GridCase) {
        for entry in entries("loads") {
            let bus = entry.bus("bus")
            let load = GridCase.Load(
                name: entry.id, bus: bus ?? 0, power: entry.course("p_set", standard: 0), origin: entry.origin)
            if bus != nil { grid.loads.append(load) }
        }
    }

    private func readStorageUnits(_ grid: inout GridCase) {
        for entry in entries("storage_units") {
            let bus = entry.bus("bus")
            let (minimum, maximum) = entry.bounds(-1, 1)
            if minimum.values.contains(where: { $0 > 0 }) || maximum.values.contains(where: { $0 < 0 }) {
                entry.find(
                    minimum.values.contains { $0 > 0 } ? "p_min_pu" : "p_max_pu",
                    "a store that must discharge or charge is not supported",
                    "let p_min_pu be at most 0 and p_max_pu at least 0")
            }
            let nominal = entry.number("p_nom", standard: 0, range: PyPSAReader.positive)
            let energy = nominal * entry.number("max_hours", standard: 1, range: PyPSAReader.positive)
            let initial = entry.number("state_of_charge_initial", standard: 0, range: PyPSAReader.positive)
            let isCyclic = entry.flag("cyclic_state_of_charge")
            if !isCyclic, initial > energy {
                entry.find(
                    "state_of_charge_initial",
                    "state_of_charge_initial \(Numeral.text(initial)) MWh is above p_nom · max_hours, "
                        + "\(Numeral.text(energy)) MWh", "lower it, or raise max_hours")
            }
            for attribute in ["efficiency_store", "efficiency_dispatch", "standing_loss"]
            where seriesOf["storage_units"]?[attribute] != nil {
                entry.find(attribute, "\(attribute) by snapshot is not supported", "write it as a column")
            }
            let cost = entry.course("marginal_cost", standard: 0)
            let unit = GridCase.StorageUnit(
                name: entry.id, bus: bus ?? 0, carrier: entry.carrier(), nominal: nominal, minimum: minimum,
                maximum: maximum, leastEnergy: .constant(0), mostEnergy: .constant(energy), initialEnergy: initial,
                isCyclic: isCyclic,
                storeEfficiency: entry.number("efficiency_store", standard: 1, range: 1e-6...1),
                dispatchEfficiency: entry.number("efficiency_dispatch", standard: 1, range: 1e-6...1),
                standingLoss: entry.number("standing_loss", standard: 0, range: 0...1),
                inflow: entry.course("inflow", standard: 0, range: PyPSAReader.positive), dispatchCost: cost,
                chargeCost: .constant(0), spillCost: entry.course("spill_cost", standard: 0), origin: entry.origin)
            if bus != nil { grid.storageUnits.append(unit) }
        }
    }

    /// Stores, whose power is free: as storage units that could fill or empty within a snapshot.
    private func readStores(_ grid: inout GridCase) {
        let shortest = max(hours.durations.min() ?? 1, 1e-3)
        for entry in entries("stores") {
            let bus = entry.bus("bus")
            let energy = entry.number("e_nom", standard: 0, range: PyPSAReader.positive)
            let least = entry.course("e_min_pu", standard: 0).map { $0 * energy }
            let most = entry.course("e_max_pu", standard: 1).map { $0 * energy }
            let count = max(least.values.count, most.values.count)
            if (0..<count).contains(where: { least[$0] > most[$0] }) {
                entry.find("e_min_pu", "e_min_pu is above e_max_pu", "lower e_min_pu or raise e_max_pu")
            }
            if seriesOf["stores"]?["standing_loss"] != nil {
                entry.find("standing_loss", "standing_loss by snapshot is not supported", "write it as a column")
            }
            let span = (most.values.max() ?? 0) - min(least.values.min() ?? 0, 0)
            let cost = entry.course("marginal_cost", standard: 0)
            let unit = GridCase.StorageUnit(
                name: entry.id, bus: bus ?? 0, carrier: entry.carrier(), nominal: span / shortest,
                minimum: .constant(-1), maximum: .constant(1), leastEnergy: least, mostEnergy: most,
                initialEnergy: entry.number("e_initial", standard: 0), isCyclic: entry.flag("e_cyclic"),
                storeEfficiency: 1, dispatchEfficiency: 1,
                standingLoss: entry.number("standing_loss", standard: 0, range: 0...1), inflow: .constant(0),
                dispatchCost: cost, chargeCost: cost.map { -$0 }, spillCost: .constant(0), origin: entry.origin)
            if bus != nil { grid.storageUnits.append(unit) }
        }
    }

    /// Both ends of a branch; nil after a finding.
    private func ends(_ entry: Entry) -> (Int, Int)? {
        guard let from = entry.bus("bus0"), let to = entry.bus("bus1") else { return nil }
        if from == to {
            entry.find("bus1", "it leads from `\(entry.text("bus0"))` to itself", "name two buses")
            return nil
        }
        return (from, to)
    }

    /// s_nom, which may be infinite.
    private func limit(_ entry: Entry) -> Double {
        if let cells = entry.component.column("s_nom"), PyPSAReader.number(cells, entry.row) == .infinity {
            return .infinity
        }
        return entry.number("s_nom", standard: 0, range: PyPSAReader.positive)
    }

    private static let noAngles = -Double.infinity...Double.infinity

    private func readLines(_ grid: inout GridCase) {
        for entry in entries("lines") {
            let (limit, maximum) = (
                limit(entry), entry.course("s_max_pu", standard: 1, range: PyPSAReader.positive)
            )
            guard let (from, to) = ends(entry) else { continue }
            let voltages = (grid.buses[from].nominalVoltage, grid.buses[to].nominalVoltage)
            if voltages.0 != voltages.1 {
                entry.find(
                    "bus1",
                    "the line joins buses of \(Numeral.text(voltages.0)) kV and \(Numeral.text(voltages.1)) kV",
                    "join them with a transformer, or mend v_nom")
                continue
            }
            // In a network of direct current the resistance is what drives the flow.
            let attribute = busCarrier(from) == "DC" ? "r" : "x"
            let impedance = entry.number(attribute, standard: 0)
            if impedance == 0 || voltages.0 == 0 {
                entry.find(
                    voltages.0 == 0 ? "bus0" : attribute,
                    voltages.0 == 0
                        ? "the nominal voltage of its buses is 0" : "\(attribute) is 0, so that nothing rules the flow",
                    voltages.0 == 0 ? "write v_nom in kV" : "write \(attribute) in ohm")
                continue
            }
            grid.lines.append(
                GridCase.Line(
                    name: entry.id, bus0: from, bus1: to, reactance: impedance / (voltages.0 * voltages.0), shift: 0,
                    nominal: limit, maximum: maximum, angles: PyPSAReader.noAngles, isTransformer: false,
                    length: entry.number("length", standard: 0), origin: entry.origin))
        }
    }

    private func busCarrier(_ bus: Int) -> String {
        guard let component = tables.components["buses"], let cells = component.column("carrier"),
            let row = component.ids.firstIndex(of: busIDs[bus])
        else { return "AC" }
        return PyPSAReader.text(cells, row)
    }

    private func readTransformers(_ grid: inout GridCase) {
        for entry in entries("transformers") {
            let (limit, maximum) = (
                limit(entry), entry.course("s_max_pu", standard: 1, range: PyPSAReader.positive)
            )
            let reactance = entry.number("x", standard: 0)
            let tap = entry.number("tap_ratio", standard: 1, range: 1e-3...1e3)
            let shift = entry.number("phase_shift", standard: 0)
            let (low, high) = (
                entry.number("phase_shift_min", standard: 0), entry.number("phase_shift_max", standard: 0)
            )
            if low < high {
                entry.find(
                    "phase_shift_min", "a phase shift that is optimised is not supported", "fix it with phase_shift")
            }
            if seriesOf["transformers"]?["phase_shift"] != nil {
                entry.find("phase_shift", "a phase shift by snapshot is not supported", "write it as a column")
            }
            guard let (from, to) = ends(entry) else { continue }
            if reactance == 0 || limit == 0 || limit.isInfinite {
                entry.find(
                    reactance == 0 ? "x" : "s_nom",
                    reactance == 0
                        ? "x is 0, so that nothing rules the flow"
                        : "s_nom is \(Numeral.text(limit)), and x is per unit of it",
                    reactance == 0 ? "write x, per unit of s_nom" : "write s_nom in MVA")
                continue
            }
            grid.lines.append(
                GridCase.Line(
                    name: entry.id, bus0: from, bus1: to, reactance: reactance * tap / limit,
                    shift: shift * .pi / 180, nominal: limit, maximum: maximum, angles: PyPSAReader.noAngles,
                    isTransformer: true, length: 0, origin: entry.origin))
        }
    }

    private func readLinks(_ grid: inout GridCase) {
        for entry in entries("links") {
            let (minimum, maximum) = entry.bounds(0, 1)
            let nominal = entry.number("p_nom", standard: 0, range: PyPSAReader.positive)
            let efficiency = entry.course("efficiency", standard: 1, range: PyPSAReader.positive)
            let quadratic = entry.course("marginal_cost_quadratic", standard: 0, range: PyPSAReader.positive)
            let cost = GridCase.Cost(
                linear: entry.course("marginal_cost", standard: 0), quadratic: quadratic.map { 2 * $0 })
            guard let (from, to) = ends(entry) else { continue }
            grid.links.append(
                GridCase.Link(
                    name: entry.id, bus0: from, bus1: to, carrier: entry.carrier(), nominal: nominal,
                    minimum: minimum, maximum: maximum, efficiency: efficiency, cost: cost,
                    length: entry.number("length", standard: 0), origin: entry.origin))
        }
    }
}
