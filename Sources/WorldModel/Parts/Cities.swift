extension Schema {
    /// People, and the places where they live.
    static let cities = Part(
        tables: [
            Schema.TableShape(
                name: "cities",
                fields: [
                    id("city"), text("bus", .reference("buses"), nil, "bus that supplies it"),
                    text("area", .text, "", "area whose weather it has; that of its bus where empty"),
                    number("x", "deg", -180...360, 0, "longitude", kind: .fixed),
                    number("y", "deg", -90...90, 0, "latitude", kind: .fixed),
                    number("population", "person", positive, nil, "people on the first day").read(.start),
                    number("population_growth", "%/yr", -20...20, 0, "births less deaths"),
                    number("jobs_per_person", "1", 0...2, 0.5, "jobs per inhabitant").from("assumed"),
                    number("wage", "1", 0.01...100, 1, "wage, relative"),
                    number("rent", "1", 0.01...100, 1, "rent, relative").idle { world, _ in
                        world.table("cities").ids.count < 3 ? .oneWay : nil
                    },
                    number("gross_product", "currency/yr", positive, 0, "product on the first day"),
                    number("warming_ratio", "1", 0...5, 1.2, "local over global warming").from(
                        "assumed: land warms more than the globe"
                    ).idle { world, _ in world.hasSection("climate") ? nil : .climate },
                    number(
                        "urban_warming", "K", -10...20, 0,
                        "warming of the city beyond its region's in a century from the start, by its growth alone"),
                    number(
                        "wet_bulb_depression", "K", 0...30, 3,
                        "dry-bulb less wet-bulb temperature where `relative_humidity` is empty"
                    ).from("assumed").idle(.whereHumidityIsGiven),
                    number(
                        "relative_humidity", "%", 0...100, absent,
                        "of the day's mean; gives the wet-bulb temperature of cooling"),
                    number("trust", "1", 0...1, 1, "how far users trust what is computed there").idle { world, _ in
                        world.hasComputeMarket ? nil : .market
                    },
                    number("households", "1", positive, absent, "households on the first day").forReaders(),
                    number("land_price", "currency/m2", positive, absent, "price of land").forReaders(),
                    text(
                        "water", .choice(["", "low", "medium", "high"]), "",
                        "how much water there is beside what is used"
                    ).forReaders(),
                    number(
                        "seismic_probability", "%", 0...100, absent,
                        "chance within 30 years of shaking that damages buildings"
                    ).forReaders(),
                    number(
                        "fibre_distance", "km", positive, absent,
                        "length of fibre to the nearest large internet exchange"
                    ).forReaders(),
                ], hasIDs: true)
        ],
        records: [(.cities, Records.cities)])
}

extension Schema.Idle {
    static let whereHumidityIsGiven = Schema.Idle { world, rows in
        let humidity = world.table("cities").slots("relative_humidity")
        return rows.allSatisfy { !world.values[humidity.lowerBound + $0].isNaN } ? .humidity : nil
    }
}

extension World.Idleness {
    static let oneWay = World.Idleness(
        "weighs where people move, and with less than three cities there is one way", "leave the path out")
    static let migration = World.Idleness(
        "moves people between cities, of which there are not two", "leave the path out")
    static let humidity = World.Idleness(
        "holds where no relative humidity is given", "change `relative_humidity` instead")
}

/// What cities record of a year.
package struct CitiesRecords: Sendable {
    package let population = RecordedVariable("population", by: .city, "person", "population on 31 December", .point)
}

extension Records {
    package static let cities = CitiesRecords()
}
