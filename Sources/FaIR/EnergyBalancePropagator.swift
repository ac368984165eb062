import Lanes

// What an energy balance needs before its first step: made once for each bundle of members.

/// c = a b of square matrices in every lane, row after row.
func multiply(_ a: UnsafePointer<Lanes>, _ b: UnsafePointer<Lanes>, into c: UnsafeMutablePointer<Lanes>, size n: Int) {
    // A literal size unrolls the loops; the bits are the same.
    if n == 5 {
        multiplyPlainly(a, b, into: c, size: 5)
    } else {
        multiplyPlainly(a, b, into: c, size: n)
    }
}

@inline(__always)
private func multiplyPlainly(
    _ a: UnsafePointer<Lanes>, _ b: UnsafePointer<Lanes>, into c: UnsafeMutablePointer<Lanes>, size n: Int
) {
    for row in 0..<n {
        for column in 0..<n {
            var sum = Lanes.zero
            for k in 0..<n { sum = fma(a[row * n + k], b[k * n + column], sum) }
            c[row * n + column] = sum
        }
    }
}

/// Matrices of room that `matrixExponential` needs.
package let matrixExponentialRoom = 5

/// The matrix exponential: Taylor's series of A / 2^s with norm at most 1/4 to the twelfth power, squared s times.
///
/// What is left out of the series is below 3e-18. It is summed by fours, with five products (Paterson and Stockmeyer 1973,
/// SIAM J. Comput. 2, 60). Each lane has its own s, so that no lane's digits depend on its neighbours.
///
/// - Parameter scratch: room for `matrixExponentialRoom` matrices.
package func matrixExponential(
    of A: UnsafePointer<Lanes>, into E: UnsafeMutablePointer<Lanes>, size n: Int, scratch: UnsafeMutablePointer<Lanes>
) {
    let count = n * n
    let powers = (scratch, scratch + count, scratch + 2 * count, scratch + 3 * count)
    let product = scratch + 4 * count
    var norm = Lanes.zero
    for row in 0..<n {
        var sum = Lanes.zero
        for column in 0..<n { sum += absolute(A[row * n + column]) }
        norm = maximum(norm, sum)
    }
    var squarings = WholeLanes.zero
    var factor = lanes(1)
    var most = 0
    for lane in 0..<Lanes.scalarCount where norm[lane].isFinite && norm[lane] > 0.25 {
        let s = Int(norm[lane].exponent) + 3
        squarings[lane] = Int64(s)
        factor[lane] = Double(sign: .plus, exponent: -s, significand: 1)
        most = max(most, s)
    }
    for index in 0..<count { powers.0[index] = A[index] * factor }
    multiply(powers.0, powers.0, into: powers.1, size: n)
    multiply(powers.0, powers.1, into: powers.2, size: n)
    multiply(powers.1, powers.1, into: powers.3, size: n)
    /// Adds c_0 + c_1 S + c_2 S² + c_3 S³ to E.
    func add(_ c: (Double, Double, Double, Double)) {
        for index in 0..<count {
            let high = fma(lanes(c.3), powers.2[index], lanes(c.2) * powers.1[index])
            E[index] += fma(lanes(c.1), powers.0[index], high)
        }
        for i in 0..<n { E[i * n + i] += lanes(c.0) }
    }
    for index in 0..<count { E[index] = lanes(1 / 479_001_600) * powers.3[index] }
    add((1 / 40_320, 1 / 362_880, 1 / 3_628_800, 1 / 39_916_800))
    multiply(E, powers.3, into: product, size: n)
    for index in 0..<count { E[index] = product[index] }
    add((1 / 24, 1 / 120, 1 / 720, 1 / 5040))
    multiply(E, powers.3, into: product, size: n)
    for index in 0..<count { E[index] = product[index] }
    add((1, 1, 1 / 2, 1 / 6))
    for s in 0..<most {
        multiply(E, E, into: product, size: n)
        let goesOn = squarings .> WholeLanes(repeating: Int64(s))
        for index in 0..<count { E[index] = select(goesOn, product[index], E[index]) }
    }
}

/// A square matrix in every lane.
struct LaneMatrix {
    let size: Int
    var elements: [Lanes]

    init(size: Int) {
        self.size = size
        elements = Array(repeating: .zero, count: size * size)
    }

    static func identity(_ size: Int) -> LaneMatrix {
        var matrix = LaneMatrix(size: size)
        for i in 0..<size { matrix[i, i] = lanes(1) }
        return matrix
    }

