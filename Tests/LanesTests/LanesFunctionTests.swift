import Draws
import Foundation
import Testing

@testable import Lanes

#if arch(x86_64)
    /// Sixty-four bits of precision, so that the reference's own error is at most a two-thousandth of an ulp.
    typealias Wide = Float80
    /// What the reference may add to an error in ulp.
    let referenceError = 0.001
#else
    /// No wider type is at hand: the reference itself is off by up to an ulp.
    typealias Wide = Double
    let referenceError = 1.0
#endif

/// The errors of exp, log, pow, sin and cos, in units of the last place of the true value.
@Suite("Elementary functions over lanes")
struct LanesFunctionTests {
    /// |value - truth| in ulp of the truth rounded to double; infinite where one is finite and the other is not.
    static func ulps(_ value: Double, _ truth: Wide) -> Double {
        let rounded = Double(truth)
        if truth.isNaN || value.isNaN { return truth.isNaN && value.isNaN ? 0 : .infinity }
        if rounded == value { return 0 }
        if rounded.isInfinite || value.isInfinite {
            let bound = Wide(Double.greatestFiniteMagnitude)
            let last = Wide(Double.greatestFiniteMagnitude.ulp)
            let a = value.isInfinite ? Wide(value.sign == .minus ? -1 : 1) * (bound + last) : Wide(value)
            return Double(abs(a - truth) / last)
        }
        let place = rounded.magnitude < Double.leastNormalMagnitude ? Double.leastNonzeroMagnitude : rounded.ulp
        return Double(abs(Wide(value) - truth) / Wide(place))
    }

    /// `count` numbers drawn by the index alone.
    static func draws(_ count: Int, entity: UInt32, _ make: (Double, Double) -> Double) -> [Double] {
        (0..<count).map { index in
            let draw = Draw(seed: 7, sample: index, purpose: .search, entity: entity, step: 0)
            return make(draw.uniforms.0, draw.uniforms.1)
        }
    }

    /// The worst error over the arguments, and where.
    static func worst(
        _ xs: [Double], _ function: (Lanes) -> Lanes, _ reference: (Wide) -> Wide
    ) -> (error: Double, at: Double) {
        var worst = (error: 0.0, at: 0.0)
        for start in stride(from: 0, to: xs.count, by: 8) {
            var block = Lanes.zero
            for lane in 0..<8 { block[lane] = xs[min(start + lane, xs.count - 1)] }
            let values = function(block)
            for lane in 0..<8 {
                let error = ulps(values[lane], reference(Wide(block[lane])))
                if error > worst.error { worst = (error, block[lane]) }
            }
        }
        return worst
    }

    @Test("exp is within 1 ulp from zero through the subnormals to infinity")
    func exponentialIsAccurate() {
        var xs = Self.draws(400_000, entity: 1) { u, _ in -760 + 1480 * u }
        xs += Self.draws(200_000, entity: 2) { u, _ in -746 + 39 * u }
        xs += Self.draws(200_000, entity: 3) { u, v in (u < 0.5 ? -1 : 1) * Foundation.exp2(-60 * v) }
        xs += Self.draws(100_000, entity: 4) { u, v in
            ((1400 * u).rounded() - 700 + 0.5 + 1e-9 * v) * 0.6931471805599453
        }
        xs += [0, -0.0, 1, -1, 709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412]
        xs += [1e308, -1e308]
        xs += [Double.leastNonzeroMagnitude, .infinity, -.infinity, .nan]
        let worst = Self.worst(xs, exponential) { Foundation.exp($0) }
        print("exp: worst error \(worst.error) ulp at \(worst.at)")
        #expect(worst.error <= 1 + referenceError, "at \(worst.at)")
        #expect(exponential(lanes(0)) == lanes(1))
        #expect(exponential(lanes(.infinity)) == lanes(.infinity))
        #expect(exponential(lanes(-.infinity)) == .zero)
    }

    @Test("log is within 1 ulp from the least subnormal to infinity")
    func logarithmIsAccurate() {
        var xs = Self.draws(400_000, entity: 5) { u, v in
            Double(bitPattern: UInt64(u * 0x1p52) &* 2047 &+ UInt64(v * 0x1p11))
        }
        xs += Self.draws(300_000, entity: 6) { u, _ in 0.5 + 1.5 * u }
        xs += Self.draws(200_000, entity: 7) { u, v in 1 + (u < 0.5 ? -1 : 1) * Foundation.exp2(-52 * v) }
        xs += Self.draws(100_000, entity: 8) { u, _ in u * Double.leastNormalMagnitude }
        xs += [1, 2, 0.5, 0.7071067811865475, 0.7071067811865476, 1.414213562373095, 1.4142135623730951]
        xs += [Double.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 1.0.nextUp, 1.0.nextDown]
        let worst = Self.worst(xs, logarithm) { Foundation.log($0) }
        print("log: worst error \(worst.error) ulp at \(worst.at)")
        #expect(worst.error <= 1 + referenceError, "at \(worst.at)")
        #expect(logarithm(lanes(1)) == .zero)
        #expect(logarithm(.zero) == lanes(-.infinity))
        #expect(logarithm(lanes(-0.0)) == lanes(-.infinity))
        #expect(logarithm(lanes(.infinity)) == lanes(.infinity))
        for bad in [-1.0, -Double.leastNonzeroMagnitude, -Double.infinity, Double.nan] {
            #expect(logarithm(lanes(bad))[5].isNaN)
        }
    }

