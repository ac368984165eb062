internal import Archive
import Foundation
import WorldModel

/// Reads the netCDF file that `network.export_to_netcdf` writes.
///
/// A component's ids are the variable `generators_i`, a static attribute is `generators_p_nom`, an attribute by snapshot
/// is `generators_t_p_max_pu` over the snapshots and the ids in `generators_t_p_max_pu_i`.
struct PyPSANetCDF {
    private let file: NetCDFFile
    private let collector: Collector
    private var path: String { file.path }

    /// The tables of a file, or what could be read of it: every finding is with the collector.
    static func read(_ path: String, _ collector: Collector) throws(ArchiveError) -> PyPSATables {
        let reader = PyPSANetCDF(file: try NetCDFFile(path: path), collector: collector)
        return try reader.tables()
    }

    /// What a variable's name says.
    private enum Meaning {
        case snapshots
        case weights(String)
        case ids(String)
        case attribute(String, String)
        case seriesIDs
        case series(String, String)
        case piecewise(String, String)
        case piecewiseIDs
    }

    private static let components = PyPSAAttributes.tables

    private func meaning(_ name: String, _ names: Set<String>) -> Meaning? {
        if name == "snapshots" { return .snapshots }
        if name == "breakpoint" { return .piecewiseIDs }
        if name.hasPrefix("snapshots_") { return .weights(String(name.dropFirst(10))) }
        let fits = Self.components.filter { name == $0 || name.hasPrefix($0 + "_") }
        guard let component = fits.max(by: { $0.count < $1.count }) else { return nil }
        let rest = String(name.dropFirst(component.count + 1))
        if rest == "i" || rest.isEmpty { return .ids(component) }
        if rest.hasPrefix("pw_") {
            let attribute = String(rest.dropFirst(3))
            for end in ["_attr_i", "_i"] where attribute.hasSuffix(end) { return .piecewiseIDs }
            return .piecewise(component, attribute)
        }
        guard rest.hasPrefix("t_") else { return .attribute(component, rest) }
        let attribute = String(rest.dropFirst(2))
        if attribute.hasSuffix("_i"), names.contains("\(component)_t_\(attribute.dropLast(2))") { return .seriesIDs }
        return .series(component, attribute)
    }

    private func tables() throws(ArchiveError) -> PyPSATables {
        var tables = PyPSATables()
        tables.name = try file.text("network_name") ?? ""
        let names = Set(file.names)
        var labels: [String]?
        var weights: [(name: String, cells: PyPSATables.Column)] = []
        var columns: [String: [(name: String, cells: PyPSATables.Column)]] = [:]
        var ids: [String: [String]] = [:]
        for name in file.names {
            guard let meaning = meaning(name, names) else {
                collector.add(
                    path, nil, name, "the variable `\(name)` belongs to no component of a PyPSA network",
                    Nearest.remedy(String(name.prefix { $0 != "_" }), among: Self.components))
                continue
            }
            switch meaning {
            case .snapshots: if labels == nil { labels = try self.labels(name) }
            // Since PyPSA 1.0 the rows are counted, and what they are called is a variable of its own.
            case .weights("snapshot"): labels = try self.labels(name)
            case .weights(let column): weights.append((column, try cells(name)))
            case .ids(let component): ids[component] = try texts(name)
            case .attribute(let component, let attribute):
                columns[component, default: []].append((attribute, try cells(name)))
            case .seriesIDs, .piecewiseIDs: break
            case .piecewise(let component, let attribute):
                tables.piecewise.append(
                    PyPSATables.Piecewise(component: component, attribute: attribute, file: path, headerLine: nil))
            case .series(let component, let attribute):
                if let found = try series(name, component, attribute) { tables.series.append(found) }
            }
        }
        if let labels {
            tables.snapshots = PyPSATables.Snapshots(
                file: path, lines: [], keys: labels, labels: labels, weights: weights)
        }
        for (component, found) in columns where ids[component] == nil && !found.isEmpty {
            collector.add(
                path, nil, component, "the variable `\(component)_i`, the ids of the \(component), is missing",
                "write the file with PyPSA's `export_to_netcdf`")
        }
        for (component, ids) in ids {
            let whole = (columns[component] ?? []).filter { column in
                if column.cells.count == ids.count { return true }
                collector.add(
                    path, nil, "\(component)_\(column.name)",
                    "it holds \(counted(column.cells.count, "value")) for \(counted(ids.count, "row")) of \(component)",
                    "write the file anew")
                return false
            }
            tables.components[component] = PyPSATables.Component(
                name: component, file: path, headerLine: nil, ids: ids, lines: [], columns: whole)
        }
        return tables
    }

