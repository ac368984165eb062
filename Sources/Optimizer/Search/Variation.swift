import Foundation

/// How two points of the unit cube make two others: simulated binary crossover, then polynomial mutation.
///
/// Deb and Agrawal 1995; Deb and Goyal 1996, both in the bounded form. Options are exchanged whole, and mutate to any
/// other.
struct Variation: Sendable, Hashable, Codable {
    /// The distribution index of the crossover: the larger, the nearer children are to their parents.
    let crossoverIndex: Double
    /// The chance that a pair is crossed at all.
    let crossoverChance: Double
    /// The distribution index of the mutation.
    let mutationIndex: Double
    /// The chance that a child is mutated at all; each of its n genes then with 1/n, at most 1/2.
    let mutationChance: Double

    /// The two children of a pair.
    ///
    /// - Parameters:
    ///   - pair: the number of the pair in its generation.
    ///   - attempt: the number of the attempt, where earlier ones made what is there already.
    func children(
        _ a: [Double], _ b: [Double], space: SearchSpace, draw: SearchDraw, generation: Int, pair: Int, attempt: Int
    ) -> [[Double]] {
        var c = a
        var d = b
        let whole = draw.uniform(.pair, generation: generation, individual: 2 * pair, attempt: attempt)
        if whole < crossoverChance {
            for gene in space.genes.indices where !space.genes[gene].isFixed {
                let (takes, u) = draw.uniforms(
                    .crossover, generation: generation, individual: 2 * pair, gene: gene, attempt: attempt)
                if takes >= 0.5 || a[gene] == b[gene] { continue }
                let swap = draw.uniform(
                    .exchange, generation: generation, individual: 2 * pair, gene: gene, attempt: attempt)
                if case .range = space.genes[gene].kind {
                    (c[gene], d[gene]) = crossed(a[gene], b[gene], u)
                } else if swap >= 0.5 {
                    continue
                }
                if swap < 0.5 { (c[gene], d[gene]) = (d[gene], c[gene]) }
            }
        }
        return [
            mutated(c, space, draw, generation, 2 * pair, attempt),
            mutated(d, space, draw, generation, 2 * pair + 1, attempt),
        ]
    }

    /// beta = (2 - alpha u)^(-1/(eta + 1)) or (alpha u)^(1/(eta + 1)), alpha so that no child leaves 0...1.
    private func crossed(_ x: Double, _ y: Double, _ u: Double) -> (Double, Double) {
        let (low, high) = (min(x, y), max(x, y))
        let delta = high - low
        func spread(_ room: Double) -> Double {
            let alpha = 2 - pow(1 + 2 * room / delta, -(crossoverIndex + 1))
            let base = u <= 1 / alpha ? u * alpha : 1 / (2 - u * alpha)
            return pow(base, 1 / (crossoverIndex + 1))
        }
        let below = 0.5 * (low + high - spread(low) * delta)
        let above = 0.5 * (low + high + spread(1 - high) * delta)
        let (first, second) = (min(max(below, 0), 1), min(max(above, 0), 1))
        return x <= y ? (first, second) : (second, first)
    }

    func mutated(
        _ point: [Double], _ space: SearchSpace, _ draw: SearchDraw, _ generation: Int, _ individual: Int,
        _ attempt: Int, chance: Double? = nil
    ) -> [Double] {
        var point = point
        let whole = draw.uniform(
            .mutate, generation: generation, individual: individual, gene: 0xfffff, attempt: attempt)
        if whole >= mutationChance { return point }
        let each = chance ?? min(0.5, 1 / Double(space.genes.count))
        for gene in space.genes.indices where !space.genes[gene].isFixed {
            let (takes, u) = draw.uniforms(
                .mutate, generation: generation, individual: individual, gene: gene, attempt: attempt)
            if takes >= each { continue }
            switch space.genes[gene].kind {
            case .choice(let options):
                let old = Int(space.genes[gene].value(point[gene]))
                let other = min(Int(u * Double(options - 1)), options - 2)
                point[gene] = (Double(other < old ? other : other + 1) + 0.5) / Double(options)
            case .range: point[gene] = moved(point[gene], u)
            }
        }
        return point
    }

    private func moved(_ x: Double, _ u: Double) -> Double {
        let power = mutationIndex + 1
        let step: Double
        if u < 0.5 {
            step = pow(2 * u + (1 - 2 * u) * pow(1 - x, power), 1 / power) - 1
        } else {
            step = 1 - pow(2 * (1 - u) + 2 * (u - 0.5) * pow(x, power), 1 / power)
        }
        return min(max(x + step, 0), 1)
    }
}
