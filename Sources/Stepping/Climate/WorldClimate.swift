import FaIR
import Lanes
import WorldModel

/// The climate of a world: FaIR's cycle of CO2 and a three-layer energy balance, all else as a share of CO2's forcing.
///
/// Numbers that no world changes are those of FaIR 2.2.5.
final class WorldClimate: Sendable {
    /// Share of an emission that enters each pool.
    static let shares = [0.2173, 0.2240, 0.2824, 0.2763]
    /// Lifetime of each pool at alpha = 1, yr.
    static let lifetimes = [1.0e9, 394.4, 36.54, 4.304]
    /// alpha = g0 exp(iIRF / g1) is one at the integral of the unscaled pools.
    static let g0 = 0.010178288
    static let g1 = 11.41262243
    /// CO2 that a GtCO2 makes, ppm: the air's mass 5.1352e18 kg, molecular weights 44.009 and 28.97.
    static let ppmPerGigatonne = 1 / (5.1352 * 44.009 / 28.97)
    /// The largest 100-year integrated airborne fraction, yr.
    static let iirfMax = 100.0
    /// How much the troposphere adds to the forcing of CO2.
    static let troposphericAdjustment = 1.05
    /// The concentrations that the forcing of CO2 refers to: ppm, ppb, ppb.
    static let reference = MainGases(C: lanes(277.15), M: lanes(731.41), N: lanes(273.87))

    /// Forcing of CO2 beside today's other gases left as before industry, by Meinshausen and others, W/m2.
    static func forcing(_ C: Lanes) -> Lanes {
        MeinshausenForcing.carbonDioxide(
            MainGases(C: C, M: reference.M, N: reference.N), reference, logRatio: logarithm(C / reference.C))
    }

    /// Forcing of doubled CO2 at a scale of one, W/m2.
    static func doubling(from C0: Lanes) -> Lanes { forcing(2 * C0) - forcing(C0) }

    let state: ClimateState
    /// Emissions by year from `firstYear` on, GtCO2/yr.
    let emissions: [Double]
    let firstYear: Int
    /// The first year of the world.
    let start: Int
    /// Whether the world's own emissions are added to the table's.
    let addsOwnEmissions: Bool
    let members: [ClimateMember]
    let ecs, forcing2co2, otherForcing, heatCapacity, heatTransfer2, heatTransfer3, efficacy, gamma: Parameter
    let member, ownInTable, preindustrial, iirf0, iirfUptake, iirfTemperature, iirfAirborne: Parameter
    private let matrices: ScratchColumn

    init(_ plan: inout KernelPlan, _ state: ClimateState) {
        let world = plan.world
        self.state = state
        emissions = world.emissions.map(\.co2)
        firstYear = world.emissions.first?.year ?? world.start
        start = world.start
        addsOwnEmissions = world.text("climate", "own_emissions") == "added"
        members = world.climateMembers
        ecs = plan.number("climate", "ecs")
        forcing2co2 = plan.number("climate", "forcing_2co2")
        otherForcing = plan.number("climate", "other_forcing_ratio")
        heatCapacity = plan.number("climate", "ocean_heat_capacity_1")
        heatTransfer2 = plan.number("climate", "ocean_heat_transfer_2")
        heatTransfer3 = plan.number("climate", "ocean_heat_transfer_3")
        efficacy = plan.number("climate", "deep_ocean_efficacy")
        gamma = plan.number("climate", "gamma_autocorrelation")
        member = plan.number("climate", "member")
        ownInTable = plan.number("climate", "own_in_table")
        preindustrial = plan.number("climate", "co2_preindustrial")
        iirf0 = plan.number("climate", "iirf_0")
        iirfUptake = plan.number("climate", "iirf_uptake")
        iirfTemperature = plan.number("climate", "iirf_temperature")
        iirfAirborne = plan.number("climate", "iirf_airborne")
        matrices = plan.scratch((2 + matrixExponentialRoom) * 25 + 16 + 3 * 4)
    }

    /// Emissions of a year, GtCO2/yr; beyond the table its last.
    func emission(in year: Int) -> Double {
        guard let last = emissions.last else { return 0 }
        let index = year - firstYear
        return index < 0 ? 0 : index < emissions.count ? emissions[index] : last
    }

    /// Takes the climate's numbers from the members of the calibrated ensemble, where the world names one.
    ///
    /// The feedback stands as K_1 = F_2x / ecs, so both follow from the member's feedback and scale of forcing.
    func applyMembers(_ y: Year) {
        if members.isEmpty { return }
        for lane in 0..<Lanes.scalarCount {
            let member = member(ofLane: lane, y)
            for layer in 0..<3 { y[heatCapacity, layer][lane] = member.heatCapacity[layer] }
            y[heatTransfer2][lane] = member.heatTransfer[1]
            y[heatTransfer3][lane] = member.heatTransfer[2]
            y[efficacy][lane] = member.efficacy
            y[gamma][lane] = member.gamma
            y[iirf0][lane] = member.iirf[0]
            y[iirfUptake][lane] = member.iirf[1]
            y[iirfTemperature][lane] = member.iirf[2]
            y[iirfAirborne][lane] = member.iirf[3]
            y[preindustrial][lane] = member.preindustrial
            let doubled =
                WorldClimate.doubling(from: lanes(member.preindustrial))[0] * member.forcingScale
                * WorldClimate.troposphericAdjustment
            y[forcing2co2][lane] = doubled
            y[ecs][lane] = doubled / member.heatTransfer[0]
        }
        applyOtherForcing(of: y.number, y)
    }

