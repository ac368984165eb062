import Branching
import Foundation
import Stepping
import Testing
import WorldModel

@testable import Optimizer

/// Every leaf of Worlds/island/studies/forks.yaml, simulated once for all tests.
private final class Forks: @unchecked Sendable {
    let study: Study
    let space: StudySpace
    let objectives: StudyObjectives
    private(set) var worth: [[Int]: Evaluation] = [:]
    private(set) var segments = 0

    static let all = Result { try Forks() }

    init() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "../../Worlds/island/studies/forks.yaml"
        ).standardizedFileURL.path
        study = try Study.load(path: path)
        space = try StudySpace(study)
        objectives = try StudyObjectives(study)
        let walk = SearchWalk(study: study, workers: 2, journal: MemoryParts()) { WorldKernel(study: $0) }
        var leaves: [[Int]] = [[]]
        for _ in 0..<4 { leaves = leaves.flatMap { leaf in (0..<5).map { leaf + [$0] } } }
        let policies = leaves.map { space.policy(taking: $0) }
        _ = try walk.simulate(policies, samples: 1)
        for (leaf, policy) in zip(leaves, policies) {
            worth[leaf] = objectives.evaluation([walk.outcomes(of: policy, sample: 0) ?? []])
        }
        segments = walk.segments
    }

    var ranked: [[Int]] {
        worth.keys.sorted { (worth[$0]?.objectives[0] ?? 0) < (worth[$1]?.objectives[0] ?? 0) }
    }

    func evaluate(_ request: LeafRequest) -> Evaluation { worth[request.leaf] ?? Evaluation(objectives: [.nan]) }
}

@Suite struct IslandTreeTests {
    @Test func theGreedyPathMissesTheBestLeafByAFifteenthOrMore() throws {
        let forks = try Forks.all.get()
        #expect(forks.worth.count == 625 && forks.segments == 780)
        var search = try BeamSearch(StudyTree(forks.space), width: 1)
        while !search.isOver { try search.tell(search.ask().map(forks.evaluate)) }
        let greedy = try #require(search.front.first?.evaluation.objectives[0])
        let best = try #require(forks.worth[forks.ranked[0]]?.objectives[0])
        #expect(greedy > 1.05 * best, "\(greedy / best)")
    }

    @Test func aBeamOfThreeFindsTheBestLeafOfAll() throws {
        let forks = try Forks.all.get()
        var search = try BeamSearch(StudyTree(forks.space), width: 3)
        while !search.isOver { try search.tell(search.ask().map(forks.evaluate)) }
        #expect(search.segments * 5 < 780)
        #expect(search.front.map(\.leaf) == [forks.ranked[0]])
    }

    @Test func treeSearchFindsTheBestOrTheNext() async throws {
        let forks = try Forks.all.get()
        let good = Set(forks.ranked.prefix(2))
        let found = try await runs(100) { run -> Bool in
            var search = try TreeSearch(StudyTree(forks.space), budget: 155, seed: UInt64(run + 1))
            while !search.isOver { try search.tell(search.ask().map(forks.evaluate)) }
            return good.contains(search.front.first?.leaf ?? [])
        }
        #expect(found.count { $0 } >= 95, "\(found.count { $0 }) of 100")
    }
}

