import Testing
import WorldModel

@testable import Stepping

@Suite("Work that chooses its city by price, on the harbour")
struct MarketYearTests {
    /// The harbour with a market and two classes of work.
    private func study(_ edits: [String: (String) -> String] = [:], samples: Int = 8) throws -> Study {
        var all = edits
        let world = edits["world.yaml"]
        all["world.yaml"] = { text in
            let market = text.replacingOccurrences(
                of: "  orders: 400 MW/yr",
                with: "  allocation: market\n  operation_cost: 40 USD/MWh\n  orders: 400 MW/yr"
            ).replacingOccurrences(of: "  firms: firms.csv", with: "  work: work.csv\n  firms: firms.csv")
            return world?(market) ?? market
        }
        // Contracts follow the market's price instead of one that is given.
        let deals = edits["studies/deals.yaml"]
        all["studies/deals.yaml"] = { text in
            let followed = text.replacing(/\ \ compute.spot_price: .*\n/, with: "")
            return deals?(followed) ?? followed
        }
        return try shipped(
            "harbour/studies/deals.yaml", all,
            adding: [
                "work.csv": """
                name,demand [MW],outside_price [USD/MWh],sensitivity [MWh/USD],round_trip_limit [ms],latency_cost [USD/MWh]
                chat,300,1500,0.004,8,50
                batch,500,900,0.004,500,5

                """
            ], samples: samples)
    }

    private func record(_ study: Study, until year: Int) -> (last: [String: [[Double]]], bundle: Bundle) {
        var bundle = Bundle(study)
        var last: [String: [[Double]]] = [:]
        for each in 2026...year { last = bundle.step(each) }
        return (last, bundle)
    }

    @Test("work is placed or goes elsewhere; prices are those at which supply meets it")
    func conservation() throws {
        let (last, bundle) = record(try study(), until: 2029)
        let y = bundle.year()
        for lane in 0..<8 {
            #expect((last["compute_market_gap"]?[0][lane] ?? .nan) <= 1e-9)
            let market = try #require(bundle.workspace.computeMarket)
            let placed = (0..<2).reduce(0) { $0 + market.supply[$1][lane] }
            let elsewhere = last["compute_elsewhere"]?[0][lane] ?? .nan
            #expect(agree(placed + elsewhere, 8760 * 800))
            for city in 0..<2 {
                let price = last["compute_price"]?[city][lane] ?? .nan
                // Above what power and operation cost there, and below what is paid elsewhere.
                #expect(price > 40 && price < 1500, "\(price)")
                let use = try #require(bundle.compiled.computeMarket.map { y[$0.use, city][lane] })
                #expect(use > 0 && use <= 0.8)
            }
            // Energy at IT equipment is the work that was placed, but for what waits over the year's end: at most a day of
            // the three tenths that can wait, which weighs 365 / 12 days.
            let served = (last["compute_served"] ?? []).reduce(0) { $0 + $1[lane] }
            #expect(abs(served - placed) < 0.3 / 12 * placed)
        }
    }

    @Test("a lane's bits depend on no neighbour, and the state is complete")
    func laws() throws {
        let study = try study(samples: 16)
        var together = Bundle(study)
        var apart = Bundle(study, samples: [5, 3, 3, 3, 1, 12, 13, 14])
        for year in 2026...2028 {
            let (a, b) = (together.step(year), apart.step(year))
            for (name, values) in a {
                for entity in values.indices {
                    #expect(values[entity][5].bitPattern == b[name]?[entity][0].bitPattern, "\(name) in \(year)")
                }
            }
        }
        var again = Bundle(study)
        again.state = again.kernel.load(together.kernel.save(together.state))
        #expect(again.step(2029) == together.step(2029))
    }

    @Test("dear operation makes work dearer and sends more of it elsewhere; contracts follow the price")
    func comparative() throws {
        let (cheap, _) = record(try study(), until: 2028)
        let (dear, _) = record(
            try study(["world.yaml": { $0.replacingOccurrences(of: "40 USD/MWh", with: "1000 USD/MWh") }]), until: 2028)
        for city in 0..<2 {
            #expect((dear["compute_price"]?[city][0] ?? 0) > (cheap["compute_price"]?[city][0] ?? 0))
        }
        #expect((dear["compute_elsewhere"]?[0][0] ?? 0) > (cheap["compute_elsewhere"]?[0][0] ?? 0))
        #expect((dear["books_gap"]?[0].max() ?? 1) < 1e-9)
    }
}
