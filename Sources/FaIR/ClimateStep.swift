import Lanes

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
        // 4 forcing, its sums, and heat; chlorine comes too late for aerosol unless the case mends that
        if settings.chlorineInAerosol { mixChlorine(sums.ownChlorine.elements, group) }
        if needsEveryForcing { forceEach(group, differences: inputs.differences) }
        if columns.thermalCount == 4 {
            warmThreeLayers(group, differences: inputs.differences, bound: bound)
        } else {
            for b in 0..<group.count {
                warm(
                    group.columns(b), group.constants(b), differences: inputs.differences, bound: bound,
                    count: columns.thermalCount)
            }
        }
    }

    /// Alpha of every gas of a list that has a state, and of methane.
    @inline(never)
    private func scaleLifetimes(
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
                    let (alpha, iirf) = lifetimeFactor(
                        airborne: W[gas.airborne], cumulative: W[gas.cumulative], temperature: W[columns.thermal + 1],
                        r0: c[GasConstant.r0], rU: c[GasConstant.rU], rT: c[GasConstant.rT], rA: c[GasConstant.rA],
                        g0: c[GasConstant.g0], inverseG1: c[GasConstant.inverseG1], most: most)
                    W[gas.alpha] = alpha
                    W[columns.clamped] = minimum(whereLess(most, iirf, now, never), W[columns.clamped])
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
    func advanceGases(_ gases: UnsafeBufferPointer<GasPlan>, _ group: ClimateGroup, bound: Double) {
        for gas in gases {
            switch gas.poolCount {
            case 1: advanceSinglePool(gas, group, bound: bound)
            case 4: advanceFourPools(gas, group, bound: bound)
            default:
                for b in 0..<group.count { advance(gas, pools: gas.poolCount, group, b, bound: bound) }
            }
        }
    }

    // A literal count unrolls the loops over pools; the bits are the same.

    @inline(never)
    private func advanceSinglePool(_ gas: GasPlan, _ group: ClimateGroup, bound: Double) {
        for b in 0..<group.count { advance(gas, pools: 1, group, b, bound: bound) }
    }

    @inline(never)
    private func advanceFourPools(_ gas: GasPlan, _ group: ClimateGroup, bound: Double) {
        for b in 0..<group.count { advance(gas, pools: 4, group, b, bound: bound) }
    }

    @inline(__always)
    private func advance(_ gas: GasPlan, pools count: Int, _ group: ClimateGroup, _ bundle: Int, bound: Double) {
        let W = group.columns(bundle)
        let c = group.constants(bundle) + gas.constants
        let pools = c + GasConstant.pools
        let R = W + gas.pools
        if gas.isInverse {
            let A = (W[gas.concentration] - c[GasConstant.baseConcentration]) / c[GasConstant.kappa]
            let e = advancePools(
                R, count: count, toAirborne: A, alpha: W[gas.alpha], rates: pools, weights: pools + count,
                longPools: gas.longPools, isExact: settings.exactDecay)
            W[gas.airborne] = A
            W[gas.emissions] = e + c[GasConstant.baseEmissions]
            W[gas.cumulative] = fma(W[gas.emissions], lanes(settings.timestep), W[gas.cumulative])
            return
        }
        let e = W[gas.emissions] - c[GasConstant.baseEmissions]
        let A: Lanes
        if gas.rule == .fixed {
            A = advancePools(R, count: count, emissions: e, decay: pools + 2 * count, gain: pools + 3 * count)
        } else {
            A = advancePools(
                R, count: count, emissions: e, alpha: W[gas.alpha], rates: pools, weights: pools + count,
                longPools: gas.longPools, isExact: settings.exactDecay)
        }
        W[gas.airborne] = A
        let C = fma(c[GasConstant.kappa], A, c[GasConstant.baseConcentration])
        W[gas.concentration] = C
        W[columns.negative] = minimum(whereLess(C, .zero, lanes(bound), lanes(.infinity)), W[columns.negative])
    }

    /// Equivalent effective stratospheric chlorine of every bundle.
    func mixChlorine(_ terms: UnsafeBufferPointer<LinearTerm>, _ group: ClimateGroup) {
        for b in 0..<group.count { mixChlorine(terms, group.columns(b), constants: group.constants(b)) }
    }

    /// Equivalent effective stratospheric chlorine, ppt: Σ (Cl + 45 Br) C f over the halogens.
    @inline(__always)
    private func mixChlorine(
        _ terms: UnsafeBufferPointer<LinearTerm>, _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>
    ) {
        if terms.isEmpty { return }
        var sum = Lanes.zero
        for term in terms { sum = fma(known(W[term.amount]), k[term.coefficient], sum) }
        W[chlorine] = sum
    }

    // A literal count unrolls the loops over layers; the bits are the same.
    @inline(never)
    private func warmThreeLayers(_ group: ClimateGroup, differences: UnsafePointer<Double>, bound: Double) {
        for b in 0..<group.count {
            warm(group.columns(b), group.constants(b), differences: differences, bound: bound, count: 4)
        }
    }

    /// Forcing, its sums, the layers' temperatures, the imbalance at the bound, and the heat that it adds.
    ///
    /// Sums leave out what is no number.
    @inline(__always)
    private func warm(
        _ W: UnsafeMutablePointer<Lanes>, _ k: UnsafePointer<Lanes>, differences: UnsafePointer<Double>,
        bound: Double, count n: Int
    ) {
        let T = W[columns.thermal + 1]
        let main = forceMainGases(W, k + mainConstants, differences: differences)
        var sum = linearSum(sums.whole, amounts: W, constants: k, differences: differences)
        sum += forceMinorGases(W, constants: k, differences: differences)
        sum += known(fed(main.C, direct.carbonDioxide, T, W, k))
        sum += known(fed(main.M, direct.methane, T, W, k))
        sum += known(fed(main.N, direct.nitrousOxide, T, W, k))
        if direct.cloud.slot >= 0 {
            let cloud = cloudForcing(
                amount: linearSum(sums.cloud, amounts: W, constants: k, differences: differences),
                logBaseline: k[sums.cloudConstants], scale: k[sums.cloudConstants + 1])
            sum += known(fed(cloud, direct.cloud, T, W, k))
        }
        if !settings.chlorineInAerosol { mixChlorine(sums.ownChlorine.elements, W, constants: k) }
        if direct.ozone.slot >= 0 {
            let ozone = strictLinearSum(sums.ozone, amounts: W, constants: k, differences: differences)
            sum += known(fed(ozone, direct.ozone, T, W, k))
        }
        for each in direct.given.elements { sum += known(fed(W[each.slot], each, T, W, k)) }
        for feedback in otherFeedbacks.elements { sum = fma(T, k[feedback.place], sum) }
        // An efficacy of one changes no bits: members don't show whether others have another.
        var effective = sum
        for each in weighted.elements { effective = fma(known(W[each.slot]), k[each.place], effective) }
        W[columns.forcingSum] = sum

        let energy = k + energyConstants
        advanceEnergyBalance(
            W + columns.thermal, count: n, forcing: effective, matrix: energy, response: energy + n * n,
            noise: W + columns.noise, next: W + columns.next)
        let N = imbalance(W, constants: k, forcing: sum, count: n)
        W[columns.imbalance] = N
        W[columns.heat] = fma(N, lanes(settings.timestep * joulesPerImbalanceYear), W[columns.heat])
        let never = lanes(.infinity)
        let size = absolute(W[columns.thermal + 1])
        W[columns.notFinite] = minimum(whereLess(size, never, never, lanes(bound)), W[columns.notFinite])
    }

    /// A forcing with the feedback of warming; it is put into its column where something reads it there.
    @inline(__always)
    private func fed(
        _ F: Lanes, _ forcing: DirectForcing, _ T: Lanes, _ W: UnsafeMutablePointer<Lanes>, _ k: UnsafePointer<Lanes>
    ) -> Lanes {
        let fed = forcing.feedback < 0 ? F : fma(T, k[forcing.feedback], F)
        if needsEveryForcing, forcing.slot >= 0 { W[forcing.slot] = fed }
        return fed
    }

    /// Forcing of CO2, CH4 and N2O; zero where one has no cycle.
    @inline(__always)
    private func forceMainGases(
        _ W: UnsafeMutablePointer<Lanes>, _ m: UnsafePointer<Lanes>, differences: UnsafePointer<Double>
    ) -> (C: Lanes, M: Lanes, N: Lanes) {
        let hasCarbon = mainConcentration.0 >= 0
        let hasMethane = mainConcentration.1 >= 0
        let hasNitrousOxide = mainConcentration.2 >= 0
        let x0 = MainGases(
            C: m[0], M: m[1], N: m[2], rootC: m[MainConstant.roots], rootM: m[MainConstant.roots + 1],
            rootN: m[MainConstant.roots + 2])
        let C = hasCarbon ? W[mainConcentration.0] : .zero
        let M = hasMethane ? W[mainConcentration.1] : .zero
        let N = hasNitrousOxide ? W[mainConcentration.2] : .zero
        let rootN =
            sharesNitrousOxide
            ? lanes(differences[rootOfNitrousOxide]) : hasNitrousOxide ? squareRoot(N) : .zero
        let x = MainGases(
            C: C, M: M, N: N, rootC: squareRoot(C), rootM: hasMethane ? squareRoot(M) : .zero, rootN: rootN)
        let logRatio = hasCarbon ? logarithm(C * m[MainConstant.inverseReference]) : .zero
        let F: (C: Lanes, M: Lanes, N: Lanes)
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
                MyhreForcing.carbonDioxide(logRatio: logRatio), hasMethane ? MyhreForcing.methane(x, x0) : .zero,
                hasNitrousOxide ? MyhreForcing.nitrousOxide(x, x0) : .zero
            )
        }
        return (
            hasCarbon ? fms(F.C, m[3], m[6]) : .zero, hasMethane ? fms(F.M, m[4], m[7]) : .zero,
            hasNitrousOxide ? fms(F.N, m[5], m[8]) : .zero
        )
    }

    /// Each forcing by itself that the sum takes together with others, for those that read it.
    @inline(never)
    private func forceEach(_ group: ClimateGroup, differences: UnsafePointer<Double>) {
        for b in 0..<group.count {
            let W = group.columns(b)
            let k = group.constants(b)
            for each in sums.linear {
                W[each.slot] = linearSum(each.sum, amounts: W, constants: k, differences: differences)
            }
            let weight = k + minorConstants + MinorConstant.weight * minorCount
            for minor in 0..<minorCount {
                let x = minorAreShared ? lanes(differences[minor]) : minorDifference(minor, W, constants: k)
                W[minorForcing + minor] = x * weight[minor]
            }
            let T = W[columns.thermal + 1]
            for feedback in otherFeedbacks.elements {
                W[feedback.slot] = fma(T, k[feedback.place], W[feedback.slot])
            }
        }
    }

    /// Forcing of the gases whose forcing is linear, Σ s_g w_g x_g = s Σ w_g x_g + Σ (s_g - s) w_g x_g.
    ///
    /// s is the scale of the first; where all have it, as in fair-calibrate's ensembles, a member adds one product to what
    /// all members share. A gas of the same scale adds exactly nothing to the second sum.
    @inline(__always)
    private func forceMinorGases(
        _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>, differences: UnsafePointer<Double>
    ) -> Lanes {
        if minorCount == 0 { return .zero }
        var common = Lanes.zero
        if minorAreShared {
            common = lanes(differences[commonMinorForcing])
        } else {
            let base = k + minorConstants + MinorConstant.base * minorCount
            for minor in 0..<minorCount {
                let x = minorDifference(minor, W, constants: k)
                common = fma(known(x), base[minor], common)
            }
        }
        var unlike = Lanes.zero
        let weight = k + minorConstants + MinorConstant.unlike * minorCount
        for minor in unlikeMinors.elements {
            let x = minorAreShared ? lanes(differences[minor]) : minorDifference(minor, W, constants: k)
            unlike = fma(known(x), weight[minor], unlike)
        }
        return fma(k[minorScale], common, unlike)
    }

    /// What a gas of linear forcing is above its baseline, both counted from the reference as FaIR counts them.
    @inline(__always)
    private func minorDifference(
        _ minor: Int, _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>
    ) -> Lanes {
        let reference = k[minorConstants + MinorConstant.reference * minorCount + minor]
        let offset = k[minorConstants + MinorConstant.offset * minorCount + minor]
        return (W[minorConcentration.elements[minor]] - reference) - offset
    }

    /// The imbalance at the bound.
    @inline(__always)
    func imbalance(
        _ W: UnsafePointer<Lanes>, constants k: UnsafePointer<Lanes>, forcing F: Lanes, count n: Int
    ) -> Lanes {
        let rest = k + energyConstants + 2 * n * n + n
        return netImbalance(
            W + columns.thermal + 1, layers: n - 1, forcing: F, feedback: rest[0], deepTransfer: rest[1],
            efficacy: rest[2])
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
