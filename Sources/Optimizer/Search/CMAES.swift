import Foundation

/// The default numbers of a CMA evolution strategy (Hansen 2016, "The CMA evolution strategy: a tutorial").
public struct CMAConstants: Sendable, Hashable, Codable {
    /// Samples a generation, lambda.
    public let samples: Int
    /// Those that move the mean, mu.
    public let parents: Int
    /// Weights of all samples, the best first: the first mu are positive and sum to 1, the others negative or 0.
    public let weights: [Double]
    /// The variance effective selection mass of the positive weights, mu_eff.
    public let selectionMass: Double
    /// The learning rate of the path of the step size, c_sigma.
    public let stepRate: Double
    /// The damping of the step size, d_sigma.
    public let stepDamping: Double
    /// The learning rate of the path of the covariance, c_c.
    public let pathRate: Double
    /// The learning rate of the rank-one update, c_1.
    public let rankOneRate: Double
    /// The learning rate of the rank-mu update, c_mu.
    public let rankMuRate: Double
    /// The expected length of a normal vector, chi_n.
    public let expectedLength: Double

    /// The defaults for so many coordinates and samples.
    public init(dimension n: Int, samples: Int? = nil) {
        let d = Double(n)
        let samples = samples ?? 4 + Int(3 * log(d))
        let parents = samples / 2
        let raw = (1...samples).map { log(Double(samples + 1) / 2) - log(Double($0)) }
        let sum = raw.prefix(parents).reduce(0, +)
        let positive = raw.prefix(parents).map { $0 / sum }
        let mass = 1 / positive.reduce(0) { $0 + $1 * $1 }
        let rankOne = 2 / ((d + 1.3) * (d + 1.3) + mass)
        let rankMu = min(1 - rankOne, 2 * (mass - 2 + 1 / mass) / ((d + 2) * (d + 2) + mass))
        let negative = raw.dropFirst(parents).map { min($0, 0) }
        let negativeSum = -negative.reduce(0, +)
        let negativeMass =
            negativeSum > 0 ? negativeSum * negativeSum / negative.reduce(0) { $0 + $1 * $1 } : 0
        let scale =
            rankMu > 0
            ? min(1 + rankOne / rankMu, 1 + 2 * negativeMass / (mass + 2), (1 - rankOne - rankMu) / (d * rankMu)) : 0
        self.samples = samples
        self.parents = parents
        weights = positive + negative.map { negativeSum > 0 ? scale * $0 / negativeSum : 0 }
        selectionMass = mass
        stepRate = (mass + 2) / (d + mass + 5)
        stepDamping = 1 + 2 * max(0, ((mass - 1) / (d + 1)).squareRoot() - 1) + stepRate
        pathRate = (4 + mass / d) / (d + 4 + 2 * mass / d)
        rankOneRate = rankOne
        rankMuRate = rankMu
        expectedLength = d.squareRoot() * (1 - 1 / (4 * d) + 1 / (21 * d * d))
    }
}

/// The covariance matrix adaptation evolution strategy for one objective, with restarts of doubled populations.
///
/// Hansen 2016, with negative weights and full covariance; restarts as in Auger and Hansen 2005 (IPOP). Samples of a
/// generation are orthogonal in blocks of n (Wang, Emmerich and Baeck 2019): each alone is normal, together they spread
/// better. The cube is the image of all space: inside identity, quadratic near the bounds, mirrored beyond.
public struct CMAES: Search, Codable {
    /// Why the strategy began anew, or stopped.
    public enum Halt: String, Sendable, Hashable, Codable {
        /// The samples of the last generations differ by less than 1e-11.
        case flat
        /// Steps are below 1e-12 of the first one.
        case still
        /// The axes of the covariance differ by more than 1e7, or it is not positive any more.
        case illConditioned
        /// Neither best nor median has improved for long.
        case stagnant
    }

    /// What is searched.
    public let space: SearchSpace
    /// How often it was told.
    public private(set) var generation = 0
    /// The best point so far; nil before the first generation.
    public private(set) var best: SearchArchive.Member?
    /// The samples whose worth was told.
    public private(set) var evaluations = 0
    /// Why each run so far halted, in order.
    public private(set) var halts: [Halt] = []
    /// The most restarts.
    public let restarts: Int
    /// The present step size, in sides of the cube.
    public private(set) var step: Double
    /// The present constants.
    public private(set) var constants: CMAConstants

