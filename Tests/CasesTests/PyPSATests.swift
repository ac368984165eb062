import Foundation
import Testing
import WorldModel

@testable import Cases

/// A Python with xarray and netCDF4; `make test` names it.
private let python = ProcessInfo.processInfo.environment["WORLDLINES_PYTHON"]

@Suite struct PyPSATests {
    @Test func aFolderIsRead() throws { try check(Fixtures.read("pypsa/network")) }

    private func check(_ grid: GridCase) throws {
        #expect(grid.title == "Two voltages")
        #expect(grid.hours.labels == (0..<4).map { "2030-01-01 0\($0):00:00" })
        #expect(grid.hours.weights == [1, 1, 1, 2] && grid.hours.durations == [1, 1, 1, 1])
        #expect(grid.buses.map(\.name) == ["north", "south", "city", "island"])
        #expect(grid.buses.map(\.isReference) == [false, true, false, true])
        #expect(grid.carriers.map(\.name) == ["gas", "wind", "AC"])
        let turbine = grid.generators[0]
        #expect(turbine.nominal == 400 && turbine.minimum == .constant(0.25) && turbine.maximum == .constant(1))
        #expect(turbine.cost.linear == .constant(50) && turbine.cost.quadratic == .constant(0.02))
        #expect(abs(grid.emissions(of: turbine) - 0.4) < 1e-15)
        #expect(grid.generators[1].maximum == .hourly([0.9, 0.5, 0.1, 0.3]))
        #expect(grid.loads.map(\.power) == [.hourly([300, 350, 320, 280]), .constant(20), .hourly([50, 60, 55, 40])])
        let battery = grid.storageUnits[0]
        #expect(
            battery.mostEnergy == .constant(200) && battery.initialEnergy == 20
                && battery.standingLoss == .constant(0.001))
        #expect(battery.minimum == .constant(-1) && !battery.isCyclic)
        #expect(grid.lines.map(\.name) == ["west", "east", "main", "spare"])
        // x / v_nom², and x tap_ratio / s_nom: rad/MW on a base of 1 MVA.
        let expected = [14.44 / 144400, 28.88 / 144400, 0.12 * 1.05 / 400, 0.12 / 200]
        for (line, reactance) in zip(grid.lines, expected) { #expect(abs(line.reactance - reactance) < 1e-18) }
        #expect(grid.lines.map(\.nominal) == [300, .infinity, 400, 200])
        #expect(grid.lines.map(\.maximum) == [.constant(0.7), .constant(1), .constant(1), .constant(1)])
        #expect(grid.lines.map(\.shift) == [0, 0, 0, 1.5 * .pi / 180])
        #expect(grid.links[0].minimum == .constant(-0.5) && grid.links[0].efficiency == .constant(0.97))
        #expect(grid.couplesHours)
        #expect(grid.warnings.isEmpty)
    }

    /// The variables, dimensions and attributes that PyPSA's `export_to_netcdf` gives a file, from the folder's tables.
    static let writer = """
        import csv, pathlib, sys
        import netCDF4, numpy
        folder, target, kind = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
        def table(name):
            with open(folder / name) as file: return list(csv.reader(file))
        data = netCDF4.Dataset(target, "w")
        data.network_name = "Two voltages"
        data.network_pypsa_version = "1.4.0"
        snapshots = table("snapshots.csv")
        count = len(snapshots) - 1
        data.createDimension("snapshots", count)
        # Since PyPSA 1.0 the rows are counted, and the times are a variable of their own.
        if kind == "counted": data.createVariable("snapshots", "i8", ("snapshots",))[:] = numpy.arange(count)
        name = "snapshots_snapshot" if kind == "counted" else "snapshots"
        time = data.createVariable(name, "i8", ("snapshots",))
        time.units, time.calendar = "hours since 2030-01-01 00:00:00", "proleptic_gregorian"
        time[:] = numpy.arange(count)
        for column, name in enumerate(snapshots[0]):
            if column: data.createVariable("snapshots_" + name, "f8", ("snapshots",))[:] = [float(r[column]) for r in snapshots[1:]]
        def write(name, dims, cells, zlib):
            try: values, kind = numpy.array(cells, dtype=float), "f8"
            except ValueError: values, kind = numpy.array(cells, dtype=object), str
            fill = numpy.nan if kind == "f8" else None
            options = {"zlib": True} if zlib and kind == "f8" else {}
            data.createVariable(name, kind, dims, fill_value=fill, **options)[:] = values
        for path in sorted(folder.glob("*.csv")):
            parts = path.stem.split("-", 1)
            if parts[0] in ("network", "snapshots"): continue
            rows = table(path.name)
            if len(parts) == 1:
                dim = parts[0] + "_i"
                data.createDimension(dim, len(rows) - 1)
                write(dim, (dim,), [r[0] for r in rows[1:]], False)
                for column, name in enumerate(rows[0]):
                    if column: write(f"{parts[0]}_{name}", (dim,), [r[column] for r in rows[1:]], kind == "zlib")
            else:
                name = f"{parts[0]}_t_{parts[1]}"
                data.createDimension(name + "_i", len(rows[0]) - 1)
                write(name + "_i", (name + "_i",), rows[0][1:], False)
                write(name, ("snapshots", name + "_i"), [r[1:] for r in rows[1:]], kind == "zlib")
        data.close()
        """

