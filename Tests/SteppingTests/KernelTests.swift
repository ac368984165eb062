import Foundation
import Lanes
import Testing
import WorldModel

@testable import Stepping

/// The island of Worlds/, with edits to its files.
func island(
    _ edits: [String: (String) -> String] = [:], adding: [String: String] = [:], samples: Int = 8
) throws -> Study {
    try shipped("island/studies/first.yaml", edits, adding: adding, samples: samples)
}

/// A study of Worlds/, with edits to its files.
func shipped(
    _ path: String, _ edits: [String: (String) -> String] = [:], adding: [String: String] = [:], samples: Int = 8
) throws -> Study {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let study = try Study.load(path: root.appendingPathComponent("Worlds/" + path).path)
    let files = study.sources.map { file in
        guard let edit = edits[file.path] else { return file }
        return SourceFile(path: file.path, bytes: Array(edit(String(decoding: file.bytes, as: UTF8.self)).utf8))
    }
    let added = adding.map { SourceFile(path: $0.key, bytes: Array($0.value.utf8)) }
    return try Study.load(files: files + added, study: study.sourcePath).with(samples: samples, years: nil, seed: nil)
}

/// A bundle that is stepped by hand.
struct Bundle {
    let kernel: WorldKernel
    let seats: [Seat]
    let workspace: YearWorkspace
    var state: WorldState
    var samples: [Int] { seats.map(\.sample) }
    var compiled: CompiledWorld { kernel.compiled }

    init(_ study: Study, samples: [Int] = Array(0..<8), choices: [[Int]]? = nil) {
        kernel = WorldKernel(study: study)
        let choices = choices ?? Array(repeating: study.decisions.map { _ in 0 }, count: 8)
        seats = zip(samples, choices).map { Seat(sample: $0, choices: $1) }
        workspace = kernel.makeWorkspace()
        state = kernel.start(seats: seats, workspace: workspace)
    }

    /// A year of the bundle, as its memories are.
    func year(_ number: Int = 2026) -> Year { kernel.year(number, seats: seats, state, workspace) }

    /// A year whose numbers are set.
    func prepared(_ number: Int) -> Year {
        let y = year(number)
        kernel.setNumbers(y)
        return y
    }

    /// A year whose weather is drawn.
    func weather(of number: Int) -> Year {
        let y = prepared(number)
        compiled.weather.draw(y, seed: kernel.study.seed, warming: compiled.climate.warming(y))
        return y
    }

    /// The annuities of what was added, and the fixed cost of what stands.
    func annuities(_ y: Year) -> Lanes {
        var sum = compiled.power.plants.annuities(y)
        compiled.sites.addAnnuities(to: &sum, y)
        return sum
    }

    /// The record of a year: [variable] -> [entity][lane].
    mutating func step(_ year: Int) -> [String: [[Double]]] {
        let variables = kernel.world.recordedVariables
        let counts = variables.map { kernel.world.count(of: $0) }
        var record = Array(repeating: 0.0, count: counts.reduce(0, +) * 8)
        record.withUnsafeMutableBufferPointer {
            kernel.step(state, year: year, seats: seats, workspace: workspace, record: $0)
        }
        var named: [String: [[Double]]] = [:]
        var place = 0
        for (variable, count) in zip(variables, counts) {
            named[variable.name] = (0..<count).map { Array(record[(place + $0 * 8)..<(place + $0 * 8 + 8)]) }
            place += count * 8
        }
        return named
    }
}

/// Worlds whose states have every column that there is.
enum Sort: CaseIterable {
    case plain, growing, dealing, pulsed

    func study(samples: Int = 8) throws -> Study {
        switch self {
        case .plain: try island(samples: samples)
        case .growing: try growingIsland(leadTime: 2, samples: samples)
        case .dealing: try shipped("harbour/studies/deals.yaml", samples: samples)
        case .pulsed:
            try island(
                ["studies/first.yaml": { $0 + "  carbon: {of: scc, year: 2026, minimize: true}\n" }], samples: samples)
        }
    }
}

