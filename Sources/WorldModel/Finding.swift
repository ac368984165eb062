/// Something wrong, or dubious, in a file that a user wrote.
public struct Finding: Sendable, Error, Codable, Hashable, CustomStringConvertible {
    /// The file, relative to the folder of the world.
    public let file: String
    /// The line, from 1; nil where the finding is about the file as a whole.
    public let line: Int?
    /// The path, key or column that it is about.
    public let path: String?
    /// What is wrong: the value found and what is allowed.
    public let message: String
    /// How to mend it.
    public let remedy: String

    /// A finding.
    public init(file: String, line: Int? = nil, path: String? = nil, message: String, remedy: String) {
        self.file = file
        self.line = line
        self.path = path
        self.message = message
        self.remedy = remedy
    }

    /// The finding in one line: `file:line: path: message; remedy`.
    public var description: String {
        let place = [file, line.map(String.init)].compactMap { $0 }.joined(separator: ":")
        return [place, path, message].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
            + (remedy.isEmpty ? "" : "; " + remedy)
    }

    func at(_ file: String, _ line: Int?) -> Finding {
        Finding(file: file, line: line, path: path, message: message, remedy: remedy)
    }
}

/// All findings of all files that were read together.
public struct Findings: Error, Sendable, CustomStringConvertible {
    /// The findings, by file and line.
    public let all: [Finding]

    /// Findings, put in order of file and line.
    public init(_ all: [Finding]) {
        self.all = all.enumerated().sorted {
            ($0.element.file, $0.element.line ?? 0, $0.offset) < ($1.element.file, $1.element.line ?? 0, $1.offset)
        }.map(\.element)
    }

    /// One finding a line.
    public var description: String { all.map(\.description).joined(separator: "\n") }
}

/// Gathers findings while files are read.
final class Collector {
    private(set) var findings: [Finding] = []
    private(set) var warnings: [Finding] = []
    private var seen: Set<Finding> = []

    func add(_ file: String, _ line: Int?, _ path: String?, _ message: String, _ remedy: String) {
        let finding = Finding(file: file, line: line, path: path, message: message, remedy: remedy)
        add(finding)
    }

    /// Adds a finding once, however often it is found.
    func add(_ finding: Finding) {
        if seen.insert(finding).inserted { findings.append(finding) }
    }

    func warn(_ file: String, _ line: Int?, _ path: String?, _ message: String, _ remedy: String) {
        warnings.append(Finding(file: file, line: line, path: path, message: message, remedy: remedy))
    }

    /// Whether no finding is about a path.
    func isClean(_ path: String) -> Bool { !findings.contains { $0.path == path } }

    func check() throws(Findings) {
        if !findings.isEmpty { throw Findings(findings) }
    }
}

/// The names that a writer may have meant.
package enum Nearest {
    /// "did you mean `x`?" where a name is near, else the list of what is allowed.
    package static func remedy(_ word: String, among names: [String]) -> String {
        if let name = nearest(word, among: names) { return "did you mean `\(name)`?" }
        return allowed(names)
    }

    package static func allowed(_ names: [String]) -> String {
        if names.isEmpty { return "nothing is allowed here" }
        let shown = names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        return "allowed: " + shown + (names.count > 12 ? " and \(names.count - 12) more" : "")
    }

    static func nearest(_ word: String, among names: [String]) -> String? {
        let lower = word.lowercased()
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = distance(Array(lower.unicodeScalars), Array(name.lowercased().unicodeScalars))
            if distance < best?.distance ?? .max { best = (name, distance) }
        }
        guard let best, best.distance <= max(2, lower.unicodeScalars.count / 3) else { return nil }
        return best.name
    }

    /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var rows = [Array(0...b.count)]
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                var cost = min(rows[i - 1][j], row[j - 1]) + 1
                cost = min(cost, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, rows[i - 2][j - 2] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
