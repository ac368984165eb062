import Foundation
import Testing

@Suite struct CheckTests {
    @Test func aGoodWorldAndStudyPass() throws {
        let ending = try Workshop().run("check", "world", "world/studies/cable.yaml")
        #expect(ending.status == 0, "\(ending.error)")
        #expect(ending.output.contains("2 cities") && ending.output.contains("2026-2030"))
    }

    @Test func allFindingsComeAtOnceWithFileLineAndRemedy() throws {
        let shop = try Workshop()
        try shop.write("name,bus,p_set\nalba,nort,900\nborgo,south,-4\n", to: "world/loads.csv")
        let ending = try shop.run("check", "world")
        #expect(ending.status == 65)
        #expect(ending.output.isEmpty)
        #expect(ending.error.contains("world/loads.csv:2:") && ending.error.contains("did you mean `north`?"))
        #expect(ending.error.contains("world/loads.csv:3:"))
        let json = try shop.run("check", "world", "--json")
        #expect(json.status == 65)
        let findings = try #require(try json.json["findings"] as? [[String: Any]])
        #expect(findings.map { $0["line"] as? Int }.contains(2) && findings.map { $0["line"] as? Int }.contains(3))
        #expect(findings.allSatisfy { $0["file"] as? String == "world/loads.csv" && $0["remedy"] is String })
    }

    @Test func aStudyInAnotherFolderIsNamedAsItIs() throws {
        let shop = try Workshop()
        let study = try shop.read("world/studies/cable.yaml")
        func moved(_ world: String) -> String {
            study.replacing("world: ..\n", with: world).replacing("seed: 7", with: "seed: seven")
        }
        try shop.write(moved("world: ../world\n"), to: "elsewhere/küste.yaml")
        try shop.write("name,bus,p_set\nalba,nort,900\n", to: "world/loads.csv")
        let ending = try shop.run("check", "elsewhere/küste.yaml")
        #expect(ending.status == 65)
        #expect(ending.error.contains("\nworld/loads.csv:2:") || ending.error.hasPrefix("world/loads.csv:2:"))
        #expect(ending.error.contains("elsewhere/küste.yaml:5: seed:"), "\(ending.error)")
        try shop.write(moved(""), to: "elsewhere/küste.yaml")
        let alone = try shop.run("check", "elsewhere/küste.yaml").error
        #expect(alone.contains("elsewhere/küste.yaml: world: `world` is missing") && alone.contains("2 errors"))
        #expect(alone.contains("elsewhere/küste.yaml:4: seed:"), "\(alone)")
    }

    @Test func aPathThatIsNotThereHidesNoOther() throws {
        let shop = try Workshop()
        try shop.write("name,bus,p_set\nalba,nort,900\n", to: "world/loads.csv")
        let ending = try shop.run("check", "nowhere", "world", "--json")
        let findings = try #require(try ending.json["findings"] as? [[String: Any]])
        #expect(ending.status == 74 && findings.map { $0["file"] as? String } == ["nowhere", "world/loads.csv"])
    }

    @Test func aBadStudyIsNotRun() throws {
        let shop = try Workshop()
        let study = try shop.read("world/studies/cable.yaml")
        try shop.write(
            study.replacingOccurrences(of: "links[cable].p_nom", with: "links[cabel].p_nom"),
            to: "world/studies/cable.yaml")
        let ending = try shop.run("run", "world/studies/cable.yaml", "-o", "a.h5")
        #expect(ending.status == 65)
        #expect(ending.error.contains("world/studies/cable.yaml:") && ending.error.contains("`cable`"))
        #expect(shop.names(in: "").allSatisfy { !$0.hasPrefix("a.h5") })
    }
}
