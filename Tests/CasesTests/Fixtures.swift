import Foundation
import WorldModel

@testable import Cases

/// The files of these tests, and what reading them gives.
enum Fixtures {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    /// With WORLDLINES_GOLDEN=1 the tests write what is expected anew: read its diff.
    static let isGolden = ProcessInfo.processInfo.environment["WORLDLINES_GOLDEN"] == "1"

    static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    static func names(_ folder: String, ending: String = "") -> [String] {
        let all = try? FileManager.default.contentsOfDirectory(atPath: path(folder))
        return (all ?? []).filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }.sorted()
    }

    static func read(_ name: String, _ convention: SusceptanceConvention = .matpower) throws -> GridCase {
        try CaseFile(path: path(name)).read(convention: convention)
    }

    /// What is found in a file or folder, a finding a line, without the folder that it stands in.
    static func findings(_ path: String) throws -> String {
        do {
            _ = try CaseFile(path: path).read()
            return ""
        } catch let findings as Findings {
            return findings.description.replacingOccurrences(of: path, with: "CASE") + "\n"
        }
    }

    /// The findings of a text that stands in a `.m` file.
    static func read(matpower text: String, _ convention: SusceptanceConvention = .matpower) throws -> GridCase {
        let collector = Collector()
        let grid = MatpowerReader.read(Array(text.utf8), file: "case.m", convention: convention, collector)
        try collector.check()
        return grid
    }

    /// A copy of the PyPSA network with the files of a folder in the place of its own; `x.removed` takes `x` away.
    static func network(changedBy changes: String, _ body: (String) throws -> Void) throws {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("network-\(UUID().uuidString)")
        try FileManager.default.copyItem(atPath: path("pypsa/network"), toPath: copy.path)
        defer { try? FileManager.default.removeItem(at: copy) }
        for name in names(changes) where name != "expected.txt" {
            let target = copy.appendingPathComponent(name.replacingOccurrences(of: ".removed", with: "")).path
            try? FileManager.default.removeItem(atPath: target)
            if !name.hasSuffix(".removed") {
                try FileManager.default.copyItem(atPath: path(changes + "/" + name), toPath: target)
            }
        }
        try body(copy.path)
    }
}
