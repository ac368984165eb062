import Archive
import Optimizer

extension ComparisonReport {
    /// The comparison as an archive keeps it.
    var group: OptimizerGroup {
        let rows = comparison.policies
        let outcomes = table.outcomes
        let names = comparison.robustChoice.keys.sorted()
        func summary(_ part: (Comparison.Summary) -> Double) -> OptimizerGroup.Values {
            .numbers(rows.flatMap { row in outcomes.map { row.outcomes[$0.name].map(part) ?? .nan } })
        }
        func summaries(_ name: String, _ part: @escaping (Comparison.Summary) -> Double, _ longName: String)
            -> OptimizerGroup.Variable
        {
            OptimizerGroup.Variable(
                name, over: ["policies", "outcomes"], summary(part),
                longName: "\(longName), in the unit of the outcome", units: "1")
        }
        let variables: [OptimizerGroup.Variable] = [
            .init("policy", over: ["policies"], .texts(rows.map(\.policy)), longName: "policy"),
            .init("outcome", over: ["outcomes"], .texts(outcomes.map(\.name)), longName: "outcome"),
            .init("outcome_unit", over: ["outcomes"], .texts(outcomes.map(\.unit)), longName: "unit of the outcome"),
            .init(
                "direction", over: ["outcomes"], .texts(outcomes.map { $0.minimize ? "minimize" : "maximize" }),
                longName: "which values of the outcome are better"),
            .init(
                "reference_point", over: ["outcomes"],
                .numbers(outcomes.map { comparison.referencePoint[$0.name] ?? .nan }),
                longName: "where the hypervolume ends, in the unit of the outcome", units: "1"),
            .init(
                "rank", over: ["policies"], .integers(rows.map { Int32($0.rank) }),
                longName: "front of the policy in the means of all outcomes; 0: dominated by no other", units: "1"),
            .init(
                "contribution", over: ["policies"], .numbers(rows.map { $0.contribution ?? .nan }),
                longName: "what the hypervolume would lose without the policy", units: "1"),
            .init(
                "satisfied", over: ["policies"], .numbers(rows.map(\.robustness.satisfied)),
                longName: "share of the samples in which every limit is kept", units: "1"),
            summaries("mean", \.mean, "mean over the samples"),
            summaries("p10", \.p10, "10th percentile over the samples"),
            summaries("p90", \.p90, "90th percentile over the samples"),
            summaries("worst", \.worst, "worst of the samples"),
        ]
        let robustness: [OptimizerGroup.Variable] =
            names.isEmpty
            ? []
            : [
                .init("metric", over: ["metrics"], .texts(names), longName: "metric of robustness"),
                .init(
                    "robustness", over: ["policies", "metrics", "outcomes"],
                    .numbers(
                        rows.flatMap { row in
                            names.flatMap { name in outcomes.map { row.robustness[name, $0.name] ?? .nan } }
                        }), longName: "metric of robustness, in the unit of the outcome or a pure number",
                    units: "1"),
            ]
        return OptimizerGroup(
            dimensions: [("policies", rows.count), ("outcomes", outcomes.count)]
                + (names.isEmpty ? [] : [("metrics", names.count)]),
            variables: variables + robustness, texts: [("comment", "written by worldlines compare --write")],
            numbers: comparison.hypervolume.map { [("hypervolume", $0)] } ?? [])
    }
}
