public import WorldModel

/// What a study leaves to choose, as a space of genes: an option of every decision, a number in every range.
public struct StudySpace: Sendable {
    /// The study; it lists no policies.
    public let study: Study
    /// A gene for every decision with more than one option, then one for every range.
    public let space: SearchSpace

    private let choiceGenes: [Int: Int]
    private let firstRange: Int
    private let ranges: [DecisionRange]

    /// The space of a study.
    ///
    /// - Throws: `SearchError.emptySpace` where it has nothing to choose.
    public init(_ study: Study) throws(SearchError) {
        precondition(study.policies == nil, "a study that lists its policies leaves nothing to choose")
        self.study = study
        ranges = study.ranges
        let names = study.decisionNames
        var genes: [Gene] = []
        var places: [Int: Int] = [:]
        for (index, decision) in study.decisions.enumerated() {
            let options = study.levers[decision.lever].options.count
            if options > 1 {
                places[index] = genes.count
                genes.append(Gene(names[index], options: options))
            }
        }
        firstRange = genes.count
        choiceGenes = places
        genes += ranges.map { Gene($0.name, from: $0.range.lower, to: $0.range.upper) }
        if genes.isEmpty, !study.decisions.isEmpty { genes = [Gene("policy", options: 1)] }
        space = try SearchSpace(genes)
    }

    /// The policy of a point; what a decision that isn't taken, or an option that isn't chosen, would have had is left out.
    public func policy(at point: [Double], name: String = "") -> ListedPolicy {
        let values = space.values(of: point)
        var options: [Int] = study.decisions.map { _ in -1 }
        for decision in study.decisions.indices where study.isTaken(decision, options: options) {
            options[decision] = choiceGenes[decision].map { Int(values[$0]) } ?? 0
        }
        var numbers: [[Double]] = study.decisions.map { _ in [] }
        for (index, range) in ranges.enumerated() where options[range.decision] == range.option {
            numbers[range.decision].append(values[firstRange + index])
        }
        return ListedPolicy(name: name, options: options, values: numbers)
    }

    /// The policy of named choices, as other programs send them: the option's name or index of a decision, the number of a
    /// range; what is left out is the first option, and the middle of a range.
    ///
    /// - Throws: `ChoiceError` for a name that is none, or a value that can't be.
    public func policy(choosing choices: [String: ChosenValue], name: String = "") throws(ChoiceError) -> ListedPolicy {
        let decisions = study.decisionNames
        let known = decisions + ranges.map(\.name)
        for key in choices.keys.sorted() where !known.contains(key) { throw .unknownName(key, known: known) }
        var options: [Int] = study.decisions.map { _ in -1 }
        for (index, decision) in study.decisions.enumerated() where study.isTaken(index, options: options) {
            let names = study.levers[decision.lever].options
            switch choices[decisions[index]] {
            case nil: options[index] = 0
            case .text(let text)?:
                guard let option = names.firstIndex(of: text) else {
                    throw .badValue(decisions[index], found: text, allowed: names.joined(separator: ", "))
                }
                options[index] = option
            case .number(let number)?:
                guard let option = Int(exactly: number), names.indices.contains(option) else {
                    throw .badValue(decisions[index], found: "\(number)", allowed: "0 to \(names.count - 1)")
                }
                options[index] = option
            }
        }
        var numbers: [[Double]] = study.decisions.map { _ in [] }
        for range in ranges where options[range.decision] == range.option {
            let (lower, upper) = (range.range.lower, range.range.upper)
            switch choices[range.name] {
            case nil: numbers[range.decision].append((lower + upper) / 2)
            case .number(let number)? where number >= lower && number <= upper:
                numbers[range.decision].append(number)
            case .number(let number)?:
                throw .badValue(range.name, found: "\(number)", allowed: "\(lower) to \(upper)")
            case .text(let text)?: throw .badValue(range.name, found: text, allowed: "\(lower) to \(upper)")
            }
        }
        return ListedPolicy(name: name, options: options, values: numbers)
    }

    /// What a policy chose, by the names of decisions and ranges; what doesn't apply is left out.
    public func choices(of policy: ListedPolicy) -> [String: ChosenValue] {
        var result: [String: ChosenValue] = [:]
        for (name, (decision, option)) in zip(study.decisionNames, policy.options.enumerated()) where option >= 0 {
            result[name] = .text(study.levers[study.decisions[decision].lever].options[option])
        }
        for range in ranges where policy.options[range.decision] == range.option {
            result[range.name] = .number(policy.values[range.decision][range.place])
        }
        return result
    }

