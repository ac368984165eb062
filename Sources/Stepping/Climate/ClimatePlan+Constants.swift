import WorldModel

/// Up to four bundles of eight members that are stepped together, with their constants, made once.
final class ClimateMembers: @unchecked Sendable {
    /// The members of each bundle's lanes; its last is repeated where there are fewer than eight.
    let members: [[Int]]
    /// How many lanes of each bundle are not padding.
    let live: [Int]
    let constants: Column

    /// The constants of bundles of members; those that all members share are taken over from another group.
    init(_ plan: ClimatePlan, _ model: ClimateCase, bundles: [[Int]], like other: ClimateMembers?) {
        live = bundles.map(\.count)
        members = bundles.map { $0 + Array(repeating: $0[$0.count - 1], count: Lanes.scalarCount - $0.count) }
        let count = plan.constantCount
        constants = Column(count: count * bundles.count)
        for (bundle, members) in self.members.enumerated() {
            let k = constants.base + bundle * count
            let first =
                other.map { UnsafePointer($0.constants.base) } ?? (bundle > 0 ? UnsafePointer(constants.base) : nil)
            if let first { k.update(from: first, count: count) }
            plan.fill(k, of: model, members: members, ownOnly: first != nil)
        }
    }
}

extension ClimatePlan {
    /// Writes the constants of eight members, or only those that are not the same for all.
    func fill(_ k: UnsafeMutablePointer<Lanes>, of model: ClimateCase, members: [Int], ownOnly: Bool) {
        func gather(_ numbers: MemberNumbers) -> Lanes {
            if numbers.isShared { return lanes(numbers[0]) }
            return numbers.values.withUnsafeBufferPointer { values in
                var result = Lanes.zero
                for lane in 0..<Lanes.scalarCount { result[lane] = values[members[lane]] }
                return result
            }
        }
        func of(_ parameter: ClimateCase.SpeciesParameter, _ s: Int) -> Lanes {
            gather(model.numbers(parameter, of: s))
        }
        func known(_ x: Lanes) -> Lanes { select(x .== x, x, .zero) }
        func scale(_ s: Int) -> Lanes { of(.forcingScale, s) * (lanes(1) + of(.troposphericAdjustment, s)) }

        for s in roles.gases where !ownOnly || !sharesGas[s] { fillGas(k + gasConstants[s], s, model, gather) }
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
                // A coefficient that is no number leaves its species out, as in FaIR's sums.
                k[term.coefficient] = known(of(parameter, source.species)) * scale
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
        let efficacies = model.speciesNumbers[.forcingEfficacy] ?? []
        for (index, s) in roles.forced.enumerated() where !ownOnly || !efficacies[s].isShared {
            k[self.efficacies + index] = gather(efficacies[s])
        }
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
        k[GasConstant.inverseG1] = lanes(1) / of(.g1)
        k[GasConstant.baseEmissions] = of(.baselineEmissions)
        k[GasConstant.baseConcentration] = of(.baselineConcentration)
        k[GasConstant.kappa] = of(.concentrationPerEmission)
        let count = roles.poolCounts[s]
        let pools = k + GasConstant.pools
        // Without feedbacks the state does not matter, and alpha is what it would be at any.
        let (alpha, _) = lifetimeFactor(
            airborne: .zero, cumulative: .zero, temperature: .zero, r0: k[GasConstant.r0], rU: .zero, rT: .zero,
            rA: .zero, g0: k[GasConstant.g0], inverseG1: k[GasConstant.inverseG1], most: lanes(settings.iirfMax))
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
        for (index, s) in roles.main.enumerated() where s >= 0 {
            m[index] = of(reference, s)
            m[3 + index] = scale(s)
            m[6 + index] = .zero
        }
        let x0 = MainGases(C: m[0], M: m[1], N: m[2])
        m[MainConstant.roots] = x0.rootC
        m[MainConstant.roots + 1] = x0.rootM
        m[MainConstant.roots + 2] = x0.rootN
        let isOffset = settings.forcingMethod == .meinshausen2020
        if isOffset {
            func base(_ index: Int) -> Lanes {
                roles.main[index] >= 0 ? of(.baselineConcentration, roles.main[index]) : .zero
            }
            let x = MainGases(C: base(0), M: base(1), N: base(2))
            let logRatio = logarithm(x.C / m[0])
            m[6] = MeinshausenForcing.carbonDioxide(x, x0, logRatio: logRatio) * m[3]
            m[7] = MeinshausenForcing.methane(x, x0) * m[4]
            m[8] = MeinshausenForcing.nitrousOxide(x, x0) * m[5]
        }
        let references = model.speciesNumbers[reference] ?? []
        let baselines = model.speciesNumbers[.baselineConcentration] ?? []
        let efficiencies = model.speciesNumbers[.radiativeEfficiency] ?? []
        let scales = model.speciesNumbers[.forcingScale] ?? []
        let adjustments = model.speciesNumbers[.troposphericAdjustment] ?? []
        for (index, s) in roles.minor.enumerated() {
            let weight =
                gather(efficiencies[s]) * 0.001 * (gather(scales[s]) * (lanes(1) + gather(adjustments[s])))
            let C0 = gather(references[s])
            k[minorConstants + index] = C0
            k[minorConstants + minorCount + index] = weight
            k[minorConstants + 2 * minorCount + index] = isOffset ? gather(baselines[s]) - C0 : .zero
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
