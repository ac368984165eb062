import Lanes

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
    /// What CO2's concentration is multiplied by for its logarithm: one over its reference.
    static let inverseReference = 12
    static let count = 13
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

    /// The concentrations of CO2, CH4 and N2O, or -1.
    let mainConcentration: (Int, Int, Int)
    /// Constants: reference concentrations, scales and offsets of the three.
    let mainConstants: Int
    let minorCount: Int
    /// Concentrations of the minor gases, in order, and the first of their forcings.
    let minorConcentration: FixedList<Int>
    let minorForcing: Int
    /// Constants of the minor gases, blocks of `minorCount`; see `MinorConstant`.
    let minorConstants: Int
    /// The constant of the first minor gas's forcing scale, and the gases whose scale is another in any member.
    let minorScale: Int
    let unlikeMinors: FixedList<Int>
    /// Whether the root of N2O's concentration is among the shared numbers.
    let sharesNitrousOxide: Bool

    /// The first forcing and their number.
    let firstForcing, forcingCount: Int
    /// Forcings that are summed one by one.
    let direct: DirectForcings
    /// Feedbacks of warming and their constants; of them those on the others: sums over species and minor gases.
    let feedbacks: [Broadcast]
    let otherFeedbacks: FixedList<Broadcast>
    /// Forcings whose efficacy is not one in every member, and the constant of what it is above one.
    let weighted: FixedList<Broadcast>
    /// Whether every forcing has to stand in its column.
    let needsEveryForcing: Bool
    /// Constants of the energy balance: matrix, response, noise factor, feedback, deep transfer, efficacy.
    let energyConstants: Int

    let isStochastic: Bool
    let logMethaneFloor: Double
    /// Whether the forcing of the minor gases at a scale of one is a number that all members share.
    let minorAreShared: Bool
    /// Which shared amounts less their baselines a step needs: those of the minor gases first.
    let differences: [SharedDifference]
    /// Where the forcing of the minor gases at a scale of one and the root of N2O's concentration follow the differences.
    var commonMinorForcing: Int { differenceCount }
    var rootOfNitrousOxide: Int { differenceCount + 1 }
    let differenceCount: Int
    /// How many bundles are stepped together, so that their columns stay near.
    let groupSize: Int

    let roles: ClimateRoles
    let terms: ClimateTerms
    /// Whether members share a gas, by species.
    let sharesGas: [Bool]
    /// The first constant of each gas, by species; -1 where it is none.
    let gasConstants: [Int]
    /// How the constants come from the numbers of members.
    let recipes: ClimateRecipes

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
        minorConstants = take(MinorConstant.count * roles.minor.count)
        minorScale = take(1)
        let areShared = ClimatePlan.minorAreShared(model, roles, sharing)
        var differences = areShared ? ClimatePlan.minorDifferences(roles, columns, from: minorConstants) : []
        let sums = ClimateSumLists(
            model, roles, columns, terms, sharing, constants: &constants, differences: &differences)
        let flows = ClimateFlowLists(
            model, roles, columns, sharing, gases, sums, recorded: recorded(columns), minorAreShared: areShared)
        minorAreShared = areShared
        let scales = roles.minor.map { model.numbers(.forcingScale, of: $0) }
        unlikeMinors = FixedList(scales.indices.filter { scales[$0] != scales[0] })
        sharesNitrousOxide = roles.main[2] >= 0 && sharing.gas[roles.main[2]]
        self.differences = differences
        differenceCount = differences.count
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

        let main = roles.main.map { $0 < 0 ? -1 : columns.concentration[$0] }
        mainConcentration = (main[0], main[1], main[2])
        minorCount = roles.minor.count
        minorConcentration = FixedList(roles.minor.map { columns.concentration[$0] })
        let firstForced = roles.forced.first.map { columns.forcing[$0] } ?? columns.count
        firstForcing = firstForced
        minorForcing = firstForced + roles.main.count { $0 >= 0 }
        forcingCount = roles.forced.count
        mainConstants = take(MainConstant.count)
        let summed = Set(roles.minor.map { columns.forcing[$0] } + sums.linear.map(\.slot))
        let fed = roles.forced.filter { !model.isZero(.forcingTemperatureFeedback, of: $0) }
        let feedbacks = fed.map { Broadcast(slot: columns.forcing[$0], place: take(1)) }
        direct = DirectForcings(model, roles, columns, feedbacks, summed: summed)
        self.feedbacks = feedbacks
        otherFeedbacks = FixedList(feedbacks.filter { summed.contains($0.slot) })
        let unequal = roles.forced.filter { s in
            model.numbers(.forcingEfficacy, of: s).values.contains { $0 != 1 }
        }
        weighted = FixedList(unequal.map { Broadcast(slot: columns.forcing[$0], place: take(1)) })
        needsEveryForcing =
            flows.recordsForcing || unequal.contains { species[$0].mode != .forcing }
        let n = model.run.layers + 1
        energyConstants = take(2 * n * n + n + 3)
        constantCount = constants
        // What a step touches should stay near: some of it in the first cache, all of it in the second.
        let others = roles.forced.count - roles.minor.count
        let touched = 64 * ((areShared ? 0 : 6) * roles.minor.count + 20 * gases.own.count + 2 * others + 60)
        groupSize = max(1, min(4, 48_000 / touched))
        chlorine = roles.chlorine.map { columns.concentration[$0] } ?? -1
        recipes = ClimateRecipes()
        writeRecipes(of: model)
    }

    /// What shared minor gases have more than at their reference.
    private static func minorDifferences(
        _ roles: ClimateRoles, _ columns: ClimateColumns, from constants: Int
    ) -> [SharedDifference] {
        roles.minor.enumerated().map { index, s in
            SharedDifference(
                amount: columns.concentration[s], baseline: constants + index,
                offset: constants + MinorConstant.offset * roles.minor.count + index, isStrict: true)
        }
    }

    /// Whether all minor gases are shared, with what their forcing refers to.
    private static func minorAreShared(_ model: ClimateCase, _ roles: ClimateRoles, _ sharing: ClimateSharing) -> Bool {
        let needed: [ClimateCase.SpeciesParameter] = [
            .forcingReferenceConcentration, .baselineConcentration, .radiativeEfficiency, .troposphericAdjustment,
        ]
        return !roles.minor.isEmpty
            && roles.minor.allSatisfy { sharing.gas[$0] && model.shares(needed, of: $0) }
    }
}

