/// Independent cycles of a graph, as short as can be found.
///
/// Kirchhoff's law around short cycles keeps the factorisation sparse: on case118 a minimum basis has 752 entries off the
/// diagonal where the cycles of a tree have 1356.
public enum CycleBasis {
    /// An edge of a cycle.
    public struct Step: Sendable, Hashable {
        /// The edge.
        public let edge: Int
        /// +1 where the cycle runs from the edge's first node to its second, else −1.
        public let sign: Int
    }

    /// A basis of all cycles; edges may be parallel, and the graph may have several parts.
    ///
    /// The candidates are Horton's (an edge and the shortest paths from a node to its ends), taken from short to long while
    /// they are independent: then the basis is of least length. Beyond half a million candidates only the shortest cycle
    /// through each edge and the cycles of one tree are tried.
    public static func shortest(nodes: Int, edges: [(Int, Int)]) -> [[Step]] {
        var neighbours = [[(node: Int, edge: Int)]](repeating: [], count: nodes)
        for (edge, (a, b)) in edges.enumerated() {
            neighbours[a].append((b, edge))
            neighbours[b].append((a, edge))
        }
        let graph = Graph(edges: edges, neighbours: neighbours)
        let (tree, chords) = graph.forest()
        if chords.isEmpty { return [] }
        var chordOf = [Int](repeating: -1, count: edges.count)
        for (index, edge) in chords.enumerated() { chordOf[edge] = index }

        var candidates: [(length: Int, root: Int, edge: Int)] = []
        let isSmall = nodes * edges.count <= 500_000
        if isSmall {
            for root in 0..<nodes {
                let search = graph.search(from: root)
                for (edge, (a, b)) in edges.enumerated() where search.depth[a] >= 0 {
                    if search.parent[a] == edge || search.parent[b] == edge { continue }
                    candidates.append((search.depth[a] + search.depth[b] + 1, root, edge))
                }
            }
            candidates.sort { ($0.length, $0.root, $0.edge) < ($1.length, $1.root, $1.edge) }
        }
        var basis: [[Step]] = []
        var independent = Independence(size: chords.count)
        func take(_ cycle: [Step]) {
            if basis.count < chords.count, independent.add(cycle.map { chordOf[$0.edge] }.filter { $0 >= 0 }) {
                basis.append(cycle)
            }
        }
        var searches: [Int: Search] = [:]
        for candidate in candidates where basis.count < chords.count {
            let search = searches[candidate.root] ?? graph.search(from: candidate.root)
            searches[candidate.root] = search
            if let cycle = graph.cycle(search, closedBy: candidate.edge) { take(cycle) }
        }
        if !isSmall {
            let through = edges.indices.compactMap { graph.shortestCycle(through: $0) }
            for cycle in through.sorted(by: { ($0.count, $0[0].edge) < ($1.count, $1[0].edge) }) { take(cycle) }
        }
        if basis.count < chords.count {
            let closed = chords.compactMap { graph.cycle(tree, closedBy: $0) }
            for cycle in closed.sorted(by: { ($0.count, $0[0].edge) < ($1.count, $1[0].edge) }) { take(cycle) }
        }
        precondition(basis.count == chords.count, "a basis of \(chords.count) cycles")
        return basis
    }

    /// The shortest paths from a node: depth (−1 out of reach) and the edge towards the root (−1 at it) of each node.
    private struct Search {
        var depth: [Int]
        var parent: [Int]
    }

    private struct Graph {
        let edges: [(Int, Int)]
        let neighbours: [[(node: Int, edge: Int)]]

        func search(from root: Int, into known: Search? = nil, without closed: Int = -1, until goal: Int = -1) -> Search
        {
            var search =
                known
                ?? Search(
                    depth: Array(repeating: -1, count: neighbours.count),
                    parent: Array(repeating: -1, count: neighbours.count))
            var queue = [root]
            search.depth[root] = 0
            var next = 0
            while next < queue.count {
                let node = queue[next]
                next += 1
                if node == goal { break }
                for (other, edge) in neighbours[node] where search.depth[other] < 0 && edge != closed {
                    search.depth[other] = search.depth[node] + 1
                    search.parent[other] = edge
                    queue.append(other)
                }
            }
            return search
        }

        /// A spanning tree of each part, and the edges in none.
        func forest() -> (Search, chords: [Int]) {
            var all = Search(
                depth: Array(repeating: -1, count: neighbours.count),
                parent: Array(repeating: -1, count: neighbours.count))
            for node in neighbours.indices where all.depth[node] < 0 { all = search(from: node, into: all) }
            return (all, edges.indices.filter { all.parent[edges[$0].0] != $0 && all.parent[edges[$0].1] != $0 })
        }

        func other(_ edge: Int, _ node: Int) -> Int { edges[edge].0 == node ? edges[edge].1 : edges[edge].0 }

        /// The edge and the paths of the search between its ends; nil where both begin with the same edge at the root.
        func cycle(_ search: Search, closedBy edge: Int) -> [Step]? {
            var (a, b) = (edges[edge].1, edges[edge].0)
            var fromA: [Step] = []
            var toB: [Step] = []
            while a != b {
                if search.depth[a] >= search.depth[b] {
                    let up = search.parent[a]
                    fromA.append(Step(edge: up, sign: edges[up].0 == a ? 1 : -1))
                    a = other(up, a)
                } else {
                    let up = search.parent[b]
                    toB.append(Step(edge: up, sign: edges[up].1 == b ? 1 : -1))
                    b = other(up, b)
                }
            }
            return [Step(edge: edge, sign: 1)] + fromA + toB.reversed()
        }

        func shortestCycle(through edge: Int) -> [Step]? {
            let (a, b) = edges[edge]
            let search = search(from: a, without: edge, until: b)
            return search.depth[b] < 0 ? nil : cycle(search, closedBy: edge)
        }
    }

    /// Vectors over the field of two elements, reduced as they come.
    private struct Independence {
        private var pivots: [[UInt64]?]

        init(size: Int) { pivots = Array(repeating: nil, count: size) }

        /// Keeps a vector, given by the places of its ones, and returns whether it depends on none before.
        mutating func add(_ ones: [Int]) -> Bool {
            var vector = [UInt64](repeating: 0, count: (pivots.count + 63) / 64)
            for place in ones { vector[place / 64] ^= 1 << UInt64(place % 64) }
            for word in vector.indices {
                while vector[word] != 0 {
                    let place = 64 * word + vector[word].trailingZeroBitCount
                    guard let pivot = pivots[place] else {
                        pivots[place] = vector
                        return true
                    }
                    for index in word..<vector.count { vector[index] ^= pivot[index] }
                }
            }
            return false
        }
    }
}
