import Archive
import Branching
import Foundation
import Optimizer
import Stepping
import WorldModel

/// A search from its first policy to its archive: what `optimize` does.
final class SearchRun {
    /// A policy that was simulated in all samples.
    struct Simulated {
        let policy: ListedPolicy
        let evaluation: Evaluation
        /// [sample][outcome].
        let outcomes: [[Double]]
    }

    private let study: Study
    private let archive: String
    private let keepStates: KeepStates
    private let options: SearchOptions
    private let machine: MachineOptions
    private let space: StudySpace
    private let objectives: StudyObjectives
    private let parts: PartsFolder
    /// The world, compiled once for all generations.
    private let kernel: WorldKernel
    private let walk: SearchWalk<WorldKernel>
    private let stop = StopFlag()
    private let started = Date()

    private var simulated: [Simulated] = []
    private var places: [SegmentKey: Int] = [:]
    /// The places of those that nothing surpasses.
    private var front: [Int] = []
    private var partly = 0
    private var reference: [Double] = []
    private var shown = Date.distantPast

    init(
        study: Study, archive: String, keepStates: KeepStates, options: SearchOptions, machine: MachineOptions
    ) throws {
        if study.policies != nil {
            throw Failure.badData(
                "\(study.name) lists its policies, so that nothing is left to choose; take `policies:` out, or `run` it"
            )
        }
        self.study = study
        self.archive = archive
        self.keepStates = keepStates
        self.options = options
        self.machine = machine
        space = try StudySpace(study)
        objectives = try StudyObjectives(study, names: options.objectives, summary: options.by)
        parts = try PartsFolder(archive: archive, study: study, keepStates: keepStates, options: options.arguments)
        let kernel = WorldKernel(study: study)
        self.kernel = kernel
        walk = SearchWalk(study: study, workers: machine.count, journal: parts) { kernel.bound(to: $0) }
    }

    func run() throws {
        Interruption.raise(stop)
        let method = try chosenMethod()
        let outcome: SearchOutcome
        do {
            defer { endLine() }
            try refuseFreeLevers()
            outcome = try search(method)
        } catch is Stopped {
            throw Failure(
                status: ExitStatus.interrupted,
                message: """
                    Interrupted: \(counted(simulated.count, "policy")) are safe in \(parts.path).
                    To go on:  worldlines resume \(Simulation.quoted(archive))
                    """)
        }
        Interruption.end(
            saying: """
                Interrupted before the archive was made; all policies are safe in \(parts.path).
                To go on:  worldlines resume \(Simulation.quoted(archive))
                """)
        try assemble()
        Interruption.end(saying: Simulation.interruption(after: archive))
        if let words = try Source(archive).archive().uncertifiedWords { Console.say(words) }
        let report = try SearchReport(
            study: study, objectives: objectives, method: method.rawValue, outcome: outcome, simulated: simulated,
            front: front, names: names(), space: space, segments: walk.segments, reference: reference)
        if machine.json {
            try Console.put(json: report)
        } else {
            report.lines(width: Console.width).forEach(Console.put)
        }
        let left = partly > 0 ? "; \(partly) more were dropped after some samples and are in the parts only" : ""
        Console.say(
            "\n\(archive): \(counted(simulated.count, "policy")), \(counted(study.samples, "sample")), in "
                + String(format: "%.1f", Date().timeIntervalSince(started)) + " s\(left)")
        Console.say(Simulation.wordsOfParts(of: archive))
    }

    // MARK: The search

    private struct Stopped: Error {}

    private func chosenMethod() throws -> SearchMethod {
        if let method = options.method { return method }
        let isContinuous = space.space.genes.allSatisfy {
            if case .range = $0.kind { return true }
            return false
        }
        if objectives.objectives.count > 1 { return .nsga2 }
        return isContinuous ? .cmaes : study.ranges.isEmpty ? .tree : .nsga2
    }

    private var seed: UInt64 { options.searchSeed ?? study.seed }

