/// The columns of a bundle of members: first what it remembers from step to step, then what a step makes.
struct ClimateColumns {
    private(set) var count = 0
    /// Names and sizes, in order.
    private(set) var named: [(name: String, count: Int)] = []
    /// Filtered forcing with the layers' temperatures, and the heat taken up since the first bound, J.
    let thermal, heat: Int
    let thermalCount: Int
    /// By species; -1 where it has none.
    var pools: [Int], airborne: [Int], cumulative: [Int], concentration: [Int]
    /// The number of elements that are remembered.
    private(set) var stateCount = 0
    var emissions: [Int], alpha: [Int], forcing: [Int]
    var forcingSum = 0
    var imbalance = 0
    var noise = 0
    var next = 0
    /// Years since the first bound at which something went wrong first; infinite where nothing did.
    var clamped = 0
    var negative = 0
    var notFinite = 0
    /// What the shared species make of methane's lifetime.
    var methaneFactor = 0

    private init(species: Int, layers: Int) {
        let none = Array(repeating: -1, count: species)
        pools = none
        airborne = none
        cumulative = none
        concentration = none
        emissions = none
        alpha = none
        forcing = none
        thermal = 0
        thermalCount = layers + 1
        heat = layers + 1
        named = [("thermal", layers + 1), ("heat", 1)]
        count = layers + 2
    }

    mutating func add(_ name: String, _ size: Int = 1) -> Int {
        named.append((name, size))
        count += size
        return count - size
    }

    mutating func endState() { stateCount = count }

    /// The columns of a case.
    init(_ model: ClimateCase, _ roles: ClimateRoles) {
        let species = model.species
        self.init(species: species.count, layers: model.run.layers)
        for s in roles.gases { pools[s] = add("pools:\(species[s].name)", roles.poolCounts[s]) }
        for s in roles.gases { airborne[s] = add("airborne_emissions:\(species[s].name)") }
        for s in species.indices where roles.emitted[s] {
            cumulative[s] = add("cumulative_emissions:\(species[s].name)")
        }
        for s in roles.gases { concentration[s] = add("concentration:\(species[s].name)") }
        if let s = roles.chlorine { concentration[s] = add("concentration:\(species[s].name)") }
        endState()
        for s in species.indices where roles.emitted[s] { emissions[s] = add("emissions:\(species[s].name)") }
        for s in roles.gases { alpha[s] = add("alpha_lifetime:\(species[s].name)") }
        for s in roles.forced { forcing[s] = add("forcing:\(species[s].name)") }
        forcingSum = add("forcing_sum")
        imbalance = add("toa_imbalance")
        noise = add("noise", model.run.layers + 1)
        next = add("next", model.run.layers + 1)
        clamped = add("clamped")
        negative = add("negative")
        notFinite = add("not_finite")
        methaneFactor = add("methane_factor")
    }
}

/// What each species of a case does, whatever numbers the members have.
///
/// The order of gases and forcings is that of the kinds, never that of what members happen to share.
struct ClimateRoles {
    /// CO2, CH4 and N2O; -1 where one has no cycle.
    let main: [Int]
    /// The other gases.
    let minor: [Int]
    /// All of them, in order.
    let gases: [Int]
    /// The species that have a forcing, in order, gases first.
    let forced: [Int]
    /// Whether a species has emissions, and whether those follow from its concentration.
    let emitted, inverse: [Bool]
    /// CO2 and its two parts, where it is their sum.
    let carbon, fossil, land: Int?
    let chlorine: Int?
    /// Pools of each gas that any member uses.
    let poolCounts: [Int]

    init(_ model: ClimateCase) {
        let species = model.species
        let everySpecies = Array(species.indices)
        let isGas = everySpecies.map { species[$0].isGreenhouseGas && species[$0].mode != .forcing }
        let carbon = model.first(.carbonDioxide)
        let fossil = model.first(.fossilCarbonDioxide)
        let land = model.first(.landCarbonDioxide)
        let isSum = carbon != nil && fossil != nil && land != nil
        self.carbon = isSum ? carbon : nil
        self.fossil = fossil
        self.land = land
        chlorine = model.first(.stratosphericChlorine)
        let inverse = everySpecies.map { isGas[$0] && species[$0].mode == .concentration }
        self.inverse = inverse
        emitted = everySpecies.map { s in species[s].mode == .emissions || inverse[s] || (isSum && s == carbon) }
        let main = [carbon, model.first(.methane), model.first(.nitrousOxide)].map { s in
            s.map { isGas[$0] ? $0 : -1 } ?? -1
        }
        self.main = main
        minor = everySpecies.filter { isGas[$0] && !main.contains($0) }
        gases = main.filter { $0 >= 0 } + minor
        let made: [ClimateSpecies.Kind] = [
            .aerosolRadiation, .aerosolCloud, .ozone, .contrails, .particlesOnSnow, .stratosphericWater, .landUse,
        ]
        // FaIR overwrites a prescribed forcing of a gas with nothing where other gases have cycles.
        let runsGases = isGas.contains(true)
        let others = everySpecies.filter { s in
            if isGas[s] || (species[s].isGreenhouseGas && runsGases) { return false }
            return species[s].mode == .forcing || (made.contains(species[s].kind) && species[s].mode == .calculated)
        }
        forced = gases + others
        var counts = everySpecies.map { _ in 0 }
        for s in gases {
            let live = model.poolShares[s].indices.filter { k in
                model.poolShares[s][k].values.contains { $0 != 0 }
            }
            counts[s] = (live.last ?? 0) + 1
        }
        poolCounts = counts
    }

    /// How the lifetime of a gas comes about.
    static func rule(_ s: Int, _ model: ClimateCase) -> GasPlan.Rule {
        if model.species[s].kind == .methane, model.run.methaneMethod == .thornhill2021 { return .methane }
        let feedbacks: [ClimateCase.SpeciesParameter] = [.iirfAirborne, .iirfUptake, .iirfTemperature]
        return feedbacks.allSatisfy { model.isZero($0, of: s) } ? .fixed : .state
    }
}

extension ClimateCase {
    /// Whether a parameter of a species is zero in every member.
    func isZero(_ parameter: SpeciesParameter, of s: Int) -> Bool {
        numbers(parameter, of: s).values.allSatisfy { $0 == 0 }
    }

    /// Whether a parameter of a species counts in any member.
    func counts(_ parameter: SpeciesParameter, of s: Int) -> Bool {
        numbers(parameter, of: s).values.contains { $0 != 0 && !$0.isNaN }
    }

    /// Whether members share all of these parameters of a species.
    func shares(_ parameters: [SpeciesParameter], of s: Int) -> Bool {
        parameters.allSatisfy { numbers($0, of: s).isShared }
    }
}
