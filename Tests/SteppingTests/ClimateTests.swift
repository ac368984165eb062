import Lanes
import Testing
import WorldModel

@testable import FaIR
@testable import Stepping

@Suite("Climate, function by function")
struct ClimateTests {
    /// Airborne carbon and cumulative emissions after years of a gas cycle with FaIR's pools.
    private func carbonAfter(
        _ emissions: [Double], warming: Double = 0, isExact: Bool = false
    ) -> (airborne: Lanes, cumulative: Double) {
        let R = Column(count: 4)
        let rates = Column(count: 4)
        let weights = Column(count: 4)
        for k in 0..<4 {
            rates[k] = lanes(1 / WorldClimate.lifetimes[k])
            weights[k] = lanes(WorldClimate.shares[k] * WorldClimate.lifetimes[k])
        }
        var airborne = Lanes.zero
        var cumulative = 0.0
        for emission in emissions {
            let (alpha, _) = lifetimeFactor(
                airborne: airborne, cumulative: lanes(cumulative), temperature: lanes(warming), r0: lanes(33.9),
                rU: lanes(0.00513), rT: lanes(2.67), rA: .zero, g0: lanes(WorldClimate.g0),
                inverseG1: lanes(1 / WorldClimate.g1), most: lanes(100))
            airborne = advancePools(
                R.base, count: 4, emissions: lanes(emission), alpha: alpha, rates: rates.base, weights: weights.base,
                longPools: 1, isExact: isExact)
            cumulative += emission
        }
        return (airborne, cumulative)
    }

    @Test("without emissions nothing is in the air")
    func noEmission() {
        #expect(carbonAfter(Array(repeating: 0, count: 50)).airborne == .zero)
    }

    @Test("what is airborne is some but not all of what was emitted, and the airborne share grows with warming")
    func airborneShare() {
        let cool = carbonAfter(Array(repeating: 10, count: 100))
        let warm = carbonAfter(Array(repeating: 10, count: 100), warming: 3)
        #expect(abs(cool.cumulative - 1000) < 1e-9)
        #expect(cool.airborne[0] > 300 && cool.airborne[0] < 700)
        #expect(warm.airborne[0] > cool.airborne[0])
    }

    /// g0 and g1 are FaIR's, rounded to ten digits there.
    @Test("alpha is one at the integral of the unscaled pools")
    func gauge() {
        var integral = 0.0
        for (a, tau) in zip(WorldClimate.shares, WorldClimate.lifetimes) {
            integral += a * tau * (1 - exponential(lanes(-100 / tau))[0])
        }
        let alpha = WorldClimate.g0 * exponential(lanes(integral / WorldClimate.g1))[0]
        #expect(abs(alpha - 1) < 1e-6)
    }

    @Test("the integrated fraction is held at its maximum, is nothing exactly there, and alpha is one beyond numbers")
    func clamp() {
        func alpha(_ r0: Double) -> (Double, Bool) {
            let (alpha, iirf) = lifetimeFactor(
                airborne: .zero, cumulative: .zero, temperature: .zero, r0: lanes(r0), rU: .zero, rT: .zero, rA: .zero,
                g0: lanes(0.5), inverseG1: lanes(0.1), most: lanes(100))
            return (alpha[0], iirf[0] > 100)
        }
        #expect(alpha(120).0 == 0.5 * exponential(lanes(10))[0] && alpha(120).1)
        #expect(alpha(100).0 == 0.5 && !alpha(100).1)
        #expect(alpha(.infinity).0 == 1 && alpha(.nan).0 == 1)
    }

    /// Both are within a unit in the last place of a number just below one.
    @Test("the exponential of long lives is the exponential, within the digits that it has")
    func longLives() {
        for power in stride(from: -12.0, through: -1.5, by: 0.01) {
            let lambda = lanes(power == -1.5 ? 0.031 : Double.pow10(power))
            #expect(abs(decayOfLongLife(lambda)[0] - exponential(negative(lambda))[0]) <= 0x1p-52, "10^\(power)")
        }
    }

