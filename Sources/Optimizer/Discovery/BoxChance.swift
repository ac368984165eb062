/// How easily chance finds a box as good: samples are dealt anew, and the box is looked for again each time.
public struct BoxChance: Sendable, Hashable {
    /// The share of deals in which the box that is found tells the cases apart as well or better, the cases' own counted.
    public let p: Double
    /// The number of deals.
    public let rounds: Int
    /// The smallest tail of the box of each deal.
    private let tails: [Double]

    /// The p-value up to which a box, or a limit, is no chance.
    public static let level = 0.05
    /// The usual number of deals, and the fewest, of many cases.
    public static let usual = 199
    static let fewest = 19

    init(p: Double, tails: [Double]) {
        self.p = p
        self.tails = tails
        rounds = tails.count
    }

    /// How many of such deals a search of so many numbers is worth.
    static func rounds(cases: Int, inputs: Int) -> Int { max(fewest, min(usual, 400_000 / max(cases * inputs, 1))) }

    /// How easily chance finds a box that has a limit of so small a tail.
    func p(ofTail tail: Double) -> Double { Double(1 + tails.count { $0 <= tail }) / Double(rounds + 1) }
}

extension PRIM {
    /// How well a box tells the cases apart: first the chosen one, then, between equals, the others on its trajectory.
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
        var asGood = 1
        var tails: [Double] = []
        for round in 0..<(rounds ?? BoxChance.rounds(cases: experiments.count, inputs: units.count)) {
            let deal = groups.deal(round: round, seed: seed)
            let dealt = try Experiments(
                zip(experiments.inputs, units).map { input, unit in
                    Experiments.Input(name: input.name, unit: input.unit, values: input.values.dealt(deal.source(unit)))
                })
            let found = try PRIM(dealt, interesting: interesting, settings: settings)
            if found.merit(coverage: coverage) >= own { asGood += 1 }
            tails.append(found.tails(found.trajectory[found.choice(coverage: coverage)]).values.min() ?? 1)
        }
        return BoxChance(p: Double(asGood) / Double(tails.count + 1), tails: tails)
    }

    /// How likely chance finds a box with a limit as sharp as each of a box's, by the input's index.
    public func quasiP(_ step: Int, chance: BoxChance) -> [Int: Double] {
        tails(trajectory[step]).mapValues(chance.p(ofTail:))
    }

    private func merit(coverage: Double) -> Merit {
        let share = trajectory[0].figures.density
        // Standard deviations that a box has more cases of interest than as many cases taken at random.
        let heights = trajectory.map { step in
            (Double(step.hits) - Double(step.count) * share) / (Double(step.count) * share * (1 - share)).squareRoot()
        }
        return Merit(parts: [heights[choice(coverage: coverage)], heights.max() ?? 0, heights.reduce(0, +)])
    }
}
