/// Names the mistakes of indentation, for which YAML's own words are about something else.
struct YAMLIndentation {
    private let lines: [Substring]

    init(_ text: String) {
        // A line ends with "\n" or "\r\n", which Swift takes for one character.
        lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }

    /// What is wrong with the indentation where the parser gave up, at a line from 1; nil where it is something else.
    func problem(at line: Int) -> (line: Int, message: String, remedy: String)? {
        guard lines.indices.contains(line - 1) else { return nil }
        for place in [line, line - 1] where place >= 1 && indentation(place).contains("\t") {
            return (place, "the line is indented by a tab", "indent with spaces: YAML forbids tabs there")
        }
        let width = indentation(line).count
        var levels: [(width: Int, line: Int)] = []
        for each in 1..<max(line, 1) where !isBlank(each) {
            open(each, in: &levels)
        }
        guard let last = levels.last, !isBlank(line) else { return nil }
        if width > last.width, let value = levels.last.flatMap({ hasValue($0.line) ? $0 : nil }), holdsKey(line) {
            return (
                line,
                "the line is indented by \(spaces(width)), the one that it follows (line \(value.line)) by "
                    + "\(spaces(indentation(value.line).count)), and that has its value already",
                "indent both alike, or take the value of line \(value.line) away"
            )
        }
        guard width < last.width, !levels.contains(where: { $0.width == width }) else { return nil }
        let known = levels.map { spaces($0.width) }
        return (
            line, "the line is indented by \(spaces(width)), and the lines above by \(list(known))",
            "indent it like the line that it belongs beside"
        )
    }

    /// Takes a line into account: deeper lines end, and it begins a level of its own; after a dash another.
    private func open(_ line: Int, in levels: inout [(width: Int, line: Int)]) {
        let width = indentation(line).count
        while let last = levels.last, last.width > width { levels.removeLast() }
        if levels.last?.width == width {
            levels[levels.count - 1].line = line
        } else {
            levels.append((width, line))
        }
        var rest = lines[line - 1].dropFirst(width)
        var inner = width
        while rest.hasPrefix("- ") {
            let gap = 1 + rest.dropFirst().prefix { $0 == " " }.count
            rest = rest.dropFirst(gap)
            inner += gap
            levels.append((inner, line))
        }
    }

    private func indentation(_ line: Int) -> Substring { lines[line - 1].prefix { $0 == " " || $0 == "\t" } }

    private func isBlank(_ line: Int) -> Bool {
        let rest = lines[line - 1].drop { $0 == " " || $0 == "\t" }
        return rest.isEmpty || rest.hasPrefix("#")
    }

    private func holdsKey(_ line: Int) -> Bool {
        lines[line - 1].contains(": ") || lines[line - 1].last == ":"
    }

    /// Whether a line is `key: value`.
    private func hasValue(_ line: Int) -> Bool {
        guard let colon = lines[line - 1].firstRange(of: ": ") else { return false }
        let value = lines[line - 1][colon.upperBound...].drop { $0 == " " }
        return !value.isEmpty && !value.hasPrefix("#") && !value.hasPrefix("&") && !value.hasPrefix("!")
    }

    private func spaces(_ count: Int) -> String { count == 1 ? "1 space" : "\(count) spaces" }

    private func list(_ words: [String]) -> String {
        words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
    }
}
