import Foundation
import Testing

@Suite struct OptimizeTests {
    /// A study of the pair of cities with a range and an option.
    static let ranges = """
        study: ranges
        question: How strong a cable, and how much sun?
        world: ..
        years: 2026-2029
        seed: 7
        samples: 2
        levers:
          cable:
            planned: {}
            stronger:
              links[cable].p_nom: {plus: {range: [0, 600]}}
          sun:
            panel:
              generators[panel].p_nom: {range: [900, 2000]}
        decisions:
          - {year: 2027, lever: cable}
          - {year: 2028, lever: sun}
        uncertainties:
          economy.demand_growth: {triangular: [0.2, 0.8, 2.0], unit: "%/yr"}
        outcomes:
          cost: {of: system_cost, over_time: discounted_sum, minimize: true}
          emitted: {of: co2_emissions, over_time: sum, minimize: true}

        """

    func shop(_ changes: [(String, String)] = []) throws -> Workshop {
        let shop = try Workshop()
        var text = OptimizeTests.ranges
        for (old, new) in changes {
            try #require(text.contains(old))
            text = text.replacingOccurrences(of: old, with: new)
        }
        try shop.write(text, to: "world/studies/ranges.yaml")
        return shop
    }

    static let search = ["optimize", "world/studies/ranges.yaml", "-o", "a.h5", "--budget", "24", "--population", "8"]

    @Test func aSearchLeavesAnArchiveOfAllThatItSimulated() throws {
        let shop = try shop()
        let ending = try shop.run(OptimizeTests.search + ["--json"])
        try #require(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        // Points that differ only where an option isn't chosen are one policy.
        let count = try #require(json["policies"] as? Int)
        #expect((9...24).contains(count) && json["method"] as? String == "nsga2")
        #expect((json["hypervolume"] as? Double ?? 0) > 0)
        #expect((json["reference_point"] as? [String: Double])?.count == 2)
        let front = try #require(json["front"] as? [[String: Any]])
        #expect(!front.isEmpty)
        let inspected = try shop.run("inspect", "a.h5", "--json").json
        #expect((inspected["policies"] as? [String])?.count == count && inspected["world_lines"] as? Int == 2 * count)
        let compared = try shop.run("compare", "a.h5", "--json").json
        let policies = try #require(compared["policies"] as? [[String: Any]])
        let ranked = Set(policies.filter { $0["rank"] as? Int == 0 }.compactMap { $0["policy"] as? String })
        #expect(ranked == Set(front.compactMap { $0["policy"] as? String }))
        #expect(try shop.run("export", "a.h5", "-o", "tables").status == 0)
        let header = try shop.read("tables/outcomes.csv").prefix { $0 != "\r\n" }
        #expect(header.contains("range_sun_panel_generators_panel_p_nom"), "\(header)")
    }

    /// A search simulates what `run` of the study that lists its policies does; its archive does not depend on workers.
    @Test func theArchiveIsThatOfARunOfItsPolicies() throws {
        let shop = try shop()
        for (name, workers) in [("a.h5", "1"), ("b.h5", "2")] {
            var arguments = OptimizeTests.search + ["--workers", workers, "--keep-states", "all"]
            arguments[3] = name
            let ending = try shop.run(arguments)
            try #require(ending.status == 0, "\(ending.error)")
        }
        let a = try Data(contentsOf: shop.folder.appendingPathComponent("a.h5"))
        #expect(try Data(contentsOf: shop.folder.appendingPathComponent("b.h5")) == a)
        // The study as the archive keeps it, run from its files.
        let policies = try shop.policiesTable(of: "a.h5")
        try shop.write(policies, to: "world/studies/ranges.policies.csv")
        try shop.write(OptimizeTests.ranges + "policies: \"ranges.policies.csv\"\n", to: "world/studies/ranges.yaml")
        let run = try shop.run("run", "world/studies/ranges.yaml", "-o", "c.h5")
        try #require(run.status == 0, "\(run.error)")
        #expect(try Data(contentsOf: shop.folder.appendingPathComponent("c.h5")) == a)
    }

