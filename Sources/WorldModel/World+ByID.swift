extension World {
    /// The same world with the rows of every table in the order of their ids.
    ///
    /// What is computed from it can't depend on the order in which a file lists its rows, not even in the last bit.
    /// - Returns: the world, for each slot of this one its slot there, and for each table and row of this one its row there.
    public func sortedByID() -> (world: World, slots: [Int], rows: [String: [Int]]) {
        let orders = tables.mapValues { table in
            Schema.table(table.name)?.hasIDs == true
                ? table.ids.indices.sorted { table.ids[$0] < table.ids[$1] } : Array(table.ids.indices)
        }
        let rows = orders.mapValues { order in
            var places = order
            for (place, row) in order.enumerated() { places[row] = place }
            return places
        }
        var slots = Array(values.indices)
        var moved = values
        for table in tables.values {
            for range in table.slotRanges.values {
                for (place, row) in (orders[table.name] ?? []).enumerated() {
                    moved[range.lowerBound + place] = values[range.lowerBound + row]
                    slots[range.lowerBound + row] = range.lowerBound + place
                }
            }
        }
        var sorted = World(
            name: name, title: title, licence: licence, currency: currency, start: start, values: moved,
            emissions: emissions, sources: sources,
            tables: tables.mapValues { $0.sorted(by: orders[$0.name] ?? [], rows: rows) }, sections: sections,
            texts: texts, fixedNumbers: fixedNumbers, profiles: profiles, series: series,
            trajectories: trajectories, provenance: provenance)
        sorted.step = step
        sorted.carbonPulses = carbonPulses
        sorted.climateMembers = climateMembers
        sorted.recordedNames = recordedNames
        return (sorted, slots, rows)
    }
}

extension Table {
    /// The table with its rows in another order; `rows` says where the rows of every table go.
    fileprivate func sorted(by order: [Int], rows: [String: [Int]]) -> Table {
        func sorted<T>(_ column: [T]) -> [T] { order.map { column[$0] } }
        var references: [String: [Int]] = [:]
        for (column, targets) in self.references {
            var places: [Int] = []
            if case .reference(let target)? = Schema.table(name)?.field(column)?.kind { places = rows[target] ?? [] }
            references[column] = sorted(targets).map { $0 < 0 ? $0 : places[$0] }
        }
        return Table(
            name: name, ids: sorted(ids), texts: texts.mapValues(sorted), numbers: numbers.mapValues(sorted),
            slotRanges: slotRanges, references: references, lines: sorted(lines), file: file,
            rowSources: sorted(rowSources), rowStatuses: sorted(rowStatuses))
    }
}
