import Foundation
import WorldModel

/// Reads the CSV folder that `network.export_to_csv_folder` writes.
struct PyPSAFolder {
    private let folder: String
    private let collector: Collector

    /// The tables of a folder, or what could be read of it: every finding is with the collector.
    static func read(_ folder: String, _ collector: Collector) throws -> PyPSATables {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".csv") }.sorted()
        return PyPSAFolder(folder: folder, collector: collector).tables(names)
    }

    private static let others = ["network", "snapshots"]

    private func tables(_ names: [String]) -> PyPSATables {
        var tables = PyPSATables()
        let components = PyPSAAttributes.tables
        var series: [(name: String, component: String, attribute: String)] = []
        for name in names {
            let stem = String(name.dropLast(4))
            let parts = stem.split(separator: "-", maxSplits: 1).map(String.init)
            guard let component = parts.first,
                components.contains(component) || (parts.count == 1 && Self.others.contains(component))
            else {
                collector.add(
                    place(name), nil, nil, "`\(name)` is not a table of a PyPSA network",
                    Nearest.remedy(parts.first ?? "", among: components + Self.others))
                continue
            }
            if parts.count == 2, parts[1].hasSuffix("-pw") {
                tables.piecewise.append(
                    PyPSATables.Piecewise(
                        component: component, attribute: String(parts[1].dropLast(3)), file: place(name),
                        headerLine: 1))
            } else if parts.count == 2 {
                series.append((name, component, parts[1]))
            } else if component == "snapshots" {
                tables.snapshots = snapshots(name)
                if tables.snapshots == nil { tables.broken.insert(component) }
            } else if component == "network" {
                tables.name = networkName(name)
            } else {
                tables.components[component] = self.component(name)
                if tables.components[component] == nil { tables.broken.insert(component) }
            }
        }
        for (name, component, attribute) in series {
            if let found = self.series(name, component, attribute) { tables.series.append(found) }
        }
        return tables
    }

    private func place(_ name: String) -> String { folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)" }

    private func bytes(_ name: String) -> [UInt8]? {
        do {
            return try PlainFile.read(place(name))
        } catch {
            let (message, remedy) = error.words(name)
            collector.add(place(name), nil, nil, message, remedy)
            return nil
        }
    }

    /// A table, whose rows may be none; nil after a finding, so that nothing is said of what then refers to missing rows.
    private func table(_ name: String) -> CSVTable? {
        guard let bytes = bytes(name) else { return nil }
        let before = collector.count
        let table = CSVTable.parse(bytes, file: place(name), mayBeEmpty: true, keepsSpaces: true, collector)?
            .withoutBlankColumns(file: place(name), collector)
        return collector.count == before ? table : nil
    }

    private func networkName(_ name: String) -> String {
        guard let table = table(name), let row = table.rows.first,
            let column = table.header.firstIndex(of: "name")
        else { return "" }
        return row.cells[column]
    }

    private func columns(_ table: CSVTable, _ file: String) -> [(name: String, cells: PyPSATables.Column)] {
        var seen: Set<String> = []
        return table.header.indices.dropFirst().compactMap { index in
            let name = table.header[index]
            guard seen.insert(name).inserted else {
                collector.add(file, table.headerLine, name, "the column `\(name)` stands twice", "keep one of them")
                return nil
            }
            return (name, .texts(table.rows.map { $0.cells[index] }))
        }
    }

    private func component(_ name: String) -> PyPSATables.Component? {
        guard let table = table(name) else { return nil }
        let stem = String(name.dropLast(4))
        let numeric = table.header.indices.dropFirst().filter { column in
            let standard = PyPSAAttributes.attribute(stem, table.header[column])?.standard ?? ""
            return Double(standard) != nil
        }
        if table.refusesDecimalCommas(in: numeric, file: place(name), collector) { return nil }
        return PyPSATables.Component(
            name: stem, file: place(name), headerLine: table.headerLine, ids: table.rows.map { $0.cells[0] },
            lines: table.rows.map(\.line), columns: columns(table, place(name)))
    }

    private func snapshots(_ name: String) -> PyPSATables.Snapshots? {
        guard let table = table(name) else { return nil }
        let keys = table.rows.map { $0.cells[0].trimmed }
        // Since PyPSA 1.0 the first column counts the rows, and the snapshots follow.
        let column = table.header.dropFirst().firstIndex(of: "snapshot")
        return PyPSATables.Snapshots(
            file: place(name), lines: table.rows.map(\.line), keys: keys,
            labels: column.map { column in table.rows.map { $0.cells[column].trimmed } } ?? keys,
            weights: columns(table, place(name)).filter { $0.name != "snapshot" })
    }

    /// A series; only its name where it isn't read, or nil after a finding.
    private func series(_ name: String, _ component: String, _ attribute: String) -> PyPSATables.Series? {
        var text = SeriesText(ids: [], headerLine: 1, labels: [], lines: [], values: [])
        if PyPSAAttributes.isRead(component, attribute) {
            guard let bytes = bytes(name),
                let found = SeriesText.parse(
                    bytes, file: place(name), isFree: PyPSAAttributes.isFree(component, attribute), collector)
            else {
                return nil
            }
            text = found
        }
        return PyPSATables.Series(
            component: component, attribute: attribute, file: place(name), headerLine: text.headerLine,
            ids: text.ids, labels: text.labels, lines: text.lines, values: text.values)
    }
}
