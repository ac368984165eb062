import Foundation
import WorldModel

// Rows of components as rows of the case.

extension PyPSAReader {
    mutating func readCarriers(_ grid: inout GridCase) {
        for entry in entries("carriers") where carriers[entry.id] == nil {
            carriers[entry.id] = grid.carriers.count
            grid.carriers.append(
                GridCase.Carrier(
                    name: entry.id, emissions: entry.number("co2_emissions", standard: 0), origin: entry.origin))
        }
        // A carrier without a row has no emissions.
        for name in ["generators", "storage_units", "stores", "links"] {
            guard let component = tables.components[name], let cells = component.column("carrier") else { continue }
            for row in component.ids.indices {
                let id = PyPSAReader.text(cells, row)
                guard !id.isEmpty, carriers[id] == nil else { continue }
                carriers[id] = grid.carriers.count
                grid.carriers.append(
                    GridCase.Carrier(
                        name: id, emissions: 0,
                        origin: GridCase.Origin(file: component.file, line: component.line(row))))
                if !grid.carriers.isEmpty, tables.components["carriers"] != nil {
                    collector.warn(
                        component.file, component.line(row), "\(name)[\(component.ids[row])].carrier",
                        "the carrier `\(id)` has no row of its own, and so no emissions",
                        "add it to the carriers")
                }
            }
        }
    }

    mutating func readBuses(_ grid: inout GridCase) {
        for entry in entries("buses") where buses[entry.id] == nil {
            buses[entry.id] = grid.buses.count
            busIDs.append(entry.id)
            let voltage = entry.number("v_nom", standard: 1, range: PyPSAReader.positive)
            grid.buses.append(
                GridCase.Bus(
                    name: entry.id, title: entry.id, nominalVoltage: voltage, x: entry.number("x", standard: 0),
                    y: entry.number("y", standard: 0), isReference: entry.text("control") == "Slack",
                    origin: entry.origin))
        }
    }

    func readGenerators(_ grid: inout GridCase) {
        for entry in entries("generators") {
            let bus = entry.bus("bus")
            let (minimum, maximum) = entry.bounds(0, 1)
            let quadratic = entry.course("marginal_cost_quadratic", standard: 0, range: PyPSAReader.positive)
            let limits = ["ramp_limit_up", "ramp_limit_down"].map { attribute -> Double? in
                let limit = entry.number(attribute, standard: .nan, range: PyPSAReader.positive)
                return limit.isNaN ? nil : limit
            }
            // A unit that may always get from nothing to all of its power is held by its output before the first hour alone.
            let ramps = limits.map { limit in
                limit.flatMap { $0 >= 1 && minimum.values.allSatisfy { $0 >= 0 } ? nil : $0 }
            }
            let nominal = entry.number("p_nom", standard: 0, range: PyPSAReader.positive)
            let efficiency = entry.course("efficiency", standard: 1, range: 1e-6...1e6)
            var generator = GridCase.Generator(
                name: entry.id, bus: bus ?? 0, carrier: entry.carrier(), nominal: nominal, minimum: minimum,
                maximum: maximum,
                cost: GridCase.Cost(
                    linear: entry.course("marginal_cost", standard: 0), quadratic: quadratic.map { 2 * $0 }),
                efficiency: efficiency[0], rampUp: ramps[0], rampDown: ramps[1], origin: entry.origin)
            let before = entry.number("p_init", standard: .nan)
            if !before.isNaN {
                let low = limits[1].map { before - $0 * nominal } ?? -.infinity
                let high = limits[0].map { before + $0 * nominal } ?? .infinity
                generator.firstOutput = low...high
            }
            if bus != nil { grid.generators.append(generator) }
        }
    }

    func readLoads(_ grid: inout GridCase) {
        for entry in entries("loads") {
            let bus = entry.bus("bus")
            let load = GridCase.Load(
                name: entry.id, bus: bus ?? 0, power: entry.course("p_set", standard: 0), origin: entry.origin)
            if bus != nil { grid.loads.append(load) }
        }
    }

