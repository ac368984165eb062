import WorldModel

/// The constants of eight members, made once.
final class ClimateBundle: @unchecked Sendable {
    /// The members of the lanes; the last is repeated where there are fewer than eight.
    let members: [Int]
    /// How many lanes are not padding.
    let live: Int
    let constants: Column

    init(_ plan: ClimatePlan, _ model: ClimateCase, members: [Int]) {
        precondition(!members.isEmpty && members.count <= Lanes.scalarCount, "a bundle has one to eight members")
        live = members.count
        self.members = members + Array(repeating: members[members.count - 1], count: Lanes.scalarCount - members.count)
        constants = Column(count: plan.constantCount)
        plan.fill(constants.base, of: model, members: self.members)
    }
}

extension ClimatePlan {
    /// Writes the constants of eight members.
    func fill(_ k: UnsafeMutablePointer<Lanes>, of model: ClimateCase, members: [Int]) {
        func gather(_ numbers: MemberNumbers) -> Lanes {
            if numbers.isShared { return lanes(numbers[0]) }
            var result = Lanes.zero
            for lane in 0..<Lanes.scalarCount { result[lane] = numbers[members[lane]] }
            return result
        }
        func of(_ parameter: ClimateCase.SpeciesParameter, _ s: Int) -> Lanes {
            gather(model.numbers(parameter, of: s))
        }
        func known(_ x: Lanes) -> Lanes { select(x .== x, x, .zero) }
        func scale(_ s: Int) -> Lanes { of(.forcingScale, s) * (lanes(1) + of(.troposphericAdjustment, s)) }

        for s in model.species.indices where gasConstants[s] >= 0 { fillGas(k + gasConstants[s], s, model, gather) }
        fillMethane(k, model, gather)
        let chlorineTerms = Array(sums.ownChlorine.elements) + Array(sums.sharedChlorine.elements)
        for (term, source) in zip(chlorineTerms, terms.chlorine) {
            let s = source.species
            let atoms = fma(lanes(settings.bromineToChlorine), of(.bromineAtoms, s), of(.chlorineAtoms, s))
            k[term.coefficient] = atoms * of(.fractionalRelease, s)
        }
        func linear(
            _ list: FixedList<LinearTerm>, _ parameter: ClimateCase.SpeciesParameter,
            _ sources: [ClimateTerms.Source], scale: Lanes
        ) {
            for (term, source) in zip(list.elements, sources) {
                if term.baseline >= 0 {
                    k[term.baseline] = of(
                        source.byEmissions ? .baselineEmissions : .baselineConcentration, source.species)
                }
                k[term.coefficient] = of(parameter, source.species) * scale
            }
        }
        func scale(of kind: ClimateSpecies.Kind) -> Lanes { model.first(kind).map(scale) ?? lanes(1) }
        linear(
            sums.aerosolRadiation, .aerosolRadiationEfficiency, terms.aerosolRadiation,
            scale: scale(of: .aerosolRadiation))
        linear(sums.cloud, .cloudShape, terms.cloud, scale: lanes(1))
        linear(sums.ozone, .ozoneEfficiency, terms.ozone, scale: scale(of: .ozone))
        linear(sums.contrails, .contrailsEfficiency, terms.contrails, scale: scale(of: .contrails))
        linear(
            sums.particlesOnSnow, .particlesOnSnowEfficiency, terms.particlesOnSnow, scale: scale(of: .particlesOnSnow))
        linear(
            sums.stratosphericWater, .stratosphericWaterFactor, terms.stratosphericWater,
            scale: scale(of: .stratosphericWater))
        linear(sums.landUse, .landUseForcing, terms.landUse, scale: scale(of: .landUse))

        var base = Lanes.zero
        for source in terms.cloud {
            let amount = of(source.byEmissions ? .baselineEmissions : .baselineConcentration, source.species)
            base += known(amount * of(.cloudShape, source.species))
        }
        k[sums.cloudConstants] = logarithm(lanes(1) + base)
        k[sums.cloudConstants + 1] = gather(model.numbers(.cloudScale)) * scale(of: .aerosolCloud)

        fillGreenhouse(k, model, gather, scale)
        for (index, s) in roles.forced.enumerated() { k[efficacies + index] = of(.forcingEfficacy, s) }
        let fed = roles.forced.filter { !model.isZero(.forcingTemperatureFeedback, of: $0) }
        for (feedback, s) in zip(feedbacks.elements, fed) { k[feedback.place] = of(.forcingTemperatureFeedback, s) }
        fillEnergyBalance(k + energyConstants, model, gather)
    }

