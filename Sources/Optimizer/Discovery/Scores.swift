import WorldModel

/// How strongly an outcome goes with an input, without a design and without a draw.
public struct Scores: Sendable, Hashable, Codable {
    /// The name of the input.
    public let input: String
    /// Spearman's rank correlation, in -1...1: a rise all the way is 1; nil for texts, and where one of both never changes.
    public let spearman: Double?
    /// The share of the outcome's variance that classes of the input explain; nil where it isn't above chance.
    ///
    /// It is 1 less the variance within classes over the whole variance, both unbiased (epsilon², Kelley 1935), at the level at
    /// which the input varies, times that level's share of the variance. Its mean is 0 for an input that says nothing.
    public let share: Double?
    /// What the share must exceed: the largest of all inputs' shares does so by chance in one of a hundred deals; nil where the
    /// input or the outcome never changes, or there are too few samples to part them.
    public let chance: Double?
    /// How likely chance makes the largest of all inputs' shares as large as this one; nil where `chance` is.
    public let p: Double?

    enum CodingKeys: String, CodingKey {
        case input, spearman, chance, p
        case share = "eta_squared"
    }

    /// The most classes into which numbers fall.
    public static let classes = 10
    /// How often inputs are dealt anew to tell what chance does.
    public static let rounds = 999
    /// The p-value up to which a share is told, over all inputs together.
    public static let level = 0.01

    /// The scores of all inputs, the strongest first.
    ///
    /// - Parameter groups: which cases share samples and policies; each is a sample of its own where left out.
    public static func of(
        _ experiments: Experiments, outcome: [Double], groups: CaseGroups? = nil, seed: UInt64 = 0
    ) -> [Scores] {
        let groups = groups ?? CaseGroups(count: outcome.count)
        let measures = experiments.inputs.map { VarianceShare($0.values, outcome: outcome, groups: groups) }
        let found = measures.map { $0?.share(nil) }
        let effort = measures.reduce(1) { $0 + ($1?.units ?? 0) }
        let rounds = min(Scores.rounds, max(99, 200_000_000 / effort))
        var nulls = [[Double]](repeating: [], count: measures.count)
        for round in 0..<rounds where measures.contains(where: { $0 != nil }) {
            let deal = groups.deal(round: round, seed: seed)
            for (index, measure) in measures.enumerated() {
                if let measure { nulls[index].append(measure.share(deal)) }
            }
        }
        // Each input's shares in units of what chance makes of it, so that the largest is fair to all.
        let scales = nulls.map { null -> (mean: Double, deviation: Double) in
            null.isEmpty ? (0, 0) : (Statistics.mean(null), Statistics.deviation(null))
        }
        func height(_ share: Double, _ index: Int) -> Double {
            scales[index].deviation > 1e-12 ? (share - scales[index].mean) / scales[index].deviation : 0
        }
        let largest = (0..<rounds).map { round in
            nulls.indices.reduce(0.0) { nulls[$1].isEmpty ? $0 : max($0, height(nulls[$1][round], $1)) }
        }.sorted()
        let needed = largest[min(Int((1 - level) * Double(rounds + 1)), rounds - 1)]
        return experiments.inputs.enumerated().map { index, input in
            var correlation: Double?
            if case .numbers(let numbers) = input.values { correlation = spearman(numbers, outcome) }
            guard let share = found[index] ?? nil, let measure = measures[index] else {
                return Scores(input: input.name, spearman: correlation, share: nil, chance: nil, p: nil)
            }
            let own = height(share, index)
            // What differs by rounding alone is as high.
            let beyond = largest.count { $0 >= own - 1e-9 * max(abs(own), 1) }
            let p = Double(1 + beyond) / Double(rounds + 1)
            let (mean, deviation) = scales[index]
            let told = measure.unbiased(share, chanceMean: mean)
            return Scores(
                input: input.name, spearman: correlation, share: p <= level && told > 0 ? told : nil,
                chance: measure.unbiased(mean + needed * deviation, chanceMean: mean), p: p)
        }.enumerated().sorted { a, b in
            let (x, y) = (a.element, b.element)
            if x.share != y.share { return x.share ?? -1 > y.share ?? -1 }
            return x.p == y.p ? a.offset < b.offset : x.p ?? 2 < y.p ?? 2
        }.map(\.element)
    }

