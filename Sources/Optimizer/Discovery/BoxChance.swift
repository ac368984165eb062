/// How easily chance finds a box as good: samples are dealt anew, and boxes are looked for again each time.
public struct BoxChance: Sendable, Hashable {
    /// The share of deals in which the best box on the trajectory tells the cases apart as well or better, the cases' own counted.
    public let p: Double
    /// The number of deals.
    public let rounds: Int
    /// What each input is dealt by.
    private let units: [CaseGroups.Unit]
    /// The smallest tail of an input of each unit in the box of each deal, where these inputs alone are dealt.
    private let tails: [CaseGroups.Unit: [Double]]

    /// The p-value up to which a box, or a limit, is no chance.
    public static let level = 0.05
    /// The usual number of deals, and the fewest, of many cases.
    public static let usual = 199
    static let fewest = 39

    init(p: Double, rounds: Int, units: [CaseGroups.Unit], tails: [CaseGroups.Unit: [Double]]) {
        self.p = p
        self.rounds = rounds
        self.units = units
        self.tails = tails
    }

    /// How many of such deals a search of so many numbers is worth.
    static func rounds(cases: Int, inputs: Int) -> Int { max(fewest, min(usual, 400_000 / max(cases * inputs, 1))) }

    /// How easily chance finds a box with a limit of so small a tail, in an input that is dealt as this one.
    ///
    /// The inputs that are dealt by other units stay as they are: two samples under many policies are two draws.
    func p(ofTail tail: Double, input: Int) -> Double {
        let others = tails[units[input]] ?? []
        return Double(1 + others.count { $0 <= tail }) / Double(others.count + 1)
    }
}

extension PRIM {
    /// How well boxes tell the cases apart: the best on the trajectory, and between equals the chosen one, then all.
    private struct Merit: Comparable {
        let parts: [Double]

        static func < (a: Merit, b: Merit) -> Bool { a.parts.lexicographicallyPrecedes(b.parts) }
    }

    /// What chance makes of the box of the least `coverage`.
    ///
    /// - Parameters:
    ///   - groups: which cases share samples and policies; each is a sample of its own where left out.
    ///   - rounds: the number of deals; as many as the cases allow where left out.
    public func chance(
        coverage: Double = 0.8, groups: CaseGroups? = nil, rounds: Int? = nil, seed: UInt64 = 0
    ) throws(Experiments.Refusal) -> BoxChance {
        let groups = groups ?? CaseGroups(count: experiments.count)
        let units = experiments.inputs.map { groups.unit(of: $0.values) }
        let own = merit(coverage: coverage)
        let count = rounds ?? BoxChance.rounds(cases: experiments.count, inputs: units.count)
        func found(round: Int, dealing kinds: Set<CaseGroups.Unit>) throws(Experiments.Refusal) -> PRIM {
            let deal = groups.deal(round: round, seed: seed)
            let inputs = zip(experiments.inputs, units).map { input, unit in
                kinds.contains(unit)
                    ? Experiments.Input(
                        name: input.name, unit: input.unit, values: input.values.dealt(deal.source(unit))) : input
            }
            return try PRIM(try Experiments(inputs), interesting: interesting, settings: settings)
        }
        func smallestTail(of kind: CaseGroups.Unit, in prim: PRIM) -> Double {
            let tails = prim.tails(prim.trajectory[prim.choice(coverage: coverage)])
            return tails.filter { units[$0.key] == kind }.values.min() ?? 1
        }
        let kinds = Set(units)
        let restricted = Set(
            trajectory[choice(coverage: coverage)].box.restricted(in: experiments.bounds).map { units[$0] })
        var asGood = 1
        var tails: [CaseGroups.Unit: [Double]] = [:]
        for round in 0..<count {
            let prim = try found(round: round, dealing: kinds)
            if prim.merit(coverage: coverage) >= own { asGood += 1 }
            if let kind = kinds.first, kinds.count == 1 {
                tails[kind, default: []].append(smallestTail(of: kind, in: prim))
            }
        }
        for kind in restricted where kinds.count > 1 {
            for round in 0..<count {
                let prim = try found(round: round, dealing: [kind])
                tails[kind, default: []].append(smallestTail(of: kind, in: prim))
            }
        }
        return BoxChance(p: Double(asGood) / Double(count + 1), rounds: count, units: units, tails: tails)
    }

    /// How likely chance finds a box with a limit as sharp as each of a box's, by the input's index.
    public func quasiP(_ step: Int, chance: BoxChance) -> [Int: Double] { quasiP(trajectory[step], chance: chance) }

    func quasiP(_ step: Step, chance: BoxChance) -> [Int: Double] {
        let found = tails(step).map { ($0.key, chance.p(ofTail: $0.value, input: $0.key)) }
        return Dictionary(uniqueKeysWithValues: found)
    }

    private func merit(coverage: Double) -> Merit {
        let share = trajectory[0].figures.density
        // Standard deviations that a box has more cases of interest than as many cases taken at random.
        let heights = trajectory.map { step in
            (Double(step.hits) - Double(step.count) * share) / (Double(step.count) * share * (1 - share)).squareRoot()
        }
        return Merit(parts: [heights.max() ?? 0, heights[choice(coverage: coverage)], heights.reduce(0, +)])
    }
}
