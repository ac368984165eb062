import Foundation
import Testing

@Suite struct CompareTests {
    static let table = """
        policy,scenario,weight,cost [USD],share
        stay,dry,1,8,0.1
        stay,wet,1,9,0.3
        stay,hot,2,10,0.3
        move,dry,1,9,0.4
        move,wet,1,11,0.4
        move,hot,2,9,0.6

        """

    /// Runs a comparison of a table.
    private func compare(_ table: String, _ options: String...) throws -> Workshop.Ending {
        try Workshop(files: ["t.csv": table]).run(["compare", "t.csv"] + options)
    }

    @Test func aTableIsCompared() throws {
        let ending = try compare(
            Self.table, "--minimize", "cost", "--maximize", "share", "--reference-point", "cost=12,share=0.1", "--json")
        #expect(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        let rows = try #require(json["policies"] as? [[String: Any]])
        #expect(rows.map { $0["policy"] as? String } == ["stay", "move"])
        let cost = try #require((rows[0]["outcomes"] as? [String: [String: Double]])?["cost"])
        #expect(cost["mean"] == 9.25 && cost["worst"] == 10)
        #expect(json["reference_point"] as? [String: Double] == ["cost": 12, "share": 0.1])
        // Means are (9.25, 0.25) and (9.5, 0.5).
        let volume = try #require(json["hypervolume"] as? Double)
        #expect(abs(volume - (2.75 * 0.15 + 2.5 * 0.25)) < 1e-12)
        #expect((json["units"] as? [String: String])?["cost"] == "USD")
        let robustness = try #require(rows[1]["robustness"] as? [String: Any])
        #expect((robustness["minimax_regret"] as? [String: Double])?["cost"] == 2)
    }

    @Test func theTextSaysWhatWasFound() throws {
        let ending = try compare(Self.table, "--maximize", "share", "--at-most", "cost=9.5")
        #expect(ending.status == 0, "\(ending.error)")
        for word in [
            "2 policies", "3 scenarios, weighted", "cost [USD], less is better", "share, more is better", "worst case",
            "largest regret", "limit kept", "Limit: cost at most 9.5 USD is",
        ] {
            #expect(ending.output.contains(word), "the text lacks \(word): \(ending.output)")
        }
        #expect(ending.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func withoutScenariosRowsAreTakenInTheirOrder() throws {
        let json = try compare("policy,cost\na,1\nb,4\na,3\nb,2\n", "--metric", "maximin,hurwicz:0.3", "--json").json
        let rows = try #require(json["policies"] as? [[String: Any]])
        let robustness = try #require(rows[0]["robustness"] as? [String: Any])
        #expect(Set(robustness.keys) == ["satisfied", "maximin", "hurwicz:0.3"])
        #expect((robustness["maximin"] as? [String: Double])?["cost"] == 3)
        let choice = json["robust_choice"] as? [String: [String: [String]]]
        #expect(choice?["maximin"]?["cost"] == ["a"])
    }

    @Test func onePolicyAndOneScenarioAreEnough() throws {
        let ending = try compare("policy,cost\na,1\n")
        #expect(ending.status == 0 && ending.output.contains("nothing to compare it with"), "\(ending.error)")
        #expect(ending.output.contains("One scenario"))
        #expect(try compare("policy,cost\na,1\n", "--json").json["policies"] != nil)
    }

    @Test(arguments: [
        ("no-policy", "polcy,cost\na,1\n", "did you mean `polcy`"),
        ("no-outcome", "policy,scenario\na,1\n", "no column of an outcome"),
        ("missing-scenario", "policy,scenario,cost\na,1,1\na,2,1\nb,1,1\n", "lacks scenario `2`"),
        ("fewer-rows", "policy,cost\na,1\na,2\nb,1\n", "has 1 row where another has 2"),
        ("twice", "policy,scenario,cost\na,1,1\na,1,2\n", "line 2"),
        ("nan", "policy,cost\na,1\nb,nan\n", "t.csv:3: cost"),
        ("empty-cell", "policy,cost\na,\n", "there is no number"),
        ("infinite", "policy,cost\na,inf\n", "not a finite number"), ("text", "policy,cost\na,dear\n", "`dear`"),
        ("negative-weight", "policy,weight,cost\na,-1,1\n", "not below 0"),
        ("no-weight", "policy,weight,cost\na,0,1\n", "all weights are 0"),
        ("other-weight", "policy,scenario,weight,cost\na,1,1,1\nb,1,2,1\n", "weighs 2"),
        ("unnamed-policy", "policy,cost\n\"\",1\n", "names no policy"),
        ("two-columns", "policy,cost,cost\na,1,2\n", "two columns"), ("no-name", "policy,,cost\na,1,2\n", "no name"),
        ("no-rows", "policy,cost\n", "no rows"), ("ragged", "policy,cost\na,1,2\n", "3 cells"),
    ])
    func aBadTableEndsWith65(name: String, table: String, words: String) throws {
        let ending = try compare(table)
        #expect(ending.status == 65, "\(name)")
        #expect(ending.output.isEmpty && ending.error.contains(words), "\(name): \(ending.error)")
    }

