import WorldModel

extension ClimatePlan {
    /// Carries a group of bundles from bound i to bound i + 1.
    ///
    /// The order of the parts is FaIR's and matters: what a part reads has been made by those before it, or at bound i.
    /// Every part goes through the bundles before the next begins: what one bundle waits for, another computes.
    ///
    /// - Parameters:
    ///   - group: the columns of `ClimateColumns` and the constants of each bundle.
    ///   - inputs: what is given at the step's start and at its end.
    ///   - bound: years from the first bound of the case to bound i + 1.
    @inline(__always)
    func step(_ group: ClimateGroup, inputs: ClimateInputs, bound: Double) {
        // 1 emissions of the step, CO2 as the sum of its parts
        for b in 0..<group.count {
            let W = group.columns(b)
            inputs.before(W, bundle: b)
            if let sum = flows.ownSum { W[sum.sum] = W[sum.first] + W[sum.second] }
        }
        // 2 lifetimes, from the state at bound i
        scaleLifetimes(ownGases.elements, sums.ownMethane.elements, group, bound: bound)
        // 3 what is given at bound i + 1, and the gases
        for b in 0..<group.count { inputs.after(group.columns(b), bundle: b) }
        advanceGases(ownGases.elements, group, bound: bound)
        for b in 0..<group.count {
            let W = group.columns(b)
            for plan in flows.ownCumulative.elements {
                W[plan.sum] = fma(W[plan.first], lanes(settings.timestep), W[plan.sum])
            }
        }
        // 4 forcing of the three main gases
        forceMainGases(group)
        // 5 forcing of aerosol, ozone and the rest; chlorine comes too late for aerosol unless the case mends that
        for b in 0..<group.count {
            let W = group.columns(b)
            let k = group.constants(b)
            let shared = inputs.differences
            if settings.chlorineInAerosol { mixChlorine(sums.ownChlorine.elements, W, constants: k) }
            forceByAerosol(W, constants: k, differences: shared)
            if !settings.chlorineInAerosol { mixChlorine(sums.ownChlorine.elements, W, constants: k) }
            forceByOthers(W, constants: k, differences: shared)
        }
        // 6 forcing of the other gases, feedback of warming on forcing, sums
        for b in 0..<group.count {
            group.columns(b)[columns.effective] = sumForcing(
                group.columns(b), constants: group.constants(b), differences: inputs.differences)
        }
        // 7 heat
        for b in 0..<group.count { takeHeat(group.columns(b), constants: group.constants(b), bound: bound) }
    }

    /// Alpha of every gas of a list that has a state, and of methane.
    @inline(__always)
    func scaleLifetimes(
        _ gases: UnsafeBufferPointer<GasPlan>, _ methane: UnsafeBufferPointer<MethaneTerm>, _ group: ClimateGroup,
        bound: Double
    ) {
        let most = lanes(settings.iirfMax)
        let now = lanes(bound)
        let never = lanes(.infinity)
        for gas in gases {
            switch gas.rule {
            case .fixed: break
            case .state:
                for b in 0..<group.count {
                    let W = group.columns(b)
                    let c = group.constants(b) + gas.constants
                    let (alpha, isClamped) = lifetimeFactor(
                        airborne: W[gas.airborne], cumulative: W[gas.cumulative], temperature: W[columns.thermal + 1],
                        r0: c[GasConstant.r0], rU: c[GasConstant.rU], rT: c[GasConstant.rT], rA: c[GasConstant.rA],
                        g0: c[GasConstant.g0], inverseG1: c[GasConstant.inverseG1], most: most)
                    W[gas.alpha] = alpha
                    W[columns.clamped] = minimum(select(isClamped, now, never), W[columns.clamped])
                }
            case .methane:
                let floor = lanes(settings.methaneFloor)
                for b in 0..<group.count {
                    let W = group.columns(b)
                    let k = group.constants(b)
                    var factor = methane.isEmpty ? W[columns.methaneFactor] : lanes(1)
                    for term in methane {
                        factor *= methaneFactor(
                            W[term.amount], baseline: k[term.baseline], sensitivity: k[term.sensitivity], floor: floor)
                    }
                    if let own = sums.methaneSelf {
                        factor *= methaneFactor(
                            W[own.amount], baseline: k[own.baseline], sensitivity: k[own.sensitivity], floor: floor)
                    }
                    W[gas.alpha] =
                        factor
                        * methaneTemperatureFactor(
                            temperature: W[columns.thermal + 1], sensitivity: k[sums.methaneTemperature],
                            logFloor: lanes(logMethaneFloor))
                }
            }
        }
    }

