import Foundation

/// Under which conditions something happens: the patient rule induction method of Friedman and Fisher 1999 ("Bump hunting
/// in high-dimensional data"), as used for scenario discovery (Bryant and Lempert 2010).
///
/// A box that holds all cases is peeled: of all slices that hold about a share `peel` at one end of one input (or one
/// category), the one goes whose loss raises the share of interesting cases most for each case lost; until no slice
/// helps or the box would hold less than `leastMass`. Of slices as good the one that restricts fewer inputs goes, of these
/// the first, an upper end before a lower. Then it is pasted: slices are given back while that helps. Every box
/// on the way is kept, for the choice between coverage and density is the reader's.
public struct PRIM: Sendable {
    /// What governs the search.
    public struct Settings: Sendable, Hashable {
        /// The share of a box's cases that a slice takes off, in 0...0.5 without the ends.
        public var peel = 0.05
        /// The share of the cases beyond a limit that a slice gives back.
        public var paste = 0.05
        /// The share of all cases that a box holds at least.
        public var leastMass = 0.05

        /// The usual settings.
        public init() {}
    }

    /// A box on the trajectory.
    public struct Step: Sendable, Hashable {
        /// Its limits.
        public let box: Box
        /// How well it does.
        public let figures: BoxFigures
        /// The number of cases in it.
        public let count: Int
        /// The number of cases of interest in it.
        public let hits: Int
    }

    /// The boxes, from the one that holds all cases on.
    public let trajectory: [Step]
    /// How many of them are from peeling; the rest is pasted.
    public let peeled: Int
    let experiments: Experiments
    let interesting: [Bool]
    let settings: Settings
    private let total: Int

    /// The trajectory of boxes around the cases of interest.
    public init(
        _ experiments: Experiments, interesting: [Bool], settings: Settings = Settings()
    ) throws(Experiments.Refusal) {
        if interesting.count != experiments.count {
            throw .length(input: "interest", found: interesting.count, expected: experiments.count)
        }
        let total = interesting.count { $0 }
        if total == 0 || total == interesting.count { throw .oneKind(interesting: total, of: interesting.count) }
        for (name, value) in [("peel", settings.peel), ("paste", settings.paste)] where !(value > 0 && value < 0.5) {
            throw .badSetting("the share to \(name) is \(value); it lies between 0 and 0.5")
        }
        if !(settings.leastMass > 0 && settings.leastMass < 1) {
            throw .badSetting("the least mass is \(settings.leastMass); it lies between 0 and 1")
        }
        self.experiments = experiments
        self.interesting = interesting
        self.settings = settings
        var search = BoxSearch(experiments: experiments, interesting: interesting, settings: settings)
        search.peel()
        peeled = search.boxes.count
        search.paste()
        self.total = total
        trajectory = search.boxes.map { found in
            PRIM.step(found.box, count: found.count, hits: found.hits, total: total, experiments)
        }
    }

    private static func step(
        _ box: Box, count: Int, hits: Int, total: Int, _ experiments: Experiments
    ) -> Step {
        let figures = BoxFigures(
            coverage: Double(hits) / Double(total), density: Double(hits) / Double(count),
            mass: Double(count) / Double(experiments.count),
            restricted: box.restricted(in: experiments.bounds).count)
        return Step(box: box, figures: figures, count: count, hits: hits)
    }

    /// Some box, with its figures.
    private func step(_ box: Box) -> Step {
        let cases = experiments.members(of: box, among: Array(0..<experiments.count))
        return PRIM.step(
            box, count: cases.count, hits: cases.count { interesting[$0] }, total: total, experiments)
    }

    /// The last box on the trajectory whose coverage is at least `coverage`; the first box where none is.
    public func choice(coverage: Double = 0.8) -> Int {
        trajectory.lastIndex { $0.figures.coverage >= coverage } ?? 0
    }

    /// A box of the trajectory without the restrictions that may be chance.
    ///
    /// The input of the largest quasi-p is freed again and again, until none is above `BoxChance.level`.
    public func simplified(_ step: Int, chance: BoxChance) -> Step {
        var found = trajectory[step]
        while let worst = quasiP(found, chance: chance).max(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
            worst.value > BoxChance.level
        {
            var box = found.box
            box.limits[worst.key] = experiments.bounds.limits[worst.key]
            found = self.step(box)
        }
        return found
    }

    /// For each input that a box restricts, the binomial chance of as many cases of interest as it has, were the share of
    /// cases of interest that without the restriction; by the input's index.
    ///
    /// The same cases were searched for the box, so it flatters: `BoxChance` says what it is worth.
    func tails(_ found: Step) -> [Int: Double] {
        let whole = experiments.bounds
        var values: [Int: Double] = [:]
        for input in found.box.restricted(in: whole) {
            var freed = found.box
            freed.limits[input] = whole.limits[input]
            let cases = experiments.members(of: freed, among: Array(0..<experiments.count))
            let share = Double(cases.count { interesting[$0] }) / Double(cases.count)
            values[input] = BinomialTail.atLeast(found.hits, of: found.count, share: share)
        }
        return values
    }
}

/// The state of a search for boxes.
private struct BoxSearch {
    struct Found {
        let box: Box
        let count: Int
        let hits: Int
    }

    let experiments: Experiments
    let interesting: [Bool]
    let settings: PRIM.Settings
    private let whole: Box
    private var inside: [Int]
    private(set) var boxes: [Found]

