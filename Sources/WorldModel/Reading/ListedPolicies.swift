/// A policy as a search makes it, or a table lists it: an option of every decision, and numbers for its ranges.
public struct ListedPolicy: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The option of every decision; -1 where it is not taken.
    public let options: [Int]
    /// The numbers of the options' ranges, decision by decision.
    public let values: [[Double]]

    /// A policy.
    public init(name: String, options: [Int], values: [[Double]]) {
        self.name = name
        self.options = options
        self.values = values
    }
}

/// A range of an option where the option can be chosen.
public struct DecisionRange: Sendable, Hashable {
    /// Its name in tables: `decision.option.path`, with the year from which it holds where paths alone are not distinct.
    public let name: String
    /// The index of the decision.
    public let decision: Int
    /// The index of the option in the decision's lever.
    public let option: Int
    /// The place in the option's ranges.
    public let place: Int
    /// The bounds.
    public let range: OptionRange
}

extension Study {
    /// The names of the decisions in tables: the lever's, with the year where a lever is decided more than once.
    public var decisionNames: [String] { PolicyColumns(levers: levers, decisions: decisions).decisions }

    /// Every range that a decision can choose, in the order of decisions, options and effects.
    public var ranges: [DecisionRange] { PolicyColumns(levers: levers, decisions: decisions).ranges }

    /// Whether numbers are left open, so that policies must be listed before anything can be simulated.
    public var isOpen: Bool { policies == nil && !ranges.isEmpty }

    /// The decisions that are taken when so many options were chosen before, in order; `options` has -1 elsewhere.
    public func isTaken(_ decision: Int, options: [Int]) -> Bool {
        decisions[decision].isTaken(after: options, before: years.upperBound + 1)
    }

    /// The study of just these policies.
    ///
    /// - Precondition: it lists none yet; every policy has an option where a decision is taken, and the option's numbers.
    public func with(policies listed: [ListedPolicy]) -> Study {
        precondition(policies == nil, "policies are listed once")
        var alternatives: [[Alternative]] = decisions.map { _ in [] }
        var places: [[ListedChoice: Int]] = decisions.map { _ in [:] }
        var uses: [[Int]] = decisions.map { levers[$0.lever].options.map { _ in 0 } }
        var choices: [[Int]] = []
        for policy in listed {
            choices.append(
                decisions.indices.map { decision in
                    let option = policy.options[decision]
                    guard option >= 0 else { return -1 }
                    let choice = ListedChoice(option: option, values: policy.values[decision])
                    if let place = places[decision][choice] { return place }
                    let lever = levers[decisions[decision].lever]
                    uses[decision][option] += 1
                    let name = lever.options[option]
                    let label =
                        choice.values.isEmpty
                        ? name
                        : choice.values.count == 1
                            ? "\(name)(\(choice.values[0]))" : "\(name)#\(uses[decision][option])"
                    places[decision][choice] = alternatives[decision].count
                    alternatives[decision].append(
                        Alternative(option: option, values: choice.values, label: label))
                    return alternatives[decision].count - 1
                })
        }
        var plan = effects
        plan.levers = effects.levers.enumerated().map { decision, lever in
            let options = alternatives[decision].map { alternative in
                EffectPlan.LeverOption(
                    effects: lever.options[alternative.option].effects, values: alternative.values)
            }
            return (lever.year, options)
        }
        let settled = decisions.enumerated().map { index, decision in
            let conditions = decision.conditions.map { earlier, options in
                (
                    earlier,
                    Set(alternatives[earlier].indices.filter { options.contains(alternatives[earlier][$0].option) })
                )
            }
            return Decision(
                year: decision.year, lever: decision.lever, conditions: Dictionary(uniqueKeysWithValues: conditions),
                alternatives: alternatives[index])
        }
        return Study(
            name: name, question: question, world: world, years: years, seed: seed, samples: samples, levers: levers,
            decisions: settled, policies: zip(listed, choices).map { StudyPolicy(name: $0.name, choices: $1) },
            uncertainties: uncertainties, outcomes: outcomes, effects: plan, sourcePath: sourcePath, sources: sources,
            warnings: warnings, digest: digest)
    }

    /// The files of the study that lists these policies in a table beside it; reading them gives what `with(policies:)`
    /// gives, with a digest of its own.
    public func sources(listing listed: [ListedPolicy]) -> [SourceFile] {
        let folder = sourcePath.split(separator: "/").dropLast().joined(separator: "/")
        let file = sourcePath.split(separator: "/").last.map(String.init) ?? sourcePath
        let stem = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
        let table = stem + ".policies.csv"
        let columns = PolicyColumns(levers: levers, decisions: decisions)
        return sources.map { source in
            guard source.path == sourcePath else { return source }
            let end = source.bytes.last == UInt8(ascii: "\n") ? "" : "\n"
            return SourceFile(path: source.path, bytes: source.bytes + Array("\(end)policies: \"\(table)\"\n".utf8))
        } + [
            SourceFile(
                path: folder.isEmpty ? table : folder + "/" + table,
                bytes: Array(columns.table(listed, levers: levers, lever: decisions.map(\.lever)).utf8))
        ]
    }
}

private struct ListedChoice: Hashable {
    let option: Int
    let values: [Double]
}

/// The columns of a table of policies.
struct PolicyColumns {
    let decisions: [String]
    let ranges: [DecisionRange]

