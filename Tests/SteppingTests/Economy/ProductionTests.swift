import Lanes
import Testing

@testable import Stepping

private func labour(_ L: Double, _ X: Double, _ f: Double, _ r: Double) -> (amount: Double, computeShare: Double) {
    let made = effectiveLabour(labour: lanes(L), compute: lanes(X), automated: lanes(f), exponent: lanes(r))
    return (made.amount[0], made.computeShare[0])
}

private func product(
    _ K: Double, _ H: Double, sigma: Double, share: Double = 0.3
) -> (product: Double, capitalShare: Double) {
    let made = production(
        productivity: lanes(1), capital: lanes(K), labour: lanes(H), capitalShare: lanes(share),
        elasticity: lanes(sigma))
    return (made.product[0], made.capitalShare[0])
}

@Suite("Production")
struct ProductionTests {
    /// An elasticity of 0.05 raises 2 to the power of -19 and its rounding with it.
    @Test(
        "the start is one, and returns to scale are constant",
        arguments: [0.05, 0.3, 0.9, 0.99999, 1, 1.00001, 1.5, 20])
    func normalised(sigma: Double) {
        #expect(product(1, 1, sigma: sigma).product == 1)
        #expect(relative(product(2, 2, sigma: sigma).product, 2) < 1e-14)
        #expect(relative(product(6, 3, sigma: sigma).product, 3 * product(2, 1, sigma: sigma).product) < 1e-14)
    }

    @Test("at elasticity one it is Cobb and Douglas", arguments: [0.0, 0.3, 0.5, 1])
    func unit(share: Double) {
        for (K, H) in [(3.0, 1.0), (0.02, 5), (40, 7)] {
            let exact = exponential(share * logarithm(lanes(K)) + (1 - share) * logarithm(lanes(H)))[0]
            #expect(relative(product(K, H, sigma: 1, share: share).product, exact) < 1e-15)
            #expect(product(K, H, sigma: 1, share: share).capitalShare == share)
        }
    }

    /// Beside the limit the logarithm differs by r p (1 - p) ln(K / H)² / 2, here 0.105 x ln(3)² r = 0.1267 r.
    @Test("the neighbours of elasticity one join it", arguments: [1e-3, 1e-5, 1e-7, 1e-9, 1e-12, 1e-15])
    func neighbours(r: Double) {
        for r in [r, -r] {
            let sigma = 1 / (1 - r)
            let exact = 1 - 1 / sigma
            let slope = logarithm(lanes(product(3, 1, sigma: sigma).product / product(3, 1, sigma: 1).product))[0]
            #expect(abs(slope - 0.12673 * exact) < 1e-2 * abs(r) * 0.13 + 1e-15)
        }
    }

    @Test("what one factor adds is its share: Euler's theorem against a difference", arguments: [0.3, 0.9, 1, 2])
    func euler(sigma: Double) {
        let (K, H) = (1.7, 0.6)
        let e = 1e-5
        let made = product(K, H, sigma: sigma)
        let byCapital = (product(K * (1 + e), H, sigma: sigma).product - product(K * (1 - e), H, sigma: sigma).product)
        let byLabour = (product(K, H * (1 + e), sigma: sigma).product - product(K, H * (1 - e), sigma: sigma).product)
        #expect(relative(byCapital / (2 * e) / made.product, made.capitalShare) < 1e-8)
        #expect(relative(byLabour / (2 * e) / made.product, 1 - made.capitalShare) < 1e-8)
    }

    @Test("without compute, or tasks that it can do, labour stays labour, bit for bit")
    func noCompute() {
        for r in [-2, -0.5, 0, 0.5] {
            for (X, f) in [(0.0, 0.0), (0, 0.4), (0, 1), (5, 0), (1e9, 0)] {
                let made = labour(0.7391, X, f, r)
                #expect(made.amount == 0.7391 && made.computeShare == 0)
            }
        }
    }

    @Test("when all tasks are done by compute as well, people and compute add up")
    func allTasks() {
        #expect(labour(2, 3, 1, -0.5).amount == 5)
        #expect(labour(2, 3, 1, -0.5).computeShare == 0.6)
        #expect(labour(2, 0.1, 0.5, -0.5).amount == 2.1, "compute is short, people help it")
    }

