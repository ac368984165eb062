import Testing

@testable import WorldModel

@Suite struct WorldTests {
    @Test func everySlotHasOnePathAndEveryPathItsSlot() throws {
        let world = try Mini.world()
        let paths = world.paths()
        #expect(Set(paths.map(\.path)).count == paths.count)
        var seen: Set<Int> = []
        for path in paths {
            let slots = try world.resolve(path: path.path)
            #expect(slots.count == 1 && world.path(of: slots[0]) == path.path)
            #expect(path.value == (world.values[slots[0]].isNaN ? nil : world.values[slots[0]]))
            seen.insert(slots[0])
        }
        // The numbers of another model of the climate have a slot, which no path names.
        let foreign = Schema.sections.flatMap { section in
            section.fields.filter { $0.kind == .number && !$0.model.isEmpty && $0.model != world.model(section.name) }
                .map { world.slot(section.name, $0.name) }
        }
        #expect(!foreign.isEmpty && seen.isDisjoint(with: foreign))
        #expect(seen.union(foreign) == Set(world.values.indices))
    }

    /// A column of PyPSA means the same in a world as in a network.
    @Test(arguments: [
        ("start_up_cost,min_up_time", "50,3", ""), ("ramp_limit_start_up,q_set", "0.3,7", ""),
        ("p_nom_min,overnight_cost", "5,7", ""), ("committable", "False", ""), ("committable", "True", "committable"),
        ("p_init", "7", "p_init"), ("e_sum_max", "7", "e_sum_max"), ("marginal_cost_typo", "7", "marginal_cost_typo"),
        ("p_nom_extendable,p_nom_min", "True,5", "p_nom_min"), ("p_nom_extendable,p_nom_min", "False,5", ""),
    ])
    func columnsOfPyPSA(names: String, values: String, refused: String) throws {
        let header = "name,bus,carrier,p_nom,capital_cost,"
        let text =
            header + names + "\nnorth gas,north,gas,200,60," + values + "\nsouth gas,south,gas,300,60," + values + "\n"
        let file = SourceFile(path: "generators.csv", bytes: Array(text.utf8))
        var found = ""
        do { _ = try World.load(files: Mini.files(replacing: [file])) } catch { found = "\(error)" }
        let mine = found.split(separator: "\n").filter { $0.contains("PyPSA") || $0.contains("is not a column") }
        #expect(
            refused.isEmpty ? mine.isEmpty : mine.count == 1 && mine[0].contains("generators.\(refused)"), "\(found)")
    }

    @Test func sectionsComeFirstThenColumns() throws {
        let world = try Mini.world()
        #expect(world.slot("climate", "ecs") == 0)
        var next = Layout.sectionCount
        for shape in Schema.tables where shape.hasIDs {
            let rows = world.table(shape.name).ids.count
            for field in shape.fields where field.kind == .number && rows > 0 {
                #expect(world.table(shape.name).slots(field.name) == next..<next + rows, "\(shape.name).\(field.name)")
                next += rows
            }
        }
        #expect(next == world.values.count)
    }

    @Test(arguments: [
        ("climate.ecs", 3.5), ("compute.orders", 600), ("compute.lead_time", 2), ("economy.demand_growth", 0.8),
        ("grid.value_of_lost_load", 2000), ("grid.spill_cost", 0.01), ("carriers[gas].co2_emissions", 0.2),
        ("cities[Downton].gross_product", 12e9), ("loads[north load].p_set", 100),
        ("loads[north load].heating_sensitivity", 1.5),
        ("generators[south gas].capital_cost", 60_000), ("generators[north gas].efficiency", 0.5),
    ])
    func numbersAreInTheUnitsOfTheSchema(_ path: String, _ value: Double) throws {
        let world = try Mini.world()
        #expect(abs(world.values[try world.resolve(path: path)[0]] - value) <= 1e-15 * value)
    }

    @Test func whatIsLeftOutIsAbsentOrItsDefault() throws {
        let world = try Mini.world()
        #expect(world.values[try world.resolve(path: "generators[north gas].capital_cost")[0]].isNaN)
        #expect(world.fixed("grid", "days") == 24 && world.fixed("climate", "correlation_distance") == 500)
        #expect(world.text("economy", "model") == "ces" && world.text("climate", "scenario") == "high")
        #expect(world.table("cities").rows("bus") == [0, 1] && world.table("buses").fixed("x") == [10, 11])
        #expect(world.busAreas == ["hills", "south"] && world.cityAreas == ["hills", "south"])
    }

    @Test func aTableOrSectionThatIsLeftOutIsEmpty() throws {
        let file = SourceFile(path: "world.yaml", bytes: Array("world: none\nstart: 1750\n".utf8))
        let world = try World.load(files: [file])
        #expect(world.table("generators").ids.isEmpty && world.table("generators").slots("p_nom").isEmpty)
        #expect(world.table("cities").rows("bus").isEmpty && world.table("buses").fixed("x").isEmpty)
        #expect(!world.hasSection("grid") && world.values.count == Layout.sectionCount)
        #expect(world.values[world.slot("climate", "ecs")] == 3 && world.emissions.isEmpty)
        #expect(world.count(of: Records.cities.population) == 0 && world.profile("temperature", area: "x") == nil)
    }

    @Test func profilesGoFromTheExactToTheGeneral() throws {
        let world = try Mini.world()
        let south = try #require(world.profile("temperature", area: "south"))
        #expect(south.count == 576 && south[0] == 12 && south[6 * 48] == 22 && south[7 * 48 - 49] == 12)
        #expect(world.profile("temperature", area: "hills")?.allSatisfy { $0 == 8 } == true)
        let daily = try #require(world.profile("daily", area: "hills"))
        #expect(daily[11] == 1 && daily[12] == 1.5 && daily[24 + 12] == 0.95)
        #expect(world.profile("light", area: "hills") == nil && world.profile("lihgt", area: "south") == nil)
    }

    @Test func emissionsAreYearlyAndOfOneScenario() throws {
        let emissions = try Mini.world().emissions
        #expect(emissions.map(\.year) == Array(2020...2030))
        #expect(emissions.allSatisfy { abs($0.co2 - (40 + Double($0.year - 2020))) < 1e-12 })
    }

    @Test func provenanceIsOfTheRowThenTheColumnThenTheTable() throws {
        let paths = Dictionary(uniqueKeysWithValues: try Mini.world().paths().map { ($0.path, $0) })
        #expect(paths["generators[south gas].p_nom"]?.source == "a plate")
        #expect(paths["generators[south gas].p_nom"]?.status == "sourced")
        #expect(paths["generators[north gas].p_nom"]?.source == "a catalogue")
        #expect(paths["generators[north gas].efficiency"]?.source == "invented")
        #expect(paths["generators[north gas].capital_cost"]?.unit == "USD_2025/MW/yr")
    }

    @Test func permutingRowsPermutesOnly() throws {
        let text =
            "name,bus,carrier,p_nom,efficiency,capital_cost [USD/kW/yr],profile,kind\n"
            + "south sun,south,sun,100,1,50,light,\nsouth gas,south,gas,300,0.55,60,,thermal\n"
            + "north gas,north,gas,200,0.5,,,thermal\n"
        let file = SourceFile(path: "generators.csv", bytes: Array(text.utf8))
        let (world, other) = (try Mini.world(), try World.load(files: Mini.files(replacing: [file])))
        #expect(world.table("generators").ids == other.table("generators").ids.reversed())
        for path in world.paths().map(\.path) {
            let (a, b) = (try world.resolve(path: path)[0], try other.resolve(path: path)[0])
            #expect(world.values[a].bitPattern == other.values[b].bitPattern)
        }
        let (study, twin) = (
            try Mini.first(), try Study.load(files: Mini.files(replacing: [file]), study: Mini.study)
        )
        for path in ["generators[south gas].p_nom", "carriers[gas].fuel_cost", "loads[north load].p_set"] {
            for sample in 0..<8 {
                let a = try study.value(path, year: 2029, sample: sample, choices: [1, 1])
                #expect(a == (try twin.value(path, year: 2029, sample: sample, choices: [1, 1])))
            }
        }
    }

    @Test func digestKnowsContentsAndNotOrder() throws {
        let files = Mini.files("mini")
        let digest = try World.load(files: files).digest
        #expect(digest.count == 32)
        #expect(digest == (try World.load(files: files.reversed()).digest))
        let changed = Mini.files("links.csv", [("80", "81")])
        #expect(digest != (try World.load(files: changed).digest))
    }

    @Test func aWorldOnDiskIsThatOfItsFiles() throws {
        let folder = try World.load(folder: Mini.fixtures.appendingPathComponent("mini").path)
        #expect(folder.digest == (try Mini.world().digest))
        #expect(folder.sources.map(\.path) == folder.sources.map(\.path).sorted())
        #expect(!folder.sources.contains { $0.path.hasPrefix("studies") })
    }

    @Test func quotedCellsKeepCommasQuotesAndLines() throws {
        let collector = Collector()
        let text = "\u{FEFF}a,b\r\n\"x, \"\"y\"\"\nz\", 2 \r\n\"\",3"
        let table = try #require(CSVTable.parse(Array(text.utf8), file: "t.csv", collector))
        #expect(collector.findings.isEmpty && table.header == ["a", "b"])
        #expect(table.rows.map(\.cells) == [["x, \"y\"\nz", "2"], ["", "3"]] && table.rows.map(\.line) == [2, 4])
    }

    @Test(arguments: [
        ("kW", "MW", 1e-3), ("USD/kWh", "currency/MWh", 1000), ("USD_2025/MWh", "currency/MWh", 1), ("%", "1", 0.01),
        ("1/yr", "%/yr", 100), ("MtCO2", "tCO2", 1e6), ("h", "day", 0.041666666666666667), ("MW yr", "MWh", 8760),
        ("GJ", "kWh", 277.77777777777778), ("bnUSD/yr", "currency/yr", 1e9), ("USD/kW^2", "currency/MW2", 1e6),
        ("W h", "Wh", 1), ("GtCO2/yr", "GtCO2/yr", 1), ("TFLOP/J", "FLOP/J", 1e12),
    ])
    func unitsConvert(_ from: String, _ to: String, _ factor: Double) throws {
        let units = Units(currency: "USD_2025")
        let there = try units.factor(from: from, to: to)
        let back = try units.factor(from: to, to: from)
        #expect(abs(there / factor - 1) < 1e-14)
        #expect(abs(back * factor - 1) < 1e-14)
    }

    @Test func unitsOfOtherThingsDoNot() {
        let units = Units(currency: "JPY_2024")
        for (from, to) in [("USD", "currency"), ("MW", "MWh"), ("degC", "K"), ("t", "tCO2"), ("MW/", "1")] {
            #expect(throws: Units.Problem.self) { try units.factor(from: from, to: to) }
        }
    }
}
