import WorldModel

/// The gases of a case, those that members share apart, and where their constants stand.
struct ClimateGasLists {
    private(set) var own: [GasPlan] = []
    private(set) var shared: [GasPlan] = []
    /// By species; -1 where it is no gas.
    private(set) var constants: [Int]
    private(set) var constantCount = 0

    init(_ model: ClimateCase, _ roles: ClimateRoles, _ columns: ClimateColumns, _ sharing: ClimateSharing) {
        constants = model.species.map { _ in -1 }
        for s in roles.gases {
            constants[s] = constantCount
            constantCount += GasConstant.pools + 4 * roles.poolCounts[s]
            let gas = GasPlan(
                pools: columns.pools[s], poolCount: roles.poolCounts[s],
                longPools: ClimateGasLists.longPools(model.poolLifetimes[s], timestep: model.run.timestep),
                emissions: columns.emissions[s], cumulative: columns.cumulative[s], airborne: columns.airborne[s],
                alpha: columns.alpha[s], concentration: columns.concentration[s], constants: constants[s],
                isInverse: roles.inverse[s], rule: ClimateRoles.rule(s, model))
            if sharing.gas[s] { shared.append(gas) } else { own.append(gas) }
        }
    }

    /// A bit for each pool that has a long life in any member.
    static func longPools(_ lifetimes: [MemberNumbers], timestep: Double) -> UInt32 {
        var bits: UInt32 = 0
        for (pool, numbers) in lifetimes.enumerated()
        where numbers.values.contains(where: { timestep / $0 < PoolRate.long }) {
            bits |= 1 << UInt32(pool)
        }
        return bits
    }
}

/// The sums over species of a case, with their constants.
struct ClimateSumLists {
    let aerosolRadiation, cloud, ozone, contrails, particlesOnSnow: FixedList<LinearTerm>
    let stratosphericWater, landUse: FixedList<LinearTerm>
    let ownChlorine, sharedChlorine: FixedList<LinearTerm>
    let ownMethane, sharedMethane: FixedList<MethaneTerm>
    /// Methane's own factor, and the constant of its temperature sensitivity.
    let methaneSelf: MethaneTerm?
    let methaneTemperature: Int
    /// Constants: logarithm of the baseline's amount, scale.
    let cloudConstants: Int

    init(
        _ model: ClimateCase, _ roles: ClimateRoles, _ columns: ClimateColumns, _ terms: ClimateTerms,
        _ sharing: ClimateSharing, constants: inout Int, differences: inout [SharedDifference]
    ) {
        var next = constants
        func take(_ count: Int) -> Int {
            next += count
            return next - count
        }
        func amount(_ source: ClimateTerms.Source) -> Int {
            source.byEmissions ? columns.emissions[source.species] : columns.concentration[source.species]
        }
        var known = differences
        /// Terms, of which those that members share read a difference made once.
        func linear(
            _ sources: [ClimateTerms.Source], based: Bool, differing: Bool = true,
            of slots: (ClimateTerms.Source) -> Int
        ) -> FixedList<LinearTerm> {
            FixedList(
                sources.map { source in
                    var term = LinearTerm(
                        amount: slots(source), baseline: based ? take(1) : -1, coefficient: take(1))
                    let isBaselineShared =
                        !based
                        || model.numbers(
                            source.byEmissions ? .baselineEmissions : .baselineConcentration, of: source.species
                        ).isShared
                    let isCumulative = term.amount == columns.cumulative[source.species]
                    let isShared =
                        isCumulative
                        ? sharing.cumulative[source.species] : sharing.has(source, chlorineSpecies: roles.chlorine)
                    if differing, isBaselineShared, isShared {
                        term.difference = known.count
                        known.append(SharedDifference(amount: term.amount, baseline: term.baseline))
                    }
                    return term
                })
        }
        aerosolRadiation = linear(terms.aerosolRadiation, based: true, of: amount)
        cloud = linear(terms.cloud, based: false, of: amount)
        ozone = linear(terms.ozone, based: true, of: amount)
        contrails = linear(terms.contrails, based: false, of: amount)
        particlesOnSnow = linear(terms.particlesOnSnow, based: true, of: amount)
        stratosphericWater = linear(terms.stratosphericWater, based: true, of: amount)
        landUse = linear(terms.landUse, based: false) { columns.cumulative[$0.species] }
        let mixed = linear(terms.chlorine, based: false, differing: false, of: amount)
        let none = linear([], based: false, of: amount)
        ownChlorine = sharing.chlorine ? none : mixed
        sharedChlorine = sharing.chlorine ? mixed : none

        let methane = model.first(.methane)
        var rest: [MethaneTerm] = []
        var own: MethaneTerm?
        var isShared = true
        for source in terms.methane {
            let term = MethaneTerm(amount: amount(source), baseline: take(1), sensitivity: take(1))
            if source.species == methane, !source.byEmissions {
                own = term
                continue
            }
            rest.append(term)
            isShared =
                isShared && sharing.has(source, chlorineSpecies: roles.chlorine)
                && model.shares(
                    [.methaneLifetimeSensitivity, source.byEmissions ? .baselineEmissions : .baselineConcentration],
                    of: source.species)
        }
        methaneSelf = own
        ownMethane = FixedList(isShared ? [] : rest)
        sharedMethane = FixedList(isShared ? rest : [])
        methaneTemperature = take(1)
        cloudConstants = take(2)
        constants = next
        differences = known
    }
}

