import Lanes
import WorldModel

/// The rows of one column of the table `controls` that have a number, in the order of their years.
struct Control: Sendable {
    let years: [Int]
    let rows: [Int]

    /// The rows of the sorted world's table; what a world leaves empty no study can fill.
    init(_ column: String, of world: World) {
        let table = world.table("controls")
        let slots = table.slots(column)
        let filled = table.ids.indices.filter { !world.values[slots.lowerBound + $0].isNaN }
            .compactMap { row in Int(table.ids[row]).map { (year: $0, row: row) } }.sorted { $0.year < $1.year }
        years = filled.map(\.year)
        rows = filled.map(\.row)
    }

    /// The value in a year: that of the row, linear between two, the first's before and the last's after.
    ///
    /// - Parameters:
    ///   - column: the numbers of the column, row after row.
    ///   - standard: what holds where the column is empty.
    func value(in year: Int, _ column: UnsafePointer<Lanes>, or standard: Lanes) -> Lanes {
        guard let last = years.last else { return standard }
        if year >= last { return column[rows[rows.count - 1]] }
        if year <= years[0] { return column[rows[0]] }
        var after = 1
        while years[after] < year { after += 1 }
        let next = column[rows[after]]
        if years[after] == year { return next }
        let before = column[rows[after - 1]]
        return before + (next - before) * (Double(year - years[after - 1]) / Double(years[after] - years[after - 1]))
    }
}
