import Testing

@testable import WorldModel

@Suite struct ListedPoliciesTests {
    /// The small study with a range in the option `doubled`, and one that multiplies in `down`.
    private func open(_ more: String = "") throws -> Study {
        try Study.load(
            files: Mini.files(
                "studies/first.yaml",
                [
                    (
                        "links[kind=interconnector].p_nom: {times: 2, from: 2029}",
                        "links[kind=interconnector].p_nom: {range: [80, 200]}"
                    ),
                    (
                        "    down: {\"data_centres[*].order_share\": {column: shares.csv:down}}",
                        "    down: {\"data_centres[*].order_share\": {column: shares.csv:down}, "
                            + "\"generators[south gas].p_nom\": [{times: {range: [1, 3]}, from: 2028}, {plus: {range: [0, 9]}, from: 2029}]}"
                    ),
                ]), study: Mini.study)
    }

    private let policies = [
        ListedPolicy(name: "first", options: [0, -1], values: [[], []]),
        ListedPolicy(name: "second", options: [1, 0], values: [[2, 5], []]),
        ListedPolicy(name: "third", options: [1, 1], values: [[2, 5], [100.25]]),
        ListedPolicy(name: "fourth", options: [1, 1], values: [[1.5, 0], [100.25]]),
    ]

    @Test func rangesAreNamedAndLeaveTheStudyOpen() throws {
        let study = try open()
        #expect(study.isOpen && study.policies == nil)
        #expect(
            study.ranges.map(\.name) == [
                "site.down.generators[south gas].p_nom@2028", "site.down.generators[south gas].p_nom@2029",
                "wires.doubled.links[kind=interconnector].p_nom",
            ])
        #expect(study.ranges.map(\.range.unit) == ["1", "MW", "MW"])
        #expect(study.ranges.map(\.range.upper) == [3, 9, 200])
        #expect(try !Mini.first().isOpen)
    }

    @Test func listedNumbersAreWhatHolds() throws {
        let study = try open().with(policies: policies)
        #expect(!study.isOpen)
        let choices = try #require(study.policies).map(\.choices)
        #expect(choices == [[0, -1], [1, 0], [1, 1], [2, 1]])
        #expect(study.decisions[0].alternatives.map(\.label) == ["up", "down#1", "down#2"])
        #expect(study.decisions[1].alternatives.map(\.label) == ["planned", "doubled(100.25)"])
        #expect(study.decisions[1].conditions == [0: [1, 2]])
        #expect(try study.value("links[line].p_nom", year: 2028, choices: choices[2]) == 100.25)
        #expect(try study.value("links[line].p_nom", year: 2028, choices: choices[1]) == 80)
        // 300 MW, times 2 from 2028, plus 5 from 2029; the option `doubled` of the other lever adds 100 over two years.
        #expect(try study.value("generators[south gas].p_nom", year: 2027, choices: choices[1]) == 300)
        #expect(try study.value("generators[south gas].p_nom", year: 2028, choices: choices[1]) == 600)
        #expect(try study.value("generators[south gas].p_nom", year: 2029, choices: choices[1]) == 605)
    }

    @Test func theFilesOfAListReadBackAsTheList() throws {
        let study = try open()
        let listed = study.with(policies: policies)
        let read = try Study.load(files: study.sources(listing: policies), study: study.sourcePath)
        #expect(read.policies == listed.policies)
        for (a, b) in zip(read.decisions, listed.decisions) {
            #expect(a.alternatives == b.alternatives && a.conditions == b.conditions)
        }
        #expect(read.digest != study.digest)
        for policy in try #require(read.policies) {
            for year in 2026...2030 {
                let (a, b) = (
                    read.values(year: year, sample: 2, choices: policy.choices),
                    listed.values(year: year, sample: 2, choices: policy.choices)
                )
                #expect(a.map(\.bitPattern) == b.map(\.bitPattern))
            }
        }
    }

    @Test func aLeverOfPathsAndRangesIsContinuous() throws {
        let files = Mini.files(
            "studies/first.yaml",
            [
                (
                    "  site:\n    up:",
                    "  power:\n    generators[south gas].p_nom: {range: [300, 400]}\n    carriers[gas].fuel_cost: 20\n  site:\n    up:"
                ), ("decisions:\n", "decisions:\n  - {year: 2026, lever: power}\n"),
            ])
        let study = try Study.load(files: files, study: Mini.study)
        #expect(study.levers[0].options == ["value"])
        #expect(study.ranges.map(\.name) == ["power.value.generators[south gas].p_nom"])
    }

    @Test func whatIsPaidForIsKnown() throws {
        let study = try open()
        // Shares of orders are paid; so is the power of links and generators; a fuel's cost is not.
        #expect(study.isPaid(decision: 0, option: 0) && study.isPaid(decision: 1, option: 1))
        #expect(!study.acts(decision: 1, option: 0) && !study.isPaid(decision: 1, option: 0))
        #expect(study.outcomes[0].variable.countsCost && !study.outcomes[1].variable.countsCost)
    }
}
