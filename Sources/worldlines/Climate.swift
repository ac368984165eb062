import Archive
import ArgumentParser
import Cases
import FaIR
import Foundation
import Stepping
import WorldModel

/// Runs the climate alone, on a case or a calibrated ensemble.
struct Climate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the climate model on a case or a calibrated ensemble, number for number as FaIR 2.2.5.",
        discussion: """
            CASE is a folder with config.json and the tables that it names, or fair-calibrate's table of members, or a \
            folder that holds it; its tables of species, emissions and forcings are found beside it by their heads.

            OUT is an archive where it ends in .h5 or .nc, else a folder of CSV. --set takes the heads of \
            fair-calibrate's columns: deep_ocean_efficacy=1.2, forcing_scale[CH4]=1.1, ocean_heat_capacity[0]=5; and \
            run.ghg_method, run.ch4_method, run.iirf_max, run.ch4_min, run.br_cl_ods_potential, run.seed, \
            run.chlorine_in_aerosol=true, which mends what looks like FaIR's mistake, and run.exact_decay=true, which gives \
            the loss of carbon that lives for 1e9 years all its digits, where FaIR has seven that vary with the CPU.
            """)

    @Argument(help: "The case.", completion: .file())
    var path: String

    @Option(name: [.short, .customLong("output")], help: "The archive or folder; it is made where it is not there.")
    var output: String

    @Option(help: "Members by name, separated by commas.")
    var members: String?

    @Option(help: "Scenarios by name, separated by commas.")
    var scenarios: String?

    @Option(
        help: ArgumentHelp(
            "What is written, separated by commas: "
                + ClimateOutput.allCases.map(\.rawValue).joined(separator: ", ") + "."))
    var outputs: String?

    @Option(name: .customLong("set"), help: "A number to use instead of the case's: NAME=VALUE; may be repeated.")
    var overrides: [String] = []

    @Option(help: "First and last bound of a calibrated ensemble: 1750-2101.")
    var years: String?

    @Option(help: "The table of species of a calibrated ensemble.", completion: .file(extensions: ["csv"]))
    var species: String?

    @Option(help: "Its table of emissions.", completion: .file(extensions: ["csv"]))
    var emissions: String?

    @Option(help: "Its table of forcings.", completion: .file(extensions: ["csv"]))
    var forcing: String?

    @Option(name: .customLong("from"), help: "A saved state to go on from.", completion: .file(extensions: ["csv"]))
    var start: String?

    @Option(name: .customLong("to"), help: "The bound at which to stop, a year.")
    var end: Double?

    @Option(name: .customLong("save-state"), help: "Where the state at the end is written.")
    var saveState: String?

    @Flag(help: "Replace an archive that is there.")
    var force = false

    @Flag(help: "Print one JSON object: what was run, written and flagged, and how long it took.")
    var json = false

    private struct Report: Encodable {
        struct Flag: Encodable {
            let scenario: String
            let config: String
            let flag: String
            let year: Double
        }

        let scenarios: [String]
        let members: Int
        let species: Int
        let start: Double
        let end: Double
        let output: String
        let flags: [Flag]
        let seconds: [String: Double]
        /// Of those, what the processor worked; on a busy machine the only ones to compare.
        let cpu: [String: Double]
    }

    /// Seconds that the processor has worked for this process.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    private var isArchive: Bool { output.hasSuffix(".h5") || output.hasSuffix(".nc") }

    private func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    func run() throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let kinds = try chosenOutputs()
        let model = try read()
        let state = try start.map { try ClimateStateFile.read($0, of: model) }
        let last = try lastBound(model, first: state?.bound ?? 0)
        let read = clock.now
        let cpuRead = Climate.processorSeconds()
        let kernel = ClimateKernel(model, recording: ClimateOutput.quantities(of: kinds), from: state)
        let prepared = clock.now
        let cpuPrepared = Climate.processorSeconds()
        let written = try Destinations(
            isArchive ? nil : output, isArchive ? output : nil, model, kinds, kernel.firstBound, last, force: force)
        let opened = clock.now
        let cpuOpened = Climate.processorSeconds()
        var flags: [Report.Flag] = []
        var writing = Duration.zero
        var cpuWriting = 0.0
        let final = try kernel.run(to: last, keepState: saveState != nil) { part in
            let handed = clock.now
            let cpuHanded = Climate.processorSeconds()
            defer {
                writing += clock.now - handed
                cpuWriting += Climate.processorSeconds() - cpuHanded
            }
            try written.write(part)
            for (lane, member) in part.members.enumerated() {
                for flag in ClimateFlag.allCases {
                    guard let year = part.flags.year(flag, lane: lane) else { continue }
                    flags.append(
                        Report.Flag(
                            scenario: model.scenarios[part.scenario], config: model.members[member],
                            flag: flag.rawValue, year: year))
                }
            }
        }
        let ran = clock.now
        let cpuRan = Climate.processorSeconds()
        try written.close()
        if let saveState, let final { try ClimateStateFile.write(final, of: model, to: saveState) }
        let done = clock.now
        say(flags.map { ($0.scenario, $0.config, $0.flag, $0.year) })
        func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
        let report = Report(
            scenarios: model.scenarios, members: model.members.count, species: model.species.count,
            start: model.run.bound(kernel.firstBound), end: model.run.bound(last), output: output, flags: flags,
            seconds: [
                "read": seconds(read - begin), "prepare": seconds(prepared - read),
                "run": seconds(ran - opened - writing),
                "write": seconds((opened - prepared) + writing + (done - ran)),
            ], cpu: ["prepare": cpuPrepared - cpuRead, "run": cpuRan - cpuOpened - cpuWriting])
        if json {
            try Console.put(json: report)
        } else {
            Console.put(
                "\(output): \(counted(model.scenarios.count, "scenario")), \(counted(model.members.count, "member")), "
                    + "\(counted(model.species.count, "species")), \(Numeral.text(report.start)) to \(Numeral.text(report.end))"
            )
        }
    }

    private func chosenOutputs() throws -> [ClimateOutput] {
        let words = list(outputs)
        if words.isEmpty { return ClimateOutput.standard }
        return try words.map { word in
            guard let output = ClimateOutput(rawValue: word) else {
                throw Failure.badData(
                    Finding(
                        file: "--outputs", path: word, message: "`\(word)` can't be written",
                        remedy: Nearest.remedy(word, among: ClimateOutput.allCases.map(\.rawValue))
                    ).description)
            }
            return output
        }
    }

    private func read() throws -> ClimateCase {
        var choice = ClimateChoice(members: list(members), scenarios: list(scenarios))
        for text in overrides {
            guard let equals = text.firstIndex(of: "=") else {
                throw Failure.usage("--set \(text): write NAME=VALUE, such as forcing_scale[CH4]=1.1")
            }
            choice.overrides.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
        }
        if let years {
            let bounds = years.split(separator: "-").compactMap { Double($0) }
            guard bounds.count == 2, bounds[0] < bounds[1] else {
                throw Failure.usage("--years \(years): write FIRST-LAST, such as 1750-2101")
            }
            choice.years = (bounds[0], bounds[1])
        }
        if let what = PlainFile.special(path) {
            throw Failure.inputOutput("\(path): \(what), where a file or a folder is wanted")
        }
        if ClimateCaseFolder.isOne(path) {
            if choice.years != nil || species != nil || emissions != nil || forcing != nil {
                throw Failure.usage(
                    "--years, --species, --emissions and --forcing are for a calibrated ensemble; \(path) says in "
                        + "config.json what it runs")
            }
            return try ClimateCaseFolder.read(path, choice: choice)
        }
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure.inputOutput("\(path): no such file or folder")
        }
        return try ClimateCalibration.find(path, species: species, emissions: emissions, forcing: forcing)
            .read(choice: choice)
    }

    private func lastBound(_ model: ClimateCase, first: Int) throws -> Int {
        guard let end else { return model.run.steps }
        let place = ((end - model.run.start) / model.run.timestep).rounded()
        guard place >= Double(first), place <= Double(model.run.steps),
            abs(model.run.bound(Int(place)) - end) < 1e-6 * model.run.timestep
        else {
            throw Failure.badData(
                Finding(
                    file: "--to", message: "\(end) is no bound between \(model.run.bound(first)) and \(model.run.end)",
                    remedy: "the bounds are \(model.run.timestep) years apart"
                ).description)
        }
        return Int(place)
    }

    /// Says once for each flag how many members it concerns, and when first.
    private func say(_ flags: [(scenario: String, config: String, flag: String, year: Double)]) {
        for flag in ClimateFlag.allCases {
            let those = flags.filter { $0.flag == flag.rawValue }
            guard let first = those.min(by: { $0.year < $1.year }) else { continue }
            Console.say(
                "note: \(flag.summary) in \(counted(those.count, "run")), first in \(first.year) "
                    + "(\(first.scenario), \(first.config)); flags.csv or --json has all")
        }
    }

    /// Where a run goes.
    private final class Destinations {
        private var folder: ClimateFolderWriter?
        private var archive: ClimateArchiveOutput?
        private let place: DurableFolder?
        private let model: ClimateCase
        private var rows: [[String]] = []

        init(
            _ folder: String?, _ archive: String?, _ model: ClimateCase, _ outputs: [ClimateOutput], _ first: Int,
            _ last: Int, force: Bool
        ) throws {
            self.model = model
            place = try folder.map { try Destination.folder($0) }
            if let place {
                self.folder = try ClimateFolderWriter(
                    folder: place, model: model, outputs: outputs, isFresh: first == 0,
                    isWhole: last == model.run.steps)
            }
            if let archive {
                try Destination.checkName(archive)
                if FileManager.default.fileExists(atPath: archive), !force {
                    throw Failure.inputOutput("\(archive) is there; choose another name, or say --force")
                }
                self.archive = try ClimateArchiveOutput(
                    path: archive, model: model, outputs: outputs, first: first, last: last)
            }
        }

        func write(_ part: ClimatePart) throws {
            try folder?.write(part)
            try archive?.write(part)
            for (lane, member) in part.members.enumerated() {
                for flag in ClimateFlag.allCases {
                    guard let year = part.flags.year(flag, lane: lane) else { continue }
                    rows.append([
                        model.scenarios[part.scenario], model.members[member], flag.rawValue, "\(year)",
                    ])
                }
            }
        }

        func close() throws {
            try folder?.close()
            try archive?.close()
            guard let place else { return }
            try ClimateFolderWriter.writeSensitivities(of: model, to: place)
            try ClimateFolderWriter.writeFlags(rows, to: place)
            try place.finish()
        }
    }
}
