import Archive
import ArgumentParser
import Foundation
import Hindcast
import WorldModel

extension Hindcast.Given: ExpressibleByArgument {}

/// Holds a world against what its power system did.
struct HindcastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hindcast",
        abstract: "Clear observed hours again with a world's plants and ties, and compare.",
        discussion: """
            DIR holds demand.csv (time_jst, <area>_MW ...), generation.csv (time_jst, area, <carrier>_MW ...) and \
            interties.csv (time_jst, a column a tie), all hourly in MW. Demand and what must be taken are replayed: the \
            residual of demand, net export and observed generation, given or its mean by month and hour. Everything \
            else follows from the tables `hindcast_*` of the world, and no day is made again with what was seen on it.

            --json prints {national, areas, ties, baselines} with {energy_error, correlation, rmse [MW], peak_error} by \
            fuel and {sign_share, correlation, rmse} by tie; errors and shares are fractions. Baselines are the day before \
            among those given, and a merit order without a network.

            Exit codes: 0, 64 wrong command line, 65 wrong data, 74 a file can't be read or written.
            """)

    @Argument(help: "A world's folder, with tables `hindcast_*`.", completion: .directory)
    var world: String

    @Option(name: .customLong("observed"), help: "Folder with what was observed.", completion: .directory)
    var observations: String

    @Option(
        help:
            "residual: that of each hour is known; climatology: only its mean over the fitted days, by month and hour.")
    var given = Hindcast.Given.residual

    @Flag(help: "Fit on every second day and make the others again, both ways, instead of using the world's fit.")
    var crossValidate = false

    @Option(
        help: "Fit the world to DIR, write hindcast_ranges, _flows and _residuals.csv to this folder, and use them.")
    var fit: String?

    @Option(
        name: [.short, .customLong("output")],
        help: "Write a page with pictures to FILE.html, JSON to FILE.json, or the hours as CSV to a folder.")
    var output: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if crossValidate, fit != nil {
            throw ValidationError("--fit uses all days, --cross-validate half of them: take one")
        }
    }

    func run() throws {
        let source = try Source(world)
        guard source.kind == .world else {
            throw Failure.usage("\(world) is not a world; a world is a folder with world.yaml")
        }
        let described = try source.world()
        let plan: HindcastPlan
        do { plan = try HindcastPlan(described) } catch { throw failure(error, source) }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: observations, isDirectory: &isFolder), isFolder.boolValue else {
            throw Failure.inputOutput("\(observations): no such folder")
        }
        let observed = try Observed.read(folder: plain(observations), plan: plan)
        for warning in observed.warnings { Console.say("warning: \(warning)") }
        let hindcast: Hindcast
        if crossValidate {
            hindcast = try Hindcast.crossValidated(observed, plan: plan, given: given)
        } else {
            let found: HindcastFit
            if let fit {
                found = HindcastFit(observed, plan: plan)
                try write(found, plan, to: fit)
            } else {
                do { found = try HindcastFit(described, plan: plan) } catch { throw failure(error, source) }
            }
            hindcast = try Hindcast.run(observed, plan: plan, fit: found, given: given)
        }
        if let first = hindcast.farDays.first {
            Console.say(
                "warning: \(hindcast.farDays.count) of \(counted(observed.days.count, "day")), from \(first) on, are more than "
                    + "\(HindcastFit.mostDistance) days from all that were fitted: plants and ties are those of the same "
                    + "season of another year")
        }
        let report = HindcastReport(
            hindcast, world: described.name, given: given,
            protocol: crossValidate ? .crossValidation : fit == nil ? .world : .fit)
        if let output { try write(report, to: output) }
        if json { try Console.put(json: report) } else { report.lines.forEach(Console.put) }
    }

    private func failure(_ findings: Findings, _ source: Source) -> Failure {
        .badData(findings.all.map { source.describe($0) }.joined(separator: "\n"))
    }

    private func plain(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    private func write(_ fit: HindcastFit, _ plan: HindcastPlan, to folder: String) throws {
        let target = try Destination.folder(folder)
        for file in fit.files(plan: plan) { try target.write(file.bytes, to: file.path) }
        try target.finish()
    }

    private func write(_ report: HindcastReport, to output: String) throws {
        if output.hasSuffix(".html") {
            try Durable.write(Array(HindcastPage(report: report).text.utf8), to: output)
        } else if output.hasSuffix(".json") {
            try Durable.write(Array((Console.text(json: report) + "\n").utf8), to: output)
        } else {
            let folder = try Destination.folder(output)
            try report.writeHours(to: folder)
            try folder.finish()
        }
    }
}
