import Branching
import Foundation
import WorldModel

/// An archive that this process reads.
final class ArchiveContents: AnsweringFile, @unchecked Sendable {
    private let path: String
    private let header: ArchiveHeader

    // Touched on the library's queue only; that makes the class safe to share.
    private let file: HDF5File

    init(path: String) throws(ArchiveError) {
        self.path = path
        (file, header) = try withLibrary {
            let file = try ArchiveContents.open(path)
            return (file, try ArchiveContents.header(of: file, path: path))
        }
    }

    private static func open(_ path: String) throws -> HDF5File {
        do {
            return try HDF5File.open(path)
        } catch {
            // What isn't HDF5 at all is something else, and not a damaged archive.
            let start = FileHandle(forReadingAtPath: path).flatMap { try? $0.read(upToCount: 4) }
            if let start, start != Data([0x89, 0x48, 0x44, 0x46]) { throw ArchiveError.notAnArchive(path: path) }
            throw error
        }
    }

    private static func header(of file: HDF5File, path: String) throws -> ArchiveHeader {
        guard file.hasAttribute("format"), try file.textAttribute("format") == Assembly.format else {
            throw ArchiveError.notAnArchive(path: path)
        }
        let version = Int(try file.numberAttribute("format_version", as: Int32.self))
        guard version == Assembly.formatVersion else {
            throw ArchiveError.unknownVersion(path: path, found: version, known: Assembly.formatVersion)
        }
        let title = try file.textAttribute("title")
        let studyName = try file.textAttribute("study")
        let studyDigest = try file.textAttribute("study_digest")
        let codeVersion = try file.textAttribute("code_version")
        let samples = Int(try file.numberAttribute("samples", as: Int32.self))
        let count = Int(try file.numberAttribute("policies", as: Int32.self))
        let first = Int(try file.numberAttribute("first_year", as: Int32.self))
        let last = Int(try file.numberAttribute("last_year", as: Int32.self))
        // Archives of before there were longer steps don't say it.
        let step = file.hasAttribute("step_years") ? Int(try file.numberAttribute("step_years", as: Int32.self)) : 1
        let (lines, overflow) = count.multipliedReportingOverflow(by: samples)
        guard !overflow, try file.dataset("policy").shape().first == lines else {
            throw ArchiveError.damagedArchive(
                path: path, reason: "it states \(samples) samples of \(count) policies and names the policies of others"
            )
        }
        let names = try file.dataset("policy").readText()
        guard let seed = UInt64(try file.textAttribute("seed")),
            let keep = KeepStates(rawValue: try file.textAttribute("keep_states")),
            first <= last, count > 0, samples > 0, step > 0, (last - first) % step == 0
        else { throw ArchiveError.notAnArchive(path: path) }
        guard try file.dataset("time").shape() == [(last - first) / step + 1] else {
            throw ArchiveError.damagedArchive(
                path: path,
                reason: "it states the years \(first) to \(last) in steps of \(step) and has the time of others")
        }
        guard Set(names.prefix(count)).count == count, names.indices.allSatisfy({ names[$0] == names[$0 % count] })
        else {
            throw ArchiveError.damagedArchive(
                path: path, reason: "its world lines don't have the same \(count) policies in every sample")
        }
        return ArchiveHeader(
            title: title, studyName: studyName, studyDigest: studyDigest, codeVersion: codeVersion, seed: seed,
            samples: samples, policies: Array(names.prefix(count)), firstYear: first, lastYear: last, step: step,
            keepStates: keep)
    }

    func answer(_ question: FileQuestion) throws(ArchiveError) -> FileAnswer {
        try withLibrary { try find(question) }
    }

    private func find(_ question: FileQuestion) throws -> FileAnswer {
        switch question {
        case .header: return .header(header)
        case .variables: return .texts(try variables())
        case .shape(let name): return .extents(try dataset(name).shape())
        case .attribute(let key, let name):
            let dataset = try dataset(name)
            return dataset.hasAttribute(key) ? .text(try dataset.textAttribute(key)) : .nothing
        case .number(let key, let name):
            let dataset = try dataset(name)
            return .numbers(dataset.hasAttribute(key) ? [try dataset.numberAttribute(key, as: Double.self)] : [])
        case .values(let name): return .numbers(try dataset(name).read(as: Double.self))
        case .line(let name, let worldLine): return .numbers(try values(of: name, worldLine: worldLine))
        case .texts(let name): return .texts(try dataset(name).readText())
        case .stateNodes: return .texts(try stateGroups().map(\.node))
        case .stateColumns(let node):
            let columns = try stateDatasets(node)
            return .columns(names: columns.map(\.name), counts: try columns.map { try count(of: $0.dataset) })
        case .state(let node, let samples, let lanes):
            return .numbers(try state(node: node, samples: samples, lanes: lanes))
        case .sources: return try sources()
        case .dimensions:
            _ = try OptimizerGroup.nextNumber(in: file)
            return .nothing
        case .netCDFNames, .netCDFShape, .netCDFValues, .netCDFText: return .nothing
        }
    }