    @Test func allFindingsOfATableAreReportedAtOnce() throws {
        let rows = (0..<14).map { "p\($0),x,y" }.joined(separator: "\n")
        let ending = try compare("policy,cost,share\n\(rows)\n")
        #expect(ending.status == 65)
        #expect(ending.error.contains("t.csv:2: cost") && ending.error.contains("t.csv:2: share"))
        #expect(ending.error.contains("14 cells"))
    }

    @Test(arguments: [
        (["--minimize", "coast"], "did you mean 'cost'"), (["--outcomes", "none"], "'none' is no outcome"),
        (["--minimize", "cost", "--maximize", "cost"], "both"), (["--metric", "maximn"], "did you mean 'maximin'"),
        (["--metric", "hurwicz:2"], "0...1"), (["--reference-point", "1"], "1 number for 2 outcomes"),
        (["--reference-point", "cost=inf,share=0"], "no finite number"), (["--reference-point", "cost=1"], "'share'"),
        (["--reference-point", "coast=1,share=1"], "did you mean 'cost'"),
        (["--against", "sty"], "did you mean 'stay'"),
        (["--at-most", "cost"], "name=number"), (["--at-most", "cost=1", "--at-least", "cost=2"], "nothing is both"),
        (["--write"], "is a table"),
    ])
    func aWrongOptionEndsWith64(options: [String], words: String) throws {
        let ending = try Workshop(files: ["t.csv": Self.table]).run(["compare", "t.csv"] + options)
        #expect(ending.status == 64, "\(options)")
        #expect(ending.output.isEmpty && ending.error.contains(words), "\(options): \(ending.error)")
    }

    @Test func anArchiveKeepsItsComparisonAndNothingElseChanges() throws {
        let shop = try Workshop()
        try #require(try shop.run("run", RunTests.study, "-o", "a.h5").status == 0)
        let before = try shop.run("compare", "a.h5")
        try #require(try shop.run("export", "a.h5", "-o", "before").status == 0)
        for _ in 0..<2 {
            let ending = try shop.run("compare", "a.h5", "--write")
            #expect(ending.status == 0 && ending.output == before.output, "\(ending.error)")
        }
        #expect(try shop.run("compare", "a.h5").output == before.output)
        try #require(try shop.run("export", "a.h5", "-o", "after").status == 0)
        for name in ["outcomes.csv", "yearly.csv"] {
            #expect(try shop.read("before/\(name)") == shop.read("after/\(name)"))
        }
        // An exported table says the same of its outcomes as the archive.
        let archive = try shop.run("compare", "a.h5", "--json").json
        let table = try shop.run("compare", "before/outcomes.csv", "--maximize", "share", "--json").json
        for key in ["policies", "hypervolume", "reference_point", "robust_choice", "information"] {
            let (a, b) = (archive[key] as? NSObject, table[key] as? NSObject)
            #expect(a != nil && a == b, "\(key)")
        }
    }

    @Test func anArchiveIsComparedByTheOutcomesThatAreAskedFor() throws {
        let shop = try Workshop()
        try #require(try shop.run("run", RunTests.study, "-o", "a.h5").status == 0)
        let ending = try shop.run("compare", "a.h5", "--outcomes", "cost,share", "--minimize", "share", "--json")
        #expect(ending.status == 0, "\(ending.error)")
        #expect(try ending.json["directions"] as? [String: String] == ["cost": "minimize", "share": "minimize"])
    }
}

@Suite struct DiscoverTests {
    /// Forty rows of which those with x above 6 and the kind b are dear.
    static let table =
        "x [K],kind,y,cost [USD]\n"
        + (0..<200).map { row in
            let x = Double((row * 37) % 100) / 10
            let kind = row % 2 == 0 ? "a" : "b"
            return "\(x),\(kind),\((row * 53) % 97),\(x > 6 && kind == "b" ? 10 : 1)"
        }.joined(separator: "\n") + "\n"

    private func discover(_ options: String...) throws -> Workshop.Ending {
        try Workshop(files: ["t.csv": Self.table]).run(["discover", "t.csv", "--outcome", "cost"] + options)
    }

