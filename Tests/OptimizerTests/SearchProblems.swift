import Foundation
import Testing

@testable import Optimizer

/// A test problem with all coordinates to be small.
struct Problem: Sendable, CustomTestStringConvertible {
    let name: String
    let space: SearchSpace
    let evaluate: @Sendable ([Double]) -> [Double]

    var testDescription: String { name }

    init(_ name: String, _ ranges: [(Double, Double)], _ evaluate: @escaping @Sendable ([Double]) -> [Double]) {
        self.name = name
        let genes = ranges.enumerated().map { Gene("x\($0 + 1)", from: $1.0, to: $1.1) }
        guard let space = try? SearchSpace(genes) else { preconditionFailure("\(name) has a bad space") }
        self.space = space
        self.evaluate = evaluate
    }

    /// Tells a search what its points are worth, for so many generations or to its end.
    func drive<S: Search>(_ search: inout S, generations: Int) throws {
        for _ in 0..<generations where search.end == nil {
            try search.tell(search.ask().map { Evaluation(objectives: evaluate(space.values(of: $0))) })
        }
    }
}

extension Problem {
    /// Zitzler, Deb and Thiele 2000.
    static let zdt: [Problem] = {
        let unit = Array(repeating: (0.0, 1.0), count: 30)
        @Sendable func g(_ x: [Double]) -> Double { 1 + 9 * x.dropFirst().reduce(0, +) / Double(x.count - 1) }
        return [
            Problem("zdt1", unit) { x in [x[0], g(x) * (1 - (x[0] / g(x)).squareRoot())] },
            Problem("zdt2", unit) { x in [x[0], g(x) * (1 - x[0] / g(x) * x[0] / g(x))] },
            Problem("zdt3", unit) { x in
                let r = x[0] / g(x)
                return [x[0], g(x) * (1 - r.squareRoot() - r * sin(10 * .pi * x[0]))]
            },
            Problem("zdt4", [(0, 1)] + Array(repeating: (-5, 5), count: 9)) { x in
                let g = x.dropFirst().reduce(1.0 + 10 * 9) { $0 + $1 * $1 - 10 * cos(4 * .pi * $1) }
                return [x[0], g * (1 - (x[0] / g).squareRoot())]
            },
            Problem("zdt6", Array(repeating: (0, 1), count: 10)) { x in
                let f = 1 - exp(-4 * x[0]) * pow(sin(6 * .pi * x[0]), 6)
                let g = 1 + 9 * pow(x.dropFirst().reduce(0, +) / 9, 0.25)
                return [f, g * (1 - f / g * f / g)]
            },
        ]
    }()

    /// Deb, Thiele, Laumanns and Zitzler 2002, three objectives, eight further genes.
    static let dtlz2 = Problem("dtlz2", Array(repeating: (0, 1), count: 10)) { x in
        let g = x.dropFirst(2).reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) }
        let (a, b) = (x[0] * .pi / 2, x[1] * .pi / 2)
        return [(1 + g) * cos(a) * cos(b), (1 + g) * cos(a) * sin(b), (1 + g) * sin(a)]
    }

    static func sphere(_ n: Int) -> Problem {
        Problem("sphere \(n)", Array(repeating: (-10, 10), count: n)) { [$0.reduce(0) { $0 + $1 * $1 }] }
    }

    static func rosenbrock(_ n: Int) -> Problem {
        Problem("rosenbrock \(n)", Array(repeating: (-10, 10), count: n)) { x in
            [
                (1..<n).reduce(0) { sum, i in
                    let (a, b) = (x[i] - x[i - 1] * x[i - 1], 1 - x[i - 1])
                    return sum + 100 * a * a + b * b
                }
            ]
        }
    }

    static func ellipsoid(_ n: Int) -> Problem {
        Problem("ellipsoid \(n)", Array(repeating: (-10, 10), count: n)) { x in
            [x.enumerated().reduce(0) { $0 + pow(1e6, Double($1.offset) / Double(n - 1)) * $1.element * $1.element }]
        }
    }

    static func rastrigin(_ n: Int) -> Problem {
        Problem("rastrigin \(n)", Array(repeating: (-10, 10), count: n)) { x in
            [x.reduce(10 * Double(n)) { $0 + $1 * $1 - 10 * cos(2 * .pi * $1) }]
        }
    }
}

/// Quartiles as numpy has them.
struct Quartiles {
    let median: Double
    let interquartileRange: Double

    init(_ values: [Double]) {
        median = Statistics.percentile(values, 50)
        interquartileRange = Statistics.percentile(values, 75) - Statistics.percentile(values, 25)
    }
}

/// What pymoo 0.6.2 and pycma 4.5.0 reach, run after run.
enum SearchReference {
    /// Hypervolume up to 1.1 in every objective after 20000 evaluations of a population of 100; dtlz2: 18400 of 92.
    static let nsga2: [String: [Double]] = [
        "zdt1": [0.8678815184937271, 0.8671723044615655, 0.8681565665978305, 0.8679607874494661, 0.8685212251639269],
        "zdt2": [0.5338189624334178, 0.5344254293414462, 0.5346605952025159, 0.5331900972921555, 0.5345572928174014],
        "zdt3": [1.3261612857047833, 1.3254789751699136, 1.3261142992421542, 1.3260948313963505, 1.325772993538543],
        "zdt4": [0.8594041333432143, 0.8671751403393496, 0.8643133581059105, 0.867009104653006, 0.8557419987483201],
        "zdt6": [
            0.48562240043587435, 0.4796502040618355, 0.48225926308464695, 0.4792625657463236, 0.47791140436926643,
        ],
        "dtlz2": [0.7057973396360417, 0.6943172841866079, 0.7006283190455873, 0.6933207309499623, 0.6929488842945616],
    ]
    static let nsga3 = [
        0.7439576084849026, 0.7436078734961947, 0.7440619830907774, 0.7438243918696836, 0.7440840800579506,
    ]
    /// Evaluations, whole generations, to 1e-10; from 0.5 in every coordinate with steps of 0.5.
    static let evaluations: [String: [Double]] = [
        "sphere 5": [664, 656, 728, 688, 688, 704, 728, 728, 680, 800],
        "sphere 10": [1530, 1590, 1600, 1540, 1610, 1700, 1610, 1610, 1560, 1420],
        "rosenbrock 5": [1448, 1464, 1936, 1496, 1528, 1600, 2048, 2120, 1664, 1600],
        "rosenbrock 10": [5090, 4680, 4710, 4630, 4830, 4570, 5120, 5840, 5200, 4650],
        "ellipsoid 5": [1536, 1600, 1608, 1288, 1648, 1664, 1512, 1472, 1336, 1504],
        "ellipsoid 10": [4190, 4170, 3950, 4490, 4550, 4220, 4010, 4640, 4280, 4350],
    ]
}

/// Results of independent runs on all cores, in order.
func runs<Result: Sendable>(_ count: Int, _ body: @Sendable @escaping (Int) throws -> Result) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        for index in 0..<count { group.addTask { (index, try body(index)) } }
        var results: [(Int, Result)] = []
        for try await result in group { results.append(result) }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
