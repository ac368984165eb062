import Archive
import Branching
import Foundation
import Stepping
import WorldModel

/// Simulates what is missing of a study, assembles the archive and prints the comparison: all that `run` and `resume` do.
struct Simulation {
    let study: Study
    let archive: String
    let keepStates: KeepStates
    let machine: MachineOptions
    var shard = Shard.whole

    func run() throws {
        let started = Date()
        let effort = Effort(study, workers: machine.count)
        try effort.checkDisk(archive: archive)
        let kernel = WorldKernel(study: study)
        let tree = try study.tree()
        let layout = ArchiveLayout(
            study: study, tree: tree, stateColumns: kernel.stateColumns, keepStates: keepStates)
        let parts = try PartsFolder(archive: archive, layout: layout)
        announce(tree, effort)

        let stop = StopFlag()
        Interruption.raise(stop)
        let meter = ProgressMeter()
        let walk = Walk(
            model: kernel, tree: tree, samples: study.samples, shard: shard, workers: machine.count, journal: parts)
        let progress: RunProgress
        do {
            defer { meter.end() }
            progress = try walk.execute(stop: stop) { meter.show($0) }
        }
        Interruption.end(
            saying: """
                Interrupted before the archive was made; all parts are safe in \(parts.path).
                To go on:  worldlines \(resumption)
                """)
        guard progress.isComplete else {
            throw Failure(
                status: ExitStatus.interrupted,
                message: """
                    Interrupted: \(progress.bundles) of \(progress.bundlesTotal) parts are safe in \(parts.path).
                    To go on:  worldlines \(resumption)
                    """)
        }
        guard shard == .whole else {
            Console.say(
                """
                Shard \(shard) is complete: \(progress.bundles) parts in \(parts.path).
                When every shard is:  worldlines resume \(Simulation.quoted(archive))
                """)
            return
        }
        try Assembly(parts: parts, layout: layout, archive: archive, workers: machine.count).run()
        Interruption.end(saying: Simulation.interruption(after: archive))
        let ended = Date()
        try RunLog(
            started: started, ended: ended, workers: machine.count, wallSeconds: ended.timeIntervalSince(started),
            simulatedBundles: progress.bundles - progress.bundlesHeld
        ).write(besides: archive)
        try Simulation.conclude(study, archive: archive, json: machine.json)
        summarise(progress, seconds: ended.timeIntervalSince(started))
    }

    /// Prints the comparison of an archive that is complete, if its study has what to compare.
    static func conclude(_ study: Study, archive: String, json: Bool) throws {
        let file = try Source(archive).archive()
        if let open = try file.openBooks(), open > 0 {
            Console.say(
                "warning: books do not close in \(Int(open)) world-years of \(archive): "
                    + "`books_gap` is above 1e-9 there, which is an error of the program or a number beyond all measure"
            )
        }
        if study.outcomes.isEmpty {
            if let words = try file.uncertifiedWords { Console.say(words) }
            Console.say("\(study.name) has no outcomes, so that there is nothing to compare.")
            return
        }
        let report = try ComparisonReport(archive: file)
        for note in report.notes { Console.say(note) }
        if json {
            try Console.put(json: report)
        } else {
            report.lines(width: Console.width).forEach(Console.put)
        }
    }

    /// What a signal says once an archive is there and only words are left.
    static func interruption(after archive: String) -> String {
        "Interrupted after \(archive) was made: it is complete."
    }

    private func announce(_ tree: Tree, _ effort: Effort) {
        Console.say(
            "\(study.name): \(counted(tree.policies.count, "policy")), "
                + "\(counted(study.samples, "sample")), \(counted(tree.policies.count * study.samples, "world line")), "
                + "\(study.years.lowerBound)-\(study.years.upperBound), \(counted(machine.count, "worker"))")
        if effort.isLarge { Console.say("It takes \(effort.words) (estimates).") }
        let blocks = Tree.blocks(samples: study.samples)
        if shard.count > blocks {
            Console.say(
                "\(counted(study.samples, "sample")) can be dealt to \(counted(blocks, "shard")) at most, eight samples each"
                    + (shard.index > blocks ? "; this one has nothing to do" : ""))
        }
    }

    private func summarise(_ progress: RunProgress, seconds: Double) {
        let simulated = progress.bundles - progress.bundlesHeld
        let held = progress.bundlesHeld > 0 ? ", \(progress.bundlesHeld) were there" : ""
        Console.say(
            "\n\(archive): \(counted(progress.worldLinesTotal, "world line")) in "
                + String(format: "%.1f", seconds) + " s (\(counted(simulated, "part")) simulated\(held))")
        let name = Simulation.quoted(archive)
        Console.say(Simulation.wordsOfParts(of: archive))
        let again = study.outcomes.isEmpty ? "" : "; worldlines compare \(name) prints the table again"
        Console.say("Next:  worldlines report \(name) makes a page of charts\(again)")
    }

    /// How large the parts of a finished archive are, what they are for, and that they may go.
    static func wordsOfParts(of archive: String) -> String {
        let folder = PartsFolder.path(of: archive)
        return
            "\(folder): \(Effort.bytes(MachineLimits.size(of: folder))), only for more samples or a repair with `resume`; "
            + "if you need neither:  rm -r \(Simulation.quoted(folder))"
    }

    private var resumption: String {
        shard == .whole
            ? "resume \(Simulation.quoted(archive))"
            : "resume \(Simulation.quoted(archive)) --shard \(shard)"
    }

    /// A path as a shell takes it.
    static func quoted(_ path: String) -> String {
        // What begins with a dash would be an option.
        let path = path.hasPrefix("-") ? "./" + path : path
        if path.unicodeScalars.contains(where: \.isHidden) {
            return "$'"
                + path.unicodeScalars.map { scalar in
                    scalar == "'" || scalar == "\\"
                        ? "\\\(scalar)" : scalar.isHidden ? String(format: "\\u%04X", scalar.value) : "\(scalar)"
                }.joined() + "'"
        }
        let plain = path.allSatisfy { $0.isLetter || $0.isNumber || "/._-+=,@%:".contains($0) }
        return plain && !path.isEmpty ? path : "'" + path.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