    /// The closed form is the best of all ways to share labour between the tasks.
    @Test("no other allotment of labour makes more", arguments: [-2.0, -0.5, -1e-9, 0.3, 0.8])
    func best(r: Double) {
        func raised(_ x: Double, _ y: Double) -> Double { power(lanes(x), lanes(y))[0] }
        for (X, f) in [(0.02, 0.4), (0.9, 0.5), (3, 0.2), (40, 0.7)] {
            let H = labour(1, X, f, r).amount
            var most = 0.0
            for part in 0...2000 {
                let l = Double(part) / 2000
                let sum = f * raised((X + l) / f, r) + (1 - f) * raised((1 - l) / (1 - f), r)
                if sum.isFinite { most = max(most, raised(sum, 1 / r)) }
            }
            #expect(H >= most * (1 - 1e-6) && H <= most * (1 + 1e-3), "\(H) and \(most) at X \(X), f \(f), r \(r)")
        }
    }

    @Test("the share of compute is what compute adds", arguments: [-2.0, -0.5, 0, 0.5])
    func shareOfCompute(r: Double) {
        for (X, f) in [(0.02, 0.4), (0.9, 0.4), (3, 0.2), (40, 0.7)] {
            let e = 1e-5
            let made = labour(1, X, f, r)
            let slope = (labour(1, X * (1 + e), f, r).amount - labour(1, X * (1 - e), f, r).amount) / (2 * e)
            #expect(abs(slope / made.amount - made.computeShare) < 1e-8)
        }
    }

    @Test("effective labour and product as the golden table has them", .enabled(if: GoldenTable.isPresent))
    func golden() throws {
        let table = try GoldenTable("golden_ces.csv")
        let (f, X) = (try table.numbers("f_auto"), try table.numbers("X_compute_labour_equiv"))
        let (inner, outer) = (try table.numbers("rho_inner"), try table.numbers("rho_outer"))
        let share = try table.numbers("piK")
        let (H, ces) = (try table.numbers("H"), try table.numbers("Y_ces"))
        let unit = try table.numbers("Y_cobb_douglas")
        #expect(f.count >= 42)
        for row in f.indices {
            let made = labour(1, X[row], f[row], inner[row]).amount
            #expect(relative(made, H[row]) < 1e-12, "H of row \(row)")
            let sigma = 1 / (1 - outer[row])
            #expect(relative(product(1, made, sigma: sigma, share: share[row]).product, ces[row]) < 1e-12)
            #expect(relative(product(1, made, sigma: 1, share: share[row]).product, unit[row]) < 1e-12)
        }
    }

    @Test("effective labour by hand")
    func byHand() {
        // f^1.5 X^-0.5 + (1 - f)^1.5, to the power of -2: f = 0.5, X = 10: 0.5^1.5 (10^-0.5 + 1) = 0.465355...
        #expect(relative(labour(1, 10, 0.5, -0.5).amount, 4.617723140408139) < 1e-14)
        // f = 0.2, X = 1: 0.2^1.5 + 0.8^1.5 = 0.804984..., to the power of -2.
        #expect(relative(labour(1, 1, 0.2, -0.5).amount, 1.5432098765432098) < 1e-14)
    }
}

@Suite("Automation and progress")
struct ProgressTests {
    @Test("the thresholds of training are met, and the logarithm is linear between")
    func thresholds() {
        func share(_ C: Double) -> Double {
            automatedShare(training: lanes(C), full: lanes(1e36), gap: lanes(1e4))[0]
        }
        func ten(_ x: Double) -> Double { power(lanes(10), lanes(x))[0] }
        // 36 - 4 x 9.5/7, 36 - 4 x 8.5/7, 36 - 4 x 4/7; half way from there to 36.
        let thresholds: [Double: Double] = [
            29: 0, 30: 0, 30.571428571428573: 0.05, 31.142857142857142: 0.1, 32: 0.2, 33.714285714285715: 0.5,
            34.857142857142857: 0.75, 36: 1, 37: 1,
        ]
        for (exponent, expected) in thresholds {
            #expect(abs(share(ten(exponent)) - expected) < 1e-12, "10^\(exponent) FLOP")
        }
        #expect(share(0) == 0)
    }

