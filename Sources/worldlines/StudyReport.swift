import Branching
import Foundation
import Stepping
import WorldModel

/// What `inspect` says of a study, and of what was made from it.
struct StudyReport: Encodable {
    struct Node: Encodable {
        let name: String
        let firstYear: Int
        let years: Int

        enum CodingKeys: String, CodingKey {
            case name, years
            case firstYear = "first_year"
        }
    }

    struct Outcome: Encodable {
        let name: String
        let unit: String
        let of: String
        let minimize: Bool
    }

    struct Parts: Encodable {
        let folder: String
        let complete: Int
        let total: Int
    }

    let kind: String
    let study: String
    let question: String
    let world: String
    let years: [Int]
    let seed: UInt64
    let samples: Int
    let policies: [String]
    let nodes: [Node]
    let worldLines: Int
    let bundleYears: Int
    let bundleYearsWithoutTree: Int
    let levers: [String: [String]]
    let uncertainties: [String]
    let outcomes: [Outcome]
    /// The days of the year whose hours are cleared, 0 = 1 January.
    let clearedDays: [Int]
    let digest: String
    var formatVersion: Int?
    var codeVersion: String?
    var keepStates: String?
    var stateNodes: [String]?
    var variables: [String]?
    var flaggedHours: Double?
    var openBooks: Double?
    var parts: Parts?
    private let blocks: Int
    private let takes: String

    enum CodingKeys: String, CodingKey {
        case kind, study, question, world, years, seed, samples, policies, nodes, levers, uncertainties, outcomes
        case digest, variables, parts
        case worldLines = "world_lines"
        case bundleYears = "bundle_years"
        case bundleYearsWithoutTree = "bundle_years_without_tree"
        case clearedDays = "cleared_days"
        case formatVersion = "format_version"
        case codeVersion = "code_version"
        case keepStates = "keep_states"
        case stateNodes = "state_nodes"
        case flaggedHours = "flagged_hours"
        case openBooks = "open_books"
    }

    init(study: Study, kind: String) throws {
        let tree = try study.tree()
        takes = Effort(study).words
        self.kind = kind
        self.study = study.name
        question = study.question
        world = study.world.name
        years = [study.years.lowerBound, study.years.upperBound]
        seed = study.seed
        samples = study.samples
        policies = tree.policies.map(\.name)
        nodes = tree.nodes.map { Node(name: $0.name, firstYear: $0.years.lowerBound, years: $0.times.count) }
        worldLines = tree.policies.count * study.samples
        bundleYears = tree.bundleYears(samples: study.samples)
        bundleYearsWithoutTree = tree.bundleYearsWithoutTree(samples: study.samples)
        levers = Dictionary(study.levers.map { ($0.name, $0.options) }, uniquingKeysWith: { first, _ in first })
        uncertainties = study.uncertainties.map(\.path)
        outcomes = study.outcomes.map {
            Outcome(name: $0.name, unit: $0.unit, of: $0.variable.name, minimize: $0.minimize)
        }
        clearedDays = WorldKernel.clearedDays(of: study.world)
        digest = study.digest
        blocks = Tree.blocks(samples: study.samples)
    }

    /// Counts the parts that a folder has of this study.
    mutating func count(partsIn folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let complete = names.count { !$0.hasPrefix(".") && $0.hasSuffix(".part.h5") }
        parts = Parts(folder: folder, complete: complete, total: nodes.count * blocks)
    }

    /// The report for people.
    var lines: [String] {
        var lines = ["study         \(study)" + (question.isEmpty ? "" : ": \(question)")]
        lines += ["world         \(world), \(years[0])-\(years[1]), seed \(seed)"]
        let more = policies.count > 40 ? " and \(policies.count - 40) more" : ""
        lines += ["policies      \(policies.count): \(policies.prefix(40).joined(separator: ", "))\(more)"]
        lines += ["world lines   \(worldLines), \(counted(samples, "sample")) of each policy"]
        lines += [
            "bundle-years  \(bundleYears) to simulate, \(bundleYearsWithoutTree) if every policy began at the start"
        ]
        if kind == "study" { lines += ["takes         \(takes) (estimates)"] }
        if !uncertainties.isEmpty { lines += ["uncertain     \(uncertainties.joined(separator: ", "))"] }
        if !outcomes.isEmpty {
            lines += ["outcomes      \(outcomes.map { "\($0.name) [\($0.unit)]" }.joined(separator: ", "))"]
        }
        if let parts { lines += ["parts         \(parts.complete) of \(parts.total) in \(parts.folder)"] }
        if let keepStates, let stateNodes {
            lines += ["states        \(keepStates): at the ends of \(counted(stateNodes.count, "node"))"]
        }
        if let flaggedHours {
            lines += ["flagged       \(String(format: "%.0f", flaggedHours)) world-hours with a gap above 1e-6"]
        }
        if let openBooks {
            lines += ["books         open in \(String(format: "%.0f", openBooks)) world-years, by more than 1e-9"]
        }
        if let formatVersion, let codeVersion {
            lines += ["format        \(formatVersion), written by worldlines \(codeVersion)"]
        }
        return lines
    }
}
