import Foundation

@testable import Optimizer

/// DICE-2016R2 in its GAMS variant, alone: 100 periods of five years from 2015, for the searches to work on.
///
/// Nordhaus 2017; the equations and numbers are those of the world dice2016, written again without lanes or files.
struct TinyDICE: Sendable {
    /// Millions of people, total factor productivity, GtCO2 per trillion USD, by period.
    let labour: [Double], productivity: [Double], intensity: [Double]

    /// The savings rate of the published optimum after 2460.
    static let longRunSavings = 0.2582781456953642

    init() {
        var (l, a, sigma) = ([7403.0], [5.115], [35.85 / (105.5 * 0.97)])
        for t in 0..<99 {
            let period = Double(t)
            l.append(l[t] * pow(11500 / l[t], 0.134))
            a.append(a[t] / (1 - 0.076 * exp(-0.005 * 5 * period)))
            sigma.append(sigma[t] * exp(5 * -0.0152 * pow(1 - 0.001, 5 * period)))
        }
        (labour, productivity, intensity) = (l, a, sigma)
    }

    /// What lives on from period to period.
    struct State: Sendable {
        var capital = 223.0, air = 851.0, upper = 460.0, lower = 1740.0, warming = 0.85, ocean = 0.0068
        var emissions = 0.0, investment = 0.0, sum = 0.0
        var t = 0
    }

    /// One period with a share of emissions abated and a share of output saved.
    func step(_ s: inout State, mu: Double, savings: Double) {
        let t = Double(s.t)
        if s.t > 0 {
            s.capital = pow(0.9, 5) * s.capital + 5 * s.investment
            let (b12, b23) = (0.12, 0.007)
            let (b21, b32) = (b12 * 588 / 360, b23 * 360 / 1720)
            let (air, upper, lower) = (s.air, s.upper, s.lower)
            s.air = (1 - b12) * air + b21 * upper + 5 * s.emissions / 3.666
            s.upper = b12 * air + (1 - b21 - b23) * upper + b32 * lower
            s.lower = b23 * upper + (1 - b32) * lower
            let outside = min(0.5 + 0.5 / 17 * t, 1)
            let forcing = 3.6813 * log2(s.air / 588) + outside
            let (warming, ocean) = (s.warming, s.ocean)
            s.warming = warming + 0.1005 * (forcing - 3.6813 / 3.1 * warming - 0.088 * (warming - ocean))
            s.ocean = ocean + 0.025 * (warming - ocean)
        }
        let gross = productivity[s.t] * pow(labour[s.t] / 1000, 0.7) * pow(s.capital, 0.3)
        s.emissions = intensity[s.t] * gross * (1 - mu) + 2.6 * pow(0.885, t)
        let backstop = 550 * pow(0.975, t)
        let net =
            gross * (1 - 0.00227 * s.warming * s.warming)
            - gross * backstop * intensity[s.t] / 2600 * pow(mu, 2.6)
        s.investment = savings * net
        let consumption = 1000 * (net - s.investment) / labour[s.t]
        s.sum += ((pow(consumption, -0.45) - 1) / -0.45 - 1) * labour[s.t] * pow(1.015, -5 * t)
        s.t += 1
    }

    /// Welfare of a whole path, as published.
    func welfare(_ s: State) -> Double { 5 * 0.0302455265681763 * s.sum - 10993.704 }

    /// The welfare and the warming by period of whole paths.
    func run(mu: [Double], savings: [Double]) -> (welfare: Double, warming: [Double]) {
        var state = State()
        var warming: [Double] = []
        for t in 0..<100 {
            step(&state, mu: mu[t], savings: savings[t])
            warming.append(state.warming)
        }
        return (welfare(state), warming)
    }
}

/// Four decisions of how much to abate, five options each, from a start that all share.
final class DICETree: DecisionTree, @unchecked Sendable {
    let dice = TinyDICE()
    let levels: [Double]
    private var kept: [[Int]: TinyDICE.State] = [:]
    /// The segments that were really simulated.
    private(set) var simulated = 0

    init(levels: [Double]) { self.levels = levels }

    func options(after choices: [Int]) -> Int { choices.count < 4 ? 5 : 0 }

    private func mu(_ t: Int, _ choices: [Int]) -> Double {
        t == 0 ? 0.03 : t <= 20 ? levels[choices[(t - 1) / 5]] : t <= 28 ? 1 : 1.2
    }

    /// The state at the end of the segment of a prefix, simulated from its parent's at most once.
    private func state(_ choices: [Int]) -> TinyDICE.State {
        if let state = kept[choices] { return state }
        var state = choices.isEmpty ? TinyDICE.State() : self.state(Array(choices.dropLast()))
        let end = choices.isEmpty ? 1 : choices.count == 4 ? 100 : 1 + 5 * choices.count
        while state.t < end {
            dice.step(&state, mu: mu(state.t, choices), savings: TinyDICE.longRunSavings)
        }
        if !choices.isEmpty { simulated += 1 }
        kept[choices] = state
        return state
    }

    func welfare(_ leaf: [Int]) -> Double { dice.welfare(state(leaf)) }

    func evaluate(_ request: LeafRequest) -> Evaluation { Evaluation(objectives: [-welfare(request.leaf)]) }

    /// All leaves, the best first.
    var ranked: [[Int]] {
        var leaves: [[Int]] = [[]]
        for _ in 0..<4 { leaves = leaves.flatMap { leaf in (0..<5).map { leaf + [$0] } } }
        return leaves.sorted { welfare($0) > welfare($1) }
    }

    static let easy: [Double] = [0, 0.2, 0.4, 0.6, 0.8]
    static let hard: [Double] = [0, 0.25, 0.5, 0.75, 1]
}