    init(experiments: Experiments, interesting: [Bool], settings: PRIM.Settings) {
        self.experiments = experiments
        self.interesting = interesting
        self.settings = settings
        whole = experiments.bounds
        inside = Array(0..<experiments.count)
        boxes = [Found(box: whole, count: inside.count, hits: interesting.count { $0 })]
    }

    private var current: Found { boxes[boxes.count - 1] }

    /// A box that might be next.
    private struct Candidate {
        let box: Box
        let cases: [Int]
        let hits: Int
        /// The gain in density for each case lost or won.
        let gain: Double
        let free: Int

        func isBetter(than other: Candidate?) -> Bool {
            guard let other else { return true }
            return gain == other.gain ? free > other.free : gain > other.gain
        }
    }

    private func candidate(_ box: Box, _ cases: [Int]) -> Candidate? {
        guard cases.count != inside.count, !cases.isEmpty else { return nil }
        let hits = cases.count { interesting[$0] }
        let before = Double(current.hits) / Double(current.count)
        let gain = (Double(hits) / Double(cases.count) - before) / Double(abs(cases.count - inside.count))
        return Candidate(
            box: box, cases: cases, hits: hits, gain: gain,
            free: experiments.inputs.count - box.restricted(in: whole).count)
    }

    private mutating func take(_ next: Candidate) {
        inside = next.cases
        boxes.append(Found(box: next.box, count: next.cases.count, hits: next.hits))
    }

    mutating func peel() {
        while true {
            var best: Candidate?
            for (index, input) in experiments.inputs.enumerated() {
                for (limit, keeps) in slices(of: input, current.box.limits[index]) {
                    var box = current.box
                    box.limits[index] = limit
                    if let next = candidate(box, inside.filter(keeps)), next.isBetter(than: best) { best = next }
                }
            }
            guard let best, best.gain > 0,
                Double(best.cases.count) >= settings.leastMass * Double(experiments.count)
            else { return }
            take(best)
        }
    }

    /// What an input's limit becomes without a slice, and which cases that keeps.
    private func slices(of input: Experiments.Input, _ limit: Box.Limit) -> [(Box.Limit, (Int) -> Bool)] {
        switch (input.values, limit) {
        case (.numbers(let numbers), .range(let low, let high)):
            let sorted = inside.map { numbers[$0] }.sorted()
            let (from, to) = (quantile(sorted, settings.peel), quantile(sorted, 1 - settings.peel))
            return [
                (.range(low, to), { numbers[$0] <= to }), (.range(from, high), { numbers[$0] >= from }),
            ]
        case (.categories(let categories, _), .categories(let kept)) where kept.count > 1:
            return kept.sorted().map { category in
                (.categories(kept.subtracting([category])), { categories[$0] != category })
            }
        default: return []
        }
    }

    mutating func paste() {
        let everything = Array(0..<experiments.count)
        while true {
            var best: Candidate?
            for index in current.box.restricted(in: whole) {
                for limit in additions(to: index, among: everything) {
                    var box = current.box
                    box.limits[index] = limit
                    let cases = experiments.members(of: box, among: everything)
                    if let next = candidate(box, cases), next.isBetter(than: best) { best = next }
                }
            }
            guard let best, best.gain > 0, best.cases.count > inside.count else { return }
            take(best)
        }
    }

    /// What an input's limit becomes with a slice given back.
    private func additions(to index: Int, among cases: [Int]) -> [Box.Limit] {
        switch (experiments.inputs[index].values, current.box.limits[index], whole.limits[index]) {
        case (.numbers(let numbers), .range(let low, let high), .range(let least, let most)):
            func beyond(_ range: Box.Limit) -> [Double] {
                var box = current.box
                box.limits[index] = range
                return experiments.members(of: box, among: cases).map { numbers[$0] }.sorted()
            }
            var limits: [Box.Limit] = []
            if low > least {
                let below = beyond(.range(least, low))
                limits.append(.range(below.isEmpty ? least : quantile(below, 1 - settings.paste), high))
            }
            if high < most {
                let above = beyond(.range(high, most))
                limits.append(.range(low, above.isEmpty ? most : quantile(above, settings.paste)))
            }
            return limits
        case (_, .categories(let kept), .categories(let all)):
            return all.subtracting(kept).sorted().map { .categories(kept.union([$0])) }
        default: return []
        }
    }

    /// Between two cases about a share of the sorted values from the bottom, or the top, moved on to where values differ.
    private func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = Double(sorted.count - 1) * share
        var low = Int(place.rounded(.down))
        var high = Int(place.rounded(.up))
        if share > 0.5 {
            while low > 0, sorted[low] == sorted[high] { low -= 1 }
        } else {
            while high < sorted.count - 1, sorted[low] == sorted[high] { high += 1 }
        }
        return (sorted[low] + sorted[high]) / 2
    }
}

/// Tails of the binomial distribution.
enum BinomialTail {
    /// The chance that at least `hits` of `count` independent cases happen, each with chance `share`.
    static func atLeast(_ hits: Int, of count: Int, share: Double) -> Double {
        if hits <= 0 { return 1 }
        if share <= 0 { return 0 }
        if share >= 1 { return 1 }
        // From the mode outwards the terms only fall: sum those of the tail, largest last.
        var sum = 0.0
        for k in stride(from: count, through: hits, by: -1) {
            let term =
                lgamma(Double(count + 1)) - lgamma(Double(k + 1)) - lgamma(Double(count - k + 1))
                + Double(k) * log(share) + Double(count - k) * log1p(-share)
            sum += exp(term)
        }
        return min(sum, 1)
    }
}
