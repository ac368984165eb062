import Lanes
import Testing

@testable import Clearing

/// Hours with linear costs whose lines obey Kirchhoff go to the simplex: laws on random networks, and the interior point
/// beside it.
@Suite struct DualSimplexTests {
    /// A meshed network whose costs are linear; `islands` of them, joined by links that lose.
    private func market(_ shape: UInt64, _ seed: UInt64, rows: Int, islands: Int = 1) -> Market {
        var market = Market.randomMeshed(shape: shape, seed: seed, rows: rows)
        for single in market.singles.indices { market.singles[single].quadratic = 0 }
        var (structure, draws) = (Draws(shape &+ 77), Draws(seed &+ 77))
        market.lines.removeAll { $0.from % islands != $0.to % islands }
        for row in 1..<islands {
            let other = Int(Double(rows) * structure.next())
            if other % islands == row { continue }
            market.pairs.append((row, other, 0.9 + 0.1 * draws.next(), draws.next(), -0.0, 1500 * draws.next()))
        }
        return market
    }

    private func filled(_ markets: [Market]) -> Clearing {
        let clearing = Clearing(pattern: markets[0].pattern)
        for (lane, market) in markets.enumerated() { market.fill(clearing, lane: lane) }
        return clearing
    }

    /// Another hour of a market: other loads, other bounds, a few other costs.
    private func later(_ market: Market, _ draws: inout Draws) -> Market {
        var market = market
        for row in market.load.indices {
            market.load[row] *= 0.9 + 0.2 * draws.next()
            market.singles[row].upper = market.load[row]
        }
        for single in (2 * market.load.count)..<market.singles.count {
            market.singles[single].upper *= draws.next() < 0.1 ? 0.5 : 1
            market.singles[single].lower = min(market.singles[single].lower, market.singles[single].upper)
            if draws.next() < 0.1 { market.singles[single].cost *= 0.8 + 0.4 * draws.next() }
        }
        return market
    }

    /// Six hundred networks of one to three islands, each cold and then twice warm: balances, limits and the certificate of
    /// a vertex, which is exact but for rounding.
    @Test func linearHoursAreProvenVertices() {
        var hours = 0
        for shape in 1...600 {
            var draws = Draws(UInt64(shape))
            let (rows, islands) = (3 + shape % 30, 1 + shape % 3)
            var markets = (0..<8).map { market(UInt64(shape), UInt64(shape * 8 + $0), rows: rows, islands: islands) }
            if markets[0].lines.isEmpty { continue }
            let clearing = filled(markets)
            for hour in 0..<3 {
                if hour > 0 {
                    markets = markets.map { later($0, &draws) }
                    for (lane, market) in markets.enumerated() { market.fill(clearing, lane: lane) }
                }
                clearing.solve(warm: hour > 0)
                hours += 8
                #expect(clearing.atVertex.count == 8)
                for (lane, market) in markets.enumerated() {
                    let outcome = Outcome(clearing, lane: lane)
                    for (open, load) in zip(market.openBalances(outcome), market.load) {
                        #expect(abs(open) <= 1e-9 * max(load, 1))
                    }
                    for (index, line) in market.lines.enumerated() {
                        let flow = outcome.dispatch[market.singles.count + market.pairs.count + index]
                        #expect(abs(flow) <= line.limit)
                    }
                    #expect(outcome.gap >= -1e-12 && outcome.gap <= 1e-9)
                }
            }
        }
        #expect(hours > 14_000)
    }

    /// A quadratic cost of 1e-12 on lost load sends the same hour to the interior point.
    @Test func theInteriorPointHasTheSameCostAndPrices() {
        for shape in 1...200 {
            let rows = 4 + shape % 25
            let markets = (0..<8).map {
                market(UInt64(shape), UInt64(shape * 8 + $0), rows: rows, islands: 1 + shape % 2)
            }
            let (vertex, interior) = (filled(markets), filled(markets))
            interior.tolerance = 1e-8
            for lane in 0..<8 { interior.quadratic[0][lane] = 1e-12 }
            vertex.solve(warm: false)
            interior.solve(warm: false)
            #expect(interior.atVertex.count == 0)
            for lane in 0..<8 {
                let (a, b) = (vertex.objective[lane], interior.objective[lane])
                #expect(abs(a - b) <= 2e-8 * max(abs(a), 1e4))
            }
        }
    }

    /// What stands in the other lanes, linear or not, and what was solved in them before, changes no bit.
    @Test func aLaneIsAlone() {
        for shape in 1...60 {
            var draws = Draws(UInt64(shape))
            let own = [market(UInt64(shape), 5, rows: 12)]
            let hours = [own[0], later(own[0], &draws), later(own[0], &draws)]
            let alone = filled(Array(repeating: own[0], count: 8))
            var others = (0..<8).map { market(UInt64(shape), UInt64(100 + $0), rows: 12) }
            for single in others[2].singles.indices { others[2].singles[single].quadratic = 0.01 }
            others[3] = own[0]
            let crowd = filled(others)
            for hour in 0..<3 {
                for lane in 0..<8 { hours[hour].fill(alone, lane: lane) }
                if hour > 0 {
                    for lane in 0..<8 where lane != 3 { later(others[lane], &draws).fill(crowd, lane: lane) }
                }
                hours[hour].fill(crowd, lane: 3)
                alone.solve(warm: hour > 0)
                crowd.solve(warm: hour > 0)
                #expect(Outcome(alone, lane: 6) == Outcome(crowd, lane: 3))
            }
        }
    }