    private let draw: SearchDraw
    private let firstStep: Double
    private let free: [Int]
    private let centre: [Double]
    private var mean: [Double]
    private var covariance: [Double]
    private var axes: [Double]
    private var lengths: [Double]
    private var stepPath: [Double]
    private var covariancePath: [Double]
    private var age = 0
    private var decomposedAt = 0
    private var bests: [Double] = []
    private var medians: [Double] = []

    /// A strategy that begins at a point of the cube.
    ///
    /// - Parameters:
    ///   - start: in 0...1, by default the middle.
    ///   - step: the first step size, in sides of the cube.
    ///   - samples: of a generation; by default 4 + 3 ln n.
    ///   - restarts: how often it may begin anew, elsewhere and with twice the samples.
    public init(
        _ space: SearchSpace, start: [Double]? = nil, step: Double = 0.3, samples: Int? = nil, restarts: Int = 9,
        seed: UInt64
    ) throws(SearchError) {
        for gene in space.genes where !gene.isFixed {
            guard case .range = gene.kind else {
                throw .wrongKind(method: "CMA-ES", gene: gene.name, wanted: "ranges")
            }
        }
        guard step > 0, step <= 10 else { throw .outOfRange("the step", value: step, allowed: "above 0, at most 10") }
        let free = space.genes.indices.filter { !space.genes[$0].isFixed }
        if let samples, samples < 2 { throw .outOfRange("the samples", value: Double(samples), allowed: "2 or more") }
        if let start, start.count != space.genes.count {
            throw .outOfRange(
                "the length of the start", value: Double(start.count), allowed: "\(space.genes.count), one a gene")
        }
        self.space = space
        self.restarts = restarts
        self.step = step
        self.free = free
        firstStep = step
        centre = (start ?? space.genes.map { _ in 0.5 }).map { min(max($0, 0), 1) }
        draw = SearchDraw(seed: seed)
        constants = CMAConstants(dimension: max(free.count, 1), samples: samples)
        mean = free.map { [centre] in CMAES.unfolded(centre[$0]) }
        covariance = CMAES.identity(free.count)
        axes = CMAES.identity(free.count)
        lengths = Array(repeating: 1, count: free.count)
        stepPath = Array(repeating: 0, count: free.count)
        covariancePath = Array(repeating: 0, count: free.count)
    }

    /// Converged where the last restart halted; exhausted after the one point of a space without a free gene.
    public var end: SearchEnd? {
        if free.isEmpty { return generation > 0 ? .exhausted : nil }
        return halts.count > restarts ? .converged : nil
    }

    /// The next generation.
    public func ask() -> [[Double]] {
        if end != nil { return [] }
        if free.isEmpty { return [space.settled(centre)] }
        return offsets().map { offset in point(at: offset) }
    }

    /// Takes in what the generation is worth, and moves the mean, the step and the covariance.
    public mutating func tell(_ told: [Evaluation]) throws(SearchError) {
        let offsets = end == nil && !free.isEmpty ? self.offsets() : []
        let points = free.isEmpty ? ask() : offsets.map { point(at: $0) }
        try check(told, asked: points.count, objectives: nil)
        if let first = told.first, first.objectives.count != 1 {
            throw .unsuitableObjectives(method: "CMA-ES", found: first.objectives.count, wanted: "one objective")
        }
        for (point, evaluation) in zip(points, told) where best.map({ evaluation.precedes($0.evaluation) }) ?? true {
            best = SearchArchive.Member(point: point, evaluation: evaluation)
        }
        evaluations += told.count
        generation += 1
        if offsets.isEmpty { return }
        let order = told.indices.sorted {
            told[$0].precedes(told[$1]) || (!told[$1].precedes(told[$0]) && $0 < $1)
        }
        adapt(order.map { offsets[$0] })
        bests.append(told[order[0]].objectives[0])
        medians.append(told[order[order.count / 2]].objectives[0])
        if let halt = halt(told) { restart(halt) }
    }

