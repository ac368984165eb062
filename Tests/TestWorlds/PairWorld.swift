/// Two areas and a tie, small enough to be cleared by hand.
///
/// West burns coal (20 to 100 MW on the day before and after, then 20 USD/MWh rising to 60), East gas (10 to 90 MW, 40
/// rising to 80). A MW more costs 0.5 USD/MWh more in both.
public enum PairWorld {
    /// The files of the world, by name.
    public static let files: [String: String] = [
        "world.yaml": """
        world: pair
        start: 2026
        currency: USD
        tables:
          carriers: carriers.csv
          buses: buses.csv
          loads: loads.csv
          generators: generators.csv
          links: links.csv
          profiles: profiles.csv
          hindcast_carriers: hindcast_carriers.csv
          hindcast_offers: hindcast_offers.csv
          hindcast_ties: hindcast_ties.csv
          hindcast_ranges: hindcast_ranges.csv
          hindcast_flows: hindcast_flows.csv
          hindcast_residuals: hindcast_residuals.csv
        grid: {value_of_lost_load: 1000, spill_cost: 30}

        """,
        "carriers.csv": "name,fuel_cost\ncoal,8\ngas,20\nnuclear,0\nwater,0\n",
        "buses.csv": "name,area\nw1,West\nw2,West\ne,East\n",
        "loads.csv": "name,bus,p_set\nw,w1,60\ne,e,80\n",
        "generators.csv":
            "name,bus,carrier,p_nom\na,w1,coal,70\nb,w2,coal,50\nc,e,gas,100\nd,e,nuclear,10\nf,e,water,8\n",
        "links.csv": "name,bus0,bus1,p_nom,p_min_pu\ninner,w1,w2,100,-1\ntie,w2,e,100,-1\n",
        "profiles.csv": "profile,value\ntemperature,15\n",
        "hindcast_carriers.csv": "name,role\nnuclear,given\ncoal,offered\ngas,offered\nwater,shaved\n",
        "hindcast_offers.csv": """
        carrier,part,share,efficiency,marginal_cost
        coal,must_run,0,0.4,-42
        coal,must_run,1,0.4,-38
        coal,range,0,0.4,0
        coal,range,1,0.4,40
        coal,reserve,0,0.4,100
        coal,reserve,1,0.4,110
        gas,must_run,0,0.5,-62
        gas,must_run,1,0.5,-58
        gas,range,0,0.5,0
        gas,range,0.5,0.5,20
        gas,range,1,0.5,40

        """,
        "hindcast_ties.csv": "name,area0,area1,column\nW-E,West,East,W-E:cable\n",
        "hindcast_ranges.csv": """
        area,carrier,date,p_min,p_mean,p_max
        West,coal,2026-05-02,20,60,100
        West,coal,2026-05-05,20,60,100
        East,gas,2026-05-02,10,50,90
        East,gas,2026-05-05,10,50,90

        """,
        "hindcast_flows.csv": """
        tie,date,p_min,p_mean,p_max
        W-E,2026-05-02,-50,20,50
        W-E,2026-05-05,-50,20,50

        """,
        "hindcast_residuals.csv": "area,month,hour,value\n"
            + ["West", "East"].map { area in (0..<24).map { "\(area),5,\($0),0\n" }.joined() }.joined(),
    ]

    /// The files of the world in a folder, with some replaced; without what it was fitted to unless that is asked for.
    public static func files(in folder: String, isFitted: Bool, _ changes: [String: String] = [:]) -> [String: String] {
        let fitted = ["hindcast_ranges", "hindcast_flows", "hindcast_residuals"]
        var files = files.merging(changes) { $1 }
        if !isFitted {
            for table in fitted {
                files["\(table).csv"] = nil
                files["world.yaml"] = files["world.yaml"]?.replacing("  \(table): \(table).csv\n", with: "")
            }
        }
        return Dictionary(uniqueKeysWithValues: files.map { ("\(folder)/\($0.key)", $0.value) })
    }

    /// Columns of what was observed: the same in every hour, but for what `change` says.
    public struct Hour {
        /// MW.
        public var demand = (west: 60.0, east: 80.0)
        /// MW.
        public var coal = 90.0, gas = 40.0, nuclear = 10.0, water = 0.0
        /// MW from West to East.
        public var flow = 30.0
    }

    /// Days between those of the fit.
    public static let days = ["2026-05-01", "2026-05-03"]

    /// The three files of a folder of observations.
    public static func observations(
        days: [String] = days, _ change: (_ day: String, _ hour: Int, inout Hour) -> Void = { _, _, _ in }
    ) -> [String: String] {
        var demand = "time_jst,West_MW,East_MW\n"
        var generation = "time_jst,area,nuclear_MW,coal_MW,gas_MW,water_MW\n"
        var flow = "time_jst,W-E:cable_MW\n"
        for day in days {
            for hour in 0..<24 {
                var values = Hour()
                change(day, hour, &values)
                let time = "\(day)T\(hour < 10 ? "0" : "")\(hour):00"
                demand += "\(time),\(values.demand.west),\(values.demand.east)\n"
                generation += "\(time),West,0,\(values.coal),0,0\n"
                generation += "\(time),East,\(values.nuclear),0,\(values.gas),\(values.water)\n"
                flow += "\(time),\(values.flow)\n"
            }
        }
        return ["demand.csv": demand, "generation.csv": generation, "interties.csv": flow]
    }
}