    subscript(row: Int, column: Int) -> Lanes {
        get { elements[row * size + column] }
        set { elements[row * size + column] = newValue }
    }

    static func * (a: LaneMatrix, b: LaneMatrix) -> LaneMatrix {
        var product = LaneMatrix(size: a.size)
        let n = a.size
        a.elements.withUnsafeBufferPointer { a in
            b.elements.withUnsafeBufferPointer { b in
                product.elements.withUnsafeMutableBufferPointer { product in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = product.baseAddress else { return }
                    multiply(a, b, into: c, size: n)
                }
            }
        }
        return product
    }

    var transposed: LaneMatrix {
        var other = LaneMatrix(size: size)
        for row in 0..<size { for column in 0..<size { other[column, row] = self[row, column] } }
        return other
    }

    /// The matrix exponential.
    var exponential: LaneMatrix {
        var result = LaneMatrix(size: size)
        let room = Column(count: matrixExponentialRoom * size * size)
        elements.withUnsafeBufferPointer { A in
            result.elements.withUnsafeMutableBufferPointer { E in
                guard let A = A.baseAddress, let E = E.baseAddress else { return }
                matrixExponential(of: A, into: E, size: size, scratch: room.base)
            }
        }
        return result
    }
}

/// The matrix A of an energy balance, in which dx/dt = A x + gamma F e_0 and t is in steps.
///
/// x are the filtered forcing F~ and the temperatures T_1 to T_n.
///
///     A_00 = -gamma, A_10 = 1/c_1
///     A_jj = -(K_j + e_j K_{j+1}) / c_j, A_j,j-1 = K_j / c_j, A_j,j+1 = e_j K_{j+1} / c_j
///
/// with c_j = C_j / dt, e_j = 1 but for the efficacy of the deep ocean in e_{n-1}. FaIR takes gamma per step whatever the
/// step is, and so does this.
///
/// - Parameters:
///   - capacity: C, W yr/m2/K; transfer: K, W/m2/K, K_1 the feedback; timestep: dt, yr.
func energyBalanceMatrix(
    capacity C: [Lanes], transfer K: [Lanes], efficacy: Lanes, gamma: Lanes, timestep dt: Double
) -> LaneMatrix {
    let n = C.count
    let c = C.map { $0 / dt }
    var A = LaneMatrix(size: n + 1)
    A[0, 0] = negative(gamma)
    A[1, 0] = lanes(1) / c[0]
    for j in 0..<n {
        let below = j + 1 < n ? (j == n - 2 ? efficacy : lanes(1)) * K[j + 1] : .zero
        A[j + 1, j + 1] = negative((K[j] + below) / c[j])
        if j > 0 { A[j + 1, j] = K[j] / c[j] }
        if j + 1 < n { A[j + 1, j + 2] = below / c[j] }
    }
    return A
}

/// What carries an energy balance over a step.
struct EnergyBalancePropagator {
    /// Ad = exp(A).
    let matrix: LaneMatrix
    /// bd = A⁻¹ (Ad - 1) gamma e_0, taken from the exponential of A with the forcing as one more quantity, so that A may be
    /// singular.
    let response: [Lanes]

    init(matrix A: LaneMatrix, gamma: Lanes) {
        let n = A.size
        var augmented = LaneMatrix(size: n + 1)
        for row in 0..<n { for column in 0..<n { augmented[row, column] = A[row, column] } }
        augmented[0, n] = gamma
        let whole = augmented.exponential
        var matrix = LaneMatrix(size: n)
        for row in 0..<n { for column in 0..<n { matrix[row, column] = whole[row, column] } }
        self.matrix = matrix
        response = (0..<n).map { whole[$0, n] }
    }
}

/// A factor L of the covariance of a step's noise, L L' = Qd.
///
///     H = [[-A, Q], [0, A']], G = exp(H), Qd = G22' G12,  Q = diag(sigma_eta², (sigma_xi / c_1)², 0 ...)
///
/// Van Loan 1978, IEEE Trans. Autom. Control 23, 395. Qd has a rank of numbers; a pivot that rounding has eaten is zero.
func noiseFactor(
    matrix A: LaneMatrix, sigmaEta: Lanes, sigmaXi: Lanes, surfaceCapacity c: Lanes
) -> LaneMatrix {
    let covariance = noiseCovariance(matrix: A, sigmaEta: sigmaEta, sigmaXi: sigmaXi, surfaceCapacity: c)
    let n = A.size
    var L = LaneMatrix(size: n)
    for row in 0..<n {
        for column in 0...row {
            var sum = covariance[row, column]
            for k in 0..<column { sum -= L[row, k] * L[column, k] }
            if row == column {
                let least = lanes(1e-13) * covariance[row, row]
                L[row, row] = select(sum .> least, squareRoot(maximum(sum, .zero)), .zero)
            } else {
                let pivot = L[column, column]
                L[row, column] = select(pivot .> .zero, sum / maximum(pivot, lanes(1e-300)), .zero)
            }
        }
    }
    return L
}

