import Foundation
import Testing
import WorldModel

@testable import Stepping

/// A world of `grid` alone whose climate is 15 degC all year; each table is a text of rows.
func tinyStudy(_ grid: String, _ tables: [String: String], samples: Int = 8) throws -> Study {
    var files = tables.map { SourceFile(path: $0.key + ".csv", bytes: Array($0.value.utf8)) }
    files.append(SourceFile(path: "profiles.csv", bytes: Array("profile,value\ntemperature,15\n".utf8)))
    let names = (tables.keys.sorted() + ["profiles"]).map { "  \($0): \($0).csv\n" }.joined()
    let text = "world: tiny\nstart: 2026\ncurrency: EUR\ntables:\n\(names)grid: {\(grid)}\n"
    files.append(SourceFile(path: "world.yaml", bytes: Array(text.utf8)))
    return Study(world: try World.load(files: files), years: 2026...2027, samples: samples, seed: 1)
}

/// A triangle: cheap power at a, dear power at c, where the load is; the direct line is narrow.
private func triangle(
    _ network: String, reactances: [Double] = [0.1, 0.1, 0.1], voltages: [Double] = [1, 1, 1],
    secured: [Int] = [0, 0, 0]
) throws -> Study {
    let buses = zip(["a", "b", "c"], voltages).map { "\($0),\($1)\n" }.joined()
    let x = reactances.map { "\($0)" }
    return try tinyStudy(
        "network: \(network), days: 2",
        [
            "buses": "name,v_nom\n" + buses, "carriers": "name\nany\n",
            "loads": "name,bus,p_set,cooling_sensitivity,heating_sensitivity\nc,c,90,0,0\n",
            "generators": "name,bus,carrier,p_nom,marginal_cost\ncheap,a,any,200,10\ndear,c,any,200,40\n",
            "lines": """
            name,bus0,bus1,x,s_nom,secured
            ab,a,b,\(x[0]),100,\(secured[0])
            bc,b,c,\(x[1]),100,\(secured[1])
            ac,a,c,\(x[2]),40,\(secured[2])

            """,
        ])
}

