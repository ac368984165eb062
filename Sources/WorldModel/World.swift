/// A described place, validated and immutable: what `world.yaml` and its tables say.
///
/// Every number that a path can name has a slot in `values`; a column of a table is a run of neighbouring slots, so
/// that the kernel, levers, uncertainties, trajectories and error messages all speak of the same index.
public struct World: Sendable {
    /// `world:`, the short name.
    public let name: String
    /// `title:`.
    public let title: String
    /// `licence:`.
    public let licence: String
    /// `currency:`, such as USD_2025.
    public let currency: String
    /// `start:`; every table describes 1 January of this year.
    public let start: Int
    /// The value of every slot at the start, in the units of `Schema`.
    ///
    /// First the `number` keys of every section of `Schema`, absent sections too, at their defaults; then the `number`
    /// columns of the tables that the world has, column by column. NaN where a value is absent.
    public let values: [Double]
    /// Years and CO2 emissions, GtCO2/yr, of the scenario that the world names; every year from first to last.
    ///
    /// Years that the table leaves out between two that it has are filled linearly. Empty without a climate.
    public let emissions: [(year: Int, co2: Double)]
    /// The files that the world was read from, by path.
    public let sources: [SourceFile]

    let tables: [String: Table]
    let sections: Set<String>
    let texts: [String: [String: String]]
    let fixedNumbers: [String: [String: Double]]
    let profiles: [String: Profile]
    /// By their names under `tables:`.
    let series: [String: Series]
    let trajectories: [Trajectory]
    let provenance: [String: Provenance]
    /// The years from one state to the next; 1 unless `step:` says otherwise.
    public internal(set) var step = 1
    /// The first years of the steps in which a pulse of CO2 is emitted beside the world line, ascending.
    ///
    /// Those that the study's outcomes ask for: they decide what is recorded.
    public internal(set) var carbonPulses: [Int] = []
    /// The names of the variables that the study records; nil for all that there are.
    public internal(set) var recordedNames: Set<String>?
    /// The members of a calibrated ensemble that the climate may take its numbers from; empty where none is named.
    public internal(set) var climateMembers: [ClimateMember] = []
    /// The lines of `world.yaml` on which its sections and their keys stand, as `economy` and `economy.elasticity`; `step` too.
    var lines: [String: Int] = [:]
    /// What is dubious in the world and yet stops no run.
    public internal(set) var warnings: [Finding] = []
    var doubts = Doubts()

    /// The table of that name; one without rows where the world has none.
    public func table(_ name: String) -> Table { tables[name] ?? Table(name: name) }

    /// Whether `world.yaml` has that section.
    public func hasSection(_ name: String) -> Bool { sections.contains(name) }

    /// The slot of `section.key`, a number that a path can name; filled with its default where the file is silent.
    public func slot(_ section: String, _ key: String) -> Int {
        guard let slot = Layout.sectionSlots[section]?[key] else {
            preconditionFailure("\(section).\(key) is no number of the schema that a path can name")
        }
        return slot
    }

    /// A text or choice of a section.
    public func text(_ section: String, _ key: String) -> String {
        if let text = texts[section]?[key] { return text }
        guard let field = Schema.section(section)?.field(key), !field.kind.isNumeric else {
            preconditionFailure("\(section).\(key) is no text of the schema")
        }
        return field.standardText ?? ""
    }

    /// The word under `model` of a section that has one; empty elsewhere.
    public func model(_ section: String) -> String {
        Schema.section(section)?.field("model") == nil ? "" : text(section, "model")
    }

    /// A fixed or whole number of a section.
    public func fixed(_ section: String, _ key: String) -> Double {
        if let number = fixedNumbers[section]?[key] { return number }
        guard let field = Schema.section(section)?.field(key), field.kind == .fixed || field.kind == .integer else {
            preconditionFailure("\(section).\(key) is no fixed number of the schema")
        }
        return field.standard ?? Schema.absent
    }

    /// The profile's values in an area, [month 0..<12][daytype 0 weekday, 1 weekend][hour], 576 numbers; nil if absent.
    public func profile(_ name: String, area: String) -> [Double]? { profiles[name]?.values(area: area) }

    /// What multiplies a row's number in each of the 8760 hours; nil where the row has no series of that column.
    ///
    /// - Parameter column: `p_max_pu` of `generators`, and whatever else `Schema.series` lists.
    public func series(_ table: String, _ column: String, id: String) -> [Double]? {
        series[table + "-" + column]?.factors(id)
    }

    /// A 128-bit hash of the files, in hexadecimal; their order doesn't matter.
    public var digest: String {
        var digest = Digest()
        digest.add(sources)
        return digest.text
    }
}

/// A table of a world.
public struct Table: Sendable {
    /// Its name in `Schema.tables`.
    public let name: String
    /// The first column.
    public let ids: [String]
    let texts: [String: [String]]
    let numbers: [String: [Double]]
    let slotRanges: [String: Range<Int>]
    let references: [String: [Int]]
    let lines: [Int]
    let file: String
    let rowSources: [String]
    let rowStatuses: [String]

