import Branching
import Foundation
import WorldModel

/// What can be asked of an HDF5 file that somebody else may have made.
///
/// Question and answer are plain values, so that a child process can read the file: docs/decisions/0019-foreign-files.md.
enum FileQuestion: Codable, Sendable {
    case header
    case variables
    case shape(String)
    case attribute(String, variable: String)
    case number(String, variable: String)
    case values(String)
    case line(String, worldLine: Int)
    case texts(String)
    case stateNodes
    case stateColumns(String)
    case state(String, samples: Range<Int>, lanes: Int)
    case sources
    /// Whether every group and every dimension of an archive can be read, before something is added to it.
    case dimensions
    case netCDFNames
    case netCDFShape(String)
    case netCDFValues(String)
    case netCDFText(String, variable: String?)

    /// What is tried, for messages.
    var attempt: String {
        switch self {
        case .header, .netCDFNames: "open it"
        case .variables, .dimensions: "list its variables"
        case .shape(let name), .values(let name), .line(let name, _), .texts(let name), .netCDFShape(let name),
            .netCDFValues(let name):
            "read '\(name)'"
        case .attribute(let key, let name), .number(let key, let name): "read attribute '\(key)' of '\(name)'"
        case .netCDFText(let key, let name): "read attribute '\(key)' of '\(name ?? "/")'"
        case .stateNodes, .stateColumns, .state: "read its states"
        case .sources: "read the files of its world"
        }
    }
}

/// What a file answers.
enum FileAnswer: Codable, Sendable {
    case failure(ArchiveError)
    case nothing
    case header(ArchiveHeader)
    case extents([Int])
    case text(String)
    case texts([String])
    case numbers([Double])
    case columns(names: [String], counts: [Int])
    case sources(paths: [String], contents: [Data], study: String)
}

/// A file that answers questions, within this process or in another one.
protocol AnsweringFile: Sendable {
    /// The answer, never a failure.
    func answer(_ question: FileQuestion) throws(ArchiveError) -> FileAnswer
}

extension AnsweringFile {
    private func odd(_ question: FileQuestion) -> ArchiveError {
        .system(path: "", attempt: question.attempt, message: "the answer is of another kind")
    }

    func extents(_ question: FileQuestion) throws(ArchiveError) -> [Int] {
        guard case .extents(let extents) = try answer(question) else { throw odd(question) }
        return extents
    }

    func texts(_ question: FileQuestion) throws(ArchiveError) -> [String] {
        guard case .texts(let texts) = try answer(question) else { throw odd(question) }
        return texts
    }

    func numbers(_ question: FileQuestion) throws(ArchiveError) -> [Double] {
        guard case .numbers(let numbers) = try answer(question) else { throw odd(question) }
        return numbers
    }

    func text(_ question: FileQuestion) throws(ArchiveError) -> String? {
        switch try answer(question) {
        case .text(let text): return text
        case .nothing: return nil
        default: throw odd(question)
        }
    }

    func header() throws(ArchiveError) -> ArchiveHeader {
        guard case .header(let header) = try answer(.header) else { throw odd(.header) }
        return header
    }

    func columns(_ question: FileQuestion) throws(ArchiveError) -> [ColumnShape] {
        guard case .columns(let names, let counts) = try answer(question) else { throw odd(question) }
        return zip(names, counts).map { ColumnShape(name: $0, count: $1) }
    }

    func sources() throws(ArchiveError) -> (files: [SourceFile], study: String) {
        guard case .sources(let paths, let contents, let study) = try answer(.sources) else { throw odd(.sources) }
        return (zip(paths, contents).map { SourceFile(path: $0, bytes: [UInt8]($1)) }, study)
    }
}

/// What is read when an archive is opened; where one of it is missing, none is trusted.
struct ArchiveHeader: Codable, Sendable {
    let title: String
    let studyName: String
    let studyDigest: String
    let codeVersion: String
    let seed: UInt64
    let samples: Int
    let policies: [String]
    let firstYear: Int
    let lastYear: Int
    let step: Int
    let keepStates: KeepStates

    /// The first years of the steps.
    var times: [Int] { Array(stride(from: firstYear, through: lastYear, by: step)) }
    var worldLines: Int { samples * policies.count }
}