    @Test("pow is within 4 ulp where |y log2 x| < 1000")
    func powerIsAccurate() {
        var worst = (error: 0.0, x: 0.0, y: 0.0)
        func measure(_ xs: [Double], _ ys: [Double]) {
            for start in stride(from: 0, to: xs.count - 7, by: 8) {
                var x = Lanes.zero
                var y = Lanes.zero
                for lane in 0..<8 { (x[lane], y[lane]) = (xs[start + lane], ys[start + lane]) }
                let values = power(x, y)
                for lane in 0..<8 {
                    let error = Self.ulps(values[lane], Foundation.pow(Wide(x[lane]), Wide(y[lane])))
                    if error > worst.error { worst = (error, x[lane], y[lane]) }
                }
            }
        }
        let count = 200_000
        let exponents = Self.draws(count, entity: 9) { u, _ in 1998 * u - 999 }
        let broad = Self.draws(count, entity: 10) { u, v in Foundation.exp2(2000 * u - 1000 + v) }
        measure(broad, zip(broad, exponents).map { $1 / Foundation.log2($0) })
        let near = Self.draws(count, entity: 11) { u, v in 1 + (u < 0.5 ? -0.5 : 1) * Foundation.exp2(-50 * v) }
        measure(near, zip(near, exponents).map { $1 / Foundation.log2($0) })
        let small = Self.draws(count, entity: 12) { u, _ in 0x1p-1030 * u }
        measure(small, Self.draws(count, entity: 13) { u, _ in 1.9 * u - 0.95 })
        let usual = Self.draws(count, entity: 14) { u, _ in 10 * u }
        measure(usual, Self.draws(count, entity: 15) { u, _ in 6 * u - 3 })
        measure(usual.map { -$0 }, Self.draws(count, entity: 16) { u, _ in (40 * u).rounded() - 20 })
        print("pow: worst error \(worst.error) ulp at \(worst.x) ^ \(worst.y)")
        #expect(worst.error <= 4 + referenceError, "at \(worst.x) ^ \(worst.y)")
    }

    @Test("pow has every exceptional value of IEEE 754")
    func powerIsCompleteAtTheEdges() {
        let edges: [Double] = [
            0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 0x1p53, -0x1p53, 0x1p53 - 1, 1 - 0x1p53, 1e300, -1e300, 1e-300,
            .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, .nan,
            1.5, -1.5, 1.0.nextUp, 1.0.nextDown, 2000, -2000, 2001, -2001,
        ]
        for x in edges {
            for y in edges {
                let value = power(lanes(x), lanes(y))[3]
                let truth = Foundation.pow(x, y)
                let close = value == truth || abs(value - truth) <= 4 * truth.ulp
                #expect(value.isNaN ? truth.isNaN : close, "\(x) ^ \(y) = \(truth), not \(value)")
                if truth == 0 { #expect(value.sign == truth.sign, "\(x) ^ \(y)") }
            }
        }
    }

    static let angles: [Double] = {
        var xs = draws(400_000, entity: 17) { u, _ in (2 * u - 1) * 0x1p20 }
        xs += draws(300_000, entity: 18) { u, _ in 20 * u - 10 }
        xs += draws(100_000, entity: 19) { u, v in (u < 0.5 ? -1 : 1) * Foundation.exp2(-400 * v) }
        // Next to multiples of a quarter turn, where nearly all digits of the argument cancel.
        for n in stride(from: 1, to: 667_544, by: 3) { xs.append(Double(n) * 1.5707963267948966) }
        for n in 1..<200 { xs += [(Double(n) * 0.7853981633974483).nextUp, -(Double(n) * 0.7853981633974483)] }
        xs += [0, -0.0, Double.leastNonzeroMagnitude, 0x1p20, -0x1p20, 3.141592653589793, 6381956970095103 * 0x1p-33]
        return xs
    }()

    @Test("sin and cos are within 2 ulp for |x| <= 2^20")
    func circularFunctionsAreAccurate() {
        let sines = Self.worst(Self.angles, sine) { Foundation.sin($0) }
        let cosines = Self.worst(Self.angles, cosine) { Foundation.cos($0) }
        print("sin: worst error \(sines.error) ulp at \(sines.at)")
        print("cos: worst error \(cosines.error) ulp at \(cosines.at)")
        #expect(sines.error <= 2 + referenceError, "at \(sines.at)")
        #expect(cosines.error <= 2 + referenceError, "at \(cosines.at)")
        #expect(sine(lanes(-0.0))[0].sign == .minus)
        #expect(cosine(.zero) == lanes(1))
        for bad in [0x1p31, -0x1p31, Double.infinity, Double.nan] {
            #expect(sine(lanes(bad))[2].isNaN && cosine(lanes(bad))[2].isNaN)
        }
    }

    @Test("A lane does not see its neighbours")
    func lanesAreAlone() {
        let x = Lanes(0.3, 17, -4, 0x1p-1030, .infinity, .nan, 709, 2)
        let functions: [(Lanes) -> Lanes] = [
            exponential, logarithm, sine, cosine, { power(absolute($0), lanes(0.4)) },
        ]
        for function in functions {
            let together = function(x)
            for lane in 0..<8 {
                #expect(function(lanes(x[lane]))[7].bitPattern == together[lane].bitPattern)
            }
        }
    }
}
