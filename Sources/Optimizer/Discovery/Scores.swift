/// How strongly an outcome goes with an input, without a design and without a draw.
public struct Scores: Sendable, Hashable, Codable {
    /// The name of the input.
    public let input: String
    /// Spearman's rank correlation, in -1...1: a rise all the way is 1; nil for texts, and where one of both never changes.
    public let spearman: Double?
    /// eta²: the share of the outcome's variance between classes of the input, in 0...1, whatever the shape.
    ///
    /// nil where one of both never changes. Numbers fall into ten classes of equally many cases.
    public let etaSquared: Double?

    enum CodingKeys: String, CodingKey {
        case input, spearman
        case etaSquared = "eta_squared"
    }

    /// The classes into which numbers fall.
    public static let classes = 10

    /// The scores of all inputs, the strongest first.
    public static func of(_ experiments: Experiments, outcome: [Double]) -> [Scores] {
        experiments.inputs.map { input in
            switch input.values {
            case .numbers(let numbers):
                Scores(
                    input: input.name, spearman: spearman(numbers, outcome),
                    etaSquared: etaSquared(outcome, groups: Information.groups(numbers, bins: classes)))
            case .categories(let categories, let names):
                Scores(
                    input: input.name, spearman: nil,
                    etaSquared: etaSquared(
                        outcome,
                        groups: names.indices.map { name in categories.indices.filter { categories[$0] == name } }))
            }
        }.enumerated().sorted { a, b in
            let (x, y) = (a.element.etaSquared ?? -1, b.element.etaSquared ?? -1)
            return x == y ? a.offset < b.offset : x > y
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

    private static func etaSquared(_ outcome: [Double], groups: [[Int]]) -> Double? {
        let mean = Statistics.mean(outcome)
        let total = outcome.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let filled = groups.filter { !$0.isEmpty }
        guard total > 0, filled.count > 1 else { return nil }
        let between = filled.reduce(0) { sum, group in
            let distance = Statistics.mean(group.map { outcome[$0] }) - mean
            return sum + Double(group.count) * distance * distance
        }
        return between / total
    }
}
