import WorldModel

/// What drives an outcome: shares of its variance, from runs of a design made for it.
///
/// The design has N blocks of rows: A, then A with one column at a time taken from B, then (for second order) B with one
/// column at a time from A, then B; A and B being two independent samples. Estimators as in SALib: outputs are
/// standardised; S1 = mean(B (AB_j - A))/V (Saltelli et al. 2010), ST = mean((A - AB_j)²)/(2 V) (Jansen 1999),
/// S2 = mean(BA_j AB_k - A B)/V - S1_j - S1_k (Saltelli 2002), V the variance of A and B together.
public struct SobolIndices: Sendable, Hashable {
    /// An index with its 95 % interval from resampled blocks.
    public struct Index: Sendable, Hashable, Codable {
        /// The estimate.
        public let value: Double
        /// The lower end of the interval; nil for fewer than ten blocks.
        public let low: Double?
        /// The upper end.
        public let high: Double?
    }

    /// The share of the variance that each input explains by itself.
    public let first: [Index]
    /// The share that each input has a part in.
    public let total: [Index]
    /// [j][k], j < k: the share that two inputs explain together beyond each by itself; empty where the design lacks it.
    public let second: [[Int: Index]]

    /// How often blocks are resampled for the intervals.
    public static let resamples = 200

    /// The indices of an output.
    ///
    /// - Parameters:
    ///   - outputs: one a row of the design, finite.
    ///   - dimension: the number of inputs.
    ///   - secondOrder: whether the design has the rows for pairs.
    public init(
        _ outputs: [Double], dimension: Int, secondOrder: Bool = false, seed: UInt64 = 0
    ) throws(Experiments.Refusal) {
        let width = SaltelliDesign.rows(dimension: dimension, secondOrder: secondOrder)
        guard dimension > 0, !outputs.isEmpty, outputs.count % width == 0 else {
            throw .badDesign(
                "\(outputs.count) rows are no whole blocks of \(width), which \(dimension) inputs need")
        }
        if let place = outputs.firstIndex(where: { !$0.isFinite }) { throw .notFinite(input: "outcome", place: place) }
        let mean = Statistics.mean(outputs)
        let spread = (outputs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(outputs.count)).squareRoot()
        guard spread > 0 else {
            throw .badDesign("the outcome is \(mean) in every row: a variance of 0 has no shares")
        }
        let blocks = Blocks(
            values: outputs.map { ($0 - mean) / spread }, width: width, dimension: dimension, secondOrder: secondOrder)
        let count = outputs.count / width
        let estimate = blocks.estimate(Array(0..<Int32(count)))
        var samples: [[Double]] = estimate.map { _ in [] }
        if count >= Bootstrap.least {
            var places = [Int32](repeating: 0, count: count)
            for resample in 0..<SobolIndices.resamples {
                Resampling.fill(&places, count: count, resample: resample, seed: seed)
                for (index, value) in blocks.estimate(places).enumerated() where value.isFinite {
                    samples[index].append(value)
                }
            }
        }
        let all = zip(estimate, samples).map { value, sample in
            Index(
                value: value, low: sample.isEmpty ? nil : Statistics.percentile(sample, 2.5),
                high: sample.isEmpty ? nil : Statistics.percentile(sample, 97.5))
        }
        first = Array(all[..<dimension])
        total = Array(all[dimension..<2 * dimension])
        var pairs: [[Int: Index]] = secondOrder ? (0..<dimension).map { _ in [:] } : []
        var next = 2 * dimension
        if secondOrder {
            for j in 0..<dimension {
                for k in j + 1..<max(dimension, j + 1) {
                    pairs[j][k] = all[next]
                    next += 1
                }
            }
        }
        second = pairs
    }

    private struct Blocks {
        let values: [Double]
        let width: Int
        let dimension: Int
        let secondOrder: Bool

