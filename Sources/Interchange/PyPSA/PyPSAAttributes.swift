import WorldModel

/// What PyPSA's components may say, and what becomes of it.
enum PyPSAAttributes {
    enum Role: Equatable {
        /// Read.
        case used
        /// Says nothing about the dispatch of given capacities.
        case silent
        /// Would change the answer and is not modelled; anything but this default is a finding.
        case refused(String)
    }

    /// Components that are read, in the order in which they refer to each other.
    static let components = [
        "carriers", "buses", "generators", "loads", "storage_units", "stores", "lines", "transformers", "links",
    ]

    /// Tables that say nothing about the dispatch of given capacities.
    static let silentComponents = ["line_types", "transformer_types", "shunt_impedances", "shapes", "sub_networks"]

    /// Tables that would change the answer; a row in one is a finding.
    static let refusedComponents = [
        "global_constraints", "investment_periods", "processes", "investment_period_weightings",
    ]

    /// The role of an attribute of a component; nil where PyPSA has none of that name.
    static func role(_ component: String, _ attribute: String) -> Role? {
        if let role = table[component]?[attribute] { return role }
        // Further ends of a link, and what goes with them.
        if component == "links", let digit = attribute.last, digit.isNumber, attribute != "bus0", attribute != "bus1" {
            let stem = attribute.prefix { !$0.isNumber }
            switch stem {
            case "bus": return .refused("")
            case "efficiency", "delay", "cyclic_delay", "p": return .silent
            default: return nil
            }
        }
        return nil
    }

    /// What may have been meant by an attribute that a component doesn't have.
    static func remedy(_ component: String, _ attribute: String) -> String {
        let names = (table[component] ?? [:]).keys.sorted()
        let used = names.filter { table[component]?[$0] == .used }
        let near = Nearest.nearest(attribute, among: names) ?? used.first { $0.hasPrefix(attribute) }
        return near.map { "did you mean `\($0)`?" } ?? "take it out; those that are read are "
            + used.joined(separator: ", ")
    }

