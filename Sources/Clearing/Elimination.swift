import Lanes

/// The sparse L D L' of a symmetric matrix whose pattern is the same in every lane and hour, without pivoting.
///
/// The matrix has a block of `rows` rows for each hour. Rows of an hour may meet each other and those rows of the next hour
/// that are `carried`, such as the balances of stocks; so hours are eliminated one after the other, each in the same order,
/// and one hour's index streams serve all. The order is found once, by minimum local fill among the rows of nearly minimum
/// degree; the numeric part is straight loops. The matrices are A Θ A' of a market (a weighted Laplacian plus a positive
/// diagonal), for which no pivoting is safe.
struct Elimination: ~Copyable {
    /// The number of rows of an hour, and of hours.
    let rows: Int, hours: Int
    /// The row that is eliminated k-th of its hour.
    let order: [Int]
    /// When a row is eliminated: the inverse of `order`.
    let place: [Int]
    /// Entries below the diagonal of an hour's columns: those of column k stand at `start[k]..<start[k + 1]`.
    let start: IndexList
    /// The place of each entry's row, ascending in a column; `rows` and above are rows of the next hour.
    let below: IndexList
    /// Where each product of two entries of a column is subtracted, in the order of the elimination.
    let target: IndexList
    /// On entry the diagonal, by hour and place; behind the last hour is room for one more, which means nothing.
    let diagonal: Column
    /// On entry the matrix below the diagonal, zero where there is only fill; then L.
    ///
    /// By hour and entry, as `diagonal`.
    let lower: Column
    /// The reciprocals of D.
    let inverse: Column
    /// The smallest pivot that is more than rounding, by hour and place.
    let floor: Column

    /// The number of entries below the diagonal in an hour's columns.
    var entries: Int { below.count }

    /// The analysis of a matrix.
    ///
    /// - Parameters:
    ///   - rows: rows of an hour.
    ///   - edges: off-diagonal entries within an hour.
    ///   - hours: the number of blocks.
    ///   - carried: rows that meet rows of the next hour.
    ///   - ahead: entries of a row with a carried row of the next hour.
    init(rows: Int, edges: [(Int, Int)], hours: Int = 1, carried: [Int] = [], ahead: [(Int, Int)] = []) {
        var neighbours = [Set<Int>](repeating: [], count: 2 * rows)
        func join(_ a: Int, _ b: Int) {
            if a == b { return }
            neighbours[a].insert(b)
            neighbours[b].insert(a)
        }
        for (a, b) in edges { join(a, b) }
        for (row, next) in ahead { join(row, rows + next) }
        // What an hour leaves behind fills all entries between the carried rows of the next.
        if hours > 1 { for a in carried { for b in carried { join(a, b) } } }
        var order: [Int] = []
        var place = [Int](repeating: -1, count: rows)
        var columns: [[Int]] = []
        var remaining = Set(0..<rows)
        while let row = Elimination.next(of: remaining, neighbours) {
            remaining.remove(row)
            place[row] = order.count
            order.append(row)
            let clique = neighbours[row].sorted()
            columns.append(clique)
            for a in clique {
                neighbours[a].remove(row)
                for b in clique where b != a { neighbours[a].insert(b) }
            }
        }
        let sorted = columns.map { $0.map { $0 < rows ? place[$0] : rows + place[$0 - rows] }.sorted() }
        var start = [0]
        var position: [[Int: Int]] = []
        var below: [Int] = []
        for column in sorted {
            position.append([:])
            for row in column {
                position[position.count - 1][row] = below.count
                below.append(row)
            }
            start.append(below.count)
        }
        var target: [Int] = []
        for column in sorted {
            for (first, a) in column.enumerated() {
                for b in column[(first + 1)...] {
                    if a < rows {
                        target.append(position[a][b, default: 0])
                    } else {
                        target.append(below.count + position[a - rows][b - rows, default: 0])
                    }
                }
            }
        }
        self.rows = rows
        self.hours = hours
        self.order = order
        self.place = place
        self.start = IndexList(start)
        self.below = IndexList(below)
        self.target = IndexList(target)
        diagonal = Column(count: (hours + 1) * rows)
        lower = Column(count: (hours + 1) * below.count)
        inverse = Column(count: hours * rows)
        floor = Column(count: (hours + 1) * rows)
    }

