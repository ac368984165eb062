import Archive
import ArgumentParser
import Branching
import FaIR
import Foundation
import Stepping
import WorldModel

/// Measures how fast this machine simulates.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how fast this machine simulates a study.",
        discussion: """
            The operations are those of the market's iterations (87 for a variable at one bus, 105 for a link; a \
            fused multiply-add is two); the factorisation is left out, so that GFLOP/s is a lower bound. The peak is \
            measured with twelve independent chains of fused multiply-adds. Costs by world lines and workers are wall \
            time over the simulated world-hours; a bundle of fewer than eight world lines costs as much as a full one. \
            Run it on a quiet machine.
            """)

    @Argument(help: "The study whose first years are simulated.", completion: .file(extensions: ["yaml", "yml"]))
    var study = "Worlds/japan-areas/studies/siting.yaml"

    @Option(help: "Simulated years of each measurement.")
    var years = 2

    @Option(help: "The largest number of world lines.")
    var worldLines = 64

    @Option(help: "The largest number of workers. (default: the CPUs of this machine)")
    var workers: Int?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        for (name, value) in [("years", years), ("world-lines", worldLines), ("workers", workers ?? 1)] where value < 1
        {
            throw ValidationError("--\(name) is at least 1, not \(value)")
        }
    }

    /// One worker and one full bundle.
    struct Single: Encodable {
        let worldHoursPerSecond: Double
        let worldLineYearsPerSecond: Double
        let microsecondsPerWorldHour: Double
        let gflops: Double
        let shareOfPeak: Double
        let iterationsPerHour: Double
        let variables: Int
        let balances: Int
        /// Shares of the time: the solver, making and settling its programs, the rest of the year.
        let split: [String: Double]

        enum CodingKeys: String, CodingKey {
            case gflops, variables, balances, split
            case worldHoursPerSecond = "world_hours_per_s"
            case worldLineYearsPerSecond = "world_line_years_per_s"
            case microsecondsPerWorldHour = "us_per_world_hour"
            case shareOfPeak = "share_of_peak"
            case iterationsPerHour = "iterations_per_hour"
        }
    }

    /// The cost at a number of world lines and workers.
    struct Point: Encodable {
        let worldLines: Int
        let workers: Int
        let microsecondsPerWorldHour: Double
        let worldLineYearsPerSecond: Double

        enum CodingKeys: String, CodingKey {
            case workers
            case worldLines = "world_lines"
            case microsecondsPerWorldHour = "us_per_world_hour"
            case worldLineYearsPerSecond = "world_line_years_per_s"
        }
    }

    private struct Report: Encodable {
        let version: String
        let study: String
        let machine: MachineProbe
        let single: Single
        let byWorldLines: [Point]
        let byWorkers: [Point]

        enum CodingKeys: String, CodingKey {
            case version, study, machine, single
            case byWorldLines = "by_world_lines"
            case byWorkers = "by_workers"
        }
    }

    func run() throws {
        let short = try Source(study).study(
            Overrides(
                samples: Seat.perBundle,
                years: { $0.lowerBound...min($0.lowerBound + (self.years - 1) * $1, $0.upperBound) }))
        let kernel = WorldKernel(study: short)
        Console.say("measuring \(short.name), \(short.years.lowerBound)-\(short.years.upperBound)")
        let machine = MachineProbe()
        let single = measureBundle(kernel, peak: machine.peak)
        let counts = doublings(to: worldLines)
        let most = workers ?? machine.cores
        let byWorldLines = try counts.map { try measure(kernel, worldLines: $0, workers: 1) }
        let byWorkers = try doublings(to: most).map { try measure(kernel, worldLines: 32 * $0, workers: $0) }
        let report = Report(
            version: Build.version, study: short.name, machine: machine, single: single, byWorldLines: byWorldLines,
            byWorkers: byWorkers)
        if json { try Console.put(json: report) } else { show(report) }
    }

    private func doublings(to most: Int) -> [Int] {
        let powers = Array(sequence(first: 1) { $0 * 2 }.prefix { $0 <= most })
        return powers.last == most ? powers : powers + [most]
    }

    /// A bundle's years after its start, timed by the kernel's own clock.
    private func measureBundle(_ kernel: WorldKernel, peak: Double) -> Single {
        let workspace = kernel.makeWorkspace()
        let choices = kernel.study.decisions.map { _ in 0 }
        let seats = (0..<Seat.perBundle).map { Seat(sample: $0, choices: choices) }
        let state = kernel.start(seats: seats, workspace: workspace)
        workspace.timing = YearTiming()
        let firstHour = Int(0.5 * 365 / kernel.study.world.fixed("grid", "days")) * 24
        workspace.probe = HourProbe(hours: [firstHour], lane: 0)
        var record = [Double](repeating: 0, count: kernel.recordColumns.reduce(0) { $0 + $1.count } * Seat.perBundle)
        for year in kernel.study.times {
            record.withUnsafeMutableBufferPointer {
                kernel.step(state, year: year, seats: seats, workspace: workspace, record: $0)
            }
        }
        let timing = workspace.timing
        let program = workspace.probe?.programs.first
        let rows = program?.A ?? []
        let variables = rows.first?.count ?? 0
        let links = (0..<variables).count { column in rows.count { $0[column] != 0 } > 1 }
        let cost = Double(87 * (variables - links) + 105 * links)
        let operations = Double(Seat.perBundle) * Double(timing.iterations) * cost
        let worldHours = Double(Seat.perBundle) * Double(timing.programs * (program?.hours ?? 1))
        let gflops = timing.clearing > 0 ? operations / timing.clearing * 1e-9 : 0
        return Single(
            worldHoursPerSecond: worldHours / timing.year,
            worldLineYearsPerSecond: 8 * Double(kernel.study.times.count) / timing.year,
            microsecondsPerWorldHour: timing.year * 1e6 / max(worldHours, 1), gflops: gflops,
            shareOfPeak: peak > 0 ? gflops / peak : 0,
            iterationsPerHour: Double(timing.iterations) / Double(max(timing.programs, 1)),
            variables: variables, balances: rows.count,
            split: [
                "clearing": timing.clearing / timing.year,
                "programs": (timing.hours - timing.clearing) / timing.year,
                "rest": (timing.year - timing.hours) / timing.year,
            ])
    }

    /// A whole run without an archive, the unrecorded pass of the first year included.
    private func measure(_ kernel: WorldKernel, worldLines: Int, workers: Int) throws -> Point {
        let tree = Tree(
            years: kernel.study.years, step: kernel.study.world.step,
            decisions: kernel.study.decisions.map { .init(year: $0.year, options: ["only"]) })
        let progress = try Walk(
            model: kernel, tree: tree, samples: worldLines, workers: workers, journal: Discard()
        ).execute()
        let seconds = progress.elapsed / .seconds(1)
        let years = Double(worldLines * (kernel.study.times.count + 1))
        let hours = years * 24 * kernel.study.world.fixed("grid", "days")
        return Point(
            worldLines: worldLines, workers: workers, microsecondsPerWorldHour: seconds * 1e6 / hours,
            worldLineYearsPerSecond: years / seconds)
    }

    private struct Discard: Journal {
        func record(_ segment: Segment) {}
        func holds(_ name: SegmentName) -> Bool { false }
        func contents(of name: SegmentName) throws -> (record: [Double], state: [Double]) {
            throw MissingSegment(name)
        }
    }

    private func show(_ report: Report) {
        let single = report.single
        func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
        Console.put("worldlines \(report.version), \(report.machine.cpu), built for \(report.machine.instructions)")
        Console.put("study \(report.study): \(single.variables) variables and \(single.balances) balances an hour\n")
        Console.put("one worker, eight world lines")
        Console.put("  world-hours/s       \(number(single.worldHoursPerSecond, 0))")
        Console.put("  world-line-years/s  \(number(single.worldLineYearsPerSecond, 1))")
        Console.put("  us per world-hour   \(number(single.microsecondsPerWorldHour, 2))")
        Console.put(
            "  GFLOP/s             \(number(single.gflops, 1)) in the solver, "
                + "\(number(100 * single.shareOfPeak, 0)) % of this CPU's FMA peak of \(number(report.machine.peak, 1))"
        )
        Console.put("  iterations/hour     \(number(single.iterationsPerHour, 1))")
        let split = ["clearing", "programs", "rest"].map { "\($0) \(number(100 * (single.split[$0] ?? 0), 0)) %" }
        Console.put("  time                \(split.joined(separator: ", "))\n")
        var table = TextTable()
        table.add(["world lines", "workers", "us per world-hour", "world-line-years/s"])
        for point in report.byWorldLines + report.byWorkers {
            table.add([
                String(point.worldLines), String(point.workers), number(point.microsecondsPerWorldHour, 2),
                number(point.worldLineYearsPerSecond, 1),
            ])
        }
        table.lines.forEach(Console.put)
    }
}
