import Branching
import Foundation
import Synchronization
import Testing
import WorldModel

@testable import Archive

/// Adds up, year by year, what its lanes are told: the smallest thing that a tree can drive.
private struct Tally: Steppable {
    final class State: Sendable {
        let sums: Mutex<[Double]>
        init(_ sums: [Double]) { self.sums = Mutex(sums) }
    }
    final class Workspace {}

    let recordColumns: [ColumnShape]
    let stateColumns = [ColumnShape(name: "tally", count: 1)]

    init(study: Study) {
        recordColumns = study.world.recordedVariables.map {
            ColumnShape(name: $0.name, count: study.world.count(of: $0))
        }
    }

    func makeWorkspace() -> Workspace { Workspace() }
    func start(seats: [Seat], workspace: Workspace) -> State { State(seats.map { Double($0.sample) }) }
    func copy(_ state: State) -> State { State(save(state)) }
    func load(_ contents: [Double]) -> State { State(contents) }
    func save(_ state: State) -> [Double] { state.sums.withLock { $0 } }

    func step(
        _ state: State, year: Int, seats: [Seat], workspace: Workspace, record: UnsafeMutableBufferPointer<Double>
    ) {
        let sums = state.sums.withLock { sums in
            for (lane, seat) in seats.enumerated() {
                sums[lane] += Double(year) / 7 + seat.choices.reduce(0) { $0 * 5 + Double($1) } / 3
            }
            return sums
        }
        for index in record.indices { record[index] = sums[index % 8] + Double(index / 8) }
    }
}

private let files: [SourceFile] = [
    (
        "world.yaml",
        """
        world: pair
        title: Two cities
        licence: CC-BY-4.0
        start: 2026
        currency: USD_2025
        tables: {cities: cities.csv, buses: buses.csv}
        economy: {model: ces, discount_rate: 3 %/yr, demand_growth: 1 %/yr}
        sources:
          cities: {from: invented, status: example}
          buses: {from: invented, status: example}
        """
    ),
    ("buses.csv", "name,x,y\nnorth,140,43\nsouth,130,33\n"),
    (
        "cities.csv",
        "name,bus,x,y,population\nSapporo,north,141.3,43.1,1970000\nFukuoka,south,130.4,33.6,1650000\n"
    ),
    (
        "studies/rates.yaml",
        """
        study: rates
        question: Does the rate matter?
        world: ..
        years: 2026-2030
        seed: 7
        samples: 3
        levers:
          rate:
            file: {}
            high: {economy.discount_rate: {plus: 5}}
          growth:
            slow: {}
            fast: {economy.demand_growth: 2}
        decisions:
          - {year: 2026, lever: rate}
          - {year: 2028, lever: growth, when: {rate: [high]}}
        uncertainties:
          economy.discount_rate: {uniform: [1, 4], unit: "%/yr"}
        outcomes:
          cost: {of: system_cost, over_time: discounted_sum, minimize: true}
          people: {of: population, over_time: last, maximize: true, at_least: 5 person}
        """
    ),
].map { SourceFile(path: $0.0, bytes: Array($0.1.utf8)) }

@Suite(.serialized)
struct StudyTests {
    private func study(samples: Int? = nil) throws -> Study {
        try Study.load(files: files, study: "studies/rates.yaml").with(samples: samples, years: nil, seed: nil)
    }

    private func layout(_ study: Study) -> ArchiveLayout {
        ArchiveLayout(study: study, tree: Tree(study: study), stateColumns: Tally(study: study).stateColumns)
    }

    private func missing(_ archive: String, _ study: Study) throws -> [SegmentName] {
        try PartsFolder(archive: archive, layout: layout(study)).missing(of: layout(study))
    }

    private func kept(_ archive: String, samples: Int? = nil) throws -> Study {
        let run = try #require(try PartsFolder.description(of: archive))
        #expect(run.keepStates == .all && !run.isOfSearch)
        return try PartsFolder.study(of: archive, run, samples: samples)
    }

    private func run(_ archive: String, _ study: Study, workers: Int, stopAfter limit: Int = .max) throws {
        let layout = layout(study)
        let parts = try PartsFolder(archive: archive, layout: layout)
        let stop = StopFlag()
        let progress = try Walk(
            model: Tally(study: study), tree: layout.tree, samples: study.samples, workers: workers, journal: parts
        ).execute(stop: stop) { if $0.bundles >= limit { stop.raise() } }
        if progress.isComplete {
            try Assembly(parts: parts, layout: layout, archive: archive, workers: workers).run()
        }
    }

