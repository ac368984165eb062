import Archive
import ArgumentParser
import Cases
import Foundation
import WorldModel

extension SusceptanceConvention: ExpressibleByArgument {}
extension NetworkModel: ExpressibleByArgument {}

/// Hours as they stand on the command line, counted from 0: `3`; `0-23`, both ends included; `0:24` or `0..<24`, up to 24.
struct HourRange: ExpressibleByArgument, Equatable {
    let range: Range<Int>

    init?(argument: String) {
        if let hour = HourRange.hour(argument) {
            range = hour..<hour + 1
            return
        }
        for (mark, isClosed) in [("..<", false), (":", false), ("...", true), ("-", true)] {
            guard let place = argument.range(of: mark) else { continue }
            guard let first = HourRange.hour(argument[..<place.lowerBound]),
                let last = HourRange.hour(argument[place.upperBound...]), isClosed ? first <= last : first < last
            else { return nil }
            range = first..<(isClosed ? last + 1 : last)
            return
        }
        return nil
    }

    /// A whole number of digits alone, below a billion.
    private static func hour(_ text: some StringProtocol) -> Int? {
        text.utf8.count < 10 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }
}

/// Clears somebody's network: the dispatch of least cost with its prices.
struct Grid: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Clear a MATPOWER or PyPSA case: dispatch of least cost, flows, angles, prices.",
        discussion: """
            CASE is a MATPOWER file (.m), a PyPSA folder with buses.csv, or a PyPSA netCDF file (.nc).

            --json prints {status, objective, gap, iterations, dispatch, flows, angles, prices, reason}: objects by \
            name, of numbers for a case of one hour, of lists over the hours otherwise. A MATPOWER case's names are \
            gen1, branch1, dcline1 by row and the bus numbers. Powers are in MW, angles in rad, prices in currency/MWh.

            Exit codes: 0 where the case is optimal or proven infeasible (`status` says which), 65 where the file is \
            wrong or the solver gives up, 74 where it can't be read. docs/GRID-CASES.md has the details.
            """)

    @Argument(help: "A .m file, a folder of CSV, or a netCDF file.", completion: .file())
    var path: String

    @Option(help: "How a MATPOWER branch becomes a DC one: matpower (1/(x tap), shifts) or powermodels (x/(r^2+x^2)).")
    var convention = SusceptanceConvention.matpower

    @Option(help: "dc: Kirchhoff's laws; transport: flows are free within their limits.")
    var model = NetworkModel.dc

    @Option(
        help: """
            Hours to clear, counted from 0: 0-23 (both included), 0:24 (without hour 24; as '0..<24', which a shell \
            wants in quotes), or one, such as 12. (default: all)
            """)
    var hours: HourRange?

    @Flag(
        name: .customLong("n-1"),
        help: "Keep every line within its limit when any other one fails (dc).")
    var secured = false

    @Option(name: [.short, .customLong("output")], help: "Write FILE.json, or a folder of CSV.")
    var output: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        do {
            try clear()
        } catch {
            // Who asks for JSON gets it, with the same words and the same exit code.
            // What has been reported has no more words.
            guard json, let failure = Failure(error), failure.status == ExitStatus.badData, !failure.message.isEmpty
            else { throw error }
            try Console.put(json: GridReport(reason: failure.message))
            throw failure
        }
    }

    private func clear() throws {
        let grid = try CaseFile(path: path).read(convention: convention)
        for warning in grid.warnings { Console.say("warning: \(warning)") }
        if let hours, hours.range.upperBound > grid.hours.count {
            let asked = hours.range
            throw Failure.usage(
                (grid.hours.count == 1
                    ? "\(path) has one hour, --hours 0" : "\(path) has the hours 0-\(grid.hours.count - 1)")
                    + (asked.count == 1
                        ? "; there is no hour \(asked.lowerBound)"
                        : "; not all of \(asked.lowerBound)-\(asked.upperBound - 1) are there"))
        }
        let solution = try CaseClearing.solve(grid, model: model, hours: hours?.range, secured: securedLines(of: grid))
        let report = GridReport(solution, of: grid)
        if let output { try write(report, solution, grid, to: output) }
        if json {
            try Console.put(json: report)
        } else {
            GridTable(grid: grid, solution: solution).lines.forEach(Console.put)
        }
        if solution.status == .failed {
            throw Failure.badData(json ? "" : "\(path) is not cleared: \(solution.reason)")
        }
    }

    /// Lines whose outage the dispatch must survive; says which can't be survived.
    private func securedLines(of grid: GridCase) throws -> [Int] {
        guard secured else { return [] }
        if model != .dc { throw Failure.usage("--n-1 follows Kirchhoff's laws: it goes with --model dc") }
        let (survived, splitting) = grid.outages
        if !splitting.isEmpty {
            let names = splitting.prefix(8).map { grid.lines[$0].name }.joined(separator: ", ")
            Console.say(
                "warning: nothing takes over from " + names
                    + (splitting.count > 8 ? " and " + counted(splitting.count - 8, "more line") : "")
                    + "; their outages split the network and are left out")
        }
        return survived
    }

    private func write(_ report: GridReport, _ solution: CaseSolution, _ grid: GridCase, to output: String) throws {
        if output.hasSuffix(".json") {
            return try Durable.write(Array((Console.text(json: report) + "\n").utf8), to: output)
        }
        let folder = try Destination.folder(output)
        try GridFolder(folder: folder, grid: grid, solution: solution).write()
        try folder.finish()
    }
}
