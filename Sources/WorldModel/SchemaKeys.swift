extension Schema {
    /// A key of a YAML file beside those of `sections`.
    public struct Key: Sendable, Hashable {
        /// The key.
        public let name: String
        /// What may stand there.
        public let allowed: String
        /// What holds where it is left out.
        public let standard: String
        /// What it means, in one line.
        public let summary: String

        init(_ name: String, _ allowed: String, _ standard: String, _ summary: String) {
            self.name = name
            self.allowed = allowed
            self.standard = standard
            self.summary = summary
        }
    }

    /// The keys of `world.yaml` beside its sections.
    public static let worldKeys = [
        Key("world", "text", "required", "short name"),
        Key("title", "text", "empty", "one line for readers"),
        Key("licence", "text", "empty", "for those who pass the world on"),
        Key(
            "start", "year, 1700 to 3000", "required",
            "every table describes 1 January of it; every study begins with it"),
        Key(
            "step", "years", "1 yr",
            "from one state to the next; longer ones are for worlds without grid, compute and cities, and `5 yr` for the "
                + "climate `dice2016`"),
        Key("currency", "as USD_2025", "`currency`", "one money, one base year, real prices"),
        Key(
            "tables", "table: file name", "none", "which of the tables and series below the world has; no `..` in names"
        ),
        Key("sources", "place: source", "none", "where figures are from: see below"),
    ]

    /// The keys of an entry of `sources:`.
    public static let sourceKeys = [
        Key("from", "text", "empty", "where the figures are from, and what was done to them"),
        Key("status", "text", "empty", "how good they are: sourced, derived, estimated, recalled, assumed, example"),
        Key("licence", "text", "empty", "on what terms they may be passed on"),
        Key("url", "text", "empty", "where they can be read"),
        Key("note", "text", "empty", "what else should be known"),
    ]

    /// The keys of a study file.
    public static let studyKeys = [
        Key("study", "text", "required", "short name"),
        Key("question", "text", "empty", "what the study is to answer, for readers"),
        Key("world", "folder", "required", "the world's, seen from the study's"),
        Key(
            "years", "`2026-2050` or `2026`", "required",
            "first and last year, 1000 at most; the first is the world's `start`"),
        Key("seed", "whole, 0 or more", "1", "of all draws"),
        Key("samples", "whole, 1 or more", "1", "draws of the uncertainties, the same for every policy"),
        Key(
            "levers", "lever: option: path: effect", "none",
            "what can be chosen; `{}` is an option that changes nothing"),
        Key("decisions", "list of decisions", "none", "when a lever's option is chosen; every combination is a policy"),
        Key(
            "policies", "CSV beside the study", "every combination",
            "lists the policies instead: docs/SEARCH.md"),
        Key("uncertainties", "path: distribution", "none", "what is not known, drawn once a sample"),
        Key("correlation", "list of pairs", "independent", "rank correlations of uncertainties, by a Gaussian copula"),
        Key("shocks", "list of shocks", "none", "what may strike on a date"),
        Key("outcomes", "outcome: how", "none", "what is measured: the numbers by which policies are compared"),
        Key(
            "record", "list of recorded variables", "all",
            "what archives keep by the year beside what outcomes are of; for searches of very many policies"),
    ]

    /// The keys of a decision.
    public static let decisionKeys = [
        Key("year", "year of the study", "required", "the choice holds from 1 January of it"),
        Key("lever", "a lever", "required", "whose options are the choices"),
        Key("when", "lever: [options]", "always", "taken only after these options of levers decided earlier"),
    ]

    /// The keys of an effect that is no plain number.
    public static let effectKeys = [
        Key("to", "number", "", "replaces; a plain number does too"),
        Key("times", "number", "", "multiplies"),
        Key("plus", "number", "", "adds"),
        Key(
            "column", "`file.csv:name`", "",
            "replaces row by row, from a CSV beside the study whose first column is the id"),
        Key("from", "year", "the decision's", "begins then, where that is later than the decision"),
        Key("over", "whole years, 1 to 1000", "1", "spreads over so many years, of which the first brings 1/n"),
        Key("range", "[least, largest]", "", "a continuous lever, for `optimize`; `run` refuses it"),
        Key("each", "`row`", "one for all", "a range has a number of its own for each row of the path"),
        Key(
            "knots", "[ids]", "one for all",
            "a range has numbers at these rows; other rows follow in straight lines, beyond the ends they stay"),
    ]

    /// The kinds of effects, of which one stands in each.
    static let effectKinds = ["to", "times", "plus", "column"]

    /// The distributions of uncertainties.
    public static let distributionKeys = [
        Key("uniform", "[least, largest]", "", "anything between, all alike likely"),
        Key("triangular", "[least, likeliest, largest]", "", "likeliest in the middle, never beyond the ends"),
        Key("normal", "[mean, sd]", "", "a bell"),
        Key("lognormal", "{median, sigma}", "", "a factor: the logarithm is normal with sd sigma"),
        Key("discrete", "{values, weights}", "", "one of some values; a plain list weighs all alike"),
        Key("choice", "{values, weights}", "", "the same as `discrete`"),
    ]

    /// The keys of a correlation.
    public static let correlationKeys = [
        Key("between", "[path, path]", "required", "two uncertainties of the study"),
        Key("rho", "-1 to 1", "required", "their rank correlation"),
    ]

    /// The keys of a shock.
    public static let shockKeys = [
        Key("name", "text", "required", "enters its draw, so that it strikes the same samples wherever it stands"),
        Key("date", "`2035-07-01`", "required", "a day of the study's years, of a calendar of 365 days"),
        Key("probability", "0 to 1", "1", "the chance that it strikes in a sample"),
        Key("recovery", "years above 0", "stays", "what it does fades as exp(-t / recovery)"),
        Key(
            "effects", "path: effect", "required", "`{times: a}`, `{plus: a}`, `{to: a}` or a number, from its date on"),
    ]

    /// The effects that a shock may have.
    static let shockEffectKinds = ["to", "times", "plus"]

    /// The keys of an outcome beside those that choose entities.
    public static let outcomeKeys = [
        Key("of", "a recorded variable", "required", "see the list below"),
        Key("year", "year of the study", "required by `scc`", "in whose step the pulse is emitted; for `scc` alone"),
        Key(
            "over_time", Outcome.OverTime.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
            "as the variable is recorded", "what the years come to, after what their entities do"),
        Key("minimize", "`true`", "", "less is better"),
        Key("maximize", "`true`", "", "more is better"),
        Key(
            "at_most", "number with unit", "no limit",
            "what a planner accepts; says which way is better where neither is written"),
        Key("at_least", "number with unit", "no limit", "the same from below"),
    ]

    /// The keys of an outcome that choose entities, a pair for each dimension.
    public static var outcomeEntityKeys: [Key] {
        OutcomeReader.entityKeys.flatMap { each in
            [
                Key(
                    each.over, Outcome.OverEntities.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
                    "`mean` of means, `sum` of the rest", "what the \(each.list) come to in a year"),
                Key(each.list, "[names]", "all", "the \(each.list) that are meant"),
            ]
        }
    }
}

extension [Schema.Key] {
    /// The keys alone.
    var names: [String] { map(\.name) }
}
