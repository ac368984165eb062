import Lanes
import WorldModel

/// The people of cities: how many there are, who moves, how they grow.
final class Cities: Sendable {
    let count: Int
    /// The other cities of each city from near to far, `count - 1` a city.
    let nearest: [Int]
    let hasEconomy: Bool
    let people: StateColumn
    let peopleOfStart, growth, jobs, wage, rent: Parameter
    let migrationRate, wageElasticity, rentElasticity: Parameter
    private let scratch: ScratchColumn

    init(_ plan: inout KernelPlan, _ places: Places) {
        count = places.cities
        let ids = plan.world.table("cities").ids
        let at = places.cityPlaces
        nearest = ids.indices.flatMap { i in
            ids.indices.filter { $0 != i }.map { (distance: greatCircle(at[i], at[$0]), city: $0) }
                .sorted { ($0.distance, ids[$0.city]) < ($1.distance, ids[$1.city]) }.map(\.city)
        }
        hasEconomy = plan.world.hasSection("economy")
        people = plan.state("population", count)
        peopleOfStart = plan.column("cities", "population")
        growth = plan.column("cities", "population_growth")
        jobs = plan.column("cities", "jobs_per_person")
        wage = plan.column("cities", "wage")
        rent = plan.column("cities", "rent")
        migrationRate = plan.number("economy", "migration_rate")
        wageElasticity = plan.number("economy", "wage_elasticity")
        rentElasticity = plan.number("economy", "rent_elasticity")
        scratch = plan.scratch(2 * count)
    }

    /// Sets the people of the start.
    func start(_ y: Year) {
        for city in 0..<count { y[people, city] = y[peopleOfStart, city] }
    }

    /// Applies this year's change of `cities.population` by levers and trajectories, then moves and multiplies people.
    func step(_ y: Year) {
        y.applyChanges(
            of: peopleOfStart, to: people, added: scratch.part(0, count: count),
            removed: scratch.part(count, count: count))
        let rate = hasEconomy ? y[migrationRate] / 100 : Lanes.zero
        nearest.withUnsafeBufferPointer { order in
            guard let order = order.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Int>.alignment) else {
                return
            }
            advancePopulation(
                population: y.pointer(people), cities: count, order: order, migrationRate: rate,
                jobsPerPerson: y.pointer(jobs), wage: y.pointer(wage), rent: y.pointer(rent),
                wageElasticity: y[wageElasticity], rentElasticity: y[rentElasticity], growth: y.pointer(growth),
                scratch: y.pointer(scratch))
        }
    }

    /// All people.
    func sum(_ y: Year) -> Lanes {
        var sum = Lanes.zero
        for city in 0..<count { sum += y[people, city] }
        return sum
    }

    /// People who have a job.
    func workers(_ y: Year) -> Lanes {
        var workers = Lanes.zero
        for city in 0..<count { workers += y[people, city] * y[jobs, city] }
        return workers
    }

    /// Records people.
    func record(_ r: borrowing YearRecord, _ y: Year) {
        r.write(Records.cities.population) { y[people, $0] }
    }
}
