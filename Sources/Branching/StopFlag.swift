import Synchronization

/// Asks a run to finish the parts in hand and end.
///
/// Workers look at it between bundles; raising it is safe from any thread and from a signal's dispatch source.
public final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    /// A flag that is down.
    public init() {}

    /// Whether it was raised.
    public var isRaised: Bool { flag.load(ordering: .acquiring) }

    /// Raises it for good.
    public func raise() { flag.store(true, ordering: .releasing) }
}
