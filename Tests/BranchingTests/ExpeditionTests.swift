import Testing

@testable import Branching

@Suite struct ExpeditionTests {
    let tree = Tree(
        years: 2026...2035,
        decisions: [
            .init(year: 2028, options: ["stay", "go", "run"]), .init(year: 2030, options: ["stay", "go"]),
        ])

    /// The segments of all nodes for so many samples, level after level.
    func segments(samples: Int, workers: Int = 1, order: ([Int]) -> [Int] = { $0 }) throws -> [Stretch: LaneSegment] {
        let model = Counter()
        var kept: [Stretch: LaneSegment] = [:]
        func stretch(_ node: Tree.Node, _ sample: Int) -> Stretch {
            Stretch(choices: node.choices, sample: sample, years: node.years)
        }
        for depth in 1...3 {
            let nodes = tree.nodes.filter { $0.path.count == depth }
            let pairs = nodes.flatMap { node in (0..<samples).map { (node, $0) } }
            let tasks = order(Array(pairs.indices)).map { index in
                let (node, sample) = pairs[index]
                let parent = node.parent.map { stretch(tree.nodes[$0], sample) }
                return Expedition<Counter>.Task(stretch(node, sample), from: parent.flatMap { kept[$0]?.state })
            }
            for segment in Expedition(model: model, workers: workers).segments(of: tasks) {
                let segment = try #require(segment)
                kept[segment.stretch] = segment
            }
        }
        return kept
    }

    /// What a lane leaves is what `Run` records of its node and sample, though its neighbours are others.
    @Test(arguments: [1, 3]) func aStretchIsWhatTheTreeRecords(workers: Int) throws {
        let parts = MemoryParts()
        try Run(model: Counter(), tree: tree, samples: 5, workers: 1, recorder: parts, journal: parts).execute()
        let kept = try segments(samples: 5, workers: workers)
        #expect(kept.count == tree.nodes.count * 5)
        for node in tree.nodes {
            let whole = try #require(parts.segments[BundleName(node: node.index, block: 0)])
            for sample in 0..<5 {
                let lane = try #require(kept[Stretch(choices: node.choices, sample: sample, years: node.years)])
                #expect(lane.record == stride(from: sample, to: whole.record.count, by: 8).map { whole.record[$0] })
                #expect(lane.state == stride(from: sample, to: whole.state.count, by: 8).map { whole.state[$0] })
            }
        }
    }

    @Test func packingNeverShows() throws {
        let kept = try segments(samples: 7)
        #expect(try segments(samples: 7, workers: 2) { $0.reversed() } == kept)
        #expect(try segments(samples: 7) { $0.filter { $0 % 3 == 0 } + $0.filter { $0 % 3 != 0 } } == kept)
    }

    /// Six leaves of one sample fill one bundle of eight.
    @Test func unlikeLinesShareABundle() throws {
        let model = Counter()
        let tasks = tree.nodes.filter(\.children.isEmpty).map {
            Expedition<Counter>.Task(Stretch(choices: $0.choices, sample: 0, years: $0.years), from: [1, 4])
        }
        let found = Expedition(model: model, workers: 1).segments(of: tasks)
        #expect(found.compactMap(\.self).count == 6)
        #expect(model.stepped.withLock { $0.values.reduce(0, +) } == tree.nodes[2].years.count)
    }

    @Test func aRaisedFlagLeavesTheRestOut() {
        let stop = StopFlag()
        let tasks = (0..<40).map {
            Expedition<Counter>.Task(Stretch(choices: [-1, -1], sample: $0, years: 2026..<2028), from: nil)
        }
        let found = Expedition(model: Counter(), workers: 1).segments(of: tasks, stop: stop) { _ in stop.raise() }
        #expect(found.compactMap(\.self).count == 8)
    }

    /// A tree that lists its policies has their nodes only, in the order of the options.
    @Test func aListedTreeHasItsPoliciesOnly() {
        let listed = Tree(
            years: 2026...2035,
            decisions: [
                .init(year: 2028, options: ["stay", "go", "run"]), .init(year: 2030, options: ["stay", "go"]),
            ],
            policies: [
                .init(name: "b", choices: [2, 0]), .init(name: "a", choices: [0, 1]),
                .init(name: "c", choices: [2, 1]),
            ])
        #expect(listed.policies.map(\.name) == ["a", "b", "c"])
        #expect(listed.nodes.map(\.name) == ["root", "stay", "stay/go", "run", "run/stay", "run/go"])
        #expect(listed.nodes[3].policies == 1..<3 && listed.policies[2].nodes == [0, 3, 5])
    }
}
