/// A node times a block of eight consecutive samples.
public struct BundleName: Sendable, Hashable {
    /// The index of the node in the tree.
    public let node: Int
    /// The samples are 8 block ..< 8 block + 8.
    public let block: Int

    /// A bundle's name.
    public init(node: Int, block: Int) {
        self.node = node
        self.block = block
    }
}

/// What a bundle leaves when it has lived through its node's years.
public struct Segment: Sendable {
    /// Whose it is.
    public let bundle: BundleName
    /// The lanes that are samples; those after them are padding and are never recorded.
    public let live: Int
    /// The node's own years; empty where a decision falls on the first year.
    public let years: Range<Int>
    /// The records of the years: [year][column][entity][lane].
    public let record: [Double]
    /// The state at the end: [column][entity][lane].
    public let state: [Double]

    /// A segment.
    public init(bundle: BundleName, live: Int, years: Range<Int>, record: [Double], state: [Double]) {
        self.bundle = bundle
        self.live = live
        self.years = years
        self.record = record
        self.state = state
    }
}

/// Takes finished segments.
///
/// Called from many workers at once.
public protocol Recorder: Sendable {
    /// Keeps a segment; returns when it is safe.
    func record(_ segment: Segment) throws
}

/// Knows what was recorded before.
///
/// Called from many workers at once.
public protocol Journal: Sendable {
    /// Whether the segment of a bundle with at least that many live lanes is there.
    func holds(_ bundle: BundleName, live: Int) throws -> Bool
    /// The state at the end of a bundle's segment.
    func state(of bundle: BundleName) throws -> [Double]
}
