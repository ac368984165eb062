import Foundation
import WorldModel

/// Turns the tables of a PyPSA network into a case.
struct PyPSAReader {
    let tables: PyPSATables
    let collector: Collector
    private let place: String
    var hours = GridCase.Hours.one
    /// Whether the snapshots could not be read, so that no series can be held against them.
    private var areHoursDoubted = false
    var seriesOf: [String: [String: PyPSATables.Series]] = [:]
    var buses: [String: Int] = [:]
    var busIDs: [String] = []
    var carriers: [String: Int] = [:]

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
        if tables.components["buses"] == nil, !tables.broken.contains("buses") {
            collector.add(place, nil, "buses", "the network has no buses", "add the table of buses")
        }
        readHours()
        refuseComponents()
        readSeries()
        grid.hours = hours
        refusePiecewise()
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
        Connection.check(
            &grid, collector, isolatedRemedy: "join it with a line, a transformer or a link",
            holdsAll: false)
        return grid
    }

    // MARK: Snapshots and series

    private mutating func readHours() {
        areHoursDoubted = tables.broken.contains("snapshots")
        guard let snapshots = tables.snapshots, !snapshots.labels.isEmpty else { return }
        hours.labels = snapshots.labels
        hours.weights = [Double](repeating: 1, count: hours.count)
        hours.durations = hours.weights
        hours.origins = hours.labels.indices.map { GridCase.Origin(file: snapshots.file, line: snapshots.line($0)) }
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

    private func refusePiecewise() {
        for each in tables.piecewise {
            let path = "\(each.component).\(each.attribute)"
            guard let attribute = PyPSAAttributes.attribute(each.component, each.attribute) else {
                collector.add(
                    each.file, each.headerLine, path,
                    "`\(each.attribute)` is not an attribute of \(each.component)",
                    PyPSAAttributes.remedy(each.component, each.attribute))
                continue
            }
            if case .silent = attribute.use { continue }
            collector.add(
                each.file, each.headerLine, path,
                "a piecewise `\(each.attribute)`, whose pieces depend on the power, is not supported",
                each.component == "generators" && each.attribute == "marginal_cost"
                    ? "write a generator for each piece, with its p_nom and marginal_cost"
                    : "write one number in \(each.component).csv")
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
            let attribute = PyPSAAttributes.attribute(series.component, series.attribute)
            switch attribute?.use {
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
            case .world? where series.attribute != "efficiency", .dispatch(bySnapshot: false)?:
                if series.ids.isEmpty { continue }
                collector.add(
                    series.file, series.headerLine, path, "`\(path)` by snapshot is not supported",
                    "write it as a column of \(series.component)")
            case .world?, .dispatch(bySnapshot: true)?:
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
                "the series has \(counted(series.values.count / max(series.ids.count, 1), "row")) for "
                    + counted(hours.count, "snapshot"),
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

    static func text(_ cells: PyPSATables.Column, _ row: Int) -> String {
        switch cells {
        case .texts(let texts): texts[row]
        case .numbers(let numbers): numbers[row].isNaN ? "" : Numeral.text(numbers[row])
        }
    }

    static func number(_ cells: PyPSATables.Column, _ row: Int) -> Double? {
        switch cells {
        case .texts(let texts): texts[row].lowercased().contains("x") ? nil : Double(texts[row].trimmed)
        case .numbers(let numbers): numbers[row]
        }
    }

    /// A row of a component.
    struct Entry {
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
            switch text(attribute).trimmed.lowercased() {
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
            switch cells {
            case .texts(let texts): if texts[row].trimmed.isEmpty { return standard }
            // What is blank in a table is NaN in netCDF.
            case .numbers(let numbers): if numbers[row].isNaN { return standard }
            }
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
            if let hour = values.firstIndex(where: { !range.contains($0) && !($0.isNaN && standard.isNaN) }) {
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

    static let positive = 0...Double.greatestFiniteMagnitude

    /// The active rows of a component, after findings for columns that are unknown or not supported.
    func entries(_ name: String) -> [Entry] {
        guard let component = tables.components[name] else { return [] }
        for (name, cells) in component.columns {
            guard let attribute = PyPSAAttributes.attribute(component.name, name) else {
                // PyPSA, by pandas, writes so the column that a comma at the end of each row makes.
                let isBlank = component.ids.indices.allSatisfy { PyPSAReader.text(cells, $0).trimmed.isEmpty }
                if name.hasPrefix("Unnamed: "), isBlank { continue }
                collector.add(
                    component.file, component.headerLine, "\(component.name).\(name)",
                    "`\(name)` is not an attribute of \(component.name)",
                    PyPSAAttributes.remedy(component.name, name))
                continue
            }
            if attribute.use == .refused { refuse(component, attribute, cells) }
        }
        return component.ids.indices.map { Entry(reader: self, name: name, component: component, row: $0) }
            .filter { !$0.id.isEmpty && $0.flag("active", standard: true) }
    }

    private func refuse(
        _ component: PyPSATables.Component, _ attribute: PyPSAAttribute, _ cells: PyPSATables.Column
    ) {
        let odd = component.ids.indices.first { !attribute.isStandard(PyPSAReader.text(cells, $0)) }
        guard let odd else { return }
        collector.add(
            component.file, component.line(odd), "\(component.name)[\(component.ids[odd])].\(attribute.name)",
            "PyPSA's `\(component.name).\(attribute.name)` is not supported, and "
                + "`\(PyPSAReader.text(cells, odd))` asks for it",
            attribute.standard.isEmpty
                ? "empty the cell if the network means the same without it"
                : "leave it at PyPSA's default `\(attribute.standard)`, which is ignored, if the network means the same"
        )
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
}
