import Branching
import CHDF5
import WorldModel

/// An archive that is being written: everything but the simulated numbers stands after `init`.
final class ArchiveTarget {
    private typealias Attributes = [(String, String)]

    private let layout: ArchiveLayout
    private let file: HDF5File
    private let netCDF: NetCDFWriter
    private var yearly: [HDF5Dataset?] = []
    private let states: HDF5Group
    private var stateColumns: [[HDF5Dataset]] = []
    private var outcomes: [[Double]] = []
    private let outcomeNames: [String]
    private let lineCoordinates: String
    /// The world lines of a chunk of each variable.
    let chunkLines: [Int]

    init(path: String, layout: ArchiveLayout) throws {
        self.layout = layout
        file = try HDF5File.create(path)
        netCDF = NetCDFWriter(file: file)
        states = try file.makeGroup("states")
        outcomeNames = layout.outcomeNames.map { "outcome_\($0)" }
        lineCoordinates =
            (["policy", "sample"] + layout.leverNames.map { "lever_\($0)" }
            + layout.uncertaintyNames.map { "uncertainty_\($0)" } + layout.shockNames.map { "shock_\($0)" }
            + ["parent_world_line", "fork_time_index"]).joined(separator: " ")
        chunkLines = layout.variables.map {
            ArchiveTarget.linesOfChunk(
                bytesOfLine: layout.tree.times.count * $0.count * 8, policies: layout.tree.policies.count,
                worldLines: layout.worldLines)
        }
        outcomes = layout.outcomes.map { _ in [Double](repeating: NetCDFWriter.fill, count: layout.worldLines) }
        try writeHeader()
        try makeDimensions()
        try writeWorldLines()
        try makeYearly()
        try makeStates()
    }

    /// As many lines as 256 KiB hold, so that chunks don't straddle blocks of eight samples.
    static func linesOfChunk(bytesOfLine: Int, policies: Int, worldLines: Int) -> Int {
        let block = Seat.perBundle * policies
        let most = max(1, Assembly.chunkBytes / max(1, bytesOfLine))
        let lines = (1...min(block, most)).last { block % $0 == 0 } ?? 1
        return min(lines, worldLines)
    }

    private func writeHeader() throws {
        let texts: Attributes = [
            ("Conventions", "CF-1.11"), ("title", layout.title), ("institution", "not stated"),
            ("source", "worldlines \(Build.version), simulated"), ("history", "written by worldlines \(Build.version)"),
            ("references", "docs/ARCHIVE-FORMAT.md of worldlines"), ("comment", layout.question),
            ("format", Assembly.format),
        ]
        for (name, text) in texts { try file.setAttribute(name, text) }
        try file.setAttribute("format_version", Int32(Assembly.formatVersion))
        let facts: Attributes = [
            ("study", layout.study), ("world", layout.world), ("licence", layout.licence),
            ("currency", layout.currency), ("seed", String(layout.seed)), ("study_digest", layout.studyDigest),
            ("code_version", Build.version), ("cpu_class", Build.cpuClass), ("keep_states", layout.keepStates.rawValue),
        ]
        for (name, text) in facts { try file.setAttribute(name, text) }
        try file.setAttribute("samples", Int32(layout.samples))
        try file.setAttribute("policies", Int32(layout.tree.policies.count))
        try file.setAttribute("first_year", Int32(layout.tree.years.lowerBound))
        try file.setAttribute("last_year", Int32(layout.tree.years.upperBound))
        try file.setAttribute("step_years", Int32(layout.tree.step))
    }