    init(levers: [Lever], decisions: [Decision]) {
        let names = decisions.map { decision in
            let name = levers[decision.lever].name
            return decisions.count { $0.lever == decision.lever } > 1 ? "\(name)@\(decision.year)" : name
        }
        self.decisions = names
        var ranges: [DecisionRange] = []
        var uses: [String: Int] = [:]
        for (index, decision) in decisions.enumerated() {
            let lever = levers[decision.lever]
            for (option, list) in lever.ranges.enumerated() {
                for (place, range) in list.enumerated() {
                    var name = "\(names[index]).\(lever.options[option]).\(range.path)"
                    if list.count(where: { $0.path == range.path }) > 1 { name += "@\(range.from)" }
                    uses[name, default: 0] += 1
                    if let use = uses[name], use > 1 { name += "#\(use)" }
                    ranges.append(
                        DecisionRange(name: name, decision: index, option: option, place: place, range: range))
                }
            }
        }
        self.ranges = ranges
    }

    /// The table as CSV: `policy`, a column a decision, a column a range; cells that don't apply are empty.
    func table(_ policies: [ListedPolicy], levers: [Lever], lever: [Int]) -> String {
        var rows = [["policy"] + decisions + ranges.map(\.name)]
        for policy in policies {
            let options = policy.options.enumerated().map { $1 < 0 ? "" : levers[lever[$0]].options[$1] }
            let values = ranges.map { range in
                policy.options[range.decision] == range.option
                    ? "\(policy.values[range.decision][range.place])" : ""
            }
            rows.append([policy.name] + options + values)
        }
        return rows.map { $0.map { CSVTable.quoted($0) }.joined(separator: ",") + "\n" }.joined()
    }
}

extension StudyReader {
    /// The policies of `policies:`, the name of a table beside the study; nil without it, or after a finding.
    func readPolicies(_ entry: YAMLEntry?, _ levers: [Lever], _ decisions: [Decision]) -> [ListedPolicy]? {
        guard let entry, let name = yaml.text(entry.value, path: "policies") else { return nil }
        let folder = file.split(separator: "/").dropLast().joined(separator: "/")
        let path = folder.isEmpty ? name : folder + "/" + name
        guard let bytes = source.open(path, namedIn: file, line: entry.line, collector),
            let csv = CSVTable.parse(bytes, file: path, collector)
        else { return nil }
        let columns = PolicyColumns(levers: levers, decisions: decisions)
        let known = ["policy"] + columns.decisions + columns.ranges.map(\.name)
        var places: [String: Int] = [:]
        for (index, header) in csv.header.enumerated() {
            if !known.contains(header) {
                collector.add(
                    path, csv.headerLine, "policies", "`\(header)` is neither a decision nor a range of one",
                    Nearest.remedy(header, among: known))
            } else if places.updateValue(index, forKey: header) != nil {
                collector.add(
                    path, csv.headerLine, "policies", "the column `\(header)` stands twice", "keep one of them")
            }
        }
        let missing = known.filter { places[$0] == nil }
        if !missing.isEmpty {
            collector.add(
                path, csv.headerLine, "policies",
                "there is no column " + missing.prefix(5).map { "`\($0)`" }.joined(separator: ", "),
                "add it; a cell that doesn't apply stays empty")
            return nil
        }
        var policies: [ListedPolicy] = []
        var names = Set<String>()
        var contents = Set<[ListedChoice]>()
        for row in csv.rows {
            func cell(_ column: String) -> String { row.cells[places[column] ?? 0] }
            guard let policy = self.policy(row.line, path, columns, levers, decisions, cell) else { continue }
            if let problem = NameRule.problem(policy.name) {
                collector.add(path, row.line, "policies", problem, NameRule.remedy)
            } else if policy.name.isEmpty || !names.insert(policy.name).inserted {
                collector.add(
                    path, row.line, "policies", "the name `\(policy.name)` is empty or stands twice",
                    "give each policy a name of its own")
            }
            if !contents.insert(zip(policy.options, policy.values).map { ListedChoice(option: $0, values: $1) })
                .inserted
            {
                collector.add(
                    path, row.line, "policies", "`\(policy.name)` is another policy once more", "keep one of them")
            }
            policies.append(policy)
        }
        return policies
    }

    private func policy(
        _ line: Int, _ path: String, _ columns: PolicyColumns, _ levers: [Lever], _ decisions: [Decision],
        _ cell: (String) -> String
    ) -> ListedPolicy? {
        var options: [Int] = decisions.map { _ in -1 }
        var values: [[Double]] = decisions.map { _ in [] }
        var isWhole = true
        func problem(_ message: String, _ remedy: String) {
            collector.add(path, line, "policies", message, remedy)
            isWhole = false
        }
        for (index, decision) in decisions.enumerated() {
            let names = levers[decision.lever].options
            let text = cell(columns.decisions[index])
            let isTaken = decision.isTaken(after: options, before: .max)
            if text.isEmpty {
                if isTaken {
                    problem("there is no option for `\(columns.decisions[index])`", Nearest.allowed(names))
                }
            } else if !isTaken {
                problem("`\(columns.decisions[index])` is not decided here", "leave the cell empty")
            } else if let option = names.firstIndex(of: text) {
                options[index] = option
            } else {
                problem(
                    "`\(text)` is not an option of `\(columns.decisions[index])`", Nearest.remedy(text, among: names))
            }
        }
        for range in columns.ranges {
            let text = cell(range.name)
            let (lower, upper) = (range.range.lower, range.range.upper)
            if options[range.decision] != range.option {
                if !text.isEmpty { problem("`\(range.name)` belongs to another option", "leave the cell empty") }
            } else if let value = Double(text), value >= lower, value <= upper {
                values[range.decision].append(value)
            } else {
                problem(
                    "`\(text)` is no number for `\(range.name)`",
                    "allowed: \(Numeral.text(lower)) to \(Numeral.text(upper)) \(range.range.unit)")
            }
        }
        return isWhole ? ListedPolicy(name: cell("policy"), options: options, values: values) : nil
    }
}