    func readStorageUnits(_ grid: inout GridCase) {
        for entry in entries("storage_units") {
            let bus = entry.bus("bus")
            let (minimum, maximum) = entry.bounds(-1, 1)
            if minimum.values.contains(where: { $0 > 0 }) || maximum.values.contains(where: { $0 < 0 }) {
                entry.find(
                    minimum.values.contains { $0 > 0 } ? "p_min_pu" : "p_max_pu",
                    "a store that must discharge or charge is not supported",
                    "let p_min_pu be at most 0 and p_max_pu at least 0")
            }
            let nominal = entry.number("p_nom", standard: 0, range: PyPSAReader.positive)
            let energy = nominal * entry.number("max_hours", standard: 1, range: PyPSAReader.positive)
            let initial = entry.number("state_of_charge_initial", standard: 0, range: PyPSAReader.positive)
            let isCyclic = entry.flag("cyclic_state_of_charge")
            let bounds = fixed(entry, "state_of_charge_set", least: .constant(0), most: .constant(energy))
            let cost = entry.course("marginal_cost", standard: 0)
            let unit = GridCase.StorageUnit(
                name: entry.id, bus: bus ?? 0, carrier: entry.carrier(), nominal: nominal, minimum: minimum,
                maximum: maximum, leastEnergy: bounds.least, mostEnergy: bounds.most, initialEnergy: initial,
                isCyclic: isCyclic,
                storeEfficiency: entry.course("efficiency_store", standard: 1, range: 1e-6...1),
                dispatchEfficiency: entry.course("efficiency_dispatch", standard: 1, range: 1e-6...1),
                standingLoss: entry.course("standing_loss", standard: 0, range: 0...1),
                inflow: entry.course("inflow", standard: 0, range: PyPSAReader.positive), dispatchCost: cost,
                chargeCost: .constant(0), spillCost: entry.course("spill_cost", standard: 0), origin: entry.origin)
            if bus != nil { grid.storageUnits.append(unit) }
        }
    }

    /// Stores, whose power is free: as storage units that could fill or empty within a snapshot.
    func readStores(_ grid: inout GridCase) {
        let shortest = max(hours.durations.min() ?? 1, 1e-3)
        for entry in entries("stores") {
            let bus = entry.bus("bus")
            let energy = entry.number("e_nom", standard: 0, range: PyPSAReader.positive)
            let least = entry.course("e_min_pu", standard: 0).map { $0 * energy }
            let most = entry.course("e_max_pu", standard: 1).map { $0 * energy }
            let count = max(least.values.count, most.values.count)
            if (0..<count).contains(where: { least[$0] > most[$0] }) {
                entry.find("e_min_pu", "e_min_pu is above e_max_pu", "lower e_min_pu or raise e_max_pu")
            }
            let bounds = fixed(entry, "e_set", least: least, most: most)
            let initial = entry.number("e_initial", standard: 0)
            let span = max(most.values.max() ?? 0, initial) - min(least.values.min() ?? 0, initial, 0)
            let cost = entry.course("marginal_cost", standard: 0)
            let unit = GridCase.StorageUnit(
                name: entry.id, bus: bus ?? 0, carrier: entry.carrier(), nominal: span / shortest,
                minimum: .constant(-1), maximum: .constant(1), leastEnergy: bounds.least,
                mostEnergy: bounds.most, initialEnergy: initial, isCyclic: entry.flag("e_cyclic"),
                storeEfficiency: .constant(1), dispatchEfficiency: .constant(1),
                standingLoss: entry.course("standing_loss", standard: 0, range: 0...1), inflow: .constant(0),
                dispatchCost: cost, chargeCost: cost.map { -$0 }, spillCost: .constant(0), origin: entry.origin)
            if bus != nil { grid.storageUnits.append(unit) }
        }
    }

    /// Bounds of energy that a set point narrows to one number where it says one; blank hours are free.
    private func fixed(
        _ entry: Entry, _ attribute: String, least: GridCase.Course, most: GridCase.Course
    ) -> (least: GridCase.Course, most: GridCase.Course) {
        let set = entry.course(attribute, standard: .nan)
        guard set.values.contains(where: { !$0.isNaN }) else { return (least, most) }
        let range = 0..<hours.count
        if let hour = range.first(where: { !set[$0].isNaN && !(least[$0]...max(most[$0], least[$0])).contains(set[$0]) }
        ) {
            entry.find(
                attribute,
                "\(attribute) is \(Numeral.text(set[hour])) MWh at `\(hours.labels[hour])`, and the store holds "
                    + "\(Numeral.text(least[hour])) to \(Numeral.text(most[hour])) MWh",
                "write an energy that it can hold, or leave it blank")
        }
        return (
            .hourly(range.map { set[$0].isNaN ? least[$0] : set[$0] }),
            .hourly(range.map { set[$0].isNaN ? most[$0] : set[$0] })
        )
    }

    /// The bounds of the difference of angles; none where the limit is infinite.
    private func angles(_ entry: Entry) -> ClosedRange<Double> {
        if let cells = entry.component.column("v_ang_max"), PyPSAReader.number(cells, entry.row)?.isFinite != true {
            return PyPSAReader.noAngles
        }
        let most = entry.number("v_ang_max", standard: .infinity, range: PyPSAReader.positive) * .pi / 180
        return -most...most
    }

    /// Both ends of a branch; nil after a finding.
    func ends(_ entry: Entry) -> (Int, Int)? {
        guard let from = entry.bus("bus0"), let to = entry.bus("bus1") else { return nil }
        if from == to {
            entry.find("bus1", "it leads from `\(entry.text("bus0"))` to itself", "name two buses")
            return nil
        }
        return (from, to)
    }

