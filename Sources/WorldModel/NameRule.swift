/// What no name of an option, policy, outcome, shock or row may be, since names become cells of tables and lines of a terminal.
enum NameRule {
    /// How to mend such a name.
    static let remedy = "begin it with a letter or a digit, and leave characters out that can't be seen"

    /// What is wrong with a name; nil where nothing is.
    static func problem(_ name: String) -> String? {
        if let scalar = name.unicodeScalars.first(where: \.isHidden) {
            return "`\(name)` holds the character \(String(scalar).shown()), which can't be seen"
        }
        guard let first = name.first, "=+-@".contains(first) else { return nil }
        return "`\(name)` begins with `\(first)`, which spreadsheets take for a formula"
    }
}