    @Test(arguments: ["prim", "cart"])
    func theConditionsAreFound(method: String) throws {
        let ending = try discover("--above", "5", "--method", method, "--json")
        #expect(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        let boxes = try #require(json["boxes"] as? [[String: Any]])
        let box = try #require(boxes.first)
        #expect(box["coverage"] as? Double ?? 0 > 0.9 && box["density"] as? Double ?? 0 > 0.9)
        #expect(Set(box["restricted"] as? [String] ?? []) == ["x", "kind"])
        let limits = try #require(box["limits"] as? [String: Any])
        #expect(limits["kind"] as? [String] == ["b"])
        let low = try #require((limits["x"] as? [Double])?.first)
        #expect(abs(low - 6.05) < 0.3)
        #expect((json["drivers"] as? [[String: Any]])?.count == 3)
    }

    @Test func theTextSaysWhere() throws {
        let ending = try discover("--above", "5")
        #expect(ending.status == 0, "\(ending.error)")
        for word in [
            "cost is above 5 USD in", "x is at least", " K", "kind is b", "coverage", "quasi-p", "rank correlation",
        ] {
            let text = ending.output.replacing("\n", with: " ")
            #expect(text.contains(word), "the text lacks \(word): \(text)")
        }
        #expect(ending.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(try discover("--below", "5", "--method", "cart").output.contains("cost is below 5 USD in"))
    }

    @Test(arguments: [
        (["--above", "50"], "it runs from 1.00 USD to 10.0 USD"), (["--below", "50"], "all 200 cases"),
        ([], "--above or --below"),
        (["--above", "1", "--below", "2"], "choose one"), (["--above", "5", "--inputs", "xx"], "did you mean 'x'"),
        (["--above", "5", "--policy", "a"], "no column policy"), (["--above", "5", "--method", "forest"], "prim"),
        (["--above", "5", "--peel", "0.6"], "between 0 and 0.5"),
    ])
    func aWrongOptionEndsWith64(options: [String], words: String) throws {
        let ending = try Workshop(files: ["t.csv": Self.table]).run(
            ["discover", "t.csv", "--outcome", "cost"] + options)
        #expect(ending.status == 64 && ending.output.isEmpty, "\(options)")
        #expect(ending.error.contains(words), "\(options): \(ending.error)")
    }

    @Test func anUnknownOutcomeIsNamed() throws {
        let ending = try Workshop(files: ["t.csv": Self.table]).run(
            "discover", "t.csv", "--outcome", "coast", "--above", "1")
        #expect(ending.status == 64 && ending.error.contains("did you mean 'cost'"), "\(ending.error)")
    }

    @Test func rowsThatAreNoDesignEndWith65() throws {
        for method in ["sobol", "morris"] {
            let ending = try discover("--method", method, "--inputs", "x,y")
            #expect(ending.status == 65 && ending.output.isEmpty, "\(method): \(ending.error)")
        }
        #expect(try discover("--method", "sobol").error.contains("is text"))
    }

    @Test func aDesignTellsWhatDrives() throws {
        // Two blocks of A, AB1, AB2, B; y = 3 a + b.
        let (a, b) = ([[0.1, 0.2], [0.6, 0.9]], [[0.8, 0.3], [0.4, 0.5]])
        var rows = ["a,b,y"]
        for (p, q) in zip(a, b) {
            for row in [p, [q[0], p[1]], [p[0], q[1]], q] { rows.append("\(row[0]),\(row[1]),\(3 * row[0] + row[1])") }
        }
        let shop = try Workshop(files: ["s.csv": rows.joined(separator: "\n") + "\n"])
        let json = try shop.run("discover", "s.csv", "--outcome", "y", "--method", "sobol", "--json").json
        let indices = try #require(json["indices"] as? [[String: Any]])
        #expect(indices.map { $0["input"] as? String } == ["a", "b"])
        let total = indices.compactMap { ($0["total"] as? [String: Double])?["value"] }
        #expect(total.count == 2 && total[0] > total[1])
        #expect((indices[0]["total"] as? [String: Double])?["low"] == nil, "two blocks have no interval")
    }

    @Test func anArchiveTellsUnderWhichSamplesAPolicyFails() throws {
        let shop = try Workshop()
        try #require(try shop.run("run", RunTests.study, "-o", "a.h5", "--samples", "64").status == 0)
        let outcomes = try shop.run("compare", "a.h5", "--json").json["policies"] as? [[String: Any]]
        let cost = (outcomes?[0]["outcomes"] as? [String: [String: Double]])?["cost"]
        let mean = try #require(cost?["mean"])
        let ending = try shop.run("discover", "a.h5", "--outcome", "cost", "--above", "\(mean)", "--policy", "planned")
        #expect(ending.status == 0, "\(ending.error)")
        #expect(ending.output.contains("economy_demand_growth") && ending.output.contains("64 world lines of planned"))
        let all = try shop.run("discover", "a.h5", "--outcome", "cost", "--above", "\(mean)", "--json").json
        #expect((all["drivers"] as? [[String: Any]])?.contains { $0["input"] as? String == "cable" } == true)
    }
}
