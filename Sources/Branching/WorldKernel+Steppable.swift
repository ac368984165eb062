public import Stepping
import WorldModel

/// The world's kernel, driven by the tree.
extension WorldKernel: Steppable {
    /// The memory of a bundle.
    public typealias State = WorldState
    /// The scratch memory of a worker.
    public typealias Workspace = YearWorkspace
    /// The columns of a state, in the order of its memory.
    public var stateColumns: [ColumnShape] { stateShapes.map { ColumnShape(name: $0.name, count: $0.count) } }

    /// The columns of a year's record: the world's `recordedVariables`.
    public var recordColumns: [ColumnShape] {
        world.recordedVariables.map { ColumnShape(name: $0.name, count: world.count(of: $0)) }
    }
}
