import Cases
import FaIR
import Foundation
import Testing
import WorldModel

/// Laws of whole runs, on a case with every kind of species.
@Suite("Climate runs") struct ClimateRunTests {
    static let path = ClimateReferenceTests.fixtures.appending(path: "everything").path

    private func bits(_ kernel: ClimateKernel, to last: Int? = nil) -> [String: [UInt64]] {
        var all: [String: [UInt64]] = [:]
        kernel.run(to: last) { part in
            for (lane, member) in part.members.enumerated() {
                var row: [UInt64] = []
                for quantity in kernel.recorded {
                    for entity in quantity.entities(of: kernel.model).indices {
                        for bound in 0..<part.bounds {
                            row.append(part.value(quantity, entity: entity, bound: bound, lane: lane).bitPattern)
                        }
                    }
                }
                all[kernel.model.members[member]] = row
            }
        }
        return all
    }

    @Test("a member has the same bits alone, first, last and beside others that share none of its numbers")
    func neighbours() throws {
        let model = try ClimateCaseFolder.read(Self.path)
        let alone = try model.members.map { name in
            let one = try ClimateCaseFolder.read(Self.path, choice: ClimateChoice(members: [name]))
            return try #require(bits(ClimateKernel(one, recording: ClimateQuantity.allCases))[name])
        }
        let together = bits(ClimateKernel(model, recording: ClimateQuantity.allCases))
        let swapped = try ClimateCaseFolder.read(
            Self.path, choice: ClimateChoice(members: model.members.reversed()))
        let turned = bits(ClimateKernel(swapped, recording: ClimateQuantity.allCases))
        for (index, name) in model.members.enumerated() {
            #expect(together[name] == alone[index], "\(name) beside others")
            #expect(turned[name] == alone[index], "\(name) in another lane")
        }
        #expect(alone[0] != alone[1], "members that are alike would prove nothing")
    }

    /// Whether all have efficacy one decides how forcings are summed; it must not show either.
    @Test("a member has the same bits beside one whose gases have efficacies and feedbacks of their own")
    func neighboursOfOtherKinds() throws {
        var model = try ClimateCaseFolder.read(Self.path)
        let gas = try #require(model.species.firstIndex { $0.name == "CFC-12" })
        model.speciesNumbers[.forcingEfficacy]?[gas] = MemberNumbers([1, 0.9])
        model.speciesNumbers[.forcingTemperatureFeedback]?[gas] = MemberNumbers([0, -0.01])
        let name = model.members[0]
        let one = try ClimateCaseFolder.read(Self.path, choice: ClimateChoice(members: [name]))
        let alone = bits(ClimateKernel(one, recording: ClimateQuantity.allCases))[name]
        #expect(bits(ClimateKernel(model, recording: ClimateQuantity.allCases))[name] == alone)
    }

