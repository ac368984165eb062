import Cases
import FaIR
import Foundation
import Testing
import WorldModel

/// Agreement with FaIR 2.2.5: with small fixtures always, with the reference folder where it is present.
@Suite("Climate against FaIR") struct ClimateReferenceTests {
    static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    static let shared = here.appending(path: "../../../shared").standardizedFileURL
    static let reference = shared.appending(path: "reference/climate")
    static let data = shared.appending(path: "data/climate")
    static let present = FileManager.default.fileExists(atPath: reference.path)
    static let fixtures = here.appending(path: "Fixtures/climate")
    static let cases = [
        "A1_ebm_co2_leach2021", "A2_ebm_3gas_meinshausen2020", "A3_ebm_3gas_etminan2016",
        "A4_ebm_3gas_myhre1998_2layer", "B1_co2_emissions", "B2_co2_emissions_quarterly", "C1_multigas_small",
        "C2_full61_calib141_deterministic", "C3_full61_calib141_stochastic",
    ]
    static let small = ["everything", "stochastic", "clamped", "myhre", "prescribed", "minor"]

    @Test("a reference case agrees in every number", .enabled(if: present), arguments: cases)
    func referenceCase(name: String) throws {
        try ClimateComparison(folder: Self.reference.appending(path: name)).expectAgreement()
    }

    @Test("a fixture agrees in every number", arguments: small)
    func fixture(name: String) throws {
        try ClimateComparison(folder: Self.fixtures.appending(path: name)).expectAgreement()
    }

