import Foundation
import Testing
import WorldModel

@testable import Cases

/// Small networks with the value that PyPSA 1.4.0 with HiGHS, or MATPOWER 8.1's rundcopf, gives.
@Suite struct NetworkCaseTests {
    static let values: [(name: String, cost: Double)] = [
        ("angmin-zero.m", 3366.77551), ("two-references.m", 3366.77551), ("leading-space-name", 3000),
        ("trailing-comma", 3000), ("p-init-up", 9600), ("soc-set-blank", 3900), ("spill-cost-one-hour", 89),
        ("spill-cost-tradeoff", 548), ("store-loss-negative-minimum", 2372.222222),
        ("store-starts-below-minimum", 3050),
        ("weights-unlike-stores", 9740.642666667),
    ]

    @Test(arguments: values) func rightValue(name: String, cost: Double) throws {
        let grid = try Fixtures.read("cases/" + name)
        let solution = try CaseClearing.solve(grid)
        #expect(solution.status == .optimal)
        #expect(abs(solution.objective(of: grid) - cost) < 1e-6 * cost)
    }

    @Test func anAngleLimitOfZeroOnOneSideCanForbidTheDispatch() throws {
        #expect(try CaseClearing.solve(Fixtures.read("cases/angmax-zero-infeasible.m")).status == .infeasible)
    }

    @Test func spilledInflowIsCounted() throws {
        let grid = try Fixtures.read("cases/spill-cost-one-hour")
        #expect(try abs(CaseClearing.solve(grid).hours[0].spill[0] - 7) < 1e-4)
    }

    /// An hour that counts nothing has no price.
    @Test func anHourWithoutWeightHasNoPrice() throws {
        let solution = try CaseClearing.solve(Fixtures.read("cases/weights-unlike-stores"))
        #expect(solution.hours[0].price[0].isNaN && solution.hours[3].price[0] > 0)
    }

    @Test(arguments: [
        (
            "semicolon-csv", "CASE/buses.csv:1: the cells are separated by semicolons; separate them by commas\n"
        ),
        (
            "piecewise-cost",
            "CASE/generators-marginal_cost-pw.csv:1: generators.marginal_cost: a piecewise `marginal_cost`, whose pieces "
                + "depend on the power, is not supported; write a generator for each piece, with its p_nom and "
                + "marginal_cost\n"
        ),
    ])
    func refusal(name: String, words: String) throws {
        #expect(try Fixtures.findings(Fixtures.path("cases/" + name)) == words)
    }

    // MARK: References

    /// Angles held apart force a flow: 1 degree over 0.1 per unit of 100 MVA is 17.45 MW.
    @Test func referencesAreHeldAtTheirAngles() throws {
        let text = try String(contentsOfFile: Fixtures.path("cases/two-references.m"), encoding: .utf8)
        let apart = text.replacing(" 2 3 50 0 0 0 1 1 0 135", with: " 2 3 50 0 0 0 1 1 -1 135")
        let grid = try Fixtures.read(matpower: apart)
        let hour = try CaseClearing.solve(grid).hours[0]
        #expect(abs(hour.lineFlow[0] - .pi / 180 / 0.1 * 100) < 1e-6)
        #expect(abs(hour.angle[1] + .pi / 180) < 1e-12 && hour.angle[0] == 0)
        // PowerModels holds all of them at 0.
        #expect(try abs(CaseClearing.solve(Fixtures.read(matpower: apart, .powermodels)).hours[0].lineFlow[0]) < 1e-6)
        let error = #expect(throws: CaseClearing.Unsupported.self) { try CaseClearing.solve(grid, secured: [0]) }
        #expect(error?.origin.line == 6)
        #expect(try CaseClearing.solve(grid, model: .transport).status == .optimal)
    }