@Suite("Networks")
struct NetworkTests {
    /// With equal reactances the direct line takes two thirds of what a sends to c: its 40 MW allow 60 MW.
    @Test("flows divide by reactance, and a narrow line holds back cheap power")
    func kirchhoff() throws {
        var bundle = Bundle(try triangle("dc"))
        let record = bundle.step(2026)
        let flows = try #require(record["flow"]).map { $0[0] / 8760 }
        for (flow, expected) in zip(flows, [20.0, 20, 40]) { #expect(abs(flow - expected) < 1e-3, "\(flows)") }
        // ab and bc carry a third of what a sends to c and ac two thirds; what a sends to b goes by 2/3 direct.
        // With μ on ac: p_c - p_a = 2/3 μ = 30, p_b - p_a = 1/3 μ = 15.
        let prices = try #require(record["bus_price"]).map { $0[0] }
        for (price, expected) in zip(prices, [10.0, 25, 40]) { #expect(abs(price - expected) < 1e-2, "\(prices)") }
        let cost = try #require(record["system_cost"])[0][0]
        #expect(abs(cost - 8760 * (60 * 10 + 30 * 40)) < 1e-5 * cost)
        let rent = try #require(record["congestion_rent"])[0][0]
        #expect(abs(rent - 8760 * (20 * 15 + 20 * 15 + 40 * 30)) < 1e-3 * rent)
    }

    @Test("in the transport model the detour carries what the direct line can't")
    func transport() throws {
        var bundle = Bundle(try triangle("transport"))
        let record = bundle.step(2026)
        let cost = try #require(record["system_cost"])[0][0]
        #expect(abs(cost - 8760 * 90 * 10) < 1e-5 * cost)
        for price in try #require(record["bus_price"]) { #expect(abs(price[0] - 10) < 1e-2) }
    }

    /// Without ab or bc all that a sends to c goes by ac: 40 MW; without ac it goes by b, where 100 MW fit.
    @Test("a line that may fail leaves room on those that take over", arguments: [[1, 0, 0], [0, 1, 0], [1, 1, 1]])
    func outage(secured: [Int]) throws {
        var bundle = Bundle(try triangle("dc", secured: secured))
        bundle.workspace.probe = HourProbe(hours: Set(0..<8760), lane: 3)
        let record = bundle.step(2026)
        let flows = try #require(record["flow"]).map { $0[0] / 8760 }
        for (flow, expected) in zip(flows, [40.0 / 3, 40.0 / 3, 80.0 / 3]) { #expect(abs(flow - expected) < 1e-3) }
        let cost = try #require(record["system_cost"])[0][0]
        #expect(abs(cost - 8760 * (40 * 10 + 50 * 40)) < 1e-5 * cost)
        let programs = try #require(bundle.workspace.probe?.programs)
        for program in programs {
            let after = program.variables.filter { $0.contains("-without-") }
            #expect(after.count == 2 * secured.reduce(0, +) && program.rows.suffix(after.count) == after[...])
            expectAnswer(program)
        }
    }

    @Test("reactances count at the voltage of bus0, and only their ratios count")
    func voltages() throws {
        var plain = Bundle(try triangle("dc"))
        var scaled = Bundle(try triangle("dc", reactances: [40, 90, 40], voltages: [20, 30, 10]))
        let (a, b) = (plain.step(2026), scaled.step(2026))
        for (x, y) in zip(a["flow"] ?? [], b["flow"] ?? []) { #expect(abs(x[0] - y[0]) < 1e-6 * abs(x[0])) }
    }

    @Test("an hour's program has a row for each cycle, which the dispatch keeps")
    func cycles() throws {
        var bundle = Bundle(try triangle("dc", reactances: [0.1, 0.2, 0.4]))
        bundle.workspace.probe = HourProbe(hours: Set(0..<8760), lane: 1)
        _ = bundle.step(2026)
        let programs = try #require(bundle.workspace.probe?.programs)
        #expect(programs.count == 48)
        for program in programs {
            #expect(program.rows == ["a", "b", "c", "cycle:0"] && program.prices.count == 3)
            #expect(Set(program.A[3].filter { $0 != 0 }.map(abs)) == [0.25, 0.5, 1])
            expectAnswer(program)
        }
    }
}

/// The dispatch keeps its rows to 1e-9 and its bounds.
private func expectAnswer(_ program: HourProgram) {
    for (row, coefficients) in program.A.enumerated() {
        var sum = -program.b[row]
        for (a, x) in zip(coefficients, program.dispatch) where a != 0 { sum += a * x }
        #expect(abs(sum) <= 1e-9 * max(abs(program.b[row]), 1), "\(program.rows[row]) of \(program.hour): \(sum)")
    }
    for v in program.c.indices {
        let (x, l, u) = (program.dispatch[v], program.l[v], program.u[v])
        #expect(l - 1e-9 <= x && x <= u + 1e-9, "\(program.variables[v]) of \(program.hour): \(x) in \(l)...\(u)")
    }
    #expect(program.gap <= 1e-6)
}

extension HourProgram {
    /// The cost of a dispatch.
    fileprivate func cost(_ x: [Double]) -> Double {
        zip(zip(c, q), x).reduce(0) { $0 + $1.1 * ($1.0.0 + 0.5 * $1.0.1 * $1.1) }
    }
}

/// The island, hour by hour or in days, with a reservoir and a ramp beside its battery and its waiting work.
private func reservoirIsland(
    _ clearing: String, ramp: String = ",,", days: Int = 12, load: Int = 150
) throws -> Study {
    try island([
        "loads.csv": { $0.replacingOccurrences(of: "bight,150,", with: "bight,\(load),") },
        "world.yaml": {
            $0.replacingOccurrences(of: "clearing: hourly", with: "clearing: \(clearing)")
                .replacingOccurrences(of: "days: 12", with: "days: \(days)")
        },
        "storage_units.csv": { text in
            let lines = text.split(separator: "\n")
            return lines[0] + ",inflow\n" + lines[1] + ",\nlake,crest,hydro,40,500,0.9,0.95,0,260000,10000,15\n"
        },
        "generators.csv": { text in
            text.split(separator: "\n").enumerated().map { index, line in
                line + (index == 0 ? ",ramp_limit_up,ramp_limit_down" : line.hasPrefix("bight-coal") ? ramp : ",,")
            }.joined(separator: "\n") + "\n"
        },
    ])
}

@Suite("Days")
struct DayTests {
    @Test("every row of every cleared day holds to 1e-9: balances and stocks")
    func rows() throws {
        var bundle = Bundle(try reservoirIsland("day", ramp: ",0.1,0.2"))
        let days = bundle.compiled.calendar.clearedDays
        bundle.workspace.probe = HourProbe(hours: Set(days.map { $0 * 24 + 5 }), lane: 2)
        let record = bundle.step(2026)
        let programs = try #require(bundle.workspace.probe?.programs)
        #expect(programs.count == 12 && record["unconverged_hours"]?[0].max() == 0)
        var overflow = 0.0
        for program in programs {
            #expect(program.hours == 24 && program.prices.count == 72)
            expectAnswer(program)
            for (name, x) in zip(program.variables, program.dispatch) where name.hasPrefix("overflow:") {
                overflow = max(overflow, x)
            }
            let levels = zip(program.variables, program.dispatch).filter { $0.0.hasPrefix("stored:lake@") }
            #expect(levels.count == 24)
        }
        #expect(overflow.isFinite)
    }

    /// The hours' dispatch is one that the day could choose: with what is left in the stocks counted as the day counts
    /// it, it costs no less.
    @Test("a day costs no more than its hours one by one, from the same start, with the same worth at the end")
    func neverDearer() throws {
        var hourly = Bundle(try reservoirIsland("hourly", load: 260))
        var day = Bundle(try reservoirIsland("day", load: 260))
        day.state = day.kernel.load(hourly.kernel.save(hourly.state))
        let first = hourly.compiled.calendar.clearedDays[0] * 24
        hourly.workspace.probe = HourProbe(hours: Set(first..<first + 24), lane: 4)
        day.workspace.probe = HourProbe(hours: [first], lane: 4)
        _ = (hourly.step(2026), day.step(2026))
        let hours = try #require(hourly.workspace.probe?.programs)
        let program = try #require(day.workspace.probe?.programs.first)

        var other = program.dispatch
        for (hour, each) in hours.enumerated() {
            for (name, x) in zip(each.variables, each.dispatch) {
                let place = try #require(program.variables.firstIndex(of: "\(name)@\(hour)"))
                other[place] = x
                #expect(x <= program.u[place] + 1e-6 * max(x, 1), "\(name)@\(hour)")
            }
        }
        // The levels follow from the moves: each stock's row has its level and overflow.
        for (row, name) in program.rows.enumerated() where name.hasPrefix("stored:") || name.hasPrefix("waiting:") {
            let level = try #require(program.variables.firstIndex(of: name))
            var sum = program.b[row]
            for (v, a) in program.A[row].enumerated() where a != 0 && v != level && v != level + 1 {
                sum -= a * other[v]
            }
            other[level] = min(max(sum, 0), program.u[level])
            other[level + 1] = sum - other[level]
            #expect(other[level + 1] >= -1e-9 * max(program.u[level], 1), "\(name): \(other[level + 1])")
        }
        let (ours, theirs) = (program.cost(program.dispatch), program.cost(other))
        #expect(ours <= theirs + 1e-6 * abs(theirs), "\(ours) against \(theirs)")
        #expect(ours < theirs - 1e-4 * abs(theirs), "the day uses what it knows: \(ours) against \(theirs)")
    }

    /// Must-run of 0.3 p_nom; the ramp of 0.1 is 35 MW an hour.
    @Test("ramps hold within a day, and where every day is cleared from day to day", arguments: [12, 365])
    func ramps(days: Int) throws {
        var bundle = Bundle(try reservoirIsland("day", ramp: ",0.02,0.03", days: days))
        let cleared = days == 365 ? Array(100..<130) : bundle.compiled.calendar.clearedDays
        bundle.workspace.probe = HourProbe(hours: Set(cleared.map { $0 * 24 }), lane: 0)
        _ = bundle.step(2026)
        let programs = try #require(bundle.workspace.probe?.programs)
        var (last, most) = (Double.nan, 0.0)
        for program in programs {
            expectAnswer(program)
            for hour in 0..<24 {
                let place = try #require(program.variables.firstIndex(of: "generator:bight-coal@\(hour)"))
                let now = program.dispatch[place]
                if hour > 0 || days == 365 && !last.isNaN {
                    #expect(now - last <= 7 + 1e-6 && last - now <= 10.5 + 1e-6, "\(now - last) MW")
                    most = max(most, now - last)
                }
                last = now
            }
        }
        #expect(most > 6.9)
    }

    /// Must-run of half at noon and none at midnight jumps by 60 MW: the ramp of 7 MW gives way, and nothing else does.
    @Test("a ramp gives way to must-run and availability")
    func impossibleRamps() throws {
        let hours = "snapshot,g\n" + (0..<8760).map { "\($0),\($0 % 24 >= 12 ? 0.5 : 0)\n" }.joined()
        let study = try tinyStudy(
            "clearing: day, days: 2",
            [
                "buses": "name\na\n", "carriers": "name\nany\n",
                "loads": "name,bus,p_set,cooling_sensitivity,heating_sensitivity\na,a,90,0,0\n",
                "generators": "name,bus,carrier,p_nom,marginal_cost,ramp_limit_up,ramp_limit_down\n"
                    + "g,a,any,120,50,0.05,0.05\nh,a,any,120,10,,\n",
                "generators-p_min_pu": hours,
            ])
        var bundle = Bundle(study)
        let record = bundle.step(2026)
        #expect(record["unconverged_hours"]?[0].max() == 0)
        #expect(record["unserved_energy"]?[0].max() ?? 1 < 1e-6)
    }

    @Test("work that waits is served or goes on waiting, and stores keep their books")
    func work() throws {
        var bundle = Bundle(try reservoirIsland("day"))
        let before = bundle.kernel.save(bundle.state)
        let record = bundle.step(2026)
        #expect(before.count == bundle.kernel.save(bundle.state).count)
        for lane in 0..<8 {
            func sum(_ name: String) -> Double { record[name]?.reduce(0) { $0 + $1[lane] } ?? .nan }
            let received = sum("generation_revenue") + sum("storage_revenue") + sum("congestion_rent")
            #expect(abs(sum("payments") - received) < 1e-9 * received)
            let capacity = sum("compute_capacity")
            #expect(sum("compute_served") > 0.5 * 8760 * 0.8 * 25 && sum("compute_served") < 8760 * capacity)
        }
    }

    @Test("in days too: a lane is alone, a fork is its parent, a state is complete")
    func laws() throws {
        let study = try reservoirIsland("day", ramp: ",0.05,0.05", days: 365)
        var a = Bundle(study)
        var b = Bundle(study, samples: [5, 3, 3, 1, 1, 0, 7, 2])
        let (x, y) = (a.step(2026), b.step(2026))
        for (name, values) in x {
            for entity in values.indices {
                for (lane, sample) in [5, 3, 3, 1, 1, 0, 7, 2].enumerated() {
                    #expect(values[entity][sample].bitPattern == y[name]?[entity][lane].bitPattern, "\(name)")
                }
            }
        }
        var child = a
        child.state = a.kernel.load(a.kernel.save(a.state))
        var fresh = Bundle(study)
        fresh.state = fresh.kernel.load(a.kernel.save(a.state))
        let next = a.step(2027)
        #expect(next == child.step(2027) && next == fresh.step(2027))
        #expect(a.kernel.stateShapes.contains { $0.name == "ramped_power" && $0.count == 1 })
    }
}
