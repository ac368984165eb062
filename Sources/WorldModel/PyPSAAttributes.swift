/// Every attribute of PyPSA's components, with its default, and what becomes of it.
///
/// Networks and worlds share this list, so that a column means the same in both. docs/GRID-CASES.md has it as a table.
package struct PyPSAAttribute: Sendable {
    /// What a network's dispatch makes of an attribute.
    package enum Use: Sendable, Equatable {
        /// It is in the dispatch; where `bySnapshot`, as a series too.
        case dispatch(bySnapshot: Bool)
        /// It is kept for the world that `new --from` makes, and for `emissions`; no dispatch depends on it.
        case world
        /// It would change the answer and isn't modelled: anything but its default is a finding.
        case refused
        /// It says nothing about the dispatch.
        case silent(Reason)
    }

    /// Why an attribute says nothing about the dispatch of given capacities.
    package enum Reason: String, Sendable, CaseIterable {
        case label = "a name or a picture"
        case unused = "PyPSA's optimisation doesn't use it"
        case voltage = "reactive power, voltages and losses, which a linear dispatch doesn't have"
        case capacity = "acts on capacity that is extendable, which is refused"
        case years = "acts over investment periods, which are refused"
        case commitment = "acts with `committable`, which is refused"
        case maintenance = "acts with `maintainable`, which is refused"
        case ramps = "acts with ramp limits, which are refused here"
        case type = "acts with `type`, which is refused"
        case ends = "acts with a further bus or a delay, which are refused"
        case result = "a result of PyPSA"

        /// Whether it acts as years pass, which they do in a world.
        var actsInWorlds: Bool { self == .capacity || self == .years }
    }

    /// Its name.
    package let name: String
    /// PyPSA's default as a file has it; empty for none.
    package let standard: String
    /// What becomes of it.
    package let use: Use
}