    /// The policy of the options that a walk through the tree takes, in the order of the decisions that are taken.
    public func policy(taking path: [Int]) -> ListedPolicy {
        var options: [Int] = study.decisions.map { _ in -1 }
        var next = 0
        for decision in study.decisions.indices where study.isTaken(decision, options: options) {
            guard next < path.count else { break }
            options[decision] = path[next]
            next += 1
        }
        return ListedPolicy(name: name(of: options), options: options, values: study.decisions.map { _ in [] })
    }

    /// The names of the options that are taken, joined by `/`; `base` where there is none.
    public func name(of options: [Int]) -> String {
        let names = options.enumerated().filter { $0.element >= 0 }.map { decision, option in
            study.levers[study.decisions[decision].lever].options[option]
        }
        return names.isEmpty ? "base" : names.joined(separator: "/")
    }

    /// For every lever that can act, policies that differ in it alone from the one of first options and middles: each
    /// other option, and both ends of each range.
    public func variations() -> (base: ListedPolicy, variants: [(lever: Int, policy: ListedPolicy)]) {
        let middle = space.genes.map { gene -> Double in
            if case .choice = gene.kind { return 0 }
            return 0.5
        }
        var variants: [(Int, ListedPolicy)] = []
        for (gene, kind) in space.genes.map(\.kind).enumerated() {
            let decision = choiceGenes.first { $0.value == gene }?.key
            guard let lever = decision ?? (gene >= firstRange ? ranges[safe: gene - firstRange]?.decision : nil) else {
                continue
            }
            var places: [Double] = [0, 1]
            if case .choice(let options) = kind {
                places = (1..<max(options, 1)).map { (Double($0) + 0.5) / Double(options) }
            }
            for place in places {
                var point = middle
                point[gene] = place
                variants.append((study.decisions[lever].lever, policy(at: point)))
            }
        }
        return (policy(at: middle), variants)
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

/// A value that another program chose.
public enum ChosenValue: Sendable, Hashable, Codable {
    /// A number: of a range, or the index of an option.
    case number(Double)
    /// The name of an option.
    case text(String)

    /// A number or a text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    /// Encodes what it is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        }
    }
}

/// What is wrong with choices that another program made.
public enum ChoiceError: Error, Hashable, CustomStringConvertible {
    /// The name is neither a decision nor a range.
    case unknownName(String, known: [String])
    /// The value can't be.
    case badValue(String, found: String, allowed: String)

    /// What is wrong, and what would be right.
    public var description: String {
        switch self {
        case .unknownName(let name, let known):
            "'\(name)' is neither a decision nor a range; there are \(known.joined(separator: ", "))"
        case .badValue(let name, let found, let allowed): "'\(name)' can't be \(found); allowed: \(allowed)"
        }
    }
}

/// The tree of a study whose levers have options only.
public struct StudyTree: DecisionTree {
    private let choices: StudySpace

    /// The tree of a study.
    ///
    /// - Throws: `SearchError.wrongKind` where an option has a range.
    public init(_ space: StudySpace) throws(SearchError) {
        if let range = space.study.ranges.first {
            throw .wrongKind(method: "a search of the tree", gene: range.name, wanted: "options")
        }
        choices = space
    }

    /// The options of the next decision that is taken after those of a prefix.
    public func options(after path: [Int]) -> Int {
        let study = choices.study
        var options: [Int] = study.decisions.map { _ in -1 }
        var next = 0
        for decision in study.decisions.indices where study.isTaken(decision, options: options) {
            if next == path.count { return study.levers[study.decisions[decision].lever].options.count }
            options[decision] = path[next]
            next += 1
        }
        return 0
    }
}

/// How outcomes become objectives and limits: their direction turned to small, summed up over the samples.
public struct StudyObjectives: Sendable {
    /// How the samples of an outcome become one number.
    public enum Summary: String, Sendable, Hashable, CaseIterable, Codable {
        /// The mean.
        case mean
        /// The worst.
        case worst
        /// The mean of the worst fifth.
        case cvar
    }

