/// The sparse L D L' of a symmetric matrix whose pattern is the same in every lane, without pivoting.
///
/// The order of elimination and the places of all fill are found once, by minimum local fill among the rows of
/// nearly minimum degree; the numeric part is straight loops over index streams. The matrices are A Θ A' of a market
/// (a weighted Laplacian plus a positive diagonal), for which no pivoting is safe.
struct Elimination: ~Copyable {
    /// The number of rows.
    let rows: Int
    /// The row that is eliminated k-th.
    let order: [Int]
    /// When a row is eliminated: the inverse of `order`.
    let place: [Int]
    /// Entries below the diagonal, by column: those of column k stand at `start[k]..<start[k + 1]`.
    let start: IndexList
    /// The place of each entry's row, ascending in a column.
    let below: IndexList
    /// Where each product of two entries of a column is subtracted, in the order of the elimination.
    let target: IndexList
    /// On entry the diagonal, by place.
    let diagonal: Column
    /// On entry the matrix below the diagonal, zero where there is only fill; then L.
    let lower: Column
    /// The reciprocals of D.
    let inverse: Column
    /// The smallest pivot that is more than rounding, by place.
    let floor: Column

    /// The analysis of a matrix of `rows` rows with off-diagonal entries at `edges`.
    init(rows: Int, edges: [(Int, Int)]) {
        var neighbours = [Set<Int>](repeating: [], count: rows)
        for (a, b) in edges where a != b {
            neighbours[a].insert(b)
            neighbours[b].insert(a)
        }
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
        let sorted = columns.map { $0.map { place[$0] }.sorted() }
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
                for b in column[(first + 1)...] { target.append(position[a][b, default: 0]) }
            }
        }
        self.rows = rows
        self.order = order
        self.place = place
        self.start = IndexList(start)
        self.below = IndexList(below)
        self.target = IndexList(target)
        diagonal = Column(count: rows)
        lower = Column(count: below.count)
        inverse = Column(count: rows)
        floor = Column(count: rows)
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

    /// Where the entry of two rows stands in `lower`.
    func position(of a: Int, _ b: Int) -> Int {
        let (column, row) = (min(place[a], place[b]), max(place[a], place[b]))
        for entry in start.base[column]..<start.base[column + 1] where below.base[entry] == row { return entry }
        preconditionFailure("rows \(a) and \(b) share no variable")
    }

    /// Factorises the matrix in place: `lower` becomes L, `inverse` the reciprocals of D.
    ///
    /// A pivot below `floor` is rounding: the direction that it stands for is left almost alone.
    @inline(__always)
    func factorise() {
        let (start, below, diagonal, lower) = (start.base, below.base, diagonal.base, lower.base)
        let (inverse, floor) = (inverse.base, floor.base)
        var target = target.base
        for column in 0..<rows {
            let reciprocal = Lanes(repeating: 1) / maximum(diagonal[column], floor[column])
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

    /// Replaces `x`, by place, with the solution of L D L' y = x.
    @inline(__always)
    func solve(_ x: UnsafeMutablePointer<Lanes>) {
        let (start, below, lower, inverse) = (start.base, below.base, lower.base, inverse.base)
        for column in 0..<rows {
            let value = x[column]
            for entry in start[column]..<start[column + 1] {
                x[below[entry]] = fnma(lower[entry], value, x[below[entry]])
            }
            x[column] = value * inverse[column]
        }
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