@Suite("The kernel's laws, on the island")
struct KernelTests {
    @Test("a lane's bits depend neither on its place nor on its neighbours", arguments: Sort.allCases)
    func laneAlone(_ sort: Sort) throws {
        let study = try sort.study(samples: 16)
        var together = Bundle(study)
        let places = [5, 3, 3, 3, 1, 12, 13, 14]
        var apart = Bundle(study, samples: places)
        for year in 2026...2027 {
            let a = together.step(year)
            let b = apart.step(year)
            for (name, values) in a {
                for (lane, sample) in places.enumerated() where sample < 8 {
                    for entity in values.indices {
                        let other = b[name]?[entity][lane] ?? .nan
                        #expect(
                            values[entity][sample].bitPattern == other.bitPattern,
                            "\(name)[\(entity)] of sample \(sample) in \(year)")
                    }
                }
            }
        }
    }

    @Test("a fork without a change equals its parent, bit for bit", arguments: Sort.allCases)
    func fork(_ sort: Sort) throws {
        var parent = Bundle(try sort.study())
        _ = parent.step(2026)
        var child = parent
        child.state = parent.kernel.copy(parent.state)
        let a = parent.step(2027)
        let b = child.step(2027)
        #expect(a == b)
        #expect(parent.kernel.save(parent.state) == child.kernel.save(child.state))
    }

    @Test(
        "saved, loaded and stepped is stepped, for every column of the state set to noise", arguments: Sort.allCases)
    func completeState(_ sort: Sort) throws {
        var bundle = Bundle(try sort.study())
        _ = bundle.step(2026)
        let contents = bundle.kernel.save(bundle.state)
        var place = 0
        for column in bundle.kernel.stateShapes {
            var noisy = contents
            for index in place..<(place + column.count * 8) {
                noisy[index] *= 1 + 0.01 * Double((index * 7919) % 13) / 13
                noisy[index] += column.name == "weather_noise" ? Double(index % 5) : 0
            }
            place += column.count * 8
            var direct = bundle
            direct.state = bundle.kernel.load(noisy)
            let kept = bundle.kernel.save(direct.state)
            #expect(kept == noisy, "\(column.name) survives")
            let a = direct.step(2027)
            // A fresh kernel and workspace: nothing outside the state may matter.
            var again = Bundle(bundle.kernel.study)
            again.state = again.kernel.load(kept)
            let b = again.step(2027)
            #expect(a == b, "\(column.name)")
        }
    }

    @Test("world lines of a sample share all random numbers, whatever was chosen")
    func commonRandomNumbers() throws {
        let study = try island()
        var bundle = Bundle(study, samples: [2, 2, 2, 2, 5, 5, 5, 5], choices: (0..<8).map { [$0 % 2, $0 / 2 % 2] })
        _ = bundle.step(2026)
        let (y, weather) = (bundle.year(), bundle.compiled.weather)
        for column in [weather.temperature, weather.sun, weather.wind] {
            for index in 0..<column.count {
                for lane in 1..<8 where lane != 4 {
                    #expect(y[column, index][lane] == y[column, index][lane - 1])
                }
            }
        }
        #expect(y[weather.temperature][0] != y[weather.temperature][4])
    }

    @Test("every balance of every cleared hour holds to 1e-9 of its load, with a gap of at most 1e-6")
    func balances() throws {
        var bundle = Bundle(try island())
        bundle.workspace.probe = HourProbe(hours: Set(0..<8760), lane: 3)
        let record = bundle.step(2026)
        let programs = try #require(bundle.workspace.probe?.programs)
        #expect(programs.count == 12 * 24)
        for program in programs {
            for (row, coefficients) in program.A.enumerated() {
                var sum = -program.b[row]
                for (a, x) in zip(coefficients, program.dispatch) { sum += a * x }
                #expect(abs(sum) <= 1e-9 * max(program.b[row], 1), "hour \(program.hour), \(program.rows[row])")
            }
            for v in program.c.indices {
                #expect(program.l[v] <= program.dispatch[v] && program.dispatch[v] <= program.u[v])
            }
            #expect(program.gap <= 1e-6)
        }
        #expect(record["unconverged_hours"]?[0] == Array(repeating: 0, count: 8))
    }

    /// Generation + unserved = load + spilled, without losses and storage; spilled is a part of what is curtailed.
    @Test("energy is conserved over the year")
    func energy() throws {
        var bundle = Bundle(
            try island([
                "links.csv": { $0.replacingOccurrences(of: ",0.95,", with: ",1,") },
                "storage_units.csv": { $0.replacingOccurrences(of: ",50,4,", with: ",0,4,") },
                "generators.csv": { $0.replacingOccurrences(of: "200,0.3,", with: "200,0,") },
            ]))
        let record = bundle.step(2026)
        for lane in 0..<8 {
            let generated = record["generation"]?.reduce(0) { $0 + $1[lane] } ?? .nan
            let load = record["load"]?[0][lane] ?? .nan
            let unserved = record["unserved_energy"]?[0][lane] ?? .nan
            let spilled = record["curtailed_energy"]?[0][lane] ?? .nan
            let surplus = generated + unserved - load
            #expect(surplus > -1e-9 * load && surplus < spilled + 1e-9 * load)
        }
    }

    @Test("money is conserved: what is paid for load reaches generators, stores and links")
    func money() throws {
        var bundle = Bundle(try island())
        let record = bundle.step(2026)
        for lane in 0..<8 {
            func sum(_ name: String) -> Double { record[name]?.reduce(0) { $0 + $1[lane] } ?? .nan }
            let received = sum("generation_revenue") + sum("storage_revenue") + sum("congestion_rent")
            #expect(abs(sum("payments") - received) < 1e-9 * received)
            #expect(sum("congestion_rent") > 0)
        }
    }

    @Test("what is recorded by bus, by carrier and by link sums to the total, to 1e-9")
    func sums() throws {
        var bundle = Bundle(
            try island([
                "generators.csv": { $0.replacingOccurrences(of: "peak,120,", with: "peak,20,") },
                "loads.csv": { $0.replacingOccurrences(of: "bight,150,", with: "bight,400,") },
            ]))
        for year in 2026...2027 {
            let record = bundle.step(year)
            for lane in 0..<8 {
                func sum(_ name: String) -> Double { record[name]?.reduce(0) { $0 + $1[lane] } ?? .nan }
                for (parts, whole) in [
                    ("bus_revenue", "generation_revenue"), ("bus_emissions", "co2_emissions"),
                    ("carrier_emissions", "co2_emissions"), ("bus_unserved", "unserved_energy"),
                    ("link_rent", "congestion_rent"),
                ] {
                    let scale = record[parts]?.reduce(0) { $0 + abs($1[lane]) } ?? .nan
                    #expect(scale > 0 && abs(sum(parts) - sum(whole)) <= 1e-9 * scale, "\(parts) of \(year)")
                }
            }
            // Each city of the island has a bus of its own.
            #expect(record["bus_price"] == record["electricity_price"])
            // The gas of the table less 100 MW; the sun grows by a fifth of its start a year.
            #expect(
                record["capacity"]?.map { $0[0] } == [350, 180, 100, 120, 100 * (1 + 0.2 * Double(year - 2026)), 80])
        }
    }

    @Test("work that can't wait follows the profile `compute`, and keeps its energy")
    func computeProfile() throws {
        let shaped = try island([
            "profiles.csv": { text in
                text + (0..<24).map { "compute,,,,\($0),\($0 < 12 ? 0.9 : 1.1)\n" }.joined()
            }
        ])
        var flat = Bundle(try island())
        var day = Bundle(shaped)
        let a = flat.step(2026)
        let b = day.step(2026)
        let served = (
            a["compute_served"]?.reduce(0) { $0 + $1[0] } ?? 0, b["compute_served"]?.reduce(0) { $0 + $1[0] } ?? 0
        )
        #expect(abs(served.0 - served.1) < 1e-3 * served.0)
        #expect(a["peak_load"]?[0] != b["peak_load"]?[0])
    }

    /// Mauna Loa's mean of 2025 was about 427 ppm; the warming since 1850-1900 about 1.4 K (WMO).
    ///
    /// Each lane is another member; on this table of emissions their middle nine tenths have 415 to 422 ppm.
    @Test("Japan's world begins with the air and the warming of its start")
    func presentClimate() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let study = try Study.load(path: root.appendingPathComponent("Worlds/japan-areas/studies/siting.yaml").path)
        let bundle = Bundle(study)
        let (y, climate) = (bundle.year(), bundle.compiled.climate.state)
        let warming = (0..<8).map { y[climate.temperature][$0] }
        var concentrations: [Double] = []
        for lane in 0..<8 {
            let member = study.world.climateMembers[Int(study.effects.draw(sample: lane)[0])]
            let pools = (0..<4).reduce(0) { $0 + y[climate.carbonPools, $1][lane] }
            let concentration = member.preindustrial + pools * WorldClimate.ppmPerGigatonne
            #expect(abs(concentration - 427) < 15, "\(concentration) ppm")
            concentrations.append(concentration)
            #expect(warming[lane] > 1 && warming[lane] < 2, "\(warming[lane]) K")
        }
        #expect(abs(concentrations.reduce(0, +) / 8 - 427) < 10, "\(concentrations)")
        #expect(Set(warming).count == 8)
        #expect(abs(warming.reduce(0, +) / 8 - 1.4) < 0.15, "\(warming)")
    }

    @Test("a world of climate alone steps, and warms")
    func climateAlone() throws {
        let emissions = "year,co2 [GtCO2/yr]\n1950,5\n2026,40\n2100,40\n"
        let world = try World.load(files: [
            SourceFile(
                path: "world.yaml", bytes: Array("world: earth\nstart: 2026\nclimate: {emissions: e.csv}\n".utf8)),
            SourceFile(path: "e.csv", bytes: Array(emissions.utf8)),
        ])
        var bundle = Bundle(Study(world: world, years: 2026...2030, samples: 8, seed: 1))
        let first = bundle.step(2026)["global_temperature"]?[0][0] ?? .nan
        let second = bundle.step(2027)["global_temperature"]?[0][0] ?? .nan
        #expect(first > 0.1 && second > first)
    }

    @Test("with enough capacity the value of lost load doesn't matter")
    func lostLoad() throws {
        func cost(_ value: String) throws -> [Double] {
            var bundle = Bundle(
                try island([
                    "world.yaml": {
                        $0.replacingOccurrences(
                            of: "value_of_lost_load: 3000", with: "value_of_lost_load: \(value)")
                    },
                    "generators.csv": { $0.replacingOccurrences(of: "peak,120,", with: "peak,1200,") },
                ]))
            let record = bundle.step(2026)
            #expect(record["unserved_energy"]?[0].allSatisfy { $0 == 0 } == true)
            return record["system_cost"]?[0] ?? []
        }
        for (a, b) in zip(try cost("3000"), try cost("9000")) { #expect(abs(a - b) < 0.01 * a) }
    }

    @Test("a lever of size zero changes no bit")
    func nothing() throws {
        let plain = try island()
        let idle = try island([
            "studies/first.yaml": { $0.replacingOccurrences(of: "{times: 3}", with: "{times: 1}") }
        ])
        var a = Bundle(plain, choices: Array(repeating: [0, 0], count: 8))
        var b = Bundle(idle, choices: Array(repeating: [0, 1], count: 8))
        for year in 2026...2029 { #expect(a.step(year) == b.step(year)) }
    }

    @Test("a lever that adds capacity adds its annuity")
    func nothingIsFree() throws {
        let study = try island()
        let without = Bundle(study, choices: Array(repeating: [0, 0], count: 8))
        let with = Bundle(study, choices: Array(repeating: [0, 1], count: 8))
        func annuity(_ bundle: Bundle) -> Double {
            bundle.annuities(bundle.prepared(2029))[0]
        }
        // 100 MW more battery at 90,000 USD/MW/yr
        #expect(abs(annuity(with) - annuity(without) - 100 * 90_000) < 1e-3)
    }

    @Test("the order of rows changes no bit, only the order of what is recorded")
    func permuted() throws {
        func reversed(_ text: String) -> String {
            var lines = text.split(separator: "\n").map(String.init)
            let header = lines.removeFirst()
            return ([header] + lines.reversed()).joined(separator: "\n") + "\n"
        }
        let plain = try island()
        let tables = plain.sources.map(\.path).filter { $0.hasSuffix(".csv") }
        #expect(tables.count == 12)
        let turned = try island(Dictionary(uniqueKeysWithValues: tables.map { ($0, reversed) }))
        var a = Bundle(plain)
        var b = Bundle(turned)
        for year in 2026...2030 {
            let x = a.step(year)
            let y = b.step(year)
            for variable in a.kernel.world.recordedVariables {
                let isTable = variable.dimension.map { ![.stage, .owner, .pulse].contains($0) } ?? false
                let values = x[variable.name] ?? []
                #expect((isTable ? values.reversed() : values) == y[variable.name], "\(variable.name) in \(year)")
            }
        }
    }

    @Test("all 365 days are the same code")
    func everyDay() throws {
        var bundle = Bundle(
            try island(["world.yaml": { $0.replacingOccurrences(of: "days: 12", with: "days: 365") }]))
        let record = bundle.step(2026)
        #expect(bundle.workspace.timing.programs == 2 * 8760)
        #expect(record["unconverged_hours"]?[0].max() == 0)
        var few = Bundle(try island())
        #expect(few.step(2026)["peak_load"]?[0] == record["peak_load"]?[0], "the peak is of all 8760 hours")
    }

    @Test("a shock leaves the years before it alone and fades after it")
    func shock() throws {
        let calm = try island([
            "studies/first.yaml": { $0.replacingOccurrences(of: "{times: 0.2}", with: "{times: 1}") }
        ])
        let shaken = try island([
            "studies/first.yaml": {
                $0.replacingOccurrences(of: "probability: 0.5", with: "probability: 1")
                    .replacingOccurrences(of: "{times: 0.2}", with: "{times: 0}")
            }
        ])
        var a = Bundle(calm)
        var b = Bundle(shaken)
        for year in 2026...2029 { #expect(a.step(year) == b.step(year)) }
        let (before, after) = (a.step(2030), b.step(2030))
        let crossed = try #require(before["flow"]).last ?? []
        let blocked = try #require(after["flow"]).last ?? []
        for lane in 0..<8 { #expect(blocked[lane] < crossed[lane]) }
    }
}
