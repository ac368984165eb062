import Lanes
import Testing

@testable import Clearing

/// Hours that stocks and ramps couple.
@Suite struct ClearingDayTests {
    /// Some hours of a random network, the stores of which are stocks; and some units with ramps.
    struct Day {
        var hours: [Market]
        let stores: [(discharge: Int, charge: Int)]
        let ramped: [Int]
        var capacity: [Double], start: [Double], inflow: [Double]
        let gain = (out: -1 / 0.9, into: 0.9)
        let keep = 0.999
        let slope: [Double], curvature: [Double]
        let rampLimit: [Double]

        init(shape: UInt64, seed: UInt64, hours count: Int, rows: Int = 6, meshed: Bool = true) {
            var draws = Draws(seed &+ 77)
            hours = (0..<count).map { hour in
                var market =
                    meshed
                    ? Market.randomMeshed(shape: shape, seed: seed, rows: rows)
                    : Market.random(shape: shape, seed: seed, rows: rows)
                for row in 0..<rows {
                    market.load[row] *= 0.8 + 0.4 * draws.next()
                    market.singles[row].upper = market.load[row]
                }
                return market
            }
            // Market.random puts a discharging and a charging single at the end of each balance's.
            let singles = hours[0].singles
            stores = singles.indices.filter { $0 > 2 * rows && singles[$0].sign < 0 }.map { ($0 - 1, $0) }
            let moves = Set(stores.flatMap { [$0.discharge, $0.charge] })
            ramped = singles.indices.filter { $0 >= 2 * rows && !moves.contains($0) && $0 % 5 == 0 }
            for hour in hours.indices {
                for store in stores {
                    for single in [store.discharge, store.charge] {
                        hours[hour].singles[single].cost = 0.1
                        hours[hour].singles[single].quadratic = 0
                        hours[hour].singles[single].upper = singles[store.discharge].upper
                    }
                }
            }
            capacity = stores.map { 4 * singles[$0.discharge].upper * draws.next() + 1 }
            start = capacity.map { $0 * draws.next() }
            inflow = capacity.map { 0.1 * $0 * draws.next() }
            slope = stores.map { _ in 20 + 30 * draws.next() }
            curvature = capacity.map { 20 / $0 }
            rampLimit = ramped.map { 5 + 0.3 * singles[$0].upper * draws.next() }
        }

        var pattern: ClearingPattern {
            let one = hours[0].pattern
            return ClearingPattern(
                rows: one.rows, singles: one.singles, pairs: one.pairs, lines: one.lines, shed: one.shed,
                spill: one.spill, stocks: stores.map { .init(moves: [$0.discharge, $0.charge]) }, ramps: ramped)
        }

        func fill(_ clearing: Clearing, lane: Int) {
            for (hour, market) in hours.enumerated() {
                market.fill(clearing, lane: lane, hour: hour)
                for stock in stores.indices {
                    clearing.stockInflow[hour * stores.count + stock][lane] = inflow[stock]
                    clearing.stockUpper[hour * stores.count + stock][lane] = capacity[stock]
                }
            }
            for stock in stores.indices {
                clearing.stockGain[2 * stock][lane] = gain.out
                clearing.stockGain[2 * stock + 1][lane] = gain.into
                clearing.stockKeep[stock][lane] = keep
                clearing.stockStart[stock][lane] = start[stock]
                clearing.endSlope[stock][lane] = slope[stock]
                clearing.endCurvature[stock][lane] = curvature[stock]
            }
            for (index, limit) in rampLimit.enumerated() {
                clearing.rampUp[index][lane] = limit
                clearing.rampDown[index][lane] = limit
            }
        }

        func cleared(tolerance: Double = 1e-6) -> Clearing {
            let clearing = Clearing(pattern: pattern, hours: hours.count)
            clearing.tolerance = tolerance
            for lane in 0..<8 { fill(clearing, lane: lane) }
            clearing.solve(warm: false)
            return clearing
        }

        func dispatch(_ clearing: Clearing, hour: Int, lane: Int) -> [Double] {
            (0..<clearing.pattern.variables).map { clearing.dispatch[hour * clearing.pattern.variables + $0][lane] }
        }
    }

