import Lanes
import Testing

@testable import Clearing

/// Laws of every cleared hour, on networks that no one has seen.
@Suite struct ClearingLawTests {
    /// Sizes of money and power: the solver's tolerances are all relative.
    static let sizes: [(money: Double, power: Double)] = [
        (30, 2000), (0.03, 2000), (3e4, 2000), (30, 2), (30, 1e5), (0.03, 1e5), (3e4, 2),
    ]

    private func markets(_ shape: UInt64, _ size: (money: Double, power: Double)) -> [Market] {
        (0..<8).map { Market.random(shape: shape, seed: shape * 8 + $0 + 1, money: size.money, power: size.power) }
    }

    private func workspace(_ markets: [Market]) -> Clearing {
        let clearing = Clearing(pattern: markets[0].pattern)
        for (lane, market) in markets.enumerated() { market.fill(clearing, lane: lane) }
        return clearing
    }

    private func expectLaws(_ market: Market, _ outcome: Outcome) {
        let demand = market.load.reduce(0, +)
        for (open, load) in zip(market.openBalances(outcome), market.load) {
            #expect(abs(open) <= 1e-9 * max(load, 1), "a balance is open by \(open) of \(load) MW")
        }
        for (x, single) in zip(outcome.dispatch, market.singles) {
            #expect(x >= single.lower && x <= single.upper)
        }
        for (x, pair) in zip(outcome.dispatch[market.singles.count...], market.pairs) {
            #expect(x >= pair.lower && x <= pair.upper)
        }
        let (above, below) = (market.cost(outcome), market.lowerBound(outcome))
        let scale = max(abs(above), demand)
        #expect(abs(above - outcome.objective) <= 1e-12 * scale)
        // Sums of some 100 products of both signs, each up to 100 times the scale, round at 1e-12 of it.
        #expect(abs((above - below) / scale - outcome.gap) <= 1e-10)
        #expect(outcome.gap >= -1e-12 && outcome.gap <= 1e-6)
        #expect(market.worstComplementarity(outcome) <= 2e-6 * scale)
    }

    @Test(arguments: sizes.indices)
    func everyRecordedHourKeepsItsBalancesBoundsAndCertificate(_ size: Int) {
        for shape in 1...6 {
            let markets = markets(UInt64(shape), Self.sizes[size])
            let clearing = workspace(markets)
            clearing.solve(warm: false)
            #expect(!any(clearing.unconverged))
            for (lane, market) in markets.enumerated() { expectLaws(market, Outcome(clearing, lane: lane)) }
        }
    }

    @Test func aWarmHourKeepsTheLawsToo() {
        let shape: UInt64 = 7
        var markets = markets(shape, (30, 2000))
        let clearing = workspace(markets)
        clearing.solve(warm: false)
        let cold = clearing.iterations
        var warm = 0
        var draws = Draws(99)
        for _ in 0..<10 {
            for lane in markets.indices {
                for row in markets[lane].load.indices {
                    markets[lane].load[row] *= 0.95 + 0.1 * draws.next()
                    markets[lane].singles[row].upper = markets[lane].load[row]
                }
                for single in (2 * markets[lane].load.count)..<markets[lane].singles.count where draws.next() < 0.2 {
                    markets[lane].singles[single].upper *= 0.8 + 0.4 * draws.next()
                    let upper = markets[lane].singles[single].upper
                    markets[lane].singles[single].lower = min(markets[lane].singles[single].lower, upper)
                }
                markets[lane].fill(clearing, lane: lane)
            }
            clearing.solve(warm: true)
            warm += clearing.iterations
            for (lane, market) in markets.enumerated() { expectLaws(market, Outcome(clearing, lane: lane)) }
        }
        #expect(warm < 10 * cold)
    }

