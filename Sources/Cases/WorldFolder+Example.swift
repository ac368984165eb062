public import WorldModel

extension WorldFolder {
    /// A small world to begin with: two cities and a cable, and a study of whether the cable should be doubled.
    public static func example(name: String, start: Int, currency: String) -> [SourceFile] {
        files(name: name, start: start, currency: currency).map {
            SourceFile(path: $0.path, bytes: Array($0.text.utf8))
        }
    }

    private static func files(name: String, start: Int, currency: String) -> [(path: String, text: String)] {
        let quoted = "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        return [
            (
                "world.yaml",
                """
                # A world: what is there on 1 January of `start`. docs/WORLDS.md has every key and column.
                # `worldlines check` says what is wrong with it, `worldlines inspect --paths` what a study can move.
                world: \(quoted)
                title: Two cities and a cable
                licence: CC0-1.0
                start: \(start)
                currency: \(currency)
                tables:                       # the first column of each is the id
                  carriers: carriers.csv      # fuel_cost and co2_emissions are per MWh of fuel
                  buses: buses.csv            # where power balances
                  cities: cities.csv
                  loads: loads.csv            # p_set is the mean of the year; a profile shapes it
                  generators: generators.csv  # cost = fuel_cost / efficiency + marginal_cost
                  storage_units: storage_units.csv
                  links: links.csv            # p_min_pu -1: the cable carries both ways
                  profiles: profiles.csv      # by month, daytype and hour; empty cells stand for all
                grid:
                  network: transport
                  clearing: hourly
                  days: 24                    # cleared days of a year, each weighing 365/24
                  value_of_lost_load: 3000
                economy:
                  model: ces
                  discount_rate: 3 %/yr
                  demand_growth: 1.5 %/yr
                sources:                      # where figures are from, and how good they are
                  generators: {from: invented, status: example}
                  loads: {from: invented, status: example}

                """
            ),
            ("carriers.csv", "name,fuel_cost,co2_emissions,weather\ngas,30,0.2,none\nsolar,0,0,sun\nwind,0,0,wind\n"),
            ("buses.csv", "name,x,y\nnorth,10.0,53.6\nsouth,11.6,48.1\n"),
            (
                "cities.csv",
                "name,bus,x,y,population,gross_product\nAlba,north,10.0,53.6,1200000,6e10\nBorgo,south,11.6,48.1,900000,5e10\n"
            ),
            ("loads.csv", "name,bus,p_set,profile\nalba,north,800,demand\nborgo,south,700,demand\n"),
            (
                "generators.csv",
                """
                name,bus,carrier,p_nom,efficiency,marginal_cost,capital_cost,profile
                coast,north,wind,900,1,0,120000,wind
                roofs,south,solar,700,1,0,45000,sun
                turbine_north,north,gas,700,0.55,3,60000,
                turbine_south,south,gas,900,0.5,3,60000,

                """
            ),
            (
                "storage_units.csv",
                "name,bus,p_nom,max_hours,efficiency_store,efficiency_dispatch,capital_cost\nbattery,south,100,4,0.95,0.95,35000\n"
            ),
            ("links.csv", "name,bus0,bus1,p_nom,p_min_pu,capital_cost\ncable,north,south,300,-1,20000\n"),
            ("profiles.csv", profiles),
            (
                "studies/cable.yaml",
                """
                # A study: what can be chosen, what is not known, what is measured.
                # worldlines run studies/cable.yaml -o cable.h5
                study: cable
                question: Should the cable be doubled?
                world: ..
                years: \(start)-\(start + 4)
                seed: 1
                samples: 8
                levers:
                  cable:
                    planned: {}
                    doubled:
                      links[cable].p_nom: {times: 2}
                decisions:
                  - {year: \(start + 2), lever: cable}
                uncertainties:
                  economy.demand_growth: {triangular: [0.5, 1.5, 3.0], unit: "%/yr"}
                outcomes:
                  cost: {of: system_cost, over_time: discounted_sum, minimize: true}
                  emitted: {of: co2_emissions, over_time: sum, minimize: true}

                """
            ),
        ]
    }

    /// A flat temperature, a demand with an evening peak whose mean is 1, and half a day of sun.
    private static var profiles: String {
        var text = "profile,area,month,daytype,hour,value\ntemperature,,,,,12\nwind,,,,,0.35\n"
        let demand = [
            0.8, 0.76, 0.74, 0.74, 0.76, 0.82, 0.92, 1.02, 1.08, 1.1, 1.1, 1.1, 1.08, 1.06, 1.06, 1.06, 1.08, 1.16,
            1.22,
            1.2, 1.14, 1.06, 1.0, 0.94,
        ]
        for (hour, value) in demand.enumerated() { text += "demand,,,,\(hour),\(value)\n" }
        let sun = [0.05, 0.2, 0.35, 0.5, 0.6, 0.65, 0.65, 0.6, 0.5, 0.35, 0.2, 0.05]
        for hour in 0..<24 { text += "sun,,,,\(hour),\((6..<18).contains(hour) ? sun[hour - 6] : 0)\n" }
        return text
    }
}
