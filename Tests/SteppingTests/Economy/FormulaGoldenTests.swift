import Lanes
import Testing

@testable import Stepping

@Suite(
    "Formulas of data centres, contracts and measures against the reference tables", .enabled(if: GoldenTable.isPresent)
)
struct FormulaGoldenTests {
    @Test("unit cost of a GPU hour, 24 cases")
    func unitCosts() throws {
        let table = try GoldenTable("golden_unitcost.csv")
        #expect(table.rows.count == 24)
        for row in table.rows.indices {
            func x(_ column: String) -> Lanes { Lanes(repeating: table.number(row, column)) }
            let perGPU = unitCost(
                capital: Lanes(repeating: 5.9e6 / 72), years: Int(table.number(row, "life_y")), rate: x("wacc"),
                power: Lanes(repeating: 1e6 / (35e9 / 5.9e6) / 72), electricity: x("elec_USD_kWh"),
                utilisation: x("util"))[0]
            #expect(agree(perGPU, table.number(row, "USD_per_GB200GPU_h")))
            #expect(agree(perGPU / 2.5265, table.number(row, "USD_per_H100e_h")))
        }
    }

    @Test("free cooling, COP and PUE of four plants in nine weathers")
    func cooling() throws {
        let table = try GoldenTable("golden_pue.csv")
        #expect(table.rows.count == 36)
        for row in table.rows.indices {
            let plant = CoolingPlant(named: table.text(row, "tech"))
            let dry = Lanes(repeating: table.number(row, "Tdb_C"))
            let wet = Lanes(repeating: table.number(row, "Twb_C"))
            let (free, COP) = Stepping.cooling(plant, dryBulb: dry, wetBulb: wet)
            #expect(agree(free[0], table.number(row, "free_cool_frac")))
            #expect(agree(COP[0], table.number(row, "COP")))
            #expect(agree(powerUsageEffectiveness(plant, dryBulb: dry, wetBulb: wet)[0], table.number(row, "PUE")))
        }
    }

    @Test("what is ordered arrives through stages of chips, shell and grid")
    func lag() throws {
        let table = try GoldenTable("golden_lag.csv")
        let kinds: [(column: String, delay: Double, stages: Int)] = [
            ("chips_GW", 1.25, 3), ("shell_GW", 2, 4), ("grid_GW", 3, 4),
        ]
        var arrived = [0.0, 0, 0]
        let stocks = kinds.map { Column1(count: $0.stages) }
        for row in table.rows.indices {
            let order = row < 24 ? 3.0 / 12 : 0
            for (index, kind) in kinds.enumerated() {
                arrived[index] +=
                    passStages(
                        stocks[index].column.base, stride: 1, count: kind.stages, inflow: Lanes(repeating: order),
                        share: Lanes(repeating: Double(kind.stages) / kind.delay / 12))[0]
                #expect(agree(arrived[index], table.number(row, kind.column)), "month \(row), \(kind.column)")
            }
            #expect(agree(arrived.min() ?? .nan, table.number(row, "usable_GW")))
        }
        #expect(table.rows.count > 60)
    }

    /// A column in a class, for lists.
    final class Column1 {
        let column: Column
        init(count: Int) { column = Column(count: count) }
    }

    /// Shells and grid have four stages in the table, chips three; whichever is slowest decides.
    @Test(
        "a year of the pipeline is twelve months of it, and what is usable has all parts",
        arguments: [(3, 0.25, 0.25, "chips_GW"), (4, 3, 2, "usable_GW"), (4, 0.25, 2, "shell_GW")])
    func year(stageCount: Int, grid: Double, shell: Double, column: String) throws {
        let table = try GoldenTable("golden_lag.csv")
        let stages = Column(count: 3 * stageCount)
        let waiting = Column(count: 3)
        let capacity = Column(count: 1)
        let delivered = Column(count: 1)
        let closed = Column(count: 1)
        for year in 0..<5 {
            let orders = Column(count: 1, value: Lanes(repeating: year < 2 ? 3 : 0))
            advancePipeline(
                Conversion(stages: stages.base, waiting: waiting.base, sites: 1, stageCount: stageCount),
                capacity: capacity.base, orders: orders.base,
                leadTimes: (Lanes(repeating: grid), Lanes(repeating: shell), Lanes(repeating: 1.25)),
                retirement: .zero, delivered: delivered.base, closed: closed.base)
            #expect(agree(capacity[0][0], table.number(12 * year + 11, column)))
        }
    }

    @Test("warrants by power and price, row by row")
    func warrants() throws {
        let table = try GoldenTable("golden_warrant.csv")
        let power = Column(count: 6)
        let shares = Column(count: 6)
        let hurdles = Column(count: 6)
        for (j, hurdle) in [0.0, 250, 300, 400, 500, 600].enumerated() {
            power[j] = Lanes(repeating: Double(j + 1))
            shares[j] = Lanes(repeating: j < 5 ? 26_666_667 : 26_666_665)
            hurdles[j] = Lanes(repeating: hurdle)
        }
        for row in table.rows.indices {
            let G = Column(count: 1)
            let most = Column(count: 1)
            let flags = Column(count: 6)
            let S = Lanes(repeating: table.number(row, "share_price"))
            let vested = vestWarrants(
                delivered: Lanes(repeating: table.number(row, "GW_delivered")), sharePrice: S, isOpen: true,
                cumulative: G.base, runningMaximum: most.base, flags: flags.base, tranches: 6, power: power.base,
                shares: shares.base, hurdles: hurdles.base)
            #expect(agree(vested[0], table.number(row, "vested_shares")))
            let value = vested * intrinsicValue(sharePrice: S, strike: Lanes(repeating: 0.01))
            #expect(agree(value[0], table.number(row, "intrinsic_USD")))
        }
    }

