import WorldModel

/// A node times the samples that stand side by side: up to eight in a run, one in a search.
public struct SegmentName: Sendable {
    /// The node, whose years the segment spans.
    public let node: Tree.Node
    /// The samples.
    public let samples: Range<Int>

    /// The segment of a node and some samples.
    public init(_ node: Tree.Node, samples: Range<Int>) {
        self.node = node
        self.samples = samples
    }

    /// The segment of a node and one of a run's blocks of eight samples; the last block may have fewer.
    public init(_ node: Tree.Node, block: Int, of samples: Int) {
        self.init(node, samples: Seat.perBundle * block..<min(Seat.perBundle * (block + 1), samples))
    }

    /// Its key.
    public var key: SegmentKey { SegmentKey(options: node.options, values: node.values, sample: samples.lowerBound) }
}

/// Tells a segment by what was chosen up to it, so that it means the same in every study that lists the policy.
public struct SegmentKey: Sendable, Hashable {
    /// The option of every decision; -1 where it is not taken, or not yet.
    public let options: [Int]
    /// The numbers of the options' ranges, decision by decision; empty where no option has one.
    public let values: [[Double]]
    /// The first sample.
    public let sample: Int

    /// A key.
    public init(options: [Int], values: [[Double]], sample: Int) {
        self.options = options
        self.values = values.allSatisfy(\.isEmpty) ? [] : values
        self.sample = sample
    }
}

/// What the years of a segment leave.
public struct Segment: Sendable {
    /// Which it is.
    public let name: SegmentName
    /// The records of the years: [year][column][entity][lane].
    public let record: [Double]
    /// The state at the end: [column][entity][lane].
    public let state: [Double]

    /// A segment, whose lanes after those of its samples are padding.
    public init(name: SegmentName, record: [Double], state: [Double]) {
        self.name = name
        self.record = record
        self.state = state
    }
}

/// Keeps finished segments, and knows those that were kept before.
///
/// Called from many workers at once.
public protocol Journal: Sendable {
    /// Keeps a segment; returns when it is safe, or costs little to simulate again.
    func record(_ segment: Segment) throws
    /// Whether the segment is there with all of its samples.
    func holds(_ name: SegmentName) throws -> Bool
    /// The record and the end state of a segment that is kept.
    func contents(of name: SegmentName) throws -> (record: [Double], state: [Double])
}

/// The numbers of a segment were asked for that isn't there.
public struct MissingSegment: Error, CustomStringConvertible {
    /// Which.
    public let name: SegmentName

    /// A segment that isn't there.
    public init(_ name: SegmentName) { self.name = name }

    /// What is missing.
    public var description: String {
        "no segment of node \(name.node.name), samples \(name.samples.lowerBound) to \(name.samples.upperBound - 1) is kept"
    }
}