    private func fillGas(
        _ k: UnsafeMutablePointer<Lanes>, _ s: Int, _ model: ClimateCase, _ gather: (MemberNumbers) -> Lanes
    ) {
        func of(_ parameter: ClimateCase.SpeciesParameter) -> Lanes { gather(model.numbers(parameter, of: s)) }
        k[GasConstant.r0] = of(.iirf0)
        k[GasConstant.rU] = of(.iirfUptake)
        k[GasConstant.rT] = of(.iirfTemperature)
        k[GasConstant.rA] = of(.iirfAirborne)
        k[GasConstant.g0] = of(.g0)
        k[GasConstant.g1] = of(.g1)
        k[GasConstant.baseEmissions] = of(.baselineEmissions)
        k[GasConstant.baseConcentration] = of(.baselineConcentration)
        k[GasConstant.kappa] = of(.concentrationPerEmission)
        let count = roles.poolCounts[s]
        let pools = k + GasConstant.pools
        // Without feedbacks the state does not matter, and alpha is what it would be at any.
        let (alpha, _) = lifetimeFactor(
            airborne: .zero, cumulative: .zero, temperature: .zero, r0: k[GasConstant.r0], rU: .zero, rT: .zero,
            rA: .zero, g0: k[GasConstant.g0], g1: k[GasConstant.g1], most: lanes(settings.iirfMax))
        let long = ClimateGasLists.longPools(model.poolLifetimes[s], timestep: settings.timestep)
        for pool in 0..<count {
            let tau = gather(model.poolLifetimes[s][pool])
            pools[pool] = settings.timestep / tau
            pools[count + pool] = gather(model.poolShares[s][pool]) * tau
            let (d, gain) = poolFactors(
                alpha: alpha, inverse: lanes(1) / alpha, rate: pools[pool], weight: pools[count + pool],
                isLong: long >> UInt32(pool) & 1 != 0)
            pools[2 * count + pool] = d
            pools[3 * count + pool] = gain
        }
    }

    private func fillMethane(
        _ k: UnsafeMutablePointer<Lanes>, _ model: ClimateCase, _ gather: (MemberNumbers) -> Lanes
    ) {
        k[sums.methaneTemperature] = gather(model.numbers(.methaneTemperatureSensitivity))
        let methane = model.first(.methane)
        var others = Array(sums.ownMethane.elements) + Array(sums.sharedMethane.elements)
        for source in terms.methane {
            let term: MethaneTerm
            if source.species == methane, !source.byEmissions, let own = sums.methaneSelf {
                term = own
            } else {
                term = others.removeFirst()
            }
            k[term.baseline] = gather(
                model.numbers(source.byEmissions ? .baselineEmissions : .baselineConcentration, of: source.species))
            k[term.sensitivity] = gather(model.numbers(.methaneLifetimeSensitivity, of: source.species))
        }
    }

    private func fillGreenhouse(
        _ k: UnsafeMutablePointer<Lanes>, _ model: ClimateCase, _ gather: (MemberNumbers) -> Lanes,
        _ scale: (Int) -> Lanes
    ) {
        let reference: ClimateCase.SpeciesParameter =
            settings.forcingMethod == .meinshausen2020 ? .forcingReferenceConcentration : .baselineConcentration
        func of(_ parameter: ClimateCase.SpeciesParameter, _ s: Int) -> Lanes {
            gather(model.numbers(parameter, of: s))
        }
        let m = k + mainConstants
        var base = MainGases()
        for (index, s) in roles.main.enumerated() where s >= 0 {
            m[index] = of(reference, s)
            m[3 + index] = scale(s)
            m[6 + index] = .zero
        }
        if roles.main[0] >= 0 { base.C = of(.baselineConcentration, roles.main[0]) }
        if roles.main[1] >= 0 { base.M = of(.baselineConcentration, roles.main[1]) }
        if roles.main[2] >= 0 { base.N = of(.baselineConcentration, roles.main[2]) }
        let isOffset = settings.forcingMethod == .meinshausen2020
        if isOffset {
            let offset = meinshausenForcing(base, reference: MainGases(C: m[0], M: m[1], N: m[2]))
            m[6] = offset.0 * m[3]
            m[7] = offset.1 * m[4]
            m[8] = offset.2 * m[5]
        }
        for (index, s) in roles.minor.enumerated() {
            let efficiency = of(.radiativeEfficiency, s) * 0.001 * scale(s)
            let C0 = of(reference, s)
            k[minorConstants + index] = C0
            k[minorConstants + minorCount + index] = efficiency
            k[minorConstants + 2 * minorCount + index] =
                isOffset ? (of(.baselineConcentration, s) - C0) * efficiency : .zero
        }
    }

    private func fillEnergyBalance(
        _ k: UnsafeMutablePointer<Lanes>, _ model: ClimateCase, _ gather: (MemberNumbers) -> Lanes
    ) {
        let capacity = model.heatCapacity.map(gather)
        let transfer = model.heatTransfer.map(gather)
        let efficacy = gather(model.numbers(.deepOceanEfficacy))
        let gamma = gather(model.numbers(.gammaAutocorrelation))
        let A = energyBalanceMatrix(
            capacity: capacity, transfer: transfer, efficacy: efficacy, gamma: gamma, timestep: settings.timestep)
        let propagator = EnergyBalancePropagator(matrix: A, gamma: gamma)
        let n = settings.layers + 1
        for index in 0..<(n * n) { k[index] = propagator.matrix.elements[index] }
        for row in 0..<n { k[n * n + row] = propagator.response[row] }
        if isStochastic {
            let L = noiseFactor(
                matrix: A, sigmaEta: gather(model.numbers(.sigmaEta)), sigmaXi: gather(model.numbers(.sigmaXi)),
                surfaceCapacity: capacity[0] / settings.timestep)
            let runs = gather(model.numbers(.stochasticRun))
            for index in 0..<(n * n) {
                k[n * n + n + index] = select(runs .!= .zero, L.elements[index], .zero)
            }
        }
        let rest = k + 2 * n * n + n
        rest[0] = transfer[0]
        rest[1] = transfer[settings.layers - 1]
        rest[2] = efficacy
    }
}