    private func search(_ method: SearchMethod) throws -> SearchOutcome {
        let space = space.space
        Console.say(
            "\(study.name): \(method.rawValue) over \(counted(space.genes.count, "gene")), "
                + "\(objectives.names.joined(separator: ", ")); \(counted(study.samples, "sample")), "
                + counted(machine.count, "worker"))
        let size = options.population ?? min(100, max(8, options.budget / 20 / 2 * 2))
        switch method {
        case .nsga2:
            return try drive(NSGA2(space, size: size, seed: seed, epsilons: options.epsilons()))
        case .nsga3:
            return try drive(
                NSGA3(
                    space, objectives: objectives.objectives.count, divisions: options.divisions,
                    size: options.population, seed: seed))
        case .cmaes:
            try requireOneObjective(method)
            return try drive(
                CMAES(space, samples: options.population, restarts: options.restarts, seed: seed))
        case .sobol:
            return try drive(DesignSearch(space, design: .sobol(options.budget), seed: seed))
        case .lhs:
            return try drive(DesignSearch(space, design: .latinHypercube(options.budget), seed: seed))
        case .factorial:
            return try drive(DesignSearch(space, design: .factorial(levels: options.levels), seed: seed))
        case .beam:
            var search = try BeamSearch(
                StudyTree(self.space), width: options.width, scenarios: study.samples,
                firstScenarios: options.firstSamples)
            while !search.isOver {
                let asked = search.ask()
                try search.tell(evaluate(asked))
                show("level \(search.generation)")
                if search.segments >= options.budget { break }
            }
            return SearchOutcome(generations: search.generation, end: search.isOver ? "complete" : "budget")
        case .tree:
            try requireOneObjective(method)
            var search = try TreeSearch(
                StudyTree(self.space), budget: options.budget, exploration: options.exploration,
                batch: options.population ?? 1, scenarios: study.samples, seed: seed)
            while !search.isOver {
                try search.tell(evaluate(search.ask()))
                show("round \(search.generation)")
            }
            return SearchOutcome(generations: search.generation, end: "budget")
        case .external:
            return try ExternalSearch(space: self.space, objectives: objectives).serve { try self.evaluate($0) }
        }
    }

    private func requireOneObjective(_ method: SearchMethod) throws {
        let count = objectives.objectives.count
        if count != 1 {
            throw Failure.badData(
                "\(method.rawValue) minimises one objective, and there are \(count): "
                    + "say --objective \(objectives.names.joined(separator: " or --objective "))")
        }
    }

    /// Asks, simulates and tells until the search is over or the budget is spent.
    private func drive<S: Search>(_ fresh: S) throws -> SearchOutcome {
        var search = fresh
        while search.end == nil {
            let points = search.ask()
            if points.isEmpty { break }
            let policies = points.map { space.policy(at: $0) }
            let new = Set(policies.map { $0.key(sample: 0) }).count { places[$0] == nil }
            if search.generation > 0, simulated.count + new > options.budget {
                return SearchOutcome(generations: search.generation, end: "budget")
            }
            // Where nothing is new any more, generations are what is counted.
            if search.generation >= options.budget { break }
            try search.tell(evaluate(policies))
            show("generation \(search.generation)")
        }
        return SearchOutcome(generations: search.generation, end: search.end?.rawValue ?? "budget")
    }

    private func evaluate(_ requests: [LeafRequest]) throws -> [Evaluation] {
        let scenarios = requests.first?.scenarios ?? study.samples
        let policies = requests.map { space.policy(taking: $0.leaf) }
        if scenarios == study.samples { return try evaluate(policies) }
        try simulate(policies, samples: scenarios)
        partly += policies.count
        return policies.map { policy in
            objectives.evaluation((0..<scenarios).map { walk.outcomes(of: policy, sample: $0) ?? [] })
        }
    }

    /// What policies are worth over all samples; each that is new is remembered in the order of its coming.
    private func evaluate(_ policies: [ListedPolicy]) throws -> [Evaluation] {
        try simulate(policies, samples: study.samples)
        return try policies.map { policy in
            if let place = places[policy.key(sample: 0)] { return simulated[place].evaluation }
            let outcomes = (0..<study.samples).map { walk.outcomes(of: policy, sample: $0) ?? [] }
            for (sample, values) in outcomes.enumerated() {
                for (outcome, value) in zip(study.outcomes, values) where !OutcomeTable.isComparable(value) {
                    throw Failure.badData(
                        "outcome '\(outcome.name)' of \(description(of: policy)) is \(value) in sample \(sample); "
                            + "an objective must be a finite number below 1e150: bound the levers, or choose another outcome"
                    )
                }
            }
            let evaluation = objectives.evaluation(outcomes)
            places[policy.key(sample: 0)] = simulated.count
            simulated.append(Simulated(policy: policy, evaluation: evaluation, outcomes: outcomes))
            enter(simulated.count - 1)
            return evaluation
        }
    }

    /// Takes a policy into the front where nothing there beats it, and what it beats out.
    private func enter(_ place: Int) {
        let evaluation = simulated[place].evaluation
        if front.contains(where: { simulated[$0].evaluation.surpasses(evaluation) }) { return }
        front.removeAll { evaluation.surpasses(simulated[$0].evaluation) }
        front.append(place)
    }

    private func simulate(_ policies: [ListedPolicy], samples: Int) throws {
        let isWhole = try walk.simulate(policies, samples: samples, stop: stop)
        if !isWhole || stop.isRaised {
            try parts.flush()
            throw Stopped()
        }
    }

