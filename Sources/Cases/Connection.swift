import WorldModel

/// Which buses hang together.
enum Connection {
    /// Adds a finding for each bus that nothing joins to the rest, and gives every island a reference bus.
    ///
    /// Further references of an island are held at their angles too, or left free with a warning.
    ///
    /// An island of several buses is left alone: areas that are not synchronous are common. A bus alone is a mistake in
    /// nearly every case, and what it lacks no other can give.
    static func check(_ grid: inout GridCase, _ collector: Collector, isolatedRemedy: String, holdsAll: Bool) {
        guard grid.buses.count > 1, collector.findings.isEmpty else { return }
        var joined = Groups(count: grid.buses.count)
        for line in grid.lines { joined.join(line.bus0, line.bus1) }
        var reached = joined
        for link in grid.links { reached.join(link.bus0, link.bus1) }
        var sizes = [Int](repeating: 0, count: grid.buses.count)
        for bus in grid.buses.indices { sizes[reached.root(bus)] += 1 }
        for (index, bus) in grid.buses.enumerated() where sizes[reached.root(index)] == 1 {
            collector.add(
                bus.origin.file, bus.origin.line, bus.name, "nothing joins the bus `\(bus.name)` to another",
                isolatedRemedy)
        }
        var referenced: Set<Int> = []
        for (index, bus) in grid.buses.enumerated() where bus.isReference {
            if referenced.insert(joined.root(index)).inserted { continue }
            grid.buses[index].isReference = holdsAll
            collector.warn(
                bus.origin.file, bus.origin.line, bus.name,
                "a second reference bus in one island: the angle of `\(bus.name)` is "
                    + (holdsAll ? "held too, which may force flows" : "left free"), "keep one")
        }
        for index in grid.buses.indices where referenced.insert(joined.root(index)).inserted {
            grid.buses[index].isReference = true
        }
    }
}

/// Disjoint sets of whole numbers.
struct Groups {
    private var parent: [Int]

    init(count: Int) { parent = Array(0..<count) }

    mutating func root(_ member: Int) -> Int {
        var member = member
        while parent[member] != member {
            parent[member] = parent[parent[member]]
            member = parent[member]
        }
        return member
    }

    /// Makes two sets one; false where they are one already.
    @discardableResult
    mutating func join(_ a: Int, _ b: Int) -> Bool {
        let (a, b) = (root(a), root(b))
        if a == b { return false }
        parent[max(a, b)] = min(a, b)
        return true
    }
}