    /// Pools, content of the air and concentration of the gases of a list; emissions where the concentration is given.
    @inline(__always)
    func advanceGases(_ gases: UnsafeBufferPointer<GasPlan>, _ group: ClimateGroup, bound: Double) {
        for gas in gases {
            for b in 0..<group.count {
                advance(gas, group.columns(b), constants: group.constants(b) + gas.constants, bound: bound)
            }
        }
    }

    @inline(__always)
    private func advance(
        _ gas: GasPlan, _ W: UnsafeMutablePointer<Lanes>, constants c: UnsafePointer<Lanes>, bound: Double
    ) {
        let pools = c + GasConstant.pools
        let R = W + gas.pools
        if gas.isInverse {
            let A = (W[gas.concentration] - c[GasConstant.baseConcentration]) / c[GasConstant.kappa]
            let e = advancePools(
                R, count: gas.poolCount, toAirborne: A, alpha: W[gas.alpha], rates: pools,
                weights: pools + gas.poolCount, longPools: gas.longPools)
            W[gas.airborne] = A
            W[gas.emissions] = e + c[GasConstant.baseEmissions]
            W[gas.cumulative] = fma(W[gas.emissions], lanes(settings.timestep), W[gas.cumulative])
            return
        }
        let e = W[gas.emissions] - c[GasConstant.baseEmissions]
        let A: Lanes
        if gas.rule == .fixed {
            A = advancePools(
                R, count: gas.poolCount, emissions: e, decay: pools + 2 * gas.poolCount,
                gain: pools + 3 * gas.poolCount)
        } else {
            A = advancePools(
                R, count: gas.poolCount, emissions: e, alpha: W[gas.alpha], rates: pools,
                weights: pools + gas.poolCount, longPools: gas.longPools)
        }
        W[gas.airborne] = A
        let C = fma(c[GasConstant.kappa], A, c[GasConstant.baseConcentration])
        W[gas.concentration] = C
        W[columns.negative] = minimum(select(C .< .zero, lanes(bound), lanes(.infinity)), W[columns.negative])
    }

    /// Equivalent effective stratospheric chlorine, ppt: Σ (Cl + 45 Br) C f over the halogens.
    @inline(__always)
    func mixChlorine(
        _ terms: UnsafeBufferPointer<LinearTerm>, _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>
    ) {
        if terms.isEmpty { return }
        // Halogens are never among the shared differences: it is their whole amount that counts.
        var sum = Lanes.zero
        for term in terms {
            let x = W[term.amount]
            sum = fma(select(x .== x, x, .zero), k[term.coefficient], sum)
        }
        W[chlorine] = sum
    }

    /// Forcing of CO2, CH4 and N2O.
    @inline(__always)
    private func forceMainGases(_ group: ClimateGroup) {
        let hasCarbon = mainForcing[0] >= 0
        let hasOthers = mainForcing[1] >= 0 || mainForcing[2] >= 0
        for b in 0..<group.count {
            let W = group.columns(b)
            let m = group.constants(b) + mainConstants
            let x0 = MainGases(
                C: m[0], M: m[1], N: m[2], rootC: m[MainConstant.roots], rootM: m[MainConstant.roots + 1],
                rootN: m[MainConstant.roots + 2])
            let C = hasCarbon ? W[mainConcentration[0]] : .zero
            let M = mainForcing[1] >= 0 ? W[mainConcentration[1]] : .zero
            let N = mainForcing[2] >= 0 ? W[mainConcentration[2]] : .zero
            let x = MainGases(
                C: C, M: M, N: N, rootC: squareRoot(C), rootM: hasOthers ? squareRoot(M) : .zero,
                rootN: hasOthers ? squareRoot(N) : .zero)
            let logRatio = hasCarbon ? logarithm(C / m[0]) : .zero
            let F: (Lanes, Lanes, Lanes)
            switch settings.forcingMethod {
            case .meinshausen2020:
                F = (
                    MeinshausenForcing.carbonDioxide(x, x0, logRatio: logRatio), MeinshausenForcing.methane(x, x0),
                    MeinshausenForcing.nitrousOxide(x, x0)
                )
            case .leach2021:
                F = (
                    LeachForcing.carbonDioxide(x, x0, logRatio: logRatio), LeachForcing.methane(x, x0),
                    LeachForcing.nitrousOxide(x, x0)
                )
            case .etminan2016:
                F = (
                    EtminanForcing.carbonDioxide(x, x0, logRatio: logRatio), EtminanForcing.methane(x, x0),
                    EtminanForcing.nitrousOxide(x, x0)
                )
            case .myhre1998:
                F = (
                    MyhreForcing.carbonDioxide(logRatio: logRatio), hasOthers ? MyhreForcing.methane(x, x0) : .zero,
                    hasOthers ? MyhreForcing.nitrousOxide(x, x0) : .zero
                )
            }
            if hasCarbon { W[mainForcing[0]] = fms(F.0, m[3], m[6]) }
            if mainForcing[1] >= 0 { W[mainForcing[1]] = fms(F.1, m[4], m[7]) }
            if mainForcing[2] >= 0 { W[mainForcing[2]] = fms(F.2, m[5], m[8]) }
        }
    }