    /// What is recorded decides which shared numbers are handed out; it must not show.
    @Test("a member has the same bits whatever is recorded") func recording() throws {
        let model = try ClimateCaseFolder.read(Self.path)
        let all = bits(ClimateKernel(model, recording: [.temperature, .concentration, .forcing, .emissions]))
        let few = bits(ClimateKernel(model, recording: [.temperature]))
        for (name, row) in few { #expect(Array(all[name]?.prefix(row.count) ?? []) == row) }
    }

    @Test("a run that is cut anywhere equals the whole, bit for bit, through a state file") func cut() throws {
        for fixture in ["everything", "stochastic", "clamped"] {
            let path = ClimateReferenceTests.fixtures.appending(path: fixture).path
            let model = try ClimateCaseFolder.read(path)
            let file = FileManager.default.temporaryDirectory.appending(path: "state-\(UUID().uuidString).csv")
            defer { try? FileManager.default.removeItem(at: file) }
            let whole = try #require(ClimateKernel(model, recording: []).run(keepState: true) { _ in })
            var state: ClimateSnapshot?
            for bound in [1, 2, 13, model.run.steps] {
                let kernel = ClimateKernel(model, recording: [], from: state)
                let end = try #require(kernel.run(to: bound, keepState: true) { _ in })
                try ClimateStateFile.write(end, of: model, to: file.path)
                state = try ClimateStateFile.read(file.path, of: model)
                #expect(state?.values.map(\.bitPattern) == end.values.map(\.bitPattern))
            }
            #expect(state?.values.map(\.bitPattern) == whole.values.map(\.bitPattern), "\(fixture)")
        }
    }

    /// Everything emitted above the baseline is in a pool or has decayed; with a lifetime beyond measure it is in the air.
    @Test("carbon is conserved: emissions are what the air holds where nothing decays") func carbon() throws {
        var model = try ClimateCaseFolder.read(ClimateReferenceTests.fixtures.appending(path: "clamped").path)
        let co2 = try #require(model.first(.carbonDioxide))
        model.poolLifetimes[co2] = model.poolLifetimes[co2].map { _ in MemberNumbers(1e15) }
        model.speciesNumbers[.g0]?[co2] = MemberNumbers(1)
        model.speciesNumbers[.iirf0]?[co2] = MemberNumbers(0)
        for parameter in [ClimateCase.SpeciesParameter.iirfUptake, .iirfAirborne, .iirfTemperature] {
            model.speciesNumbers[parameter]?[co2] = MemberNumbers(0)
        }
        // 1 - exp(-1e-15) has one digit as FaIR takes it; a lifetime of 2^-40 steps' rate is exact.
        model.poolLifetimes[co2] = model.poolLifetimes[co2].map { _ in MemberNumbers(0x1p40) }
        let kernel = ClimateKernel(model, recording: [.airborneEmissions, .cumulativeEmissions])
        kernel.run { part in
            for bound in 0..<part.bounds {
                let held = part.value(.airborneEmissions, entity: 0, bound: bound, lane: 0)
                let emitted = part.value(.cumulativeEmissions, entity: 0, bound: bound, lane: 0)
                #expect(abs(held - emitted) <= 3e-4 * 3000, "bound \(bound): \(held) of \(emitted)")
            }
        }
    }

    /// Concentrations that emissions made, given back as concentrations, imply those emissions.
    @Test("the inverse step undoes the forward step") func inverse() throws {
        var model = try ClimateCaseFolder.read(ClimateReferenceTests.fixtures.appending(path: "clamped").path)
        model.run.iirfMax = 1000
        var concentrations = Array(repeating: 0.0, count: (model.run.steps + 1) * model.members.count)
        let steps = model.run.steps
        ClimateKernel(model, recording: [.concentration]).run { part in
            for (lane, member) in part.members.enumerated() {
                for bound in 0...steps {
                    concentrations[member * (steps + 1) + bound] = part.value(
                        .concentration, entity: 0, bound: bound, lane: lane)
                }
            }
        }
        var given = model
        given.species[0].mode = .concentration
        var series = ClimateSeries(Array(repeating: 0, count: steps + 1))
        series.values = concentrations
        given.concentrations[0][0] = series
        ClimateKernel(given, recording: [.emissions]).run { part in
            for (lane, member) in part.members.enumerated() {
                for step in 0..<steps {
                    let implied = part.value(.emissions, entity: 0, bound: step, lane: lane)
                    let emitted = model.emissions[0][0].value(step, member: member)
                    // Concentrations of 1000 ppm have 1e-13 ppm, of which kappa and the pools make 1e-11 Gt.
                    #expect(abs(implied - emitted) <= 1e-9, "step \(step): \(implied), not \(emitted)")
                }
            }
        }
    }

    @Test("flags say when the lifetime was held, and that a concentration fell below zero") func flags() throws {
        let model = try ClimateCaseFolder.read(ClimateReferenceTests.fixtures.appending(path: "clamped").path)
        var deep = model
        deep.emissions[0][0] = ClimateSeries(Array(repeating: -500, count: model.run.steps))
        ClimateKernel(model, recording: [.alphaLifetime]).run { part in
            let gas = model.species.indices.first { model.species[$0].isGreenhouseGas } ?? 0
            let alpha =
                model.numbers(.g0, of: gas)[0] * exp(model.run.iirfMax / model.numbers(.g1, of: gas)[0])
            let held = (0..<part.bounds - 1).first {
                abs(part.value(.alphaLifetime, entity: 0, bound: $0, lane: 0) / alpha - 1) < 1e-12
            }
            #expect(part.flags.year(.clampedLifetime, lane: 0) == held.map { model.run.bound($0 + 1) })
            #expect(held != nil)
            #expect(part.flags.year(.notFinite, lane: 0) == nil)
        }
        ClimateKernel(deep, recording: [.concentration]).run { part in
            let below = (0..<part.bounds).first { part.value(.concentration, entity: 0, bound: $0, lane: 0) < 0 }
            #expect(part.flags.year(.negativeConcentration, lane: 0) == below.map(model.run.bound))
            #expect(below != nil)
        }
    }

    /// The peer drops what is no number from sums of forcing; a temperature without a number must be said.
    @Test("a temperature that is no number is flagged from its first year") func notFinite() throws {
        var model = try ClimateCaseFolder.read(ClimateReferenceTests.fixtures.appending(path: "prescribed").path)
        let volcanic = try #require(model.first(.volcanic))
        var values = model.forcings[0][volcanic].values
        values[7] = .infinity
        model.forcings[0][volcanic].values = values
        ClimateKernel(model, recording: [.temperature]).run { part in
            #expect(part.flags.year(.notFinite, lane: 0) == model.run.bound(7))
        }
    }

    @Test("`run.exact_decay` gives a run the exact loss of its longest pool") func exactDecay() throws {
        let model = try ClimateCaseFolder.read(Self.path)
        let exact = try ClimateCaseFolder.read(
            Self.path, choice: ClimateChoice(overrides: [("run.exact_decay", "true")]))
        #expect(!model.run.exactDecay && exact.run.exactDecay)
        let co2 = try #require(model.first(.carbonDioxide))
        func carbon(_ model: ClimateCase) -> Double {
            var value = 0.0
            ClimateKernel(model, recording: [.concentration]).run { part in
                let place = ClimateQuantity.concentration.entities(of: model).firstIndex(of: co2) ?? 0
                value = part.value(.concentration, entity: place, bound: model.run.steps, lane: 0)
            }
            return value
        }
        #expect(carbon(model) != carbon(exact))
        #expect(abs(carbon(model) / carbon(exact) - 1) < 1e-8)
    }

    @Test("chlorine counts in aerosol forcing only where that is asked for") func chlorine() throws {
        var model = try ClimateCaseFolder.read(Self.path)
        let ari = try #require(model.first(.aerosolRadiation))
        let chlorine = try #require(model.first(.stratosphericChlorine))
        model.speciesNumbers[.aerosolRadiationEfficiency]?[chlorine] = MemberNumbers(-1e-5)
        func forcing(_ model: ClimateCase) -> Double {
            var value = 0.0
            ClimateKernel(model, recording: [.forcing]).run {
                value = $0.value(.forcing, entity: ari, bound: 1, lane: 0)
            }
            return value
        }
        let dropped = forcing(model)
        model.run.chlorineInAerosol = true
        let counted = forcing(model)
        var content = 0.0
        ClimateKernel(model, recording: [.concentration]).run { part in
            let place = ClimateQuantity.concentration.entities(of: model).firstIndex(of: chlorine) ?? 0
            content = part.value(.concentration, entity: place, bound: 1, lane: 0)
        }
        let base = model.numbers(.baselineConcentration, of: chlorine)[0]
        #expect(abs(counted - dropped + 1e-5 * (content - base)) < 1e-15)
        #expect(counted != dropped)
    }
}
