import Lanes
import Testing

@testable import Clearing

/// Laws of hours whose lines obey Kirchhoff, on random networks.
@Suite struct ClearingNetworkTests {
    private func workspace(_ markets: [Market], tolerance: Double = 1e-6) -> Clearing {
        let clearing = Clearing(pattern: markets[0].pattern)
        clearing.tolerance = tolerance
        for (lane, market) in markets.enumerated() { market.fill(clearing, lane: lane) }
        return clearing
    }

    private func markets(_ shape: UInt64, rows: Int = 9) -> [Market] {
        (0..<8).map { Market.randomMeshed(shape: shape, seed: shape * 8 + $0 + 1, rows: rows) }
    }

    /// Angles from a tree of lines, and what the other lines' angles differ from theirs, rad.
    private func worstLoop(_ market: Market, _ outcome: Outcome) -> Double {
        let first = market.singles.count + market.pairs.count
        var angle = [Double?](repeating: nil, count: market.load.count)
        for root in market.load.indices where angle[root] == nil {
            angle[root] = 0
            var grows = true
            while grows {
                grows = false
                for (index, line) in market.lines.enumerated() {
                    let drop = line.reactance * outcome.dispatch[first + index] + line.shift
                    if let known = angle[line.from], angle[line.to] == nil {
                        angle[line.to] = known - drop
                        grows = true
                    } else if let known = angle[line.to], angle[line.from] == nil {
                        angle[line.from] = known + drop
                        grows = true
                    }
                }
            }
        }
        return market.lines.enumerated().map { index, line in
            let drop = line.reactance * outcome.dispatch[first + index] + line.shift
            return abs((angle[line.from] ?? 0) - (angle[line.to] ?? 0) - drop)
        }.max() ?? 0
    }

    /// Two thousand networks of 3 to 22 buses in eight lanes, each cold and then warm with other loads.
    @Test func thousandsOfNetworksKeepBalancesKirchhoffBoundsAndCertificate() {
        var flagged = 0
        for shape in 1...2000 {
            var draws = Draws(UInt64(shape))
            let rows = 3 + shape % 20
            var markets = markets(UInt64(shape), rows: rows)
            let clearing = workspace(markets)
            for warm in [false, true] {
                if warm {
                    for lane in markets.indices {
                        for row in 0..<rows {
                            markets[lane].load[row] *= 0.9 + 0.2 * draws.next()
                            markets[lane].singles[row].upper = markets[lane].load[row]
                        }
                        markets[lane].fill(clearing, lane: lane)
                    }
                }
                clearing.solve(warm: warm)
                flagged += clearing.unconverged.count
                for (lane, market) in markets.enumerated() {
                    let outcome = Outcome(clearing, lane: lane)
                    for (open, load) in zip(market.openBalances(outcome), market.load) {
                        #expect(abs(open) <= 1e-9 * max(load, 1))
                    }
                    // 1e-9 of the largest load on the scale of a reactance of 2e-4.
                    #expect(worstLoop(market, outcome) <= 1e-8)
                    for (index, line) in market.lines.enumerated() {
                        #expect(abs(outcome.dispatch[market.singles.count + index]) <= line.limit)
                    }
                    #expect(outcome.gap >= -1e-12 && outcome.gap <= 1e-6)
                }
            }
        }
        #expect(flagged == 0)
    }

    /// Cost is convex in load, so a price lies between its slopes to the left and to the right.
    @Test func pricesAreTheSlopeOfCost() {
        for shape in 1...40 {
            let market = Market.randomMeshed(shape: UInt64(shape), seed: UInt64(shape))
            let best = market.cleared(tolerance: 1e-9)
            #expect(!any(best.unconverged))
            let step = 1.0
            // Lane 2 r has the load of balance r raised, lane 2 r + 1 lowered.
            for start in stride(from: 0, to: market.load.count, by: 4) {
                let rows = Array(start..<min(start + 4, market.load.count))
                let clearing = Clearing(pattern: market.pattern)
                clearing.tolerance = 1e-9
                for lane in 0..<8 {
                    var moved = market
                    let row = rows[min(lane / 2, rows.count - 1)]
                    moved.load[row] += lane % 2 == 0 ? step : -step
                    moved.singles[row].upper = moved.load[row]
                    moved.fill(clearing, lane: lane)
                }
                clearing.solve(warm: false)
                for (index, row) in rows.enumerated() {
                    let right = (clearing.objective[2 * index] - best.objective[0]) / step
                    let left = (best.objective[0] - clearing.objective[2 * index + 1]) / step
                    // Each cost is good to 1e-9 of some 5e5.
                    #expect(best.price[row][0] <= right + 2e-3 && best.price[row][0] >= left - 2e-3)
                }
            }
        }
    }