    private func variables() throws -> [String] {
        try file.members().filter { name in
            guard try file.isDataset(name) else { return false }
            let dataset = try file.dataset(name)
            if dataset.isScale || name == "time_bnds" { return false }
            let shape = try dataset.shape()
            try check(shape, of: name, isYearly: dataset.hasAttribute("cell_methods"))
            return shape.first == header.worldLines
        }
    }

    /// Makes sure that a variable has the axes that its name and its attributes promise.
    private func check(_ shape: [Int], of name: String, isYearly: Bool) throws(ArchiveError) {
        let isNumber = ["outcome_", "uncertainty_", "range_"].contains { name.hasPrefix($0) }
        let fits =
            if isNumber { shape == [header.worldLines] } else if name.hasPrefix("lever_") || name == "policy" {
                shape.count == 2 && shape[0] == header.worldLines
            } else if isYearly {
                (2...3).contains(shape.count) && shape.starts(with: [header.worldLines, header.times.count])
                    && shape.last != 0
            } else { true }
        guard fits else {
            let years = isYearly ? " and \(header.times.count) times" : ""
            throw .damagedArchive(
                path: path,
                reason: "its variable '\(name)' has the shape \(shape), for \(header.worldLines) world lines\(years)")
        }
    }

    private func dataset(_ name: String) throws -> HDF5Dataset {
        guard file.contains(name), try file.isDataset(name) else {
            throw ArchiveError.unknownName(path: path, kind: "variable", name: name, known: try variables())
        }
        return try file.dataset(name)
    }

    private func values(of variable: String, worldLine: Int) throws -> [Double] {
        let dataset = try dataset(variable)
        let shape = try dataset.shape()
        guard let lines = shape.first, (0..<lines).contains(worldLine) else {
            throw ArchiveError.outOfRange(
                path: path, what: "world line", value: worldLine, allowed: 0..<(shape.first ?? 0))
        }
        return try dataset.read(
            as: Double.self, from: [worldLine] + shape.dropFirst().map { _ in 0 }, count: [1] + shape.dropFirst())
    }

    private func stateGroups() throws -> [(node: String, group: HDF5Group)] {
        let states = try file.group("states")
        return try states.members().filter { $0 != ArchiveLayout.sourceGroup }.map { name in
            let group = try states.group(name)
            return (try group.textAttribute("node"), group)
        }
    }

    private func stateGroup(_ node: String) throws -> HDF5Group {
        let groups = try stateGroups()
        guard let found = groups.first(where: { $0.node == node }) else {
            throw ArchiveError.unknownName(path: path, kind: "state of node", name: node, known: groups.map(\.node))
        }
        return found.group
    }

    private func stateDatasets(_ node: String) throws -> [(name: String, dataset: HDF5Dataset)] {
        let group = try stateGroup(node)
        return try group.members().map { ($0, try group.dataset($0)) }.filter { !$0.1.isScale }
    }

    /// How many numbers a column of a state has in each sample.
    private func count(of column: HDF5Dataset) throws -> Int {
        let shape = try column.shape()
        guard shape.count == 2, shape[0] == header.samples else {
            throw ArchiveError.damagedArchive(
                path: path, reason: "the state '\(column.name)' has the shape \(shape), for \(header.samples) samples")
        }
        return shape[1]
    }

    private func state(node: String, samples range: Range<Int>, lanes: Int) throws -> [Double] {
        guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= header.samples, range.count <= lanes else {
            throw ArchiveError.outOfRange(
                path: path, what: "last sample", value: range.upperBound - 1, allowed: 0..<header.samples)
        }
        var contents: [Double] = []
        for (_, dataset) in try stateDatasets(node) {
            let count = try count(of: dataset)
            let values = try dataset.read(
                as: Double.self, from: [range.lowerBound, 0], count: [range.count, count])
            for entity in 0..<count {
                for lane in 0..<lanes { contents.append(values[min(lane, range.count - 1) * count + entity]) }
            }
        }
        return contents
    }

    private func sources() throws -> FileAnswer {
        let group = try file.group("states").group(ArchiveLayout.sourceGroup)
        var paths: [String] = []
        var contents: [Data] = []
        for name in try group.members() where name.hasPrefix("file_") {
            let dataset = try group.dataset(name)
            let count = Int(try dataset.numberAttribute("byte_count", as: Int64.self))
            let path = try dataset.textAttribute("path")
            let bytes = try dataset.read(as: UInt8.self)
            guard (0...bytes.count).contains(count) else {
                throw ArchiveError.damagedArchive(
                    path: self.path, reason: "it states \(count) bytes of its source '\(path)' and has \(bytes.count)")
            }
            paths.append(path)
            contents.append(Data(bytes.prefix(count)))
        }
        return .sources(paths: paths, contents: contents, study: try group.textAttribute("study"))
    }
}
