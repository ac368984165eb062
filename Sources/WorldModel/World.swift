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
    public let values: [Double]

    /// The table of that name; one without rows where the world has none.
    public func table(_ name: String) -> Table { fatalError() }
    /// Whether `world.yaml` has that section.
    public func hasSection(_ name: String) -> Bool { fatalError() }
    /// The slot of `section.key`, a number that a path can name; filled with its default where the file is silent.
    public func slot(_ section: String, _ key: String) -> Int { fatalError() }
    /// A text or choice of a section.
    public func text(_ section: String, _ key: String) -> String { fatalError() }
    /// A fixed or whole number of a section.
    public func fixed(_ section: String, _ key: String) -> Double { fatalError() }
    /// The profile's values in an area as [month 0..<12][daytype 0 weekday, 1 weekend][hour], flattened to 576; nil if absent.
    public func profile(_ name: String, area: String) -> [Double]? { fatalError() }
    /// Years and CO2 emissions, GtCO2/yr, of the scenario that the world names.
    public var emissions: [(year: Int, co2: Double)] { fatalError() }
}

/// A table of a world.
public struct Table: Sendable {
    /// Its name in `Schema.tables`.
    public let name: String
    /// The first column.
    public let ids: [String]
    /// A text column.
    public func text(_ column: String) -> [String] { fatalError() }
    /// A fixed column.
    public func fixed(_ column: String) -> [Double] { fatalError() }
    /// The slots of a number column, one a row, neighbouring.
    public func slots(_ column: String) -> Range<Int> { fatalError() }
    /// The row that a reference column names, for each row.
    public func rows(_ column: String) -> [Int] { fatalError() }
}
