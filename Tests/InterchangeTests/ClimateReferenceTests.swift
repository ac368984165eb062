import Foundation
import Interchange
import Stepping
import Testing
import WorldModel

/// Agreement with FaIR 2.2.5, where the reference folder is present.
@Suite("Climate against FaIR") struct ClimateReferenceTests {
    static let shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "../../../shared/reference/climate"
    ).standardizedFileURL
    static let present = FileManager.default.fileExists(atPath: shared.path)
    static let cases = [
        "A1_ebm_co2_leach2021", "A2_ebm_3gas_meinshausen2020", "A3_ebm_3gas_etminan2016",
        "A4_ebm_3gas_myhre1998_2layer", "B1_co2_emissions", "B2_co2_emissions_quarterly", "C1_multigas_small",
        "C2_full61_calib141_deterministic", "C3_full61_calib141_stochastic",
    ]

    @Test(.enabled(if: present), arguments: cases) func everyNumberAgrees(name: String) throws {
        try ClimateComparison(folder: Self.shared.appending(path: name)).expectAgreement()
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

    private func rows(_ file: String) throws -> [[Substring]] {
        try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }

    /// 1e-9 of the larger of the number and a floor: below the floor the number is the difference of larger ones.
    func expectAgreement() throws {
        let quantities: [(ClimateQuantity, String, Double)] = [
            (.emissions, "emissions", 1e-6), (.concentration, "concentration", 1e-6), (.forcing, "forcing", 1e-4),
            (.airborneEmissions, "airborne_emissions", 1e-3), (.cumulativeEmissions, "cumulative_emissions", 1e-6),
            (.alphaLifetime, "alpha_lifetime", 1e-6), (.temperature, "climate", 1e-3), (.energy, "climate", 1e-3),
        ]
        let kernel = ClimateKernel(model, recording: quantities.map(\.0))
        var parts: [String: (ClimateQuantity, Int) -> [Double]] = [:]
        kernel.run { part in
            for (lane, member) in part.members.enumerated() {
                var series: [ClimateQuantity: [[Double]]] = [:]
                for (quantity, _, _) in quantities {
                    series[quantity] = quantity.entities(of: model).indices.map { entity in
                        (0..<part.bounds).map { part.value(quantity, entity: entity, bound: $0, lane: lane) }
                    }
                }
                let kept = series
                parts["\(model.scenarios[part.scenario]),\(model.members[member])"] = { kept[$0]?[$1] ?? [] }
            }
        }
        var compared = 0
        for (quantity, file, floor) in quantities {
            let table = try rows(file + ".csv")
            let heads = table[0].map(String.init)
            let names = quantity.entities(of: model).map { name(quantity, $0) }
            var worst = 0.0
            var place = ""
            for row in table.dropFirst() {
                let time = try #require(Double(row[0]))
                let bound = Int(((time - model.run.start) / model.run.timestep).rounded(.down))
                let series = try #require(parts["\(row[1]),\(row[2])"])
                for (entity, name) in names.enumerated() {
                    guard let column = heads.firstIndex(of: name), !row[column].isEmpty else { continue }
                    // FaIR writes zeros where a species has no forcing and no emissions before the first step.
                    let value = series(quantity, entity)[bound]
                    let expected = try #require(Double(row[column]))
                    if bound == 0, expected == 0, value.isNaN { continue }
                    let scale = quantity == .energy && entity == 3 ? 1e19 : floor
                    let error = abs(value - expected) / max(abs(expected), scale)
                    compared += 1
                    if !(error <= worst) {
                        worst = error
                        place = "\(name) at \(row[0]),\(row[1]),\(row[2]): \(value), not \(expected)"
                    }
                }
            }
            #expect(worst <= 1e-9, "\(quantity.rawValue): \(worst) in \(place)")
        }
        #expect(compared > 1000)
    }

    private func name(_ quantity: ClimateQuantity, _ entity: Int) -> String {
        switch quantity {
        case .temperature: "T\(entity)"
        case .energy: ClimateQuantity.energyNames[entity]
        default: model.species[entity].name
        }
    }
}
