import Lanes
import Testing

@testable import Stepping

/// Numbers that are the same in every run.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678_9abc_def1 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func number(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &self) }

    mutating func lanes(_ range: ClosedRange<Double>) -> Lanes {
        var result = Lanes.zero
        for lane in 0..<8 { result[lane] = number(range) }
        return result
    }
}

/// Markets of the tests.
enum Markets {
    /// The one of `market_golden.csv`.
    static func golden() -> InformationMarket {
        let market = InformationMarket(cities: 3, classes: 2, cityOfBlock: [0, 1, 2])
        for (b, (q, c)) in [(44.0, 0.5), (36, 1.9), (10, 2.5)].enumerated() {
            market.quantity[b] = Lanes(repeating: q)
            market.cost[b] = Lanes(repeating: c)
        }
        market.width = Lanes(repeating: 0.15)
        for (k, V) in [3.0, 1].enumerated() {
            market.sensitivity[k] = Lanes(repeating: 0.6931471805599453)
            market.outsidePrice[k] = Lanes(repeating: V)
        }
        market.demand[0] = Lanes(repeating: 80)
        market.demand[3 + 2] = Lanes(repeating: 16)
        for j in 0..<3 { market.weight[j] = Lanes(repeating: 1) }
        let second = (3 + 2) * 3
        market.weight[second] = Lanes(repeating: 0.5)
        market.weight[second + 1] = Lanes(repeating: 1)
        return market
    }

    /// A random one, different in every lane.
    static func random(_ seed: UInt64, cities n: Int = 12, classes: Int = 4, blocks: Int = 3) -> InformationMarket {
        var dice = Dice(seed)
        let places = (0..<n).flatMap { city in Array(repeating: city, count: blocks) }
        let market = InformationMarket(cities: n, classes: classes, cityOfBlock: places)
        for b in places.indices {
            market.quantity[b] = dice.lanes(1...40)
            market.cost[b] = dice.lanes(0.4...2.5)
        }
        var capacity = Lanes.zero
        for b in places.indices { capacity += market.quantity[b] }
        let at = (0..<n).map { _ in (dice.lanes(0...2000), dice.lanes(0...2000)) }
        let trust = (0..<n).map { _ in dice.lanes(0...1) }
        for k in 0..<classes {
            market.sensitivity[k] = dice.lanes(1...6)
            market.outsidePrice[k] = dice.lanes(2...5)
            let limit = Lanes(repeating: [20, 40, 120, 1000][k % 4])
            for i in 0..<n {
                market.demand[k * n + i] = dice.lanes(0...1) * capacity / Double(2 * n)
                for j in 0..<n {
                    let (dx, dy) = (at[i].0 - at[j].0, at[i].1 - at[j].1)
                    var cap = Lanes.zero
                    for b in 0..<blocks { cap += market.quantity[j * blocks + b] }
                    market.weight[(k * n + i) * n + j] = attraction(
                        capacityShare: cap / capacity, roundTrip: roundTrip(kilometres: squareRoot(dx * dx + dy * dy)),
                        limit: limit, trust: trust[j], floor: Lanes(repeating: 0.1),
                        theta: market.sensitivity[k], latencyCost: Lanes(repeating: 0.3),
                        trustValue: Lanes(repeating: 0.2))
                }
            }
        }
        return market
    }
}