    /// Takes the forcing of all but CO2 in a year from the members that say it.
    private func applyOtherForcing(of year: Int, _ y: Year) {
        guard members.first?.otherForcing.isEmpty == false else { return }
        for lane in 0..<Lanes.scalarCount {
            y[otherForcing][lane] = member(ofLane: lane, y).otherForcingRatio(in: year)
        }
    }

    /// The member that a lane lives in.
    private func member(ofLane lane: Int, _ y: Year) -> ClimateMember {
        members[min(max(0, Int(y[member][lane])), members.count - 1)]
    }

    /// Runs the climate from the first emission to the start of the world.
    ///
    /// The normals are those of 1991-2020. Each lane has the past of its own drawn numbers. A past with other numbers would leave a state that those of the lane
    /// don't hold, and the first years would move towards one that they do.
    func spinUp(_ y: Year) {
        var years = 0
        var sum = Lanes.zero
        for year in min(firstYear, start)..<start {
            if (1991...2020).contains(year) {
                sum += y[state.temperature]
                years += 1
            }
            applyOtherForcing(of: year, y)
            advance(y, emissions: lanes(emission(in: year)))
        }
        applyOtherForcing(of: start, y)
        y[state.normalTemperature] = years > 0 ? sum / Double(years) : y[state.temperature]
    }

    /// Carries the climate from the start of a year to its end: by the table's emissions, by the world's own where they
    /// are added, and by a pulse, GtCO2/yr.
    func step(_ y: Year, ownEmissions own: Lanes, pulse: Double) {
        var emissions = lanes(emission(in: y.number) + pulse)
        if addsOwnEmissions { emissions += own - y[ownInTable] }
        advance(y, emissions: emissions)
    }

    /// Carries carbon and heat from the start of a year to its end, by emissions of GtCO2/yr.
    private func advance(_ y: Year, emissions E: Lanes) {
        let R = y.pointer(state.carbonPools)
        let (alpha, _) = lifetimeFactor(
            airborne: R[0] + R[1] + R[2] + R[3], cumulative: y[state.cumulativeEmissions],
            temperature: y[state.temperature], r0: y[iirf0], rU: y[iirfUptake],
            rT: y[iirfTemperature], rA: y[iirfAirborne], g0: lanes(WorldClimate.g0),
            inverseG1: lanes(1 / WorldClimate.g1), most: lanes(WorldClimate.iirfMax))
        let inverse = 1 / alpha
        var airborne = Lanes.zero
        for k in 0..<4 {
            let tau = WorldClimate.lifetimes[k]
            let (d, gain) = poolFactors(
                alpha: alpha, inverse: inverse, rate: lanes(1 / tau), weight: lanes(WorldClimate.shares[k] * tau),
                isLong: k == 0, isExact: false)
            R[k] = fma(E, gain, R[k] * d)
            airborne += R[k]
        }
        y[state.cumulativeEmissions] += E
        let C0 = y[preindustrial]
        // Air without CO2 has no forcing; no emission path of the future comes near it.
        let C = maximum(fma(airborne, lanes(WorldClimate.ppmPerGigatonne), C0), lanes(1))
        let scale = y[forcing2co2] / WorldClimate.doubling(from: C0)
        let F = scale * (WorldClimate.forcing(C) - WorldClimate.forcing(C0)) * (1 + y[otherForcing])
        advanceHeat(y, forcing: F)
    }

    /// The energy balance over a year; its exponential is made anew, since a lever may have changed its numbers.
    private func advanceHeat(_ y: Year, forcing F: Lanes) {
        let A = y.pointer(matrices)
        let exponential = A + 25
        let scratch = A + 50
        let Ad = A + (2 + matrixExponentialRoom) * 25
        let bd = Ad + 16
        let none = bd + 4
        let next = none + 4
        let K = (y[forcing2co2] / y[ecs], y[heatTransfer2], y[heatTransfer3])
        let C = y.pointer(heatCapacity)
        let gamma = y[gamma]
        let deep = y[efficacy] * K.2
        A.update(repeating: .zero, count: 25)
        A[0] = negative(gamma)
        A[4] = gamma
        A[5] = 1 / C[0]
        A[6] = negative((K.0 + K.1) / C[0])
        A[7] = K.1 / C[0]
        A[11] = K.1 / C[1]
        A[12] = negative((K.1 + deep) / C[1])
        A[13] = deep / C[1]
        A[17] = K.2 / C[2]
        A[18] = negative(K.2 / C[2])
        matrixExponential(of: A, into: exponential, size: 5, scratch: scratch)
        for row in 0..<4 {
            for column in 0..<4 { Ad[row * 4 + column] = exponential[row * 5 + column] }
            bd[row] = exponential[row * 5 + 4]
            none[row] = .zero
        }
        advanceEnergyBalance(
            y.pointer(state.filteredForcing), count: 4, forcing: F, matrix: Ad, response: bd, noise: none, next: next)
    }
}