        /// S1, ST and S2 of some blocks, one after the other.
        func estimate(_ blocks: [Int32]) -> [Double] {
            let count = Double(blocks.count)
            var sum = 0.0
            var squares = 0.0
            var one = [Double](repeating: 0, count: dimension)
            var all = one
            var both: [Double] = []
            if secondOrder { both = [Double](repeating: 0, count: dimension * (dimension - 1) / 2) }
            for block in blocks {
                let start = Int(block) * width
                let (a, b) = (values[start], values[start + width - 1])
                sum += a + b
                squares += a * a + b * b
                for j in 0..<dimension {
                    let ab = values[start + 1 + j]
                    one[j] += b * (ab - a)
                    all[j] += (a - ab) * (a - ab)
                }
                if secondOrder {
                    var pair = 0
                    for j in 0..<dimension {
                        let ba = values[start + 1 + dimension + j]
                        for k in j + 1..<max(dimension, j + 1) {
                            both[pair] += ba * values[start + 1 + k] - a * b
                            pair += 1
                        }
                    }
                }
            }
            let mean = sum / (2 * count)
            let variance = squares / (2 * count) - mean * mean
            let first = one.map { $0 / count / variance }
            var pairs: [Double] = []
            var pair = 0
            for j in 0..<(secondOrder ? dimension : 0) {
                for k in j + 1..<max(dimension, j + 1) {
                    pairs.append(both[pair] / count / variance - first[j] - first[k])
                    pair += 1
                }
            }
            return first + all.map { $0 / count / variance / 2 } + pairs
        }
    }
}

/// The rows at which a model is run for Sobol indices.
public enum SaltelliDesign {
    /// The rows of a block.
    public static func rows(dimension: Int, secondOrder: Bool) -> Int {
        secondOrder ? 2 * dimension + 2 : dimension + 2
    }

    /// Points in the unit cube, block after block, of a scrambled Sobol sequence.
    ///
    /// - Parameters:
    ///   - dimension: the number of inputs, at most 32.
    ///   - blocks: best a power of two.
    public static func points(
        dimension: Int, blocks: Int, secondOrder: Bool = false, seed: UInt64
    ) throws(Experiments.Refusal) -> [[Double]] {
        guard dimension > 0, 2 * dimension <= Sobol.dimensions else {
            throw .badSetting("\(dimension) inputs; the sequence serves 1 to \(Sobol.dimensions / 2)")
        }
        guard blocks > 0 else { throw .badSetting("\(blocks) blocks; at least one is needed") }
        let sequence = Sobol(seed: seed)
        var points: [[Double]] = []
        for block in 0..<blocks {
            let a = (0..<dimension).map { sequence.point(block, $0) }
            let b = (0..<dimension).map { sequence.point(block, dimension + $0) }
            points.append(a)
            for (from, into) in secondOrder ? [(b, a), (a, b)] : [(b, a)] {
                for column in 0..<dimension {
                    var row = into
                    row[column] = from[column]
                    points.append(row)
                }
            }
            points.append(b)
        }
        return points
    }

    /// Whether rows are blocks of such a design, with or without the rows for pairs; a refusal that says where they are not.
    ///
    /// - Parameter columns: [input][row].
    public static func secondOrder(of columns: [[Double]]) throws(Experiments.Refusal) -> Bool {
        let dimension = columns.count
        let count = columns.first?.count ?? 0
        let fits = [false, true].filter { order in
            let width = rows(dimension: dimension, secondOrder: order)
            return count > 0 && count % width == 0 && wrongRow(columns, secondOrder: order) == nil
        }
        if let order = fits.first { return order }
        let width = rows(dimension: dimension, secondOrder: false)
        if count % width == 0, let row = wrongRow(columns, secondOrder: false) {
            throw .badDesign(
                "row \(row + 1) is not of a Saltelli design: blocks of \(width) rows, A, A with one column of B at a time, B"
            )
        }
        throw .badDesign(
            "\(count) rows are no Saltelli design of \(dimension) inputs: it has blocks of \(width) rows, "
                + "or of \(2 * dimension + 2) with those for pairs")
    }

    private static func wrongRow(_ columns: [[Double]], secondOrder: Bool) -> Int? {
        let dimension = columns.count
        let width = rows(dimension: dimension, secondOrder: secondOrder)
        for start in stride(from: 0, to: columns[0].count, by: width) {
            let end = start + width - 1
            for row in start + 1..<end {
                let (base, other) = row - start <= dimension ? (start, end) : (end, start)
                let changed = (row - start - 1) % dimension
                for (index, column) in columns.enumerated()
                where column[row] != column[index == changed ? other : base] {
                    return row
                }
            }
        }
        return nil
    }
}