    private func expectLaws(_ day: Day, _ clearing: Clearing, lane: Int) {
        #expect(clearing.gap[lane] >= -1e-12 && clearing.gap[lane] <= clearing.tolerance)
        var level = day.start
        var before: [Double]?
        let largest = day.hours.flatMap(\.load).max() ?? 0
        for (hour, market) in day.hours.enumerated() {
            let x = day.dispatch(clearing, hour: hour, lane: lane)
            let outcome = Outcome(dispatch: x, price: [], objective: 0, gap: 0)
            for (open, load) in zip(market.openBalances(outcome), market.load) {
                #expect(abs(open) <= 1e-9 * max(load, 1))
            }
            for (index, single) in market.singles.enumerated() {
                #expect(x[index] >= single.lower && x[index] <= single.upper)
            }
            for (stock, store) in day.stores.enumerated() {
                let moved = day.gain.out * x[store.discharge] + day.gain.into * x[store.charge]
                let full = day.keep * level[stock] + moved + day.inflow[stock]
                let recorded = clearing.stockLevel[hour * day.stores.count + stock][lane]
                // What is missing has overflowed: at most the inflow.
                let scale = max(day.capacity[stock], 1)
                #expect(recorded <= full + 1e-8 * scale && recorded >= full - day.inflow[stock] - 1e-8 * scale)
                #expect(recorded >= 0 && recorded <= day.capacity[stock])
                level[stock] = recorded
            }
            if let before {
                for (index, unit) in day.ramped.enumerated() {
                    #expect(abs(x[unit] - before[unit]) <= day.rampLimit[index] + 1e-8 * largest)
                }
            }
            before = x
        }
    }

    @Test func hundredsOfDaysKeepBalancesStocksRampsAndCertificate() {
        var flagged = 0
        for shape in 1...200 {
            let days = (0..<8).map {
                Day(
                    shape: UInt64(shape), seed: UInt64(8 * shape) + $0, hours: 2 + shape % 7, rows: 3 + shape % 6,
                    meshed: shape % 2 == 0)
            }
            let clearing = Clearing(pattern: days[0].pattern, hours: days[0].hours.count)
            for warm in [false, true] {
                for (lane, day) in days.enumerated() {
                    var day = day
                    if warm {
                        for hour in day.hours.indices {
                            for row in day.hours[hour].load.indices {
                                day.hours[hour].load[row] *= 0.97
                                day.hours[hour].singles[row].upper = day.hours[hour].load[row]
                            }
                        }
                    }
                    day.fill(clearing, lane: lane)
                    if warm && lane == 7 {
                        clearing.solve(warm: true)
                        flagged += clearing.unconverged.count
                        expectLaws(day, clearing, lane: 7)
                    }
                }
                if !warm {
                    clearing.solve(warm: false)
                    flagged += clearing.unconverged.count
                    for (lane, day) in days.enumerated() { expectLaws(day, clearing, lane: lane) }
                }
            }
        }
        #expect(flagged == 0)
    }

    /// 10 MW cost 10 by night and 50 by day; a store of 8 MWh that gives back 0.81 of what it takes, empty at both ends.
    @Test func aStoreMovesEnergyFromTheCheapHourToTheDear() {
        var hours = [Market(load: [100]), Market(load: [100])]
        for hour in 0..<2 {
            hours[hour].singles.append((0, 1, hour == 0 ? 10 : 50, 0, 0, 500))
            hours[hour].singles.append((0, 1, 0, 0, 0, 20))
            hours[hour].singles.append((0, -1, 0, 0, 0, 20))
        }
        let one = hours[0].pattern
        let pattern = ClearingPattern(
            rows: 1, singles: one.singles, pairs: [], shed: one.shed, spill: one.spill,
            stocks: [.init(moves: [3, 4])])
        let clearing = Clearing(pattern: pattern, hours: 2)
        clearing.tolerance = 1e-10
        for lane in 0..<8 {
            for (hour, market) in hours.enumerated() { market.fill(clearing, lane: lane, hour: hour) }
        }
        clearing.stockGain[0] = Lanes(repeating: -1 / 0.9)
        clearing.stockGain[1] = Lanes(repeating: 0.9)
        for hour in 0..<2 { clearing.stockUpper[hour] = Lanes(repeating: 8) }
        clearing.solve(warm: false)
        let V = pattern.variables
        #expect(abs(clearing.stockLevel[0][0] - 8) < 1e-5)
        #expect(abs(clearing.stockLevel[1][0]) < 1e-5)
        #expect(abs(clearing.dispatch[4][0] - 8 / 0.9) < 1e-5)
        #expect(abs(clearing.dispatch[V + 3][0] - 7.2) < 1e-5)
        let bill = 1000.0 + 80.0 / 0.9 + 5000.0 - 360.0
        #expect(abs(clearing.objective[0] - bill) < 1e-5)
        #expect(abs(clearing.price[0][0] - 10) < 1e-4 && abs(clearing.price[1][0] - 50) < 1e-4)
    }

