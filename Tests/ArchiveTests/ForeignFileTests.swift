import CHDF5
import Foundation
import Testing

@testable import Archive

/// Files that state what they don't hold, and children that die over them.
@Suite struct ForeignFileTests {
    private func inFile(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "foreign-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder + "/file.h5")
    }

    private func made(_ path: String, _ fill: (HDF5File) throws -> Void) throws {
        try withLibrary {
            let file = try HDF5File.create(path)
            try fill(file)
            try file.flush()
        }
    }

    /// An attribute of so many texts of fixed length.
    private func setTexts(_ count: Int, of bytes: Int, as key: String, in file: HDF5File) throws {
        let type = try file.stringType(bytes: Array(repeating: 65, count: bytes))
        let space = try file.space([count])
        let id = H5Acreate2(file.handle.id, key, type.id, space.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
        #expect(id >= 0)
        #expect(H5Awrite(id, type.id, [UInt8](repeating: 65, count: count * bytes)) >= 0)
        H5Aclose(id)
    }

    private func message(_ body: () throws -> some Sendable) -> String {
        do {
            _ = try withLibrary(body)
            return "nothing was refused"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [2, 900]) func anAttributeOfSeveralTextsIsRefused(count: Int) throws {
        try inFile { path in
            try made(path) { try setTexts(count, of: 31, as: "title", in: $0) }
            let words = message { try HDF5File.open(path).textAttribute("title") }
            #expect(
                words == "\(path): can't read attribute 'title' of '/': it has \(count) elements where one is expected")
        }
    }

    @Test func anAttributeOfOneTextIsReadWhole() throws {
        try inFile { path in
            try made(path) { try setTexts(1, of: 31, as: "title", in: $0) }
            let text = try withLibrary { try HDF5File.open(path).textAttribute("title") }
            #expect(text == String(repeating: "A", count: 31))
        }
    }

    @Test(arguments: [[1 << 40], [1 << 33, 1 << 33], [1 << 62, 4], [1 << 27]])
    func aTableLargerThanItsFileIsRefused(shape: [Int]) throws {
        try inFile { path in
            try made(path) { file in
                let chunk = shape.map { min($0, 512) }
                _ = try file.makeDataset("numbers", type: Double.fileType, shape: shape, storage: .deflated(chunk))
                let texts = try file.stringType(bytes: [65])
                _ = try file.makeDataset("texts", type: texts.id, shape: shape, storage: .deflated(chunk))
            }
            let words = message { try HDF5File.open(path).dataset("numbers").read(as: Double.self) }
            #expect(words.contains("can't read '/numbers'") && words.contains("more than a file of"), "\(words)")
            if shape != [1 << 27] {
                let words = message { try HDF5File.open(path).dataset("texts").readTexts() }
                #expect(words.contains("more than a file of"), "\(words)")
            }
        }
    }

    @Test func numbersThatNobodyWroteReadAsFillValues() throws {
        try inFile { path in
            try made(path) {
                _ = try $0.makeDataset(
                    "numbers", type: Double.fileType, shape: [100_000], storage: .deflated([512]), fill: 7)
            }
            let numbers = try withLibrary { try HDF5File.open(path).dataset("numbers").read(as: Double.self) }
            #expect(numbers.count == 100_000 && numbers.allSatisfy { $0 == 7 })
        }
    }

    @Test func whatHoldsNoNumbersIsRefused() throws {
        try inFile { path in
            try made(path) { file in
                try file.setAttribute("word", "five")
                let id = H5Acreate2(
                    file.handle.id, "none", Double.fileType, H5Screate(H5S_NULL), hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT)
                )
                H5Aclose(id)
            }
            #expect(message { try HDF5File.open(path).numberAttribute("word", as: Double.self) }.contains("numbers"))
            #expect(message { try HDF5File.open(path).numberAttribute("none", as: Double.self) }.contains("0 elements"))
            #expect(
                message { try HDF5File.open(path).numberAttribute("absent", as: Double.self) }.contains("HDF5 says"))
        }
    }

    @Test func linksThatLeadElsewhereAreRefused() throws {
        try inFile { path in
            try made(path) { file in
                let none = hid_t(H5P_DEFAULT)
                #expect(H5Lcreate_external("/etc/hostname", "/", file.handle.id, "out", none, none) >= 0)
                #expect(H5Lcreate_soft("/loop", file.handle.id, "loop", none, none) >= 0)
            }
            for name in ["out", "loop"] {
                let words = message { try HDF5File.open(path).dataset(name).shape() }
                #expect(words == "\(path): can't open '/\(name)': a link that leads elsewhere")
            }
        }
    }

    /// A child that is a script.
    private func child(_ script: String, leastPatience: Int = 20, _ path: String) throws -> FileChild {
        let program = path + ".sh"
        try ("#!/bin/sh\n" + script + "\n").write(toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        return try FileChild(executable: program, path: path, kind: .netCDF, leastPatience: leastPatience)
    }

    @Test func aChildThatCrashesBecomesAnError() throws {
        try inFile { path in
            let dying = try child("kill -SEGV $$", path)
            for _ in 0..<2 {
                let words = message { try dying.texts(.netCDFNames) }
                #expect(
                    words
                        == "\(path): can't open it: the HDF5 library crashed (signal 11) over it, so the file is damaged; "
                        + "get it or make it anew")
            }
            let leaving = try child("exit 3", path)
            #expect(message { try leaving.numbers(.netCDFValues("x")) }.contains("broke off over it"))
        }
    }

    @Test func aChildThatHangsBecomesAnError() throws {
        try inFile { path in
            let hanging = try child("exec sleep 60", leastPatience: 1, path)
            let start = ContinuousClock.now
            #expect(message { try hanging.extents(.netCDFShape("x")) }.contains("gave no answer in 1 s"))
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test func answersCrossTheProcessUnchanged() throws {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { ends.forEach { close($0) } }
        let numbers = [Double.nan, -.infinity, .leastNonzeroMagnitude, 1e308, -0.0, 0.1]
        try FileWire.put(FileAnswer.numbers([]), numbers: numbers, to: ends[0])
        let found = try FileWire.take(FileAnswer.self, from: ends[1])
        #expect(found.numbers.map(\.bitPattern) == numbers.map(\.bitPattern))
        let error = ArchiveError.outOfRange(path: "a", what: "b", value: 3, allowed: 0..<2)
        try FileWire.put(FileAnswer.failure(error), to: ends[0])
        guard case .failure(let same) = try FileWire.take(FileAnswer.self, from: ends[1]).value else {
            Issue.record("no failure")
            return
        }
        #expect("\(same)" == "\(error)")
    }
}