    @Test func anArchiveSaysWhatItsStudySays() throws {
        try inFolder { folder in
            let study = try study()
            try run(folder + "/rates.h5", study, workers: 1)
            let archive = try ArchiveFile(path: folder + "/rates.h5")
            #expect(archive.policies == ["file", "high/slow", "high/fast"])
            #expect(try archive.texts(of: "lever_growth").prefix(3) == ["", "slow", "fast"])
            #expect(try archive.texts(of: "city_name") == ["Sapporo", "Fukuoka"])
            #expect(try archive.values(of: "lat") == [43.1, 33.6])
            #expect(try archive.attribute("comment", of: "gross_product") == "unit: USD_2025")
            #expect(try archive.number("at_least", of: "outcome_people") == 5)
            let rates = try archive.values(of: "uncertainty_economy_discount_rate")
            #expect(rates == (0..<3).flatMap { Array(repeating: study.effects.draw(sample: $0)[0], count: 3) })
            for line in 0..<9 {
                let rate = rates[line] + (line % 3 == 0 ? 0 : 5)
                let costs = try archive.values(of: "system_cost", worldLine: line)
                let expected = costs.enumerated().reduce(0) { $0 + $1.element / pow(1 + rate / 100, Double($1.offset)) }
                let outcome = try archive.values(of: "outcome_cost", worldLine: line)[0]
                // pow and the order of the sum may differ by some units in the last place.
                #expect(abs(outcome - expected) <= 1e-13 * abs(expected))
                let people = try archive.values(of: "population", worldLine: line)
                #expect(try archive.values(of: "outcome_people", worldLine: line) == [people[8] + people[9]])
            }
        }
    }

    @Test func aStoppedRunResumesFromItsFolderAloneToTheSameBytes() throws {
        try inFolder { folder in
            try run(folder + "/whole.h5", study(samples: 20), workers: 2)
            for limit in [1, 3, 7] {
                let archive = folder + "/stopped\(limit).h5"
                try run(archive, study(samples: 20), workers: 1, stopAfter: limit)
                #expect(!Durable.exists(archive))
                let kept = try kept(archive)
                #expect(kept.samples == 20)
                #expect(try kept.digest == study(samples: 20).digest)
                let before = try missing(archive, kept).count
                #expect(before > 0 && before < 5 * 3)
                try run(archive, kept, workers: 2)
                #expect(try Durable.read(archive) == Durable.read(folder + "/whole.h5"))
            }
        }
    }

    @Test func moreSamplesSimulateOnlyTheNewOnes() throws {
        try inFolder { folder in
            let archive = folder + "/rates.h5"
            try run(archive, study(samples: 8), workers: 1)
            let few = try ArchiveFile(path: archive).values(of: "gross_product")
            let more = try kept(archive, samples: 16)
            #expect(try missing(archive, more).allSatisfy { $0.samples == 8..<16 })
            try run(archive, more, workers: 1)
            #expect(try ArchiveFile(path: archive).values(of: "gross_product").prefix(few.count) == few[...])
        }
    }

    @Test func anArchiveAloneGivesItsStudyAndStatesToForkFrom() throws {
        try inFolder { folder in
            let study = try study(samples: 10)
            try run(folder + "/rates.h5", study, workers: 1)
            let archive = try ArchiveFile(path: folder + "/rates.h5")
            let again = try archive.study()
            #expect(again.digest == study.digest && again.samples == 10 && again.sources == study.sources)
            let model = Tally(study: again)
            let tree = Tree(study: again)
            let node = try #require(tree.nodes.first { $0.name == "high" })
            let state = model.load(try archive.state(node: node.name, samples: 8..<10))
            let seats = (0..<8).map { Seat(sample: min(8 + $0, 9), choices: [1, 0]) }
            var record = [Double](repeating: 0, count: model.recordColumns.reduce(0) { $0 + $1.count } * 8)
            record.withUnsafeMutableBufferPointer {
                model.step(state, year: node.years.upperBound, seats: seats, workspace: .init(), record: $0)
            }
            let line = archive.worldLine(sample: 9, policy: 1)
            #expect(try archive.values(of: "global_temperature", worldLine: line)[2] == record[1])
        }
    }
}