/// What enters a step from outside or from what members share, and what is gathered.
struct ClimateFlowLists {
    /// CO2 as the sum of its parts.
    let ownSum, sharedSum: SumPlan?
    /// Emissions and the column that gathers them, where no gas of given concentration does it.
    let ownCumulative, sharedCumulative: FixedList<SumPlan>
    /// What members share: made at the start of a step, and there at its end.
    let sharedBefore, sharedAfter: [Int]
    /// Of that, what the steps of a bundle need.
    let broadcastBefore, broadcastAfter: FixedList<Broadcast>
    /// Whether the forcing of each gas is wanted.
    let recordsForcing: Bool
    /// Series that differ between members, and those that members share.
    let ownSeries, sharedSeries: [SeriesPlan]

    init(
        _ model: ClimateCase, _ roles: ClimateRoles, _ columns: ClimateColumns, _ sharing: ClimateSharing,
        _ gases: ClimateGasLists, _ sums: ClimateSumLists, recorded: [Int], minorAreShared: Bool,
        gasesHaveEfficacy: Bool
    ) {
        let species = model.species
        var sum: SumPlan?
        if let carbon = roles.carbon, let fossil = roles.fossil, let land = roles.land {
            sum = SumPlan(
                sum: columns.emissions[carbon], first: columns.emissions[fossil], second: columns.emissions[land])
        }
        let sharesCarbon = roles.carbon.map { sharing.emissions[$0] || roles.inverse[$0] } ?? false
        ownSum = sharesCarbon ? nil : sum
        sharedSum = sharesCarbon && roles.carbon.map { !roles.inverse[$0] } ?? false ? sum : nil
        let gathered = species.indices.filter { roles.emitted[$0] && !roles.inverse[$0] }
        func gathering(_ s: Int) -> SumPlan {
            SumPlan(sum: columns.cumulative[s], first: columns.emissions[s], second: -1)
        }
        let ownGathered = gathered.filter { !sharing.cumulative[$0] }.map(gathering)
        ownCumulative = FixedList(ownGathered)
        sharedCumulative = FixedList(gathered.filter { sharing.cumulative[$0] }.map(gathering))

        var series: [(plan: SeriesPlan, isShared: Bool)] = []
        for s in species.indices {
            switch species[s].mode {
            case .emissions:
                let plan = SeriesPlan(slot: columns.emissions[s], species: s, kind: .emissions)
                series.append((plan, sharing.emissions[s]))
            case .concentration where columns.concentration[s] >= 0:
                let plan = SeriesPlan(slot: columns.concentration[s], species: s, kind: .concentration)
                series.append((plan, model.concentrations.allSatisfy { $0[s].isShared }))
            case .forcing where columns.forcing[s] >= 0:
                let plan = SeriesPlan(slot: columns.forcing[s], species: s, kind: .forcing)
                series.append((plan, model.forcings.allSatisfy { $0[s].isShared }))
            default: break
            }
        }
        ownSeries = series.filter { !$0.isShared }.map(\.plan)
        let sharedSeries = series.filter(\.isShared).map(\.plan)
        self.sharedSeries = sharedSeries

        let isFactorShared = !sums.sharedMethane.elements.isEmpty
        let before =
            species.indices.filter { roles.emitted[$0] && sharing.emissions[$0] }.map { columns.emissions[$0] }
            + gases.shared.map(\.alpha) + (isFactorShared ? [columns.methaneFactor] : [])
        var after: [Int] = []
        for gas in gases.shared {
            after += (0..<gas.poolCount).map { gas.pools + $0 }
            after += [gas.airborne, gas.concentration]
        }
        after += species.indices.filter { sharing.cumulative[$0] }.map { columns.cumulative[$0] }
        if sharing.chlorine, let s = roles.chlorine { after.append(columns.concentration[s]) }
        let known = Set(after)
        after += sharedSeries.filter { $0.kind != .emissions && !known.contains($0.slot) }.map(\.slot)
        sharedBefore = before
        sharedAfter = after

        var needed = Set(recorded)
        needed.formUnion(sums.ownMethane.elements.map(\.amount))
        if isFactorShared { needed.insert(columns.methaneFactor) }
        if let ownSum { needed.formUnion([ownSum.first, ownSum.second]) }
        recordsForcing = !needed.isDisjoint(with: roles.forced.map { columns.forcing[$0] })
        for s in minorAreShared && !gasesHaveEfficacy ? roles.main.filter({ $0 >= 0 }) : roles.gases {
            needed.insert(columns.concentration[s])
        }
        needed.formUnion(sums.ownChlorine.elements.map(\.amount))
        if let own = sums.methaneSelf { needed.insert(own.amount) }
        for gas in gases.own { needed.formUnion([gas.emissions, gas.cumulative]) }
        needed.formUnion(ownGathered.map(\.first))
        for list in [
            sums.aerosolRadiation, sums.cloud, sums.ozone, sums.contrails, sums.particlesOnSnow,
            sums.stratosphericWater, sums.landUse,
        ] {
            needed.formUnion(list.elements.filter { $0.difference < 0 }.map(\.amount))
        }
        if let s = roles.chlorine { needed.insert(columns.concentration[s]) }
        needed.formUnion(sharedSeries.filter { $0.kind == .forcing }.map(\.slot))
        broadcastBefore = FixedList(
            before.enumerated().filter { needed.contains($1) }.map { Broadcast(slot: $1, place: $0) })
        broadcastAfter = FixedList(
            after.enumerated().filter { needed.contains($1) }.map { Broadcast(slot: $1, place: $0) })
    }
}

/// A series that is given, and the column that it goes to.
struct SeriesPlan {
    /// What it is a series of.
    enum Kind {
        case emissions
        case concentration
        case forcing
    }

    let slot: Int
    let species: Int
    let kind: Kind

    func series(of model: ClimateCase, scenario: Int) -> ClimateSeries {
        switch kind {
        case .emissions: model.emissions[scenario][species]
        case .concentration: model.concentrations[scenario][species]
        case .forcing: model.forcings[scenario][species]
        }
    }
}
