// The matrix of a basis: a row for each island and each line at its limit, a column for each basic variable.

extension DualSimplex {
    /// What a variable brings to a line's flow.
    @inline(__always)
    func factor(_ n: Numbers, _ line: Int, _ variable: Int) -> Double {
        let row = UnsafeMutableRawPointer(byLine + line * nodeEights).assumingMemoryBound(to: Double.self)
        if variable < slots { return row[from[variable]] }
        return n.efficiency[variable - slots] * row[to[variable]] - row[from[variable]]
    }

    /// What a variable brings to an island.
    @inline(__always)
    private func share(_ n: Numbers, _ index: Int, _ variable: Int) -> Double {
        let leaves = island[from[variable]] == index ? 1.0 : 0
        if variable < slots { return leaves }
        return (island[to[variable]] == index ? n.efficiency[variable - slots] : 0) - leaves
    }

    /// W, row after row, factorised with exchanges of rows; false where it is singular.
    func factorise(
        _ n: Numbers, _ basis: UnsafeMutablePointer<Int>, _ limits: UnsafeMutablePointer<Int>, _ count: Int
    ) -> Bool {
        let size = islands + count
        let (matrix, order) = (matrix, order)
        for row in 0..<size {
            order[row] = row
            for column in 0..<size {
                matrix[row * size + column] =
                    row < islands
                    ? share(n, row, basis[column]) : factor(n, limits[row - islands], basis[column])
            }
        }
        for column in 0..<size {
            var best = column
            for row in column..<size
            where abs(matrix[row * size + column]) > abs(matrix[best * size + column]) { best = row }
            let largest = matrix[best * size + column]
            if !(abs(largest) > 1e-9) { return false }
            if best != column {
                for k in 0..<size {
                    let other = matrix[best * size + k]
                    matrix[best * size + k] = matrix[column * size + k]
                    matrix[column * size + k] = other
                }
                let other = order[best]
                order[best] = order[column]
                order[column] = other
            }
            var row = column + 1
            while row < size {
                let multiple = matrix[row * size + column] / largest
                matrix[row * size + column] = multiple
                for k in (column + 1)..<size { matrix[row * size + k] -= multiple * matrix[column * size + k] }
                row += 1
            }
        }
        return true
    }

    /// Solves W v = `v`.
    func solveStraight(_ v: UnsafeMutablePointer<Double>, _ size: Int) {
        let (matrix, order, work) = (matrix, order, work)
        for row in 0..<size { work[row] = v[order[row]] }
        for row in 0..<size {
            var sum = work[row]
            for column in 0..<row { sum -= matrix[row * size + column] * work[column] }
            work[row] = sum
        }
        for row in stride(from: size - 1, through: 0, by: -1) {
            var sum = work[row]
            for column in (row + 1)..<max(size, row + 1) { sum -= matrix[row * size + column] * v[column] }
            v[row] = sum / matrix[row * size + row]
        }
    }

    /// Solves W' v = `v`.
    func solveTransposed(_ v: UnsafeMutablePointer<Double>, _ size: Int) {
        let (matrix, order, work) = (matrix, order, work)
        for row in 0..<size {
            var sum = v[row]
            for column in 0..<row { sum -= matrix[column * size + row] * work[column] }
            work[row] = sum / matrix[row * size + row]
        }
        for row in stride(from: size - 1, through: 0, by: -1) {
            var sum = work[row]
            for column in (row + 1)..<max(size, row + 1) { sum -= matrix[column * size + row] * work[column] }
            work[row] = sum
        }
        for row in 0..<size { v[order[row]] = work[row] }
    }
}