    @Test func aFolderIsNoArchiveEvenByForce() throws {
        let shop = try shop()
        try shop.write("kept", to: "a.h5/note.txt")
        let ending = try shop.run(OptimizeTests.search + ["--force"])
        #expect(ending.status == 74 && ending.error.contains("a.h5 is a folder"), "\(ending.error)")
        #expect(try shop.read("a.h5/note.txt") == "kept")
    }

    @Test func aSearchThatIsStoppedGoesOnWithTheSameBits() throws {
        let shop = try shop()
        let whole = try shop.run(OptimizeTests.search)
        try #require(whole.status == 0, "\(whole.error)")
        var arguments = OptimizeTests.search
        arguments[3] = "b.h5"
        let stopped = try shop.run(arguments) { process in
            let parts = shop.folder.appendingPathComponent("b.h5.parts").path
            for _ in 0..<2000 where process.isRunning {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: parts)) ?? []
                if names.contains(where: { $0.hasSuffix(".part.h5") }) { break }
                usleep(2000)
            }
            process.terminate()
        }
        if stopped.status == 130 {
            #expect(stopped.error.contains("resume b.h5"))
            #expect(!shop.names(in: "").contains("b.h5"))
            let resumed = try shop.run("resume", "b.h5")
            try #require(resumed.status == 0, "\(resumed.error)")
        }
        let (a, b) = ("a.h5", "b.h5")
        #expect(
            try Data(contentsOf: shop.folder.appendingPathComponent(a))
                == Data(contentsOf: shop.folder.appendingPathComponent(b)))
    }

    @Test(arguments: ["beam", "tree", "nsga2", "sobol", "factorial", "lhs"]) func optionsAreSearched(method: String)
        throws
    {
        let shop = try Workshop()
        let ending = try shop.run(
            "optimize", RunTests.study, "-o", "a.h5", "--method", method, "--objective", "cost", "--samples", "2",
            "--budget", "8", "--json")
        try #require(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        let front = try #require(json["front"] as? [[String: Any]])
        #expect(json["policies"] as? Int == 2 && front.count == 1)
        let compared = try shop.run("compare", "a.h5", "--json").json
        let policies = try #require(compared["policies"] as? [[String: Any]])
        let costs = policies.compactMap { policy -> (String, Double)? in
            let cost = (policy["outcomes"] as? [String: [String: Double]])?["cost"]?["mean"]
            return cost.flatMap { cost in (policy["policy"] as? String).map { ($0, cost) } }
        }
        #expect(costs.min { $0.1 < $1.1 }?.0 == front[0]["policy"] as? String)
    }

    @Test func oneObjectiveOverRangesIsForCMAES() throws {
        let shop = try shop([("    planned: {}\n", "")])
        let ending = try shop.run(
            "optimize", "world/studies/ranges.yaml", "-o", "a.h5", "--objective", "cost", "--budget", "30", "--json")
        try #require(ending.status == 0, "\(ending.error)")
        #expect(try ending.json["method"] as? String == "cmaes")
        #expect(try ending.json["policies"] as? Int == 30)
    }

    @Test func anotherProgramMaySearch() throws {
        let shop = try shop()
        try shop.write(
            """
            {"evaluate": [{"cable": "stronger", "cable.stronger.links[cable].p_nom": 150}, {"cable": 0}]}
            not json
            {"evaluate": [{"cabel": 0}]}
            {"evaluate": [{"cable": 0}]}
            {"finish": true}

            """, to: "asked.txt")
        let shell = try shop.shell("optimize world/studies/ranges.yaml -o a.h5 --method external --json < asked.txt")
        try #require(shell.status == 0, "\(shell.error)")
        let lines = shell.output.split(separator: "\n").map(String.init)
        let greeting = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(greeting["protocol"] as? Int == 1 && (greeting["genes"] as? [Any])?.count == 4)
        let first = try #require(try JSONSerialization.jsonObject(with: Data(lines[1].utf8)) as? [String: Any])
        let told = try #require(first["evaluations"] as? [[String: Any]])
        #expect(told.count == 2 && (told[0]["minimized"] as? [Double])?.count == 2)
        #expect(lines[2].contains("error") && lines[3].contains("'cabel' is neither"))
        let again = try #require(try JSONSerialization.jsonObject(with: Data(lines[4].utf8)) as? [String: Any])
        let repeated = try #require(again["evaluations"] as? [[String: Any]])
        #expect(repeated[0]["minimized"] as? [Double] == told[1]["minimized"] as? [Double])
        #expect(try shop.run("inspect", "a.h5", "--json").json["world_lines"] as? Int == 4)
    }

    @Test func runRefusesRanges() throws {
        let ending = try shop().run("run", "world/studies/ranges.yaml", "-o", "a.h5")
        #expect(ending.status == 65 && ending.error.contains("worldlines optimize"), "\(ending.error)")
        #expect(try shop().run("check", "world/studies/ranges.yaml").status == 0)
    }

    @Test func leversThatCostNothingDriveNoObjectiveAlone() throws {
        let uncounted = try shop().run(OptimizeTests.search + ["--objective", "emitted"])
        #expect(
            uncounted.status == 65 && uncounted.error.contains("no objective or limit counts"), "\(uncounted.error)")
        let free = try shop([
            (
                "    planned: {}\n    stronger:\n      links[cable].p_nom: {plus: {range: [0, 600]}}",
                "    value:\n      carriers[gas].fuel_cost: {range: [10, 60]}"
            ),
            ("  sun:\n    panel:\n      generators[panel].p_nom: {range: [900, 2000]}", "  sun:\n    panel: {}"),
        ]).run(OptimizeTests.search)
        #expect(free.status == 65 && free.error.contains("'cable' alone"), "\(free.error)")
    }

    @Test(
        arguments: [
            (["--method", "cmaes", "--objective", "cost"], 65, "searches ranges only"),
            (["--method", "beam"], 65, "searches options only"),
            (["--objective", "costs"], 65, "no outcome 'costs'"), (["--epsilon", "0"], 64, "--epsilon"),
            (["--epsilon", "1"], 65, "1 epsilon for 2 objectives"), (["--budget", "0"], 64, "--budget"),
            (["--population", "7"], 65, "an even number"), (["--method", "nsga"], 64, "nsga"),
            (["--method", "tree"], 65, "one objective"),
        ] as [([String], Int32, String)])
    func whatCannotBeSearchedIsRefused(options: [String], status: Int32, words: String) throws {
        let ending = try shop().run(
            ["optimize", "world/studies/ranges.yaml", "-o", "a.h5"] + options)
        #expect(ending.status == status && ending.error.contains(words), "\(ending.status): \(ending.error)")
    }

    @Test func aLimitThatNothingMeetsIsSaid() throws {
        let shop = try shop([("over_time: sum, minimize: true", "over_time: sum, minimize: true, at_most: 1 tCO2")])
        let ending = try shop.run(OptimizeTests.search)
        #expect(ending.status == 0 && ending.output.contains("missed"), "\(ending.error)")
    }
}

