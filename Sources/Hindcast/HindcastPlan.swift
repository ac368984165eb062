public import WorldModel

/// What a world says of its hindcast: areas, what is observed of them, and how each part of it is made again.
public struct HindcastPlan: Sendable {
    /// How the output of a carrier is made again.
    public enum Role: String, Sendable {
        /// It is an input.
        case given
        /// It is cleared: must-run, then what is offered up to the largest power of the day, then reserve.
        case offered
        /// It stands at the mean of the days about; more of it only as reserve.
        case held
        /// The energy of the days about, given in the hours in which the load to be met is high.
        case shaved
    }

    /// A part of what a carrier offers.
    public enum Part: String, Sendable, CaseIterable {
        /// Up to the least power of the day.
        case mustRun = "must_run"
        /// Between the least and the largest.
        case range
        /// What more stands.
        case reserve
    }

    /// A corner of an offer: up to this share of the part's power it costs this much, currency/MWh.
    public struct Corner: Sendable, Equatable {
        /// Of the part's power, 0 to 1.
        public let share: Double
        /// currency/MWh.
        public let cost: Double
    }

    /// A column of the observed generation.
    public struct Carrier: Sendable {
        /// Its name, as in `coal_MW`.
        public let name: String
        /// How it is made again.
        public let role: Role
        /// How far the days about a day may be from it.
        public let reach: Int
        /// What it offers, by part.
        public let offers: [Part: [Corner]]
    }

    /// A flow between two areas, or between an area and a hub.
    public struct Tie: Sendable {
        /// Its name.
        public let name: String
        /// Nodes from which and at which a positive flow counts as leaving and arriving.
        public let from: Int, to: Int
        /// The column of the observed flows, without its unit.
        public let column: String
        /// The sign of the published number; nil where the sign of the day is the one by which flows into the hub close.
        public let sign: Double?
        /// Whether it follows the mean of the days about, instead of being cleared.
        public let isScheduled: Bool
        /// How far the days about a day may be from it.
        public let reach: Int
    }

    /// Areas that have loads, in the order of the world's buses.
    public let areas: [String]
    /// Areas, then hubs: buses at which ties meet and nothing else is.
    public let nodes: [String]
    /// Columns of the observed generation.
    public let carriers: [Carrier]
    /// Ties that are compared.
    public let ties: [Tie]
    /// Columns of the observed flows that are left aside.
    public let unusedColumns: [String]
    /// MW that stand, area after area by carrier.
    public let capacity: [Double]
    /// currency/MWh of load that isn't met, and of output that is spilled.
    public let lostLoadCost: Double, spillCost: Double

    /// What a world says; throws where it says nothing of a hindcast.
    public init(_ world: World) throws(Findings) {
        let (carriers, ties) = (world.table("hindcast_carriers"), world.table("hindcast_ties"))
        guard !carriers.ids.isEmpty else {
            throw Findings([
                Finding(
                    file: "world.yaml", path: "tables.hindcast_carriers",
                    message: "the world says nothing of how it is to be held against observations",
                    remedy:
                        "add the tables `hindcast_carriers`, `hindcast_offers` and `hindcast_ties`, as in docs/WORLDS.md"
                )
            ])
        }
        let areas = world.loadedAreas
        guard !areas.isEmpty else {
            throw Findings([
                Finding(
                    file: "world.yaml", path: "tables.loads", message: "the world has no areas with loads",
                    remedy: "add the tables `buses` and `loads`")
            ])
        }
        self.areas = areas
        let ends = [ties.text("area0"), ties.text("area1")]
        let used = ties.ids.indices.filter { ties.text("role")[$0] != "unused" }
        var nodes = areas
        for row in used {
            for end in ends where !nodes.contains(end[row]) { nodes.append(end[row]) }
        }
        self.nodes = nodes
        func node(_ name: String) -> Int { nodes.firstIndex(of: name) ?? 0 }
        self.ties = used.map { row in
            Tie(
                name: ties.ids[row], from: node(ends[0][row]), to: node(ends[1][row]), column: ties.text("column")[row],
                sign: Double(ties.text("sign")[row]), isScheduled: ties.text("role")[row] == "scheduled",
                reach: Int(ties.fixed("reach")[row]))
        }
        unusedColumns = ties.ids.indices.filter { ties.text("role")[$0] == "unused" }.map { ties.text("column")[$0] }
        self.carriers = carriers.ids.indices.map { row in
            Carrier(
                name: carriers.ids[row], role: Role(rawValue: carriers.text("role")[row]) ?? .held,
                reach: Int(carriers.fixed("reach")[row]), offers: HindcastPlan.offers(carriers.ids[row], world))
        }
        capacity = HindcastPlan.capacity(areas, carriers.ids, world)
        lostLoadCost = world.values[world.slot("grid", "value_of_lost_load")]
        spillCost = world.values[world.slot("grid", "spill_cost")]
    }

    private static func offers(_ carrier: String, _ world: World) -> [Part: [Corner]] {
        let table = world.table("hindcast_offers")
        let fuel = world.table("carriers").slots("fuel_cost").map { world.values[$0] }
        var offers: [Part: [Corner]] = [:]
        for row in table.ids.indices where table.ids[row] == carrier {
            guard let part = Part(rawValue: table.text("part")[row]) else { continue }
            let cost =
                fuel[table.rows("carrier")[row]] / table.fixed("efficiency")[row] + table.fixed("marginal_cost")[row]
            offers[part, default: []].append(Corner(share: table.fixed("share")[row], cost: cost))
        }
        return offers
    }

    /// Sums of p_nom by area and carrier.
    private static func capacity(_ areas: [String], _ carriers: [String], _ world: World) -> [Double] {
        let generators = world.table("generators")
        let (busAreas, power) = (world.busAreas, generators.slots("p_nom"))
        var capacity = [Double](repeating: 0, count: areas.count * carriers.count)
        for (row, carrier) in generators.text("carrier").enumerated() {
            guard let place = carriers.firstIndex(of: carrier),
                let area = areas.firstIndex(of: busAreas[generators.rows("bus")[row]])
            else { continue }
            capacity[area * carriers.count + place] += world.values[power.lowerBound + row]
        }
        return capacity
    }

    /// Nodes that are no area.
    public var hubs: Range<Int> { areas.count..<nodes.count }
}
