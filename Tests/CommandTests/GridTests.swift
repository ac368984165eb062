import Foundation
import Testing

@Suite struct GridTests {
    static let triangle = """
        function mpc = triangle
        mpc.version = '2';
        mpc.baseMVA = 100;
        mpc.bus = [
            1 3 0 0 0 0 1 1 0 230 1 1.1 0.9;
            2 1 100 0 0 0 1 1 0 230 1 1.1 0.9;
            3 1 150 0 0 0 1 1 0 230 1 1.1 0.9;
        ];
        mpc.gen = [
            1 0 0 0 0 1 100 1 300 0;
            2 0 0 0 0 1 100 1 150 0;
        ];
        mpc.gencost = [
            2 0 0 2 10 0;
            2 0 0 2 30 0;
        ];
        mpc.branch = [
            1 2 0 0.1 0 60 0 0 0 0 1 0 0;
            1 3 0 0.1 0 0 0 0 0 0 1 0 0;
            2 3 0 0.1 0 0 0 0 0 0 1 0 0;
        ];

        """
    static let network = [
        "net/buses.csv": "name,v_nom\na,100\nb,100\n",
        "net/snapshots.csv": "snapshot\nday\nnight\n",
        "net/generators.csv": "name,bus,p_nom,marginal_cost\nbase,a,100,10\npeak,b,50,50\n",
        "net/loads.csv": "name,bus\ntown,b\n",
        "net/loads-p_set.csv": "snapshot,town\nday,90\nnight,40\n",
        "net/lines.csv": "name,bus0,bus1,x,s_nom\nl,a,b,10,60\n",
    ]

    private func shop() throws -> Workshop {
        try Workshop(files: Self.network.merging(["case.m": Self.triangle]) { $1 })
    }

    private func object(_ json: [String: Any], _ key: String) throws -> [String: Any] {
        try #require(json[key] as? [String: Any])
    }

    static let keys = ["angles", "dispatch", "flows", "gap", "iterations", "objective", "prices", "reason", "status"]

    @Test func aCaseOfOneHourHasNumbersByName() throws {
        let ending = try shop().run("grid", "case.m", "--json")
        #expect(ending.status == 0, "\(ending.error)")
        let json = try ending.json
        #expect(json.keys.sorted() == Self.keys)
        #expect(json["status"] as? String == "optimal" && json["reason"] as? String == "")
        // f12 = (a − (b − 100)) / 3 = 60 and a + b = 250: a = 165, b = 85.
        let dispatch = try object(json, "dispatch")
        #expect(abs((dispatch["gen1"] as? Double ?? 0) - 165) < 1e-4)
        #expect(abs((try object(json, "flows")["branch1"] as? Double ?? 0) - 60) < 1e-4)
        #expect(abs((json["objective"] as? Double ?? 0) - (1650 + 2550)) < 1e-3)
        #expect(abs((try object(json, "prices")["3"] as? Double ?? 0) - 20) < 1e-4)
        #expect(try object(json, "angles")["1"] as? Double == 0)
        #expect(json["gap"] as? Double ?? 1 <= 1e-8 && json["iterations"] as? Int ?? 0 > 0)
    }

    @Test func outagesHoldTheDispatchBack() throws {
        let shop = try Workshop(files: ["case.m": Self.triangle.replacingOccurrences(of: "0 60 0", with: "0 120 0")])
        let ending = try shop.run("grid", "case.m", "--n-1")
        #expect(ending.status == 0, "\(ending.error)")
        // Without the line from 1 to 3 what bus 1 gives goes by the other, 120 MW; without that from 1 to 2 nothing binds.
        #expect(ending.output.contains("line at its limit after  outage of"))
        #expect(ending.output.contains("branch1") && ending.output.contains("120.000"))
        let json = try shop.run("grid", "case.m", "--n-1", "--json").json
        #expect(abs((try object(json, "dispatch")["gen1"] as? Double ?? 0) - 120) < 1e-4)
        let refused = try shop.run("grid", "case.m", "--n-1", "--model", "transport")
        #expect(refused.status == 64 && refused.error.contains("--n-1"))
        let parallel = Self.triangle.replacingOccurrences(of: "1 3 0 0.1", with: "1 2 0 0.1")
        let bridge = try Workshop(files: ["case.m": parallel])
        let warned = try bridge.run("grid", "case.m", "--n-1")
        #expect(warned.error.contains("branch3; their outages split the network"), "\(warned.error)")
    }

