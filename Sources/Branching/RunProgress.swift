/// How far a walk is.
public struct RunProgress: Sendable, Hashable {
    /// World lines that are complete, those of earlier runs included.
    public internal(set) var worldLines = 0
    /// World lines of this run's shard.
    public internal(set) var worldLinesTotal = 0
    /// Bundles whose segment is kept, those of earlier runs included.
    public internal(set) var bundles = 0
    /// Bundles of this run's shard.
    public internal(set) var bundlesTotal = 0
    /// Bundles of them that were there before.
    public internal(set) var bundlesHeld = 0
    /// World-line-years simulated by this run; a year that world lines share counts once.
    public internal(set) var worldLineYears = 0
    /// World-line-years that were missing when it began.
    public internal(set) var worldLineYearsTotal = 0
    /// Whether every segment of its shard is kept.
    public var isComplete: Bool { bundles == bundlesTotal }
    /// The time since it began.
    public internal(set) var elapsed: Duration = .zero

    /// World-line-years a second; 0 at the start.
    public var rate: Double { elapsed > .zero ? Double(worldLineYears) / (elapsed / .seconds(1)) : 0 }

    /// The time that the rest will take at this rate; nil before the first year is done.
    public var remaining: Duration? {
        rate > 0 ? .seconds(Double(worldLineYearsTotal - worldLineYears) / rate) : nil
    }

    mutating func count(_ node: Tree.Node, live: Int, isHeld: Bool) {
        bundlesTotal += 1
        worldLinesTotal += node.children.isEmpty ? live : 0
        if isHeld {
            bundlesHeld += 1
            finish(node, live: live)
        } else {
            worldLineYearsTotal += node.times.count * live
        }
    }

    mutating func finish(_ node: Tree.Node, live: Int) {
        bundles += 1
        worldLines += node.children.isEmpty ? live : 0
    }
}
