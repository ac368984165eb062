public import Branching
public import WorldModel

/// Which states an archive keeps, so that its world lines can be forked again.
public enum KeepStates: String, Codable, Sendable, CaseIterable {
    /// At every decision and at the end.
    case all
    /// At the end of every policy.
    case last
    /// Nowhere.
    case none
}

/// Everything that an archive says beside the numbers that were simulated: a plain value, known before the first year.
public struct ArchiveLayout: Sendable {
    /// A recorded variable.
    public struct Variable: Sendable, Hashable {
        /// Its name in the archive and in `Steppable.recordColumns`.
        public var name: String
        /// The dimension beside world line and time; nil for one number a year.
        public var dimension: String?
        /// The number of values a year.
        public var count: Int
        /// Its unit inside.
        public var unit: String
        /// One line for readers.
        public var longName: String
        /// CF's method over time.
        public var cellMethod: String

        /// A variable.
        public init(
            name: String, dimension: String? = nil, count: Int = 1, unit: String, longName: String, cellMethod: String
        ) {
            self.name = name
            self.dimension = dimension
            self.count = count
            self.unit = unit
            self.longName = longName
            self.cellMethod = cellMethod
        }
    }

    /// A dimension that a world's table gives: its entities' names, and for cities their places.
    public struct Entities: Sendable, Hashable {
        /// The dimension.
        public var dimension: String
        /// The names.
        public var names: [String]
        /// Degrees north; empty where the table has no places.
        public var latitudes: [Double]
        /// Degrees east; empty where the table has no places.
        public var longitudes: [Double]

        /// The entities of a dimension.
        public init(dimension: String, names: [String], latitudes: [Double] = [], longitudes: [Double] = []) {
            self.dimension = dimension
            self.names = names
            self.latitudes = latitudes
            self.longitudes = longitudes
        }
    }

    /// A lever and what each policy chose.
    public struct Lever: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// The option of every policy; empty where it is not decided.
        public var options: [String]

