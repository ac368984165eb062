import Branching
import WorldModel

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
    /// A variable as its step records it: a rate where steps are longer than a year and it sums.
    struct Variable: Sendable {
        var name: String
        /// The dimension beside world line and time; nil for one number a year.
        var dimension: String?
        /// The number of values a year.
        var count = 1
        var unit: String
        var longName: String
        var cellMethod: String
    }

    /// A dimension that a world's table gives: its entities' names, and for cities their places in degrees.
    struct Entities: Sendable {
        var dimension: String
        var names: [String]
        var latitudes: [Double] = []
        var longitudes: [Double] = []
    }

    /// The option of a lever that each policy chose; empty where it is not decided.
    struct Lever: Sendable {
        var name: String
        var options: [String]
    }

    /// The number of a range that each policy chose; not a number where it chose another option.
    struct Range: Sendable {
        var name: String
        var unit: String
        var values: [Double]
    }

    /// Whether and when something strikes in each sample.
    struct Shock: Sendable {
        var name: String
        /// A decimal year.
        var date: Double
        var strikes: [Bool]
    }

    /// A number by which policies are compared.
    struct Outcome: Sendable {
        var name: String
        var unit: String
        /// The index of the variable that it is made of.
        var variable: Int
        var minimize = true
        /// The values that a planner accepts.
        var limits = -Double.infinity...Double.infinity
        /// Its value from the variable's [year][entity].
        var evaluate: @Sendable (_ yearly: [Double], _ sample: Int, _ policy: Int) -> Double
    }

    var title: String
    var study: String
    var question = ""
    var world: String
    var licence = ""
    /// The world's money, such as USD_2025.
    var currency = ""
    /// The year whose 1 January is day 0.
    var epoch: Int
    var seed: UInt64
    var samples: Int
    var tree: Tree
    /// The recorded variables, in the order of a year's record.
    var variables: [Variable]
    /// The entities of every dimension but world line and time.
    var entities: [Entities] = []
    var levers: [Lever] = []
    var ranges: [Range] = []
    var uncertainties: [Uncertainty] = []
    /// The values of the uncertainties in a sample.
    var draw: @Sendable (_ sample: Int) -> [Double] = { _ in [] }
    var shocks: [Shock] = []
    var outcomes: [Outcome] = []
    var stateColumns: [ColumnShape]
    var keepStates = KeepStates.all
    /// The digest of world and study without `samples`.
    var studyDigest: String
    /// The files of world and study.
    var sources: [SourceFile] = []
    /// The path of the study among them.
    var sourcePath = ""
}

extension ArchiveLayout {
    /// Numbers a lane and year.
    var recordWidth: Int { variables.reduce(0) { $0 + $1.count } }
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
    func live(block: Int) -> Int { min(Seat.perBundle, samples - Seat.perBundle * block) }

    /// What a run of it needs to be resumed.
    var description: RunDescription {
        RunDescription(
            study: sourcePath, samples: samples, years: tree.years, seed: seed, keepStates: keepStates,
            studyDigest: studyDigest)
    }

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
