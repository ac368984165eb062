import Lanes
import Testing

@testable import Clearing

@Suite struct LineOutagesTests {
    /// Flows of a network with these injections, by Gauss on the angles; nil where it is in parts.
    private func flows(_ lines: [ClearingPattern.Line], _ injections: [Double]) -> [Double]? {
        let n = injections.count
        var a = [[Double]](repeating: [Double](repeating: 0, count: n + 1), count: n)
        for line in lines {
            let b = 1 / line.reactance
            a[line.from][line.from] += b
            a[line.to][line.to] += b
            a[line.from][line.to] -= b
            a[line.to][line.from] -= b
        }
        for row in 0..<n { a[row][n] = injections[row] }
        a[0] = [Double](repeating: 0, count: n + 1)
        a[0][0] = 1
        for column in 0..<n {
            guard let pivot = (column..<n).max(by: { abs(a[$0][column]) < abs(a[$1][column]) }),
                abs(a[pivot][column]) > 1e-9
            else { return nil }
            a.swapAt(pivot, column)
            for row in 0..<n where row != column {
                let factor = a[row][column] / a[column][column]
                for k in column...n { a[row][k] -= factor * a[column][k] }
            }
        }
        let angles = (0..<n).map { a[$0][n] / a[$0][$0] }
        return lines.map { (angles[$0.from] - angles[$0.to]) / $0.reactance }
    }

    /// With the line taken out and the same injections, every other line carries f_l + d f_k.
    @Test func factorsAreWhatTheNetworkDoesWithoutTheLine() throws {
        var checked = 0
        for seed in 1...60 {
            var draws = Draws(UInt64(seed))
            let nodes = 3 + seed % 15
            var lines: [ClearingPattern.Line] = []
            for to in 1..<nodes {
                lines.append(.init(from: Int(Double(to) * draws.next()), to: to, reactance: 0.1 + draws.next()))
            }
            for _ in 0..<nodes {
                let from = Int(Double(nodes) * draws.next())
                let to = (from + 1 + Int(Double(nodes - 1) * draws.next())) % nodes
                lines.append(.init(from: from, to: to, reactance: 0.1 + draws.next()))
            }
            var injections = (0..<nodes).map { _ in draws.next() - 0.5 }
            injections[0] -= injections.reduce(0, +)
            let before = try #require(flows(lines, injections))
            let outages = LineOutages(nodes: nodes, lines: lines)
            for failed in lines.indices {
                var rest = lines
                rest.remove(at: failed)
                guard var after = flows(rest, injections) else {
                    #expect(outages.factors(of: failed) == nil)
                    #expect(outages.guards(of: failed).isEmpty)
                    continue
                }
                after.insert(0, at: failed)
                let factors = try #require(outages.factors(of: failed))
                for line in lines.indices {
                    #expect(abs(before[line] + factors[line] * before[failed] - after[line]) < 1e-9)
                }
                checked += 1
            }
        }
        #expect(checked > 500)
    }

    /// Of three lines side by side each takes over of a failed one in inverse proportion to its reactance.
    @Test func parallelLinesShareByReactance() throws {
        let lines = [1.0, 2, 3].map { ClearingPattern.Line(from: 0, to: 1, reactance: $0) }
        let factors = try #require(LineOutages(nodes: 2, lines: lines).factors(of: 0))
        #expect(abs(factors[1] - 0.6) < 1e-15 && abs(factors[2] - 0.4) < 1e-15 && factors[0] == -1)
    }
}
