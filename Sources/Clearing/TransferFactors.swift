/// What each line carries of what is given at each balance: power transfer distribution factors.
///
/// With b = 1/reactance and θ = 0 at the first balance of each island (balances that lines join), the balances
/// Σ b (θ_i − θ_j) = p_i give θ = M p with M the inverse of the Laplacian without those balances, and a line carries
///
///     f_l = b_l ((M p)_from − (M p)_to) = Σ_i F_li p_i.
///
/// (Wood, Wollenberg and Sheblé, Power Generation, Operation, and Control, 3rd ed., section 7.3.)
struct TransferFactors {
    /// The island of each balance, numbered from 0 in the order of their first balances.
    let island: [Int]
    /// F, line after line.
    let factors: [[Double]]

    /// The number of islands.
    var islands: Int { (island.max() ?? -1) + 1 }

    /// The factors of a market's lines; nil where the law has no one solution, as with reactances that cancel out.
    init?(pattern: ClearingPattern) {
        let nodes = pattern.rows
        var neighbours = [[Int]](repeating: [], count: nodes)
        for line in pattern.lines {
            neighbours[line.from].append(line.to)
            neighbours[line.to].append(line.from)
        }
        var island = [Int](repeating: -1, count: nodes)
        var count = 0
        for first in 0..<nodes where island[first] < 0 {
            island[first] = count
            var open = [first]
            while let node = open.popLast() {
                for next in neighbours[node] where island[next] < 0 {
                    island[next] = count
                    open.append(next)
                }
            }
            count += 1
        }
        var place = [Int](repeating: -1, count: nodes)
        var size = 0
        var seen = Set<Int>()
        for node in 0..<nodes where !seen.insert(island[node]).inserted {
            place[node] = size
            size += 1
        }
        var laplacian = [Double](repeating: 0, count: size * size)
        for line in pattern.lines {
            let (a, b) = (place[line.from], place[line.to])
            let susceptance = 1 / line.reactance
            if a >= 0 { laplacian[a * size + a] += susceptance }
            if b >= 0 { laplacian[b * size + b] += susceptance }
            if a >= 0 && b >= 0 {
                laplacian[a * size + b] -= susceptance
                laplacian[b * size + a] -= susceptance
            }
        }
        let inverse = LineOutages.inverse(of: laplacian, size: size)
        if !inverse.allSatisfy(\.isFinite) { return nil }
        self.island = island
        factors = pattern.lines.map { line in
            (0..<nodes).map { node in
                let column = place[node]
                if column < 0 { return 0 }
                let from = place[line.from] < 0 ? 0 : inverse[place[line.from] * size + column]
                let to = place[line.to] < 0 ? 0 : inverse[place[line.to] * size + column]
                return (from - to) / line.reactance
            }
        }
    }
}
