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
        #expect(RecordedVariable.named("compute_price")?.component == .computeMarket)
    }
}
