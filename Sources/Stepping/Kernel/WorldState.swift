import Lanes

/// The memory of a bundle between two years: one block of lanes, cut into the state columns that components declare.
///
/// Owned by one worker at a time; that is what makes it safe to send.
public final class WorldState: @unchecked Sendable {
    let column: Column

    init(count: Int) { column = Column(count: count) }

    func copyContents(of other: WorldState) {
        column.base.update(from: other.column.base, count: column.count)
    }
}
