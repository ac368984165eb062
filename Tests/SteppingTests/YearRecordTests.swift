import Foundation
import Lanes
import Testing
import WorldModel

@testable import Stepping

@Suite("A year's record")
struct YearRecordTests {
    /// Writes with a record of the island's, and returns its numbers.
    private func record(_ study: Study, _ write: (borrowing YearRecord) -> Void) -> [Double] {
        let plan = WorldKernel(study: study).recordPlan
        var numbers = Array(repeating: Double.nan, count: plan.count * Lanes.scalarCount)
        var written = Array(repeating: false, count: plan.places.count)
        numbers.withUnsafeMutableBufferPointer { numbers in
            written.withUnsafeMutableBufferPointer { written in
                let record = YearRecord(plan, into: numbers, isWritten: written)
                write(record)
            }
        }
        return numbers
    }

    @Test func whatNoComponentWritesIsNamed() throws {
        let study = try island()
        let all = study.world.computedVariables
        _ = record(study) { r in
            for variable in all where variable.name != "load" && variable.name != "pue" {
                r.write(variable) { _ in .zero }
            }
            #expect(r.missing == ["load", "pue"])
        }
    }

    @Test func everyVariableOfTheShippedWorldsIsWrittenByAComponent() throws {
        var seen: Set<String> = []
        for path in [
            "island/studies/first.yaml", "harbour/studies/deals.yaml", "dice2016/studies/base.yaml",
            "earth-climate/studies/warming.yaml",
        ] {
            let study = try shipped(path, samples: 8)
            var bundle = Bundle(study)
            let year = bundle.step(study.years.lowerBound)
            #expect(Set(year.keys) == Set(study.world.recordedVariables.map(\.name)), "\(path)")
            seen.formUnion(year.keys)
        }
        #expect(seen.isSuperset(of: ["firm_cash", "carbon_upper_ocean", "bus_price", "compute_ordered", "wage"]))
    }

    /// The place of a value follows from its key and its entity, whatever the order of writing and of the tables.
    @Test func valuesLieAtTheirKeys() throws {
        let study = try island()
        let world = study.world
        let numbers = record(study) { r in
            for (place, variable) in world.computedVariables.enumerated().reversed() {
                r.write(variable) { row in Lanes(repeating: Double(1000 * place + row)) }
            }
            #expect(r.missing.isEmpty)
        }
        let cities = world.table("cities").ids
        let sorted = cities.sorted()
        var offset = 0
        for (place, variable) in world.computedVariables.enumerated() {
            for entity in 0..<world.count(of: variable) {
                var row = entity
                if variable.dimension == .city { row = try #require(sorted.firstIndex(of: cities[entity])) }
                if [nil, .city].contains(variable.dimension) {
                    #expect(numbers[offset * 8 + 7] == Double(1000 * place + row), "\(variable.name)")
                }
                offset += 1
            }
        }
        #expect(offset * 8 == numbers.count)
    }

    /// Names are the keys: two declarations of one name would be one variable.
    @Test func namesAndComponentsAreDeclaredOnce() {
        let names = RecordedVariable.all.map(\.name)
        #expect(Set(names).count == names.count)
        for variable in RecordedVariable.all {
            #expect(RecordedVariable.named(variable.name) == variable)
            if let finer = variable.resolvedBy { #expect(RecordedVariable.named(finer)?.dimension != nil) }
        }
        #expect(RecordedVariable.named("firm_cash")?.component == .contracts)
        #expect(RecordedVariable.named("forcing")?.component == .climate)
        #expect(RecordedVariable.named("carbon_revenue")?.component == .economy)
        #expect(RecordedVariable.named("compute_price")?.component == .compute)
    }

    /// The values that each variable has in four worlds, as they were: two writes that change places are seen here.
    ///
    /// A figure is the sum over three years and all entities, the n-th counted n times, of the first lane. It is held to 1e-5:
    /// CPUs round differently, and a cleared hour is certified to 1e-6. `WORLDLINES_GOLDEN=1` writes the table anew.
    @Test func everyVariableHasItsOwnValue() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "year-record.csv")
        var lines = ["world,variable,value"]
        for path in [
            "island/studies/first.yaml", "harbour/studies/deals.yaml", "dice2016/studies/base.yaml",
            "earth-climate/studies/warming.yaml",
        ] {
            let study = try shipped(path, samples: 8)
            var bundle = Bundle(study)
            var sums: [String: Double] = [:]
            for year in 0..<3 {
                for (name, values) in bundle.step(study.years.lowerBound + year * study.world.step) {
                    for (entity, lanes) in values.enumerated() {
                        sums[name, default: 0] += Double(entity + 1) * lanes[0]
                    }
                }
            }
            for (name, sum) in sums.sorted(by: { $0.key < $1.key }) {
                lines.append("\(study.world.name),\(name),\(sum)")
            }
        }
        if ProcessInfo.processInfo.environment["WORLDLINES_GOLDEN"] == "1" {
            try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
        #expect(golden.count == lines.count)
        for (was, now) in zip(golden, lines) {
            let (a, b) = (was.split(separator: ","), now.split(separator: ","))
            #expect(a.prefix(2) == b.prefix(2))
            if let x = Double(a[a.count - 1]), let y = Double(b[b.count - 1]), !(a[1] == "optimality_gap") {
                #expect(abs(x - y) <= 1e-5 * max(abs(x), 1e-3), "\(was) is now \(y)")
            }
        }
    }
}
