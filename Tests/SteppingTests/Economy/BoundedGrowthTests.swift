import Lanes
import Testing

@testable import Stepping

/// An economy of Japan's size without a grid, whose compute grows by plan: the world of `golden_growth.csv`.
private struct Growth {
    var automationTraining = 1e36, automationGap = 1e4, taskElasticity = 2.0 / 3
    var automatable = 1.0, adoptionTime = 0.0, frontierSlowing = Double.nan
    var researchCompute = 0.0, researchElasticity = 0.5
    var softwareCeiling = 1e12, softwareReturns = 1.25, frontierGrowth = 60.0
    var capacity = 2400.0, addedCapacity = 600.0

    struct Year {
        var labour = 0.0, work = 0.0, frontier = 0.0, software = 0.0, can = 0.0, used = 0.0, X = 0.0, H = 0.0
        var capital = 0.0, product = 0.0, labourShare = 0.0, computeShare = 0.0, capitalShare = 0.0
    }

    /// The years 2026 to 2050, by the functions of the kernel.
    func years() -> [Year] {
        var (software, stock, capital) = (lanes(1), lanes(5), lanes(1))
        var used: Lanes?
        var labourOfStart: Lanes?
        return (0..<25).map { t in
            let people = lanes(67e6) * power(lanes(0.995), lanes(Double(t)))
            let megawatts = capacity + addedCapacity * Double(t)
            let W = lanes(megawatts * 0.8 * 8760 * 3.6e9 * 1e12) * power(lanes(2), lanes(Double(t) / 3))
            let frontier = frontierCompute(
                growth: lanes(frontierGrowth), slowing: lanes(frontierSlowing), years: Double(t))
            let can =
                lanes(automatable)
                * automatedShare(
                    training: software * (5e26 * frontier + 0.3 * W), full: lanes(automationTraining),
                    gap: lanes(automationGap))
            let f = used.map { adopted($0, can: can, time: lanes(adoptionTime), years: 1) } ?? can
            used = f
            let X = 0.7 * software * W / (8760 * 3600 * 1.67e16)
            let labour = effectiveLabour(
                labour: people, compute: X, automated: f, exponent: lanes(1 - 1 / taskElasticity))
            labourOfStart = labourOfStart ?? labour.amount
            let made = production(
                productivity: power(lanes(1.006), lanes(Double(t))), capital: capital,
                labour: labour.amount / (labourOfStart ?? lanes(1)), capitalShare: lanes(0.4), elasticity: lanes(0.9))
            let compute = (1 - made.capitalShare) * labour.computeShare
            let year = Year(
                labour: people[0], work: W[0], frontier: frontier[0], software: software[0], can: can[0], used: f[0],
                X: X[0], H: labour.amount[0], capital: capital[0], product: made.product[0],
                labourShare: (1 - made.capitalShare - compute)[0], computeShare: compute[0],
                capitalShare: made.capitalShare[0])
            capital = nextCapital(
                capital, depreciation: lanes(6), investment: made.product * (0.26 / 3.5), years: 1)
            let R = research(
                people: made.product * power(lanes(1.05), lanes(Double(t))), compute: frontier,
                share: lanes(researchCompute), elasticity: lanes(researchElasticity))
            advanceProgress(
                level: &software, stock: &stock, research: R, exponent: lanes(0.7), returns: lanes(softwareReturns),
                ceiling: lanes(softwareCeiling), years: 1)
            return year
        }
    }

    static let none = Growth(automationTraining: 1e60, capacity: 0, addedCapacity: 0)
    static let slow = Growth(
        automationTraining: 1e39, automationGap: 1e7, taskElasticity: 0.5, automatable: 0.3, adoptionTime: 15,
        frontierSlowing: 5, researchCompute: 0.5, researchElasticity: 0.3, softwareCeiling: 1e3, softwareReturns: 0.8)
    static let central = Growth(
        automationGap: 1e5, automatable: 0.5, adoptionTime: 10, frontierSlowing: 6, researchCompute: 0.5,
        softwareCeiling: 1e4)
    static let fast = Growth(
        automationTraining: 1e35, automatable: 0.9, adoptionTime: 5, frontierSlowing: 8, researchCompute: 0.5,
        researchElasticity: 1, softwareCeiling: 1e6)
}