    /// S = 5, R = 1: S' = 6; at P = 1 the brake is 1: P' = 1.2^(1.25 / 0.7).
    @Test("a year of progress by hand, and none above the ceiling")
    func progress() {
        var (P, S) = (lanes(1), lanes(5))
        advanceProgress(
            level: &P, stock: &S, research: lanes(1), exponent: lanes(0.7), returns: lanes(1.25), ceiling: lanes(1e12),
            years: 1)
        #expect(S[0] == 6 && abs(P[0] - 1.3848255964376888) < 1e-14, "\(P[0])")
        (P, S) = (lanes(1e12), lanes(5))
        advanceProgress(
            level: &P, stock: &S, research: lanes(1), exponent: lanes(0.7), returns: lanes(1.25), ceiling: lanes(1e12),
            years: 1)
        #expect(P[0] == 1e12)
        (P, S) = (lanes(3), lanes(5))
        advanceProgress(
            level: &P, stock: &S, research: lanes(1), exponent: lanes(0.7), returns: lanes(0), ceiling: lanes(1e12),
            years: 1)
        #expect(P[0] == 3, "no returns, no progress")
    }

    @Test("chips lag research by as many years as are asked for")
    func delay() {
        let history = (0..<hardwareMemory).map { lanes(Double(10 - $0)) }
        history.withUnsafeBufferPointer { history in
            guard let base = history.baseAddress else { return }
            for (years, expected) in [(0.0, 10.0), (1, 9), (1.25, 8.75), (5, 5)] {
                #expect(abs(delayedHardware(base, delay: lanes(years))[0] - expected) < 1e-14)
            }
        }
    }
}

@Suite("Carbon, welfare and incomes")
struct CarbonTests {
    @Test("the price that industry abates at is the cost of its last tonne")
    func price() {
        let mu = abatement(atPrice: lanes(100), backstop: lanes(550), exponent: lanes(2.6))
        let cost = marginalAbatementCost(backstop: lanes(550), abatement: mu, exponent: lanes(2.6))
        #expect(relative(cost[0], 100) < 1e-14)
        #expect(abatement(atPrice: lanes(0), backstop: lanes(550), exponent: lanes(2.6))[0] == 0)
        #expect(abatement(atPrice: lanes(9999), backstop: lanes(550), exponent: lanes(2.6))[0] == 1)
    }

    /// d(p_b s mu^theta / theta) / d(s mu) = p_b mu^(theta - 1).
    @Test("the last tonne costs what the cost grows by")
    func marginal() {
        func cost(_ mu: Double) -> Double {
            abatementCostShare(
                backstop: lanes(550), intensity: lanes(0.35), abatement: lanes(mu), exponent: lanes(2.6))[0]
        }
        let slope = (cost(0.30001) - cost(0.29999)) / 0.00002 / (0.35e-3)
        #expect(
            relative(slope, marginalAbatementCost(backstop: lanes(550), abatement: lanes(0.3), exponent: lanes(2.6))[0])
                < 1e-8)
    }

    @Test("utility joins its logarithmic limit", arguments: [1 + 1e-6, 1 - 1e-6, 1 + 1e-12, 1])
    func utilityLimit(eta: Double) {
        let u = utility(consumption: lanes(10.5), marginalUtility: lanes(eta))[0]
        #expect(abs(u - (logarithm(lanes(10.5))[0] - 1)) < 3 * abs(eta - 1) + 1e-15)
    }

    @Test("incomes sum to the product, whoever has them")
    func incomes() {
        let incomes = shareOut(
            product: lanes(100), compute: lanes(8), shares: (lanes(0.4), lanes(0.1), lanes(0.2), lanes(0.3)),
            carbonRevenue: lanes(3), transferShare: lanes(0.25))
        // Cities 0.8, the state 1.6 + 3, abroad 2.4; a quarter of 5.4 goes to households.
        #expect(abs(incomes.city[0] - 0.6) < 1e-14 && abs(incomes.state[0] - 3.45) < 1e-14)
        #expect(abs(incomes.abroad[0] - 2.4) < 1e-14 && abs(incomes.households[0] - 93.55) < 1e-13)
        #expect(
            abs((incomes.households + incomes.city + incomes.state + incomes.abroad)[0] - 100) < 1e-13)
    }
}
