import Draws
import WorldModel

/// Which cases share a sample, and which a policy: what chance deals out is a sample, not a case.
///
/// World lines of one sample share its draws, and those of one policy its choices. So an input is dealt anew by whole
/// samples where it depends on the sample alone, and by whole policies where it depends on the policy alone. Of fewer
/// than `fewPolicies` policies, or where each has a value of its own, policies are dealt anew within each sample.
public struct CaseGroups: Sendable, Hashable {
    /// The sample of each case, from 0.
    public let samples: [Int]
    /// The policy of each case, from 0.
    public let policies: [Int]
    /// The cases of each sample.
    let bySample: [[Int]]
    /// The cases of each policy.
    let byPolicy: [[Int]]

    /// Policies fewer than these are dealt anew within each sample: whole policies could be dealt in too few ways.
    static let fewPolicies = 10

    /// Cases of some samples and policies.
    public init(samples: [Int], policies: [Int]) {
        func groups(_ keys: [Int]) -> [[Int]] {
            var groups = [[Int]](repeating: [], count: (keys.max() ?? -1) + 1)
            for (place, key) in keys.enumerated() { groups[key].append(place) }
            return groups.filter { !$0.isEmpty }
        }
        bySample = groups(samples)
        byPolicy = groups(policies)
        var places = samples
        for (sample, cases) in bySample.enumerated() { for place in cases { places[place] = sample } }
        self.samples = places
        places = policies
        for (policy, cases) in byPolicy.enumerated() { for place in cases { places[place] = policy } }
        self.policies = places
    }

    /// Cases of which each is a sample of its own.
    public init(count: Int) {
        self.init(samples: Array(0..<count), policies: [Int](repeating: 0, count: count))
    }

    /// What is dealt out when an input is.
    enum Unit: Sendable, Hashable {
        /// Whole samples.
        case sample
        /// Whole policies.
        case policy
        /// The cases of a sample among each other.
        case within
    }

    /// What an input depends on.
    func unit(of values: Experiments.Values) -> Unit {
        func isConstant(_ groups: [[Int]]) -> Bool {
            groups.allSatisfy { cases in cases.allSatisfy { values.areEqual($0, cases[0]) } }
        }
        if isConstant(bySample) { return .sample }
        guard byPolicy.count >= CaseGroups.fewPolicies, isConstant(byPolicy) else { return .within }
        let kinds = Set(byPolicy.map { values.key(of: $0[0]) }).count
        // A text of which every policy has its own names the policy, and no other policy shares it.
        if case .categories = values, 2 * kinds > byPolicy.count { return .within }
        return .policy
    }

    /// How units are dealt anew in a round: the case from which each case gets its value, for inputs of every unit.
    struct Deal {
        let bySample: [Int]
        let byPolicy: [Int]
        let within: [Int]

        func source(_ unit: Unit) -> [Int] {
            switch unit {
            case .sample: bySample
            case .policy: byPolicy
            case .within: within
            }
        }
    }

    private static let entity = Philox.entity("deal")

    /// One deal; a function of seed and round.
    func deal(round: Int, seed: UInt64) -> Deal {
        var step = 0
        func next() -> Double {
            defer { step += 1 }
            return Draw(seed: seed, sample: round, purpose: .search, entity: CaseGroups.entity, step: step).uniform
        }
        func shuffled(_ values: [Int]) -> [Int] {
            var values = values
            for place in values.indices.reversed() where place > 0 {
                values.swapAt(place, min(Int(next() * Double(place + 1)), place))
            }
            return values
        }
        let sampleOrder = shuffled(Array(bySample.indices))
        let policyOrder = shuffled(Array(byPolicy.indices))
        var within = Array(samples.indices)
        if byPolicy.count > 1 {
            for cases in bySample where cases.count > 1 {
                for (place, source) in zip(cases, shuffled(cases)) { within[place] = source }
            }
        }
        return Deal(
            bySample: samples.map { bySample[sampleOrder[$0]][0] },
            byPolicy: policies.map { byPolicy[policyOrder[$0]][0] }, within: within)
    }
}

extension Experiments.Values {
    func areEqual(_ a: Int, _ b: Int) -> Bool {
        switch self {
        case .numbers(let numbers): numbers[a] == numbers[b]
        case .categories(let categories, _): categories[a] == categories[b]
        }
    }

    /// What tells a value from others.
    func key(of place: Int) -> Double {
        switch self {
        case .numbers(let numbers): numbers[place]
        case .categories(let categories, _): Double(categories[place])
        }
    }

    /// The values, each taken from another case.
    func dealt(_ sources: [Int]) -> Experiments.Values {
        switch self {
        case .numbers(let numbers): .numbers(sources.map { numbers[$0] })
        case .categories(let categories, let names): .categories(sources.map { categories[$0] }, names: names)
        }
    }
}
