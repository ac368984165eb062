import Lanes

/// The Gini coefficient of n numbers of at least 0: 0 where all are equal, 1 - 1/n where one has all.
///
///     G = sum_i sum_j |x_i - x_j| / (2 n sum x)
///
/// The same as sum (2i - n - 1) x_(i) / (n sum x) over the sorted numbers, without sorting lanes. Nothing to share is 0.
func gini(_ x: UnsafePointer<Lanes>, count n: Int) -> Lanes {
    var sum = Lanes.zero
    var differences = Lanes.zero
    for i in 0..<n {
        sum += x[i]
        for j in 0..<i { differences += absolute(x[i] - x[j]) }
    }
    return quotient(differences, Double(n) * sum)
}

/// The Gini coefficient between people of groups in which all have the same: 0 where the means are equal.
///
///     G = sum_i<j |n_j x_i - n_i x_j| / (sum n sum x)
///
/// - Parameters:
///   - x: what each group has in all, at least 0.
///   - n: people of each group.
func gini(_ x: UnsafePointer<Lanes>, people n: UnsafePointer<Lanes>, count: Int) -> Lanes {
    var (sum, people, differences) = (Lanes.zero, Lanes.zero, Lanes.zero)
    for i in 0..<count {
        sum += x[i]
        people += n[i]
        for j in 0..<i { differences += absolute(n[j] * x[i] - n[i] * x[j]) }
    }
    return quotient(differences, people * sum)
}

/// The Herfindahl-Hirschman index: the sum of the squares of the shares, from 1/n to 1; nothing to share is 0.
func concentration(_ x: UnsafePointer<Lanes>, count n: Int) -> Lanes {
    var sum = Lanes.zero
    var squares = Lanes.zero
    for i in 0..<n {
        sum += x[i]
        squares = fma(x[i], x[i], squares)
    }
    return quotient(squares, sum * sum)
}

/// Shapley values of members who serve a demand together: v(S) = min(demand, sum of the capacities in S).
///
///     phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S))
///
/// By all 2^n coalitions: for at most 12 members.
func shapleyValues(
    capacities c: UnsafePointer<Lanes>, demand: Lanes, count n: Int, values phi: UnsafeMutablePointer<Lanes>
) {
    precondition((1...12).contains(n), "Shapley values of \(n) members: 1 to 12 are allowed")
    for i in 0..<n { phi[i] = .zero }
    for coalition in 0..<(1 << n) {
        let size = coalition.nonzeroBitCount
        guard size < n else { continue }
        var weight = 1.0 / Double(n)
        for k in 0..<size { weight *= Double(k + 1) / Double(n - 1 - k) }
        var sum = Lanes.zero
        for i in 0..<n where coalition & (1 << i) != 0 { sum += c[i] }
        let worth = minimum(demand, sum)
        for i in 0..<n where coalition & (1 << i) == 0 {
            phi[i] += weight * (minimum(demand, sum + c[i]) - worth)
        }
    }
}
