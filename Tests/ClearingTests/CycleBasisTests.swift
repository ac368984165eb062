import Lanes
import Testing

@testable import Clearing

@Suite struct CycleBasisTests {
    private func randomGraph(_ seed: UInt64) -> (nodes: Int, edges: [(Int, Int)]) {
        var draws = Draws(seed)
        let nodes = 3 + Int(20 * draws.next())
        let edges = (0..<Int(2.5 * Double(nodes) * draws.next())).map { _ in
            let a = Int(Double(nodes) * draws.next())
            return (a, (a + 1 + Int(Double(nodes - 1) * draws.next())) % nodes)
        }
        return (nodes, edges)
    }

    private func parts(_ nodes: Int, _ edges: [(Int, Int)]) -> Int {
        var part = Array(0..<nodes)
        for (a, b) in edges where part[a] != part[b] {
            let (kept, gone) = (part[a], part[b])
            for node in 0..<nodes where part[node] == gone { part[node] = kept }
        }
        return Set(part).count
    }

    /// The rank of the cycles as vectors of real numbers over the edges.
    private func rank(_ cycles: [[CycleBasis.Step]], edges: Int) -> Int {
        var rows = cycles.map { cycle in
            var row = [Double](repeating: 0, count: edges)
            for step in cycle { row[step.edge] = Double(step.sign) }
            return row
        }
        var rank = 0
        for column in 0..<edges {
            guard let pivot = (rank..<rows.count).first(where: { abs(rows[$0][column]) > 1e-9 }) else { continue }
            rows.swapAt(rank, pivot)
            for row in (rank + 1)..<max(rows.count, rank + 1) where rows[row][column] != 0 {
                let factor = rows[row][column] / rows[rank][column]
                for place in 0..<edges { rows[row][place] -= factor * rows[rank][place] }
            }
            rank += 1
        }
        return rank
    }

    @Test func everyBasisIsCompleteIndependentAndOfClosedCycles() {
        for seed in 1...200 {
            let (nodes, edges) = randomGraph(UInt64(seed))
            let basis = CycleBasis.shortest(nodes: nodes, edges: edges)
            #expect(basis.count == edges.count - nodes + parts(nodes, edges))
            #expect(rank(basis, edges: edges.count) == basis.count)
            for cycle in basis {
                #expect(Set(cycle.map(\.edge)).count == cycle.count)
                var passed = [Int](repeating: 0, count: nodes)
                for step in cycle {
                    passed[edges[step.edge].0] -= step.sign
                    passed[edges[step.edge].1] += step.sign
                }
                #expect(passed.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test func aChessboardHasItsSquares() {
        let side = 7
        var edges: [(Int, Int)] = []
        for row in 0..<side {
            for column in 0..<side {
                if column + 1 < side { edges.append((row * side + column, row * side + column + 1)) }
                if row + 1 < side { edges.append((row * side + column, (row + 1) * side + column)) }
            }
        }
        let basis = CycleBasis.shortest(nodes: side * side, edges: edges)
        #expect(basis.count == 36)
        #expect(basis.allSatisfy { $0.count == 4 })
    }

    @Test func parallelLinesAreACycleOfTwo() {
        let basis = CycleBasis.shortest(nodes: 2, edges: [(0, 1), (1, 0), (0, 1)])
        #expect(basis.map(\.count) == [2, 2])
    }

    @Test func aLargeGraphWithoutAllCandidatesIsStillComplete() {
        let nodes = 1200
        var draws = Draws(5)
        var edges = (1..<nodes).map { (Int(Double($0) * draws.next()), $0) }
        for _ in 0..<400 {
            let a = Int(Double(nodes) * draws.next())
            edges.append((a, (a + 1 + Int(Double(nodes - 1) * draws.next())) % nodes))
        }
        #expect(nodes * edges.count > 500_000)
        let basis = CycleBasis.shortest(nodes: nodes, edges: edges)
        #expect(basis.count == 400)
    }
}