    @Test func aLaneIsAlone() {
        let own = Market.random(shape: 3, seed: 1)
        var outcomes: [Outcome] = []
        var iterations: Set<Int> = []
        for (place, spread) in [(0, 1.0), (5, 1.0), (7, 30.0), (2, 0.01)] {
            let clearing = Clearing(pattern: own.pattern)
            for hour in 0..<3 {
                for lane in 0..<8 {
                    let money = lane == place ? 30 : 30 * spread
                    let seed = lane == place ? UInt64(hour + 1) : UInt64(100 * place + 8 * hour + lane)
                    Market.random(shape: 3, seed: seed, money: money).fill(clearing, lane: lane)
                }
                clearing.solve(warm: hour > 0)
                iterations.insert(clearing.iterations)
            }
            outcomes.append(Outcome(clearing, lane: place))
        }
        #expect(iterations.count > 1, "neighbours must differ in length for this to show anything")
        for outcome in outcomes { #expect(outcome == outcomes[0]) }
    }

    @Test func aColdSolutionIsAFunctionOfItsInputs() {
        let market = Market.random(shape: 4, seed: 1)
        let first = Outcome(market.cleared(), lane: 0)
        let clearing = Market.random(shape: 4, seed: 2).cleared()
        for lane in 0..<8 { market.fill(clearing, lane: lane) }
        clearing.solve(warm: false)
        #expect(Outcome(clearing, lane: 6) == first)
    }

    @Test func theOrderOfRowsAndVariablesDoesNotMatter() {
        let market = Market.random(shape: 5, seed: 1)
        let rows = market.load.count
        var turned = market
        turned.load.reverse()
        turned.singles = market.singles.map {
            var single = $0
            single.row = rows - 1 - single.row
            return single
        }
        turned.singles[0..<rows].reverse()
        turned.singles[rows..<(2 * rows)].reverse()
        turned.singles[(2 * rows)...].reverse()
        turned.pairs = market.pairs.reversed().map {
            var pair = $0
            (pair.from, pair.to) = (rows - 1 - pair.from, rows - 1 - pair.to)
            return pair
        }
        let (a, b) = (Outcome(market.cleared(), lane: 0), Outcome(turned.cleared(), lane: 0))
        #expect(abs(a.objective - b.objective) <= 1e-6 * a.objective)
        for (one, other) in zip(a.price, b.price.reversed()) { #expect(abs(one - other) <= 1e-3 * abs(one)) }
    }

    @Test func aBoundFarAwayCostsNothing() {
        for seed in 1...8 {
            let market = Market.random(shape: 9, seed: UInt64(seed), power: 2)
            var far = market
            for row in market.load.indices { far.singles[market.load.count + row].upper = 1e10 }
            let (a, b) = (market.cleared(), far.cleared())
            #expect(!any(a.unconverged) && !any(b.unconverged))
            #expect(abs(a.objective[0] - b.objective[0]) <= 2e-6 * max(a.objective[0], market.load.reduce(0, +)))
        }
    }

    @Test func anHourThatIsNotFinishedSaysSo() {
        let market = Market.random(shape: 6, seed: 1)
        let best = Outcome(market.cleared(), lane: 0)
        let clearing = Clearing(pattern: market.pattern)
        for lane in 0..<8 { market.fill(clearing, lane: lane) }
        clearing.iterationLimit = 3
        clearing.solve(warm: false)
        #expect(all(clearing.unconverged))
        let rough = Outcome(clearing, lane: 0)
        #expect(rough.gap > 1e-6)
        #expect(market.lowerBound(rough) <= best.objective)
        #expect(rough.objective >= market.lowerBound(best))
        clearing.iterationLimit = 60
        clearing.solve(warm: true)
        #expect(!any(clearing.unconverged))
        #expect(Outcome(clearing, lane: 0) == best, "a lane that failed begins cold")
    }

    @Test func aBrokenNumberStaysInItsLane() {
        let market = Market.random(shape: 8, seed: 1)
        let sound = Outcome(market.cleared(), lane: 0)
        let clearing = Clearing(pattern: market.pattern)
        for lane in 0..<8 { market.fill(clearing, lane: lane) }
        clearing.cost[20][3] = .nan
        clearing.solve(warm: false)
        #expect(clearing.unconverged[3])
        #expect(Outcome(clearing, lane: 2) == sound)
        #expect(Outcome(clearing, lane: 4) == sound)
        market.fill(clearing, lane: 3)
        clearing.solve(warm: true)
        #expect(!any(clearing.unconverged))
    }
}