    @Test func theAngleOfTheReferenceIsItsOwn() throws {
        let text = try String(contentsOfFile: Fixtures.path("cases/angmin-zero.m"), encoding: .utf8)
        let plain = try CaseClearing.solve(Fixtures.read(matpower: text)).hours[0]
        let turned = try CaseClearing.solve(
            Fixtures.read(matpower: text.replacing(" 1 3 0 0 0 0 1 1 0 135", with: " 1 3 0 0 0 0 1 1 10 135"))
        ).hours[0]
        for (a, b) in zip(plain.angle, turned.angle) { #expect(abs(b - a - 10 * .pi / 180) < 1e-9) }
        #expect(plain.generation == turned.generation)
    }

    // MARK: Other spellings

    /// The network in `name` with some text of a file replaced.
    private func changed(_ name: String, _ file: String, _ body: (String) -> String) throws -> String {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("case-\(UUID().uuidString)")
        try FileManager.default.copyItem(atPath: Fixtures.path("cases/" + name), toPath: copy.path)
        defer { try? FileManager.default.removeItem(at: copy) }
        let path = copy.appendingPathComponent(file)
        try Data(body(try String(contentsOf: path, encoding: .utf8)).utf8).write(to: path)
        return try Fixtures.findings(copy.path)
    }

    @Test func otherSeparatorsAndDecimalCommasAreNamedOnce() throws {
        func series(_ body: (String) -> String) throws -> String {
            try changed("trailing-comma", "generators-p_max_pu.csv", body)
        }
        func generators(_ body: (String) -> String) throws -> String {
            try changed("trailing-comma", "generators.csv", body)
        }
        #expect(
            try series { $0.replacing(",", with: ";").replacing(".", with: ",") }
                == "CASE/generators-p_max_pu.csv:1: the cells are separated by semicolons; separate them by commas, "
                + "and write decimals with a point\n")
        #expect(
            try series { $0.replacing("0.", with: "0,") }
                == "CASE/generators-p_max_pu.csv:2: the row has 3 cells, the header 2 (and 2 more rows like it); "
                + "write decimals with a point, such as 0.3\n")
        #expect(
            try generators { $0.replacing(",", with: "\t") }
                == "CASE/generators.csv:1: the cells are separated by tabs; separate them by commas\n")
        #expect(
            try generators { $0.replacing("100.0", with: "\"100,0\"") }
                == "CASE/generators.csv:2: p_nom: `100,0` has a decimal comma (and 1 more cell like it); "
                + "write decimals with a point, such as 100.0\n")
        #expect(
            try generators { $0.replacing("100.0", with: "100,0") }
                == "CASE/generators.csv:2: the row has 5 cells, the header 4 (and 1 more row like it); "
                + "write decimals with a point, such as 100.0\n")
        #expect(
            try generators { $0.replacing("10.0\n", with: "10.0,\n") }
                == "CASE/generators.csv:2: the row has 5 cells, the header 4; take out the comma at its end\n")
    }

    @Test func columnsWithoutANameAreIgnoredWhereTheyAreEmpty() throws {
        let file = "generators-p_max_pu.csv"
        #expect(try changed("trailing-comma", "buses.csv") { $0.replacing("v_nom,", with: "v_nom,Unnamed: 2") }.isEmpty)
        #expect(
            try changed("trailing-comma", "buses.csv") { "name,v_nom,Unnamed: 2\na,110,5\nb,110,\n" + $0.prefix(0) }
                .contains("`Unnamed: 2` is not an attribute of buses"))
        #expect(try changed("trailing-comma", file) { $0.replacing("\n", with: ",\n") }.isEmpty)
        #expect(
            try changed("trailing-comma", "generators.csv") {
                $0.replacing("marginal_cost", with: "marginal_cost,").replacing(".0\n", with: ".0,5\n")
            }
                == "CASE/generators.csv:1: column 5 has no name, and line 2 holds `5` in it; "
                + "name the column, or take it out\n")
        #expect(
            try changed("trailing-comma", file) { $0.replacing("\n", with: ",7\n").replacing(",g,7", with: ",g,") }
                .contains("CASE/\(file):2: `7` is not a finite number") == false)
    }

    // MARK: The same network in both forms

    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["WORLDLINES_PYTHON"] != nil, "WORLDLINES_PYTHON names no Python"),
        arguments: ["leading-space-name", "weights-unlike-stores", "spill-cost-one-hour", "p-init-up"])
    func aFolderAndNetCDFGiveTheSameAnswer(name: String) throws {
        let target = FileManager.default.temporaryDirectory.appendingPathComponent("case-\(UUID().uuidString).nc")
        defer { try? FileManager.default.removeItem(at: target) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.environment["WORLDLINES_PYTHON"] ?? "")
        process.arguments = ["-c", Self.writer, Fixtures.path("cases/" + name), target.path]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let (folder, file) = (try Fixtures.read("cases/" + name), try CaseFile(path: target.path).read())
        #expect(folder.buses.map(\.name) == file.buses.map(\.name))
        let (a, b) = (try CaseClearing.solve(folder), try CaseClearing.solve(file))
        #expect(a.objective(of: folder) == b.objective(of: file))
        #expect(a.hours.map(\.generation) == b.hours.map(\.generation))
    }

    private static let writer = """
        import csv, pathlib, sys
        import netCDF4, numpy
        folder, data = pathlib.Path(sys.argv[1]), netCDF4.Dataset(sys.argv[2], "w")
        def table(path):
            with open(path) as file: return list(csv.reader(file))
        def write(name, dims, cells):
            try: values, kind = numpy.array([[float(c or "nan") for c in r] if isinstance(r, list) else float(r or "nan") for r in cells]), "f8"
            except ValueError: values, kind = numpy.array(cells, dtype=object), str
            data.createVariable(name, kind, dims)[:] = values
        rows = table(folder / "snapshots.csv")
        data.createDimension("snapshots", len(rows) - 1)
        data.createVariable("snapshots", "i8", ("snapshots",))[:] = numpy.arange(len(rows) - 1)
        for c, name in enumerate(rows[0]):
            if c: write("snapshots_" + name, ("snapshots",), [r[c] for r in rows[1:]])
        for path in sorted(folder.glob("*.csv")):
            parts, rows = path.stem.split("-", 1), table(path)
            if parts[0] in ("network", "snapshots"): continue
            name = parts[0] if len(parts) == 1 else f"{parts[0]}_t_{parts[1]}"
            ids = [r[0] for r in rows[1:]] if len(parts) == 1 else rows[0][1:]
            data.createDimension(name + "_i", len(ids))
            data.createVariable(name + "_i", str, (name + "_i",))[:] = numpy.array(ids, dtype=object)
            if len(parts) == 2: write(name, ("snapshots", name + "_i"), [r[1:] for r in rows[1:]])
            else:
                for c, column in enumerate(rows[0]):
                    if c: write(f"{name}_{column}", (name + "_i",), [r[c] for r in rows[1:]])
        data.close()
        """
}