@Suite struct DiffTests {
    @Test func whereTwoLinesPartAndWhichRoomMakesIt() throws {
        let shop = try RunTests().archive()
        let ending = try shop.run("diff", "a.h5", "--world-line", "0", "1", "--json")
        try #require(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        #expect(json["part_year"] as? Int == 2028)
        let choices = try #require(json["choices"] as? [[String: Any]])
        #expect(choices.count == 1 && choices[0]["values"] as? [String] == ["planned", "doubled"])
        let rooms = try #require(json["rooms"] as? [[String: Any]])
        #expect(rooms.first?["room"] as? String == "grid")
        let outcomes = try #require(json["outcomes"] as? [[String: Any]])
        for outcome in outcomes {
            let values = try #require(outcome["values"] as? [Double])
            let difference = try #require(outcome["difference"] as? Double)
            #expect(abs(difference - (values[1] - values[0])) <= 1e-9 * abs(values[0]))
        }
        let emitted = try #require(outcomes.first { $0["name"] as? String == "emitted" })
        #expect(emitted["made_by"] as? String == "grid" && emitted["first_year"] as? Int == 2028)
        // What the carriers emit less sums to the difference of what is emitted.
        let parts = try #require(emitted["parts"] as? [[String: Any]])
        let sum = parts.compactMap { $0["difference"] as? Double }.reduce(0, +)
        #expect(abs(sum - (emitted["difference"] as? Double ?? 0)) <= 1e-9 * abs(sum))
        let text = try shop.run("diff", "a.h5", "--world-line", "0", "1")
        for word in ["diverge in 2028", "cable: planned | doubled", "grid from 2028", "made by"] {
            #expect(text.output.contains(word), "\(text.output)")
        }
    }