@Suite("The market for compute")
struct MarketTests {
    @Test("work and money are conserved", arguments: 1...12)
    func conservation(seed: UInt64) {
        let market = Markets.random(seed)
        market.startAtCost()
        market.solve()
        #expect(!market.unconverged.holdsAnywhere)
        let n = market.cities
        for lane in 0..<8 {
            for row in 0..<(market.classes * n) {
                let placed = (0..<n).reduce(0) { $0 + market.flow[row * n + $1][lane] }
                #expect(agree(placed + market.outside[row][lane], market.demand[row][lane], 1e-12))
            }
            for j in 0..<n { #expect(agree(market.served[j][lane], market.supply[j][lane])) }
            #expect(agree(market.payments().paid[lane], market.payments().received[lane]))
        }
    }

    @Test("the price is one, wherever the search begins", arguments: 1...10)
    func unique(seed: UInt64) {
        let market = Markets.random(seed)
        market.startAtCost()
        market.solve()
        let first = (0..<market.cities).map { market.price[$0] }
        var dice = Dice(seed + 100)
        for start in 0..<3 {
            for j in 0..<market.cities {
                market.price[j] = start == 0 ? .zero : start == 1 ? Lanes(repeating: 6) : dice.lanes(0...6)
            }
            market.solve()
            #expect(!market.unconverged.holdsAnywhere && market.iterations <= 60)
            for j in first.indices {
                // A residual of 1e-9 of the supply leaves prices this uncertain where few would move.
                for lane in 0..<8 { #expect(abs(market.price[j][lane] - first[j][lane]) < 1e-6) }
            }
        }
    }

    @Test("more demand raises prices, more supply lowers them", arguments: 1...6)
    func comparative(seed: UInt64) {
        let market = Markets.random(seed)
        market.startAtCost()
        market.solve()
        let n = market.cities
        let before = (0..<n).map { market.price[$0] }
        for row in 0..<(market.classes * n) { market.demand[row] *= Lanes(repeating: 1.2) }
        market.solve()
        let dear = (0..<n).map { market.price[$0] }
        for j in 0..<n { for lane in 0..<8 { #expect(dear[j][lane] >= before[j][lane] - 1e-7) } }
        for b in market.cityOfBlock.indices { market.quantity[b] *= Lanes(repeating: 1.5) }
        market.solve()
        for j in 0..<n { for lane in 0..<8 { #expect(market.price[j][lane] <= dear[j][lane] + 1e-7) } }
    }

    @Test("a lane's bits depend on no neighbour")
    func alone() {
        let together = Markets.random(3)
        together.startAtCost()
        together.solve()
        let apart = Markets.random(3)
        func spread(_ column: borrowing Column) {
            for index in 0..<column.count { column[index] = Lanes(repeating: column[index][5]) }
        }
        spread(apart.quantity)
        spread(apart.cost)
        spread(apart.sensitivity)
        spread(apart.outsidePrice)
        spread(apart.demand)
        spread(apart.weight)
        apart.startAtCost()
        apart.solve()
        for j in 0..<together.cities {
            #expect(together.price[j][5].bitPattern == apart.price[j][0].bitPattern)
        }
    }

    @Test("a city split in two is the same market")
    func split() {
        let whole = Markets.random(7, cities: 5)
        let parts = InformationMarket(cities: 6, classes: 4, cityOfBlock: whole.cityOfBlock + [5, 5, 5])
        for b in whole.cityOfBlock.indices {
            let share = whole.cityOfBlock[b] == 0 ? 0.5 : 1
            parts.quantity[b] = whole.quantity[b] * share
            parts.cost[b] = whole.cost[b]
            if b < 3 {
                parts.quantity[15 + b] = whole.quantity[b] * 0.5
                parts.cost[15 + b] = whole.cost[b]
            }
        }
        for k in 0..<4 {
            parts.sensitivity[k] = whole.sensitivity[k]
            parts.outsidePrice[k] = whole.outsidePrice[k]
            for i in 0..<5 {
                parts.demand[k * 6 + i] = whole.demand[k * 5 + i]
                for j in 0..<6 {
                    let from = whole.weight[(k * 5 + i) * 5 + (j == 5 ? 0 : j)]
                    parts.weight[(k * 6 + i) * 6 + j] = j == 0 || j == 5 ? 0.5 * from : from
                }
            }
        }
        for market in [whole, parts] {
            market.startAtCost()
            market.solve()
        }
        for j in 0..<6 {
            for lane in 0..<8 { #expect(abs(parts.price[j][lane] - whole.price[j == 5 ? 0 : j][lane]) < 1e-7) }
        }
    }

    @Test("a city that no work can reach has the cost of its cheapest block for a price")
    func unreached() {
        let market = Markets.golden()
        for row in 0..<6 { market.weight[row * 3 + 2] = .zero }
        for j in 0..<3 { market.price[j] = Lanes(repeating: 4) }
        market.solve()
        #expect(market.price[2][0] == 2.5 && market.supply[2][0] == 0)
    }
}