    @Test func aTriangleSplitsItsFlowByReactance() {
        var market = Market(load: [0, 0, 90])
        market.singles[0].upper = 1
        market.singles[1].upper = 1
        market.singles.append((0, 1, 10, 0, 0, 500))
        market.lines = [(0, 1, 0.1, 0, 500), (1, 2, 0.1, 0, 500), (0, 2, 0.1, 0, 500)]
        let outcome = Outcome(market.cleared(tolerance: 1e-9), lane: 0)
        #expect(abs(outcome.dispatch[7] - 30) < 1e-6)
        #expect(abs(outcome.dispatch[9] - 60) < 1e-6)
    }

    /// 500 MW at 0 for 10, 90 MW load at 2; the direct line takes 40 MW, so 60 MW can come from 0 and 30 from 2 for 50.
    ///
    /// One MW more at 1 leaves by both lines from 0 and unloads the direct one by a third: its price is between.
    @Test func aFullLineInATriangleMakesThreePrices() {
        var market = Market(load: [0, 0, 90])
        market.singles[0].upper = 1
        market.singles[1].upper = 1
        market.singles.append((0, 1, 10, 0, 0, 500))
        market.singles.append((2, 1, 50, 0, 0, 500))
        market.lines = [(0, 1, 0.1, 0, 500), (1, 2, 0.1, 0, 500), (0, 2, 0.1, 0, 40)]
        let outcome = Outcome(market.cleared(tolerance: 1e-10), lane: 0)
        #expect(abs(outcome.dispatch[6] - 60) < 1e-5)
        #expect(abs(outcome.price[0] - 10) < 1e-4)
        #expect(abs(outcome.price[1] - 30) < 1e-4)
        #expect(abs(outcome.price[2] - 50) < 1e-4)
    }

    @Test func aPhaseShifterDrivesAFlowAroundALoop() {
        var market = Market(load: [0, 100])
        market.singles[0].upper = 1
        market.singles.append((0, 1, 10, 0, 0, 500))
        market.lines = [(0, 1, 0.01, 0, 500), (0, 1, 0.01, 0.2, 500)]
        let outcome = Outcome(market.cleared(tolerance: 1e-9), lane: 0)
        // 0.01 f = 0.01 (100 - f) + 0.2: f = 60.
        #expect(abs(outcome.dispatch[5] - 60) < 1e-6)
        #expect(abs(outcome.dispatch[6] - 40) < 1e-6)
    }

    @Test func moreCapacityNeverRaisesCost() {
        for shape in 1...60 {
            let market = Market.randomMeshed(shape: UInt64(shape), seed: UInt64(shape) + 7)
            let clearing = Clearing(pattern: market.pattern)
            for lane in 0..<8 {
                var more = market
                if lane > 0 { more.lines[lane % more.lines.count].limit *= 1.5 }
                let unit = 2 * more.load.count + lane
                if lane > 3 { more.singles[unit].upper += 50 }
                more.fill(clearing, lane: lane)
            }
            clearing.solve(warm: false)
            let cost = clearing.objective[0]
            for lane in 1..<8 { #expect(clearing.objective[lane] <= cost + 2e-6 * abs(cost)) }
        }
    }

    @Test func theOrderOfBusesAndLinesDoesNotMatter() {
        for shape in 1...40 {
            let market = Market.randomMeshed(shape: UInt64(shape), seed: 3)
            let rows = market.load.count
            var turned = market
            turned.load.reverse()
            for index in turned.singles.indices { turned.singles[index].row = rows - 1 - turned.singles[index].row }
            turned.singles[0..<rows].reverse()
            turned.singles[rows..<(2 * rows)].reverse()
            turned.lines = market.lines.reversed().map {
                var line = $0
                (line.from, line.to) = (rows - 1 - line.from, rows - 1 - line.to)
                return line
            }
            let (a, b) = (market.cleared(tolerance: 1e-9), turned.cleared(tolerance: 1e-9))
            #expect(abs(a.objective[0] - b.objective[0]) <= 2e-9 * abs(a.objective[0]))
        }
    }

    @Test func aLaneIsAloneUnderKirchhoff() {
        for shape in [3, 11, 19] as [UInt64] {
            let own = Market.randomMeshed(shape: shape, seed: 1)
            var outcomes: [Outcome] = []
            for place in [0, 5, 7] {
                let clearing = Clearing(pattern: own.pattern)
                for hour in 0..<4 {
                    for lane in 0..<8 {
                        let seed = lane == place ? UInt64(hour + 1) : UInt64(100 * place + 8 * hour + lane)
                        Market.randomMeshed(shape: shape, seed: seed).fill(clearing, lane: lane)
                    }
                    clearing.solve(warm: hour > 0)
                }
                outcomes.append(Outcome(clearing, lane: place))
            }
            for outcome in outcomes { #expect(outcome == outcomes[0]) }
        }
    }
}
