import Archive
import ArgumentParser
import Foundation
import WorldModel

/// Writes an archive as CSV.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write an archive as CSV: outcomes.csv and yearly.csv.",
        discussion: """
            outcomes.csv has one row a world line: world_line, policy, sample, then lever_<name>, range_<name>, \
            uncertainty_<name>, shock_<name>, shock_<name>_date and outcome_<name>. yearly.csv has one row a number: world_line, policy, sample, year, \
            variable, entity, unit, value; entity is the city, carrier, link, bus or stage, and empty where there is none.
            """)

    @Argument(help: "The archive.", completion: .file(extensions: ["h5", "nc"]))
    var archive: String

    @Option(name: [.short, .customLong("output")], help: "The folder; it is made where it is not there.")
    var output: String

    @Flag(help: "Print one JSON object: the files and their rows.")
    var json = false

    private struct Report: Encodable {
        let files: [String: Int]
    }

    func validate() throws {
        if output.hasSuffix(".h5") || output.hasSuffix(".nc") {
            throw ValidationError("export writes a folder of CSV; '\(output)' is the name of an archive")
        }
    }

    func run() throws {
        let file = try Source(archive).archive()
        let folder = try Destination.folder(output)
        let outcomes = try CSVWriter("outcomes.csv", in: folder)
        try write(outcomesOf: file, to: outcomes)
        let yearly = try CSVWriter("yearly.csv", in: folder)
        try write(yearlyOf: file, to: yearly)
        try folder.finish()
        let rows = [output + "/outcomes.csv": outcomes.rows, output + "/yearly.csv": yearly.rows]
        if json {
            try Console.put(json: Report(files: rows))
        } else {
            for (path, count) in rows.sorted(by: { $0.key < $1.key }) {
                Console.put("\(path): \(counted(count, "row"))")
            }
        }
    }

    private func write(outcomesOf file: ArchiveFile, to csv: CSVWriter) throws {
        let levers = try file.levers().map { "lever_\($0)" }
        let numbers =
            try file.ranges().map { "range_\($0)" } + file.uncertainties().map { "uncertainty_\($0)" }
            + file.shocks().flatMap { ["shock_\($0)", "shock_\($0)_date"] }
            + file.outcomes().map { "outcome_\($0)" }
        let texts = try levers.map { try file.texts(of: $0) }
        let values = try numbers.map { try file.values(of: $0) }
        try csv.write(["world_line", "policy", "sample"] + levers + numbers)
        for worldLine in 0..<file.worldLines {
            try csv.write(
                file.identity(of: worldLine) + texts.map { $0[worldLine] } + values.map { csv.text($0[worldLine]) })
        }
        try csv.close()
    }

    private func write(yearlyOf file: ArchiveFile, to csv: CSVWriter) throws {
        try csv.write(["world_line", "policy", "sample", "year", "variable", "entity", "unit", "value"])
        for variable in try file.yearlyVariables() {
            let unit = try file.unit(of: variable.name)
            let values = try file.values(of: variable.name)
            let entities = try variable.dimension.map { try file.entities(of: $0, count: variable.count) } ?? [""]
            var index = 0
            for worldLine in 0..<file.worldLines {
                let identity = file.identity(of: worldLine)
                for year in file.times {
                    for entity in entities {
                        try csv.write(
                            identity + [String(year), variable.name, entity, unit, csv.text(values[index])])
                        index += 1
                    }
                }
            }
        }
        try csv.close()
    }
}

extension ArchiveFile {
    /// World line, policy and sample as CSV wants them.
    fileprivate func identity(of worldLine: Int) -> [String] {
        [String(worldLine), policies[worldLine % policies.count], String(worldLine / policies.count)]
    }
}

/// A CSV file of RFC 4180 that is written row after row into a folder.
final class CSVWriter {
    private(set) var rows = -1
    private let file: DurableFile
    private var buffer: [UInt8] = []

    init(_ name: String, in folder: DurableFolder) throws { file = try folder.file(name) }

    func write(_ cells: [String]) throws {
        buffer.append(contentsOf: cells.map { CSVTable.quoted($0) }.joined(separator: ",").utf8)
        buffer.append(contentsOf: "\r\n".utf8)
        rows += 1
        if buffer.count > 1 << 20 { try flush() }
    }

    /// The shortest text that reads back as the same number; empty where there is none.
    func text(_ value: Double) -> String { value.isNaN || value == ArchiveFile.fillValue ? "" : "\(value)" }

    func close() throws { try flush() }

    private func flush() throws {
        try file.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