@Suite struct SearchWalkTests {
    private static func first() throws -> Study {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "../../Worlds/island/studies/first.yaml"
        ).standardizedFileURL.path
        return try Study.load(path: path).with(samples: 3, years: 2026...2029, seed: nil)
    }

    private static func policies(_ study: Study) throws -> [ListedPolicy] {
        let space = try StudySpace(study)
        return [[0, 0], [1, 1], [0, 1]].map { space.policy(taking: $0) }
    }

    /// The law of the room: what a search leaves is what a run of the listed study records, bit for bit.
    @Test func linesAreThoseOfTheRunThatListsThem() throws {
        let study = try Self.first()
        let policies = try Self.policies(study)
        let journal = MemoryParts()
        let walk = SearchWalk(study: study, workers: 2, journal: journal) { WorldKernel(study: $0) }
        for policy in policies { #expect(try walk.simulate([policy], samples: 2)) }
        _ = try walk.simulate(policies, samples: 3)
        let listed = study.with(policies: policies)
        let tree = Tree(study: listed)
        let parts = MemoryParts()
        try Walk(model: WorldKernel(study: listed), tree: tree, samples: 3, workers: 1, journal: parts).execute()
        var compared = 0
        for node in tree.nodes {
            let whole = try #require(parts.segments[SegmentName(node, block: 0, of: 3).key])
            for sample in 0..<3 {
                let kept = try journal.contents(of: SegmentName(node, samples: sample..<sample + 1))
                let record = stride(from: sample, to: whole.record.count, by: 8).map { whole.record[$0].bitPattern }
                let state = stride(from: sample, to: whole.state.count, by: 8).map { whole.state[$0].bitPattern }
                #expect(kept.record.map(\.bitPattern) == record && kept.state.map(\.bitPattern) == state)
                compared += 1
            }
        }
        #expect(compared == 3 * tree.nodes.count)
    }

    /// Lists of the same policies, in whatever order: each comes to rest in the order of its own tree.
    @Test func aListInTheOrderOfItsTreeStaysSo() throws {
        let text = """
            study: two
            world: ..
            years: 2026-2029
            levers:
              sun:
                more:
                  generators[anse-solar].p_nom: {range: [100, 400]}
              cable:
                more:
                  links[crest-anse].p_nom: {range: [60, 600]}
            decisions:
              - {year: 2027, lever: sun}
              - {year: 2028, lever: cable}
            outcomes:
              cost: {of: system_cost, minimize: true}

            """
        let files = try Self.first().world.sources
        let study = try Study.load(
            files: files + [SourceFile(path: "studies/two.yaml", bytes: Array(text.utf8))], study: "studies/two.yaml")
        var moved = 0
        for draw in 0..<200 {
            let list = (0..<12).map { index -> ListedPolicy in
                let hash = (draw * 12 + index) * 2_654_435_761 % 4_294_967_296
                return ListedPolicy(
                    name: "p\(index)", options: [0, 0],
                    values: [[Double(100 + hash % 4)], [Double(60 + hash / 64 % 5)]])
            }
            var seen = Set<[[Double]]>()
            let distinct = list.filter { seen.insert($0.values).inserted }
            let ordered = study.inOrderOfTree(distinct)
            #expect(Set(ordered) == Set(distinct))
            let once = Tree(study: study.with(policies: distinct)).policies.map(\.name)
            let twice = Tree(study: study.with(policies: ordered)).policies.map(\.name)
            #expect(twice == ordered.map(\.name))
            if once != twice { moved += 1 }
        }
        // Else once would do, and the law would be no test.
        #expect(moved > 0)
    }

    /// What a study doesn't record leaves no trace in what it does.
    @Test func aStudyThatRecordsLittleHasTheSameOutcomes() throws {
        let whole = try Self.first()
        let sources = whole.sources.map { source in
            source.path == whole.sourcePath
                ? SourceFile(path: source.path, bytes: source.bytes + Array("record: [electricity_price]\n".utf8))
                : source
        }
        let few = try Study.load(files: sources, study: whole.sourcePath, samples: 3, years: 2026...2029)
        #expect(few.world.recordedVariables.count < whole.world.recordedVariables.count)
        let policies = try Self.policies(whole)
        var found: [[[UInt64]]] = []
        for study in [whole, few] {
            let journal = MemoryParts()
            let walk = SearchWalk(study: study, workers: 1, journal: journal) { WorldKernel(study: $0) }
            _ = try walk.simulate(policies, samples: 2)
            found.append(policies.map { (walk.outcomes(of: $0, sample: 1) ?? []).map(\.bitPattern) })
            let kernel = WorldKernel(study: study)
            let width = kernel.recordColumns.reduce(0) { $0 + $1.count }
            #expect(journal.segments.values.allSatisfy { $0.record.count == width * $0.name.node.years.count })
            // The prices of the first year, wherever they stand in it.
            let offset = kernel.recordColumns.prefix { $0.name != "electricity_price" }.reduce(0) { $0 + $1.count }
            let roots = journal.segments.values.filter { $0.name.node.parent == nil && $0.name.samples == 0..<1 }
            found.append([roots.map { $0.record[offset].bitPattern }])
        }
        #expect(found[0] == found[2] && found[1] == found[3] && !found[0].isEmpty && !found[1][0].isEmpty)
    }

    @Test func aJournalThatHasItAllSimulatesNothing() throws {
        let study = try Self.first()
        let policies = try Self.policies(study)
        let journal = MemoryParts()
        let walk = SearchWalk(study: study, workers: 1, journal: journal) { WorldKernel(study: $0) }
        _ = try walk.simulate(policies, samples: 2)
        let kept = Set(journal.segments.keys)
        let again = SearchWalk(study: study, workers: 1, journal: journal) { study -> WorldKernel in
            Issue.record("a kernel was made though everything is there")
            return WorldKernel(study: study)
        }
        #expect(try again.simulate(policies, samples: 2))
        #expect(again.segments == walk.segments && Set(journal.segments.keys) == kept)
        for policy in policies {
            #expect(again.outcomes(of: policy, sample: 1) == walk.outcomes(of: policy, sample: 1))
        }
    }
}

