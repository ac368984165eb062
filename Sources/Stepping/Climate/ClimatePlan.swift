import WorldModel

/// A list in memory of its own, so that steps walk it through a plain pointer.
final class FixedList<Element: BitwiseCopyable>: @unchecked Sendable {
    let elements: UnsafeBufferPointer<Element>

    init(_ elements: [Element]) {
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(elements.count, 1))
        for (index, element) in elements.enumerated() { memory.initializeElement(at: index, to: element) }
        self.elements = UnsafeBufferPointer(rebasing: memory[..<elements.count])
    }

    deinit { elements.deallocate() }
}

/// Where one gas stands in the columns, and what rule its lifetime follows.
struct GasPlan {
    /// How alpha comes about.
    enum Rule {
        /// By the state of the gas and of the climate.
        case state
        /// Not at all: it has no feedback in any member.
        case fixed
        /// By the chemistry of methane.
        case methane
    }

    let pools, poolCount: Int
    /// A bit for each pool of a long life.
    let longPools: UInt32
    let emissions, cumulative, airborne, alpha, concentration: Int
    /// The first of its constants: those of `GasConstant`, then rates, weights, decays and gains of its pools.
    let constants: Int
    let isInverse: Bool
    let rule: Rule
}

/// The constants that a gas has besides those of its pools.
enum GasConstant {
    static let r0 = 0
    static let rU = 1
    static let rT = 2
    static let rA = 3
    static let g0 = 4
    static let inverseG1 = 5
    static let baseEmissions = 6
    static let baseConcentration = 7
    static let kappa = 8
    static let pools = 9
}

/// The constants of the three main gases, after reference concentrations, scales and offsets of each.
enum MainConstant {
    /// Roots of the references.
    static let roots = 9
    static let count = 12
}

/// One factor of methane's lifetime.
struct MethaneTerm {
    let amount, baseline, sensitivity: Int
}

/// A number that a table holds once for all members, and the column that it goes to.
struct Broadcast {
    let slot: Int
    let place: Int
}

/// Three columns of which the first is the sum of the others.
struct SumPlan {
    let sum, first, second: Int
}

/// A climate case made ready to step: where everything stands and what each step has to do.
///
/// What all members share (a gas without feedbacks whose numbers they have in common, say) is stepped once a scenario and
/// handed out; the same functions do it in both cases, so no member's bits tell whether others share its numbers.
final class ClimatePlan: Sendable {
    let settings: ClimateRunSettings
    let columns: ClimateColumns
    let constantCount: Int

    let ownGases: FixedList<GasPlan>
    let sharedGases: FixedList<GasPlan>
    let sums: ClimateSumLists
    let flows: ClimateFlowLists
    let chlorine: Int

    /// Forcing: the slots of CO2, CH4 and N2O (concentration, forcing), or -1.
    let mainConcentration: [Int]
    let mainForcing: [Int]
    /// Constants: reference concentrations, scales and offsets of the three.
    let mainConstants: Int
    let minorCount: Int
    /// Concentrations of the minor gases, in order, and the first of their forcings.
    let minorConcentration: FixedList<Int>
    let minorForcing: Int
    /// Constants of the minor gases: reference, efficiency and offset, each `minorCount` long.
    let minorConstants: Int

    let aerosolRadiationSlot, cloudSlot, ozoneSlot, contrailsSlot, particlesOnSnowSlot: Int
    let stratosphericWaterSlot, landUseSlot: Int

    /// The first forcing, their number, and constants: efficacies of all, then the feedbacks of those in `feedbacks`.
    let firstForcing, forcingCount, efficacies: Int
    let feedbacks: FixedList<Broadcast>
    /// Constants of the energy balance: matrix, response, noise factor, feedback, deep transfer, efficacy.
    let energyConstants: Int

    let isStochastic: Bool
    let logMethaneFloor: Double
    /// Whether forcing of the minor gases is a member's weight times a number that all share.
    let minorAreShared: Bool
    /// Whether any gas has an efficacy other than one in any member.
    let gasesHaveEfficacy: Bool
    /// Which shared amounts less their baselines a step needs: those of the minor gases first.
    let differences: [SharedDifference]
    /// How many bundles are stepped together, so that their columns stay near.
    let groupSize: Int

    let roles: ClimateRoles
    let terms: ClimateTerms
    /// Whether members share a gas, by species.
    let sharesGas: [Bool]
    /// The first constant of each gas, by species; -1 where it is none.
    let gasConstants: [Int]