    private func makeDimensions() throws {
        try netCDF.dimension(
            "world_line", (0..<layout.worldLines).map(Int32.init),
            attributes: [
                ("standard_name", "realization"), ("long_name", "world line: sample x policies + policy"),
                ("units", "1"),
            ])
        let starts = layout.tree.times.map { Double(($0 - layout.epoch) * 365) }
        let length = Double(layout.tree.step * 365)
        try netCDF.dimension(
            "time", starts.map { $0 + 364.5 },
            attributes: [
                ("standard_name", "time"),
                ("long_name", "31 December of the \(layout.tree.step > 1 ? "step's first " : "")year"),
                ("units", "days since \(ArchiveTarget.fourDigits(layout.epoch))-01-01 00:00:00"),
                ("calendar", "noleap"), ("axis", "T"), ("bounds", "time_bnds"),
            ])
        try netCDF.bareDimension("nv", 2)
        let bounds = try netCDF.variable("time_bnds", type: Double.fileType, over: ["time", "nv"], attributes: [])
        try bounds.write(starts.flatMap { [$0, $0 + length] })
        for entities in layout.entities where !entities.names.isEmpty {
            try netCDF.bareDimension(entities.dimension, entities.names.count)
        }
        for entities in layout.entities where !entities.names.isEmpty {
            let name = entities.dimension
            let identifier: Attributes = name == "city" ? [("cf_role", "timeseries_id")] : []
            try netCDF.text(
                "\(name)_name", entities.names, over: name,
                attributes: [("long_name", "name of the \(name)")] + identifier)
            if entities.latitudes.isEmpty { continue }
            for (short, long, unit, values) in [
                ("lat", "latitude", "degrees_north", entities.latitudes),
                ("lon", "longitude", "degrees_east", entities.longitudes),
            ] {
                let place = try netCDF.variable(
                    short, type: Double.fileType, over: [name],
                    attributes: [("standard_name", long), ("long_name", "\(long) of the \(name)"), ("units", unit)])
                try place.write(values)
            }
        }
    }

    private static func fourDigits(_ year: Int) -> String {
        String(repeating: "0", count: max(0, 4 - String(year).count)) + String(year)
    }

    private func writeWorldLines() throws {
        let policies = layout.tree.policies
        func perLine<Value>(_ value: (_ sample: Int, _ policy: Int) -> Value) -> [Value] {
            (0..<layout.samples).flatMap { sample in policies.indices.map { value(sample, $0) } }
        }
        func number(_ name: String, _ longName: String, _ values: [Int]) throws {
            let dataset = try netCDF.variable(
                name, type: Int32.fileType, over: ["world_line"], attributes: [("long_name", longName), ("units", "1")])
            try dataset.write(values.map(Int32.init))
        }
        try netCDF.text(
            "policy", perLine { _, policy in policies[policy].name }, over: "world_line",
            attributes: [("long_name", "policy: the option of every decision")])
        try number("sample", "sample of the uncertainties", perLine { sample, _ in sample })
        for (name, lever) in zip(layout.leverNames, layout.levers) {
            try netCDF.text(
                "lever_\(name)", perLine { _, policy in lever.options[policy] },
                over: "world_line", attributes: [("long_name", "option of lever '\(lever.name)'")])
        }
        for (name, range) in zip(layout.rangeNames, layout.ranges) {
            let dataset = try netCDF.variable(
                "range_\(name)", type: Double.fileType, over: ["world_line"],
                attributes: attributes(unit: range.unit, longName: "chosen value of \(range.name)"))
            try dataset.write(perLine { _, policy in range.values[policy] })
        }
        let draws = (0..<layout.samples).map(layout.draw)
        let names = layout.uncertaintyNames
        for (index, uncertainty) in layout.uncertainties.enumerated() {
            let dataset = try netCDF.variable(
                "uncertainty_\(names[index])", type: Double.fileType, over: ["world_line"],
                attributes: attributes(unit: uncertainty.unit, longName: "drawn value of \(uncertainty.path)"))
            try dataset.write(perLine { sample, _ in draws[sample][index] })
        }
        for (name, shock) in zip(layout.shockNames, layout.shocks) {
            try number(
                "shock_\(name)", "whether shock '\(shock.name)' strikes: 1 if so",
                perLine { sample, _ in shock.strikes[sample] ? 1 : 0 })
            let date = try netCDF.variable(
                "shock_\(name)_date", type: Double.fileType, over: ["world_line"], fill: NetCDFWriter.fill,
                attributes: [
                    ("long_name", "decimal year in which shock '\(shock.name)' strikes"), ("units", "year"),
                ])
            try date.write(perLine { sample, _ in shock.strikes[sample] ? shock.date : NetCDFWriter.fill })
        }
        let parents = layout.parents
        try number(
            "parent_world_line", "world line from which this one forked; -1 for the first of a sample",
            perLine { sample, policy in
                parents[policy].policy.map { layout.tree.worldLine(sample: sample, policy: $0) } ?? -1
            })
        try number(
            "fork_time_index", "first time index that is not shared with the parent",
            perLine { _, policy in parents[policy].forkIndex })
        for (name, outcome) in zip(outcomeNames, layout.outcomes) {
            let dataset = try netCDF.variable(
                name, type: Double.fileType, over: ["world_line"], fill: NetCDFWriter.fill,
                attributes: attributes(
                    unit: outcome.unit, longName: "outcome '\(outcome.name)', from \(variableName(outcome.variable))")
                    + [
                        ("direction", outcome.minimize ? "minimize" : "maximize"), ("coordinates", lineCoordinates),
                    ])
            for (key, limit) in [("at_least", outcome.limits.lowerBound), ("at_most", outcome.limits.upperBound)]
            where limit.magnitude < Double.greatestFiniteMagnitude {
                try dataset.setAttribute(key, limit)
            }
        }
    }

    private func variableName(_ index: Int) -> String { layout.variables[index].name }

    private func attributes(unit: String, longName: String) -> [(String, String)] {
        let unit = CFUnit(unit, currency: layout.currency)
        var attributes = [("long_name", longName), ("units", unit.units)]
        if let comment = unit.comment { attributes.append(("comment", comment)) }
        if let temperature = unit.temperature { attributes.append(("units_metadata", temperature)) }
        return attributes
    }

    private func makeYearly() throws {
        for (variable, lines) in zip(layout.variables, chunkLines) {
            if variable.count == 0 {
                yearly.append(nil)
                continue
            }
            var axes = ["world_line", "time"]
            var coordinates = lineCoordinates
            var chunk = [lines, layout.tree.times.count]
            if let dimension = variable.dimension {
                axes.append(dimension)
                chunk.append(variable.count)
                coordinates += " \(dimension)_name"
                if layout.entities.contains(where: { $0.dimension == dimension && !$0.latitudes.isEmpty }) {
                    coordinates += " lat lon"
                }
            }
            let attributes =
                attributes(unit: variable.unit, longName: variable.longName) + [
                    ("cell_methods", "time: \(variable.cellMethod)"), ("coordinates", coordinates),
                ]
            yearly.append(
                try netCDF.variable(
                    variable.name, type: Double.fileType, over: axes, storage: .deflated(chunk),
                    fill: NetCDFWriter.fill, attributes: attributes))
        }
    }

    // The sources stand inside, for compliance-checker 6.1.0 breaks off on a file with two groups at its root.
    private func makeStates() throws {
        try states.setAttribute("long_name", "what a fork needs: states at the ends of nodes, files of world and study")
        let lanes = min(Seat.perBundle, layout.samples)
        let names = layout.stateGroups
        for node in layout.keptNodes {
            let group = try states.makeGroup(names[node.index])
            try group.setAttribute("node", node.name)
            try group.setAttribute("end_year", Int32(node.years.upperBound))
            try netCDF.dimension(
                "sample", (0..<layout.samples).map(Int32.init), in: group,
                attributes: [("long_name", "sample of the uncertainties"), ("units", "1")])
            var columns: [HDF5Dataset] = []
            for column in layout.stateColumns where column.count > 0 {
                try netCDF.bareDimension("entity\(column.count)", column.count, in: group)
            }
            for column in layout.stateColumns where column.count > 0 {
                columns.append(
                    try netCDF.variable(
                        column.name, type: Double.fileType, over: ["sample", "entity\(column.count)"], in: group,
                        storage: layout.isDeflated(column) ? .deflated([lanes, column.count]) : .contiguous,
                        fill: NetCDFWriter.fill, attributes: []))
            }
            stateColumns.append(columns)
        }
    }

    /// Writes the numbers of a block.
    func write(_ block: FinishedBlock) throws {
        for chunk in block.chunks {
            guard let dataset = yearly[chunk.item] else { continue }
            let rank = layout.variables[chunk.item].dimension == nil ? 2 : 3
            try dataset.writeChunk(at: [chunk.first] + Array(repeating: 0, count: rank - 1), chunk.bytes)
        }
        for (line, values) in block.outcomes.enumerated() {
            for (outcome, value) in values.enumerated() { outcomes[outcome][block.firstLine + line] = value }
        }
        for (columns, chunks) in zip(stateColumns, block.states) {
            for (column, contents) in zip(columns, chunks) {
                switch contents {
                case .deflated(let bytes): try column.writeChunk(at: [Seat.perBundle * block.block, 0], bytes)
                case .plain(let values, let samples):
                    try column.write(
                        values, at: [Seat.perBundle * block.block, 0], count: [samples, values.count / samples])
                }
            }
        }
    }

    /// Writes what needs all blocks, then the sources.
    func close() throws {
        for (name, values) in zip(outcomeNames, outcomes) {
            try file.dataset(name).write(values)
        }
        let group = try states.makeGroup(ArchiveLayout.sourceGroup)
        try group.setAttribute("study", layout.sourcePath)
        for (number, source) in layout.sources.enumerated() {
            let bytes = source.bytes.isEmpty ? [0] : source.bytes
            try netCDF.bareDimension("bytes_\(number)", bytes.count, in: group)
            let dataset = try netCDF.variable(
                "file_\(number)", type: UInt8.fileType, over: ["bytes_\(number)"], in: group,
                storage: .deflated([min(bytes.count, 1 << 20)]),
                attributes: [("long_name", "bytes of a file of world or study"), ("path", source.path)])
            try dataset.setAttribute("byte_count", Int64(source.bytes.count))
            try dataset.write(bytes)
        }
        try file.flush()
    }
}