    /// A cold hour is a function of its inputs: what the workspace solved before doesn't show.
    @Test func aColdHourForgets() {
        for shape in 1...40 {
            var draws = Draws(UInt64(shape))
            let own = market(UInt64(shape), 9, rows: 15)
            let used = filled(Array(repeating: later(own, &draws), count: 8))
            used.solve(warm: false)
            used.solve(warm: true)
            for lane in 0..<8 { own.fill(used, lane: lane) }
            used.solve(warm: false)
            #expect(Outcome(used, lane: 0) == Outcome(own.cleared(), lane: 0))
        }
    }

    /// One price for all bids, loads of zero, lines that carry nothing, and bounds without width.
    @Test func tiesAndNothingsEnd() {
        for shape in 1...100 {
            var draws = Draws(UInt64(shape))
            var market = market(UInt64(shape), UInt64(shape), rows: 10)
            for single in (2 * market.load.count)..<market.singles.count where draws.next() < 0.9 {
                market.singles[single].cost = market.singles[single].sign > 0 ? 30 : -30
            }
            for line in market.lines.indices where draws.next() < 0.2 {
                market.lines[line].shift = 0
                market.lines[line].limit = 0
            }
            for line in market.lines.indices { market.lines[line].shift = 0 }
            for row in market.load.indices where draws.next() < 0.3 {
                market.load[row] = 0
                market.singles[row].upper = 0
            }
            let clearing = market.cleared()
            #expect(clearing.unconverged.count == 0)
            #expect(clearing.atVertex.count == 8)
        }
    }

    /// Transport with hardly any supply, links that carry nothing and lost load at unlike prices: where the interior point
    /// finds no proof, the simplex does.
    @Test func wildTransportIsProvenInTheEnd() {
        var rescued = 0
        for shape in 1...400 {
            var (structure, draws) = (Draws(UInt64(shape)), Draws(UInt64(shape) &+ 9))
            let rows = 2 + Int(10 * structure.next())
            let scale = 10 * draws.next()
            let ends = (0..<(2 * rows)).map { _ in
                let from = Int(Double(rows) * structure.next())
                return (from, (from + 1 + Int(Double(rows - 1) * structure.next())) % rows)
            }
            let buses = (0..<rows).map { _ in Int(Double(rows) * structure.next()) }
            let markets = (0..<8).map { _ in
                var market = Market(load: (0..<rows).map { _ in draws.next() < 0.2 ? 0 : scale * draws.next() })
                for row in 0..<rows {
                    market.singles[row].cost = 1000 + 8000 * draws.next()
                    market.singles[row].upper += 1e-6 * (1 + scale)
                    market.singles[rows + row].upper = 1e-6 * (1 + scale)
                }
                for bus in buses {
                    let upper = draws.next() < 0.3 ? 0 : 0.5 * scale * draws.next()
                    market.singles.append((bus, 1, -10 + 160 * draws.next(), 0, 0, upper))
                }
                for (from, to) in ends {
                    let limit = draws.next() < 0.3 ? 0 : 0.7 * scale * draws.next()
                    market.pairs.append((from, to, 1, 0, -limit, limit))
                }
                return market
            }
            let clearing = filled(markets)
            clearing.solve(warm: false)
            rescued += clearing.atVertex.count
            #expect(clearing.unconverged.count == 0)
            for lane in 0..<8 { #expect(clearing.gap[lane] <= 1e-6) }
        }
        #expect(rescued > 0)
    }

    /// A shift that drives more around a loop than its lines may carry has no answer: the simplex gives up, the interior point
    /// flags the hour, as without it.
    @Test func anImpossibleLoopIsFlagged() {
        var market = Market(load: [10, 10, 10])
        market.singles.append((0, 1, 10, 0, 0, 500))
        market.lines = [(0, 1, 1e-3, 0.5, 100), (1, 2, 1e-3, 0, 100), (0, 2, 1e-3, 0, 100)]
        let clearing = market.cleared()
        #expect(clearing.atVertex.count == 0)
        #expect(clearing.unconverged.count == 8)
        #expect(clearing.infeasibility()[0] > 1e-9)
    }

    /// Factors of a triangle with equal reactances: a third by the long way, two thirds by the short one.
    @Test func factorsOfATriangle() throws {
        var market = Market(load: [0, 0, 0])
        market.lines = [(0, 1, 0.1, 0, 1), (1, 2, 0.1, 0, 1), (0, 2, 0.1, 0, 1)]
        let factors = try #require(TransferFactors(pattern: market.pattern))
        #expect(factors.islands == 1)
        // Given at 1 and taken at 0, where angles are zero: two thirds come back by the line from 0 to 1.
        for (line, expected) in [-2.0 / 3, 1.0 / 3, -1.0 / 3].enumerated() {
            #expect(abs(factors.factors[line][1] - expected) < 1e-15)
            #expect(factors.factors[line][0] == 0)
        }
    }
}