        /// A lever.
        public init(name: String, options: [String]) {
            self.name = name
            self.options = options
        }
    }

    /// A number of a lever that was chosen between two bounds.
    public struct Range: Sendable, Hashable {
        /// Its name: decision, option and path.
        public var name: String
        /// Its unit.
        public var unit: String
        /// The number of every policy; not a number where the policy chose another option.
        public var values: [Double]

        /// A range.
        public init(name: String, unit: String, values: [Double]) {
            self.name = name
            self.unit = unit
            self.values = values
        }
    }

    /// Something drawn once a sample.
    public struct Uncertainty: Sendable, Hashable {
        /// The name after `uncertainty_`.
        public var name: String
        /// The path as written.
        public var path: String
        /// The unit of the drawn value.
        public var unit: String

        /// An uncertainty.
        public init(name: String, path: String, unit: String) {
            self.name = name
            self.path = path
            self.unit = unit
        }
    }

    /// Something that may strike on a date.
    public struct Shock: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// The decimal year of its date.
        public var date: Double
        /// Whether it strikes, sample by sample.
        public var strikes: [Bool]

        /// A shock.
        public init(name: String, date: Double, strikes: [Bool]) {
            self.name = name
            self.date = date
            self.strikes = strikes
        }
    }

    /// A number by which policies are compared.
    public struct Outcome: Sendable {
        /// The name after `outcome_`.
        public var name: String
        /// Its unit.
        public var unit: String
        /// The index of the variable that it is made of.
        public var variable: Int
        /// Whether less is better.
        public var minimize: Bool
        /// The values that a planner accepts.
        public var limits: ClosedRange<Double>
        /// Its value from the variable's [year][entity], the sample and the policy.
        public var evaluate: @Sendable (_ yearly: [Double], _ sample: Int, _ policy: Int) -> Double

        /// An outcome.
        public init(
            name: String, unit: String, variable: Int, minimize: Bool = true,
            limits: ClosedRange<Double> = -Double.infinity...Double.infinity,
            evaluate: @escaping @Sendable (_ yearly: [Double], _ sample: Int, _ policy: Int) -> Double
        ) {
            self.name = name
            self.unit = unit
            self.variable = variable
            self.minimize = minimize
            self.limits = limits
            self.evaluate = evaluate
        }
    }

    /// A file that the world and the study were read from.
    public typealias Source = SourceFile

    /// One line about what was simulated.
    public var title: String
    /// The study's short name.
    public var study: String
    /// The study's question.
    public var question: String
    /// The world's short name.
    public var world: String
    /// The world's licence.
    public var licence: String
    /// The world's money, such as USD_2025.
    public var currency: String
    /// The year whose 1 January is day 0.
    public var epoch: Int
    /// The seed of all draws.
    public var seed: UInt64
    /// The number of samples.
    public var samples: Int
    /// Nodes, policies and years.
    public var tree: Tree
    /// The recorded variables, in the order of a year's record.
    public var variables: [Variable]
    /// The entities of every dimension but world line and time.
    public var entities: [Entities]
    /// The levers.
    public var levers: [Lever]
    /// The numbers of levers that were chosen between bounds.
    public var ranges: [Range]
    /// The uncertainties.
    public var uncertainties: [Uncertainty]
    /// Their values in a sample.
    public var draw: @Sendable (_ sample: Int) -> [Double]
    /// The shocks.
    public var shocks: [Shock]
    /// The outcomes.
    public var outcomes: [Outcome]
    /// The columns of a state.
    public var stateColumns: [ColumnShape]
    /// Which states the archive keeps.
    public var keepStates: KeepStates
    /// The digest of world and study without `samples`.
    public var studyDigest: String
    /// The files of world and study.
    public var sources: [Source]
    /// The path of the study among them.
    public var sourcePath: String

    /// A layout of plain values.
    public init(
        title: String, study: String, question: String = "", world: String, licence: String = "", currency: String = "",
        epoch: Int, seed: UInt64, samples: Int, tree: Tree, variables: [Variable], entities: [Entities] = [],
        levers: [Lever] = [], ranges: [Range] = [], uncertainties: [Uncertainty] = [],
        draw: @escaping @Sendable (_ sample: Int) -> [Double] = { _ in [] }, shocks: [Shock] = [],
        outcomes: [Outcome] = [],
        stateColumns: [ColumnShape], keepStates: KeepStates = .all, studyDigest: String, sources: [Source] = [],
        sourcePath: String = ""
    ) {
        self.title = title
        self.study = study
        self.question = question
        self.world = world
        self.licence = licence
        self.currency = currency
        self.epoch = epoch
        self.seed = seed
        self.samples = samples
        self.tree = tree
        self.variables = variables
        self.entities = entities
        self.levers = levers
        self.ranges = ranges
        self.uncertainties = uncertainties
        self.draw = draw
        self.shocks = shocks
        self.outcomes = outcomes
        self.stateColumns = stateColumns
        self.keepStates = keepStates
        self.studyDigest = studyDigest
        self.sources = sources
        self.sourcePath = sourcePath
    }
}

extension ArchiveLayout {
    /// Numbers a lane and year.
    var recordWidth: Int { variables.reduce(0) { $0 + $1.count } }
    /// Numbers a lane of a state.
    var stateWidth: Int { stateColumns.reduce(0) { $0 + $1.count } }
    /// Where each variable begins in a year's record.
    var recordOffsets: [Int] {
        var offset = 0
        return variables.map { variable in
            defer { offset += variable.count }
            return offset
        }
    }
    var worldLines: Int { samples * tree.policies.count }
    var blocks: Int { Tree.blocks(samples: samples) }
    /// The lanes of a block that are samples.
    func live(block: Int) -> Int { min(8, samples - 8 * block) }

    /// What a part must have been made from.
    var digest: String { Build.digest(study: studyDigest, years: tree.years, seed: seed) }

