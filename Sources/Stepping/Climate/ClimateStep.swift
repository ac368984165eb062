import WorldModel

extension ClimatePlan {
    /// Carries eight members from bound i to bound i + 1.
    ///
    /// The order of the parts is FaIR's and matters: what a part reads has been made by those before it, or at bound i.
    ///
    /// - Parameters:
    ///   - W: the columns of `ClimateColumns`; k: the constants of the members.
    ///   - inputs: what is given at the step's start and at its end.
    ///   - bound: years from the first bound of the case to bound i + 1.
    @inline(__always)
    func step(
        _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>, inputs: ClimateInputs, bound: Double
    ) {
        // 1 emissions of the step, CO2 as the sum of its parts
        inputs.before(W)
        if let sum = flows.ownSum { W[sum.sum] = W[sum.first] + W[sum.second] }
        // 2 lifetimes, from the state at bound i
        scaleLifetimes(ownGases.elements, sums.ownMethane.elements, W, constants: k, bound: bound)
        // 3 what is given at bound i + 1, and the gases
        inputs.after(W)
        advanceGases(ownGases.elements, W, constants: k, bound: bound)
        for plan in flows.ownCumulative.elements {
            W[plan.sum] = fma(W[plan.first], lanes(settings.timestep), W[plan.sum])
        }
        // 4 forcing of greenhouse gases
        forceGreenhouse(W, constants: k)
        // 5 forcing of aerosol, ozone and the rest; chlorine comes too late for aerosol unless the case mends that
        if settings.chlorineInAerosol { mixChlorine(sums.ownChlorine.elements, W, constants: k) }
        forceByAerosol(W, constants: k)
        if !settings.chlorineInAerosol { mixChlorine(sums.ownChlorine.elements, W, constants: k) }
        forceByOthers(W, constants: k)
        // 6 feedback of warming on forcing, sums
        let effective = sumForcing(W, constants: k)
        // 7 heat
        let n = columns.thermalCount
        let energy = k + energyConstants
        advanceEnergyBalance(
            W + columns.thermal, count: n, forcing: effective, matrix: energy, response: energy + n * n,
            noise: W + columns.noise, next: W + columns.next)
        takeHeat(W, constants: k)
        let T = W[columns.thermal + 1]
        let isFinite = absolute(T) .< lanes(.infinity)
        W[columns.notFinite] = minimum(
            select(isFinite, lanes(.infinity), lanes(bound)), W[columns.notFinite])
    }

