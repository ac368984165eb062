/// Under which conditions something happens, by a binary classification tree (CART) whose leaves are boxes.
///
/// A node is split where the Gini impurity falls most, at the middle between two numbers or one category against the
/// rest, until it is of one kind or a part would hold less than the least mass; the first input and the lowest place
/// win a tie. After Breiman, Friedman, Olshen and Stone 1984, "Classification and regression trees".
public struct BoxTree: Sendable {
    /// A leaf.
    public struct Leaf: Sendable, Hashable {
        /// Its limits.
        public let box: Box
        /// How well it does as a box around the cases of interest.
        public let figures: BoxFigures
        /// The number of cases in it.
        public let count: Int
        /// The number of cases of interest in it.
        public let hits: Int
        /// Whether most of its cases are of interest.
        public var isInteresting: Bool { 2 * hits > count }
    }

    /// The leaves, depth first, the lower side of a split first.
    public let leaves: [Leaf]

    /// The tree of some cases.
    ///
    /// - Parameter leastMass: the share of all cases that a leaf holds at least.
    public init(
        _ experiments: Experiments, interesting: [Bool], leastMass: Double = 0.05
    ) throws(Experiments.Refusal) {
        if interesting.count != experiments.count {
            throw .length(input: "interest", found: interesting.count, expected: experiments.count)
        }
        let total = interesting.count { $0 }
        if total == 0 || total == interesting.count { throw .oneKind(interesting: total, of: interesting.count) }
        if !(leastMass > 0 && leastMass <= 0.5) {
            throw .badSetting("the least mass is \(leastMass); it lies between 0 and 0.5")
        }
        let least = max(Int((leastMass * Double(experiments.count)).rounded(.up)), 1)
        let whole = experiments.bounds
        var leaves: [Leaf] = []
        var open = [(box: whole, cases: Array(0..<experiments.count))]
        while let node = open.popLast() {
            if let split = BoxTree.split(experiments, interesting, node.cases, least: least) {
                var (lower, upper) = (node.box, node.box)
                (lower.limits[split.input], upper.limits[split.input]) = split.parts(node.box.limits[split.input])
                open.append((upper, node.cases.filter { !split.isLower($0) }))
                open.append((lower, node.cases.filter(split.isLower)))
                continue
            }
            let hits = node.cases.count { interesting[$0] }
            leaves.append(
                Leaf(
                    box: node.box,
                    figures: BoxFigures(
                        coverage: Double(hits) / Double(total), density: Double(hits) / Double(node.cases.count),
                        mass: Double(node.cases.count) / Double(experiments.count),
                        restricted: node.box.restricted(in: whole).count), count: node.cases.count, hits: hits))
        }
        self.leaves = leaves
    }

    private struct Split {
        let input: Int
        let impurity: Double
        let parts: (Box.Limit) -> (Box.Limit, Box.Limit)
        let isLower: (Int) -> Bool
    }

    /// The impurity of a part, times its cases.
    private static func impurity(_ hits: Int, _ count: Int) -> Double {
        2 * Double(hits) * Double(count - hits) / Double(count)
    }

    private static func split(
        _ experiments: Experiments, _ interesting: [Bool], _ cases: [Int], least: Int
    ) -> Split? {
        let total = cases.count { interesting[$0] }
        guard total > 0, total < cases.count, cases.count >= 2 * least else { return nil }
        // A split that does not lower the impurity beyond rounding is none.
        let before = impurity(total, cases.count) * (1 - 1e-12)
        var best: Split?
        func consider(_ hits: Int, _ count: Int, _ split: (Double) -> Split) {
            guard count >= least, cases.count - count >= least else { return }
            let after = impurity(hits, count) + impurity(total - hits, cases.count - count)
            if after < min(best?.impurity ?? before, before) { best = split(after) }
        }
        for (index, input) in experiments.inputs.enumerated() {
            switch input.values {
            case .numbers(let numbers):
                let sorted = cases.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
                var hits = 0
                for place in 0..<sorted.count - 1 {
                    if interesting[sorted[place]] { hits += 1 }
                    let (low, high) = (numbers[sorted[place]], numbers[sorted[place + 1]])
                    if low == high { continue }
                    let middle = low + (high - low) / 2
                    consider(hits, place + 1) { after in
                        Split(input: index, impurity: after) { limit in
                            guard case .range(let from, let to) = limit else { return (limit, limit) }
                            return (.range(from, middle), .range(middle, to))
                        } isLower: {
                            numbers[$0] <= middle
                        }
                    }
                }
            case .categories(let categories, let names):
                for category in names.indices {
                    let members = cases.filter { categories[$0] == category }
                    if members.isEmpty { continue }
                    consider(members.count { interesting[$0] }, members.count) { after in
                        Split(input: index, impurity: after) { limit in
                            guard case .categories(let all) = limit else { return (limit, limit) }
                            return (.categories([category]), .categories(all.subtracting([category])))
                        } isLower: {
                            categories[$0] == category
                        }
                    }
                }
            }
        }
        return best
    }
}
