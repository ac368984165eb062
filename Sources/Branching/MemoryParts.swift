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

/// Stretches kept in memory: the journal of tests, benchmarks and embedded searches.
public final class MemoryStretches: StretchJournal {
    private let all = Mutex<[StretchKey: KeptStretch]>([:])

    /// No stretches yet.
    public init() {}

    /// Everything kept so far.
    public var stretches: [StretchKey: KeptStretch] { all.withLock { $0 } }

    /// Keeps stretches.
    public func keep(_ stretches: [KeptStretch]) {
        all.withLock { all in for stretch in stretches { all[stretch.key] = stretch } }
    }

    /// Every stretch that is kept, with its outcomes.
    public func kept() -> [StretchKey: [Double]?] { all.withLock { $0.mapValues(\.outcomes) } }

    /// The record and the state of a stretch.
    ///
    /// - Throws: `MissingStretch` if it was not kept.
    public func contents(of key: StretchKey) throws -> (record: [Double], state: [Double]) {
        guard let stretch = all.withLock({ $0[key] }) else { throw MissingStretch(key: key) }
        return (stretch.record, stretch.state)
    }
}

/// The numbers of a stretch were asked for that is not there.
public struct MissingStretch: Error, CustomStringConvertible {
    /// Which.
    public let key: StretchKey

    /// A stretch that is not there.
    public init(key: StretchKey) { self.key = key }

    /// What is missing.
    public var description: String { "no stretch of options \(key.options), sample \(key.sample) is kept" }
}