    /// The row to eliminate: of those within one of the smallest degree the one that fills least, then the first.
    private static func next(of remaining: Set<Int>, _ neighbours: [Set<Int>]) -> Int? {
        guard let least = remaining.map({ neighbours[$0].count }).min() else { return nil }
        var best: (fill: Int, degree: Int, row: Int)?
        for row in remaining where neighbours[row].count <= least + 1 {
            let around = Array(neighbours[row])
            var fill = 0
            for (first, a) in around.enumerated() {
                for b in around[(first + 1)...] where !neighbours[a].contains(b) { fill += 1 }
            }
            let candidate = (fill: fill, degree: around.count, row: row)
            guard let known = best else {
                best = candidate
                continue
            }
            if candidate < known { best = candidate }
        }
        return best?.row
    }

    /// The place of a row; `rows` + k stands for row k of the next hour.
    func local(_ row: Int) -> Int { row < rows ? place[row] : rows + place[row - rows] }

    /// Where the entry of two places stands in an hour's part of `lower`.
    func position(of a: Int, _ b: Int) -> Int {
        let (column, row) = (min(a, b), max(a, b))
        if column >= rows { return entries + position(of: column - rows, row - rows) }
        for entry in start.base[column]..<start.base[column + 1] where below.base[entry] == row { return entry }
        preconditionFailure("places \(a) and \(b) share no variable")
    }

    /// Factorises an hour's block in place, those before it being done: `lower` becomes L, `inverse` the reciprocals of D.
    ///
    /// A pivot below `floor` is rounding: the direction that it stands for is left almost alone.
    @inline(__always)
    func factorise(hour: Int) {
        let (start, below) = (start.base, below.base)
        let (diagonal, lower) = (diagonal.base + hour * rows, lower.base + hour * entries)
        let (inverse, floor) = (inverse.base + hour * rows, floor.base + hour * rows)
        var target = target.base
        for column in 0..<rows {
            let reciprocal = lanes(1) / maximum(diagonal[column], floor[column])
            inverse[column] = reciprocal
            let end = start[column + 1]
            for a in start[column]..<end {
                let entry = lower[a]
                let multiplier = entry * reciprocal
                diagonal[below[a]] = fnma(entry, multiplier, diagonal[below[a]])
                for b in (a + 1)..<end {
                    lower[target[0]] = fnma(lower[b], multiplier, lower[target[0]])
                    target += 1
                }
                lower[a] = multiplier
            }
        }
    }

    /// The first half of a solution, for an hour's part of `x`, those before it being done.
    @inline(__always)
    func forward(_ x: UnsafeMutablePointer<Lanes>, hour: Int) {
        let (start, below) = (start.base, below.base)
        let (x, lower, inverse) = (x + hour * rows, lower.base + hour * entries, inverse.base + hour * rows)
        for column in 0..<rows {
            let value = x[column]
            for entry in start[column]..<start[column + 1] {
                x[below[entry]] = fnma(lower[entry], value, x[below[entry]])
            }
            x[column] = value * inverse[column]
        }
    }

    /// The second half of a solution, for an hour's part of `x`, those after it being done.
    ///
    /// Behind the last hour `x` must be zero.
    @inline(__always)
    func backward(_ x: UnsafeMutablePointer<Lanes>, hour: Int) {
        let (start, below) = (start.base, below.base)
        let (x, lower) = (x + hour * rows, lower.base + hour * entries)
        var column = rows - 1
        while column >= 0 {
            var value = x[column]
            for entry in start[column]..<start[column + 1] { value = fnma(lower[entry], x[below[entry]], value) }
            x[column] = value
            column -= 1
        }
    }
}

/// A fixed list of indices in memory of its own, for kernels.
struct IndexList: ~Copyable, @unchecked Sendable {
    /// The first element.
    let base: UnsafeMutablePointer<Int>
    /// The number of elements.
    let count: Int

    /// A copy of `indices`.
    init(_ indices: [Int]) {
        base = UnsafeMutablePointer<Int>.allocate(capacity: max(indices.count, 1))
        base.initialize(repeating: 0, count: max(indices.count, 1))
        for (place, index) in indices.enumerated() { base[place] = index }
        count = indices.count
    }

    deinit { base.deallocate() }
}
