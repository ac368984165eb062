import Clearing
import Lanes
import WorldModel

/// Links, and lines that obey Kirchhoff where the world says so, with the pattern of an hour's program.
final class Network: Sendable {
    /// The ends of links, then of lines.
    let from: [Int], to: [Int]
    let links: Int
    let pattern: ClearingPattern
    let variables: Variables

    let linkPower, linkMinimum, linkMaximum, linkEfficiency, linkCost: Parameter
    let linePower, lineMaximum: Parameter

    /// The first of each kind of variable in an hour's program.
    struct Variables: Sendable {
        var generation = 0, discharge = 0, charge = 0, backlog = 0, shed = 0, spill = 0, flow = 0
    }

    init(
        _ plan: KernelPlan, _ places: Places, generators: Generators, stores: Stores, computeBuses: [Int],
        clearsDays: Bool
    ) {
        let world = plan.world
        let (linkTable, lineTable) = (world.table("links"), world.table("lines"))
        let from = linkTable.rows("bus0") + lineTable.rows("bus0")
        let to = linkTable.rows("bus1") + lineTable.rows("bus1")
        let links = linkTable.ids.count
        var singles: [ClearingPattern.Single] = []
        func add(_ rows: [Int], _ sign: Int) -> Int {
            singles += rows.map { .init(row: $0, sign: sign) }
            return singles.count - rows.count
        }
        let buses = Array(0..<places.buses)
        var variables = Variables()
        variables.generation = add(generators.busOf, 1)
        variables.discharge = add(stores.busOf, 1)
        variables.charge = add(stores.busOf, -1)
        variables.backlog = add(computeBuses, -1)
        variables.shed = add(buses, 1)
        variables.spill = add(buses, -1)
        variables.flow = singles.count
        let pairs = world.text("grid", "network") == "dc" ? 0..<links : from.indices
        let reactances = Self.reactances(of: world)
        let lines = (pairs.upperBound..<from.count).map {
            ClearingPattern.Line(from: from[$0], to: to[$0], reactance: reactances[$0 - links])
        }
        let stocks =
            (0..<stores.count).map { [variables.charge + $0, variables.discharge + $0] }
            + computeBuses.indices.map { [variables.backlog + $0] }
        pattern = ClearingPattern(
            rows: places.buses, singles: singles, pairs: pairs.map { .init(from: from[$0], to: to[$0]) },
            lines: lines, guards: Self.guards(of: world, lines: lines), shed: buses.map { variables.shed + $0 },
            spill: buses.map { variables.spill + $0 }, stocks: clearsDays ? stocks.map { .init(moves: $0) } : [],
            ramps: generators.ramped.map { variables.generation + $0 })
        self.from = from
        self.to = to
        self.links = links
        self.variables = variables
        linkPower = plan.column("links", "p_nom")
        linkMinimum = plan.column("links", "p_min_pu")
        linkMaximum = plan.column("links", "p_max_pu")
        linkEfficiency = plan.column("links", "efficiency")
        linkCost = plan.column("links", "marginal_cost")
        linePower = plan.column("lines", "s_nom")
        lineMaximum = plan.column("lines", "s_max_pu")
    }

    /// The reactance of each line in parts of the largest, all at one voltage: x / v_nom² of bus0, as in PyPSA.
    private static func reactances(of world: World) -> [Double] {
        let lines = world.table("lines")
        let voltages = world.table("buses").fixed("v_nom")
        let reactances = zip(lines.fixed("x"), lines.rows("bus0")).map { $0 / (voltages[$1] * voltages[$1]) }
        let largest = reactances.max() ?? 1
        return reactances.map { $0 / largest }
    }

    /// What each line carries after each outage that is secured.
    private static func guards(of world: World, lines: [ClearingPattern.Line]) -> [ClearingPattern.Guard] {
        let secured = world.table("lines").fixed("secured")
        guard !lines.isEmpty, secured.contains(1) else { return [] }
        let outages = LineOutages(nodes: world.table("buses").ids.count, lines: lines)
        return lines.indices.filter { secured[$0] == 1 }.flatMap { outages.guards(of: $0) }
    }

    /// What a link or line may carry, MW, negative towards bus0.
    ///
    /// A lever may bring the largest flow of a link below the least: the limit holds, as for generators.
    @inline(__always)
    func limits(_ l: Int, _ y: Year) -> (least: Lanes, most: Lanes) {
        guard l < links else {
            let most = y[linePower, l - links] * y[lineMaximum, l - links]
            return (negative(most), most)
        }
        let most = y[linkPower, l] * y[linkMaximum, l]
        return (minimum(y[linkPower, l] * y[linkMinimum, l], most), most)
    }

    /// What arrives of what a link takes.
    @inline(__always)
    func efficiency(_ l: Int, _ y: Year) -> Lanes { l < links ? y[linkEfficiency, l] : lanes(1) }

    /// What a MWh over a link costs; a line costs nothing.
    @inline(__always)
    func cost(_ l: Int, _ y: Year) -> Lanes { l < links ? y[linkCost, l] : .zero }
}