    private func description(of policy: ListedPolicy) -> String {
        let options = space.name(of: policy.options)
        let numbers = policy.values.flatMap(\.self).map { "\($0)" }
        return numbers.isEmpty ? options : "\(options) (\(numbers.joined(separator: ", ")))"
    }

    // MARK: Nothing is free

    /// Throws where an objective is moved by levers that cost nothing, and by no other.
    private func refuseFreeLevers() throws {
        let acting = study.decisions.indices.filter { decision in
            study.levers[study.decisions[decision].lever].options.indices.contains {
                study.acts(decision: decision, option: $0)
            }
        }
        let free = acting.filter { decision in
            !study.levers[study.decisions[decision].lever].options.indices.contains {
                study.isPaid(decision: decision, option: $0)
            }
        }
        let names = { (decisions: [Int]) in
            var seen = Set<Int>()
            return decisions.map { self.study.decisions[$0].lever }.filter { seen.insert($0).inserted }
                .map { self.study.levers[$0].name }
        }
        if acting.isEmpty { return }
        if !objectives.countCosts {
            throw ObjectiveError.free(objective: objectives.names[0], levers: names(acting), countCosts: false)
        }
        if free.isEmpty { return }
        let freeLevers = Set(free.map { study.decisions[$0].lever })
        let (base, variants) = space.variations()
        let scenarios = min(study.samples, 8)
        try simulate([base] + variants.map(\.policy), samples: scenarios)
        func worth(_ policy: ListedPolicy) -> [Double] {
            objectives.evaluation((0..<scenarios).map { walk.outcomes(of: policy, sample: $0) ?? [] }).objectives
        }
        let still = worth(base)
        for objective in still.indices {
            let scale = max(abs(still[objective]), 1e-12)
            let drivers = Set(
                variants.filter { abs(worth($0.policy)[objective] - still[objective]) > 1e-9 * scale }.map(\.lever))
            if !drivers.isEmpty, drivers.isSubset(of: freeLevers) {
                throw ObjectiveError.free(
                    objective: objectives.names[objective], levers: drivers.sorted().map { study.levers[$0].name },
                    countCosts: true)
            }
        }
    }

    // MARK: Progress and archive

    private func show(_ place: String) {
        if reference.isEmpty, !simulated.isEmpty {
            reference = SearchReport.referencePoint(simulated.map(\.evaluation.objectives))
        }
        let interval = Console.isWatched ? 0.1 : 5
        guard Date().timeIntervalSince(shown) >= interval else { return }
        shown = Date()
        let words =
            "\(place): \(counted(simulated.count, "policy", "policies")), \(counted(walk.segments, "segment")), "
            + "front of \(front.count)"
        if Console.isWatched {
            Console.draw("\r" + words.padding(toLength: max(Console.width - 1, 20), withPad: " ", startingAt: 0))
        } else {
            Console.say(words)
        }
    }

    private func endLine() {
        if Console.isWatched { Console.draw("\n") }
    }

    /// The names of the policies in the archive: their options where these tell them apart, else a count and the numbers
    /// that were chosen.
    private func names() -> [String] {
        if study.ranges.isEmpty { return simulated.map { space.name(of: $0.policy.options) } }
        let digits = String(max(simulated.count, 1)).count
        return simulated.indices.map { index in
            let number = String(index + 1)
            return "c" + String(repeating: "0", count: digits - number.count) + number
                + simulated[index].policy.suffix(in: study)
        }
    }

    private func assemble() throws {
        let named = zip(simulated, names()).map {
            ListedPolicy(name: $1, options: $0.policy.options, values: $0.policy.values)
        }
        try parts.flush()
        let complete = try Study.load(
            files: study.sources(listing: study.inOrderOfTree(named)), study: study.sourcePath,
            samples: study.samples, years: study.years, seed: study.seed)
        let tree = Tree(study: complete)
        let layout = ArchiveLayout(
            study: complete, tree: tree, stateColumns: kernel.stateColumns, keepStates: keepStates)
        try Assembly(parts: parts, layout: layout, archive: archive, workers: machine.count).run()
        let ended = Date()
        try RunLog(
            started: started, ended: ended, workers: machine.count, wallSeconds: ended.timeIntervalSince(started),
            simulatedBundles: walk.segments
        ).write(besides: archive)
    }
}

extension Evaluation {
    /// Whether nothing speaks for the other: limits first and, where neither meets them all, how far they are missed
    /// beside the objectives.
    fileprivate func surpasses(_ other: Evaluation) -> Bool {
        if isFeasible != other.isFeasible { return isFeasible }
        return Domination.dominates(objectives + [violation], other.objectives + [other.violation])
    }
}

/// How a search ended.
struct SearchOutcome {
    let generations: Int
    let end: String
}
