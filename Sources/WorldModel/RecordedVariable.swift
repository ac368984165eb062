/// A yearly variable that runs record.
///
/// Each variable is declared once, as a property of its component's records, such as `GridRecords.load`. The component that
/// makes it writes its value by that key; `diff`, `report`, `export` and the reference take what they need from here.
public struct RecordedVariable: Sendable {
    /// What a variable is resolved by beside world line and time.
    public enum Dimension: String, Sendable, Hashable, CaseIterable {
        /// The rows of `cities`.
        case city
        /// The rows of `carriers`.
        case carrier
        /// The rows of `links`, then those of `lines`.
        case link
        /// The rows of `buses`.
        case bus
        /// The stages between order and operation of compute.
        case stage
        /// The rows of `firms`.
        case firm
        /// The rows of `contracts`.
        case contract
        /// Who has income: households, cities, the state, those abroad.
        case owner
        /// The pulses of CO2 that the study's outcomes ask for.
        case pulse
    }

    /// CF's `cell_methods` over the year.
    public enum CellMethod: String, Sendable, Hashable {
        /// Of an intensive quantity, over the year.
        case mean
        /// Of what flows, over the year.
        case sum
        /// At one instant.
        case point
        /// The largest value of the year.
        case maximum
        /// The least value of the year.
        case minimum
    }

    /// Which worlds record a variable.
    public enum Presence: Sendable, Hashable {
        /// Every world.
        case everywhere
        /// Worlds with this section.
        case section(String)
        /// Worlds whose section has this word under a key.
        case setting(String, String, is: String)
        /// Worlds with an economy and cities, between whose people there can be inequality.
        case citiesOfEconomy
        /// Worlds with rows in this table.
        case table(String)

        /// The worlds in words.
        package var words: String {
            switch self {
            case .everywhere: "always"
            case .section(let section): "in worlds with `\(section)`"
            case .setting(let section, let key, is: let word): "with `\(section): {\(key): \(word)}`"
            case .citiesOfEconomy: "in worlds with `economy` and `cities`"
            case .table(let table): "in worlds with `\(table)`"
            }
        }
    }

    /// Its name in the archive.
    public let name: String
    /// What it is resolved by; nil is one number a year.
    public let dimension: Dimension?
    /// Its unit inside; "currency" stands for the world's.
    public let unit: String
    /// One line for readers.
    public let longName: String
    /// How a year's value comes from the values within the year.
    public let cellMethod: CellMethod
    /// Which worlds record it.
    public let presence: Presence
    /// The name of the variable that resolves this total by entity; nil where none does.
    public let resolvedBy: String?
    /// Whether it counts what levers cost.
    public let countsCost: Bool
    /// Whether it says how well hours were solved or books were kept, and nothing about the world.
    public let isDiagnostic: Bool
    /// The component that decides it, where that isn't the one that declares it.
    private let decider: Component?

    init(
        _ name: String, by dimension: Dimension? = nil, _ unit: String, _ longName: String, _ cellMethod: CellMethod,
        in presence: Presence = .everywhere, resolvedBy: String? = nil, countsCost: Bool = false,
        isDiagnostic: Bool = false, decidedBy decider: Component? = nil
    ) {
        self.name = name
        self.dimension = dimension
        self.unit = unit
        self.longName = longName
        self.cellMethod = cellMethod
        self.presence = presence
        self.resolvedBy = resolvedBy
        self.countsCost = countsCost
        self.isDiagnostic = isDiagnostic
        self.decider = decider
    }

    /// Stages between an order of compute and its operation.
    public static let stages = 3

    /// Every variable that can be recorded, in the order in which a year's record holds them.
    public static let all = declarations.map(\.variable)

    private static let declarations = Records.groups.flatMap { component, keys in
        Mirror(reflecting: keys).children.compactMap { $0.value as? RecordedVariable }.map {
            (component: component, variable: $0)
        }
    }

    private static let byName = Dictionary(uniqueKeysWithValues: declarations.map { ($0.variable.name, $0) })

    /// The component that makes it.
    public var component: Component {
        if let decider { return decider }
        guard let declaration = RecordedVariable.byName[name] else {
            preconditionFailure("no component declares `\(name)`")
        }
        return declaration.component
    }

    /// The variable of this name; nil where there is none.
    public static func named(_ name: String) -> RecordedVariable? { byName[name]?.variable }

    /// Whether a world records it.
    func isRecorded(in world: World) -> Bool {
        switch presence {
        case .everywhere: true
        case .section(let section): world.hasSection(section)
        case .setting(let section, let key, is: let word): world.hasSection(section) && world.text(section, key) == word
        case .citiesOfEconomy: world.hasSection("economy") && !world.table("cities").ids.isEmpty
        case .table(let table): !world.table(table).ids.isEmpty
        }
    }
}

/// Variables are the same where their names are.
extension RecordedVariable: Hashable {
    /// Whether their names are the same.
    public static func == (a: RecordedVariable, b: RecordedVariable) -> Bool { a.name == b.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension World {
    /// The variables that this world has, in the order of `RecordedVariable.all`.
    public var computedVariables: [RecordedVariable] { RecordedVariable.all.filter { $0.isRecorded(in: self) } }

    /// The variables that runs of this world record, in the order in which a year's record holds them: all that it has, or
    /// as many of them as the study asks for.
    public var recordedVariables: [RecordedVariable] { computedVariables.filter(isWanted) }

    private func isWanted(_ variable: RecordedVariable) -> Bool { recordedNames?.contains(variable.name) ?? true }

    /// Whether prices allot work to cities.
    public var hasComputeMarket: Bool { hasSection("compute") && text("compute", "allocation") == "market" }

    /// The dimensions that they are resolved by.
    public var recordedDimensions: [RecordedVariable.Dimension] {
        RecordedVariable.Dimension.allCases.filter { dimension in
            recordedVariables.contains { $0.dimension == dimension }
        }
    }

    /// The number of values of a variable in a year's record of this world; 0 where it isn't recorded.
    public func count(of variable: RecordedVariable) -> Int {
        guard isWanted(variable), variable.isRecorded(in: self) else { return 0 }
        return variable.dimension.map { entities(of: $0).count } ?? 1
    }

    /// The names of what a dimension resolves, in the order of a year's record.
    public func entities(of dimension: RecordedVariable.Dimension) -> [String] {
        switch dimension {
        case .city: table("cities").ids
        case .carrier: table("carriers").ids
        case .link: table("links").ids + table("lines").ids
        case .bus: table("buses").ids
        case .stage: (1...RecordedVariable.stages).map { "stage \($0)" }
        case .firm: table("firms").ids
        case .contract: table("contracts").ids
        case .owner: hasSection("economy") ? ["households", "city", "state", "abroad"] : []
        case .pulse: carbonPulses.map(String.init)
        }
    }
}