    /// A plan of a case.
    ///
    /// - Parameters:
    ///   - recorded: the slots that will be recorded, by a function of the columns.
    ///   - differs: whether members differ in a remembered slot at the first bound.
    init(
        _ model: ClimateCase, recorded: (ClimateColumns) -> [Int] = { _ in [] },
        differs: (ClimateColumns, Int) -> Bool = { _, _ in false }
    ) {
        let species = model.species
        let roles = ClimateRoles(model)
        let columns = ClimateColumns(model, roles)
        let terms = ClimateTerms(model, roles, columns)
        let sharing = ClimateSharing(model, roles, columns, terms, differs: differs)
        let gases = ClimateGasLists(model, roles, columns, sharing)
        var constants = gases.constantCount
        func take(_ count: Int) -> Int {
            constants += count
            return constants - count
        }
        minorConstants = take(3 * roles.minor.count)
        let hasEfficacy = roles.gases.contains { s in
            model.numbers(.forcingEfficacy, of: s).values.contains { $0 != 1 }
        }
        let areShared = ClimatePlan.minorAreShared(model, roles, sharing)
        var differences: [SharedDifference] = []
        if areShared {
            for (index, s) in roles.minor.enumerated() {
                differences.append(
                    SharedDifference(
                        amount: columns.concentration[s], baseline: minorConstants + index,
                        offset: minorConstants + 2 * roles.minor.count + index))
            }
        }
        let sums = ClimateSumLists(
            model, roles, columns, terms, sharing, constants: &constants, differences: &differences)
        let flows = ClimateFlowLists(
            model, roles, columns, sharing, gases, sums, recorded: recorded(columns), minorAreShared: areShared,
            gasesHaveEfficacy: hasEfficacy)
        minorAreShared = areShared
        gasesHaveEfficacy = hasEfficacy
        self.differences = differences
        logMethaneFloor = logarithm(lanes(model.run.methaneFloor))[0]
        self.roles = roles
        self.columns = columns
        self.terms = terms
        settings = model.run
        isStochastic = model.numbers(.stochasticRun).values.contains { $0 != 0 }
        gasConstants = gases.constants
        sharesGas = sharing.gas
        ownGases = FixedList(gases.own)
        sharedGases = FixedList(gases.shared)
        self.sums = sums
        self.flows = flows

        mainConcentration = roles.main.map { $0 < 0 ? -1 : columns.concentration[$0] }
        mainForcing = roles.main.map { $0 < 0 ? -1 : columns.forcing[$0] }
        minorCount = roles.minor.count
        minorConcentration = FixedList(roles.minor.map { columns.concentration[$0] })
        let firstForced = roles.forced.first.map { columns.forcing[$0] } ?? columns.count
        firstForcing = firstForced
        minorForcing = firstForced + roles.main.count { $0 >= 0 }
        forcingCount = roles.forced.count
        mainConstants = take(MainConstant.count)
        efficacies = take(roles.forced.count)
        let fed = roles.forced.filter { !model.isZero(.forcingTemperatureFeedback, of: $0) }
        feedbacks = FixedList(fed.map { Broadcast(slot: columns.forcing[$0], place: take(1)) })
        let n = model.run.layers + 1
        energyConstants = take(2 * n * n + n + 3)
        constantCount = constants
        // What a step touches should stay near: some of it in the first cache, all of it in the second.
        let others = roles.forced.count - roles.minor.count
        let touched = 64 * ((areShared ? 2 : 6) * roles.minor.count + 20 * gases.own.count + 2 * others + 60)
        groupSize = max(1, min(4, 48_000 / touched))
        chlorine = roles.chlorine.map { columns.concentration[$0] } ?? -1
        func slot(_ kind: ClimateSpecies.Kind) -> Int {
            model.first(kind).map { species[$0].mode == .calculated ? columns.forcing[$0] : -1 } ?? -1
        }
        aerosolRadiationSlot = slot(.aerosolRadiation)
        cloudSlot = slot(.aerosolCloud)
        ozoneSlot = slot(.ozone)
        contrailsSlot = slot(.contrails)
        particlesOnSnowSlot = slot(.particlesOnSnow)
        stratosphericWaterSlot = slot(.stratosphericWater)
        landUseSlot = slot(.landUse)
    }

    /// Whether all minor gases are shared, with what their forcing refers to.
    private static func minorAreShared(_ model: ClimateCase, _ roles: ClimateRoles, _ sharing: ClimateSharing) -> Bool {
        let needed: [ClimateCase.SpeciesParameter] = [.forcingReferenceConcentration, .baselineConcentration]
        return !roles.minor.isEmpty
            && roles.minor.allSatisfy { sharing.gas[$0] && model.shares(needed, of: $0) }
    }
}

/// An amount that members share, less its baseline, both by their places; no baseline where it is -1.
struct SharedDifference {
    let amount: Int
    let baseline: Int
    /// What is taken off besides; nothing where it is -1.
    var offset = -1
}