    @Test func severalHoursHaveLists() throws {
        let shop = try shop()
        let json = try shop.run("grid", "net", "--json").json
        let prices = try #require(try object(json, "prices")["b"] as? [Double])
        #expect(abs(prices[0] - 50) < 1e-4 && abs(prices[1] - 10) < 1e-4)
        #expect(abs((json["objective"] as? Double ?? 0) - (60 * 10 + 30 * 50 + 40 * 10)) < 1e-3)
        let night = (
            json: try shop.run("grid", "net", "--json", "--hours", "1..<2").json,
            text: try shop.run("grid", "net", "--json", "--hours", "1..<2").output
        )
        #expect((try object(night.json, "dispatch")["base"] as? [Double])?.count == 1)
        for words in ["1-1", "1:2", "1", "1...1"] {
            #expect(try shop.run("grid", "net", "--json", "--hours", words).output == night.text, "\(words)")
        }
        let all = try shop.run("grid", "net", "--json").output
        for words in ["0-1", "0:2", "0..<2"] {
            #expect(try shop.run("grid", "net", "--json", "--hours", words).output == all, "\(words)")
        }
        let beyond = try shop.run("grid", "net", "--hours", "1..<3")
        #expect(beyond.status == 64 && beyond.error.contains("net has the hours 0-1; not all of 1-2 are there"))
        for words in ["1-0", "1:1", "1..<1", "-1", "0-", "a-b", "0--1", ""] {
            #expect(try shop.run("grid", "net", "--hours=\(words)").status == 64, "\(words)")
        }
    }

    @Test func theTransportModelHasNoAngles() throws {
        let json = try shop().run("grid", "case.m", "--json", "--model", "transport").json
        #expect(try object(json, "angles").isEmpty)
        #expect(abs((json["objective"] as? Double ?? 0) - 2500) < 1e-3)
    }

    @Test func anInfeasibleCaseIsAnAnswer() throws {
        let shop = try shop()
        try shop.write(Self.triangle.replacing("3 1 150", with: "3 1 500"), to: "case.m")
        let ending = try shop.run("grid", "case.m", "--json")
        #expect(ending.status == 0)
        let json = try ending.json
        #expect(json.keys.sorted() == Self.keys)
        #expect(json["status"] as? String == "infeasible" && json["objective"] is NSNull)
        #expect((json["reason"] as? String ?? "").contains("MW)"))
        let plain = try shop.run("grid", "case.m")
        #expect(plain.status == 0 && plain.output.contains("infeasible") && plain.output.contains("bus 3"))
    }

    @Test func aWrongFileEndsWith65AndSaysWhere() throws {
        let shop = try shop()
        try shop.write(Self.triangle.replacing("2 3 0 0.1", with: "2 9 0 0"), to: "case.m")
        let ending = try shop.run("grid", "case.m")
        #expect(ending.status == 65 && ending.output.isEmpty)
        #expect(ending.error.contains("case.m:20: mpc.branch(3, T_BUS): there is no bus 9"))
        let json = try shop.run("grid", "case.m", "--json")
        #expect(json.status == 65 && json.error.contains("case.m:20"))
        #expect(try json.json["status"] as? String == "failed")
        #expect((try json.json["reason"] as? String ?? "").contains("case.m:20"))
    }

    @Test func whatIsNoCaseIsSaid() throws {
        let shop = try shop()
        #expect(try shop.run("grid", "nowhere.m").status == 74)
        try shop.write("notes", to: "notes.txt")
        #expect(try shop.run("grid", "notes.txt").status == 65)
        #expect(try shop.run("grid", "case.m", "--convention", "other").status == 64)
        #expect(try shop.run("grid", "case.m", "--hours", "3..<1").status == 64)
    }

