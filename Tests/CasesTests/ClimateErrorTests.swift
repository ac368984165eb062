import Cases
import FaIR
import Foundation
import Testing
import WorldModel

/// A copy of a fixture in a folder of its own, to be spoilt.
final class SpoiltCase {
    let folder: URL

    init(_ fixture: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "climate-\(UUID().uuidString)")
        try FileManager.default.copyItem(
            at: ClimateReferenceTests.fixtures.appending(path: fixture), to: folder)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func text(_ file: String) throws -> String {
        try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    }

    /// Replaces text that must be there.
    func replace(_ old: String, with new: String, in file: String) throws {
        let whole = try text(file)
        let range = try #require(whole.range(of: old), "\(file) has no \(old)")
        try Data(whole.replacingCharacters(in: range, with: new).utf8).write(to: folder.appending(path: file))
    }

    /// Takes out the line of a number, from 1.
    func removeLine(_ number: Int, of file: String) throws {
        var lines = try text(file).split(separator: "\n", omittingEmptySubsequences: false)
        lines.remove(at: number - 1)
        try Data(lines.joined(separator: "\n").utf8).write(to: folder.appending(path: file))
    }

    /// The first finding of reading it.
    func finding(_ choice: ClimateChoice = ClimateChoice()) throws -> Finding {
        do {
            _ = try ClimateCaseFolder.read(folder.path, choice: choice)
        } catch {
            let findings = error
            return try #require(findings.all.first)
        }
        Issue.record("nothing was found")
        return Finding(file: "", message: "", remedy: "")
    }
}