    /// s_nom, which may be infinite.
    func limit(_ entry: Entry) -> Double {
        if let cells = entry.component.column("s_nom"), PyPSAReader.number(cells, entry.row) == .infinity {
            return .infinity
        }
        return entry.number("s_nom", standard: 0, range: PyPSAReader.positive)
    }

    static let noAngles = -Double.infinity...Double.infinity

    func readLines(_ grid: inout GridCase) {
        for entry in entries("lines") {
            let angles = angles(entry)
            let (limit, maximum) = (
                limit(entry), entry.course("s_max_pu", standard: 1, range: PyPSAReader.positive)
            )
            guard let (from, to) = ends(entry) else { continue }
            let voltages = (grid.buses[from].nominalVoltage, grid.buses[to].nominalVoltage)
            if voltages.0 != voltages.1 {
                entry.find(
                    "bus1",
                    "the line joins buses of \(Numeral.text(voltages.0)) kV and \(Numeral.text(voltages.1)) kV",
                    "join them with a transformer, or mend v_nom")
                continue
            }
            // In a network of direct current the resistance is what drives the flow.
            let attribute = busCarrier(from) == "DC" ? "r" : "x"
            let impedance = entry.number(attribute, standard: 0)
            if impedance == 0 || voltages.0 == 0 {
                entry.find(
                    voltages.0 == 0 ? "bus0" : attribute,
                    voltages.0 == 0
                        ? "the nominal voltage of its buses is 0" : "\(attribute) is 0, so that nothing rules the flow",
                    voltages.0 == 0 ? "write v_nom in kV" : "write \(attribute) in ohm")
                continue
            }
            grid.lines.append(
                GridCase.Line(
                    name: entry.id, bus0: from, bus1: to, reactance: impedance / (voltages.0 * voltages.0), shift: 0,
                    nominal: limit, maximum: maximum, angles: attribute == "x" ? angles : PyPSAReader.noAngles,
                    isTransformer: false,
                    length: entry.number("length", standard: 0), origin: entry.origin))
        }
    }

    func busCarrier(_ bus: Int) -> String {
        guard let component = tables.components["buses"], let cells = component.column("carrier"),
            let row = component.ids.firstIndex(of: busIDs[bus])
        else { return "AC" }
        return PyPSAReader.text(cells, row)
    }

    func readTransformers(_ grid: inout GridCase) {
        for entry in entries("transformers") {
            let (limit, maximum) = (
                limit(entry), entry.course("s_max_pu", standard: 1, range: PyPSAReader.positive)
            )
            let reactance = entry.number("x", standard: 0)
            let tap = entry.number("tap_ratio", standard: 1, range: 1e-3...1e3)
            let shift = entry.number("phase_shift", standard: 0)
            let (low, high) = (
                entry.number("phase_shift_min", standard: 0), entry.number("phase_shift_max", standard: 0)
            )
            if low < high {
                entry.find(
                    "phase_shift_min", "a phase shift that is optimised is not supported", "fix it with phase_shift")
            }
            let angles = angles(entry)
            guard let (from, to) = ends(entry) else { continue }
            if reactance == 0 || limit == 0 || limit.isInfinite {
                entry.find(
                    reactance == 0 ? "x" : "s_nom",
                    reactance == 0
                        ? "x is 0, so that nothing rules the flow"
                        : "s_nom is \(Numeral.text(limit)), and x is per unit of it",
                    reactance == 0 ? "write x, per unit of s_nom" : "write s_nom in MVA")
                continue
            }
            grid.lines.append(
                GridCase.Line(
                    name: entry.id, bus0: from, bus1: to, reactance: reactance * tap / limit,
                    shift: shift * .pi / 180, nominal: limit, maximum: maximum, angles: angles,
                    isTransformer: true, length: 0, origin: entry.origin))
        }
    }

    func readLinks(_ grid: inout GridCase) {
        for entry in entries("links") {
            let (minimum, maximum) = entry.bounds(0, 1)
            let nominal = entry.number("p_nom", standard: 0, range: PyPSAReader.positive)
            let efficiency = entry.course("efficiency", standard: 1, range: PyPSAReader.positive)
            let quadratic = entry.course("marginal_cost_quadratic", standard: 0, range: PyPSAReader.positive)
            let cost = GridCase.Cost(
                linear: entry.course("marginal_cost", standard: 0), quadratic: quadratic.map { 2 * $0 })
            guard let (from, to) = ends(entry) else { continue }
            grid.links.append(
                GridCase.Link(
                    name: entry.id, bus0: from, bus1: to, carrier: entry.carrier(), nominal: nominal,
                    minimum: minimum, maximum: maximum, efficiency: efficiency, cost: cost,
                    length: entry.number("length", standard: 0), origin: entry.origin))
        }
    }
}
