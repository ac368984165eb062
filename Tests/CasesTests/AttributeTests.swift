import Foundation
import Testing
import WorldModel

@testable import Cases

/// Every attribute of PyPSA and every column of MATPOWER is set to another value: it changes the answer, is refused by name,
/// or says nothing about the dispatch, as the lists say.
@Suite struct AttributeTests {
    /// What a network answers: all numbers of its dispatch, or the findings.
    private enum Answer: Equatable {
        case numbers([Double])
        case findings(String)

        func isLike(_ other: Answer) -> Bool {
            guard case .numbers(let a) = self, case .numbers(let b) = other, a.count == b.count else { return false }
            return zip(a, b).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($0)) || ($0.isNaN && $1.isNaN) }
        }
    }

    private static func answer(_ read: () throws -> GridCase) throws -> Answer {
        do {
            let grid = try read()
            let solution = try CaseClearing.solve(grid)
            guard solution.status == .optimal else { return .findings(solution.reason) }
            var numbers = [solution.objective(of: grid)]
            for hour in solution.hours {
                for part in [hour.generation, hour.storage, hour.lineFlow, hour.linkFlow] { numbers += part }
                numbers += hour.angle.map { 1e5 * $0 }
            }
            return .numbers(numbers)
        } catch let findings as Findings {
            return .findings(findings.description)
        }
    }

    // MARK: PyPSA

    private typealias Tables = [String: [[String: String]]]

    private static let network: Tables = [
        "carriers": [["name": "gas", "co2_emissions": "0.2"]],
        "buses": ["a", "b", "d", "e"].map { ["name": $0, "v_nom": $0 == "d" ? "20" : "110", "carrier": "AC"] },
        "generators": [
            ["name": "g", "bus": "a", "p_nom": "60", "marginal_cost": "10", "carrier": "gas"],
            ["name": "h", "bus": "b", "p_nom": "150", "marginal_cost": "40"],
            ["name": "i", "bus": "d", "p_nom": "100", "marginal_cost": "81"],
            ["name": "j", "bus": "e", "p_nom": "50", "marginal_cost": "33"],
        ],
        "loads": [
            ["name": "m", "bus": "b", "p_set": "50"], ["name": "l", "bus": "a", "p_set": "20"],
            ["name": "n", "bus": "d", "p_set": "25"], ["name": "o", "bus": "e", "p_set": "10"],
        ],
        "storage_units": [
            [
                "name": "u", "bus": "b", "p_nom": "8", "max_hours": "2", "state_of_charge_initial": "5",
                "efficiency_store": "0.9", "efficiency_dispatch": "0.95", "inflow": "6", "marginal_cost": "3",
                "spill_cost": "1",
            ]
        ],
        "stores": [["name": "s", "bus": "d", "e_nom": "10", "e_initial": "4", "marginal_cost": "2"]],
        "lines": [
            ["name": "x", "bus0": "a", "bus1": "b", "x": "0.1", "r": "0.01", "s_nom": "18"],
            ["name": "y", "bus0": "a", "bus1": "b", "x": "0.2", "r": "0.05", "s_nom": "60"],
        ],
        "transformers": [
            ["name": "t", "bus0": "b", "bus1": "d", "x": "0.1", "s_nom": "10"],
            ["name": "v", "bus0": "b", "bus1": "d", "x": "0.1", "s_nom": "30"],
        ],
        "links": [
            [
                "name": "k", "bus0": "a", "bus1": "e", "p_nom": "9", "efficiency": "0.9", "marginal_cost": "1",
                "carrier": "gas",
            ]
        ],
    ]

    /// Another value for what is in the dispatch, and what must stand beside it so that it can act.
    private static let probes: [String: [String: (value: String, beside: [String: String])]] = [
        "buses": ["v_nom": ("55", [:]), "carrier": ("DC", [:]), "control": ("Slack", [:])],
        "generators": [
            "bus": ("b", [:]), "p_nom": ("30", [:]),
            "p_init": ("0", ["ramp_limit_up": "0.2", "ramp_limit_down": "0.2"]),
            "ramp_limit_up": ("0.05", ["p_init": "0"]), "ramp_limit_down": ("0.01", ["p_init": "60"]),
            "active": ("False", [:]), "p_min_pu": ("0.99", ["marginal_cost": "500"]), "p_max_pu": ("0.5", [:]),
            "marginal_cost": ("500", [:]), "marginal_cost_quadratic": ("3", [:]),
        ],
        "loads": ["bus": ("a", [:]), "active": ("False", [:]), "p_set": ("61", [:])],
        "storage_units": [
            "bus": ("e", [:]), "p_nom": ("4", [:]), "max_hours": ("0.1", [:]), "state_of_charge_initial": ("1", [:]),
            "cyclic_state_of_charge": ("True", [:]), "active": ("False", [:]),
            "p_min_pu": ("-0.1", ["marginal_cost": "-60", "inflow": "0"]), "p_max_pu": ("0.5", [:]),
            "efficiency_store": ("0.5", ["marginal_cost": "-60", "inflow": "0"]), "efficiency_dispatch": ("0.6", [:]),
            "standing_loss": ("0.3", [:]), "inflow": ("2", [:]), "marginal_cost": ("70", [:]),
            "spill_cost": ("9", ["inflow": "30"]), "state_of_charge_set": ("7", [:]),
        ],
        "stores": [
            "bus": ("e", [:]), "e_nom": ("4", [:]), "e_initial": ("1", [:]), "e_cyclic": ("True", [:]),
            "active": ("False", [:]), "e_min_pu": ("0.3", [:]), "e_max_pu": ("0.1", [:]), "standing_loss": ("0.5", [:]),
            "marginal_cost": ("99", [:]), "e_set": ("3", [:]),
        ],
        "lines": [
            "bus0": ("e", [:]), "bus1": ("e", [:]), "x": ("0.4", [:]), "r": ("0.4", [:]), "s_nom": ("5", [:]),
            "v_ang_max": ("0.002", [:]), "active": ("False", [:]), "s_max_pu": ("0.5", [:]),
        ],
        "transformers": [
            "bus0": ("a", [:]), "bus1": ("e", [:]), "x": ("0.3", [:]), "s_nom": ("5", [:]), "tap_ratio": ("1.2", [:]),
            "phase_shift": ("1", [:]), "phase_shift_min": ("-5", [:]),
            "phase_shift_max": ("5", [:]), "v_ang_max": ("0.1", [:]), "active": ("False", [:]),
            "s_max_pu": ("0.2", [:]),
        ],
        "links": [
            "bus0": ("b", [:]), "bus1": ("d", [:]), "p_nom": ("4", [:]), "active": ("False", [:]),
            "p_min_pu": ("0.9", ["marginal_cost": "300"]), "p_max_pu": ("0.5", [:]), "efficiency": ("0.5", [:]),
            "marginal_cost": ("90", [:]), "marginal_cost_quadratic": ("3", [:]),
        ],
    ]

    /// A value that isn't the default of an attribute.
    private static func other(_ attribute: PyPSAAttribute) -> String {
        switch attribute.standard {
        case "False": "True"
        case "True": "False"
        case "": ["p", "q", "status"].contains(attribute.name) ? "7" : "thing"
        case let text: Double(text) == nil ? "thing" : "7"
        }
    }

    private static func answer(_ tables: Tables, series: (name: String, id: String, values: [String])? = nil) throws
        -> Answer
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("probe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ name: String, _ rows: [[String]]) throws {
            let text = rows.map { $0.joined(separator: ",") + "\n" }.joined()
            try Data(text.utf8).write(to: folder.appendingPathComponent(name + ".csv"))
        }
        try write("snapshots", [["snapshot"]] + (0..<3).map { ["t\($0)"] })
        try write("loads-p_set", [["snapshot", "n"], ["t0", "25"], ["t1", "12"], ["t2", "48"]])
        for (name, rows) in tables {
            let columns = ["name"] + Set(rows.flatMap(\.keys)).subtracting(["name"]).sorted()
            try write(name, [columns] + rows.map { row in columns.map { row[$0] ?? "" } })
        }
        if let series {
            try write(series.name, [["snapshot", series.id]] + series.values.enumerated().map { ["t\($0)", $1] })
        }
        return try answer { try CaseFile(path: folder.path).read() }
    }

    private static func changed(_ component: String, _ values: [String: String]) -> Tables {
        var tables = network
        tables[component]?[0].merge(values) { $1 }
        return tables
    }

    static let attributes = PyPSAAttributes.list.keys.sorted().flatMap { component in
        (PyPSAAttributes.list[component] ?? []).map { (component, $0.name) }
    }

    @Test func theNetworkItselfIsCleared() throws {
        guard case .numbers = try Self.answer(Self.network) else {
            Issue.record("\(try Self.answer(Self.network))")
            return
        }
    }

    @Test(arguments: attributes) func pypsaAttribute(component: String, name: String) throws {
        let attribute = try #require(PyPSAAttributes.attribute(component, name))
        switch attribute.use {
        case .silent, .world:
            let changed = Self.changed(component, [name: name == "carrier" ? "gas" : Self.other(attribute)])
            #expect(try Self.answer(changed).isLike(Self.answer(Self.network)))
        case .refused:
            let answer = try Self.answer(Self.changed(component, [name: Self.other(attribute)]))
            guard case .findings(let text) = answer else {
                Issue.record("\(component).\(name) is taken")
                return
            }
            #expect(text.contains("/\(component).csv:2: ") && text.contains(".\(name)` is not supported"))
            let standard = Self.changed(component, [name: attribute.standard])
            #expect(try Self.answer(standard).isLike(Self.answer(Self.network)))
        case .dispatch(let bySnapshot):
            let probe = try #require(Self.probes[component]?[name])
            // Which bus is the reference changes angles alone, and the first bus is it already.
            let row = name == "control" ? 1 : 0
            var before = Self.network
            // Between buses of direct current alone a line's resistance counts.
            if name == "r" { before["buses"] = before["buses"]?.map { $0.merging(["carrier": "DC"]) { $1 } } }
            var after = before
            before[component]?[row].merge(probe.beside) { $1 }
            after[component]?[row].merge(probe.beside.merging([name: probe.value]) { $1 }) { $1 }
            let plain = try Self.answer(before)
            #expect(try !Self.answer(after).isLike(plain))
            let id = try #require(before[component]?[row]["name"])
            let series = try Self.answer(
                before, series: ("\(component)-\(name)", id, [probe.value, probe.value, probe.value]))
            if bySnapshot, name != "p_set" {
                #expect(!series.isLike(plain))
            } else if name != "p_set" {
                guard case .findings(let text) = series else {
                    Issue.record("\(component)-\(name).csv is taken")
                    return
                }
                #expect(
                    text.contains("by snapshot") || text.contains("not a finite number") || text.contains("is empty"))
            }
        }
    }

    @Test func everyPiecewiseAttributeIsRefused() throws {
        for (component, name) in [
            ("generators", "marginal_cost"), ("links", "efficiency"), ("stores", "marginal_cost"),
        ] {
            let answer = try Self.answer(Self.network, series: ("\(component)-\(name)-pw", "x", ["1", "2", "3"]))
            guard case .findings(let text) = answer else {
                Issue.record("a piecewise \(component).\(name) is taken")
                continue
            }
            #expect(text.contains("\(component)-\(name)-pw.csv:1: \(component).\(name): a piecewise `\(name)`"))
        }
        let silent = try Self.answer(Self.network, series: ("generators-capital_cost-pw", "x", ["1", "2", "3"]))
        #expect(try silent.isLike(Self.answer(Self.network)))
    }

    // MARK: MATPOWER

    private static let rows: [String: [[Double]]] = [
        "bus": [
            [1, 3, 10, 0, 5, 0, 1, 1, 0, 230, 1, 1.1, 0.9, 0, 0, 0, 0],
            [2, 1, 60, 0, 0, 0, 1, 1, 0, 230, 1, 1.1, 0.9, 0, 0, 0, 0],
            [3, 1, 90, 0, 0, 0, 1, 1, 0, 230, 1, 1.1, 0.9, 0, 0, 0, 0],
        ],
        "gen": [
            [1, 0, 0, 0, 0, 1, 100, 1, 120, 30] + [Double](repeating: 0, count: 15),
            [2, 0, 0, 0, 0, 1, 100, 1, 90, 0] + [Double](repeating: 0, count: 15),
            [3, 0, 0, 0, 0, 1, 100, 1, 90, 0] + [Double](repeating: 0, count: 15),
        ],
        "gencost": [[2, 0, 0, 3, 0.02, 10, 5], [2, 0, 0, 3, 0.01, 30, 7], [2, 0, 0, 2, 60, 0, 0]],
        "branch": [
            [1, 2, 0.03, 0.1, 0, 40, 0, 0, 0, 0, 1, -30, 30] + [Double](repeating: 0, count: 8),
            [1, 3, 0.01, 0.2, 0, 60, 0, 0, 0, 0, 1, 0, 0] + [Double](repeating: 0, count: 8),
            [2, 3, 0.01, 0.1, 0, 30, 0, 0, 0, 0, 1, 0, 0] + [Double](repeating: 0, count: 8),
        ],
        "dcline": [[1, 2, 1, 0, 0, 0, 0, 1, 1, 1, 10, 0, 0, 0, 0, 0.5, 0.04] + [Double](repeating: 0, count: 6)],
        "dclinecost": [[2, 0, 0, 2, 1, 0]],
    ]

    private static let values: [String: [String: Double]] = [
        "bus": ["BUS_I": 3, "BUS_TYPE": 4, "PD": 30, "GS": 50, "VA": 5],
        "gen": ["GEN_BUS": 2, "GEN_STATUS": 0, "PMAX": 60, "PMIN": 110],
        "gencost": ["MODEL": 1, "NCOST": 2, "COST": 4],
        "branch": [
            "F_BUS": 3, "T_BUS": 3, "BR_R": 0.3, "BR_X": 0.4, "RATE_A": 11, "TAP": 1.5, "SHIFT": 3, "BR_STATUS": 0,
            "ANGMIN": 2.5, "ANGMAX": 0.5,
        ],
        "dcline": ["F_BUS": 3, "T_BUS": 3, "BR_STATUS": 0, "PMIN": 11, "PMAX": 4, "LOSS0": 3, "LOSS1": 0.5],
        "dclinecost": ["MODEL": 1, "NCOST": 1, "COST": 45],
    ]

    private static func answer(
        _ rows: [String: [[Double]]], _ convention: SusceptanceConvention = .matpower
    ) throws -> Answer {
        var text = "function mpc = probe\nmpc.version = '2';\nmpc.baseMVA = 100;\n"
        for (name, rows) in rows.sorted(by: { $0.key < $1.key }) {
            text += "mpc.\(name) = [\n"
            for row in rows { text += row.map { "\($0)" }.joined(separator: " ") + ";\n" }
            text += "];\n"
        }
        return try answer { try Fixtures.read(matpower: text, convention) }
    }

    static let columns = MatpowerColumns.tables.flatMap { table in table.columns.map { (table.name, $0.name) } }

    @Test(arguments: columns) func matpowerColumn(table: String, name: String) throws {
        let columns = try #require(MatpowerColumns.tables.first { $0.name == table }).columns
        let index = try #require(columns.firstIndex { $0.name == name })
        var rows = Self.rows
        // BR_R counts in the convention of PowerModels alone.
        let convention = name == "BR_R" ? SusceptanceConvention.powermodels : .matpower
        let plain = try Self.answer(rows, convention)
        guard case .numbers = plain else {
            Issue.record("\(plain)")
            return
        }
        switch columns[index].use {
        case .dispatch:
            rows[table]?[0][index] = try #require(Self.values[table]?[name])
            #expect(try !Self.answer(rows, convention).isLike(plain))
        case .world, .silent:
            rows[table]?[0][index] = 7
            #expect(try Self.answer(rows, convention).isLike(plain))
        }
    }

    /// A DC line's limit below 0 is one of what arrives: −20 ≤ 0.96 Pf − 0.5.
    @Test func aNegativeLimitOfADCLineIsOneOfWhatArrives() throws {
        let grid = try Fixtures.read(
            matpower: """
                mpc.version = '2';
                mpc.baseMVA = 100;
                mpc.bus = [1 3 0 0 0 0 1 1 0 230 1 1.1 0.9; 2 1 60 0 0 0 1 1 0 230 1 1.1 0.9];
                mpc.gen = [1 0 0 0 0 1 100 1 100 0; 2 0 0 0 0 1 100 1 100 0];
                mpc.gencost = [2 0 0 2 90 0; 2 0 0 2 30 0];
                mpc.branch = [1 2 0 0.1 0 0 0 0 0 0 1 0 0];
                mpc.dcline = [1 2 1 0 0 0 0 1 1 -20 -5 0 0 0 0 0.5 0.04];
                """)
        let link = grid.links[0]
        #expect(abs(link.nominal * link.minimum[0] + 19.5 / 0.96) < 1e-12)
        #expect(abs(link.nominal * link.maximum[0] + 4.5 / 0.96) < 1e-12)
    }

    // MARK: The page

    private static func pypsaTable() -> String {
        var lines = ["| component | in the dispatch | refused unless at the default |", "|---|---|---|"]
        func names(_ list: [PyPSAAttribute]) -> String { list.map { "`\($0.name)`" }.joined(separator: ", ") }
        for component in PyPSAAttributes.components {
            let list = PyPSAAttributes.list[component] ?? []
            let used = list.filter { if case .dispatch = $0.use { true } else { false } }.map { attribute in
                "`\(attribute.name)`" + (attribute.use == .dispatch(bySnapshot: true) ? "*" : "")
            }
            let refused = list.filter { $0.use == .refused }.map {
                "`\($0.name)`" + ($0.standard.isEmpty || $0.standard == "nan" ? "" : " \($0.standard)")
            }
            lines.append(
                "| `\(component)` | \(used.joined(separator: ", ")) | \(refused.joined(separator: ", ")) |")
        }
        lines += ["", "| says nothing about the dispatch, because | attributes |", "|---|---|"]
        for reason in PyPSAAttribute.Reason.allCases {
            var names: [String] = []
            for component in PyPSAAttributes.components {
                for attribute in PyPSAAttributes.list[component] ?? [] where attribute.use == .silent(reason) {
                    // One that says something elsewhere is named with its component.
                    let isAlways = PyPSAAttributes.list.values.allSatisfy { list in
                        list.allSatisfy { $0.name != attribute.name || $0.use == attribute.use }
                    }
                    let name = "`\(isAlways ? "" : component + ".")\(attribute.name)`"
                    if !names.contains(name) { names.append(name) }
                }
            }
            lines.append("| \(reason.rawValue) | \(names.joined(separator: ", ")) |")
        }
        let kept = PyPSAAttributes.components.flatMap { component in
            (PyPSAAttributes.list[component] ?? []).filter { $0.use == .world }.map { "`\(component).\($0.name)`" }
        }
        lines.append("| kept for the world that `new --from` makes | \(kept.joined(separator: ", ")) |")
        for (name, reason) in PyPSAAttributes.silentComponents { lines.append("| \(reason) | the table `\(name)` |") }
        let tables = PyPSAAttributes.refusedComponents.map { "`\($0)`" }.joined(separator: ", ")
        return (lines + ["", "Tables that are refused where they have rows: \(tables)."]).joined(separator: "\n")
    }

    private static func matpowerTable() -> String {
        var lines = ["| table | in the dispatch | says nothing about it |", "|---|---|---|"]
        for table in MatpowerColumns.tables {
            func names(_ isWanted: (MatpowerColumn.Use) -> Bool) -> String {
                table.columns.filter { isWanted($0.use) }.map { "`\($0.name)`" }.joined(separator: ", ")
            }
            let silent = MatpowerColumn.Reason.allCases.map { reason in
                (reason.rawValue, names { $0 == .silent(reason) })
            }.filter { !$0.1.isEmpty }.map { "\($0.1) (\($0.0))" }
            let world = names { $0 == .world }
            let rest = silent + (world.isEmpty ? [] : ["\(world) (kept for the world that `new --from` makes)"])
            lines.append("| `\(table.name)` | \(names { $0 == .dispatch }) | \(rest.joined(separator: "; ")) |")
        }
        return lines.joined(separator: "\n")
    }

    /// The tables of docs/GRID-CASES.md are those of the lists; with WORLDLINES_GOLDEN=1 the test writes them anew.
    @Test func thePageHasTheLists() throws {
        let page = Fixtures.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/GRID-CASES.md")
        var text = try String(contentsOf: page, encoding: .utf8)
        for (name, table) in [("pypsa", Self.pypsaTable()), ("matpower", Self.matpowerTable())] {
            let start = try #require(text.range(of: "<!-- \(name) -->\n"))
            let end = try #require(text.range(of: "<!-- end of \(name) -->"))
            let place = start.upperBound..<end.lowerBound
            if Fixtures.isGolden { text.replaceSubrange(place, with: table + "\n") }
            #expect(Fixtures.isGolden || text[place] == table + "\n")
        }
        if Fixtures.isGolden { try Data(text.utf8).write(to: page) }
    }
}
