/// Eigenvalues and eigenvectors of a symmetric matrix.
///
/// Reduction to tridiagonal form by Householder reflections, then implicit QL steps with Wilkinson's shift (Golub and Van
/// Loan, Matrix Computations, chapter 8). Written here because the bits of a LAPACK depend on the machine's kernels.
struct SymmetricEigen: Sendable, Hashable {
    /// Ascending.
    let values: [Double]
    /// [row][column] in one array; column k belongs to `values[k]`, of length 1.
    let vectors: [Double]

    /// The decomposition of an n x n matrix, row after row, of which the lower triangle is read; nil if it has a number
    /// that is not finite or an eigenvalue is not found in 50 steps.
    init?(_ matrix: [Double], _ n: Int) {
        guard matrix.allSatisfy(\.isFinite) else { return nil }
        // Rows of q are the transposed eigenvectors throughout, so that rotations act on contiguous memory.
        var a = matrix
        for i in 0..<n { for j in 0..<i { a[j * n + i] = a[i * n + j] } }
        var q = [Double](repeating: 0, count: n * n)
        for i in 0..<n { q[i * n + i] = 1 }
        var diagonal = [Double](repeating: 0, count: n)
        var beside = [Double](repeating: 0, count: n)
        SymmetricEigen.tridiagonalise(&a, &q, n)
        for i in 0..<n {
            diagonal[i] = a[i * n + i]
            if i + 1 < n { beside[i] = a[(i + 1) * n + i] }
        }
        guard SymmetricEigen.iterate(&diagonal, &beside, &q, n) else { return nil }
        let order = (0..<n).sorted { diagonal[$0] != diagonal[$1] ? diagonal[$0] < diagonal[$1] : $0 < $1 }
        values = order.map { diagonal[$0] }
        var vectors = [Double](repeating: 0, count: n * n)
        for (column, k) in order.enumerated() {
            for row in 0..<n { vectors[row * n + column] = q[k * n + row] }
        }
        self.vectors = vectors
    }

    /// A becomes H A H for each column, H = 1 - 2 v v' / v'v with v the part of the column below the subdiagonal; q
    /// becomes H q.
    private static func tridiagonalise(_ a: inout [Double], _ q: inout [Double], _ n: Int) {
        guard n > 2 else { return }
        var v = [Double](repeating: 0, count: n)
        var p = [Double](repeating: 0, count: n)
        a.withUnsafeMutableBufferPointer { a in
            q.withUnsafeMutableBufferPointer { q in
                for column in 0..<(n - 2) {
                    var square = 0.0
                    for row in (column + 2)..<n { square += a[row * n + column] * a[row * n + column] }
                    if square == 0 { continue }
                    let head = a[(column + 1) * n + column]
                    let norm = (head * head + square).squareRoot()
                    let target = head > 0 ? -norm : norm
                    for row in 0..<n { v[row] = row <= column ? 0 : a[row * n + column] }
                    v[column + 1] = head - target
                    let beta = 2 / (square + v[column + 1] * v[column + 1])
                    var dot = 0.0
                    for row in column..<n {
                        var sum = 0.0
                        for k in (column + 1)..<n { sum += a[row * n + k] * v[k] }
                        p[row] = beta * sum
                        dot += v[row] * p[row]
                    }
                    let half = 0.5 * beta * dot
                    for row in column..<n { p[row] -= half * v[row] }
                    for row in column..<n {
                        for k in column..<n { a[row * n + k] -= v[row] * p[k] + p[row] * v[k] }
                    }
                    // q <- H q, row by row of its transpose: q's rows are combined with weights v.
                    for k in 0..<n { p[k] = 0 }
                    for row in (column + 1)..<n {
                        let weight = v[row]
                        for k in 0..<n { p[k] += weight * q[row * n + k] }
                    }
                    for row in (column + 1)..<n {
                        let weight = beta * v[row]
                        for k in 0..<n { q[row * n + k] -= weight * p[k] }
                    }
                }
            }
        }
    }

    /// Implicit QL: chases a bulge from the end of an unreduced block to its beginning until nothing stands beside the
    /// diagonal; false where an eigenvalue takes more than 50 steps.
    private static func iterate(_ d: inout [Double], _ e: inout [Double], _ q: inout [Double], _ n: Int) -> Bool {
        for low in 0..<n {
            var steps = 0
            while true {
                var high = low
                while high < n - 1 {
                    if abs(e[high]) <= 0x1p-52 * (abs(d[high]) + abs(d[high + 1])) { break }
                    high += 1
                }
                if high == low { break }
                steps += 1
                if steps > 50 { return false }
                let half = (d[low + 1] - d[low]) / (2 * e[low])
                let root = (half * half + 1).squareRoot()
                var g = d[high] - d[low] + e[low] / (half + (half >= 0 ? root : -root))
                var (s, c, p) = (1.0, 1.0, 0.0)
                var isSplit = false
                for i in stride(from: high - 1, through: low, by: -1) {
                    let f = s * e[i]
                    let b = c * e[i]
                    let r = (f * f + g * g).squareRoot()
                    e[i + 1] = r
                    if r == 0 {
                        d[i + 1] -= p
                        e[high] = 0
                        isSplit = true
                        break
                    }
                    s = f / r
                    c = g / r
                    g = d[i + 1] - p
                    let t = (d[i] - g) * s + 2 * c * b
                    p = s * t
                    d[i + 1] = g + p
                    g = c * t - b
                    q.withUnsafeMutableBufferPointer { q in
                        for k in 0..<n {
                            let (x, y) = (q[i * n + k], q[(i + 1) * n + k])
                            q[(i + 1) * n + k] = s * x + c * y
                            q[i * n + k] = c * x - s * y
                        }
                    }
                }
                if isSplit { continue }
                d[low] -= p
                e[low] = g
                e[high] = 0
            }
        }
        return true
    }
}