/// The covariance Qd of a step's noise; see `noiseFactor`.
func noiseCovariance(
    matrix A: LaneMatrix, sigmaEta: Lanes, sigmaXi: Lanes, surfaceCapacity c: Lanes
) -> LaneMatrix {
    let n = A.size
    var H = LaneMatrix(size: 2 * n)
    for row in 0..<n {
        for column in 0..<n {
            H[row, column] = negative(A[row, column])
            H[n + row, n + column] = A[column, row]
        }
    }
    H[0, n] = sigmaEta * sigmaEta
    H[1, n + 1] = (sigmaXi / c) * (sigmaXi / c)
    let G = H.exponential
    var upper = LaneMatrix(size: n)
    var lower = LaneMatrix(size: n)
    for row in 0..<n {
        for column in 0..<n {
            upper[row, column] = G[row, n + column]
            lower[row, column] = G[n + row, n + column]
        }
    }
    return lower.transposed * upper
}

/// Equilibrium climate sensitivity and transient climate response, K, of one energy balance.
///
///     ECS = F_4x/2 Σ q_j,  TCR = F_4x/2 Σ q_j (1 - tau_j/D (1 - exp(-D/tau_j))),  D = ln 2 / ln 1.01
///
/// The layers' matrix has off-diagonal pairs of one sign, so a diagonal scaling makes it symmetric: S = U diag U'. Then
/// tau_j = -1 / diag_j and q_j = tau_j U_1j² / C_1.
public func climateSensitivity(
    capacity C: [Double], transfer K: [Double], efficacy: Double, forcing4CO2: Double
) -> (ecs: Double, tcr: Double) {
    let n = C.count
    var S = Array(repeating: 0.0, count: n * n)
    for j in 0..<n {
        let below = j + 1 < n ? (j == n - 2 ? efficacy : 1) * K[j + 1] : 0
        S[j * n + j] = -(K[j] + below) / C[j]
        if j + 1 < n {
            let pair = ((below / C[j]) * (K[j + 1] / C[j + 1])).squareRoot()
            S[j * n + j + 1] = pair
            S[(j + 1) * n + j] = pair
        }
    }
    var first = (0..<n).map { $0 == 0 ? 1.0 : 0.0 }
    diagonalise(&S, size: n, firstRow: &first)
    let doubling = 69.66071689357483
    var ecs = 0.0
    var tcr = 0.0
    for j in 0..<n {
        let tau = -1 / S[j * n + j]
        let q = tau * first[j] * first[j] / C[0]
        ecs += q
        tcr += q * (1 - tau / doubling * (1 - exponential(lanes(-doubling / tau))[0]))
    }
    return (0.5 * forcing4CO2 * ecs, 0.5 * forcing4CO2 * tcr)
}

/// Makes a symmetric matrix diagonal by Jacobi's rotations; `firstRow` becomes the first row of its eigenvectors.
private func diagonalise(_ S: inout [Double], size n: Int, firstRow u: inout [Double]) {
    for _ in 0..<60 {
        var off = 0.0
        for p in 0..<n { for q in 0..<n where p != q { off += S[p * n + q] * S[p * n + q] } }
        if off == 0 || !off.isFinite { return }
        for p in 0..<n {
            for q in (p + 1)..<max(n, p + 1) where S[p * n + q] != 0 {
                let theta = (S[q * n + q] - S[p * n + p]) / (2 * S[p * n + q])
                let t = (theta < 0 ? -1.0 : 1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
                let c = 1 / (t * t + 1).squareRoot()
                let s = t * c
                for k in 0..<n {
                    let a = S[k * n + p]
                    let b = S[k * n + q]
                    S[k * n + p] = c * a - s * b
                    S[k * n + q] = s * a + c * b
                }
                for k in 0..<n {
                    let a = S[p * n + k]
                    let b = S[q * n + k]
                    S[p * n + k] = c * a - s * b
                    S[q * n + k] = s * a + c * b
                }
                S[p * n + q] = 0
                S[q * n + p] = 0
                let a = u[p]
                let b = u[q]
                u[p] = c * a - s * b
                u[q] = s * a + c * b
            }
        }
    }
}
