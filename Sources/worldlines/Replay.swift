import Archive
import Branching
import Stepping
import WorldModel

/// Simulates a year of one world line again, to see what an archive doesn't keep.
struct Replay {
    private let file: ArchiveFile
    private let kernel: WorldKernel
    private let tree: Tree

    /// A replay of an archive and of the study that it keeps.
    init(file: ArchiveFile, study: Study) throws {
        self.file = file
        kernel = WorldKernel(study: study)
        tree = try study.tree()
    }

    /// The programs of some hours of a year, those of uncleared days left out.
    ///
    /// All eight lanes are the world line. It begins with the last state that the archive keeps before the year.
    func programs(worldLine: Int, year: Int, hours: Set<Int>) throws -> [HourProgram] {
        let sample = worldLine / tree.policies.count
        let policy = tree.policies[worldLine % tree.policies.count]
        let workspace = kernel.makeWorkspace()
        let kept = Set(try file.stateNodes())
        let nodes = policy.nodes.map { tree.nodes[$0] }
        let before = nodes.last { $0.years.upperBound <= year && kept.contains($0.name) }
        func seats(_ node: Tree.Node) -> [Seat] {
            Array(repeating: Seat(sample: sample, choices: node.choices), count: Seat.perBundle)
        }
        let state: WorldKernel.State
        if let before {
            state = kernel.load(try file.state(node: before.name, samples: sample..<sample + 1))
        } else {
            state = kernel.start(seats: seats(nodes[0]), workspace: workspace)
        }
        let first = before?.years.upperBound ?? tree.years.lowerBound
        for node in nodes {
            func advance(_ times: [Int]) {
                _ = kernel.advance(state, through: times, seats: seats(node), workspace: workspace)
            }
            let times = node.times.filter { $0 >= first && $0 <= year }
            advance(times.filter { $0 < year })
            if times.last == year {
                workspace.probe = HourProbe(hours: hours, lane: 0)
                advance([year])
            }
        }
        return workspace.probe?.programs ?? []
    }
}