    /// No file of `make golden` is left untested.
    @Test("every fixture is tested") func noFixtureIsForgotten() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.path)
        #expect(Set(folders) == Set(Self.small))
    }

    /// The eigenvalues behind ECS and TCR are those of a symmetric matrix: nothing is lost but rounding.
    @Test("ECS and TCR agree to 1e-12", .enabled(if: present), arguments: cases)
    func sensitivities(name: String) throws {
        let folder = Self.reference.appending(path: name)
        let model = try ClimateCaseFolder.read(folder.path)
        let text = try Data(contentsOf: folder.appending(path: "config.json"))
        let root = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
        let derived = try #require(root["derived"] as? [String: [String: Any]])
        for (member, name) in model.members.enumerated() {
            let (ecs, tcr) = model.sensitivity(of: member)
            let expected = try #require(derived[name])
            let ecsThere = try #require(expected["ecs"] as? Double)
            let tcrThere = try #require(expected["tcr"] as? Double)
            #expect(abs(ecs - ecsThere) <= 1e-12 * ecsThere, "ecs of \(name): \(ecs), not \(ecsThere)")
            #expect(abs(tcr - tcrThere) <= 1e-12 * tcrThere, "tcr of \(name): \(tcr), not \(tcrThere)")
        }
    }

    @Test(
        "the calibrated ensemble of 841 members agrees, member by member and in its percentiles", .enabled(if: present))
    func ensemble() throws {
        let folder = Self.reference.appending(path: "C4_full61_calib141_ensemble841")
        let model = try ClimateCalibration.find(Self.data.path).read(
            choice: ClimateChoice(
                scenarios: ["medium-extension"], overrides: [("stochastic_run", "0")], years: (1750, 2101)))
        #expect(model.members.count == 841)
        let kernel = ClimateKernel(model, recording: [.temperature, .concentration, .energy])
        let carbon = try #require(model.first(.carbonDioxide))
        let place = try #require(ClimateQuantity.concentration.entities(of: model).firstIndex(of: carbon))
        var surface = Array(repeating: [Double](), count: model.members.count)
        var others = surface
        var heat = surface
        var forcing = surface
        kernel.run { part in
            for (lane, member) in part.members.enumerated() {
                let bounds = 0..<part.bounds
                surface[member] = bounds.map { part.value(.temperature, entity: 0, bound: $0, lane: lane) }
                others[member] = bounds.map { part.value(.concentration, entity: place, bound: $0, lane: lane) }
                forcing[member] = bounds.map { part.value(.energy, entity: 1, bound: $0, lane: lane) }
                heat[member] = bounds.map { part.value(.energy, entity: 3, bound: $0, lane: lane) }
            }
        }
        let table = try ClimateComparison.rows(folder.appending(path: "members.csv"))
        #expect(table.count == 842)
        var worst = 0.0
        for row in table.dropFirst() {
            let member = try #require(model.members.firstIndex(of: String(row[0])))
            for (column, head) in table[0].enumerated().dropFirst() {
                let parts = head.split(separator: "_")
                let year = try #require(Int(parts[1]))
                let expected = try #require(Double(row[column]))
                let series: [[Double]] =
                    switch parts[0] {
                    case "T0": surface
                    case "CO2": others
                    case "F": forcing
                    default: heat
                    }
                let floor = parts[0] == "OHC" ? 1e19 : 1e-3
                worst = max(worst, abs(series[member][year - 1750] - expected) / max(abs(expected), floor))
            }
        }
        #expect(worst <= 1e-9, "members differ by \(worst)")
        try expectPercentiles(surface, folder.appending(path: "T_anom_1850_1900_percentiles.csv"))
        let sensitivities = try ClimateComparison.rows(folder.appending(path: "ecs_tcr.csv"))
        for row in sensitivities.dropFirst() {
            let member = try #require(model.members.firstIndex(of: String(row[0])))
            let (ecs, tcr) = model.sensitivity(of: member)
            let expected = try (#require(Double(row[1])), #require(Double(row[2])))
            #expect(abs(ecs - expected.0) <= 1e-12 * expected.0 && abs(tcr - expected.1) <= 1e-12 * expected.1)
        }
    }

    /// Anomalies are from the mean over the years 1850 to 1900: bounds 1850 to 1901, the outer two by halves.
    private func expectPercentiles(_ surface: [[Double]], _ file: URL) throws {
        let anomalies = surface.map { series in
            let mean = (series[101..<151].reduce(0, +) + 0.5 * (series[100] + series[151])) / 51
            return series.map { $0 - mean }
        }
        let table = try ClimateComparison.rows(file)
        var worst = 0.0
        for row in table.dropFirst() {
            let year = try #require(Int(row[0]))
            let sorted = anomalies.map { $0[year - 1750] }.sorted()
            for (column, head) in table[0].enumerated().dropFirst() {
                let rank = try #require(Double(head.dropFirst())) / 100 * Double(sorted.count - 1)
                let low = Int(rank)
                let value = sorted[low] + (sorted[min(low + 1, sorted.count - 1)] - sorted[low]) * (rank - Double(low))
                worst = max(worst, abs(value - (try #require(Double(row[column])))))
            }
        }
        #expect(worst <= 1e-9, "percentiles differ by \(worst) K")
    }
}

/// Runs a case and compares every file of its folder.
struct ClimateComparison {
    let folder: URL
    let model: ClimateCase

    init(folder: URL) throws {
        self.folder = folder
        model = try ClimateCaseFolder.read(folder.path)
    }

    static func rows(_ file: URL) throws -> [[Substring]] {
        try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }

    /// What is compared, the file it is in, and the size below which a number is the difference of larger ones: of
    /// temperatures 1e-3 K, so that near zero they agree to 1e-12 K.
    static let quantities: [(ClimateQuantity, String, Double)] = [
        (.emissions, "emissions", 1e-6), (.concentration, "concentration", 1e-6), (.forcing, "forcing", 1e-4),
        (.airborneEmissions, "airborne_emissions", 1e-3), (.cumulativeEmissions, "cumulative_emissions", 1e-6),
        (.alphaLifetime, "alpha_lifetime", 1e-6), (.temperature, "climate", 1e-3), (.energy, "climate", 1e-3),
    ]

    /// Every number within 1e-9 of the larger of itself and the floor of its kind, empty where FaIR's is.
    func expectAgreement() throws {
        let kernel = ClimateKernel(model, recording: Self.quantities.map(\.0))
        var parts: [String: [ClimateQuantity: [[Double]]]] = [:]
        kernel.run { part in
            for (lane, member) in part.members.enumerated() {
                var series: [ClimateQuantity: [[Double]]] = [:]
                for (quantity, _, _) in Self.quantities {
                    series[quantity] = quantity.entities(of: model).indices.map { entity in
                        (0..<part.bounds).map { part.value(quantity, entity: entity, bound: $0, lane: lane) }
                    }
                }
                parts["\(model.scenarios[part.scenario]),\(model.members[member])"] = series
            }
        }
        for (quantity, file, floor) in Self.quantities {
            let table = try Self.rows(folder.appending(path: file + ".csv"))
            let heads = table[0].map(String.init)
            var worst = 0.0
            var place = ""
            var compared = 0
            var nearZero = 0.0
            for row in table.dropFirst() {
                let time = try #require(Double(row[0]))
                let bound = Int(((time - model.run.start) / model.run.timestep).rounded(.down))
                let series = try #require(parts["\(row[1]),\(row[2])"]?[quantity])
                for (entity, species) in quantity.entities(of: model).enumerated() {
                    guard let column = heads.firstIndex(of: name(quantity, species)) else { continue }
                    let value = series[entity][bound]
                    compared += 1
                    if row[column].isEmpty {
                        #expect(value.isNaN, "\(heads[column]) at \(row[0..<3]) is \(value), and FaIR has none")
                        continue
                    }
                    let expected = try #require(Double(row[column]))
                    // FaIR writes zeros at the first bound for what a species doesn't have later either.
                    if bound == 0, expected == 0, value.isNaN { continue }
                    // And the baseline and zeros for a gas whose forcing is given; the writer of folders does so too.
                    let isPrescribed =
                        quantity != .temperature && quantity != .energy && model.species[species].mode == .forcing
                    if isPrescribed, value.isNaN, bound == 0 || quantity == .airborneEmissions { continue }
                    let scale = quantity == .energy && entity == 3 ? 1e19 : floor
                    let error = abs(value - expected) / max(abs(expected), scale)
                    if abs(expected) < 1e-3 { nearZero = max(nearZero, abs(value - expected)) }
                    if !(error <= worst) {
                        worst = error
                        place = "\(heads[column]) at \(row[0]),\(row[1]),\(row[2]): \(value), not \(expected)"
                    }
                }
            }
            #expect(worst <= 1e-9, "\(quantity.rawValue): \(worst) in \(place)")
            if quantity == .temperature { #expect(nearZero <= 1e-12, "\(nearZero) K apart near zero") }
            #expect(compared > 0 || quantity == .concentration || quantity == .alphaLifetime || table[0].count == 3)
        }
    }

    private func name(_ quantity: ClimateQuantity, _ entity: Int) -> String {
        switch quantity {
        case .temperature: "T\(entity)"
        case .energy: ClimateQuantity.energyNames[entity]
        default: model.species[entity].name
        }
    }
}