@Suite struct StudySpaceTests {
    private func study() throws -> Study {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "../../Worlds/island/studies/first.yaml"
        ).standardizedFileURL.path
        return try Study.load(path: path)
    }

    @Test func pointsPathsAndNamesMeanTheSamePolicies() throws {
        let space = try StudySpace(study())
        #expect(space.space.genes.map(\.name) == ["site", "storage"])
        let policy = space.policy(at: [0.75, 0.25])
        #expect(policy.options == [1, 0] && space.name(of: policy.options) == "crest/as_is")
        #expect(space.policy(taking: [1, 0]).options == policy.options)
        #expect(try space.policy(choosing: ["site": .text("crest")]).options == policy.options)
        #expect(try space.policy(choosing: ["site": .number(1), "storage": .number(0)]).options == policy.options)
        #expect(space.choices(of: policy) == ["site": .text("crest"), "storage": .text("as_is")])
        #expect(throws: ChoiceError.unknownName("sight", known: ["site", "storage"])) {
            try space.policy(choosing: ["sight": .number(1)])
        }
        #expect(throws: ChoiceError.self) { try space.policy(choosing: ["site": .number(2)]) }
        #expect(throws: ChoiceError.self) { try space.policy(choosing: ["site": .text("moon")]) }
    }

    @Test func directionsAndLimitsBecomeSmallNumbers() throws {
        let study = try study()
        let objectives = try StudyObjectives(study, names: ["share", "cost"])
        #expect(objectives.names == ["share", "cost"])
        // cost, unserved (at most 1000 MWh), emitted, share.
        let fine = objectives.evaluation([[10, 500, 1, 0.5], [20, 1500, 1, 0.7]])
        #expect(fine.objectives == [-0.6, 15] && fine.isFeasible)
        let missed = objectives.evaluation([[10, 2500, 1, 0.5], [20, 1500, 1, 0.7]])
        #expect(missed.violation == 1)
        #expect(objectives.natural(0, -0.6) == 0.6)
        #expect(objectives.countCosts)
        #expect(try !StudyObjectives(study, names: ["share"]).countCosts)
        let worst = try StudyObjectives(study, names: ["share", "cost"], summary: .worst)
        #expect(worst.evaluation([[10, 500, 1, 0.5], [20, 500, 1, 0.7]]).objectives == [-0.5, 20])
        #expect(throws: ObjectiveError.self) { try StudyObjectives(study, names: ["costs"]) }
        #expect(throws: ObjectiveError.twice("cost")) { try StudyObjectives(study, names: ["cost", "cost"]) }
    }
}
