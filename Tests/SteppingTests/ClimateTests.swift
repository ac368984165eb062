import Testing

@testable import Stepping

@Suite("Climate")
struct ClimateTests {
    private func carbonAfter(_ emissions: [Double], warming: Double = 0) -> (pools: Lanes, cumulative: Double) {
        let pools = Column(count: 4)
        let cumulative = Column(count: 1)
        for emission in emissions {
            advanceCarbonCycle(
                pools: pools.base, cumulative: cumulative.base, emissions: Lanes(repeating: emission),
                temperature: Lanes(repeating: warming), iirf0: Lanes(repeating: 33.9),
                iirfUptake: Lanes(repeating: 0.00513), iirfTemperature: Lanes(repeating: 2.67))
        }
        return (pools[0] + pools[1] + pools[2] + pools[3], cumulative[0][0])
    }

    @Test("without emissions nothing is in the air")
    func noEmission() {
        #expect(carbonAfter(Array(repeating: 0, count: 50)).pools == .zero)
    }

    @Test("what is airborne is some but not all of what was emitted, and the airborne share grows with warming")
    func airborneShare() {
        let cool = carbonAfter(Array(repeating: 10, count: 100))
        let warm = carbonAfter(Array(repeating: 10, count: 100), warming: 3)
        #expect(abs(cool.cumulative - 1000) < 1e-9)
        #expect(cool.pools[0] > 300 && cool.pools[0] < 700)
        #expect(warm.pools[0] > cool.pools[0])
    }

    /// The gauge makes alpha 1 where the integral is that of the unscaled pools.
    @Test("alpha is one at the integral of the unscaled pools")
    func gauge() {
        var integral = 0.0
        for (a, tau) in zip(CarbonCycle.shares, CarbonCycle.lifetimes) {
            integral += a * tau * (1 - exponential(Lanes(repeating: -100 / tau))[0])
        }
        let alpha = CarbonCycle.gauge.g0 * exponential(Lanes(repeating: integral / CarbonCycle.gauge.g1))[0]
        #expect(abs(alpha - 1) < 1e-12)
    }

    @Test("a held doubling of CO2 warms by the climate sensitivity, and never beyond it")
    func equilibrium() {
        let T = Column(count: 3)
        var last = 0.0
        for year in 0..<5000 {
            advanceImplicitEnergyBalance(
                temperature: T.base, forcing: Lanes(repeating: 3.93), lambda: Lanes(repeating: 3.93 / 3),
                C1: Lanes(repeating: 4), C2: Lanes(repeating: 12), C3: Lanes(repeating: 80),
                kappa2: Lanes(repeating: 2), kappa3: Lanes(repeating: 0.9), epsilon: Lanes(repeating: 1.2))
            #expect(T[0][0] >= last && T[0][0] < 3 + 1e-9, "year \(year)")
            last = T[0][0]
        }
        #expect(abs(T[0][0] - 3) < 1e-6)
        #expect(abs(T[2][0] - 3) < 1e-6)
    }

    /// With efficacy one and no feedback all heat stays: Σ C dT = F per year.
    @Test("heat is conserved where none escapes")
    func heat() {
        let T = Column(count: 3)
        for _ in 0..<30 {
            advanceImplicitEnergyBalance(
                temperature: T.base, forcing: Lanes(repeating: 1), lambda: .zero, C1: Lanes(repeating: 4),
                C2: Lanes(repeating: 12), C3: Lanes(repeating: 80), kappa2: Lanes(repeating: 2),
                kappa3: Lanes(repeating: 0.9), epsilon: Lanes(repeating: 1))
        }
        let heat = 4 * T[0][0] + 12 * T[1][0] + 80 * T[2][0]
        #expect(abs(heat - 30) < 30 * 1e-12)
    }
}