@Suite("Bounds of automation")
struct BoundedGrowthTests {
    /// To 1e-6, as the table's header has it: its labour is a closed form where the table's came by a search.
    @Test("four scenarios agree with the reference", .enabled(if: GoldenTable.isPresent))
    func golden() throws {
        let table = try GoldenTable("golden_growth.csv", in: "living")
        let scenarios = ["none": Growth.none, "slow": .slow, "central": .central, "fast": .fast].mapValues {
            $0.years()
        }
        #expect(table.rows.count == 40)
        for row in table.rows.indices {
            let name = table.text(row, "scenario")
            let year = try #require(scenarios[name])[Int(table.number(row, "year")) - 2026]
            for (column, found) in [
                ("labour", year.labour), ("work_FLOP", year.work), ("frontier_hardware", year.frontier),
                ("software", year.software), ("can", year.can), ("used", year.used), ("X", year.X), ("H", year.H),
                ("capital", year.capital), ("product", year.product), ("labour_share", year.labourShare),
                ("compute_share", year.computeShare),
            ] {
                let expected = table.number(row, column)
                #expect(
                    abs(found - expected) <= 1e-6 * max(abs(expected), 1e-3),
                    "\(name), \(table.text(row, "year")): \(column) \(found), not \(expected)")
            }
        }
    }

    @Test("at their neutral values the bounds change no bit")
    func neutral() {
        for x in [0.0, 1e-7, 0.31, 1] {
            #expect(adopted(lanes(0.2), can: lanes(x), time: .zero, years: 1)[0] == x)
            #expect(adopted(lanes(0.2), can: lanes(x), time: lanes(1), years: 5)[0] == x)
            #expect(research(people: lanes(1 + x), compute: lanes(7), share: .zero, elasticity: lanes(0.5))[0] == 1 + x)
            let plain = power(lanes(1.6), lanes(20 * x))[0]
            #expect(frontierCompute(growth: lanes(60), slowing: lanes(.nan), years: 20 * x)[0] == plain)
        }
    }

    /// 0.5 - 0.4 x 0.9^5; 1.6^(6 (1 - e^-2)); sigma 1: 2^0.75 8^0.25; sigma 0.5: 1 / (0.75 / 2 + 0.25 / 8).
    @Test("adoption, the frontier and research by hand")
    func byHand() {
        #expect(abs(adopted(lanes(0.1), can: lanes(0.5), time: lanes(10), years: 5)[0] - 0.263804) < 1e-12)
        #expect(abs(frontierCompute(growth: lanes(60), slowing: lanes(6), years: 12)[0] - 11.45439305975119) < 1e-12)
        func both(_ sigma: Double) -> Double {
            research(people: lanes(2), compute: lanes(8), share: lanes(0.25), elasticity: lanes(sigma))[0]
        }
        #expect(abs(both(1) - 2.8284271247461903) < 1e-14)
        #expect(abs(both(0.5) - 2.4615384615384617) < 1e-14)
    }

    @Test("a longer adoption never makes more product, and the frontier never outgrows its end")
    func monotone() {
        var before = Growth.fast
        for time in [0.0, 2, 5, 15, 60] {
            var next = Growth.fast
            next.adoptionTime = time
            for (a, b) in zip(before.years(), next.years()) where time > 0 { #expect(b.product <= a.product) }
            before = next
        }
        #expect(Growth.slow.years().allSatisfy { $0.frontier < power(lanes(1.6), lanes(5))[0] })
    }

    /// sigma 0.05 is an exponent of -19: the scarcer of two factors alone counts, to e^(-19 x the gap of logarithms).
    @Test("research that can't do without compute stands still where compute does")
    func flat() {
        var growth = Growth.central
        (growth.frontierGrowth, growth.researchCompute, growth.researchElasticity) = (0, 1, 0.05)
        let years = growth.years()
        let alone = zip(years, years.dropFirst()).map { $1.software / $0.software }
        growth.researchCompute = 0
        let withPeople = growth.years()
        // Research of one each year: software grows by the stock alone.
        #expect(zip(alone, alone.dropFirst()).allSatisfy { $1 < $0 })
        #expect(years[24].software < 0.6 * withPeople[24].software)
    }

    @Test("the shares of labour, capital and compute sum to one")
    func shares() {
        for year in [Growth.none, .slow, .central, .fast].flatMap({ $0.years() }) {
            #expect(abs(year.labourShare + year.capitalShare + year.computeShare - 1) < 1e-14)
        }
    }
}