    // MARK: Samples

    /// The samples of a generation as offsets from the mean in units of the step: y = B D z.
    private func offsets() -> [[Double]] {
        let n = free.count
        let normals = (0..<constants.samples).map { individual in
            (0..<n).map { gene in
                let (u, v) = draw.uniforms(.normal, generation: generation, individual: individual, gene: gene)
                return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
            }
        }
        return CMAES.orthogonal(normals, n).map { z in
            var scaled = z
            for k in 0..<n { scaled[k] *= lengths[k] }
            return (0..<n).map { row in
                var sum = 0.0
                for k in 0..<n { sum += axes[row * n + k] * scaled[k] }
                return sum
            }
        }
    }

    /// The vectors with every n of them turned to be orthogonal, each as long as it was.
    static func orthogonal(_ vectors: [[Double]], _ n: Int) -> [[Double]] {
        var result = vectors
        for first in stride(from: 0, to: vectors.count, by: n) {
            var basis: [[Double]] = []
            for index in first..<min(first + n, vectors.count) {
                let length = norm(vectors[index])
                var direction = vectors[index]
                // Twice, for what the first pass leaves by rounding.
                for _ in 0..<2 {
                    for other in basis {
                        var dot = 0.0
                        for k in 0..<n { dot += direction[k] * other[k] }
                        for k in 0..<n { direction[k] -= dot * other[k] }
                    }
                }
                let left = norm(direction)
                guard left > 1e-8 * length else { continue }
                for k in 0..<n { direction[k] /= left }
                basis.append(direction)
                result[index] = direction.map { $0 * length }
            }
        }
        return result
    }

    private func point(at offset: [Double]) -> [Double] {
        var point = centre
        for (place, gene) in free.enumerated() { point[gene] = CMAES.folded(mean[place] + step * offset[place]) }
        return space.settled(point)
    }

    /// The width of the quadratic zone at a bound.
    static let zone = 0.05

    /// The coordinate in 0...1 of a number: itself from 0.05 to 0.95, (x + 0.05)^2 / 0.2 around 0 and likewise around 1,
    /// mirrored where those end.
    static func folded(_ x: Double) -> Double {
        let period = 2 * (1 + 2 * zone)
        var y = (x + zone).truncatingRemainder(dividingBy: period)
        if y < 0 { y += period }
        if y > period / 2 { y = period - y }
        y -= zone
        if y < zone { return (y + zone) * (y + zone) / (4 * zone) }
        if y > 1 - zone { return 1 - (1 - y + zone) * (1 - y + zone) / (4 * zone) }
        return y
    }

    /// The number nearest to 1/2 whose coordinate is u.
    static func unfolded(_ u: Double) -> Double {
        if u < zone { return (4 * zone * u).squareRoot() - zone }
        if u > 1 - zone { return 1 - ((4 * zone * (1 - u)).squareRoot() - zone) }
        return u
    }

    // MARK: Adaptation