    /// A text column; the ids that a reference column names.
    public func text(_ column: String) -> [String] { texts[column] ?? missing(column) { !$0.isNumeric } }

    /// A fixed column; NaN where a cell is empty and has no default.
    public func fixed(_ column: String) -> [Double] {
        numbers[column] ?? missing(column) { $0 == .fixed || $0 == .integer }
    }

    /// The slots of a number column, one a row, neighbouring.
    public func slots(_ column: String) -> Range<Int> {
        if let range = slotRanges[column] { return range }
        let none: [Int] = missing(column) { $0 == .number }
        return none.count..<none.count
    }

    /// The row that a reference column names, for each row; -1 where the cell is empty.
    public func rows(_ column: String) -> [Int] {
        references[column]
            ?? missing(column) {
                if case .reference = $0 { return true }
                return false
            }
    }

    private func missing<T>(_ column: String, _ fits: (Schema.Field.Kind) -> Bool) -> [T] {
        guard let field = Schema.table(name)?.field(column), fits(field.kind) else {
            preconditionFailure("\(name).\(column) is no such column of the schema")
        }
        return []
    }
}

extension Table {
    /// A table without rows.
    init(name: String) {
        self.init(
            name: name, ids: [], texts: [:], numbers: [:], slotRanges: [:], references: [:], lines: [], file: "",
            rowSources: [], rowStatuses: [])
    }
}

/// What of a world could not be read, so that no finding is made of what only follows from it.
///
/// Empty in every world that is read without an error.
struct Doubts: Sendable {
    /// Sections of which it is not known whether the world has them.
    var sections: Set<String> = []
    /// Tables whose rows are not all known.
    var tables: Set<String> = []
    /// Columns of words, as `table.column`, of which a cell could not be read.
    var columns: Set<String> = []
    /// Numbers that could not be read and stand at their defaults.
    var slots: Set<Int> = []
    /// Whether the year of the start is not known.
    var start = false
    /// Whether the emissions are not known.
    var emissions = false
    /// Whether the currency is not known.
    var currency = false
}

/// Where figures are from, and how good they are.
struct Provenance: Sendable {
    let source: String
    let status: String
}

/// A shape by month, daytype and hour, for one area or for all.
struct Profile: Sendable {
    /// The number of values: 12 months, 2 daytypes, 24 hours.
    static let count = 576
    /// By area; the empty name is every other area.
    let byArea: [String: [Double]]

    func values(area: String) -> [Double]? { byArea[area] ?? byArea[""] }

    /// The mean over a year of which five days in seven are weekdays.
    static func mean(_ values: [Double]) -> Double {
        var sum = 0.0
        for (cell, value) in values.enumerated() {
            sum += value * Double(CivilDate.monthLengths[cell / 48]) * (cell / 24 % 2 == 0 ? 5 : 2) / 7 / 24
        }
        return sum / 365
    }
}

/// What changes by itself: factors on the values of the start.
struct Trajectory: Sendable {
    let path: String
    let slots: [Int]
    let years: [Int]
    let factors: [Double]

    /// The factor of a year: linear between the years given, constant outside.
    func factor(_ year: Int) -> Double {
        guard let after = years.firstIndex(where: { $0 >= year }) else { return factors[years.count - 1] }
        if after == 0 || years[after] == year { return factors[after] }
        let share = Double(year - years[after - 1]) / Double(years[after] - years[after - 1])
        return factors[after - 1] + (factors[after] - factors[after - 1]) * share
    }
}

/// Where the numbers of the sections stand in `World.values`.
enum Layout {
    static let sectionSlots: [String: [String: Int]] = {
        var slots: [String: [String: Int]] = [:]
        var next = 0
        for section in Schema.sections {
            for field in section.fields where field.kind == .number {
                slots[section.name, default: [:]][field.name] = next
                next += 1
            }
        }
        return slots
    }()

    static let sectionCount = sectionSlots.values.reduce(0) { $0 + $1.count }
}

extension Schema {
    /// Columns that any table may have: where a row's figures are from, how good they are, and words about them.
    public static let freeColumns = ["source", "status", "note"]

    static func section(_ name: String) -> Section? { sections.first { $0.name == name } }
    static func table(_ name: String) -> TableShape? { tables.first { $0.name == name } }
}

extension Schema.Section {
    func field(_ name: String) -> Schema.Field? { fields.first { $0.name == name } }
}

extension Schema.TableShape {
    func field(_ name: String) -> Schema.Field? { fields.first { $0.name == name } }
}

extension Schema.Field.Kind {
    /// Whether a field of this kind holds a number.
    var isNumeric: Bool {
        switch self {
        case .number, .fixed, .integer: true
        case .text, .choice, .reference: false
        }
    }
}
