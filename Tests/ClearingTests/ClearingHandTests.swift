import Lanes
import Testing

@testable import Clearing

/// Hours small enough to clear by hand.
///
/// The tolerance of a price is the certificate's: a gap of 1e-6 of the bill leaves a
/// price free by about its square root where the marginal unit is large, so prices are compared to 1e-3.
@Suite struct ClearingHandTests {
    @Test func theMarginalUnitSetsThePrice() {
        var market = Market(load: [100])
        market.singles.append((0, 1, 10, 0, 0, 60))
        market.singles.append((0, 1, 25, 0, 0, 80))
        market.singles.append((0, 1, 70, 0, 0, 80))
        let outcome = Outcome(market.cleared(), lane: 0)
        #expect(abs(outcome.price[0] - 25) < 1e-3)
        #expect(abs(outcome.dispatch[2] - 60) < 1e-3)
        #expect(abs(outcome.dispatch[3] - 40) < 1e-3)
        #expect(abs(outcome.objective - (600 + 1000)) < 1e-6 * 1600)
    }

    @Test func scarcityShedsAtTheValueOfLostLoad() {
        var market = Market(load: [100], valueOfLostLoad: 3000)
        market.singles.append((0, 1, 10, 0, 0, 90))
        let outcome = Outcome(market.cleared(), lane: 0)
        #expect(abs(outcome.price[0] - 3000) < 1)
        #expect(abs(outcome.dispatch[0] - 10) < 1e-3)
        #expect(abs(outcome.objective - (900 + 30000)) < 1e-6 * 30900)
    }

