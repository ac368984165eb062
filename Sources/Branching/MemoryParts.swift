import Synchronization

/// Segments kept in memory: the recorder and journal of tests, benchmarks and embedded runs.
public final class MemoryParts: Recorder, Journal {
    private let kept = Mutex<[BundleName: Segment]>([:])

    /// No segments yet.
    public init() {}

    /// Everything kept so far.
    public var segments: [BundleName: Segment] { kept.withLock { $0 } }

    /// Keeps a segment in place of an earlier one of the same bundle.
    public func record(_ segment: Segment) { kept.withLock { $0[segment.bundle] = segment } }

    /// Whether the segment of a bundle with at least that many live lanes is there.
    public func holds(_ bundle: BundleName, live: Int) -> Bool {
        kept.withLock { ($0[bundle]?.live ?? -1) >= live }
    }

    /// The state at the end of a bundle's segment.
    ///
    /// - Throws: `MissingSegment` if it was not recorded.
    public func state(of bundle: BundleName) throws -> [Double] {
        guard let segment = kept.withLock({ $0[bundle] }) else { throw MissingSegment(bundle: bundle) }
        return segment.state
    }
}

/// A state was asked for whose segment is not there.
public struct MissingSegment: Error, CustomStringConvertible {
    /// Whose state.
    public let bundle: BundleName

    /// What is missing.
    public var description: String { "no segment of node \(bundle.node), block \(bundle.block) is kept" }
}
