import Lanes

/// How the constants of a step come from the numbers of members, those that all share apart.
final class ClimateRecipes: @unchecked Sendable {
    typealias Recipe = (UnsafeMutablePointer<Lanes>, LaneMembers) -> Void
    private var shared: [Recipe] = []
    private var own: [Recipe] = []

    /// Adds how constants come from some numbers; what they read of other constants must have been added before.
    func add(_ numbers: [MemberNumbers], _ recipe: @escaping Recipe) {
        if numbers.allSatisfy(\.isShared) { shared.append(recipe) } else { own.append(recipe) }
    }

    /// Writes the constants that all members share.
    func writeShared(_ k: UnsafeMutablePointer<Lanes>, _ members: LaneMembers) {
        for recipe in shared { recipe(k, members) }
    }

    /// Writes the constants of eight members, beside those that all share.
    func writeOwn(_ k: UnsafeMutablePointer<Lanes>, _ members: LaneMembers) {
        for recipe in own { recipe(k, members) }
    }
}

/// The members of eight lanes.
struct LaneMembers {
    private let members: SIMD8<Int>

    init(_ members: [Int]) {
        precondition(members.count == Lanes.scalarCount, "a lane has a member, and \(members.count) are no bundle")
        var lanes = SIMD8<Int>()
        for lane in 0..<Lanes.scalarCount { lanes[lane] = members[lane] }
        self.members = lanes
    }

    subscript(lane: Int) -> Int { members[lane] }

    /// The number of each lane's member.
    func of(_ numbers: MemberNumbers) -> Lanes {
        if numbers.isShared { return lanes(numbers[0]) }
        return numbers.values.withUnsafeBufferPointer { values in
            var result = Lanes.zero
            for lane in 0..<Lanes.scalarCount { result[lane] = values[members[lane]] }
            return result
        }
    }
}

/// Forcing scale and tropospheric adjustment of a species, which multiply its forcing together.
private struct ForcingScale {
    let scale, adjustment: MemberNumbers

    init(_ model: ClimateCase, _ s: Int?) {
        scale = s.map { model.numbers(.forcingScale, of: $0) } ?? MemberNumbers(1)
        adjustment = s.map { model.numbers(.troposphericAdjustment, of: $0) } ?? MemberNumbers(0)
    }

    /// That of a kind of which a case has one species; one without any.
    init(_ model: ClimateCase, _ kind: ClimateSpecies.Kind) { self.init(model, model.first(kind)) }

    var numbers: [MemberNumbers] { [scale, adjustment] }

    func of(_ m: LaneMembers) -> Lanes { m.of(scale) * (lanes(1) + m.of(adjustment)) }
}

extension ClimatePlan {
    /// Writes down how every constant comes about.
    func writeRecipes(of model: ClimateCase) {
        for s in roles.gases { addGas(s, model) }
        addMethane(model)
        for (term, source) in zip(chlorineTerms, terms.chlorine) {
            let numbers = [.bromineAtoms, .chlorineAtoms, .fractionalRelease].map {
                model.numbers($0, of: source.species)
            }
            let ratio = lanes(settings.bromineToChlorine)
            recipes.add(numbers) { k, m in
                k[term.coefficient] = fma(ratio, m.of(numbers[0]), m.of(numbers[1])) * m.of(numbers[2])
            }
        }
        addSums(model)
        addMain(model)
        addMinor(model)
        let fed = roles.forced.filter { !model.isZero(.forcingTemperatureFeedback, of: $0) }
        for feedback in feedbacks {
            for s in fed where columns.forcing[s] == feedback.slot {
                copy(model.numbers(.forcingTemperatureFeedback, of: s), to: feedback.place)
            }
        }
        for s in roles.forced {
            for each in weighted.elements where each.slot == columns.forcing[s] {
                let efficacy = model.numbers(.forcingEfficacy, of: s)
                recipes.add([efficacy]) { k, m in k[each.place] = m.of(efficacy) - lanes(1) }
            }
        }
        addEnergyBalance(model)
    }

    private var chlorineTerms: [LinearTerm] { Array(sums.ownChlorine.elements) + Array(sums.sharedChlorine.elements) }

    private func copy(_ numbers: MemberNumbers, to slot: Int) {
        recipes.add([numbers]) { k, m in k[slot] = m.of(numbers) }
    }

