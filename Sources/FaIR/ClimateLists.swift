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

/// A sum over species, Σ c (X - X0): first what members may have in common, in order, then what CO2 and CH4 do by a state
/// that is always their own.
///
/// The order is that of the kinds, whatever members share, so that no member's bits tell it.
struct TermSum {
    /// All terms, and those after the first `earlyCount`, which are the early ones.
    let both, late: FixedList<LinearTerm>
    let earlyCount: Int
    /// What the terms are of, early ones first.
    let sources: [ClimateTerms.Source]
    /// Whether members share all early terms, whose coefficients and differences then stand one after the other from here.
    let isShared: Bool
    let coefficients, differences: Int

    /// All terms.
    var terms: [LinearTerm] { Array(both.elements) }

    init(
        _ terms: [LinearTerm], early count: Int, sources: [ClimateTerms.Source], isShared: Bool, coefficients: Int,
        differences: Int
    ) {
        both = FixedList(terms)
        late = FixedList(Array(terms[count...]))
        earlyCount = count
        self.sources = sources
        self.isShared = isShared
        self.coefficients = coefficients
        self.differences = differences
    }
}

/// A forcing that is a sum over species and never lacks a number.
struct LinearForcing {
    let kind: ClimateSpecies.Kind
    /// Where the forcing stands; it is made there only where something reads it.
    let slot: Int
    let parameter: ClimateCase.SpeciesParameter
    let sum: TermSum
}

/// The sums over species of a case, with their constants.
struct ClimateSumLists {
    /// Aerosol-radiation, contrails, particles on snow, stratospheric water and land use, those that are computed.
    let linear: [LinearForcing]
    /// All of `linear` in one sum, with the coefficients that each of its terms gathers.
    let whole: TermSum
    let wholeParts: [[Int]]
    let cloud, ozone: TermSum
    let ownChlorine, sharedChlorine: FixedList<LinearTerm>
    let ownMethane, sharedMethane: FixedList<MethaneTerm>
    /// Methane's own factor, and the constant of its temperature sensitivity.
    let methaneSelf: MethaneTerm?
    let methaneTemperature: Int
    /// Constants: logarithm of the baseline's amount, scale.
    let cloudConstants: Int

    /// All sums.
    var all: [TermSum] { linear.map(\.sum) + [whole, cloud, ozone] }

    init(
        _ model: ClimateCase, _ roles: ClimateRoles, _ columns: ClimateColumns, _ terms: ClimateTerms,
        _ sharing: ClimateSharing, constants: inout Int, differences: inout [SharedDifference]
    ) {
        var maker = SumMaker(model, roles, columns, sharing, constants: constants, differences: differences)
        var linear: [LinearForcing] = []
        func add(
            _ kind: ClimateSpecies.Kind, _ parameter: ClimateCase.SpeciesParameter, _ sources: [ClimateTerms.Source],
            _ amount: SumMaker.Amount
        ) {
            guard let s = model.first(kind), model.species[s].mode == .calculated else { return }
            linear.append(
                LinearForcing(
                    kind: kind, slot: columns.forcing[s], parameter: parameter, sum: maker.sum(sources, amount)))
        }
        add(.aerosolRadiation, .aerosolRadiationEfficiency, terms.aerosolRadiation, .aboveBaseline)
        add(.contrails, .contrailsEfficiency, terms.contrails, .whole)
        add(.particlesOnSnow, .particlesOnSnowEfficiency, terms.particlesOnSnow, .aboveBaseline)
        add(.stratosphericWater, .stratosphericWaterFactor, terms.stratosphericWater, .aboveBaseline)
        add(.landUse, .landUseForcing, terms.landUse, .cumulative)
        self.linear = linear
        (whole, wholeParts) = maker.gathering(linear.map(\.sum))
        cloud = maker.sum(terms.cloud, .whole)
        ozone = maker.sum(terms.ozone, .aboveBaseline, isStrict: true)
        // It is the whole amount of halogens that counts, and never among the shared differences.
        let halogens = FixedList(
            terms.chlorine.map {
                LinearTerm(amount: columns.concentration[$0.species], baseline: -1, coefficient: maker.take(1))
            })
        let none = FixedList<LinearTerm>([])
        ownChlorine = sharing.chlorine ? none : halogens
        sharedChlorine = sharing.chlorine ? halogens : none

        let methane = model.first(.methane)
        var rest: [MethaneTerm] = []
        var own: MethaneTerm?
        var isShared = true
        for source in terms.methane {
            let amount =
                source.byEmissions ? columns.emissions[source.species] : columns.concentration[source.species]
            let term = MethaneTerm(amount: amount, baseline: maker.take(1), sensitivity: maker.take(1))
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
        methaneTemperature = maker.take(1)
        cloudConstants = maker.take(2)
        constants = maker.constants
        differences = maker.differences
    }
}

/// Lays out sums over species: their constants, and the differences that members share.
private struct SumMaker {
    /// What of a species counts.
    enum Amount {
        case aboveBaseline
        case whole
        case cumulative
    }

