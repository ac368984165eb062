import Yams

/// An entry of a YAML mapping with the line of its key.
struct YAMLEntry {
    let key: String
    let line: Int?
    let value: Node
}

/// Reads YAML nodes and reports, with lines, whatever is not as it should be.
struct YAMLReader {
    let file: String
    let collector: Collector

    /// The root mapping of a file; nil after a finding.
    func root(_ bytes: [UInt8]) -> [YAMLEntry]? {
        guard let text = TextFile.decode(bytes, file: file, collector), !hasStrayMark(text) else { return nil }
        do {
            let found = try YAMLAliases(text)
            if let (line, message, remedy) = found.problem {
                collector.add(file, line, nil, message, remedy)
                return nil
            }
            guard let node = found.root else {
                collector.add(file, nil, nil, "the file is empty", "write the keys that docs/WORLDS.md lists")
                return nil
            }
            return mapping(node, path: nil)
        } catch let error as YamlError {
            report(error, text)
        } catch {
            collector.add(file, nil, nil, "\(error)", "write valid YAML")
        }
        return nil
    }

    /// A finding where an editor or `cat` has put a byte order mark behind the start of the file.
    private func hasStrayMark(_ text: String) -> Bool {
        guard let place = text.unicodeScalars.firstIndex(of: "\u{FEFF}") else { return false }
        let line = 1 + text.unicodeScalars[..<place].count { $0 == "\n" }
        collector.add(
            file, line, nil, "a byte order mark (U+FEFF), which can't be seen, stands inside the file",
            "delete the line and type it again")
        return true
    }

    private func report(_ error: YamlError, _ text: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            if let (line, message, remedy) = YAMLIndentation(text).problem(at: mark.line) {
                collector.add(file, line, nil, message, remedy)
            } else {
                collector.add(
                    file, mark.line, nil, "not YAML: " + problem.trimmed,
                    "mend the syntax; a text with `:`, `#`, `{`, `[` or `%` at its start needs quotes")
            }
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys: [String] = duplicates
            collector.add(
                file, context.mark.line, keys.first, "the key `\(keys.joined(separator: "`, `"))` stands twice",
                "keep one of them")
        case .reader(let problem, let offset, _, _):
            let before = text.utf8.prefix(offset ?? 0)
            collector.add(
                file, offset.map { _ in 1 + before.count { $0 == 0x0A } }, nil, "not YAML: " + problem,
                "delete it, or write it between double quotes as \"\\x1B\" is written")
        default:
            collector.add(file, nil, nil, "not YAML: \(error)", "write valid YAML")
        }
    }

    func line(_ node: Node) -> Int? { node.mark?.line }

    /// The entries of a mapping; an empty scalar is an empty mapping.
    func mapping(_ node: Node, path: String?) -> [YAMLEntry]? {
        if isEmpty(node) { return [] }
        guard let mapping = node.mapping else {
            problem(node, path, "\(describe(node)) where a mapping `key: value` is wanted", "write `key: value`")
            return nil
        }
        return mapping.map { YAMLEntry(key: $0.key.scalar?.string ?? "", line: $0.key.mark?.line, value: $0.value) }
    }

    /// The items of a sequence; nil after a finding.
    func sequence(_ node: Node, path: String?) -> [Node]? {
        if isEmpty(node) { return [] }
        guard let sequence = node.sequence else {
            problem(node, path, "\(describe(node)) where a list `[a, b]` is wanted", "write `[a, b]`")
            return nil
        }
        return Array(sequence)
    }

    /// The text of a scalar; nil after a finding.
    func text(_ node: Node, path: String?) -> String? {
        guard let scalar = node.scalar else {
            problem(node, path, "\(describe(node)) where one value is wanted", "write one value")
            return nil
        }
        return scalar.string
    }

    /// The texts of a list, or of one scalar.
    func texts(_ node: Node, path: String?) -> [String]? {
        if let scalar = node.scalar { return [scalar.string] }
        return sequence(node, path: path)?.compactMap { text($0, path: path) }
    }

    /// A whole number; nil after a finding.
    func integer(_ node: Node, path: String, range: ClosedRange<Int>) -> Int? {
        guard let text = text(node, path: path) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            problem(
                node, path, "`\(text)` is not a whole number from \(range.lowerBound) to \(range.upperBound)",
                "write a whole number")
            return nil
        }
        return value
    }

    /// A number with the factor of its unit; nil after a finding.
    func number(
        _ node: Node, path: String, unit inside: String, standing: String? = nil, units: Units,
        range: ClosedRange<Double> = Reading.finite
    ) -> Double? {
        guard let text = text(node, path: path) else { return nil }
        do {
            return try Reading(units: units).number(text, unit: standing ?? inside, inside: inside, range: range)
        } catch {
            problem(node, path, error.message, error.remedy)
            return nil
        }
    }

    func problem(_ node: Node, _ path: String?, _ message: String, _ remedy: String) {
        collector.add(file, line(node), path, message, remedy)
    }

    /// A finding for each key that isn't allowed; the entries, a misspelt key under the name that was meant.
    @discardableResult
    func refuse(_ entries: [YAMLEntry], except allowed: [String], path: String?) -> [YAMLEntry] {
        var names = entries.map(\.key)
        for (index, entry) in entries.enumerated() where !allowed.contains(entry.key) {
            let isTold = collector.isFull(file)
            collector.add(
                file, entry.line, path.map { $0 + "." + entry.key } ?? entry.key,
                "`\(entry.key)` is not a key" + (path.map { " of `\($0)`" } ?? " of the file"),
                Nearest.remedy(entry.key, among: allowed))
            if isTold { continue }
            if let meant = Nearest.nearest(entry.key, among: allowed), !names.contains(meant) { names[index] = meant }
        }
        return zip(entries, names).map { YAMLEntry(key: $1, line: $0.line, value: $0.value) }
    }

    func isEmpty(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    private func describe(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): "`\(scalar.string)`"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}

/// Reads a number with its unit and holds it against its range.
struct Reading {
    let units: Units
    static let finite = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude

    /// The number inside.
    ///
    /// - Parameters:
    ///   - unit: the unit of a number that names none.
    ///   - inside: the unit of the result.
    ///   - range: the values allowed, in `inside`.
    func number(
        _ text: String, unit: String, inside: String, range: ClosedRange<Double>
    ) throws(Units.Problem) -> Double {
        let limits = Numeral.text(range) + (inside == "1" ? "" : " " + units.text(inside))
        guard let (value, given) = Numeral.parts(text) else {
            throw Units.Problem(
                message: "`\(text)` is not a number",
                remedy: "write a number, or a number, a space and a unit; allowed: \(limits)")
        }
        guard value.isFinite else {
            throw Units.Problem(message: "`\(text)` is not a finite number", remedy: "allowed: \(limits)")
        }
        let number = value * (try units.factor(from: given ?? unit, to: inside))
        guard range.contains(number) else {
            throw Units.Problem(message: "`\(text)` is outside its range", remedy: "allowed: \(limits)")
        }
        return number
    }
}
