import Testing

@testable import WorldModel

@Suite struct SobolTests {
    @Test(arguments: [0, 1, 2, 5, 40, 63])
    func everyCellOfAPowerOfTwoHasOnePoint(_ dimension: Int) {
        for seed in [0, 1, UInt64.max] {
            let cells = Set((0..<256).map { Int(Sobol(seed: seed).point($0, dimension) * 256) })
            #expect(cells.count == 256)
        }
    }

    @Test func everyBoxOfTheFirstTwoDimensionsHasOnePoint() {
        let sobol = Sobol(seed: 20_261_121)
        for split in 0...8 {
            let boxes = Set(
                (0..<256).map { n in
                    let (x, y) = (sobol.point(n, 0), sobol.point(n, 1))
                    return Int(x * Double(1 << split)) << 8 | Int(y * Double(1 << (8 - split)))
                })
            #expect(boxes.count == 256)
        }
    }

    @Test func dimensionsAreScrambledApart() {
        let sobol = Sobol(seed: 1)
        for dimension in 1..<Sobol.dimensions {
            let points = (0..<64).map { (sobol.point($0, dimension) - 0.5) * (sobol.point($0, 0) - 0.5) }
            // A correlation of 1 gives 1/12; of the plain sequence some pairs come to two thirds of it.
            #expect(abs(points.reduce(0, +) / 64) < 0.75 / 12)
        }
    }

    /// The points of scipy 1.17's `qmc.Sobol(scramble=False, bits=32)`, which counts in Gray code.
    @Test(arguments: [
        (0, [2147483648, 3221225472, 1073741824, 3758096384, 4026531840, 67108864]),
        (1, [2147483648, 1073741824, 3221225472, 3758096384, 268435456, 3422552064]),
        (2, [2147483648, 1073741824, 3221225472, 536870912, 2952790016, 1543503872]),
        (5, [2147483648, 3221225472, 1073741824, 2684354560, 2415919104, 603979776]),
        (40, [2147483648, 1073741824, 3221225472, 1610612736, 3489660928, 2885681152]),
        (63, [2147483648, 3221225472, 1073741824, 2684354560, 1879048192, 3154116608]),
    ])
    func directionNumbersAreThoseOfJoeAndKuo(_ dimension: Int, _ expected: [UInt32]) {
        let numbers: [UInt32] = [1, 2, 3, 5, 10, 63]
        #expect(numbers.map { Sobol.bits($0 ^ ($0 >> 1), dimension) } == expected)
    }

    @Test(arguments: [
        (0.975, 1.959963984540054), (1e-9, -5.9978070150076865), (0.3, -0.5244005127080409), (0.5, 0),
    ])
    func normalQuantilesAreThoseOfScipy(_ p: Double, _ x: Double) {
        #expect(abs(Normal.quantile(p) - x) < 2e-15 * max(1, abs(x)) * 4)
        #expect(abs(Normal.probability(x) - p) < 1e-15)
    }

    @Test(arguments: [
        (Distribution.uniform(2, 6), 0.25, 3.0), (.triangular(0, 1, 4), 0.25, 1),
        (.triangular(0, 1, 4), 0.5, 1.5505102572168221),
        (.triangular(3, 3, 3), 0.7, 3), (.normal(mean: 2, sd: 3), 0.5, 2),
        (.lognormal(median: 2, sigma: 0.5), 0.975, 5.3288165), (.discrete([5, 7], [0.25, 1]), 0.2, 5),
        (.discrete([5, 7], [0.25, 1]), 0.25, 7),
    ])
    func quantiles(_ distribution: Distribution, _ u: Double, _ value: Double) {
        #expect(abs(distribution.quantile(u) - value) < 1e-6)
        #expect(abs(distribution.scaled(10).quantile(u) - 10 * value) < 1e-5)
    }
}
