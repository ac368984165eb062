import Foundation
import Testing

@testable import WorldModel

/// A slip of the pen in one line of a file of Worlds/japan: what is exchanged for what.
struct Mistake: CustomTestStringConvertible {
    let name: String
    let file: String
    let old: String
    let new: String
    /// What the finding's path and message hold.
    let says: [String]

    init(_ name: String, _ file: String, _ old: String, _ new: String, _ says: String...) {
        (self.name, self.file, self.old, self.new, self.says) = (name, file, old, new, says)
    }

    var testDescription: String { name }
}

/// One mistake in the world of 75 cities gives one finding, at its line, that says what is wrong and how to mend it.
@Suite struct JapanMistakesTests {
    static let files = Mini.files("../../../Worlds/japan")

    @Test func theWorldItselfIsClean() throws {
        let world = try World.load(files: JapanMistakesTests.files)
        #expect(world.warnings.isEmpty)
        #expect(world.table("cities").ids.count == 75)
    }

    @Test func thereAreForty() {
        #expect(JapanMistakesTests.mistakes.count >= 40)
        #expect(Set(JapanMistakesTests.mistakes.map(\.name)).count == JapanMistakesTests.mistakes.count)
    }

    @Test(arguments: mistakes) func oneFinding(_ mistake: Mistake) throws {
        var line: Int?
        let files = try JapanMistakesTests.files.map { file in
            guard file.path == mistake.file else { return file }
            let text = String(decoding: file.bytes, as: UTF8.self)
            let place = try #require(text.range(of: mistake.old), "\(mistake.file) has no `\(mistake.old)`")
            let changed = text.replacingCharacters(in: place, with: mistake.new)
            let pairs = zip(
                text.split(separator: "\n", omittingEmptySubsequences: false),
                changed.split(separator: "\n", omittingEmptySubsequences: false))
            line = pairs.enumerated().first { $1.0 != $1.1 }.map { $0.offset + 1 }
            return SourceFile(path: file.path, bytes: Array(changed.utf8))
        }
        do {
            _ = try World.load(files: files)
            Issue.record("no finding")
        } catch {
            try #require(error.all.count == 1, "\(error)")
            let finding = error.all[0]
            #expect(finding.file == mistake.file)
            #expect(finding.line == line, "\(finding)")
            for words in mistake.says { #expect(finding.description.contains(words), "\(finding)") }
            #expect(!finding.remedy.isEmpty)
        }
    }

    static let mistakes: [Mistake] = [
        Mistake("unknown key", "world.yaml", "licence: CC", "license: CC", "license", "licence"),
        Mistake("start in words", "world.yaml", "start: 2026", "start: soon", "start", "soon"),
        Mistake(
            "unknown network", "world.yaml", "network: transport", "network: transprt", "grid.network", "transport"),
        Mistake("more days than a year has", "world.yaml", "days: 24", "days: 400", "grid.days", "400", "365"),
        Mistake("foreign money", "world.yaml", "3000 USD/MWh", "3000 EUR/MWh", "grid.value_of_lost_load", "EUR"),
        Mistake(
            "unknown scenario", "world.yaml", "scenario: ssp245", "scenario: ssp246", "ssp246", "ssp245"),
        Mistake(
            "table that isn't there", "world.yaml", "loads: loads.csv", "loads: load.csv", "load.csv"),
        Mistake("power for a time", "world.yaml", "lead_time: 3 yr", "lead_time: 3 MW", "compute.lead_time", "MW"),
        Mistake(
            "share above one", "world.yaml", "training_share: 0.3", "training_share: 1.3", "compute.training_share",
            "1.3"),
        Mistake(
            "source of no column", "world.yaml", "  cities.population: {", "  cities.populaton: {", "populaton",
            "population"),
        Mistake(
            "growth in words", "world.yaml", "demand_growth: 0.8 %/yr", "demand_growth: fast", "economy.demand_growth",
            "fast"),
        Mistake(
            "key given twice", "world.yaml", "  sun_spread: 0.5\n", "  sun_spread: 0.4\n  sun_spread: 0.5\n",
            "sun_spread"),
        Mistake("member beyond the table", "world.yaml", "member: 420", "member: 841", "climate.member", "841", "840"),
        Mistake(
            "number that members replace", "world.yaml", "  sun_spread: 0.5\n", "  ecs: 3 K\n  sun_spread: 0.5\n",
            "climate.ecs", "members.csv"),
        Mistake(
            "member in words", "members.csv", "1113576,4.76654,", "1113576,some,", "ocean_heat_capacity[0]", "some"),
        Mistake(
            "longitude off the globe", "buses.csv", "Sapporo,HKD,141", "Sapporo,HKD,441", "buses[Sapporo].x", "441"),
        Mistake("bus named twice", "buses.csv", "Morioka,TH,", "Aomori,TH,1,1,500\nMorioka,TH,", "Aomori"),
        Mistake("negative voltage", "buses.csv", "35.9,500", "35.9,-500", "buses[LOOP].v_nom", "-500"),
        Mistake("unknown weather", "carriers.csv", ",sun,", ",sunny,", "carriers[solar].weather", "sunny"),
        Mistake("negative carbon", "carriers.csv", "16,0.321", "16,-0.321", "carriers[coal].co2_emissions", "-0.321"),
        Mistake("city on no bus", "cities.csv", "Sendai,Sendai,", "Sendai,Sendia,", "cities[Sendai].bus", "Sendai"),
        Mistake("people in words", "cities.csv", ",3312650,", ",many,", "cities[Sapporo].population", "many"),
        Mistake("unknown water", "cities.csv", ",733,high,", ",733,plenty,", "cities[Sapporo].water", "plenty"),
        Mistake(
            "chance above certainty", "cities.csv", ",high,2.2,", ",high,220,",
            "cities[Sapporo].seismic_probability", "220"),
        Mistake("negative fibre", "cities.csv", ",2.2,1081", ",2.2,-1081", "cities[Sapporo].fibre_distance", "-1081"),
        Mistake("unknown column", "cities.csv", "households [1]", "housholds [1]", "housholds", "households"),
        Mistake("unit of weight", "cities.csv", "[USD/m2]", "[USD/kg]", "land_price", "kg"),
        Mistake("cell too few", "cities.csv", "Sendai,Sendai,sendai,", "Sendai,Sendai,", "19", "18"),
        Mistake(
            "area of another bus", "loads.csv", "Sapporo-demand,Sapporo,HKD", "Sapporo-demand,Sapporo,TH",
            "loads[Sapporo-demand].area", "HKD"),
        Mistake("no power", "loads.csv", ",HKD,2072.4,", ",HKD,,", "loads[Sapporo-demand].p_set"),
        Mistake(
            "unknown profile", "loads.csv", ",HKD,2072.4,demand", ",HKD,2072.4,demnad",
            "loads[Sapporo-demand].profile", "demand"),
        Mistake(
            "unknown carrier", "generators.csv", "Naha-coal-low,Naha,ON,coal", "Naha-coal-low,Naha,ON,cole",
            "generators[Naha-coal-low].carrier", "coal"),
        Mistake(
            "engine without losses", "generators.csv", "Naha-coal-low,Naha,ON,coal,low,211,1,0.39",
            "Naha-coal-low,Naha,ON,coal,low,211,1,3.9", "generators[Naha-coal-low].efficiency", "3.9"),
        Mistake(
            "more than all", "generators.csv", "Naha-gas-new,Naha,ON,gas,replacement,889,0.9",
            "Naha-gas-new,Naha,ON,gas,replacement,889,9", "generators[Naha-gas-new].p_max_pu", "9"),
        Mistake(
            "negative power", "generators.csv", "Naha-wind,Naha,ON,wind,main,17", "Naha-wind,Naha,ON,wind,main,-17",
            "generators[Naha-wind].p_nom", "-17"),
        Mistake(
            "profile of other areas", "generators.csv",
            "Naha-gas-new,Naha,ON,gas,replacement,889,0.9,0.545,0,0.0125,0,95000,40,",
            "Naha-gas-new,Naha,ON,gas,replacement,889,0.9,0.545,0,0.0125,0,95000,40,nuclear",
            "generators[Naha-gas-new].profile", "ON"),
        Mistake(
            "store that gains", "storage_units.csv", "battery,20,3,0.93,", "battery,20,3,1.93,",
            "storage_units[Naha-battery].efficiency_store", "1.93"),
        Mistake(
            "store on no bus", "storage_units.csv", "Naha-battery,Naha,", "Naha-battery,,",
            "storage_units[Naha-battery].bus"),
        Mistake(
            "link to itself", "links.csv", "HKD-TH,Hakodate,Aomori", "HKD-TH,Hakodate,Hakodate", "links[HKD-TH].bus1",
            "Hakodate"),
        Mistake("limits that cross", "links.csv", "900,-1,1,", "900,1,-1,", "links[HKD-TH].p_min_pu"),
        Mistake(
            "site in no city", "data_centres.csv", "Inzai,Inzai,", "Inzai,Inzay,", "data_centres[Inzai].city", "Inzai"),
        Mistake(
            "more than there is room for", "data_centres.csv", "Inzai,Inzai,700,2750", "Inzai,Inzai,700,275",
            "data_centres[Inzai].capacity_max", "700"),
        Mistake(
            "unknown cooling", "data_centres.csv", "wse_tower,1322400", "wse_towre,1322400", "cooling", "wse_tower"),
        Mistake(
            "negative share", "data_centres.csv", "17260,0.0116", "17260,-0.0116", "data_centres[Sapporo].order_share",
            "-0.0116"),
        Mistake("thirteenth month", "profiles.csv", "temperature,naha,12,", "temperature,naha,13,", "13"),
        Mistake("unknown kind of day", "profiles.csv", "demand,HKD,1,weekday,0", "demand,HKD,1,holiday,0", "holiday"),
        Mistake(
            "hour said twice", "profiles.csv", "temperature,naha,12,", "temperature,naha,11,,,21\ntemperature,naha,12,",
            "temperature"),
        Mistake("degrees in words", "profiles.csv", "temperature,naha,12,,,", "temperature,naha,12,,,warm", "warm"),
        Mistake(
            "trajectory of nothing", "trajectories.csv", "generators[carrier=solar].p_nom,2026",
            "generators[carrier=solr].p_nom,2026", "solr", "solar"),
        Mistake(
            "year in words", "trajectories.csv", "[carrier=solar].p_nom,2040,", "[carrier=solar].p_nom,later,", "later"),
    ]
}
