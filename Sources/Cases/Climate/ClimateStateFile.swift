internal import Archive
import FaIR
import Foundation
import WorldModel

/// The state of a climate run as a CSV: a row a scenario and member, with every number that a run needs to go on.
///
/// Numbers are written so that they read back as the same bits: a run that is cut in two equals the whole one.
public enum ClimateStateFile {
    private static func heads(_ columns: [ClimateSnapshot.ClimateColumn]) -> [String] {
        columns.flatMap { column in
            column.count == 1 ? [column.name] : (0..<column.count).map { "\(column.name)[\($0)]" }
        }
    }

    /// Writes a state.
    public static func write(_ state: ClimateSnapshot, of model: ClimateCase, to path: String) throws {
        let target = try DurableFile(path: path)
        let file = TableWriter(target)
        try file.write(["timebound", "scenario", "config"] + heads(state.columns))
        let year = "\(model.run.bound(state.bound))"
        let width = state.width
        for (s, scenario) in state.scenarios.enumerated() {
            for (m, member) in state.members.enumerated() {
                let first = (s * state.members.count + m) * width
                try file.write(
                    [year, scenario, member]
                        + state.values[first..<(first + width)].map { $0.isNaN ? "nan" : "\($0)" })
            }
        }
        try file.close()
        try target.finish()
    }

    /// Reads the state of a case; throws every finding at once.
    public static func read(_ path: String, of model: ClimateCase) throws(Findings) -> ClimateSnapshot {
        let findings = Collector()
        guard let file = LineFile(path: path), file.next() else {
            throw Findings([Finding(file: path, message: "the file can't be read", remedy: "mend the name")])
        }
        let columns = ClimateSnapshot.columns(of: model)
        let expected = ["timebound", "scenario", "config"] + heads(columns)
        let found = (0..<file.count).map(file.text)
        if found != expected {
            let difference = zip(found, expected).first { $0 != $1 }
            findings.add(
                path, 1, nil,
                difference.map { "the column `\($0.0)` stands where the case has `\($0.1)`" }
                    ?? "it has \(counted(found.count, "column")), the case \(expected.count)",
                "use a state that this case has saved, with the same species, layers and pools")
            try findings.check()
        }
        let width = columns.reduce(0) { $0 + $1.count }
        let scenarios = Dictionary(model.scenarios.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        let members = Dictionary(model.members.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        var values = Array(repeating: 0.0, count: width * model.scenarios.count * model.members.count)
        var seen = Set<Int>()
        var bound: Int?
        while file.next() {
            guard file.count == expected.count, let time = file.number(0) else {
                findings.add(
                    path, file.line, nil, "the row has \(counted(file.count, "cell"))", "use the file as it was saved")
                continue
            }
            guard let place = Int(exactly: ((time - model.run.start) / model.run.timestep).rounded()),
                abs(model.run.bound(place) - time) <= 1e-6 * model.run.timestep, (0...model.run.steps).contains(place),
                bound ?? place == place
            else {
                findings.add(
                    path, file.line, "timebound", "\(time) is no bound of the run, or not that of the other rows",
                    "use a state between \(model.run.start) and \(model.run.end)")
                continue
            }
            bound = place
            guard let s = scenarios[file.text(1)], let m = members[file.text(2)] else { continue }
            let first = (s * model.members.count + m) * width
            seen.insert(s * model.members.count + m)
            for index in 0..<width {
                guard let value = file.number(3 + index) else {
                    findings.add(
                        path, file.line, expected[3 + index], "`\(file.text(3 + index))` is not a number",
                        "use the file as it was saved")
                    continue
                }
                values[first + index] = value
            }
        }
        for (s, scenario) in model.scenarios.enumerated() {
            for (m, member) in model.members.enumerated() where !seen.contains(s * model.members.count + m) {
                findings.add(
                    path, nil, nil, "there is no state of member `\(member)` under `\(scenario)`",
                    "choose members and scenarios that were saved, with --members and --scenarios")
            }
        }
        try findings.check()
        return ClimateSnapshot(
            bound: bound ?? 0, columns: columns, members: model.members, scenarios: model.scenarios, values: values)
    }
}

/// Rows of a CSV file that is being written.
final class TableWriter {
    private let file: DurableFile
    private var buffer: [UInt8] = []

    init(_ file: DurableFile) { self.file = file }

    func write(_ cells: [String]) throws {
        for (index, cell) in cells.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            put(text: cell)
        }
        try endRow()
    }

    func put(text: String) {
        if text.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }) {
            buffer.append(contentsOf: "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\"".utf8)
        } else {
            buffer.append(contentsOf: text.utf8)
        }
    }

    /// A comma and a text.
    func put(cell: String) {
        buffer.append(UInt8(ascii: ","))
        put(text: cell)
    }

    /// A comma and a number, shortest of those that read back as the same; nothing after the comma where there is none.
    func put(_ value: Double) {
        buffer.append(UInt8(ascii: ","))
        if value.isNaN { return }
        if value == value.rounded(), abs(value) < 1e15 {
            buffer.append(contentsOf: "\(value == 0 ? 0 : Int(value))".utf8)
        } else {
            buffer.append(contentsOf: value.description.utf8)
        }
    }

    func endRow() throws {
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count > 1 << 18 { try flush() }
    }

    func close() throws { try flush() }

    private func flush() throws {
        try file.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
