/// What a world may say: every section, table and column with its unit, range and default.
///
/// One table feeds the reader, the defaults, the checks, the paths and docs/WORLDS.md.
public enum Schema {
    /// A section of `world.yaml`.
    public struct Section: Sendable {
        /// The key in `world.yaml`.
        public let name: String
        /// Its keys.
        public let fields: [Field]
    }

    /// A table of a world.
    public struct TableShape: Sendable {
        /// The key under `tables:`.
        public let name: String
        /// Its columns; the first is the id where `hasIDs`.
        public let fields: [Field]
        /// Whether the first column is an id, so that paths can name the rows.
        public let hasIDs: Bool
    }

    /// A file of 8760 rows, one an hour, with a column for each row of a table that has such a series.
    public struct SeriesShape: Sendable {
        /// The table.
        public let table: String
        /// The column of the table that it resolves by hour.
        public let column: String
        /// The unit of its numbers.
        public let unit: String
        /// The values allowed.
        public let range: ClosedRange<Double>
        /// Whether the column keeps its own number and the series multiplies it; else the column is the series' mean.
        public let isShare: Bool
        /// The column of the profile that it stands for, which must be empty beside it.
        public let profile: String?
        /// What it means, in one line.
        public let summary: String

        /// The key under `tables:`, PyPSA's name of the file.
        public var name: String { table + "-" + column }
    }

    /// A column of a table or a key of a section.
    public struct Field: Sendable {
        /// What a field holds.
        public enum Kind: Sendable, Equatable {
            /// A number that a path can name.
            case number
            /// A number that fixes topology, geography or the calendar: the same in every lane, and no path names it.
            case fixed
            /// A whole number that no path can name.
            case integer
            /// Any text.
            case text
            /// One of these words.
            case choice([String])
            /// The id of a row of this table.
            case reference(String)
        }

        /// The header or key.
        public let name: String
        /// What it holds.
        public let kind: Kind
        /// The unit inside, and of a value without one.
        public let unit: String
        /// The values allowed.
        public internal(set) var range: ClosedRange<Double>
        /// The value where the file says nothing; NaN in a `number` that stays absent.
        public let standard: Double?
        /// The text where the file says nothing.
        public let standardText: String?
        /// Whether a file without it is an error.
        public let required: Bool
        /// What it means, in one line.
        public private(set) var summary: String
        /// The word under `model` of its section with which alone it may stand; empty with any.
        public var model = ""
        /// Where the default is from, if it stands for something in the world; nil where it is neutral (0, 1, no limit), a
        /// convention, or as arbitrary as any other.
        public private(set) var source: String?
        /// Whether nothing that is simulated follows from it.
        public private(set) var isForReaders = false
        /// Whether a row's `capital_cost` pays for its growth.
        private(set) var isPaid = false
        /// Whether the members of a calibrated ensemble have a number of their own instead.
        private(set) var isOfMember = false
        /// When the kernel reads it.
        private(set) var reading = Reading.everyYear
        /// Why nothing reads it, in worlds where nothing does.
        private(set) var idle: Idle?

        /// When the kernel reads a number.
        enum Reading: Sendable {
            /// In every year.
            case everyYear
            /// On the first day, as what a state begins with; levers and trajectories add to it, and shocks can't.
            case start
            /// On the first day alone, before any choice.
            case firstDay
        }
    }
}

extension Schema {
    static let any = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    static let positive = 0.0...Double.greatestFiniteMagnitude

    static func id(_ summary: String) -> Field {
        Field(
            name: "name", kind: .text, unit: "", range: any, standard: nil, standardText: nil, required: true,
            summary: summary)
    }

    static func number(
        _ name: String, _ unit: String, _ range: ClosedRange<Double>, _ standard: Double?, _ summary: String,
        kind: Field.Kind = .number
    ) -> Field {
        Field(
            name: name, kind: kind, unit: unit, range: range, standard: standard, standardText: nil,
            required: standard == nil, summary: summary)
    }

    static func text(
        _ name: String, _ kind: Field.Kind = .text, _ standard: String? = "", _ summary: String
    ) -> Field {
        Field(
            name: name, kind: kind, unit: "", range: any, standard: nil, standardText: standard,
            required: standard == nil, summary: summary)
    }

    /// Fields that only one model of their section knows.
    static func of(_ model: String, _ fields: [Field]) -> [Field] {
        fields.map { field in
            var field = field
            field.model = model
            return field
        }
    }

    /// The value of a number that a row leaves out and that has no default.
    public static let absent = Double.nan

    /// The sections of `world.yaml`, in the order in which their numbers stand in `World.values`.
    public static let sections = parts.flatMap(\.sections)

    /// The tables of a world, in the order in which their numbers stand in `World.values`.
    public static let tables = parts.flatMap(\.tables)

    /// The series of a world.
    public static let series = parts.flatMap(\.series)

    /// The columns whose growth a row's `capital_cost` pays.
    static let paidColumns = tables.flatMap { table in
        table.fields.filter(\.isPaid).map { (table: table.name, column: $0.name) }
    }
}

extension Schema.Field {
    /// The same field, with where its default is from.
    func from(_ source: String) -> Schema.Field { with { $0.source = source } }

    /// The same field, of which nothing that is simulated knows.
    func forReaders() -> Schema.Field { with { ($0.isForReaders, $0.summary) = (true, $0.summary + "; for readers") } }

    /// The same field, whose growth a row's `capital_cost` pays.
    func paid() -> Schema.Field { with { $0.isPaid = true } }

    /// The same field, read at another time.
    func read(_ reading: Reading) -> Schema.Field { with { $0.reading = reading } }

    /// The same field, which the members of a calibrated ensemble replace.
    func ofMember() -> Schema.Field {
        let name = name
        return idle { world, _ in world.numbersOfMembers.contains(name) ? .ofMember : nil }.with {
            $0.isOfMember = true
        }
    }

    /// The same field, with what keeps it from acting.
    func idle(_ idle: Schema.Idle) -> Schema.Field { with { $0.idle = idle } }

    /// The same field, with what keeps it from acting in some rows of a world; nil where it acts.
    func idle(_ why: @escaping @Sendable (World, [Int]) -> World.Idleness?) -> Schema.Field {
        idle(Schema.Idle(why: why))
    }

    private func with(_ change: (inout Schema.Field) -> Void) -> Schema.Field {
        var field = self
        change(&field)
        return field
    }
}
