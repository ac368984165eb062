/// Numbers that a world has and that nothing in it reads: what would change them would do nothing.
extension World {
    /// Why a number is read by nothing, and what would let it act.
    struct Idleness: Sendable {
        let why: String
        let remedy: String

        init(_ why: String, _ remedy: String) {
            self.why = why
            self.remedy = remedy
        }
    }

    /// The finding about a path that would change nothing; nil where it acts, or may.
    ///
    /// It follows from the world's words and from what its tables leave empty alone: a number that is neutral as it stands,
    /// such as a heat demand of 0, may be given a meaning by another lever.
    func idle(_ place: Place, _ path: String) -> Finding? {
        if !doubts.sections.isEmpty || !doubts.tables.isEmpty || !doubts.columns.isEmpty { return nil }
        let idleness =
            place.field.isForReaders
            ? Idleness("is for readers: nothing that is simulated follows from it", "leave the path out")
            : place.field.idle?.why(self, place.rows)
        return idleness.map {
            Finding(
                file: "", path: path, message: "the path would change nothing: `\(place.field.name)` \($0.why)",
                remedy: $0.remedy)
        }
    }

    /// `section.key` or `table.column` of what a path names.
    static func name(of place: Place, _ path: String) -> String {
        (place.table ?? String(path.prefix { $0 != "." })) + "." + place.field.name
    }

    /// Whether a number of a section that may be absent is given.
    func isGiven(_ section: String, _ key: String) -> Bool { !values[slot(section, key)].isNaN }

    /// Whether the table `controls` has a number in a column.
    func isControlled(_ column: String) -> Bool {
        table("controls").slots(column).contains { !values[$0].isNaN }
    }
}

extension Schema {
    /// What keeps a number from acting.
    struct Idle: Sendable {
        /// Why nothing reads it in these rows of a world; nil where it acts, or may.
        let why: @Sendable (World, [Int]) -> World.Idleness?
    }
}
