import Draws
import WorldModel

/// Random numbers of a search: a function of (seed, generation, individual, gene, use), never the next of a stream.
struct SearchDraw: Sendable, Hashable, Codable {
    /// What a number is for; part of every search's meaning.
    enum Use: UInt32 {
        case first = 0, contest = 1, pair = 2, crossover = 3, exchange = 4, mutate = 5, step = 6, normal = 7, niche = 8
        case shuffle = 9, restart = 10, rollout = 11, expand = 12
    }

    let seed: UInt64

    /// Two numbers, uniform in (0, 1).
    ///
    /// - Parameter gene: in 0..<2^20; `attempt` in 0..<2^6.
    func uniforms(
        _ use: Use, generation: Int, individual: Int, gene: Int = 0, attempt: Int = 0
    ) -> (Double, Double) {
        let entity = use.rawValue << 26 | UInt32(truncatingIfNeeded: attempt & 0x3f) << 20 | UInt32(gene & 0xfffff)
        return Draw(seed: seed, sample: generation, purpose: .search, entity: entity, step: individual).uniforms
    }

    /// A number uniform in (0, 1).
    func uniform(_ use: Use, generation: Int, individual: Int, gene: Int = 0, attempt: Int = 0) -> Double {
        uniforms(use, generation: generation, individual: individual, gene: gene, attempt: attempt).0
    }

    /// The numbers 0..<count in a random order.
    func permutation(_ count: Int, _ use: Use, generation: Int, gene: Int = 0) -> [Int] {
        var order = Array(0..<count)
        for place in stride(from: count - 1, to: 0, by: -1) {
            let u = uniform(use, generation: generation, individual: place, gene: gene)
            order.swapAt(place, min(Int(u * Double(place + 1)), place))
        }
        return order
    }
}
