/// A component of a world, in the order of a year.
public enum Component: String, Sendable, CaseIterable {
    /// People of cities.
    case cities
    /// Data centres and the work that they do.
    case compute
    /// Hours of the power market.
    case grid
    /// Books of firms.
    case contracts
    /// Product, consumption, owners.
    case economy
    /// Warming.
    case climate

    /// Whether a world has it.
    func stands(in world: World) -> Bool {
        switch self {
        case .cities: !world.table("cities").ids.isEmpty
        case .contracts: !world.table("firms").ids.isEmpty
        case .grid: world.hasSection("grid") && !world.table("buses").ids.isEmpty
        case .compute, .economy, .climate: world.hasSection(rawValue)
        }
    }
}

extension RecordedVariable {
    /// The component of a world that makes a variable.
    ///
    /// CO2, cost and load come from the grid in most worlds; where a world has none, the first later component makes them.
    public func component(in world: World) -> Component {
        let natural = natural
        if natural.stands(in: world) { return natural }
        let later = Component.allCases.drop { $0 != natural } + Component.allCases
        return later.first { $0.stands(in: world) } ?? natural
    }

    private var natural: Component {
        // Work is served, and its price and CO2 known, with the hours of the market.
        if ["compute_served", "compute_work", "work_per_energy", "work_per_cost", "work_per_emission"].contains(name) {
            return .grid
        }
        if let section, let component = Component(rawValue: section) { return component }
        switch dimension {
        case .firm, .contract: return .contracts
        case .carrier, .link, .bus: return .grid
        case .city, .stage, .owner, .pulse, nil: break
        }
        switch name {
        case "global_temperature": return .climate
        case "population": return .cities
        case "gross_product": return .economy
        case "books_gap": return .contracts
        case "pue": return .compute
        case _ where name.hasPrefix("compute_"): return .compute
        default: return .grid
        }
    }
}