    /// At alpha = 1 and tau = 1e9 yr a year of 1 GtCO2 leaves a (1 - 5e-10 + 1.7e-19) in the pool, by its series.
    @Test("by option the loss of long lives has all its digits, where FaIR's has seven")
    func exactLoss() {
        func gain(_ lambda: Double, isExact: Bool) -> Double {
            poolFactors(
                alpha: lanes(1), inverse: lanes(1), rate: lanes(lambda), weight: lanes(0.2173 / lambda), isLong: true,
                isExact: isExact
            ).gain[0] / 0.2173
        }
        #expect(abs(gain(1e-9, isExact: true) - (1 - 5e-10)) < 4e-16)
        #expect(abs(gain(1e-9, isExact: false) - 1) > 1e-9 && abs(gain(1e-9, isExact: false) - 1) < 1e-7)
        for lambda in [1e-12, 3e-7, 9e-6] {
            // The series to the fourth order.
            let series = 1 - lambda / 2 * (1 - lambda / 3 * (1 - lambda / 4))
            #expect(abs(gain(lambda, isExact: true) - series) < 4e-16, "\(lambda)")
        }
        #expect(abs(lossOfLongLife(lanes(0.029))[0] - 0.028583535533395175) < 1e-17)
    }

    @Test("both are the same to 1e-8 in what is airborne after centuries, and not the same")
    func exactCarbon() {
        let emissions = Array(repeating: 10.0, count: 350)
        let literal = carbonAfter(emissions).airborne[0]
        let exact = carbonAfter(emissions, isExact: true).airborne[0]
        #expect(literal != exact && abs(literal / exact - 1) < 1e-8)
    }

    @Test("methane's lifetime has no temperature factor below zero, and floors that hold for what is no number")
    func methane() {
        let floor = lanes(0.01)
        #expect(methaneFactor(lanes(2), baseline: lanes(1), sensitivity: lanes(-5), floor: floor)[0] == 0.01)
        #expect(methaneFactor(lanes(.nan), baseline: lanes(1), sensitivity: lanes(1), floor: floor)[0] == 0.01)
        let low = methaneTemperatureFactor(temperature: lanes(40), sensitivity: lanes(-0.04), logFloor: lanes(-4.6))
        #expect(low[0].isNaN)
    }

    /// A balance of three layers, stepped by its exponential.
    private struct Balance: ~Copyable {
        let T = Column(count: 4)
        let bd = Column(count: 4)
        let Ad = Column(count: 16)
        let room = Column(count: 8)

        init(feedback: Double, efficacy: Double, gamma: Double = 2, timestep: Double = 1) {
            let A = energyBalanceMatrix(
                capacity: [lanes(4), lanes(12), lanes(80)], transfer: [lanes(feedback), lanes(2), lanes(0.9)],
                efficacy: lanes(efficacy), gamma: lanes(gamma), timestep: timestep)
            let propagator = EnergyBalancePropagator(matrix: A, gamma: lanes(gamma))
            for index in 0..<16 { Ad[index] = propagator.matrix.elements[index] }
            for row in 0..<4 { bd[row] = propagator.response[row] }
        }

        func step(_ forcing: Double) {
            advanceEnergyBalance(
                T.base, count: 4, forcing: lanes(forcing), matrix: Ad.base, response: bd.base, noise: room.base,
                next: room.base + 4)
        }
    }

    @Test("a held doubling of CO2 warms by the climate sensitivity, and never beyond it")
    func equilibrium() {
        let balance = Balance(feedback: 3.93 / 3, efficacy: 1.2)
        var last = 0.0
        for year in 0..<5000 {
            balance.step(3.93)
            #expect(balance.T[1][0] >= last && balance.T[1][0] < 3 + 1e-9, "year \(year)")
            last = balance.T[1][0]
        }
        #expect(abs(balance.T[1][0] - 3) < 1e-6)
        #expect(abs(balance.T[3][0] - 3) < 1e-6)
        let (ecs, _) = climateSensitivity(
            capacity: [4, 12, 80], transfer: [3.93 / 3, 2, 0.9], efficacy: 1.2, forcing4CO2: 2 * 3.93)
        #expect(abs(ecs - 3) < 1e-13)
    }

    /// With efficacy one and no feedback all heat stays: Σ C dT = F per year, but for what the filter still holds back.
    @Test("heat is conserved where none escapes")
    func heat() {
        let balance = Balance(feedback: 0, efficacy: 1)
        for _ in 0..<30 { balance.step(1) }
        let T = balance.T
        let heat = 4 * T[1][0] + 12 * T[2][0] + 80 * T[3][0]
        // dF~/dt = gamma (F - F~): the filter holds back (1 - F~) / gamma of the forcing.
        #expect(abs(heat + T[0][0] / 2 - 30) < 30 * 1e-12)
    }