    let model: ClimateCase
    let roles: ClimateRoles
    let columns: ClimateColumns
    let sharing: ClimateSharing
    private(set) var constants: Int
    private(set) var differences: [SharedDifference]

    init(
        _ model: ClimateCase, _ roles: ClimateRoles, _ columns: ClimateColumns, _ sharing: ClimateSharing,
        constants: Int, differences: [SharedDifference]
    ) {
        self.model = model
        self.roles = roles
        self.columns = columns
        self.sharing = sharing
        self.constants = constants
        self.differences = differences
    }

    mutating func take(_ count: Int) -> Int {
        constants += count
        return constants - count
    }

    /// Whether a species acts by a state that members never share.
    private func isLate(_ source: ClimateTerms.Source, _ amount: Amount) -> Bool {
        let species = model.species[source.species]
        let followsState = species.kind == .carbonDioxide || species.kind == .methane
        let isRate = source.byEmissions || amount == .cumulative
        return followsState && (!isRate || species.mode == .concentration)
    }

    mutating func sum(_ sources: [ClimateTerms.Source], _ amount: Amount, isStrict: Bool = false) -> TermSum {
        let early = sources.filter { !isLate($0, amount) }
        let ordered = early + sources.filter { isLate($0, amount) }
        let coefficients = take(ordered.count)
        let firstDifference = differences.count
        var areShared = true
        let terms = ordered.enumerated().map { place, source in
            var term = LinearTerm(
                amount: amount == .cumulative
                    ? columns.cumulative[source.species]
                    : source.byEmissions ? columns.emissions[source.species] : columns.concentration[source.species],
                baseline: amount == .aboveBaseline ? take(1) : -1, coefficient: coefficients + place)
            if isShared(source, amount), place < early.count {
                term.difference = differences.count
                differences.append(
                    SharedDifference(amount: term.amount, baseline: term.baseline, isStrict: isStrict))
            } else if place < early.count {
                areShared = false
            }
            return term
        }
        return TermSum(
            terms, early: early.count, sources: ordered, isShared: areShared, coefficients: coefficients,
            differences: firstDifference)
    }

    private func isShared(_ source: ClimateTerms.Source, _ amount: Amount) -> Bool {
        if amount == .cumulative { return sharing.cumulative[source.species] }
        if !sharing.has(source, chlorineSpecies: roles.chlorine) { return false }
        return amount == .whole
            || model.shares([source.byEmissions ? .baselineEmissions : .baselineConcentration], of: source.species)
    }

    /// One sum for several, in which amounts of which each takes a share stand once; with the coefficients of each term.
    mutating func gathering(_ sums: [TermSum]) -> (sum: TermSum, parts: [[Int]]) {
        func gather(_ list: (TermSum) -> ArraySlice<LinearTerm>) -> [(term: LinearTerm, parts: [Int])] {
            var found: [(term: LinearTerm, parts: [Int])] = []
            for sum in sums {
                for term in list(sum) {
                    let same = found.firstIndex {
                        $0.term.amount == term.amount && ($0.term.baseline < 0) == (term.baseline < 0)
                    }
                    if let same {
                        found[same].parts.append(term.coefficient)
                    } else {
                        found.append((term, [term.coefficient]))
                    }
                }
            }
            return found
        }
        let early = gather { $0.terms[..<$0.earlyCount] }
        let late = gather { $0.terms[$0.earlyCount...] }
        let coefficients = take(early.count + late.count)
        let firstDifference = differences.count
        let areShared = early.allSatisfy { $0.term.difference >= 0 }
        let terms = (early + late).enumerated().map { place, found in
            var term = LinearTerm(
                amount: found.term.amount, baseline: found.term.baseline, coefficient: coefficients + place)
            if found.term.difference >= 0 {
                term.difference = differences.count
                differences.append(SharedDifference(amount: term.amount, baseline: term.baseline))
            }
            return term
        }
        let sum = TermSum(
            terms, early: early.count, sources: [], isShared: areShared, coefficients: coefficients,
            differences: firstDifference)
        return (sum, (early + late).map(\.parts))
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
        _ gases: ClimateGasLists, _ sums: ClimateSumLists, recorded: [Int], minorAreShared: Bool
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
        for s in minorAreShared ? roles.main.filter({ $0 >= 0 }) : roles.gases {
            needed.insert(columns.concentration[s])
        }
        needed.formUnion(sums.ownChlorine.elements.map(\.amount))
        if let own = sums.methaneSelf { needed.insert(own.amount) }
        for gas in gases.own {
            needed.insert(gas.emissions)
            if gas.rule == .state || gas.isInverse { needed.insert(gas.cumulative) }
        }
        needed.formUnion(ownGathered.map(\.first))
        for sum in sums.all { needed.formUnion(sum.terms.filter { $0.difference < 0 }.map(\.amount)) }
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