    @inline(__always)
    private func forceByAerosol(
        _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>, differences: UnsafePointer<Double>
    ) {
        if aerosolRadiationSlot >= 0 {
            W[aerosolRadiationSlot] = linearSum(
                sums.aerosolRadiation.elements, amounts: W, constants: k, differences: differences)
        }
        if cloudSlot >= 0 {
            W[cloudSlot] = cloudForcing(
                amount: linearSum(sums.cloud.elements, amounts: W, constants: k, differences: differences),
                logBaseline: k[sums.cloudConstants],
                scale: k[sums.cloudConstants + 1])
        }
    }

    @inline(__always)
    private func forceByOthers(
        _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>, differences: UnsafePointer<Double>
    ) {
        if ozoneSlot >= 0 {
            W[ozoneSlot] = strictLinearSum(sums.ozone.elements, amounts: W, constants: k, differences: differences)
        }
        if contrailsSlot >= 0 {
            W[contrailsSlot] = linearSum(sums.contrails.elements, amounts: W, constants: k, differences: differences)
        }
        if particlesOnSnowSlot >= 0 {
            W[particlesOnSnowSlot] = linearSum(
                sums.particlesOnSnow.elements, amounts: W, constants: k, differences: differences)
        }
        if stratosphericWaterSlot >= 0 {
            W[stratosphericWaterSlot] = linearSum(
                sums.stratosphericWater.elements, amounts: W, constants: k, differences: differences)
        }
        if landUseSlot >= 0 {
            W[landUseSlot] = linearSum(sums.landUse.elements, amounts: W, constants: k, differences: differences)
        }
    }

    /// Forcing of the minor gases, feedback of warming on all, and the sums, of which those are left out that are no number;
    /// returns the sum weighted by efficacy.
    ///
    /// Even and odd places are summed apart, in one order whichever way a forcing comes about, so that members' bits don't
    /// tell it.
    @inline(__always)
    private func sumForcing(
        _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>, differences: UnsafePointer<Double>
    ) -> Lanes {
        let F = W + firstForcing
        let efficacy = k + efficacies
        var even = Lanes.zero
        var odd = Lanes.zero
        var index = 0
        let mains = minorForcing - firstForcing
        let T = W[columns.thermal + 1]
        for feedback in feedbacks.elements where feedback.slot < minorForcing {
            W[feedback.slot] = fma(T, k[feedback.place], W[feedback.slot])
        }
        for place in 0..<mains {
            let a = select(F[place] .== F[place], F[place], .zero)
            if place & 1 == 0 { even += a } else { odd += a }
        }
        // Factors of one and feedbacks of nothing change no bits: members don't show whether others have them.
        var evenEffective = even
        var oddEffective = odd
        if gasesHaveEfficacy {
            (evenEffective, oddEffective) = (.zero, .zero)
            for place in 0..<mains {
                let a = select(F[place] .== F[place], F[place], .zero)
                if place & 1 == 0 {
                    evenEffective = fma(a, efficacy[place], evenEffective)
                } else {
                    oddEffective = fma(a, efficacy[place], oddEffective)
                }
            }
        }
        let weight = k + minorConstants + minorCount
        if minorAreShared, !gasesHaveEfficacy {
            var minor = 0
            while minor + 1 < minorCount {
                even = fma(lanes(differences[minor]), weight[minor], even)
                odd = fma(lanes(differences[minor + 1]), weight[minor + 1], odd)
                minor += 2
            }
            if minor < minorCount { even = fma(lanes(differences[minor]), weight[minor], even) }
            (evenEffective, oddEffective) = (even, odd)
            if flows.recordsForcing {
                for minor in 0..<minorCount { F[mains + minor] = lanes(differences[minor]) * weight[minor] }
            }
        } else {
            for minor in 0..<minorCount {
                let x = minorDifference(minor, W, constants: k)
                let known = select(x .== x, x, .zero)
                let effective = weight[minor] * efficacy[mains + minor]
                F[mains + minor] = x * weight[minor]
                if minor & 1 == 0 {
                    even = fma(known, weight[minor], even)
                    evenEffective = fma(known, effective, evenEffective)
                } else {
                    odd = fma(known, weight[minor], odd)
                    oddEffective = fma(known, effective, oddEffective)
                }
            }
        }
        for feedback in feedbacks.elements where feedback.slot >= minorForcing {
            let place = feedback.slot - firstForcing
            W[feedback.slot] = fma(T, k[feedback.place], W[feedback.slot])
            if place < mains + minorCount {
                even = fma(T, k[feedback.place], even)
                evenEffective = fma(T, k[feedback.place] * efficacy[place], evenEffective)
            }
        }
        index = mains + minorCount
        while index < forcingCount {
            let a = select(F[index] .== F[index], F[index], .zero)
            if index & 1 == 0 {
                even += a
                evenEffective = fma(a, efficacy[index], evenEffective)
            } else {
                odd += a
                oddEffective = fma(a, efficacy[index], oddEffective)
            }
            index += 1
        }
        W[columns.forcingSum] = even + odd
        return evenEffective + oddEffective
    }