    @Test("two steps of half a year are a step of a year, once the rate of the filter is halved too")
    func halves() {
        let whole = Balance(feedback: 1.3, efficacy: 1.2, gamma: 2)
        let half = Balance(feedback: 1.3, efficacy: 1.2, gamma: 1, timestep: 0.5)
        for _ in 0..<20 {
            whole.step(2)
            half.step(2)
            half.step(2)
        }
        for row in 0..<4 { #expect(abs(whole.T[row][0] - half.T[row][0]) < 1e-12) }
    }

    @Test("a lane's exponential has the same bits beside neighbours of any size")
    func exponentialAlone() {
        var mixed = LaneMatrix(size: 2)
        var alone = LaneMatrix(size: 2)
        for (index, value) in [-1.5, 0.3, 0.2, -0.7].enumerated() {
            mixed.elements[index] = Lanes(value, 40 * value, 0, value * 1e-6, -value, 3 * value, value, 700 * value)
            alone.elements[index] = lanes(value)
        }
        for (a, b) in zip(mixed.exponential.elements, alone.exponential.elements) {
            #expect(a[0].bitPattern == b[0].bitPattern && a[6].bitPattern == b[0].bitPattern)
        }
    }

    /// Over steps h1 and h2 the noise of h1 + h2 is that of h2 and what h2 makes of that of h1.
    @Test("the covariance of noise adds up over steps")
    func covariance() {
        func matrix(_ timestep: Double, _ gamma: Double) -> LaneMatrix {
            energyBalanceMatrix(
                capacity: [lanes(4), lanes(12), lanes(80)], transfer: [lanes(1.3), lanes(2), lanes(0.9)],
                efficacy: lanes(1.2), gamma: lanes(gamma), timestep: timestep)
        }
        let one = matrix(1, 0.6)
        let two = matrix(2, 1.2)
        let q = noiseCovariance(matrix: one, sigmaEta: lanes(0.5), sigmaXi: lanes(0.4), surfaceCapacity: lanes(4))
        // The strength of noise is per step: that of a double step has twice the variance, at half the capacity.
        let root = 2.0.squareRoot()
        let q2 = noiseCovariance(
            matrix: two, sigmaEta: lanes(0.5 * root), sigmaXi: lanes(0.4 * root / 2), surfaceCapacity: lanes(2))
        let E = one.exponential
        let sum = E * q * E.transposed
        for index in 0..<16 {
            let expected = (sum.elements[index] + q.elements[index])[0]
            #expect(abs(q2.elements[index][0] - expected) < 1e-12 * max(1, abs(expected)))
        }
    }

    /// 20,000 draws: a mean within 4 of its standard errors, covariances within 4 % of the scale of their variances.
    @Test("drawn noise has the covariance that it should")
    func draws() {
        let A = energyBalanceMatrix(
            capacity: [lanes(4), lanes(12), lanes(80)], transfer: [lanes(1.3), lanes(2), lanes(0.9)],
            efficacy: lanes(1.2), gamma: lanes(0.6), timestep: 1)
        let q = noiseCovariance(matrix: A, sigmaEta: lanes(0.5), sigmaXi: lanes(0.4), surfaceCapacity: lanes(4))
        let L = noiseFactor(matrix: A, sigmaEta: lanes(0.5), sigmaXi: lanes(0.4), surfaceCapacity: lanes(4))
        for (a, b) in zip((L * L.transposed).elements, q.elements) {
            #expect(abs(a[0] - b[0]) < 1e-12)
        }
        let draws = 2500
        var sums = Array(repeating: 0.0, count: 4)
        var products = Array(repeating: 0.0, count: 16)
        for step in 0..<draws {
            let samples = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7)
            var z: [Lanes] = []
            for entity in 0..<2 {
                let pair = Chance.normals(
                    seed: 1, samples: samples, purpose: .climate, entity: UInt32(entity), step: 8760 * step)
                z += [pair.0, pair.1]
            }
            let w = (0..<4).map { row in
                (0...row).reduce(Lanes.zero) { $0 + L[row, $1] * z[$1] }
            }
            for lane in 0..<8 {
                for row in 0..<4 {
                    sums[row] += w[row][lane]
                    for column in 0..<4 { products[row * 4 + column] += w[row][lane] * w[column][lane] }
                }
            }
        }
        let n = Double(8 * draws)
        for row in 0..<4 {
            let variance = q[row, row][0]
            #expect(abs(sums[row] / n) < 4 * (variance / n).squareRoot())
            for column in 0..<4 {
                let scale = (variance * q[column, column][0]).squareRoot()
                #expect(abs(products[row * 4 + column] / n - q[row, column][0]) < 0.04 * scale)
            }
        }
    }
}

extension Double {
    /// Ten to a power, by the kernel's own function.
    fileprivate static func pow10(_ power: Double) -> Double { exponential(lanes(power * 2.302585092994046))[0] }
}