    /// Generation at one end, load at the other, a bus with neither between them, which could shed and spill.
    @Test func whereNothingIsShortNothingIsShedAtAll() {
        var market = Market(load: [40, 0, 60])
        market.singles[1].upper = 1
        market.singles.append((0, 1, 10, 0, 0, 70))
        market.singles.append((0, 1, 25, 0.1, 0, 80))
        market.singles.append((2, 1, 30, 0.1, 0, 80))
        market.pairs = [(0, 1, 0.97, 0, 0, 50), (1, 2, 0.95, 0, 0, 50)]
        let clearing = market.cleared()
        for lane in 0..<8 {
            let outcome = Outcome(clearing, lane: lane)
            for variable in 0..<6 { #expect(outcome.dispatch[variable] == 0) }
            let middle = 0.97 * outcome.dispatch[9] - outcome.dispatch[10]
            #expect(abs(middle) < 1e-9)
            let end = 0.95 * outcome.dispatch[10] + outcome.dispatch[8] - 60
            #expect(abs(end) < 60e-9)
        }
        #expect(!clearing.unconverged[0])
    }

    @Test func mustRunIsSpilledInASurplus() {
        var market = Market(load: [100], spillCost: 0.5)
        market.singles.append((0, 1, 10, 0, 130, 150))
        let outcome = Outcome(market.cleared(), lane: 0)
        #expect(abs(outcome.dispatch[1] - 30) < 1e-3)
        #expect(abs(outcome.price[0] + 0.5) < 1e-3)
    }

    @Test func quadraticUnitsShareTheLoadAtEqualMarginalCost() {
        var market = Market(load: [90])
        market.singles.append((0, 1, 10, 0.2, 0, 500))
        market.singles.append((0, 1, 16, 0.1, 0, 500))
        let outcome = Outcome(market.cleared(), lane: 0)
        // 10 + 0.2 a = 16 + 0.1 (90 - a): a = 50, price 20.
        #expect(abs(outcome.price[0] - 20) < 1e-3)
        #expect(abs(outcome.dispatch[2] - 50) < 1e-2)
        #expect(abs(outcome.objective - (500 + 250 + 640 + 80)) < 1e-6 * 1470)
    }

    @Test func aStoreBuysBelowItsValueAndSellsAboveIt() {
        for (load, side) in [(50.0, 1), (150.0, 0)] {
            var market = Market(load: [load])
            market.singles.append((0, 1, 20, 0, 0, 100))
            market.singles.append((0, 1, 60, 0, 0, 100))
            market.singles.append((0, 1, 40, 0.5, 0, 30))
            market.singles.append((0, -1, -40, 0.5, 0, 30))
            let outcome = Outcome(market.cleared(), lane: 0)
            // It sells until 40 + 0.5 d = 60, at its limit before that; it buys until 40 - 0.5 c = 20 likewise.
            #expect(abs(outcome.dispatch[4 + side] - 30) < 1e-2)
            #expect(abs(outcome.dispatch[5 - side]) < 1e-2)
            #expect(abs(outcome.price[0] - (side == 1 ? 20 : 60)) < 1e-3)
        }
    }

    @Test func aFullLinkSplitsThePrice() {
        var market = Market(load: [50, 100])
        market.singles.append((0, 1, 10, 0, 0, 500))
        market.singles.append((1, 1, 40, 0, 0, 500))
        market.pairs.append((0, 1, 1, 0, -70, 70))
        let split = Outcome(market.cleared(), lane: 0)
        #expect(abs(split.price[0] - 10) < 1e-3)
        #expect(abs(split.price[1] - 40) < 1e-3)
        #expect(abs(split.dispatch[6] - 70) < 1e-3)
        market.pairs[0].upper = 200
        let joined = Outcome(market.cleared(), lane: 0)
        #expect(abs(joined.price[1] - 10) < 1e-3)
        #expect(abs(joined.dispatch[6] - 100) < 1e-3)
    }

    @Test func aLinkThatLosesDividesThePriceByItsEfficiency() {
        var market = Market(load: [50, 90])
        market.singles.append((0, 1, 10, 0, 0, 500))
        market.pairs.append((0, 1, 0.9, 0.3, 0, 200))
        let outcome = Outcome(market.cleared(), lane: 0)
        #expect(abs(outcome.dispatch[5] - 100) < 1e-3)
        #expect(abs(outcome.price[1] - (10 + 0.3) / 0.9) < 1e-3)
    }

    @Test func aBoxWithoutWidthIsKeptExactly() {
        var market = Market(load: [100])
        market.singles.append((0, 1, -5, 0, 0, 0))
        market.singles.append((0, 1, 90, 0, 12.5, 12.5))
        market.singles.append((0, 1, 30, 0, 0, 500))
        let outcome = Outcome(market.cleared(), lane: 0)
        #expect(outcome.dispatch[2] == 0)
        #expect(outcome.dispatch[3] == 12.5)
        #expect(abs(outcome.dispatch[4] - 87.5) < 1e-3)
        #expect(abs(outcome.price[0] - 30) < 1e-3)
    }

    @Test func boxesWithoutWidthCostNothingEvenAtAHighValueOfLostLoad() {
        var market = Market(load: [1e5], valueOfLostLoad: 1e5)
        market.singles.append((0, 1, 0.02, 0, 0, 2e5))
        for _ in 0..<60 { market.singles.append((0, 1, 0.01, 0, 0, 0)) }
        let clearing = market.cleared()
        #expect(!any(clearing.unconverged))
        #expect(abs(clearing.objective[0] - 2000) <= 1e-6 * 1e5)
    }

    @Test func moreMustRunThanCanBeSpilledIsFlagged() {
        var market = Market(load: [100], spillLimit: 20)
        market.singles.append((0, 1, 10, 0, 130, 150))
        let clearing = market.cleared()
        #expect(all(clearing.unconverged))
        #expect(abs(market.openBalances(Outcome(clearing, lane: 0))[0] + 10) < 1e-6)
    }

    @Test func aBalanceWithoutLoadPassesPowerOn() {
        var market = Market(load: [0, 0, 100])
        market.singles.append((0, 1, 10, 0, 0, 500))
        market.pairs.append((0, 1, 0.97, 0, 0, 300))
        market.pairs.append((1, 2, 0.97, 0, 0, 300))
        let clearing = market.cleared()
        #expect(!any(clearing.unconverged))
        let outcome = Outcome(clearing, lane: 0)
        #expect(abs(outcome.price[2] - 10 / (0.97 * 0.97)) < 1e-2)
        for open in market.openBalances(outcome) { #expect(abs(open) <= 1e-9) }
    }

    @Test func nothingToServeCostsNothing() {
        var market = Market(load: [0, 0])
        market.singles.append((0, 1, 10, 0, 0, 500))
        market.pairs.append((0, 1, 1, 0, -10, 10))
        let clearing = market.cleared()
        #expect(abs(clearing.objective[0]) < 1e-3)
        for open in market.openBalances(Outcome(clearing, lane: 0)) { #expect(abs(open) <= 1e-9) }
    }
}
