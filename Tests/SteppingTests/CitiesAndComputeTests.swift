import Lanes
import Testing

@testable import Stepping

@Suite("Cities")
struct CitiesTests {
    @Test("people who move are conserved; growth multiplies")
    func conservation() {
        let P = Column(count: 4)
        let wage = Column(count: 4, value: Lanes(repeating: 1))
        let rent = Column(count: 4, value: Lanes(repeating: 1))
        let jobs = Column(count: 4, value: Lanes(repeating: 0.5))
        let growth = Column(count: 4)
        let scratch = Column(count: 8)
        for city in 0..<4 { P[city] = Lanes(repeating: 1e5 * Double(city * city + 1)) }
        wage[1] = Lanes(repeating: 2)
        let total = P[0] + P[1] + P[2] + P[3]
        let order = [1, 2, 3, 0, 2, 3, 1, 3, 0, 2, 1, 0]
        let before = P[1][0]
        for _ in 0..<20 {
            advancePopulation(
                population: P.base, cities: 4, order: order, migrationRate: Lanes(repeating: 0.018),
                jobsPerPerson: jobs.base, wage: wage.base, rent: rent.base, wageElasticity: Lanes(repeating: 1),
                rentElasticity: Lanes(repeating: 1), growth: growth.base, scratch: scratch.base)
        }
        let after = P[0] + P[1] + P[2] + P[3]
        #expect(abs(after[3] - total[3]) < 1e-9 * total[3])
        #expect(P[1][0] > before, "the city that pays double gains people")
    }

    @Test("a city alone keeps its people")
    func alone() {
        let P = Column(count: 1, value: Lanes(repeating: 5))
        let one = Column(count: 1, value: Lanes(repeating: 1))
        let growth = Column(count: 1, value: Lanes(repeating: 10))
        let scratch = Column(count: 2)
        advancePopulation(
            population: P.base, cities: 1, order: [0], migrationRate: Lanes(repeating: 0.5), jobsPerPerson: one.base,
            wage: one.base, rent: one.base, wageElasticity: .zero, rentElasticity: .zero, growth: growth.base,
            scratch: scratch.base)
        #expect(abs(P[0][0] - 5.5) < 1e-15)
    }
}

@Suite("Compute")
struct ComputeTests {
    @Test("power ordered is waiting, working or closed, and arrives after the lead time")
    func pipeline() {
        let stages = Column(count: 9)
        let waiting = Column(count: 3)
        let three = (Lanes(repeating: 3), Lanes(repeating: 2), Lanes(repeating: 1.25))
        let capacity = Column(count: 1, value: Lanes(repeating: 100))
        let delivered = Column(count: 1)
        let closed = Column(count: 1)
        let orders = Column(count: 1, value: Lanes(repeating: 60))
        var arrived: [Double] = []
        for year in 1...30 {
            advancePipeline(
                Conversion(stages: stages.base, waiting: waiting.base, sites: 1, stageCount: 3),
                capacity: capacity.base, orders: orders.base, leadTimes: three, retirement: .zero,
                delivered: delivered.base, closed: closed.base)
            let held = capacity[0][0] + stages[0][0] + stages[1][0] + stages[2][0]
            #expect(abs(held - (100 + 60 * Double(year))) < 1e-9 * held)
            let before = arrived.last ?? 100
            #expect(abs(capacity[0][0] - before - delivered[0][0]) < 1e-9 * held)
            arrived.append(capacity[0][0])
        }
        // In the steady state the pipeline holds orders x lead time.
        #expect(abs(stages[0][0] + stages[1][0] + stages[2][0] - 180) < 0.01)
        #expect(arrived[0] - 100 < 10, "little arrives in the first year of three")
    }

    /// Columns of the reference: technology, dry bulb, wet bulb, PUE.
    @Test(
        "PUE by hand",
        arguments: [
            ("air_chiller", -10.0, -11.0, 1.3651254480286739), ("air_chiller", 10, 7, 1.3651254480286739),
        ])
    func powerUsage(technology: String, dry: Double, wet: Double, expected: Double) {
        let value = powerUsageEffectiveness(
            CoolingPlant(named: technology), dryBulb: Lanes(repeating: dry), wetBulb: Lanes(repeating: wet))[0]
        #expect(abs(value - expected) < 1e-12)
    }

    @Test("heat never lowers PUE", arguments: ["air_chiller", "air_econ_evap", "wse_tower", "liquid_dry"])
    func monotone(technology: String) {
        var last = 0.0
        for degree in stride(from: -20.0, through: 45, by: 0.5) {
            let T = Lanes(repeating: degree)
            let value = powerUsageEffectiveness(CoolingPlant(named: technology), dryBulb: T, wetBulb: T - 3)[0]
            #expect(value >= last && value > 1 && value < 2)
            last = value
        }
    }
}

@Suite("Calendar")
struct CalendarTests {
    @Test("24 days are two a month, and 17 of them work")
    func representative() {
        let calendar = Calendar(days: 24, start: 2026)
        for month in 0..<12 { #expect(calendar.clearedDays.filter { calendar.month[$0] == month }.count == 2) }
        #expect(calendar.clearedDays.filter { calendar.daytype[$0] == 0 }.count == 17)
        #expect(abs(calendar.weight * 24 - 365) < 1e-12)
    }

    @Test("365 days are all days, and 2026 begins on a Thursday")
    func whole() {
        let calendar = Calendar(days: 365, start: 2026)
        #expect(calendar.clearedDays == Array(0..<365))
        #expect(Array(calendar.daytype[0..<4]) == [0, 0, 1, 1])
    }

    @Test("a monthly series is met in the middle of the month")
    func interpolation() {
        let calendar = Calendar(days: 24, start: 2026)
        let value = calendar.interpolate({ Double($0) }, day: 15)
        #expect(abs(value) < 1e-12, "the middle of January is day 15.5")
        #expect(abs(calendar.interpolate({ _ in 7 }, day: 200) - 7) < 1e-12)
    }
}