    @Test func whatIsLeftAtTheEndIsWorthItsValue() {
        var market = Market(load: [100])
        market.singles.append((0, 1, 30, 0, 0, 500))
        market.singles.append((0, 1, 0, 0, 0, 20))
        market.singles.append((0, -1, 0, 0, 0, 20))
        let one = market.pattern
        let pattern = ClearingPattern(
            rows: 1, singles: one.singles, pairs: [], shed: one.shed, spill: one.spill,
            stocks: [.init(moves: [3, 4])])
        let clearing = Clearing(pattern: pattern, hours: 2)
        clearing.tolerance = 1e-10
        for lane in 0..<8 { for hour in 0..<2 { market.fill(clearing, lane: lane, hour: hour) } }
        clearing.stockGain[0] = Lanes(repeating: -1)
        clearing.stockGain[1] = Lanes(repeating: 1)
        for hour in 0..<2 { clearing.stockUpper[hour] = Lanes(repeating: 100) }
        clearing.stockStart[0] = Lanes(repeating: 50)
        // Worth 60 - e: it is filled or emptied to e = 30, where a MWh is worth what one costs.
        clearing.endSlope[0] = Lanes(repeating: 60)
        clearing.endCurvature[0] = Lanes(repeating: 1)
        clearing.solve(warm: false)
        #expect(abs(clearing.stockLevel[1][0] - 30) < 1e-3)
    }

    @Test func aRampKeepsADearUnitRunning() {
        var hours = [Market(load: [100]), Market(load: [40])]
        for hour in 0..<2 {
            hours[hour].singles.append((0, 1, 10, 0, 0, 80))
            hours[hour].singles.append((0, 1, 20, 0, 0, 80))
        }
        let one = hours[0].pattern
        let pattern = ClearingPattern(
            rows: 1, singles: one.singles, pairs: [], shed: one.shed, spill: one.spill, ramps: [2])
        let clearing = Clearing(pattern: pattern, hours: 2)
        clearing.tolerance = 1e-10
        for lane in 0..<8 {
            for (hour, market) in hours.enumerated() { market.fill(clearing, lane: lane, hour: hour) }
        }
        clearing.rampUp[0] = Lanes(repeating: 30)
        clearing.rampDown[0] = Lanes(repeating: 30)
        clearing.solve(warm: false)
        // It may run at 40 at most in the second hour, so at 70 in the first.
        #expect(abs(clearing.dispatch[2][0] - 70) < 1e-5)
        #expect(abs(clearing.dispatch[pattern.variables + 2][0] - 40) < 1e-5)
        clearing.rampsFromStart = true
        clearing.rampStart[0] = Lanes(repeating: 20)
        clearing.solve(warm: false)
        #expect(abs(clearing.dispatch[2][0] - 50) < 1e-5)
    }

    @Test func withoutStoresADayIsItsHours() {
        for shape in 1...30 {
            var day = Day(shape: UInt64(shape), seed: 5, hours: 5)
            for hour in day.hours.indices {
                for store in day.stores {
                    day.hours[hour].singles[store.discharge].upper = 0
                    day.hours[hour].singles[store.charge].upper = 0
                }
            }
            day.inflow = day.inflow.map { _ in 0 }
            day.start = day.start.map { _ in 0 }
            let pattern = ClearingPattern(
                rows: day.pattern.rows, singles: day.pattern.singles, pairs: [], lines: day.pattern.lines,
                shed: day.pattern.shed, spill: day.pattern.spill, stocks: day.pattern.stocks)
            let clearing = Clearing(pattern: pattern, hours: 5)
            clearing.tolerance = 1e-9
            for lane in 0..<8 {
                for (hour, market) in day.hours.enumerated() { market.fill(clearing, lane: lane, hour: hour) }
            }
            for stock in day.stores.indices {
                clearing.stockGain[2 * stock] = Lanes(repeating: -1)
                clearing.stockGain[2 * stock + 1] = Lanes(repeating: 1)
                for hour in 0..<5 { clearing.stockUpper[hour * day.stores.count + stock] = Lanes(repeating: 1) }
            }
            clearing.solve(warm: false)
            let alone = day.hours.map { $0.cleared(tolerance: 1e-9).objective[0] }
            let sum = alone.reduce(0, +)
            #expect(abs(clearing.objective[0] - sum) <= 4e-9 * sum)
        }
    }

    @Test func aLaneIsAloneInADay() {
        for shape in [4, 9] as [UInt64] {
            let own = Day(shape: shape, seed: 1, hours: 6)
            var seen: [[Double]] = []
            for place in [0, 3, 7] {
                let clearing = Clearing(pattern: own.pattern, hours: 6)
                for round in 0..<3 {
                    for lane in 0..<8 {
                        let seed = lane == place ? UInt64(round + 1) : UInt64(50 * place + 8 * round + lane)
                        Day(shape: shape, seed: seed, hours: 6).fill(clearing, lane: lane)
                    }
                    clearing.solve(warm: round > 0)
                }
                seen.append((0..<6).flatMap { own.dispatch(clearing, hour: $0, lane: place) })
            }
            #expect(seen[1] == seen[0] && seen[2] == seen[0])
        }
    }
}