/// A forcing that is summed by itself.
struct DirectForcing {
    /// Where it stands; -1 where a case has none.
    var slot = -1
    /// The constant of warming's feedback on it; -1 without one.
    var feedback = -1
}

/// The forcings that are summed one by one, since each may lack a number.
struct DirectForcings {
    private(set) var carbonDioxide = DirectForcing()
    private(set) var methane = DirectForcing()
    private(set) var nitrousOxide = DirectForcing()
    private(set) var cloud = DirectForcing()
    private(set) var ozone = DirectForcing()
    /// Those that are given, in order.
    let given: FixedList<DirectForcing>

    init(
        _ model: ClimateCase, _ roles: ClimateRoles, _ columns: ClimateColumns, _ feedbacks: [Broadcast],
        summed: Set<Int>
    ) {
        var given: [DirectForcing] = []
        for s in roles.forced where !summed.contains(columns.forcing[s]) {
            let slot = columns.forcing[s]
            let forcing = DirectForcing(slot: slot, feedback: feedbacks.first { $0.slot == slot }?.place ?? -1)
            if model.species[s].mode == .forcing {
                given.append(forcing)
                continue
            }
            switch model.species[s].kind {
            case .carbonDioxide: carbonDioxide = forcing
            case .methane: methane = forcing
            case .nitrousOxide: nitrousOxide = forcing
            case .aerosolCloud: cloud = forcing
            default: ozone = forcing
            }
        }
        self.given = FixedList(given)
    }
}

/// An amount that members share, less its baseline, both by their places; no baseline where it is -1.
struct SharedDifference {
    let amount: Int
    let baseline: Int
    /// What is taken off besides; nothing where it is -1.
    var offset = -1
    /// Whether what is no number stays so; else it counts as nothing.
    var isStrict = false
}

/// The constants of the minor gases, in blocks of one each.
enum MinorConstant {
    /// The concentration that forcing refers to, and what the baseline is above it.
    static let reference = 0
    static let offset = 1
    /// Forcing per concentration: with the gas's own scale, at a scale of one, and by what its scale is above that of the
    /// first.
    static let weight = 2
    static let base = 3
    static let unlike = 4
    static let count = 5
}