    private func cells(_ name: String) throws(ArchiveError) -> PyPSATables.Column {
        switch try file.values(of: name) {
        case .numbers(let numbers): .numbers(numbers)
        case .texts(let texts): .texts(texts)
        }
    }

    /// Texts, or numbers that serve as ids.
    private func texts(_ name: String) throws(ArchiveError) -> [String] {
        switch try file.values(of: name) {
        case .numbers(let numbers): numbers.map(Numeral.text)
        case .texts(let texts): texts
        }
    }

    private func series(
        _ name: String, _ component: String, _ attribute: String
    ) throws(ArchiveError) -> PyPSATables.Series? {
        func made(_ ids: [String], _ values: [Double]) -> PyPSATables.Series {
            PyPSATables.Series(
                component: component, attribute: attribute, file: path, headerLine: nil, ids: ids, labels: nil,
                lines: [], values: values)
        }
        if !PyPSAAttributes.isRead(component, attribute) { return made([], []) }
        let isFree = PyPSAAttributes.isFree(component, attribute)
        guard file.names.contains(name + "_i") else {
            collector.add(
                path, nil, name, "the variable `\(name)_i`, the ids of its columns, is missing",
                "write the file with PyPSA's `export_to_netcdf`")
            return nil
        }
        let ids = try texts(name + "_i")
        let shape = try file.shape(of: name)
        guard shape.count == 2, shape[1] == ids.count, case .numbers(let values) = try file.values(of: name) else {
            collector.add(
                path, nil, name, "it isn't a table of numbers, a column for each of its \(counted(ids.count, "id"))",
                "write the file with PyPSA's `export_to_netcdf`")
            return nil
        }
        var isWhole = true
        for (column, id) in ids.enumerated() {
            let odd = (0..<shape[0]).first { row in
                let value = values[row * ids.count + column]
                return !value.isFinite && !(isFree && value.isNaN)
            }
            if let odd {
                isWhole = false
                let value = values[odd * ids.count + column]
                collector.add(
                    path, nil, "\(component)_t_\(attribute)[\(id)]",
                    "the value of snapshot \(odd) is \(value.isNaN ? "NaN" : "\(value)"), not a finite number",
                    "give a number for every snapshot")
            }
        }
        return isWhole ? made(ids, values) : nil
    }

    /// The snapshots as texts: times in the form that PyPSA's CSV has.
    private func labels(_ name: String) throws(ArchiveError) -> [String] {
        switch try file.values(of: name) {
        case .texts(let texts): return texts
        case .numbers(let numbers):
            guard let units = try file.text("units", of: name), let axis = TimeAxis(units: units) else {
                return numbers.map(Numeral.text)
            }
            return numbers.map(axis.label)
        }
    }
}

/// Times as CF has them: `hours since 2030-01-01 00:00:00`.
struct TimeAxis {
    private let step: Double
    private let origin: Date

    init?(units: String) {
        let words = units.split(separator: " ").map(String.init)
        let steps = ["days": 86400.0, "hours": 3600, "minutes": 60, "seconds": 1, "nanoseconds": 1e-9]
        guard words.count >= 3, words[1] == "since", let step = steps[words[0]] else { return nil }
        let date = words[2].split(separator: "T").map(String.init)
        let clock = words.count > 3 ? words[3] : date.count > 1 ? date[1] : "00:00:00"
        let numbers =
            date[0].split(separator: "-").map { Int($0) } + clock.split(separator: ":").map { Int($0.prefix(2)) }
        guard numbers.count >= 5, !numbers.contains(nil) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = DateComponents(
            year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4],
            second: numbers.count > 5 ? numbers[5] : 0)
        guard let origin = calendar.date(from: parts) else { return nil }
        self.step = step
        self.origin = origin
    }

    /// Seconds about the origin that calendars count, some 30 million years.
    private static let reach = 1e15

    /// `2030-01-01 00:00:00`; the bare number where it is out of all calendars' reach.
    func label(_ count: Double) -> String {
        let seconds = (count * step).rounded()
        guard seconds.magnitude <= TimeAxis.reach else { return Numeral.text(count) }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second], from: origin.addingTimeInterval(seconds))
        func digits(_ number: Int?, _ count: Int) -> String {
            let text = String(number ?? 0)
            return String(repeating: "0", count: max(count - text.count, 0)) + text
        }
        return "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2)) "
            + "\(digits(parts.hour, 2)):\(digits(parts.minute, 2)):\(digits(parts.second, 2))"
    }
}
