import Clearing

/// What the lines of a case carry when one of them fails.
struct CaseSecurity {
    /// What one line carries after the outage of another, and may carry.
    private struct After {
        let hour: Int
        let `guard`: ClearingPattern.Guard
        let flow: Double
        let limit: Double
    }

    private let grid: GridCase
    private let guards: [ClearingPattern.Guard]

    init(grid: GridCase, secured: [Int]) {
        self.grid = grid
        if secured.isEmpty {
            guards = []
            return
        }
        let outages = LineOutages(
            nodes: grid.buses.count,
            lines: grid.lines.map { .init(from: $0.bus0, to: $0.bus1, reactance: $0.reactance) })
        guards = secured.flatMap { outages.guards(of: $0) }.filter { grid.lines[$0.line].nominal.isFinite }
    }

    /// Limits that a solution breaks in some hour, by more than a millionth of a MW and a ten-millionth of the limit.
    func broken(by solution: CaseSolution) -> [ClearingPattern.Guard] {
        var seen: Set<ClearingPattern.Guard> = []
        return flows(of: solution) { abs($0) > $1 * (1 + 1e-7) + 1e-6 }.map(\.guard).filter { seen.insert($0).inserted }
    }

    /// Limits that hold a solution.
    func binding(in solution: CaseSolution) -> [CaseSolution.Outage] {
        flows(of: solution) { abs($0) > $1 * (1 - 1e-6) - 1e-6 }.map {
            CaseSolution.Outage(hour: $0.hour, line: $0.guard.line, outage: $0.guard.outage, flow: $0.flow)
        }
    }

    private func flows(of solution: CaseSolution, where isWanted: (Double, Double) -> Bool) -> [After] {
        zip(solution.range, solution.hours).flatMap { hour, found in
            found.status != .optimal
                ? []
                : guards.compactMap { each in
                    let flow = found.lineFlow[each.line] + each.factor * found.lineFlow[each.outage]
                    let limit = grid.lines[each.line].nominal * grid.lines[each.line].maximum[hour]
                    return isWanted(flow, limit) ? After(hour: hour, guard: each, flow: flow, limit: limit) : nil
                }
        }
    }
}

extension GridCase {
    /// Lines whose outage another way takes over, and those whose outage splits the network.
    public var outages: (survived: [Int], splitting: [Int]) {
        let outages = LineOutages(
            nodes: buses.count, lines: lines.map { .init(from: $0.bus0, to: $0.bus1, reactance: $0.reactance) })
        let survived = lines.indices.filter { outages.factors(of: $0) != nil }
        return (survived, lines.indices.filter { !survived.contains($0) })
    }
}