    /// Alpha of every gas of a list that has a state, and of methane.
    @inline(__always)
    func scaleLifetimes(
        _ gases: UnsafeBufferPointer<GasPlan>, _ methane: UnsafeBufferPointer<MethaneTerm>,
        _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>, bound: Double
    ) {
        let T = W[columns.thermal + 1]
        for gas in gases {
            let c = k + gas.constants
            switch gas.rule {
            case .fixed: break
            case .state:
                let (alpha, isClamped) = lifetimeFactor(
                    airborne: W[gas.airborne], cumulative: W[gas.cumulative], temperature: T, r0: c[GasConstant.r0],
                    rU: c[GasConstant.rU], rT: c[GasConstant.rT], rA: c[GasConstant.rA], g0: c[GasConstant.g0],
                    g1: c[GasConstant.g1], most: lanes(settings.iirfMax))
                W[gas.alpha] = alpha
                W[columns.clamped] = minimum(
                    select(isClamped, lanes(bound), lanes(.infinity)), W[columns.clamped])
            case .methane:
                let floor = lanes(settings.methaneFloor)
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
                        temperature: T, sensitivity: k[sums.methaneTemperature], logFloor: logarithm(floor))
            }
        }
    }

    /// Pools, content of the air and concentration of the gases of a list; emissions where the concentration is given.
    @inline(__always)
    func advanceGases(
        _ gases: UnsafeBufferPointer<GasPlan>, _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>,
        bound: Double
    ) {
        for gas in gases {
            let c = k + gas.constants
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
                continue
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
            W[columns.negative] = minimum(
                select(C .< .zero, lanes(bound), lanes(.infinity)), W[columns.negative])
        }
    }

    /// Equivalent effective stratospheric chlorine, ppt: Σ (Cl + 45 Br) C f over the halogens.
    @inline(__always)
    func mixChlorine(
        _ terms: UnsafeBufferPointer<LinearTerm>, _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>
    ) {
        if terms.isEmpty { return }
        W[chlorine] = linearSum(terms, amounts: W, constants: k)
    }

    @inline(__always)
    private func forceGreenhouse(_ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>) {
        let m = k + mainConstants
        var gases = MainGases()
        if mainConcentration[0] >= 0 { gases.C = W[mainConcentration[0]] }
        if mainConcentration[1] >= 0 { gases.M = W[mainConcentration[1]] }
        if mainConcentration[2] >= 0 { gases.N = W[mainConcentration[2]] }
        let reference = MainGases(C: m[0], M: m[1], N: m[2])
        let F: (Lanes, Lanes, Lanes)
        switch settings.forcingMethod {
        case .meinshausen2020: F = meinshausenForcing(gases, reference: reference)
        case .leach2021: F = leachForcing(gases, reference: reference)
        case .etminan2016: F = etminanForcing(gases, reference: reference)
        case .myhre1998: F = myhreForcing(gases, reference: reference)
        }
        if mainForcing[0] >= 0 { W[mainForcing[0]] = fms(F.0, m[3], m[6]) }
        if mainForcing[1] >= 0 { W[mainForcing[1]] = fms(F.1, m[4], m[7]) }
        if mainForcing[2] >= 0 { W[mainForcing[2]] = fms(F.2, m[5], m[8]) }
        let reference0 = k + minorConstants
        let efficiency = reference0 + minorCount
        let offset = efficiency + minorCount
        let forcing = W + minorForcing
        for (index, slot) in minorConcentration.elements.enumerated() {
            forcing[index] = fms(W[slot] - reference0[index], efficiency[index], offset[index])
        }
    }

    @inline(__always)
    private func forceByAerosol(_ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>) {
        if aerosolRadiationSlot >= 0 {
            W[aerosolRadiationSlot] = linearSum(sums.aerosolRadiation.elements, amounts: W, constants: k)
        }
        if cloudSlot >= 0 {
            W[cloudSlot] = cloudForcing(
                amount: linearSum(sums.cloud.elements, amounts: W, constants: k), logBaseline: k[sums.cloudConstants],
                scale: k[sums.cloudConstants + 1])
        }
    }

    @inline(__always)
    private func forceByOthers(_ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>) {
        if ozoneSlot >= 0 { W[ozoneSlot] = strictLinearSum(sums.ozone.elements, amounts: W, constants: k) }
        if contrailsSlot >= 0 { W[contrailsSlot] = linearSum(sums.contrails.elements, amounts: W, constants: k) }
        if particlesOnSnowSlot >= 0 {
            W[particlesOnSnowSlot] = linearSum(sums.particlesOnSnow.elements, amounts: W, constants: k)
        }
        if stratosphericWaterSlot >= 0 {
            W[stratosphericWaterSlot] = linearSum(sums.stratosphericWater.elements, amounts: W, constants: k)
        }
        if landUseSlot >= 0 { W[landUseSlot] = linearSum(sums.landUse.elements, amounts: W, constants: k) }
    }

    /// Adds the feedback of warming to every forcing and sums them, those left out that are no number; returns the sum
    /// weighted by efficacy.
    @inline(__always)
    private func sumForcing(_ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>) -> Lanes {
        let T = W[columns.thermal + 1]
        for feedback in feedbacks.elements { W[feedback.slot] = fma(T, k[feedback.place], W[feedback.slot]) }
        let F = W + firstForcing
        let efficacy = k + efficacies
        var even = Lanes.zero
        var odd = Lanes.zero
        var evenEffective = Lanes.zero
        var oddEffective = Lanes.zero
        var index = 0
        while index + 1 < forcingCount {
            let a = select(F[index] .== F[index], F[index], .zero)
            let b = select(F[index + 1] .== F[index + 1], F[index + 1], .zero)
            even += a
            odd += b
            evenEffective = fma(a, efficacy[index], evenEffective)
            oddEffective = fma(b, efficacy[index + 1], oddEffective)
            index += 2
        }
        if index < forcingCount {
            let a = select(F[index] .== F[index], F[index], .zero)
            even += a
            evenEffective = fma(a, efficacy[index], evenEffective)
        }
        W[columns.forcingSum] = even + odd
        return evenEffective + oddEffective
    }

    /// The imbalance at the bound, and the heat that it adds.
    @inline(__always)
    private func takeHeat(_ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>) {
        setImbalance(W, constants: k)
        W[columns.heat] = fma(
            W[columns.imbalance], lanes(settings.timestep * joulesPerImbalanceYear), W[columns.heat])
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

/// What is given for one step of a bundle: numbers that all members share, and series of their own.
struct ClimateInputs {
    let broadcastBefore, broadcastAfter: UnsafeBufferPointer<Broadcast>
    /// What is shared at the step's start and at its end.
    let sharedBefore, sharedAfter: UnsafePointer<Double>
    let slotsBefore, slotsAfter: UnsafeBufferPointer<Int>
    /// Series of the members, in the order of the slots.
    let lanesBefore, lanesAfter: UnsafePointer<Lanes>

    @inline(__always)
    func before(_ W: UnsafeMutablePointer<Lanes>) {
        for each in broadcastBefore { W[each.slot] = lanes(sharedBefore[each.place]) }
        for index in 0..<slotsBefore.count { W[slotsBefore[index]] = lanesBefore[index] }
    }

    @inline(__always)
    func after(_ W: UnsafeMutablePointer<Lanes>) {
        for each in broadcastAfter { W[each.slot] = lanes(sharedAfter[each.place]) }
        for index in 0..<slotsAfter.count { W[slotsAfter[index]] = lanesAfter[index] }
    }
}
