import FaIR
import Foundation
import WorldModel

/// Reads a climate case from a folder: `config.json` with every parameter, and tables of what drives it.
///
/// The tables are `emissions.csv`, `concentration.csv` and `forcing.csv`, of which those columns are read whose species
/// are given so, and `stochastic_d.csv` with noise from outside. docs/CLIMATE.md describes the format.
public enum ClimateCaseFolder {
    /// Whether a path is a folder of this kind.
    public static func isOne(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path + "/config.json") }

    /// The case; throws every finding of its files at once.
    public static func read(_ folder: String, choice: ClimateChoice = ClimateChoice()) throws(Findings) -> ClimateCase {
        let findings = Collector()
        let path = folder + "/config.json"
        guard let bytes = try? PlainFile.read(path) else {
            throw Findings([
                Finding(
                    file: path, message: "the file can't be read", remedy: "name a folder with a config.json in it")
            ])
        }
        let reader = ConfigurationReader(JSONText(bytes), file: path, findings)
        guard var model = reader.read(choice) else {
            try findings.check()
            throw Findings([])
        }
        try findings.check()
        reader.readSeries(folder, into: &model, findings)
        if findings.isEmpty { readNoise(folder, reader, &model, findings) }
        try findings.check()
        ClimateOverrides.apply(choice.overrides, to: &model, findings)
        try findings.check()
        ClimateRules(model: model, findings: findings, place: reader.place).check()
        try findings.check()
        return model
    }

    /// `stochastic_d.csv`: a row a bound and member, whose noise enters at that bound.
    private static func readNoise(
        _ folder: String, _ reader: ConfigurationReader, _ model: inout ClimateCase, _ findings: Collector
    ) {
        let path = folder + "/stochastic_d.csv"
        guard model.numbers(.stochasticRun).values.contains(where: { $0 != 0 }), let file = LineFile(path: path),
            file.next()
        else { return }
        let width = model.run.layers + 1
        let bounds = model.run.steps + 1
        let expected = ["timebound", "config"] + (0..<width).map { "w\($0)" }
        guard (0..<file.count).map(file.text) == expected else {
            findings.add(
                path, 1, nil, "the header is not that of \(model.run.layers) layers",
                "write `\(expected.joined(separator: ","))`")
            return
        }
        var seen = Array(repeating: 0, count: model.members.count)
        let index = Dictionary(model.members.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        let known = Set(reader.members)
        while file.next() {
            let name = file.count > 1 ? file.text(1) : ""
            if file.count == expected.count, known.contains(name), index[name] == nil { continue }
            guard file.count == expected.count, let time = file.number(0), let member = index[name] else {
                findings.add(
                    path, file.line, nil, "the row is not a bound, a member and \(counted(width, "number"))",
                    "mend the row")
                continue
            }
            let place = ((time - model.run.start) / model.run.timestep).rounded()
            let values = (0..<width).map { file.number(2 + $0) ?? .nan }
            guard place >= 0, place < Double(bounds), values.allSatisfy(\.isFinite) else {
                findings.add(
                    path, file.line, nil, "\(time) is no bound of the run, or a number is none", "mend the row")
                continue
            }
            if model.noise[member].isEmpty {
                model.noise[member] = Array(repeating: .nan, count: bounds * width)
            }
            for (k, value) in values.enumerated() { model.noise[member][Int(place) * width + k] = value }
            seen[member] += 1
        }
        for member in model.members.indices where seen[member] != bounds && seen[member] != 0 {
            findings.add(
                path, nil, model.members[member], "\(seen[member]) of \(bounds) bounds have noise",
                "add a row for every bound, or take the member out")
        }
    }
}