/// The components of PyPSA.
package enum PyPSAAttributes {
    /// Components that are read, in the order in which they refer to each other.
    package static let components = [
        "carriers", "buses", "generators", "loads", "storage_units", "stores", "lines", "transformers", "links",
    ]

    /// Tables that say nothing about the dispatch of given capacities, and why.
    package static let silentComponents: [(name: String, reason: String)] = [
        ("line_types", "acts with `type`, which is refused"),
        ("transformer_types", "acts with `type`, which is refused"),
        ("shunt_impedances", "PyPSA's optimisation doesn't use them"), ("shapes", "pictures"),
        ("sub_networks", "a result of PyPSA"),
    ]

    /// Tables that would change the answer; a row in one is a finding.
    package static let refusedComponents = [
        "global_constraints", "investment_periods", "processes", "investment_period_weightings", "scenarios",
    ]

    /// All tables of components.
    package static let tables = components + silentComponents.map(\.name) + refusedComponents

    /// An attribute of a component; nil where PyPSA has none of that name.
    package static func attribute(_ component: String, _ name: String) -> PyPSAAttribute? {
        if let attribute = byName[component]?[name] { return attribute }
        // Further ends of a link, and what goes with them.
        guard component == "links", let digit = name.last, digit.isNumber, name != "bus0", name != "bus1" else {
            return nil
        }
        switch name.prefix(while: { !$0.isNumber }) {
        case "bus": return PyPSAAttribute(name: name, standard: "", use: .refused)
        case "efficiency", "delay", "cyclic_delay", "p":
            return PyPSAAttribute(name: name, standard: "", use: .silent(.ends))
        default: return nil
        }
    }

    /// Whether a series of an attribute is looked at: what PyPSA doesn't know is, for a finding.
    package static func isRead(_ component: String, _ name: String) -> Bool {
        if case .silent? = attribute(component, name)?.use { return false }
        return true
    }

    /// Whether a blank cell of a series is no limit: its default is none.
    package static func isFree(_ component: String, _ name: String) -> Bool {
        attribute(component, name).map { $0.standard == "nan" && $0.use == .dispatch(bySnapshot: true) } ?? false
    }

    /// What may have been meant by an attribute that a component doesn't have.
    package static func remedy(_ component: String, _ attribute: String) -> String {
        let all = list[component] ?? []
        let used = all.filter { $0.isRead }.map(\.name)
        let near = Nearest.nearest(attribute, among: all.map(\.name).sorted()) ?? used.first { $0.hasPrefix(attribute) }
        return near.map { "did you mean `\($0)`?" } ?? "take it out; those that are read are "
            + used.sorted().joined(separator: ", ")
    }

    private static let byName = list.mapValues { attributes in
        Dictionary(uniqueKeysWithValues: attributes.map { ($0.name, $0) })
    }

    /// The attributes of each component.
    package static let list: [String: [PyPSAAttribute]] = [
        "carriers": world("co2_emissions 0") + silent(.label, "color", "nice_name")
            + refused("max_growth inf", "max_relative_growth 0"),
        "buses": still("v_nom 1", "carrier AC", "control PQ") + world("x 0", "y 0")
            + silent(.label, "unit", "location") + silent(.unused, "type", "generator", "sub_network")
            + silent(.voltage, "v_mag_pu_set 1", "v_mag_pu_min 0", "v_mag_pu_max inf")
            + silent(.result, "p", "q", "v_mag_pu", "v_ang", "marginal_price"),
        "generators": still(
            "bus", "p_nom 0", "p_init nan", "ramp_limit_up nan", "ramp_limit_down nan", "active True")
            + bySnapshot("p_min_pu 0", "p_max_pu 1", "marginal_cost 0", "marginal_cost_quadratic 0")
            + world("carrier", "efficiency 1") + capacity("p") + commitment
            + silent(.unused, "control PQ", "type", "weight 1") + silent(.voltage, "q_set 0")
            + silent(.result, "p", "q", "mu_p_set", "mu_ramp_limit_up", "mu_ramp_limit_down") + results + unitResults
            + refused("p_set nan", "e_sum_min -inf", "e_sum_max inf", "sign 1"),
        "loads": still("bus", "active True") + bySnapshot("p_set 0") + silent(.label, "carrier")
            + silent(.unused, "type") + silent(.voltage, "q_set 0") + silent(.result, "p", "q") + refused("sign -1"),
        "storage_units": still(
            "bus", "p_nom 0", "max_hours 1", "state_of_charge_initial 0", "cyclic_state_of_charge False", "active True")
            + bySnapshot(
                "p_min_pu -1", "p_max_pu 1", "efficiency_store 1", "efficiency_dispatch 1", "standing_loss 0",
                "inflow 0", "marginal_cost 0", "spill_cost 0", "state_of_charge_set nan") + world("carrier")
            + capacity("p") + silent(.unused, "control PQ", "type") + silent(.voltage, "q_set 0")
            + silent(.years, "state_of_charge_initial_per_period False", "cyclic_state_of_charge_per_period False")
            + silent(
                .result, "p", "q", "p_dispatch", "p_store", "state_of_charge", "spill", "mu_state_of_charge_set",
                "mu_energy_balance") + results
            + refused(
                "p_set nan", "p_dispatch_set nan", "p_store_set nan", "marginal_cost_storage 0",
                "marginal_cost_quadratic 0", "sign 1"),
        "stores": still("bus", "e_nom 0", "e_initial 0", "e_cyclic False", "active True")
            + bySnapshot("e_min_pu 0", "e_max_pu 1", "standing_loss 0", "marginal_cost 0", "e_set nan")
            + world("carrier") + capacity("e") + silent(.unused, "type") + silent(.voltage, "q_set 0")
            + silent(.years, "e_initial_per_period False", "e_cyclic_per_period False")
            + silent(.result, "p", "q", "e", "mu_energy_balance") + results
            + refused("p_set nan", "marginal_cost_storage 0", "marginal_cost_quadratic 0", "sign 1"),
        "lines": still("bus0", "bus1", "x 0", "r 0", "s_nom 0", "v_ang_max inf", "active True")
            + bySnapshot("s_max_pu 1") + world("length 0") + branch
            + silent(.capacity, "terrain_factor 1") + silent(.unused, "carrier AC"),
        "transformers": still(
            "bus0", "bus1", "x 0", "s_nom 0", "tap_ratio 1", "phase_shift 0", "phase_shift_min 0", "phase_shift_max 0",
            "v_ang_max inf", "active True") + bySnapshot("s_max_pu 1") + branch
            + silent(.voltage, "r 0", "model t") + silent(.type, "tap_side 0", "tap_position 0")
            + silent(.result, "phase_shift_opt"),
        "links": still("bus0", "bus1", "p_nom 0", "active True")
            + bySnapshot("p_min_pu 0", "p_max_pu 1", "efficiency 1", "marginal_cost 0", "marginal_cost_quadratic 0")
            + world("length 0") + silent(.label, "carrier") + capacity("p") + commitment
            + silent(.capacity, "terrain_factor 1")
            + silent(.unused, "type") + silent(.ramps, "p_init nan") + silent(.ends, "cyclic_delay True")
            + silent(.result, "p", "p0", "p1", "mu_p_set", "mu_ramp_limit_up", "mu_ramp_limit_down") + results
            + unitResults + refused("p_set nan", "delay 0", "ramp_limit_up nan", "ramp_limit_down nan"),
    ]

    private static func make(_ use: PyPSAAttribute.Use, _ texts: [String]) -> [PyPSAAttribute] {
        texts.map { text in
            let words = text.split(separator: " ").map(String.init)
            return PyPSAAttribute(name: words[0], standard: words.count > 1 ? words[1] : "", use: use)
        }
    }

    private static func still(_ texts: String...) -> [PyPSAAttribute] { make(.dispatch(bySnapshot: false), texts) }
    private static func bySnapshot(_ texts: String...) -> [PyPSAAttribute] { make(.dispatch(bySnapshot: true), texts) }
    private static func world(_ texts: String...) -> [PyPSAAttribute] { make(.world, texts) }
    private static func refused(_ texts: String...) -> [PyPSAAttribute] { make(.refused, texts) }
    private static func silent(_ reason: PyPSAAttribute.Reason, _ texts: String...) -> [PyPSAAttribute] {
        make(.silent(reason), texts)
    }

    /// What a component says about capacity that is built: `p_nom_min` and the like.
    private static func capacity(_ power: String) -> [PyPSAAttribute] {
        refused("\(power)_nom_extendable False", "\(power)_nom_mod 0", "\(power)_nom_set nan")
            + silent(
                .capacity, "\(power)_nom_min 0", "\(power)_nom_max inf", "capital_cost 0", "overnight_cost nan",
                "discount_rate nan", "fom_cost 0") + silent(.years, "build_year 0", "lifetime inf")
            + silent(.result, "\(power)_nom_opt")
    }

    private static let results = silent(
        .result, "mu_upper", "mu_lower", "capital_cost_piecewise_opt", "marginal_cost_piecewise_opt")
    private static let unitResults = silent(
        .result, "status", "start_up", "shut_down", "maintenance", "maintenance_start")
    private static let commitment =
        refused("committable False", "maintainable False", "stand_by_cost 0")
        + silent(.maintenance, "maintenance_duration 0", "maintenance_pu 1", "maintenance_events 1")
        + silent(
            .commitment, "start_up_cost 0", "shut_down_cost 0", "min_up_time 0", "min_down_time 0", "up_time_before 1",
            "down_time_before 0", "ramp_limit_start_up nan", "ramp_limit_shut_down nan")
    private static let branch =
        refused("type") + capacity("s") + silent(.voltage, "g 0", "b 0") + silent(.unused, "v_ang_min -inf")
        + silent(.type, "num_parallel 1") + silent(.result, "sub_network", "mu_lower", "mu_upper")
        + silent(.result, "p0", "q0", "p1", "q1", "x_pu", "r_pu", "g_pu", "b_pu", "x_pu_eff", "r_pu_eff")
        + silent(.result, "capital_cost_piecewise_opt")
}

extension PyPSAAttribute {
    /// Whether a network's reader reads it.
    package var isRead: Bool {
        switch use {
        case .dispatch, .world: true
        case .refused, .silent: false
        }
    }

    /// Whether a cell holds the default, or nothing.
    package func isStandard(_ cell: String) -> Bool {
        let text = cell.trimmed.lowercased()
        if text.isEmpty || text == standard.lowercased() || text == "nan" { return true }
        if standard == "False", ["0", "0.0", "no"].contains(text) { return true }
        if standard == "True", ["1", "1.0", "yes"].contains(text) { return true }
        guard let value = Double(text), let usual = Double(standard) else { return false }
        return value == usual
    }
}
