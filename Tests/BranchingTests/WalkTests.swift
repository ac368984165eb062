import Synchronization
import Testing

@testable import Branching
import WorldModel

@Suite struct WalkTests {
    /// 1 + 2 + 4 + 8 nodes.
    let tree = Tree(
        years: 2026...2035,
        decisions: [
            .init(year: 2028, options: ["stay", "go"]), .init(year: 2030, options: ["stay", "go"]),
            .init(year: 2030, options: ["stay", "go"]),
        ])

    /// Runs the tree on fresh parts, or on those given.
    @discardableResult
    func simulate(
        _ model: Counter = Counter(), samples: Int = 19, shard: Shard = .whole, workers: Int = 1,
        parts: MemoryParts = MemoryParts(), stop: StopFlag = StopFlag()
    ) throws -> (parts: MemoryParts, progress: RunProgress) {
        let walk = Walk(model: model, tree: tree, samples: samples, shard: shard, workers: workers, journal: parts)
        return (parts, try walk.execute(stop: stop))
    }

    /// The key of a node's segment in a block of samples.
    func key(_ node: Int, block: Int) -> SegmentKey {
        SegmentKey(options: tree.nodes[node].options, values: [], sample: 8 * block)
    }

    /// Each year of the world line of a policy and a sample.
    func worldLine(_ parts: MemoryParts, policy: Int, sample: Int) -> [Double] {
        tree.policies[policy].nodes.flatMap { node -> [Double] in
            guard let segment = parts.segments[key(node, block: sample / 8)] else { return [] }
            return stride(from: sample % 8, to: segment.record.count, by: 8).map { segment.record[$0] }
        }
    }

    @Test func everySegmentIsSteppedOnceAsTheTreeImplies() throws {
        let model = Counter()
        let (parts, progress) = try simulate(model)
        #expect(parts.segments.count == tree.nodes.count * 3)
        #expect(model.stepped.withLock { $0.values.allSatisfy { $0 == 1 } })
        #expect(model.stepped.withLock { $0.count } == tree.bundleYears(samples: 19))
        #expect(model.starts.now == 3)
        #expect(progress.isComplete)
        #expect(progress.worldLines == 19 * 8)
        #expect(progress.worldLineYears == progress.worldLineYearsTotal)
        #expect(progress.worldLineYears == 19 * (2 + 2 * 2 + 8 * 6))
    }

    /// The law written out without a tree: one world line, year after year, with the levers from their dates.
    @Test func aWorldLineIsWhatItWouldBeAlone() throws {
        let parts = try simulate().parts
        for (index, policy) in tree.policies.enumerated() {
            for sample in 0..<19 {
                var value = Double(sample)
                let alone = tree.years.map { year in
                    let lever =
                        (year >= 2028 ? policy.choices[0] : 0)
                        + (year >= 2030 ? policy.choices[1] + policy.choices[2] : 0)
                    value = value * (1 + 0.01 * Double(sample + 1)) + Double(lever)
                    return value
                }
                #expect(worldLine(parts, policy: index, sample: sample) == alone)
            }
        }
    }

    @Test func aForkWithoutALeverIsItsParentContinued() throws {
        let forked = try simulate().parts
        let straight = MemoryParts()
        let trunk = Tree(years: tree.years, decisions: [])
        try Walk(model: Counter(), tree: trunk, samples: 19, workers: 1, journal: straight).execute()
        let root = try #require(straight.segments[SegmentName(trunk.nodes[0], block: 1, of: 19).key])
        for sample in 8..<16 {
            let unforked = stride(from: sample - 8, to: root.record.count, by: 8).map { root.record[$0] }
            #expect(worldLine(forked, policy: 0, sample: sample) == unforked)
            #expect(worldLine(forked, policy: 7, sample: sample) != unforked)
        }
    }

    @Test(arguments: [2, 4, 16]) func bitsDoNotDependOnWorkers(workers: Int) throws {
        #expect(try simulate(workers: workers).parts.bits == simulate(workers: 1).parts.bits)
    }