    /// Mean, paths, covariance and step from the offsets of a generation, the best first.
    private mutating func adapt(_ y: [[Double]]) {
        let n = free.count
        let d = Double(n)
        let c = constants
        var move = [Double](repeating: 0, count: n)
        for (offset, weight) in zip(y, c.weights.prefix(c.parents)) {
            for k in 0..<n { move[k] += weight * offset[k] }
        }
        for k in 0..<n { mean[k] += step * move[k] }
        let turned = whitened(move)
        let keep = (c.stepRate * (2 - c.stepRate) * c.selectionMass).squareRoot()
        for row in 0..<n {
            var sum = 0.0
            for k in 0..<n { sum += axes[row * n + k] * turned[k] }
            stepPath[row] = (1 - c.stepRate) * stepPath[row] + keep * sum
        }
        age += 1
        let length = CMAES.norm(stepPath)
        let expected = (1 - pow(1 - c.stepRate, Double(2 * age))).squareRoot()
        let isSlow = length / expected < (1.4 + 2 / (d + 1)) * c.expectedLength
        let pathKeep = isSlow ? (c.pathRate * (2 - c.pathRate) * c.selectionMass).squareRoot() : 0
        for k in 0..<n { covariancePath[k] = (1 - c.pathRate) * covariancePath[k] + pathKeep * move[k] }
        let weights = zip(y, c.weights).map { offset, weight in
            if weight >= 0 { return weight }
            let white = CMAES.norm(whitened(offset))
            return white > 0 ? weight * d / (white * white) : 0
        }
        let total = c.weights.reduce(0, +)
        let stall = isSlow ? 0 : c.rankOneRate * c.pathRate * (2 - c.pathRate)
        let fade = 1 + stall - c.rankOneRate - c.rankMuRate * total
        covariance.withUnsafeMutableBufferPointer { matrix in
            for row in 0..<n {
                for column in 0...row {
                    matrix[row * n + column] =
                        fade * matrix[row * n + column]
                        + c.rankOneRate * covariancePath[row] * covariancePath[column]
                }
            }
            for (offset, weight) in zip(y, weights) where weight != 0 {
                let rate = c.rankMuRate * weight
                for row in 0..<n {
                    let factor = rate * offset[row]
                    for column in 0...row { matrix[row * n + column] += factor * offset[column] }
                }
            }
        }
        step *= exp(min(1, c.stepRate / c.stepDamping * (length / c.expectedLength - 1)))
        let patience = 1 / ((c.rankOneRate + c.rankMuRate) * d * 10)
        if Double(age - decomposedAt) >= patience { decompose() }
    }

    /// D^-1 B' of a vector.
    private func whitened(_ vector: [Double]) -> [Double] {
        let n = free.count
        return (0..<n).map { k in
            var sum = 0.0
            for row in 0..<n { sum += axes[row * n + k] * vector[row] }
            return sum / lengths[k]
        }
    }

    private mutating func decompose() {
        decomposedAt = age
        guard let eigen = SymmetricEigen(covariance, free.count), eigen.values[0] > 0 else {
            lengths[0] = .infinity
            return
        }
        axes = eigen.vectors
        lengths = eigen.values.map { $0.squareRoot() }
    }

    private func halt(_ told: [Evaluation]) -> Halt? {
        let n = free.count
        let (least, most) = (lengths.min() ?? 1, lengths.max() ?? 1)
        if !(most.isFinite && step.isFinite) || most > 1e7 * least { return .illConditioned }
        let spread = (0..<n).map { covariance[$0 * n + $0].squareRoot() }.max() ?? 0
        if step * spread < 1e-12 * firstStep { return .still }
        let window = 10 + (30 * n + constants.samples - 1) / constants.samples
        let isFeasible = told.contains(where: \.isFeasible)
        if isFeasible, bests.count >= window {
            let recent = bests.suffix(window) + told.map { $0.objectives[0] }
            if let low = recent.min(), let high = recent.max(), high - low < 1e-11 { return .flat }
        }
        let span = max(120 + 30 * n / constants.samples, 20)
        if bests.count >= 2 * span {
            func middle(_ values: [Double], _ range: Range<Int>) -> Double {
                let part = values[range].sorted()
                return part[part.count / 2]
            }
            let count = bests.count
            let old = (count - 2 * span)..<(count - span)
            let new = (count - span)..<count
            if middle(bests, new) >= middle(bests, old), middle(medians, new) >= middle(medians, old) {
                return .stagnant
            }
        }
        return nil
    }

    private mutating func restart(_ halt: Halt) {
        halts.append(halt)
        if halts.count > restarts { return }
        let n = free.count
        constants = CMAConstants(dimension: n, samples: 2 * constants.samples)
        mean = (0..<n).map { gene in
            CMAES.unfolded(draw.uniform(.restart, generation: generation, individual: halts.count, gene: gene))
        }
        step = firstStep
        covariance = CMAES.identity(n)
        axes = CMAES.identity(n)
        lengths = Array(repeating: 1, count: n)
        stepPath = Array(repeating: 0, count: n)
        covariancePath = Array(repeating: 0, count: n)
        age = 0
        decomposedAt = 0
        bests = []
        medians = []
    }

    private static func identity(_ n: Int) -> [Double] {
        (0..<n * n).map { $0 / max(n, 1) == $0 % max(n, 1) ? 1 : 0 }
    }

    private static func norm(_ vector: [Double]) -> Double {
        vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}
