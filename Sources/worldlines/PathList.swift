import WorldModel

/// The numbers of a world that paths can name, grouped by table and column, or one by one.
struct PathList {
    let paths: [PathDescription]

    /// - Parameter pattern: a part of a path, or a whole one with `*` for any characters; nil for all.
    init(_ all: [PathDescription], pattern: String?) throws {
        guard let pattern else {
            paths = all
            return
        }
        paths = all.filter { PathList.matches($0.path.lowercased(), pattern.lowercased()) }
        if paths.isEmpty {
            let groups = PathList.groups(all).map(\.pattern)
            throw Failure.usage(unknown("no path matches '\(pattern)'", pattern, among: groups))
        }
    }

    /// Whether a path has the text in it or, with `*` outside brackets, matches it as a whole.
    static func matches(_ path: String, _ pattern: String) -> Bool {
        if !pattern.contains("*") { return path.contains(pattern) }
        var rest = Substring(path)
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
        for (index, piece) in pieces.enumerated() where !piece.isEmpty {
            if index == 0 {
                guard rest.hasPrefix(piece) else { return false }
                rest = rest.dropFirst(piece.count)
            } else if index == pieces.count - 1 {
                return rest.hasSuffix(piece)
            } else {
                guard let found = rest.firstRange(of: piece) else { return false }
                rest = rest[found.upperBound...]
            }
        }
        return pieces.last?.isEmpty == true || rest.isEmpty
    }

    private struct Group {
        let pattern: String
        var paths: [PathDescription]
    }

    /// Paths that differ in the row alone.
    private static func groups(_ paths: [PathDescription]) -> [Group] {
        var groups: [Group] = []
        var places: [String: Int] = [:]
        for path in paths {
            let pattern = pattern(of: path.path)
            if let place = places[pattern] {
                groups[place].paths.append(path)
            } else {
                places[pattern] = groups.count
                groups.append(Group(pattern: pattern, paths: [path]))
            }
        }
        return groups
    }

    private static func pattern(of path: String) -> String {
        guard let open = path.firstIndex(of: "["), let close = path.lastIndex(of: "]") else { return path }
        return path[...open] + "*" + path[close...]
    }

    /// A row for each table and column, with the numbers that it has.
    var grouped: [String] {
        var table = TextTable(left: [0, 3, 4])
        table.add(["path", "numbers", "value", "unit", "allowed"])
        for group in PathList.groups(paths) {
            let values = group.paths.compactMap(\.value)
            let (least, most) = (values.min(), values.max())
            let text =
                least == most
                ? PathList.text(least) : "\(PathList.text(least)) ... \(PathList.text(most))"
            let name = group.paths.count == 1 ? group.paths[0].path : group.pattern
            table.add([name, "\(group.paths.count)", text, group.paths[0].unit, group.paths[0].range])
        }
        return table.lines
    }

    /// A row for each path; with its source where it is to be long.
    func single(isLong: Bool) -> [String] {
        var table = TextTable(left: [0, 2, 3, 4])
        table.add(["path", "value", "unit", "allowed"] + (isLong ? ["source"] : []))
        for path in paths {
            let source = [path.source, path.status].filter { !$0.isEmpty }.joined(separator: ", ")
            table.add([path.path, PathList.text(path.value), path.unit, path.range] + (isLong ? [source] : []))
        }
        return table.lines
    }

    private static func text(_ value: Double?) -> String { value.map(plain) ?? "-" }
}
