extension ComparisonReport {
    /// Compares policies by outcomes over all world lines, `values[outcome][sample x policies + policy]`.
    init(title: String, policies names: [String], samples: Int, headings: [Heading], values: [[Double]]) {
        let statistics = headings.indices.map { outcome in
            names.indices.map { policy in
                Statistics(
                    (0..<samples).map { values[outcome][$0 * names.count + policy] },
                    minimize: headings[outcome].minimize)
            }
        }
        // Less is better in all of them.
        let means = names.indices.map { policy in
            headings.indices.map { (headings[$0].minimize ? 1 : -1) * statistics[$0][policy].mean }
        }
        let ranks = ComparisonReport.ranks(means)
        self.init(
            policies: names.indices.map { policy in
                Policy(
                    policy: names[policy], rank: ranks[policy],
                    outcomes: Dictionary(
                        headings.indices.map { (headings[$0].name, statistics[$0][policy]) },
                        uniquingKeysWith: { first, _ in first }),
                    robustness: [:])
            }, hypervolume: nil, referencePoint: [:], headings: headings, title: title)
    }

    /// The front of each point: 0 is dominated by none, 1 by points of front 0 only, and so on.
    private static func ranks(_ points: [[Double]]) -> [Int] {
        func dominates(_ a: [Double], _ b: [Double]) -> Bool {
            zip(a, b).allSatisfy { $0 <= $1 } && zip(a, b).contains { $0 < $1 }
        }
        var ranks = points.map { _ in 0 }
        var left = Set(points.indices)
        var rank = 0
        while !left.isEmpty {
            let front = left.filter { point in !left.contains { dominates(points[$0], points[point]) } }
            for point in front { ranks[point] = rank }
            left.subtract(front.isEmpty ? left : front)
            rank += 1
        }
        return ranks
    }
}

extension ComparisonReport.Statistics {
    init(_ values: [Double], minimize: Bool) {
        let sorted = values.sorted()
        func quantile(_ share: Double) -> Double {
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
        }
        self.init(
            mean: values.reduce(0, +) / Double(values.count), p10: quantile(0.1), p90: quantile(0.9),
            worst: minimize ? sorted[sorted.count - 1] : sorted[0])
    }
}