    private static let table: [String: [String: Role]] = [
        "carriers": roles(
            used: "co2_emissions",
            silent: "color nice_name max_growth max_relative_growth"),
        "buses": roles(
            used: "v_nom x y carrier control",
            silent: "type unit location v_mag_pu_set v_mag_pu_min v_mag_pu_max generator sub_network",
            output: "p q v_mag_pu v_ang marginal_price"),
        "generators": roles(
            used: """
                bus carrier p_nom p_min_pu p_max_pu marginal_cost marginal_cost_quadratic efficiency ramp_limit_up \
                ramp_limit_down active
                """,
            silent: capacity + commitment + "control type q_set weight p_init ramp_limit_start_up ramp_limit_shut_down",
            output: """
                p q p_nom_opt status start_up shut_down maintenance maintenance_start mu_upper mu_lower mu_p_set \
                mu_ramp_limit_up mu_ramp_limit_down capital_cost_piecewise_opt marginal_cost_piecewise_opt
                """,
            refused: extendable + [
                "p_set": "nan", "e_sum_min": "-inf", "e_sum_max": "inf", "sign": "1", "committable": "False",
                "maintainable": "False", "stand_by_cost": "0",
            ]),
        "loads": roles(
            used: "bus p_set active", silent: "carrier type q_set", output: "p q", refused: ["sign": "-1"]),
        "storage_units": roles(
            used: """
                bus carrier p_nom p_min_pu p_max_pu max_hours efficiency_store efficiency_dispatch standing_loss inflow \
                state_of_charge_initial cyclic_state_of_charge marginal_cost spill_cost active
                """,
            silent: capacity + """
                control type q_set state_of_charge_initial_per_period cyclic_state_of_charge_per_period
                """,
            output: """
                p p_dispatch p_store q state_of_charge spill p_nom_opt mu_upper mu_lower mu_state_of_charge_set \
                mu_energy_balance capital_cost_piecewise_opt marginal_cost_piecewise_opt
                """,
            refused: extendable + [
                "p_set": "nan", "p_dispatch_set": "nan", "p_store_set": "nan", "state_of_charge_set": "nan",
                "marginal_cost_storage": "0", "marginal_cost_quadratic": "0", "sign": "1",
            ]),
        "stores": roles(
            used: """
                bus carrier e_nom e_min_pu e_max_pu e_initial e_cyclic standing_loss marginal_cost active
                """,
            silent: capacity + "type q_set e_nom_min e_nom_max e_initial_per_period e_cyclic_per_period",
            output: """
                p q e e_nom_opt mu_upper mu_lower mu_energy_balance capital_cost_piecewise_opt \
                marginal_cost_piecewise_opt
                """,
            refused: [
                "p_set": "nan", "e_set": "nan", "marginal_cost_storage": "0", "marginal_cost_quadratic": "0",
                "sign": "1", "e_nom_extendable": "False", "e_nom_mod": "0", "e_nom_set": "nan",
            ]),
        "lines": roles(
            used: "bus0 bus1 x r s_nom s_max_pu length active",
            silent: branch + "carrier terrain_factor num_parallel",
            output: branchOutput, refused: branchRefused),
        "transformers": roles(
            used: "bus0 bus1 x r s_nom s_max_pu tap_ratio phase_shift phase_shift_min phase_shift_max active",
            silent: branch + "model num_parallel tap_side tap_position",
            output: branchOutput + " phase_shift_opt", refused: branchRefused),
        "links": roles(
            used: """
                bus0 bus1 carrier p_nom p_min_pu p_max_pu efficiency marginal_cost marginal_cost_quadratic length active
                """,
            silent: capacity + commitment
                + "type terrain_factor p_init ramp_limit_start_up ramp_limit_shut_down cyclic_delay",
            output: """
                p p0 p1 p_nom_opt status start_up shut_down maintenance maintenance_start mu_lower mu_upper mu_p_set \
                mu_ramp_limit_up mu_ramp_limit_down capital_cost_piecewise_opt marginal_cost_piecewise_opt
                """,
            refused: extendable + [
                "p_set": "nan", "committable": "False", "maintainable": "False", "stand_by_cost": "0", "delay": "0",
                "ramp_limit_up": "nan", "ramp_limit_down": "nan",
            ]),
    ]

    private static let capacity = """
        p_nom_min p_nom_max capital_cost overnight_cost discount_rate fom_cost build_year lifetime 
        """
    private static let commitment = """
        maintenance_duration maintenance_pu maintenance_events start_up_cost shut_down_cost min_up_time min_down_time \
        up_time_before down_time_before 
        """
    private static let branch = """
        g b s_nom_min s_nom_max capital_cost overnight_cost discount_rate fom_cost build_year lifetime v_ang_min \
        v_ang_max 
        """
    private static let branchOutput = """
        sub_network p0 q0 p1 q1 x_pu r_pu g_pu b_pu x_pu_eff r_pu_eff s_nom_opt mu_lower mu_upper \
        capital_cost_piecewise_opt
        """
    private static let extendable = ["p_nom_extendable": "False", "p_nom_mod": "0", "p_nom_set": "nan"]
    private static let branchRefused = [
        "type": "", "s_nom_extendable": "False", "s_nom_mod": "0", "s_nom_set": "nan",
    ]

    private static func roles(
        used: String, silent: String = "", output: String = "", refused: [String: String] = [:]
    ) -> [String: Role] {
        var roles: [String: Role] = [:]
        for name in (silent + " " + output).split(separator: " ") { roles[String(name)] = .silent }
        for (name, standard) in refused { roles[name] = .refused(standard) }
        for name in used.split(separator: " ") { roles[String(name)] = .used }
        return roles
    }
}

extension [String: String] {
    fileprivate static func + (a: [String: String], b: [String: String]) -> [String: String] {
        a.merging(b) { $1 }
    }
}