    private func addGas(_ s: Int, _ model: ClimateCase) {
        let first = gasConstants[s]
        func of(_ parameter: ClimateCase.SpeciesParameter) -> MemberNumbers { model.numbers(parameter, of: s) }
        let plain: [(Int, ClimateCase.SpeciesParameter)] = [
            (GasConstant.r0, .iirf0), (GasConstant.rU, .iirfUptake), (GasConstant.rT, .iirfTemperature),
            (GasConstant.rA, .iirfAirborne), (GasConstant.g0, .g0), (GasConstant.baseEmissions, .baselineEmissions),
            (GasConstant.baseConcentration, .baselineConcentration), (GasConstant.kappa, .concentrationPerEmission),
        ]
        for (slot, parameter) in plain { copy(of(parameter), to: first + slot) }
        let g1 = of(.g1)
        recipes.add([g1]) { k, m in k[first + GasConstant.inverseG1] = lanes(1) / m.of(g1) }
        let count = roles.poolCounts[s]
        let pools = first + GasConstant.pools
        let dt = settings.timestep
        for pool in 0..<count {
            let tau = model.poolLifetimes[s][pool]
            let share = model.poolShares[s][pool]
            recipes.add([tau]) { k, m in k[pools + pool] = dt / m.of(tau) }
            recipes.add([tau, share]) { k, m in k[pools + count + pool] = m.of(share) * m.of(tau) }
        }
        if ClimateRoles.rule(s, model) != .fixed { return }
        // Without feedbacks the state does not matter, and alpha is what it would be at any.
        let most = lanes(settings.iirfMax)
        let long = ClimateGasLists.longPools(model.poolLifetimes[s], timestep: dt)
        let exact = settings.exactDecay
        let cycle = [of(.iirf0), of(.g0), g1] + model.poolLifetimes[s][..<count] + model.poolShares[s][..<count]
        recipes.add(cycle) { k, _ in
            let c = k + first
            let (alpha, _) = lifetimeFactor(
                airborne: .zero, cumulative: .zero, temperature: .zero, r0: c[GasConstant.r0], rU: .zero, rT: .zero,
                rA: .zero, g0: c[GasConstant.g0], inverseG1: c[GasConstant.inverseG1], most: most)
            for pool in 0..<count {
                let (d, gain) = poolFactors(
                    alpha: alpha, inverse: lanes(1) / alpha, rate: k[pools + pool], weight: k[pools + count + pool],
                    isLong: long >> UInt32(pool) & 1 != 0, isExact: exact)
                k[pools + 2 * count + pool] = d
                k[pools + 3 * count + pool] = gain
            }
        }
    }

    private func addMethane(_ model: ClimateCase) {
        copy(model.numbers(.methaneTemperatureSensitivity), to: sums.methaneTemperature)
        let methane = model.first(.methane)
        var others = Array(sums.ownMethane.elements) + Array(sums.sharedMethane.elements)
        for source in terms.methane {
            let term: MethaneTerm
            if source.species == methane, !source.byEmissions, let own = sums.methaneSelf {
                term = own
            } else {
                term = others.removeFirst()
            }
            copy(baseline(of: source, model), to: term.baseline)
            copy(model.numbers(.methaneLifetimeSensitivity, of: source.species), to: term.sensitivity)
        }
    }

    private func baseline(of source: ClimateTerms.Source, _ model: ClimateCase) -> MemberNumbers {
        model.numbers(source.byEmissions ? .baselineEmissions : .baselineConcentration, of: source.species)
    }

    private func addSums(_ model: ClimateCase) {
        func add(_ sum: TermSum, _ parameter: ClimateCase.SpeciesParameter, _ scale: ForcingScale?) {
            for (term, source) in zip(sum.terms, sum.sources) {
                if term.baseline >= 0 { copy(baseline(of: source, model), to: term.baseline) }
                let coefficient = model.numbers(parameter, of: source.species)
                // A coefficient that is no number leaves its species out, as in FaIR's sums.
                recipes.add([coefficient] + (scale?.numbers ?? [])) { k, m in
                    k[term.coefficient] = known(m.of(coefficient)) * (scale?.of(m) ?? lanes(1))
                }
            }
        }
        for each in sums.linear { add(each.sum, each.parameter, ForcingScale(model, each.kind)) }
        for (term, parts) in zip(sums.whole.terms, sums.wholeParts) {
            recipes.add(numbers(behind: parts, model)) { k, _ in
                k[term.coefficient] = parts.dropFirst().reduce(k[parts[0]]) { $0 + k[$1] }
            }
        }
        add(sums.ozone, .ozoneEfficiency, ForcingScale(model, .ozone))
        add(sums.cloud, .cloudShape, nil)
        let amounts = terms.cloud.map { baseline(of: $0, model) }
        let shapes = terms.cloud.map { model.numbers(.cloudShape, of: $0.species) }
        let place = sums.cloudConstants
        recipes.add(amounts + shapes) { k, m in
            var base = Lanes.zero
            for (amount, shape) in zip(amounts, shapes) {
                base += known(m.of(amount) * m.of(shape))
            }
            k[place] = logarithm(lanes(1) + base)
        }
        let cloudScale = model.numbers(.cloudScale)
        let scale = ForcingScale(model, .aerosolCloud)
        recipes.add([cloudScale] + scale.numbers) { k, m in k[place + 1] = m.of(cloudScale) * scale.of(m) }
    }

    /// The numbers that coefficients of linear forcings come from.
    private func numbers(behind coefficients: [Int], _ model: ClimateCase) -> [MemberNumbers] {
        sums.linear.flatMap { each in
            zip(each.sum.terms, each.sum.sources).filter { coefficients.contains($0.0.coefficient) }.flatMap {
                [model.numbers(each.parameter, of: $0.1.species)] + ForcingScale(model, each.kind).numbers
            }
        }
    }