    @Test func aLineDiffersNotFromItselfAndSamplesAreNamed() throws {
        let shop = try RunTests().archive()
        let same = try shop.run("diff", "a.h5", "--world-line", "3", "3")
        #expect(same.status == 0 && same.output.contains("nothing that is recorded differs"))
        let other = try shop.run("diff", "a.h5", "--world-line", "0", "2", "--json").json
        let choices = try #require(other["choices"] as? [[String: Any]])
        #expect(choices.isEmpty)
        let draws = try #require(other["draws"] as? [[String: Any]])
        #expect(draws.map { $0["lever"] as? String } == ["sample", "climate.ecs", "economy.demand_growth"])
    }

    /// A share outside Alba counts Borgo alone; in a mean over years every year's share counts a fifth.
    @Test func partsAreThoseThatTheOutcomeCountsAndSumToItsDifference() throws {
        let shop = try RunTests().archive()
        let ending = try shop.run("diff", "a.h5", "--policy", "planned", "--policy", "doubled", "--json")
        try #require(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        #expect(json["samples"] as? Int == 8)
        let outcomes = try #require(json["outcomes"] as? [[String: Any]])
        for outcome in outcomes {
            let parts = try #require(outcome["parts"] as? [[String: Any]])
            let total = try #require(outcome["difference"] as? Double)
            let values = try #require(outcome["values"] as? [Double])
            let sum = parts.compactMap { $0["difference"] as? Double }.reduce(0, +)
            if !parts.isEmpty { #expect(abs(sum - total) <= 1e-8 * abs(values[0]), "\(outcome)") }
            let counts = ["better", "alike", "worse"].compactMap { outcome[$0] as? Int }
            #expect(counts.reduce(0, +) == 8)
        }
        let share = try #require(outcomes.first { $0["name"] as? String == "share" })
        let places = (share["parts"] as? [[String: Any]])?.compactMap { $0["entity"] as? String } ?? []
        #expect(Set(places).isSubset(of: ["Borgo, Sud"]), "\(places)")
    }

    @Test func linesAreNamedBySampleAndPolicyToo() throws {
        let shop = try RunTests().archive()
        let numbers = try shop.run("diff", "a.h5", "--world-line", "2", "7")
        #expect(numbers.status == 0, "\(numbers.error)")
        #expect(try shop.run("diff", "a.h5", "--world-line", "1/planned", "3/doubled").output == numbers.output)
        let wrong = try shop.run("diff", "a.h5", "--policy", "planed", "doubled")
        #expect(wrong.status == 64 && wrong.error.contains("did you mean 'planned'"), "\(wrong.error)")
    }

    @Test(
        arguments: [
            (["0"], 64), (["0", "9/planned"], 64), (["x", "0"], 64), (["0", "99"], 64), (["0", "-1"], 64), ([], 64),
        ] as [([String], Int32)])
    func whatIsNoPairIsRefused(lines: [String], status: Int32) throws {
        let shop = try RunTests().archive()
        #expect(try shop.run(["diff", "a.h5"] + (lines.isEmpty ? [] : ["--world-line"] + lines)).status == status)
    }
}