    /// What a gas of linear forcing is above its baseline, both counted from the reference as FaIR counts them.
    @inline(__always)
    private func minorDifference(
        _ minor: Int, _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>
    ) -> Lanes {
        let reference = k[minorConstants + minor]
        let offset = k[minorConstants + 2 * minorCount + minor]
        return (W[minorConcentration.elements[minor]] - reference) - offset
    }

    /// The layers' temperatures, the imbalance at the bound, and the heat that it adds.
    @inline(__always)
    private func takeHeat(_ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>, bound: Double) {
        let n = columns.thermalCount
        let energy = k + energyConstants
        advanceEnergyBalance(
            W + columns.thermal, count: n, forcing: W[columns.effective], matrix: energy, response: energy + n * n,
            noise: W + columns.noise, next: W + columns.next)
        setImbalance(W, constants: k)
        W[columns.heat] = fma(
            W[columns.imbalance], lanes(settings.timestep * joulesPerImbalanceYear), W[columns.heat])
        let isFinite = absolute(W[columns.thermal + 1]) .< lanes(.infinity)
        W[columns.notFinite] = minimum(select(isFinite, lanes(.infinity), lanes(bound)), W[columns.notFinite])
    }

    /// The imbalance at the bound.
    @inline(__always)
    func setImbalance(_ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>) {
        let n = columns.thermalCount
        let rest = k + energyConstants + 2 * n * n + n
        W[columns.imbalance] = imbalance(
            W + columns.thermal + 1, layers: n - 1, forcing: W[columns.forcingSum], feedback: rest[0],
            deepTransfer: rest[1], efficacy: rest[2])
    }
}

/// Bundles that are stepped together: their columns and constants, one after the other.
struct ClimateGroup {
    let count: Int
    let work: UnsafeMutablePointer<Lanes>
    let workStride: Int
    let given: UnsafePointer<Lanes>
    let givenStride: Int

    @inline(__always)
    func columns(_ bundle: Int) -> UnsafeMutablePointer<Lanes> { work + bundle * workStride }

    @inline(__always)
    func constants(_ bundle: Int) -> UnsafePointer<Lanes> { given + bundle * givenStride }
}

/// What is given for one step of a group: numbers that all members share, and series of their own.
struct ClimateInputs {
    let broadcastBefore, broadcastAfter: UnsafeBufferPointer<Broadcast>
    /// What is shared at the step's start and at its end, and shared amounts less their baselines.
    let sharedBefore, sharedAfter, differences: UnsafePointer<Double>
    let slotsBefore, slotsAfter: UnsafeBufferPointer<Int>
    /// Series of the members, in the order of the slots, and how far apart those of two bundles are.
    let lanesBefore, lanesAfter: UnsafePointer<Lanes>
    let strideBefore, strideAfter: Int

    @inline(__always)
    func before(_ W: UnsafeMutablePointer<Lanes>, bundle: Int) {
        for each in broadcastBefore { W[each.slot] = lanes(sharedBefore[each.place]) }
        let own = lanesBefore + bundle * strideBefore
        for index in 0..<slotsBefore.count { W[slotsBefore[index]] = own[index] }
    }

    @inline(__always)
    func after(_ W: UnsafeMutablePointer<Lanes>, bundle: Int) {
        for each in broadcastAfter { W[each.slot] = lanes(sharedAfter[each.place]) }
        let own = lanesAfter + bundle * strideAfter
        for index in 0..<slotsAfter.count { W[slotsAfter[index]] = own[index] }
    }
}
