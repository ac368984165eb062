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
        self.path = path?.shortened
        self.message = message.shortened
        self.remedy = remedy.shortened
    }

    /// The finding in one line: `file:line: path: message; remedy`.
    public var description: String {
        let place = [file, line.map(String.init)].compactMap { $0 }.joined(separator: ":")
        let text = [place, path, message].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
        return (text + (remedy.isEmpty ? "" : "; " + remedy)).shown()
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

/// Gathers findings while files are read; of one file the first hundred, and the number of the others.
package final class Collector {
    private static let most = 100

    package private(set) var warnings: [Finding] = []
    /// The number of findings, also of those that are not listed.
    package private(set) var count = 0
    private var listed: [Finding] = []
    private var counts: [String: Int] = [:]
    private var seen: Set<Int> = []
    private var paths: Set<String> = []

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// The findings; a last one of a file says how many more it has.
    package var findings: [Finding] {
        listed
            + counts.filter { $0.value > Collector.most }.sorted { $0.key < $1.key }.map { file, count in
                Finding(
                    file: file, line: listed.filter { $0.file == file }.compactMap(\.line).max(),
                    message: "and \(count - Collector.most) more findings in this file",
                    remedy: "mend those above and try again")
            }
    }

    /// Adds a finding once, however often it is found.
    package func add(
        _ file: String, _ line: Int?, _ path: String?, _ message: String, _ remedy: @autoclosure () -> String
    ) {
        var hasher = Hasher()
        hasher.combine(file)
        hasher.combine(line)
        hasher.combine(path)
        hasher.combine(message)
        guard seen.insert(hasher.finalize()).inserted else { return }
        count += 1
        if let path { paths.insert(path) }
        counts[file, default: 0] += 1
        if counts[file, default: 0] <= Collector.most {
            listed.append(Finding(file: file, line: line, path: path, message: message, remedy: remedy()))
        }
    }

    /// Adds a finding once, however often it is found.
    package func add(_ finding: Finding) {
        add(finding.file, finding.line, finding.path, finding.message, finding.remedy)
    }

    /// Whether a file has more findings than are listed, so that no more need words.
    package func isFull(_ file: String) -> Bool { counts[file, default: 0] > Collector.most }

    package func warn(_ file: String, _ line: Int?, _ path: String?, _ message: String, _ remedy: String) {
        warnings.append(Finding(file: file, line: line, path: path, message: message, remedy: remedy))
    }

    /// Whether no finding is about a path.
    package func isClean(_ path: String) -> Bool { !paths.contains(path) }

    package func check() throws(Findings) {
        if count > 0 { throw Findings(findings) }
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

    package static func nearest(_ word: String, among names: [String]) -> String? {
        let letters = Array(word.lowercased().unicodeScalars.prefix(mostLetters + 1))
        if letters.count > mostLetters { return nil }
        let most = max(2, letters.count / 3)
        var best: (name: String, distance: Int)?
        for name in names where abs(name.unicodeScalars.count - letters.count) <= most {
            let distance = distance(letters, Array(name.lowercased().unicodeScalars))
            if distance < best?.distance ?? most + 1 { best = (name, distance) }
        }
        return best?.name
    }

    /// No name has as many letters.
    private static let mostLetters = 100

    /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                var cost = min(last[j], row[j - 1]) + 1
                cost = min(cost, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, before[j - 2] + 1) }
                row.append(cost)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