    /// Spearman's rank correlation of two lists, equal values sharing the mean of their ranks; nil where one never changes.
    public static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
        let (x, y) = (ranks(a), ranks(b))
        let (meanX, meanY) = (Statistics.mean(x), Statistics.mean(y))
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (u, v) in zip(x, y) {
            xx += (u - meanX) * (u - meanX)
            yy += (v - meanY) * (v - meanY)
            xy += (u - meanX) * (v - meanY)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
    }

    /// The ranks of numbers from 1, the mean one for equal numbers.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }
}

/// The share of an outcome's variance that the classes of one input explain, as it is and as other deals would have it.
struct VarianceShare {
    /// What the input is dealt by.
    private let unit: CaseGroups.Unit
    /// The class of each unit: of a sample, of a policy, or of a case.
    private let classes: [Int]
    private let sizes: [Double]
    /// The outcome of each unit, less the mean: of a sample, of a policy less its samples' means, of a case less its sample's.
    private let outcomes: [Double]
    /// The first case of each unit, and the unit of each case.
    private let first: [Int]
    private let unitOfCase: [Int]
    private let squares: Double
    /// The part of the whole variance that is between these units.
    private let part: Double

    /// The number of units.
    var units: Int { classes.count }

    /// nil where one of both never changes, or there are not enough units for two classes and a rest.
    init?(_ values: Experiments.Values, outcome: [Double], groups: CaseGroups) {
        let mean = Statistics.mean(outcome)
        let total = outcome.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let size = outcome.reduce(0) { max($0, abs($1)) }
        guard total.isFinite, total > 1e-24 * size * size * Double(outcome.count) else { return nil }
        let sampleMeans = groups.bySample.map { cases in Statistics.mean(cases.map { outcome[$0] }) }
        unit = groups.unit(of: values)
        let members: [[Int]]
        switch unit {
        case .sample:
            members = groups.bySample
            outcomes = sampleMeans.map { $0 - mean }
            unitOfCase = groups.samples
        case .policy:
            members = groups.byPolicy
            outcomes = groups.byPolicy.map { cases in
                Statistics.mean(cases.map { outcome[$0] - sampleMeans[groups.samples[$0]] })
            }
            unitOfCase = groups.policies
        case .within:
            members = outcome.indices.map { [$0] }
            outcomes = outcome.indices.map { outcome[$0] - sampleMeans[groups.samples[$0]] }
            unitOfCase = Array(outcome.indices)
        }
        first = members.map { $0[0] }
        let level = zip(members, outcomes).reduce(0) { $0 + Double($1.0.count) * $1.1 * $1.1 }
        part = level / total
        let middle = Statistics.mean(outcomes)
        squares = outcomes.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
        let count = members.count
        let found: [[Int]]
        switch values {
        case .numbers(let numbers):
            let most = min(Scores.classes, max(2, Int(Double(count).squareRoot())))
            found = Information.groups(members.map { numbers[$0[0]] }, bins: most)
        case .categories(let categories, let names):
            let own = members.map { categories[$0[0]] }
            found = names.indices.map { name in own.indices.filter { own[$0] == name } }.filter { !$0.isEmpty }
        }
        guard count >= 4, found.count > 1, found.count < count, part > 1e-12, squares > 0 else { return nil }
        var classes = [Int](repeating: 0, count: count)
        for (index, group) in found.enumerated() { for member in group { classes[member] = index } }
        self.classes = classes
        sizes = found.map { Double($0.count) }
    }

    /// A share so shifted that chance makes it 0 on average, where cases of a sample are dealt among each other.
    ///
    /// Elsewhere it is so already: the rest of samples or policies has as many degrees of freedom as epsilon² counts.
    func unbiased(_ share: Double, chanceMean: Double) -> Double {
        unit == .within && part > chanceMean ? part * (1 - (part - share) / (part - chanceMean)) : share
    }

    /// epsilon² at the input's level times the level's part of the variance; of a deal, or of the input as it is.
    func share(_ deal: CaseGroups.Deal?) -> Double {
        var sums = [Double](repeating: 0, count: sizes.count)
        if let sources = deal?.source(unit) {
            for (place, start) in first.enumerated() { sums[classes[unitOfCase[sources[start]]]] += outcomes[place] }
        } else {
            for (place, value) in outcomes.enumerated() { sums[classes[place]] += value }
        }
        let middle = outcomes.reduce(0, +) / Double(outcomes.count)
        let between = zip(sums, sizes).reduce(0) { sum, each in
            let distance = each.0 / each.1 - middle
            return sum + each.1 * distance * distance
        }
        let count = Double(outcomes.count)
        let freedom = Double(sizes.count)
        return part * (1 - (squares - between) / squares * (count - 1) / (count - freedom))
    }
}
