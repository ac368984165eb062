/// A number with its noun: `1 bus`, `3 buses`; `many` is for a plural that doesn't follow the rules.
public func counted(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? plural(of: one))"
}

/// The plural of an English noun, of whose words the last one changes.
public func plural(of noun: String) -> String {
    if noun.hasSuffix("species") || noun.hasSuffix("series") { return noun }
    let beforeLast = noun.dropLast().last.map { "aeiou".contains($0) } ?? true
    if noun.hasSuffix("y"), !beforeLast { return noun.dropLast() + "ies" }
    return noun + (["s", "x", "ch", "sh"].contains { noun.hasSuffix($0) } ? "es" : "s")
}

/// A number of a table's rows, by the table's name: `1 storage_unit`, `2 links`, `3 rows of work`.
public func counted(rows number: Int, of table: String) -> String {
    guard number == 1 else { return table.hasSuffix("s") ? "\(number) \(table)" : "\(number) rows of \(table)" }
    if !table.hasSuffix("s") { return "1 row of " + table }
    if table.hasSuffix("ies") { return "1 " + table.dropLast(3) + "y" }
    return "1 " + table.dropLast(table.hasSuffix("buses") ? 2 : 1)
}