@Suite("Errors of climate cases") struct ClimateErrorTests {
    /// Every finding names its file, its line, what is wrong and what to do.
    private func expect(
        _ finding: Finding, file: String, line: Int?, says words: String..., remedy: String
    ) {
        #expect(finding.file.hasSuffix(file), "\(finding)")
        #expect(finding.line == line, "\(finding)")
        for word in words { #expect(finding.message.contains(word), "\(finding)") }
        #expect(finding.remedy.contains(remedy), "\(finding)")
    }

    @Test("a species without properties") func missingProperties() throws {
        let spoilt = try SpoiltCase("myhre")
        try spoilt.replace(
            "\"species\": [\n  \"CO2\"", with: "\"species\": [\n  \"SF6\",\n  \"CO2\"", in: "config.json")
        expect(
            try spoilt.finding(), file: "config.json", line: 30, says: "`SF6`", "no properties", remedy: "properties")
    }

    @Test("a species that a method needs") func missingSpecies() throws {
        let spoilt = try SpoiltCase("myhre")
        try spoilt.replace(
            "\"species\": [\n  \"CO2\",\n  \"CH4\",\n  \"N2O\"\n ]", with: "\"species\": [\"CO2\", \"CH4\"]",
            in: "config.json")
        for file in ["concentration.csv"] {
            let lines = try spoilt.text(file).split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).prefix(5).joined(separator: ",")
            }
            try Data(lines.joined(separator: "\n").utf8).write(to: spoilt.folder.appending(path: file))
        }
        expect(
            try spoilt.finding(), file: "config.json", line: 24, says: "CH4 and N2O together",
            remedy: "leach2021")
    }

    @Test("a species whose column is missing") func missingColumn() throws {
        let spoilt = try SpoiltCase("minor")
        try spoilt.replace("config,CFC-11,CF4", with: "config,CFC-11,CFC-12", in: "emissions.csv")
        let finding = try spoilt.finding()
        expect(finding, file: "emissions.csv", line: 1, says: "`CFC-12`", "no species", remedy: "CFC-11")
    }

    @Test("an emission of an undeclared species") func undeclaredSpecies() throws {
        let spoilt = try SpoiltCase("clamped")
        try spoilt.replace("timepoint,scenario,config,CO2", with: "timepoint,scenario,config,CO3", in: "emissions.csv")
        expect(
            try spoilt.finding(), file: "emissions.csv", line: 1, says: "`CO3`", "no species of the case",
            remedy: "did you mean `CO2`?")
    }

    @Test("a unit other than the declared one") func otherUnit() throws {
        let spoilt = try SpoiltCase("clamped")
        try spoilt.replace("config,CO2", with: "config,CO2 [Mt CO2/yr]", in: "emissions.csv")
        expect(
            try spoilt.finding(), file: "emissions.csv", line: 1, says: "Mt CO2/yr", "Gt CO2/yr", remedy: "convert")
    }

    @Test("a gap in the years") func gap() throws {
        let spoilt = try SpoiltCase("clamped")
        try spoilt.removeLine(8, of: "emissions.csv")
        expect(
            try spoilt.finding(), file: "emissions.csv", line: 8, says: "1996.5", "missing", remedy: "add the rows")
    }

    @Test("years that end too early") func endsTooEarly() throws {
        let spoilt = try SpoiltCase("clamped")
        let lines = try spoilt.text("emissions.csv").split(separator: "\n")
        try Data(lines.dropLast().joined(separator: "\n").utf8).write(
            to: spoilt.folder.appending(path: "emissions.csv"))
        expect(
            try spoilt.finding(), file: "emissions.csv", line: nil, says: "2019.5", "path, hot", remedy: "add the row")
    }

    @Test("a year that stands twice") func twice() throws {
        let spoilt = try SpoiltCase("clamped")
        try spoilt.replace("1992.5,path,mid", with: "1991.5,path,mid", in: "emissions.csv")
        expect(
            try spoilt.finding(), file: "emissions.csv", line: 4, says: "1991.5", "twice", remedy: "take one row out")
    }

    @Test("a cell without a number") func emptyCell() throws {
        let spoilt = try SpoiltCase("clamped")
        try spoilt.replace("1990.5,path,mid,3000", with: "1990.5,path,mid,", in: "emissions.csv")
        expect(try spoilt.finding(), file: "emissions.csv", line: 2, says: "empty", remedy: "Gt CO2/yr")
    }

    @Test("a NaN coefficient, by the line of its null") func nanCoefficient() throws {
        let spoilt = try SpoiltCase("clamped")
        let lines = try spoilt.text("config.json").split(separator: "\n", omittingEmptySubsequences: false)
        let key = try #require(lines.firstIndex { $0.contains("\"iirf_0\"") })
        let place = try #require(lines[key...].firstIndex { $0.contains("\"CO2\":") })
        var changed = lines.map(String.init)
        changed[place] = "    \"CO2\": null"
        try Data(changed.joined(separator: "\n").utf8).write(to: spoilt.folder.appending(path: "config.json"))
        expect(
            try spoilt.finding(), file: "config.json", line: place + 1, says: "iirf_0", "empty", "mid",
            remedy: "write a number")
    }

    /// A calibrated ensemble of three gases and two members, to be spoilt.
    private func calibration(
        _ edit: (String, String) -> String = { $1 }
    ) throws -> Result<ClimateCase, Findings> {
        let folder = FileManager.default.temporaryDirectory.appending(path: "calibration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let gas = "1,0,0,1,100,0,1,0,1,44,300,300,40,0,0,0,0,10,0.01"
        let files = [
            "members.csv": """
            ,deep_ocean_efficacy,gamma_autocorrelation,ocean_heat_capacity[0],ocean_heat_capacity[1],\
            ocean_heat_transfer[0],ocean_heat_transfer[1],forcing_scale[CO2]
            a,1.2,2,5,80,1.2,1,1
            b,1.1,2,4,90,1.0,1,1.1

            """,
            "species.csv": """
            name,type,input_mode,greenhouse_gas,aerosol_chemistry_from_emissions,aerosol_chemistry_from_concentration,\
            partition_fraction0,unperturbed_lifetime0,tropospheric_adjustment,forcing_efficacy,\
            forcing_temperature_feedback,forcing_scale,molecular_weight,baseline_concentration,\
            forcing_reference_concentration,iirf_0,iirf_airborne,iirf_uptake,iirf_temperature,baseline_emissions,g1,g0,\
            ch4_lifetime_chemical_sensitivity,lifetime_temperature_sensitivity
            CO2,co2,emissions,\(gas),0,nan
            CH4,ch4,emissions,\(gas),0,-0.04
            N2O,n2o,emissions,\(gas),0,nan

            """,
            "emissions.csv": """
            scenario,region,variable,unit,2000.5,2001.5,2002.5
            path,World,CO2,Gt CO2/yr,40,41,42
            path,World,CH4,Mt CH4/yr,300,301,302
            path,World,N2O,Mt N2O/yr,10,10,10
            other,World,CO2,Gt CO2/yr,40,,42

            """,
        ]
        for (name, text) in files {
            try Data(edit(name, text).utf8).write(to: folder.appending(path: name))
        }
        do {
            let found = try ClimateCalibration.find(folder.path)
            return .success(try found.read(choice: ClimateChoice(scenarios: ["path"])))
        } catch {
            return .failure(error)
        }
    }

    /// Rows of scenarios that are not wanted may lack numbers.
    @Test("a small calibrated ensemble is read") func smallCalibration() throws {
        let model = try calibration().get()
        #expect(model.members == ["a", "b"] && model.species.map(\.name) == ["CO2", "CH4", "N2O"])
        #expect(model.emissions[0][1].values == [300, 301, 302])
        #expect(model.numbers(.forcingScale, of: 0).values == [1, 1.1])
    }

    /// The first finding that has a line.
    private func finding(_ edit: (String, String) -> String) throws -> Finding {
        guard case .failure(let findings) = try calibration(edit) else {
            Issue.record("nothing was found")
            return Finding(file: "", message: "", remedy: "")
        }
        return try #require(findings.all.first { $0.line != nil })
    }

    @Test("a NaN in a table of species, by its line") func nanInSpecies() throws {
        let missing = try finding { name, text in
            name == "species.csv"
                ? text.replacing("N2O,n2o,emissions,1,0,0,1,100,", with: "N2O,n2o,emissions,1,0,0,1,nan,") : text
        }
        expect(
            missing, file: "species.csv", line: 4, says: "unperturbed_lifetime", "`N2O`", "empty",
            remedy: "write a number")
        let ofMethane = try finding { name, text in
            name == "species.csv" ? text.replacing("0,-0.04", with: "0,nan") : text
        }
        expect(
            ofMethane, file: "species.csv", line: 3, says: "lifetime_temperature_sensitivity", "empty",
            remedy: "write a number")
    }

    @Test("a NaN in a table of members, by its line") func nanInMembers() throws {
        let missing = try finding { name, text in
            name == "members.csv" ? text.replacing("b,1.1,2,4,", with: "b,1.1,2,nan,") : text
        }
        expect(
            missing, file: "members.csv", line: 3, says: "nan", "finite", remedy: "take the member out")
    }

    @Test("a member that stands twice, by its line") func memberTwice() throws {
        let twice = try finding { name, text in
            name == "members.csv" ? text.replacing("\nb,1.1", with: "\na,1.1") : text
        }
        expect(twice, file: "members.csv", line: 3, says: "`a`", "twice", remedy: "a name of its own")
    }

    @Test("an emission of a species that the table of species lacks, and a short row") func calibratedEmissions() throws
    {
        let unknown = try finding { name, text in
            name == "emissions.csv"
                ? text.replacing("path,World,N2O,Mt N2O/yr", with: "path,World,N20,Mt N2O/yr") : text
        }
        expect(unknown, file: "emissions.csv", line: 4, says: "`N20`", "no species", remedy: "did you mean `N2O`?")
        let short = try finding { name, text in name == "emissions.csv" ? text + "path,World\n" : text }
        expect(short, file: "emissions.csv", line: 6, says: "2 cells", remedy: "a cell for each column")
    }

    @Test("a --set of a species that doesn't occur") func unknownSetSpecies() throws {
        let spoilt = try SpoiltCase("clamped")
        let finding = try spoilt.finding(ClimateChoice(overrides: [("forcing_scale[CH4]", "1.1")]))
        expect(finding, file: "--set", line: nil, says: "`CH4`", remedy: "CO2")
    }

    @Test("a --set of a parameter that doesn't occur") func unknownSetParameter() throws {
        let spoilt = try SpoiltCase("clamped")
        let finding = try spoilt.finding(ClimateChoice(overrides: [("forcing_scael[CO2]", "1.1")]))
        expect(finding, file: "--set", line: nil, says: "forcing_scael", remedy: "did you mean `forcing_scale`?")
    }

    @Test("a --set without a number") func setWithoutNumber() throws {
        let spoilt = try SpoiltCase("clamped")
        let finding = try spoilt.finding(ClimateChoice(overrides: [("forcing_scale[CO2]", "much")]))
        expect(finding, file: "--set", line: nil, says: "`much`", remedy: "number")
    }

    @Test("a member and a scenario that don't occur") func unknownMember() throws {
        let spoilt = try SpoiltCase("clamped")
        expect(
            try spoilt.finding(ClimateChoice(members: ["mit"])), file: "--members", line: nil, says: "`mit`",
            remedy: "did you mean `mid`?")
        expect(
            try spoilt.finding(ClimateChoice(scenarios: ["ssp"])), file: "--scenarios", line: nil, says: "`ssp`",
            remedy: "path")
    }

    @Test("a file that is not JSON") func notJSON() throws {
        let spoilt = try SpoiltCase("clamped")
        try spoilt.replace("\"scenarios\": [", with: "\"scenarios\" [", in: "config.json")
        expect(try spoilt.finding(), file: "config.json", line: 17, says: "`:`", remedy: "JSON")
    }

    @Test("a method and a setting that don't exist") func unknownMethod() throws {
        let spoilt = try SpoiltCase("clamped")
        try spoilt.replace("\"leach2021\"", with: "\"leech2021\"", in: "config.json")
        expect(try spoilt.finding(), file: "config.json", line: 13, says: "leech2021", remedy: "leach2021")
        let other = try SpoiltCase("clamped")
        try other.replace("\"iirf_max\"", with: "\"iirf_maxx\"", in: "config.json")
        expect(
            try other.finding(), file: "config.json", line: 11, says: "iirf_maxx", remedy: "did you mean `iirf_max`?")
    }

    @Test("a state of another case, and one without a member") func wrongState() throws {
        let model = try ClimateCaseFolder.read(ClimateReferenceTests.fixtures.appending(path: "clamped").path)
        let other = try ClimateCaseFolder.read(ClimateReferenceTests.fixtures.appending(path: "minor").path)
        let file = FileManager.default.temporaryDirectory.appending(path: "state-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        let state = try #require(ClimateKernel(model, recording: []).run(to: 3, keepState: true) { _ in })
        try ClimateStateFile.write(state, of: model, to: file.path)
        let wrong = #expect(throws: Findings.self) { try ClimateStateFile.read(file.path, of: other) }
        #expect(wrong?.all.first?.line == 1)
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        try Data(lines.dropLast().joined(separator: "\n").utf8).write(to: file)
        let missing = #expect(throws: Findings.self) { try ClimateStateFile.read(file.path, of: model) }
        #expect(missing?.all.first?.message.contains("`hot`") == true)
    }
}
