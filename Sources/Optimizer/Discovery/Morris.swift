import Draws
import WorldModel

/// What drives an outcome, by few runs: elementary effects, one input changed at a time (Morris 1991).
public struct Morris: Sendable, Hashable {
    /// The effects of an input, in the outcome's unit for a step over the whole range of the input.
    public struct Effect: Sendable, Hashable, Codable {
        /// The mean effect: its sign says in which direction.
        public let mean: Double
        /// The mean of the magnitude of the effect: mu* of Campolongo, Cariboni and Saltelli 2007.
        public let magnitude: Double
        /// The standard deviation of the effect: large where the input acts in concert with others, or not in a line; nil for
        /// one trajectory.
        public let deviation: Double?
        /// Half the 95 % interval of the magnitude; nil for fewer than ten trajectories.
        public let confidence: Double?
    }

    /// One for each input.
    public let effects: [Effect]

    /// The effects of some runs.
    ///
    /// - Parameters:
    ///   - columns: [input][row]; blocks of as many rows as inputs and one more, each row unlike the one before in one
    ///     input, each input once a block; of an input that never changes, a row like the one before.
    ///   - outputs: one a row, finite.
    ///   - ranges: of the inputs; from the least to the largest value in the rows where left out.
    public init(
        _ columns: [[Double]], outputs: [Double], ranges: [ClosedRange<Double>]? = nil
    ) throws(Experiments.Refusal) {
        let dimension = columns.count
        let width = dimension + 1
        guard dimension > 0, !outputs.isEmpty, outputs.count % width == 0,
            columns.allSatisfy({ $0.count == outputs.count })
        else {
            throw .badDesign(
                "\(outputs.count) rows are no whole trajectories of \(width), which \(dimension) inputs need")
        }
        if let place = outputs.firstIndex(where: { !$0.isFinite }) { throw .notFinite(input: "outcome", place: place) }
        let widths = columns.enumerated().map { index, column in
            let range = ranges?[index] ?? (column.min() ?? 0)...(column.max() ?? 0)
            return range.upperBound - range.lowerBound
        }
        var effects = [[Double]](repeating: [], count: dimension)
        for start in stride(from: 0, to: outputs.count, by: width) {
            var seen = Set<Int>()
            for row in start + 1..<start + width {
                var changed = columns.indices.filter { columns[$0][row] != columns[$0][row - 1] }
                // The step of an input that has one value changes nothing.
                if changed.isEmpty, outputs[row] == outputs[row - 1],
                    let idle = widths.indices.first(where: { widths[$0] == 0 && !seen.contains($0) })
                {
                    changed = [idle]
                }
                guard changed.count == 1, seen.insert(changed[0]).inserted else {
                    throw .badDesign(
                        "row \(row + 1) changes \(changed.count == 1 ? "an input a second time" : "\(changed.count) inputs");"
                            + " in a trajectory of Morris each row changes one, and each input changes once")
                }
                let input = changed[0]
                let step = (columns[input][row] - columns[input][row - 1]) / widths[input]
                effects[input].append(widths[input] == 0 ? 0 : (outputs[row] - outputs[row - 1]) / step)
            }
        }
        self.effects = effects.map { list in
            let magnitudes = list.map(\.magnitude)
            let isMany = list.count > 1
            return Effect(
                mean: Statistics.mean(list), magnitude: Statistics.mean(magnitudes),
                deviation: isMany ? Statistics.deviation(list) : nil,
                confidence: list.count >= Bootstrap.least
                    ? 1.96 * Statistics.deviation(magnitudes) / Double(list.count).squareRoot() : nil)
        }
    }

    /// Points in the unit cube, trajectory after trajectory, on a grid of `levels` values an input.
    ///
    /// - Parameter levels: even, 4 as a rule; a step is levels / (2 (levels - 1)) of the range.
    public static func points(
        dimension: Int, trajectories: Int, levels: Int = 4, seed: UInt64
    ) throws(Experiments.Refusal) -> [[Double]] {
        guard dimension > 0, trajectories > 0 else { throw .badSetting("a design needs inputs and trajectories") }
        guard levels >= 2, levels % 2 == 0 else {
            throw .badSetting("\(levels) levels; their number is even and at least 2")
        }
        let jump = levels / 2
        func uniform(_ trajectory: Int, _ what: String, _ input: Int) -> Double {
            Draw(
                seed: seed, sample: trajectory, purpose: .search, entity: Philox.entity("morris \(what)"), step: input
            ).uniform
        }
        var points: [[Double]] = []
        for trajectory in 0..<trajectories {
            let keys = (0..<dimension).map { uniform(trajectory, "order", $0) }
            let order = (0..<dimension).sorted { (keys[$0], $0) < (keys[$1], $1) }
            var level = (0..<dimension).map { Int(uniform(trajectory, "start", $0) * Double(levels)) }
            func point() -> [Double] { level.map { Double($0) / Double(levels - 1) } }
            points.append(point())
            for input in order {
                level[input] += level[input] + jump < levels ? jump : -jump
                points.append(point())
            }
        }
        return points
    }
}
