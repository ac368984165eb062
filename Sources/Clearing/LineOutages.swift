/// What lines carry when one of them fails: line outage distribution factors.
///
/// When line k fails, the flow f_k that it carried goes around it: every other line then carries f_l + d_lk f_k. What changes
/// is a circulation C'y that obeys Kirchhoff on all cycles but through k, with C the cycles by line and x the reactances:
///
///     d_lk = − (C' M⁻¹ C)_lk / (C' M⁻¹ C)_kk,   M = C diag(x) C'.
///
/// Angles that lines add change nothing of it. (Wood, Wollenberg and Sheblé, Power Generation, Operation, and Control,
/// 3rd ed., section 7.3, have it by way of the bus matrix.)
public struct LineOutages: Sendable {
    private let cycles: [[CycleBasis.Step]]
    /// Of each line the cycles through it, with their directions.
    private let through: [[(cycle: Int, sign: Double)]]
    /// M⁻¹, row after row.
    private let inverse: [Double]

    /// The factors of lines between `nodes` balances.
    public init(nodes: Int, lines: [ClearingPattern.Line]) {
        cycles = CycleBasis.shortest(nodes: nodes, edges: lines.map { ($0.from, $0.to) })
        var through = [[(cycle: Int, sign: Double)]](repeating: [], count: lines.count)
        for (cycle, steps) in cycles.enumerated() {
            for step in steps { through[step.edge].append((cycle, Double(step.sign))) }
        }
        self.through = through
        var matrix = [Double](repeating: 0, count: cycles.count * cycles.count)
        for (line, members) in through.enumerated() {
            for a in members {
                for b in members { matrix[a.cycle * cycles.count + b.cycle] += lines[line].reactance * a.sign * b.sign }
            }
        }
        inverse = LineOutages.inverse(of: matrix, size: cycles.count)
    }

    /// d of each line for the outage of `line`, −1 at itself; nil where the outage splits the network.
    public func factors(of line: Int) -> [Double]? {
        if through[line].isEmpty { return nil }
        var circulation = [Double](repeating: 0, count: cycles.count)
        for row in circulation.indices {
            for member in through[line] {
                circulation[row] += inverse[row * cycles.count + member.cycle] * member.sign
            }
        }
        let around = through.map { members in members.reduce(0) { $0 + $1.sign * circulation[$1.cycle] } }
        let own = around[line]
        return own == 0 ? nil : around.map { -$0 / own }
    }

    /// What the other lines carry when `line` fails, of those that take over a billionth of its flow; none where the outage
    /// splits the network.
    public func guards(of line: Int) -> [ClearingPattern.Guard] {
        (factors(of: line) ?? []).enumerated().compactMap { other, factor in
            other == line || abs(factor) < 1e-9 ? nil : .init(line: other, outage: line, factor: factor)
        }
    }

    /// Gauss and Jordan with row pivots: reactances may be negative.
    static func inverse(of matrix: [Double], size n: Int) -> [Double] {
        var a = matrix
        var b = (0..<n * n).map { $0 % (n + 1) == 0 ? 1.0 : 0.0 }
        for column in 0..<n {
            let pivot = (column..<n).max { abs(a[$0 * n + column]) < abs(a[$1 * n + column]) } ?? column
            if pivot != column {
                for k in 0..<n {
                    a.swapAt(pivot * n + k, column * n + k)
                    b.swapAt(pivot * n + k, column * n + k)
                }
            }
            let scale = 1 / a[column * n + column]
            for k in 0..<n {
                a[column * n + k] *= scale
                b[column * n + k] *= scale
            }
            for row in 0..<n where row != column && a[row * n + column] != 0 {
                let factor = a[row * n + column]
                for k in 0..<n {
                    a[row * n + k] -= factor * a[column * n + k]
                    b[row * n + k] -= factor * b[column * n + k]
                }
            }
        }
        return b
    }
}
