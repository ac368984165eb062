import Lanes
import WorldModel

/// Areas, buses and cities: what lies where.
final class Places: Sendable {
    let areas: [String]
    let buses: Int, cities: Int
    let areaOfBus: [Int], areaOfCity: [Int], busOfCity: [Int]
    let citiesOfArea: [[Int]]
    /// The middle of each area, and the place of each city: longitude and latitude, degrees.
    let centres: [(x: Double, y: Double)], cityPlaces: [(x: Double, y: Double)]

    init(_ world: World) {
        let buses = world.table("buses")
        let cities = world.table("cities")
        self.buses = buses.ids.count
        self.cities = cities.ids.count
        let busAreas = zip(buses.ids, buses.text("area")).map { $1.isEmpty ? $0 : $1 }
        let busOfCity = cities.rows("bus")
        let cityAreas = zip(cities.text("area"), busOfCity).map { $0.isEmpty ? busAreas[$1] : $0 }
        // By name, not by row: the order decides which deviates make an area's weather.
        let areas = Set(busAreas + cityAreas).sorted()
        let indices = Dictionary(uniqueKeysWithValues: areas.enumerated().map { ($1, $0) })
        let areaOfBus = busAreas.map { indices[$0, default: 0] }
        let areaOfCity = cityAreas.map { indices[$0, default: 0] }
        var members = areas.map { _ in [Int]() }
        for (city, area) in areaOfCity.enumerated() { members[area].append(city) }
        // Where cities have climates of their own, those on an area's buses speak for it.
        let homes = busOfCity.map { areaOfBus[$0] }
        for (area, none) in members.enumerated() where none.isEmpty {
            members[area] = homes.indices.filter { homes[$0] == area }
        }
        let cityPlaces = zip(cities.fixed("x"), cities.fixed("y")).map { (x: $0, y: $1) }
        let busPlaces = zip(buses.fixed("x"), buses.fixed("y")).map { (x: $0, y: $1) }
        centres = areas.indices.map { area in
            let here = areaOfBus.indices.filter { areaOfBus[$0] == area }
            let points = here.isEmpty ? members[area].map { cityPlaces[$0] } : here.map { busPlaces[$0] }
            let n = Double(max(points.count, 1))
            return (points.reduce(0) { $0 + $1.x } / n, points.reduce(0) { $0 + $1.y } / n)
        }
        self.areas = areas
        self.areaOfBus = areaOfBus
        self.areaOfCity = areaOfCity
        self.busOfCity = busOfCity
        self.cityPlaces = cityPlaces
        citiesOfArea = members
    }

    /// Numbers of each day and area: a monthly profile between the middles of months, or `standard` without one.
    func daily(_ profile: String, _ world: World, _ calendar: Calendar, or standard: Double) -> [Double] {
        let monthly = areas.map { world.profile(profile, area: $0) }
        return (0..<365).flatMap { day in
            monthly.map { values in
                values.map { values in calendar.interpolate({ values[$0 * 48] }, day: day) } ?? standard
            }
        }
    }
}

/// The distance of two places (longitude, latitude in degrees) on a sphere of 6371 km, km; the chord's haversine.
func greatCircle(_ a: (x: Double, y: Double), _ b: (x: Double, y: Double)) -> Double {
    let radians = 3.141592653589793 / 180
    func sin(_ x: Double) -> Double { sine(lanes(x))[0] }
    func cos(_ x: Double) -> Double { cosine(lanes(x))[0] }
    let h =
        sin((a.y - b.y) * radians / 2) * sin((a.y - b.y) * radians / 2)
        + cos(a.y * radians) * cos(b.y * radians) * sin((a.x - b.x) * radians / 2) * sin((a.x - b.x) * radians / 2)
    // The chord through the sphere: within 4 % of the arc up to 6000 km, and free of an inverse sine.
    return 2 * 6371 * h.squareRoot()
}
