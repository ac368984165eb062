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
        if component.stands(in: world) { return component }
        let later = Component.allCases.drop { $0 != component } + Component.allCases
        return later.first { $0.stands(in: world) } ?? component
    }
}