    @Test(.enabled(if: python != nil, "WORLDLINES_PYTHON names no Python"), arguments: ["plain", "zlib", "counted"])
    func theSameNetworkAsNetCDFIsTheSameCase(kind: String) throws {
        let target = FileManager.default.temporaryDirectory.appendingPathComponent("network-\(UUID().uuidString).nc")
        defer { try? FileManager.default.removeItem(at: target) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python ?? "")
        process.arguments = ["-c", Self.writer, Fixtures.path("pypsa/network"), target.path, kind]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        try check(try CaseFile(path: target.path).read())
    }

    /// Since PyPSA 1.0 the first column of snapshots.csv and of series counts the rows.
    @Test func countedSnapshotsAreTheSame() throws {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("counted-\(UUID().uuidString)")
        try FileManager.default.copyItem(atPath: Fixtures.path("pypsa/network"), toPath: copy.path)
        defer { try? FileManager.default.removeItem(at: copy) }
        for name in ["snapshots", "loads-p_set", "generators-p_max_pu"] {
            let file = copy.appendingPathComponent(name + ".csv")
            let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            let counted = rows.enumerated().map { index, row in
                let rest = name == "snapshots" ? "," + row : row[(row.firstIndex(of: ",") ?? row.startIndex)...]
                return (index == 0 ? "" : "\(index - 1)") + rest
            }
            try Data((counted.joined(separator: "\n") + "\n").utf8).write(to: file)
        }
        try check(CaseFile(path: copy.path).read())
    }

    @Test func aDamagedNetCDFFileIsSaidToBe() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("broken-\(UUID().uuidString).nc").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 0, count: 100)).write(
            to: URL(fileURLWithPath: path))
        let error = #expect(throws: (any Error).self) { try CaseFile(path: path).read() }
        #expect("\(String(describing: error))".contains(path))
    }

    @Test func storesAreStorageUnitsThatFillInASnapshot() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stores-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in [
            ("buses.csv", "name\nonly\n"),
            ("stores.csv", "name,bus,e_nom,e_min_pu,e_initial,marginal_cost\ntank,only,80,0.25,40,2\n"),
        ] {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        let tank = try CaseFile(path: folder.path).read().storageUnits[0]
        #expect(tank.nominal == 80 && tank.leastEnergy == .constant(20) && tank.mostEnergy == .constant(80))
        #expect(tank.dispatchCost == .constant(2) && tank.chargeCost == .constant(-2) && tank.initialEnergy == 40)
    }

    @Test(arguments: [
        "0", "1", "-0.5", "0.1", "123456.789", "999999999999999", "0.000000000000001", "1e-3", "3.141592653589793",
        "123456789012345678", "-.5", "7.", " 8 ", "1E5",
    ])
    func numbersOfASeriesAreRoundedAsSwiftDoes(text: String) {
        let bytes = Array(text.utf8)
        let value = bytes.withUnsafeBufferPointer { SeriesText.number($0) }
        #expect(value == Double(text.trimmed))
    }

    @Test(arguments: ["", "-", ".", "1.2.3", "0x10", "one", "1 2", "1-2"])
    func whatIsNoNumberOfASeries(text: String) {
        let bytes = Array(text.utf8)
        #expect(bytes.withUnsafeBufferPointer { SeriesText.number($0) } == nil)
    }

    @Test func timesOfNetCDFAreCalledAsInCSV() throws {
        let axis = try #require(TimeAxis(units: "hours since 2030-01-01 00:00:00"))
        #expect(axis.label(8759) == "2030-12-31 23:00:00")
        #expect(TimeAxis(units: "days since 2024-02-28")?.label(1.5) == "2024-02-29 12:00:00")
        #expect(TimeAxis(units: "hours") == nil)
    }
}