    /// Whether a column of a state is worth chunks of its own; a small one stands in one piece without an index.
    func isDeflated(_ column: ColumnShape) -> Bool { column.count >= 256 }

    /// The nodes whose end states the archive keeps.
    var keptNodes: [Tree.Node] {
        switch keepStates {
        case .all: tree.nodes
        case .last: tree.nodes.filter(\.children.isEmpty)
        case .none: []
        }
    }

    /// The group beside the nodes' that holds the files of world and study.
    static let sourceGroup = "source"

    /// The groups of all nodes under `/states`: their names with `-` for `/`, with the index where two would be alike,
    /// and the index alone where netCDF would refuse the name.
    var stateGroups: [String] {
        distinct(
            tree.nodes.map { node in
                let name = node.name.replacing("/", with: "-")
                return isNetCDFName(name) ? name : nil
            }, reserved: [ArchiveLayout.sourceGroup], joint: "-", stem: "node")
    }

    /// The names of levers as variables, after `lever_`.
    var leverNames: [String] { ArchiveLayout.variableNames(levers.map(\.name)) }
    /// The names of ranges as variables, after `range_`.
    var rangeNames: [String] { ArchiveLayout.variableNames(ranges.map(\.name)) }
    /// The names of uncertainties as variables, after `uncertainty_`.
    var uncertaintyNames: [String] { ArchiveLayout.variableNames(uncertainties.map(\.name)) }
    /// The names of shocks as variables, after `shock_`; none is another one's followed by `_date`.
    var shockNames: [String] {
        let names = ArchiveLayout.variableNames(shocks.map(\.name))
        return ArchiveLayout.variableNames(names, reserved: Set(names.map { $0 + "_date" }))
    }
    /// The names of outcomes as variables, after `outcome_`.
    var outcomeNames: [String] { ArchiveLayout.variableNames(outcomes.map(\.name)) }

    /// Names that netCDF and every language take: runs of other characters become one `_`, 200 characters are kept, and
    /// the index is added where two would be alike.
    private static func variableNames(_ names: [String], reserved: Set<String> = []) -> [String] {
        distinct(
            names.map { name in
                let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }
                return words.isEmpty ? nil : String(words.joined(separator: "_").prefix(200))
            }, reserved: reserved, joint: "_", stem: "unnamed")
    }

    /// For every policy the first policy that shares its longest prefix, and the index of the first year that differs.
    var parents: [(policy: Int?, forkIndex: Int)] {
        var first: [Int: Int] = [:]
        return tree.policies.enumerated().map { number, policy in
            defer { for node in policy.nodes where first[node] == nil { first[node] = number } }
            for node in policy.nodes.reversed() {
                if let parent = first[node] {
                    return (parent, (tree.nodes[node].years.upperBound - tree.years.lowerBound) / tree.step)
                }
            }
            return (nil, 0)
        }
    }
}

/// Whether netCDF, which allows 256 bytes, takes a name for a group or variable, with room for an index.
private func isNetCDFName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, let last = name.unicodeScalars.last else { return false }
    return name.utf8.count <= 200
        && (!first.isASCII || first.properties.isAlphabetic || ("0"..."9").contains(first) || first == "_")
        && last != " " && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
}

/// The names where they can be had and differ from all others; elsewhere the name, or the stem, and the index.
private func distinct(_ names: [String?], reserved: Set<String> = [], joint: String, stem: String) -> [String] {
    var uses: [String: Int] = [:]
    for case let name? in names { uses[name, default: 0] += 1 }
    var taken = reserved.union(uses.filter { $0.value == 1 }.keys)
    return names.enumerated().map { index, name in
        if let name, uses[name] == 1, !reserved.contains(name) { return name }
        var candidate = name ?? stem
        repeat { candidate += "\(joint)\(index)" } while !taken.insert(candidate).inserted
        return candidate
    }
}
