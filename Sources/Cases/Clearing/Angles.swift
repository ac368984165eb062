/// Voltage angles that go with flows.
enum Angles {
    /// The angle of each bus, rad: what it is held at at the reference of each island, from there along lines.
    ///
    /// Flows that obey Kirchhoff give the same angle along every way; the shortest is taken.
    static func angles(of grid: GridCase, flows: [Double]) -> [Double] {
        var neighbours = [[(line: Int, bus: Int)]](repeating: [], count: grid.buses.count)
        for (index, line) in grid.lines.enumerated() {
            neighbours[line.bus0].append((index, line.bus1))
            neighbours[line.bus1].append((index, line.bus0))
        }
        var angles = [Double?](repeating: nil, count: grid.buses.count)
        let references = grid.buses.indices.filter { grid.buses[$0].isReference } + grid.buses.indices
        for reference in references where angles[reference] == nil {
            let held = grid.buses[reference].angle
            angles[reference] = held
            var queue = [(reference, held)]
            var next = 0
            while next < queue.count {
                let (bus, angle) = queue[next]
                next += 1
                for (index, other) in neighbours[bus] where angles[other] == nil {
                    let line = grid.lines[index]
                    let fall = line.reactance * flows[index] + line.shift
                    let reached = line.bus0 == bus ? angle - fall : angle + fall
                    angles[other] = reached
                    queue.append((other, reached))
                }
            }
        }
        return angles.map { $0 ?? 0 }
    }
}
