import Foundation

@testable import WorldModel

/// The small world of the tests, and copies of it with other files.
enum Mini {
    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    static let study = "studies/first.yaml"

    /// The files under a folder, by their paths inside it.
    static func files(_ folder: String) -> [SourceFile] {
        let root = fixtures.appendingPathComponent(folder).path
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return names.sorted().compactMap { name in
            (try? PlainFile.read(root + "/" + name)).map { SourceFile(path: name, bytes: $0) }
        }
    }

    /// The files of the world with some replaced.
    static func files(replacing other: [SourceFile]) -> [SourceFile] {
        let names = Set(other.map(\.path))
        return files("mini").filter { !names.contains($0.path) } + other
    }

    /// The files of the world with texts exchanged in one of them.
    static func files(_ path: String, _ changes: [(String, String)]) -> [SourceFile] {
        files("mini").map { file in
            guard file.path == path else { return file }
            var text = String(decoding: file.bytes, as: UTF8.self)
            for (old, new) in changes {
                precondition(text.contains(old), "\(path) has no `\(old)`")
                text = text.replacingOccurrences(of: old, with: new)
            }
            return SourceFile(path: path, bytes: Array(text.utf8))
        }
    }

    static func world() throws -> World { try World.load(files: files("mini")) }
    static func first() throws -> Study { try Study.load(files: files("mini"), study: study) }
}

extension Study {
    /// The value of a path in a year, after all but shocks.
    func value(_ path: String, year: Int, sample: Int = 0, choices: [Int]) throws -> Double {
        let slot = try world.resolve(path: path)[0]
        guard let place = effects.slots.firstIndex(of: slot) else { return world.values[slot] }
        return values(year: year, sample: sample, choices: choices)[place]
    }

    func values(year: Int, sample: Int, choices: [Int]) -> [Double] {
        [Double](unsafeUninitializedCapacity: effects.slots.count) { buffer, count in
            let whole = UnsafeMutableBufferPointer(rebasing: buffer[..<effects.slots.count])
            whole.initialize(repeating: 0)
            effects.evaluate(year: year, sample: sample, choices: choices, into: whole)
            count = effects.slots.count
        }
    }
}
