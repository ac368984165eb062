/// The species of each sum of a case, in the order of its lists.
struct ClimateTerms {
    /// A species that acts by its emissions or its concentration.
    struct Source {
        let species: Int
        let byEmissions: Bool
    }

    var methane: [Source] = []
    var chlorine: [Source] = []
    var aerosolRadiation: [Source] = []
    var cloud: [Source] = []
    var ozone: [Source] = []
    var contrails: [Source] = []
    var particlesOnSnow: [Source] = []
    var stratosphericWater: [Source] = []
    var landUse: [Source] = []

    init(_ model: ClimateCase, _ roles: ClimateRoles, _ columns: ClimateColumns) {
        let species = model.species
        func calculates(_ kind: ClimateSpecies.Kind) -> Bool {
            model.first(kind).map { species[$0].mode == .calculated } ?? false
        }
        let emitters = species.indices.filter { roles.emitted[$0] }.map { Source(species: $0, byEmissions: true) }
        let holders = species.indices.filter { columns.concentration[$0] >= 0 }.map {
            Source(species: $0, byEmissions: false)
        }
        let acting =
            emitters.filter { species[$0.species].actsByEmissions }
            + holders.filter { species[$0.species].actsByConcentration }
        // Chlorine that is computed comes too late for aerosol, as in FaIR, unless the case says otherwise.
        let inTime = acting.filter {
            species[$0.species].kind != .stratosphericChlorine || species[$0.species].mode != .calculated
                || model.run.chlorineInAerosol
        }
        if let methane = model.first(.methane), roles.gases.contains(methane),
            ClimateRoles.rule(methane, model) == .methane
        {
            self.methane = acting.filter { model.counts(.methaneLifetimeSensitivity, of: $0.species) }
        }
        if calculates(.stratosphericChlorine) {
            chlorine = holders.filter { species[$0.species].kind.isHalogen }
        }
        if calculates(.aerosolRadiation) {
            aerosolRadiation = inTime.filter { model.counts(.aerosolRadiationEfficiency, of: $0.species) }
        }
        if calculates(.aerosolCloud) { cloud = inTime.filter { model.counts(.cloudShape, of: $0.species) } }
        if calculates(.ozone) { ozone = acting.filter { model.counts(.ozoneEfficiency, of: $0.species) } }
        if calculates(.contrails) { contrails = emitters.filter { model.counts(.contrailsEfficiency, of: $0.species) } }
        if calculates(.particlesOnSnow) {
            particlesOnSnow = emitters.filter { model.counts(.particlesOnSnowEfficiency, of: $0.species) }
        }
        if calculates(.stratosphericWater) {
            stratosphericWater = holders.filter { model.counts(.stratosphericWaterFactor, of: $0.species) }
        }
        if calculates(.landUse) { landUse = emitters.filter { model.counts(.landUseForcing, of: $0.species) } }
    }
}

/// What of each species all members share, so that it is stepped once a scenario.
struct ClimateSharing {
    private(set) var emissions: [Bool]
    private(set) var cumulative: [Bool]
    private(set) var gas: [Bool]
    private(set) var chlorine = false

    init(
        _ model: ClimateCase, _ roles: ClimateRoles, _ columns: ClimateColumns, _ terms: ClimateTerms,
        differs: (ClimateColumns, Int) -> Bool
    ) {
        let species = model.species
        func startsAlike(_ slot: Int, _ count: Int = 1) -> Bool {
            slot < 0 || !(slot..<(slot + count)).contains { differs(columns, $0) }
        }
        emissions = species.indices.map { s in
            species[s].mode == .emissions && model.emissions.allSatisfy { $0[s].isShared }
        }
        if let carbon = roles.carbon, let fossil = roles.fossil, let land = roles.land {
            emissions[carbon] = emissions[fossil] && emissions[land]
        }
        gas = species.map { _ in false }
        let cycle: [ClimateCase.SpeciesParameter] = [
            .iirf0, .g0, .g1, .baselineEmissions, .baselineConcentration, .concentrationPerEmission,
        ]
        for s in roles.gases where ClimateRoles.rule(s, model) == .fixed && model.shares(cycle, of: s) {
            let driven = roles.inverse[s] ? model.concentrations.allSatisfy { $0[s].isShared } : emissions[s]
            let pools = model.poolShares[s] + model.poolLifetimes[s]
            gas[s] =
                driven && pools.allSatisfy(\.isShared) && startsAlike(columns.pools[s], roles.poolCounts[s])
                && startsAlike(columns.airborne[s]) && startsAlike(columns.concentration[s])
                && startsAlike(columns.cumulative[s])
        }
        for s in roles.gases where roles.inverse[s] { emissions[s] = gas[s] }
        let isEmitted = emissions
        cumulative = species.indices.map { s in
            roles.emitted[s] && isEmitted[s] && startsAlike(columns.cumulative[s])
        }
        guard let s = roles.chlorine else { return }
        if species[s].mode == .concentration {
            chlorine = model.concentrations.allSatisfy { $0[s].isShared }
        } else {
            let isShared = gas
            chlorine =
                startsAlike(columns.concentration[s])
                && terms.chlorine.allSatisfy {
                    isShared[$0.species]
                        && model.shares([.chlorineAtoms, .bromineAtoms, .fractionalRelease], of: $0.species)
                }
        }
    }

    /// Whether members share what a species acts by.
    func has(_ source: ClimateTerms.Source, chlorineSpecies: Int?) -> Bool {
        if source.byEmissions { return emissions[source.species] }
        return source.species == chlorineSpecies ? chlorine : gas[source.species]
    }
}