    @Test func resultsAreWrittenAsJSONOrCSV() throws {
        let shop = try shop()
        #expect(try shop.run("grid", "net", "-o", "out.json").status == 0)
        #expect(try shop.read("out.json") == shop.run("grid", "net", "--json").output)
        #expect(try shop.run("grid", "net", "-o", "out").status == 0)
        let expected = ["buses-marginal_price.csv", "buses-v_ang.csv", "generators-p.csv", "hours.csv", "lines-p0.csv"]
        #expect(shop.names(in: "out").sorted() == expected)
        let rows = try shop.read("out/lines-p0.csv").split(separator: "\r\n")
        #expect(rows.count == 3 && rows[0] == "snapshot,l" && rows[1].hasPrefix("day,"))
    }

    @Test func peopleGetATable() throws {
        let output = try shop().run("grid", "case.m").output
        for word in ["optimal", "objective", "gen1", "line at its limit", "branch1"] { #expect(output.contains(word)) }
    }
}

@Suite struct NewTests {
    @Test func aNewWorldPassesItsCheckAndRuns() throws {
        let shop = try Workshop(files: ["empty": ""])
        let ending = try shop.run("new", "first")
        #expect(ending.status == 0 && ending.output.contains("first/world.yaml"), "\(ending.error)")
        #expect(try shop.read("first/world.yaml").contains("# "))
        #expect(try shop.run("check", "first", "first/studies/cable.yaml").status == 0)
        #expect(try shop.run("run", "first/studies/cable.yaml", "-o", "a.h5", "--samples", "1").status == 0)
    }

    @Test func aCaseBecomesAWorld() throws {
        let shop = try Workshop(files: GridTests.network.merging(["case.m": GridTests.triangle]) { $1 })
        for source in ["case.m", "net"] {
            let name = "world-" + source.prefix(3)
            let ending = try shop.run("new", name, "--from", source, "--start", "2040", "--json")
            #expect(ending.status == 0, "\(ending.error)")
            #expect((try ending.json["files"] as? [String])?.contains(name + "/lines.csv") == true)
            let check = try shop.run("check", name)
            #expect(check.status == 0, "\(check.error)")
        }
        #expect(try shop.read("world-cas/world.yaml").contains("start: 2040"))
    }

    /// What a case costs an hour, its world costs in each of a year's hours.
    @Test func aWorldCostsWhatItsCaseDoes() throws {
        let shop = try Workshop(files: ["case.m": GridTests.triangle])
        #expect(try shop.run("new", "w", "--from", "case.m").status == 0)
        try shop.write(try shop.read("w/world.yaml").replacing("days: 365", with: "days: 1"), to: "w/world.yaml")
        let study = """
            study: s
            world: ..
            years: 2026-2026
            outcomes:
              cost: {of: system_cost, over_time: sum, minimize: true}

            """
        try shop.write(study, to: "w/studies/s.yaml")
        #expect(try shop.run("run", "w/studies/s.yaml", "-o", "a.h5").status == 0)
        #expect(try shop.run("export", "a.h5", "-o", "t").status == 0)
        let rows = try shop.read("t/outcomes.csv").split(separator: "\r\n").map { $0.split(separator: ",") }
        let cost = try #require(rows.last?.last.flatMap { Double($0) })
        // The certificate of a simulated hour is 1e-6 of its cost.
        #expect(abs(cost - 8760 * 4200) < 1e-6 * 8760 * 4200)
    }

    @Test func nothingIsWrittenOver() throws {
        let shop = try Workshop(files: ["kept/notes": "notes", "case.m": GridTests.triangle])
        let ending = try shop.run("new", "kept", "--from", "case.m")
        #expect(ending.status == 74 && ending.error.contains("kept"))
        #expect(shop.names(in: "kept") == ["notes"])
        #expect(try shop.run("new", "no/where").status == 74)
        #expect(try shop.run("new", "bad", "--from", "nowhere.m").status == 74)
        #expect(!shop.names(in: "").contains("bad"))
    }
}
