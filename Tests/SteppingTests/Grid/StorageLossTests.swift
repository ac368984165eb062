import Foundation
import Testing
import WorldModel

@testable import Stepping

@Suite("What stores lose")
struct StorageLossTests {
    /// The island with lossless links, and a battery of these efficiencies.
    private func study(store: Double, dispatch: Double, standing: Double) throws -> Study {
        try island([
            "links.csv": { $0.replacingOccurrences(of: ",0.95,", with: ",1,") },
            "storage_units.csv": {
                $0.replacingOccurrences(
                    of: "marginal_cost [USD/MWh]", with: "marginal_cost [USD/MWh],standing_loss [1/h]"
                )
                .replacingOccurrences(of: ",0.9,0.9,1,", with: ",\(store),\(dispatch),1,\(standing),")
            },
        ])
    }

    /// Energy is conserved: what is generated and not served, stored or lost is nowhere.
    ///
    ///     generation + unserved - load - losses = weight (E of the end - E of the start)
    @Test(arguments: [(0.9, 0.9, 0.0), (0.8, 0.95, 0.0), (0.95, 0.85, 0.002)])
    func energyIsConserved(store: Double, dispatch: Double, standing: Double) throws {
        var bundle = Bundle(try study(store: store, dispatch: dispatch, standing: standing))
        let stored = bundle.compiled.power.stores.energy
        for year in 2026...2028 {
            let before = bundle.year()[stored]
            let record = bundle.step(year)
            let after = bundle.year()[stored]
            for lane in 0..<8 {
                func sum(_ name: String) -> Double { record[name, default: []].reduce(0) { $0 + $1[lane] } }
                let losses = sum("storage_losses")
                #expect(losses > 0)
                let left = sum("generation") + sum("unserved_energy") - sum("load") - losses
                let kept = bundle.compiled.calendar.weight * (after[lane] - before[lane])
                // Spilled energy is generated, and neither stored nor lost in stores.
                #expect(abs(left - kept) <= 1e-7 * sum("load"), "lane \(lane) in \(year)")
            }
        }
    }

    @Test func aPerfectStoreLosesNothing() throws {
        var bundle = Bundle(try study(store: 1, dispatch: 1, standing: 0))
        let losses = try #require(bundle.step(2026)["storage_losses"])
        #expect(losses == [Array(repeating: 0, count: 8)])
    }
}