    private func addMain(_ model: ClimateCase) {
        let isOffset = settings.forcingMethod == .meinshausen2020
        let reference: ClimateCase.SpeciesParameter = isOffset ? .forcingReferenceConcentration : .baselineConcentration
        let place = mainConstants
        var all: [MemberNumbers] = []
        for (index, s) in roles.main.enumerated() where s >= 0 {
            let scale = ForcingScale(model, s)
            copy(model.numbers(reference, of: s), to: place + index)
            recipes.add(scale.numbers) { k, m in k[place + 3 + index] = scale.of(m) }
            all += [model.numbers(reference, of: s), model.numbers(.baselineConcentration, of: s)] + scale.numbers
        }
        let baselines = roles.main.map { $0 >= 0 ? model.numbers(.baselineConcentration, of: $0) : MemberNumbers(0) }
        recipes.add(all) { k, m in
            let c = k + place
            let x0 = MainGases(C: c[0], M: c[1], N: c[2])
            c[MainConstant.roots] = x0.rootC
            c[MainConstant.roots + 1] = x0.rootM
            c[MainConstant.roots + 2] = x0.rootN
            c[MainConstant.inverseReference] = lanes(1) / c[0]
            if !isOffset { return }
            let x = MainGases(C: m.of(baselines[0]), M: m.of(baselines[1]), N: m.of(baselines[2]))
            let logRatio = logarithm(x.C * c[MainConstant.inverseReference])
            c[6] = MeinshausenForcing.carbonDioxide(x, x0, logRatio: logRatio) * c[3]
            c[7] = MeinshausenForcing.methane(x, x0) * c[4]
            c[8] = MeinshausenForcing.nitrousOxide(x, x0) * c[5]
        }
    }

    private func addMinor(_ model: ClimateCase) {
        guard let first = roles.minor.first else { return }
        let isOffset = settings.forcingMethod == .meinshausen2020
        let reference: ClimateCase.SpeciesParameter = isOffset ? .forcingReferenceConcentration : .baselineConcentration
        let firstScale = model.numbers(.forcingScale, of: first)
        copy(firstScale, to: minorScale)
        for (index, s) in roles.minor.enumerated() {
            func place(_ block: Int) -> Int { minorConstants + block * minorCount + index }
            let C0 = model.numbers(reference, of: s)
            let baseline = model.numbers(.baselineConcentration, of: s)
            copy(C0, to: place(MinorConstant.reference))
            let offset = place(MinorConstant.offset)
            recipes.add([C0, baseline]) { k, m in k[offset] = isOffset ? m.of(baseline) - m.of(C0) : .zero }
            let efficiency = model.numbers(.radiativeEfficiency, of: s)
            let adjustment = model.numbers(.troposphericAdjustment, of: s)
            let base = place(MinorConstant.base)
            recipes.add([efficiency, adjustment]) { k, m in
                k[base] = m.of(efficiency) * 0.001 * (lanes(1) + m.of(adjustment))
            }
            let scale = model.numbers(.forcingScale, of: s)
            if needsEveryForcing {
                let weight = place(MinorConstant.weight)
                recipes.add([efficiency, adjustment, scale]) { k, m in k[weight] = k[base] * m.of(scale) }
            }
            if unlikeMinors.elements.contains(index) {
                let unlike = place(MinorConstant.unlike)
                recipes.add([efficiency, adjustment, scale, firstScale]) { k, m in
                    k[unlike] = k[base] * (m.of(scale) - m.of(firstScale))
                }
            }
        }
    }

    private func addEnergyBalance(_ model: ClimateCase) {
        let n = settings.layers + 1
        let place = energyConstants
        let layers = settings.layers
        let dt = settings.timestep
        let capacity = model.heatCapacity
        let transfer = model.heatTransfer
        let efficacy = model.numbers(.deepOceanEfficacy)
        let gamma = model.numbers(.gammaAutocorrelation)
        let noise = isStochastic ? [.sigmaEta, .sigmaXi, .stochasticRun].map { model.numbers($0) } : []
        recipes.add(capacity + transfer + [efficacy, gamma] + noise) { k, m in
            let c = k + place
            let C = capacity.map(m.of)
            let K = transfer.map(m.of)
            let A = energyBalanceMatrix(
                capacity: C, transfer: K, efficacy: m.of(efficacy), gamma: m.of(gamma), timestep: dt)
            let propagator = EnergyBalancePropagator(matrix: A, gamma: m.of(gamma))
            for index in 0..<(n * n) { c[index] = propagator.matrix.elements[index] }
            for row in 0..<n { c[n * n + row] = propagator.response[row] }
            if !noise.isEmpty {
                let L = noiseFactor(
                    matrix: A, sigmaEta: m.of(noise[0]), sigmaXi: m.of(noise[1]), surfaceCapacity: C[0] / dt)
                let runs = m.of(noise[2])
                for index in 0..<(n * n) {
                    c[n * n + n + index] = select(runs .!= .zero, L.elements[index], .zero)
                }
            }
            let rest = c + 2 * n * n + n
            rest[0] = K[0]
            rest[1] = K[layers - 1]
            rest[2] = m.of(efficacy)
        }
    }
}
