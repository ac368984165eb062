/// The share of one machine in a run that several machines work on.
///
/// Whole blocks of samples are dealt in turn, so that no segment is simulated twice and no shard waits for another's
/// states; a run of n blocks can be dealt to at most n shards.
public struct Shard: Sendable, Hashable, CustomStringConvertible {
    /// The run as a whole.
    public static let whole = Shard()

    /// Which share, from 1 to `count`.
    public let index: Int
    /// The number of shares.
    public let count: Int

    private init() {
        index = 1
        count = 1
    }

    /// A share such as `2/8`; nil for any other text and for an index that is not from 1 to its count.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), index >= 1, index <= count
        else { return nil }
        self.index = index
        self.count = count
    }

    /// The share as it is written.
    public var description: String { "\(index)/\(count)" }

    /// Whether a block of samples is in this share.
    public func owns(block: Int) -> Bool { block % count == index - 1 }
}