    /// The numbers between brackets of a cell.
    private func numbers(_ text: String) -> [Double] {
        text.split(whereSeparator: { !"0123456789.-".contains($0) }).compactMap { Double($0) }
    }

    private func column(_ values: [Double]) -> Column {
        let column = Column(count: values.count)
        for (index, value) in values.enumerated() { column[index] = Lanes(repeating: value) }
        return column
    }

    @Test("Gini, concentration and Shapley values")
    func measures() throws {
        let table = try GoldenTable("golden_metrics.csv")
        var seen = 0
        for row in table.rows.indices {
            let metric = table.text(row, "metric")
            if metric.hasPrefix("logit_") { continue }
            let values = numbers(table.text(row, "input"))
            let expected = table.number(row, "value")
            let all = column(values)
            if metric == "gini" {
                let value = gini(all.base, count: values.count)[0]
                #expect(agree(value, expected))
            } else if metric == "HHI" {
                let value = concentration(all.base, count: values.count)[0]
                #expect(agree(value, expected))
            } else if metric.hasPrefix("shapley_"), let member = Int(metric.dropFirst(8)) {
                let shares = Column(count: 4)
                // The cell names the demand first.
                let capacities = column(Array(values.suffix(4)))
                shapleyValues(
                    capacities: capacities.base, demand: Lanes(repeating: values[0]), count: 4, values: shares.base)
                #expect(agree(shares[member][0], expected))
            } else {
                Issue.record("\(metric) is not known")
            }
            seen += 1
        }
        #expect(seen == 8)
    }

    @Test("the double auction")
    func auctions() throws {
        let table = try GoldenTable("golden_auction.csv")
        #expect(table.rows.count == 3)
        for row in table.rows.indices {
            func every(_ name: String, _ start: Int) -> [Double] {
                let all = numbers(table.text(row, name))
                return stride(from: start, to: all.count, by: 2).map { all[$0] }
            }
            let q = column(every("offers(q,p)", 0))
            let c = column(every("offers(q,p)", 1))
            let d = column(every("bids(q,v)", 0))
            let v = column(every("bids(q,v)", 1))
            let (price, volume) = auction(
                quantity: q.base, cost: c.base, offers: q.count, demand: d.base, value: v.base, bids: d.count)
            let expected = table.number(row, "price")
            #expect(expected.isNaN ? price[0].isNaN : agree(price[0], expected))
            #expect(agree(volume[0], table.number(row, "volume")))
        }
    }

    @Test("three cities and two classes of work, solved by hand")
    func market() throws {
        let table = try GoldenTable("market_golden.csv")
        let market = Markets.golden()
        market.startAtCost()
        market.solve()
        #expect(!market.unconverged.holdsAnywhere)
        let names = ["A", "B", "C"]
        var potential = 0.0
        let theta = market.sensitivity[0][0]
        for k in 0..<2 {
            let away = exponential(Lanes(repeating: -theta * market.outsidePrice[k][0]))[0]
            potential += market.consumerSurplus(k)[0]
            for i in 0..<3 { potential += market.demand[k * 3 + i][0] / theta * logarithm(Lanes(repeating: away))[0] }
        }
        for j in 0..<3 { potential += market.producerSurplus(j)[0] }
        for row in table.rows.indices {
            let (item, expected) = (table.text(row, "item"), table.number(row, "value"))
            let j = names.firstIndex(of: table.text(row, "city")) ?? 0
            let k = Int(table.text(row, "class")) ?? 0
            func served(_ j: Int) -> Double { (0..<3).reduce(0) { $0 + market.flow[(k * 3 + $1) * 3 + j][0] } }
            let value: Double
            switch item {
            case "price": value = market.price[j][0]
            case "served": value = served(j)
            case "outside": value = (0..<3).reduce(0) { $0 + market.outside[k * 3 + $1][0] }
            case "supplied": value = market.supply[j][0]
            case "revenue": value = market.supply[j][0] * market.price[j][0]
            case "producer_surplus": value = market.producerSurplus(j)[0]
            case "payments": value = (0..<3).reduce(0) { $0 + served($1) * market.price[$1][0] }
            case "payments_total": value = market.payments().paid[0]
            case "revenue_total": value = market.payments().received[0]
            case "consumer_surplus": value = market.consumerSurplus(k)[0]
            case "potential": value = potential
            default:
                Issue.record("\(item) is not known")
                continue
            }
            #expect(agree(value, expected), "\(item) \(k) \(names[j]): \(value)")
        }
        #expect(table.rows.count == 27)
    }
}
