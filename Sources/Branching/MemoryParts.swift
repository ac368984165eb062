import Synchronization

/// Segments kept in memory: the journal of tests, benchmarks and embedded runs.
public final class MemoryParts: Journal {
    private let kept = Mutex<[SegmentKey: Segment]>([:])

    /// No segments yet.
    public init() {}

    /// Everything kept so far.
    public var segments: [SegmentKey: Segment] { kept.withLock { $0 } }

    /// Keeps a segment in place of an earlier one of the same node and first sample.
    public func record(_ segment: Segment) { kept.withLock { $0[segment.name.key] = segment } }

    /// Whether the segment is there with all of its samples.
    public func holds(_ name: SegmentName) -> Bool {
        kept.withLock { ($0[name.key]?.name.samples.upperBound ?? -1) >= name.samples.upperBound }
    }

    /// The record and the end state of a segment.
    ///
    /// - Throws: `MissingSegment` if it was not recorded.
    public func contents(of name: SegmentName) throws -> (record: [Double], state: [Double]) {
        guard let segment = kept.withLock({ $0[name.key] }) else { throw MissingSegment(name) }
        return (segment.record, segment.state)
    }
}
