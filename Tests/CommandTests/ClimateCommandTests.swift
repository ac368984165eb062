import Foundation
import Testing

/// `worldlines climate` as its users meet it, on small cases of `make golden`.
@Suite("The climate command") struct ClimateCommandTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../CasesTests/Fixtures/climate"
    ).standardizedFileURL

    private func fixture(_ name: String) -> String { Self.fixtures.appendingPathComponent(name).path }

    private func table(_ workshop: Workshop, _ file: String) throws -> [[String]] {
        try workshop.read(file).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test("a folder gets the files of the case, row by row and column by column") func folder() throws {
        let shop = try Workshop(files: ["here.txt": ""])
        let ending = try shop.run("climate", fixture("everything"), "-o", "out")
        #expect(ending.status == 0, "\(ending.error)")
        for file in [
            "climate", "emissions", "concentration", "forcing", "airborne_emissions", "cumulative_emissions",
            "alpha_lifetime",
        ] {
            let found = try table(shop, "out/\(file).csv")
            let text = try String(contentsOfFile: fixture("everything") + "/\(file).csv", encoding: .utf8)
            let expected = text.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            #expect(found[0] == expected[0], "\(file)")
            #expect(found.count == expected.count, "\(file)")
            for (a, b) in zip(found, expected).dropFirst() {
                #expect(Double(a[0]) == Double(b[0]) && a[1...2] == b[1...2])
                for (x, y) in zip(a[3...], b[3...]) where x.isEmpty || y.isEmpty { #expect(x == y, "\(file): \(a[0])") }
            }
        }
        #expect(try table(shop, "out/ecs_tcr.csv").count == 3)
    }

    @Test("only what is asked for is written") func outputs() throws {
        let shop = try Workshop(files: ["here.txt": ""])
        let ending = try shop.run(
            "climate", fixture("clamped"), "-o", "out", "--outputs", "temperature,airborne_fraction", "--members", "hot"
        )
        #expect(ending.status == 0, "\(ending.error)")
        #expect(Set(shop.names(in: "out")) == ["climate.csv", "airborne_fraction.csv", "ecs_tcr.csv", "flags.csv"])
        let rows = try table(shop, "out/climate.csv")
        #expect(rows[0] == ["timebound", "scenario", "config", "T0", "T1", "T2"])
        #expect(rows.dropFirst().allSatisfy { $0[2] == "hot" })
    }

    @Test("a run in three parts leaves the files of the whole, byte for byte") func parts() throws {
        let shop = try Workshop(files: ["here.txt": ""])
        for name in ["everything", "stochastic"] {
            let path = fixture(name)
            let start = name == "everything" ? 1990.0 : 1990
            #expect(try shop.run("climate", path, "-o", "\(name)-whole").status == 0)
            let cuts = [start + 1, start + 9]
            #expect(
                try shop.run(
                    "climate", path, "-o", "\(name)-0", "--to", "\(cuts[0])", "--save-state", "\(name)-0.state"
                ).status == 0)
            #expect(
                try shop.run(
                    "climate", path, "-o", "\(name)-1", "--from", "\(name)-0.state", "--to", "\(cuts[1])",
                    "--save-state", "\(name)-1.state"
                ).status == 0)
            #expect(try shop.run("climate", path, "-o", "\(name)-2", "--from", "\(name)-1.state").status == 0)
            for file in ["climate", "forcing", "emissions", "alpha_lifetime"] {
                let whole = try table(shop, "\(name)-whole/\(file).csv")
                var joined: [[String]] = []
                for part in 0..<3 { joined += try table(shop, "\(name)-\(part)/\(file).csv").dropFirst() }
                let order = { (rows: [[String]]) in rows.map { $0.joined(separator: ",") }.sorted() }
                #expect(order(joined) == order(Array(whole.dropFirst())), "\(name): \(file)")
            }
        }
    }

    @Test("an archive opens and is not overwritten unless that is said") func archive() throws {
        let shop = try Workshop(files: ["here.txt": ""])
        #expect(try shop.run("climate", fixture("minor"), "-o", "out.h5").status == 0)
        let again = try shop.run("climate", fixture("minor"), "-o", "out.h5")
        #expect(again.status == 74 && again.error.contains("--force"))
        #expect(try shop.run("climate", fixture("minor"), "-o", "out.h5", "--force").status == 0)
    }

    @Test("wrong words end with 64 or 65 and name themselves and a remedy") func errors() throws {
        let shop = try Workshop(files: ["here.txt": ""])
        let cases: [([String], Int32, String)] = [
            (["--outputs", "temprature"], 65, "did you mean `temperature`?"),
            (["--set", "forcing_scale[CH4]=1"], 65, "no species `CH4`"),
            (["--set", "forcing_scale"], 64, "NAME=VALUE"),
            (["--members", "mit"], 65, "did you mean `mid`?"),
            (["--to", "1980"], 65, "no bound"),
            (["--years", "1750-2100"], 64, "config.json"),
            (["--from", "nowhere.csv"], 65, "nowhere.csv"),
        ]
        for (arguments, status, words) in cases {
            let ending = try shop.run(["climate", fixture("clamped"), "-o", "out"] + arguments)
            #expect(ending.status == status, "\(arguments): \(ending.error)")
            #expect(ending.error.contains(words), "\(arguments): \(ending.error)")
        }
        #expect(try shop.run("climate", "nowhere", "-o", "out").status == 74)
    }

    @Test("--json says what was run, flagged and how long it took") func json() throws {
        let shop = try Workshop(files: ["here.txt": ""])
        let report = try shop.run("climate", fixture("clamped"), "-o", "out", "--json").json
        #expect(report["members"] as? Int == 2)
        #expect((report["flags"] as? [[String: Any]])?.first?["flag"] as? String == "lifetime_clamped")
        #expect((report["seconds"] as? [String: Double])?["run"] ?? 0 > 0)
    }
}