    /// The study.
    public let study: Study
    /// The outcomes that are objectives, by their place in the study.
    public let objectives: [Int]
    /// How the samples of an outcome become one number.
    public let summary: Summary

    /// The objectives of a study: the named outcomes, or all.
    ///
    /// - Throws: `ObjectiveError` where a name is none, or nothing is measured.
    public init(_ study: Study, names: [String] = [], summary: Summary = .mean) throws(ObjectiveError) {
        let known = study.outcomes.map(\.name)
        if known.isEmpty { throw .noOutcomes }
        var objectives: [Int] = []
        for name in names {
            guard let place = known.firstIndex(of: name) else { throw .unknownOutcome(name, known: known) }
            if objectives.contains(place) { throw .twice(name) }
            objectives.append(place)
        }
        self.study = study
        self.objectives = names.isEmpty ? Array(known.indices) : objectives
        self.summary = summary
    }

    /// The names of the objectives.
    public var names: [String] { objectives.map { study.outcomes[$0].name } }

    /// An outcome over the samples in its own unit and direction.
    public func summary(of outcome: Int, _ samples: [[Double]]) -> Double {
        let values = samples.map { $0[outcome] }
        let sign = study.outcomes[outcome].minimize ? -1.0 : 1.0
        switch summary {
        case .mean: return Statistics.mean(values)
        case .worst: return sign * (values.map { sign * $0 }.min() ?? .nan)
        case .cvar: return sign * Statistics.conditionalValueAtRisk(values.map { sign * $0 }, share: 0.2)
        }
    }

    /// What a policy is worth by its outcomes, [sample][outcome].
    ///
    /// A limit that is missed counts with the miss in parts of the limit, or of 1 where that is 0.
    public func evaluation(_ samples: [[Double]]) -> Evaluation {
        var violation = 0.0
        for (place, outcome) in study.outcomes.enumerated() where outcome.limits != -Double.infinity...Double.infinity {
            let value = summary(of: place, samples)
            for (limit, miss) in [
                (outcome.limits.upperBound, value - outcome.limits.upperBound),
                (outcome.limits.lowerBound, outcome.limits.lowerBound - value),
            ] where limit.isFinite && !(miss <= 0) {
                violation += miss / (limit == 0 ? 1 : abs(limit))
            }
        }
        let objectives = objectives.map { place in
            let value = summary(of: place, samples)
            return study.outcomes[place].minimize ? value : 0 - value
        }
        return Evaluation(objectives: objectives, violation: violation)
    }

    /// An objective in its own unit and direction.
    public func natural(_ objective: Int, _ value: Double) -> Double {
        study.outcomes[objectives[objective]].minimize ? value : 0 - value
    }

    /// Whether any objective, or any outcome with a limit, counts what levers cost.
    public var countCosts: Bool {
        study.outcomes.enumerated().contains { place, outcome in
            let isLimited = outcome.limits != -Double.infinity...Double.infinity
            return (objectives.contains(place) || isLimited) && outcome.variable.countsCost
        }
    }
}

/// What is wrong with the objectives of a search.
public enum ObjectiveError: Error, Hashable, CustomStringConvertible {
    /// The study measures nothing.
    case noOutcomes
    /// The name is no outcome.
    case unknownOutcome(String, known: [String])
    /// An outcome is named twice.
    case twice(String)
    /// An objective is moved by levers that cost nothing, and by no other.
    case free(objective: String, levers: [String], countCosts: Bool)

    /// What is wrong, and what would be right.
    public var description: String {
        switch self {
        case .noOutcomes: "the study has no outcomes, so that nothing can be better; add `outcomes:`"
        case .unknownOutcome(let name, let known):
            "there is no outcome '\(name)' in the study; there are \(known.joined(separator: ", "))"
        case .twice(let name): "the objective '\(name)' stands twice"
        case .free(let objective, let levers, false):
            """
            nothing is free: the lever \(levers.map { "'\($0)'" }.joined(separator: ", ")) drives the objective \
            '\(objective)', and no objective or limit counts what levers cost; add an outcome of system_cost
            """
        case .free(let objective, let levers, true):
            """
            nothing is free: the objective '\(objective)' is driven by the lever \
            \(levers.map { "'\($0)'" }.joined(separator: ", ")) alone, which changes no number that is paid for; let it \
            change power, capacity or orders with a capital cost, or make it an uncertainty
            """
        }
    }
}