    @Test func addedSamplesLeaveEarlierOnesAsTheyWere() throws {
        let few = try simulate(samples: 8).parts
        let many = try simulate(samples: 19).parts
        for (key, bits) in few.bits { #expect(many.bits[key] == bits) }
    }

    @Test func paddingRepeatsTheLastSampleAndIsMarked() throws {
        let parts = try simulate(samples: 19).parts
        let last = try #require(parts.segments[key(0, block: 2)])
        #expect(last.name.samples == 16..<19)
        for lane in 3..<8 { #expect(last.state[lane] == last.state[2]) }
        #expect(last.state[1] != last.state[2])
        #expect(parts.segments.values.allSatisfy { $0.name.samples.count == ($0.name.samples.lowerBound < 16 ? 8 : 3) })
    }

    @Test(arguments: [1, 2, 4]) func liveStatesAreBounded(workers: Int) throws {
        let model = Counter(pause: 20)
        try simulate(model, samples: 64, workers: workers)
        #expect(model.alive.most <= workers * 4)
        #expect(model.alive.now == 0)
    }

    @Test func resumeSimulatesOnlyWhatIsMissing() throws {
        let whole = try simulate().parts
        let places = [(0, 0), (1, 0), (4, 1), (9, 2), (12, 2)]
        let lost = places.map { key($0.0, block: $0.1) }
        let parts = MemoryParts()
        for (key, segment) in whole.segments where !lost.contains(key) { parts.record(segment) }
        let model = Counter()
        let progress = try simulate(model, workers: 2, parts: parts).progress
        #expect(parts.bits == whole.bits)
        let years = places.reduce(0) { $0 + tree.nodes[$1.0].years.count }
        #expect(model.stepped.withLock { $0.values.reduce(0, +) } == years)
        #expect(progress.bundlesHeld == tree.nodes.count * 3 - lost.count)
        #expect(progress.isComplete)
    }

    @Test func aCompleteJournalIsLeftAlone() throws {
        let parts = try simulate().parts
        let model = Counter()
        let progress = try simulate(model, parts: parts).progress
        #expect(model.starts.now == 0 && model.alive.most == 0)
        #expect(progress.isComplete && progress.worldLineYearsTotal == 0)
    }

    @Test func statesAreLoadedOnlyForChildrenThatAreMissing() throws {
        let whole = try simulate(samples: 8).parts
        let parts = ReadCounter()
        for segment in whole.segments.values where segment.name.node.index != 4 { try parts.record(segment) }
        let parent = try #require(tree.nodes[4].parent)
        try Walk(model: Counter(), tree: tree, samples: 8, workers: 2, journal: parts).execute()
        #expect(parts.read.withLock { $0 } == [key(parent, block: 0)])
    }

    @Test func moreSamplesSimulateOnlyTheirBlocks() throws {
        let parts = try simulate(samples: 12).parts
        let model = Counter()
        try simulate(model, samples: 19, parts: parts)
        // Block 0 was full; block 1 held 4 of its 8 samples.
        #expect(model.starts.now == 2)
        #expect(parts.bits == (try simulate(samples: 19).parts.bits))
    }

    @Test func shardsTogetherAreTheRunAndNothingTwice() throws {
        let parts = MemoryParts()
        let model = Counter()
        for text in ["2/3", "1/3", "3/3"] {
            try simulate(model, samples: 40, shard: try #require(Shard(text)), parts: parts)
        }
        #expect(model.stepped.withLock { $0.values.allSatisfy { $0 == 1 } })
        #expect(parts.bits == (try simulate(samples: 40).parts.bits))
    }

    @Test(arguments: ["", "1", "0/2", "3/2", "a/b", "1/2/3", "1/"]) func whatIsNoShardIsRefused(text: String) {
        #expect(Shard(text) == nil)
    }

    @Test(arguments: [1, 3]) func aStoppedRunEndsWithThePartsInHandAndCanBeResumed(workers: Int) throws {
        let parts = MemoryParts()
        let stop = StopFlag()
        let walk = Walk(model: Counter(), tree: tree, samples: 40, workers: workers, journal: parts)
        let progress = try walk.execute(stop: stop) { if $0.bundles >= 7 { stop.raise() } }
        #expect(!progress.isComplete)
        #expect(progress.bundles == parts.segments.count)
        #expect((7..<7 + workers).contains(progress.bundles))
        let model = Counter()
        try simulate(model, samples: 40, workers: workers, parts: parts)
        #expect(parts.bits == (try simulate(samples: 40).parts.bits))
    }

    @Test func aRaisedFlagSimulatesNothing() throws {
        let stop = StopFlag()
        stop.raise()
        let model = Counter()
        let (parts, progress) = try simulate(model, workers: 4, stop: stop)
        #expect(parts.segments.isEmpty && model.starts.now == 0 && !progress.isComplete)
    }

    @Test(arguments: [1, 4]) func theFirstErrorOfAJournalEndsTheWalk(workers: Int) throws {
        let model = Counter()
        let journal = FullDisk(room: 3)
        let walk = Walk(model: model, tree: tree, samples: 40, workers: workers, journal: journal)
        #expect(throws: FullDisk.Full.self) { try walk.execute() }
        #expect(journal.attempts.now <= 3 + workers)
        #expect(model.alive.now == 0)
    }

    @Test func aStateThatTheJournalLostIsAnError() throws {
        let walk = Walk(model: Counter(), tree: tree, samples: 8, workers: 1, journal: Boaster())
        #expect(throws: MissingSegment.self) { try walk.execute() }
    }

    @Test func progressNeverGoesBack() throws {
        let seen = Mutex<[RunProgress]>([])
        let parts = MemoryParts()
        let walk = Walk(model: Counter(), tree: tree, samples: 19, workers: 4, journal: parts)
        try walk.execute { progress in seen.withLock { $0.append(progress) } }
        let all = seen.withLock { $0 }
        #expect(all.first?.worldLineYears == 0)
        #expect(all.last?.isComplete == true)
        for (before, after) in zip(all, all.dropFirst()) {
            #expect(before.bundles <= after.bundles && before.worldLineYears <= after.worldLineYears)
            #expect(before.elapsed <= after.elapsed)
        }
    }
}

/// Parts that remember which segments were read.
private final class ReadCounter: Journal {
    let parts = MemoryParts()
    let read = Mutex<[SegmentKey]>([])

    func record(_ segment: Segment) throws { parts.record(segment) }
    func holds(_ name: SegmentName) throws -> Bool { parts.holds(name) }
    func contents(of name: SegmentName) throws -> (record: [Double], state: [Double]) {
        read.withLock { $0.append(name.key) }
        return try parts.contents(of: name)
    }
}

/// A disk with room for some segments.
private final class FullDisk: Journal {
    struct Full: Error {}

    let attempts = Tally()
    let room: Int

    init(room: Int) { self.room = room }

    func record(_ segment: Segment) throws {
        attempts.add(1)
        if attempts.now > room { throw Full() }
    }

    func holds(_ name: SegmentName) throws -> Bool { false }
    func contents(of name: SegmentName) throws -> (record: [Double], state: [Double]) { throw MissingSegment(name) }
}

/// A journal that says it holds the root, and doesn't.
private struct Boaster: Journal {
    func record(_ segment: Segment) throws {}
    func holds(_ name: SegmentName) throws -> Bool { name.node.parent == nil }
    func contents(of name: SegmentName) throws -> (record: [Double], state: [Double]) { throw MissingSegment(name) }
}

extension Segment {
    /// Everything in it, so that equal means equal in every bit.
    fileprivate var bits: [UInt64] {
        [name.samples.count, name.node.years.lowerBound, name.node.years.upperBound, record.count].map(UInt64.init)
            + (record + state).map(\.bitPattern)
    }
}

extension MemoryParts {
    fileprivate var bits: [SegmentKey: [UInt64]] { segments.mapValues(\.bits) }
}
