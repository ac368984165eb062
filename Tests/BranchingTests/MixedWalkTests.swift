import Synchronization
import Testing
import WorldModel

@testable import Branching

/// Walks whose bundles have samples of several nodes.
@Suite struct MixedWalkTests {
    let tree = Tree(
        years: 2026...2035,
        decisions: [
            .init(year: 2028, options: ["stay", "go", "run"]), .init(year: 2030, options: ["stay", "go"]),
        ])

    func mixed(_ model: Counter = Counter(), samples: Int, workers: Int = 1, parts: MemoryParts = MemoryParts()) throws
        -> MemoryParts
    {
        let walk = Walk(model: model, tree: tree, samples: samples, isMixed: true, workers: workers, journal: parts)
        #expect(try walk.execute().isComplete)
        return parts
    }

    func bits(_ parts: MemoryParts) -> [SegmentKey: [UInt64]] {
        parts.segments.mapValues { ($0.record + $0.state).map(\.bitPattern) }
    }

    /// What a lane leaves is what a run records of its node and sample, though its neighbours are others.
    @Test(arguments: [1, 3]) func aSegmentIsWhatARunRecords(workers: Int) throws {
        let parts = MemoryParts()
        try Walk(model: Counter(), tree: tree, samples: 5, workers: 1, journal: parts).execute()
        let kept = try mixed(samples: 5, workers: workers).segments
        #expect(kept.count == tree.nodes.count * 5)
        for node in tree.nodes {
            let whole = try #require(parts.segments[SegmentName(node, block: 0, of: 5).key])
            for sample in 0..<5 {
                let lane = try #require(kept[SegmentName(node, samples: sample..<sample + 1).key])
                #expect(lane.record == stride(from: sample, to: whole.record.count, by: 8).map { whole.record[$0] })
                #expect(lane.state == stride(from: sample, to: whole.state.count, by: 8).map { whole.state[$0] })
            }
        }
    }

    /// Bundles are packed otherwise where some segments are there, or only some samples are asked for at first.
    @Test func packingNeverShows() throws {
        let whole = try mixed(samples: 7)
        #expect(bits(try mixed(samples: 7, workers: 2)) == bits(whole))
        #expect(bits(try mixed(samples: 7, parts: mixed(samples: 3))) == bits(whole))
        for step in [2, 3, 5] {
            let some = MemoryParts()
            for (index, segment) in whole.segments.values.enumerated() where index % step != 0 { some.record(segment) }
            #expect(bits(try mixed(samples: 7, workers: 2, parts: some)) == bits(whole))
        }
    }

    /// Six leaves of one sample fill one bundle of eight, and so do the three nodes before them.
    @Test func unlikeLinesShareABundle() throws {
        let model = Counter()
        _ = try mixed(model, samples: 1)
        #expect(model.stepped.withLock { $0.values.reduce(0, +) } == tree.years.count)
        #expect(model.starts.now == 1 && model.alive.now == 0)
    }

    @Test func aRaisedFlagLeavesTheRestOut() throws {
        let (stop, parts) = (StopFlag(), MemoryParts())
        let walk = Walk(model: Counter(), tree: tree, samples: 40, isMixed: true, workers: 1, journal: parts)
        let progress = try walk.execute(stop: stop) { if $0.worldLineYears > 0 { stop.raise() } }
        #expect(parts.segments.count == 8 && progress.bundles == 8 && !progress.isComplete)
    }
}
