import Draws
import Lanes

/// A climate case made ready to run, scenario after scenario, eight members at a time.
///
/// ```swift
/// let kernel = ClimateKernel(try ClimateCaseFolder.read("case"), recording: [.temperature])
/// kernel.run { part in print(part.scenario, part.members, part.value(.temperature, entity: 0, bound: 150, lane: 0)) }
/// ```
public final class ClimateKernel: @unchecked Sendable {
    /// The case.
    public let model: ClimateCase
    /// What is recorded, in order.
    public let recorded: [ClimateQuantity]
    let plan: ClimatePlan
    /// Groups of bundles of members.
    private let groups: [[[Int]]]
    private let initial: ClimateSnapshot?
    private let series: [Recorded]

    /// One recorded column.
    private struct Recorded {
        let slot: Int
        /// Whether it belongs to the step that begins at a bound; what is not belongs to the bound.
        let isOfStep: Bool
    }

    /// A kernel.
    ///
    /// - Parameters:
    ///   - recording: what is kept; nothing else takes memory.
    ///   - initial: the state to go on from; without one, that of the first bound.
    public init(_ model: ClimateCase, recording: [ClimateQuantity], from initial: ClimateSnapshot? = nil) {
        self.model = model
        self.initial = initial
        recorded = recording
        let members = model.members.count
        plan = ClimatePlan(
            model,
            recorded: { columns in
                recording.flatMap { quantity in
                    quantity.entities(of: model).map { quantity.slot(of: $0, in: columns) }.filter { $0 >= 0 }
                }
            },
            differs: { columns, slot in initial?.differs(slot: slot, columns: columns, model: model) ?? false })
        let plan = self.plan
        let lanes = Lanes.scalarCount
        let bundles = stride(from: 0, to: members, by: lanes).map { Array($0..<min($0 + lanes, members)) }
        groups = stride(from: 0, to: bundles.count, by: plan.groupSize).map {
            Array(bundles[$0..<min($0 + plan.groupSize, bundles.count)])
        }
        series = recording.flatMap { quantity in
            quantity.entities(of: model).map {
                Recorded(slot: quantity.slot(of: $0, in: plan.columns), isOfStep: quantity.isOfStep)
            }
        }
    }

    /// The first bound of the run: the case's, or that of the state.
    public var firstBound: Int { initial?.bound ?? 0 }

    /// Runs from the first bound to `last` and hands over each bundle of each scenario; returns the state at the end.
    ///
    /// - Parameter last: a bound of the case, its last without one.
    @discardableResult
    public func run(to last: Int? = nil, keepState: Bool = false, _ body: (ClimatePart) throws -> Void) rethrows
        -> ClimateSnapshot?
    {
        let steps = model.run.steps
        let first = firstBound
        let end = min(last ?? steps, steps)
        precondition(first <= end, "a run goes forward")
        let bounds = end - first + 1
        let width = series.count
        let record = Column(count: max(1, bounds * width) * plan.groupSize)
        let work = Column(count: plan.columns.count * plan.groupSize)
        let constants = Column(count: plan.constantCount * plan.groupSize)
        for bundle in 0..<plan.groupSize {
            plan.recipes.writeShared(constants.base + bundle * plan.constantCount, LaneMembers(padded([0])))
        }
        var snapshot = keepState ? ClimateSnapshot(plan, model, bound: end) : nil
        let shared = SharedSeries(plan, steps: end - first)
        for scenario in model.scenarios.indices {
            makeShared(shared, constants: UnsafePointer(constants.base), scenario: scenario, first: first, end: end)
            for bundles in groups {
                let members = bundles.map(padded)
                for (bundle, lanes) in members.enumerated() {
                    plan.recipes.writeOwn(constants.base + bundle * plan.constantCount, LaneMembers(lanes))
                }
                let group = ClimateGroup(
                    count: bundles.count, work: work.base, workStride: plan.columns.count,
                    given: UnsafePointer(constants.base), givenStride: plan.constantCount)
                step(
                    group, members: members, scenario: scenario, first: first, end: end, shared: shared, record: record)
                for (bundle, members) in bundles.enumerated() {
                    let W = group.columns(bundle)
                    if snapshot != nil {
                        // What members share is where its own pass ended.
                        for slot in plan.flows.sharedAfter where slot < plan.columns.stateCount {
                            W[slot] = shared.work.base[slot]
                        }
                        snapshot?.store(W, members: members, scenario: scenario)
                    }
                    try body(
                        ClimatePart(
                            scenario: scenario, members: members, firstBound: first, bounds: bounds,
                            quantities: recorded, model: model, width: width,
                            record: record.base + bundle * bounds * width,
                            flags: ClimateFlags(
                                clamped: W[plan.columns.clamped], negative: W[plan.columns.negative],
                                notFinite: W[plan.columns.notFinite], start: model.run.bound(first))))
                }
            }
        }
        return snapshot
    }

    /// A member for every lane: the last of a bundle again where there are fewer than eight.
    private func padded(_ members: [Int]) -> [Int] {
        members + Array(repeating: members[members.count - 1], count: Lanes.scalarCount - members.count)
    }

    // MARK: What members share

    /// Steps everything that members share, once a scenario.
    private func makeShared(
        _ shared: borrowing SharedSeries, constants k: UnsafePointer<Lanes>, scenario: Int, first: Int, end: Int
    ) {
        let W = shared.work.base
        start(W, constants: k, members: Array(repeating: 0, count: Lanes.scalarCount), scenario: scenario)
        for gas in plan.sharedGases.elements { W[gas.alpha] = fixedAlpha(gas, constants: k) }
        func put(_ slots: [Int], _ row: UnsafeMutablePointer<Double>) {
            for (place, slot) in slots.enumerated() { row[place] = W[slot][0] }
        }
        func give(_ index: Int) {
            for each in plan.flows.sharedSeries where each.kind != .emissions {
                W[each.slot] = lanes(each.series(of: model, scenario: scenario).value(index, member: 0))
            }
        }
        func differ(_ row: UnsafeMutablePointer<Double>) {
            for (place, each) in plan.differences.enumerated() {
                let above = each.baseline < 0 ? W[each.amount] : W[each.amount] - k[each.baseline]
                let x = each.offset < 0 ? above : above - k[each.offset]
                row[place] = (each.isStrict ? x : known(x))[0]
            }
            if plan.minorAreShared {
                let base = k + plan.minorConstants + MinorConstant.base * plan.minorCount
                var sum = Lanes.zero
                for minor in 0..<plan.minorCount { sum = fma(known(lanes(row[minor])), base[minor], sum) }
                row[plan.commonMinorForcing] = sum[0]
            }
            if plan.sharesNitrousOxide {
                row[plan.rootOfNitrousOxide] = squareRoot(W[plan.mainConcentration.2])[0]
            }
        }
        let one = ClimateGroup(
            count: 1, work: W, workStride: plan.columns.count, given: k, givenStride: plan.constantCount)
        give(first)
        put(plan.flows.sharedAfter, shared.after(0))
        for step in first..<end {
            let bound = Double(step + 1 - first) * model.run.timestep
            for each in plan.flows.sharedSeries where each.kind == .emissions {
                W[each.slot] = lanes(each.series(of: model, scenario: scenario).value(step, member: 0))
            }
            if let sum = plan.flows.sharedSum { W[sum.sum] = W[sum.first] + W[sum.second] }
            var factor = lanes(1)
            for term in plan.sums.sharedMethane.elements {
                factor *= methaneFactor(
                    W[term.amount], baseline: k[term.baseline], sensitivity: k[term.sensitivity],
                    floor: lanes(model.run.methaneFloor))
            }
            W[plan.columns.methaneFactor] = factor
            give(step + 1)
            plan.advanceGases(plan.sharedGases.elements, one, bound: bound)
            for each in plan.flows.sharedCumulative.elements {
                W[each.sum] = fma(W[each.first], lanes(model.run.timestep), W[each.sum])
            }
            plan.mixChlorine(plan.sums.sharedChlorine.elements, one)
            put(plan.flows.sharedBefore, shared.before(step - first))
            put(plan.flows.sharedAfter, shared.after(step - first + 1))
            differ(shared.differences(step - first + 1))
        }
    }

    // MARK: Members

    /// Runs one group of bundles under a scenario.
    private func step(
        _ bundles: ClimateGroup, members: [[Int]], scenario: Int, first: Int, end: Int,
        shared: borrowing SharedSeries, record: borrowing Column
    ) {
        let columns = plan.columns
        let steps = end - first
        let given = LaneSeries(plan, model, members, scenario: scenario, first: first, steps: steps)
        let width = series.count
        let rows = (steps + 1) * width
        let ofStep = FixedList(series.enumerated().filter { $1.isOfStep }.map { Broadcast(slot: $1.slot, place: $0) })
        let ofBound = FixedList(series.enumerated().filter { !$1.isOfStep }.map { Broadcast(slot: $1.slot, place: $0) })
        let unknown = lanes(.nan)
        for b in 0..<bundles.count {
            let W = bundles.columns(b)
            let k = bundles.constants(b)
            start(W, constants: k, members: members[b], scenario: scenario)
            for each in plan.flows.broadcastAfter.elements { W[each.slot] = lanes(shared.after(0)[each.place]) }
            for (index, slot) in given.slotsAfter.elements.enumerated() { W[slot] = given.after(0, bundle: b)[index] }
            for gas in plan.ownGases.elements where gas.rule == .fixed { W[gas.alpha] = fixedAlpha(gas, constants: k) }
            for gas in plan.sharedGases.elements { W[gas.alpha] = shared.work.base[gas.alpha] }
            W[columns.negative] = shared.work.base[columns.negative]
            if initial == nil { startForcing(W, constants: k) }
            let table = record.base + b * rows
            for each in ofBound.elements { table[each.place] = each.slot < 0 ? unknown : W[each.slot] }
            for each in ofStep.elements { table[steps * width + each.place] = unknown }
        }
        let noise = plan.isStochastic ? members.map { NoiseSource(plan, model, members: $0) } : []
        for step in 0..<steps {
            let inputs = ClimateInputs(
                broadcastBefore: plan.flows.broadcastBefore.elements,
                broadcastAfter: plan.flows.broadcastAfter.elements, sharedBefore: shared.before(step),
                sharedAfter: shared.after(step + 1), differences: shared.differences(step + 1),
                slotsBefore: given.slotsBefore.elements, slotsAfter: given.slotsAfter.elements,
                lanesBefore: given.before(step, bundle: 0), lanesAfter: given.after(step + 1, bundle: 0),
                strideBefore: given.strideBefore, strideAfter: given.strideAfter)
            if plan.isStochastic {
                for b in 0..<bundles.count {
                    noise[b].draw(
                        bundles.columns(b) + columns.noise, constants: bundles.constants(b), bound: first + step + 1)
                }
            }
            plan.step(bundles, inputs: inputs, bound: Double(step + 1) * model.run.timestep)
            for b in 0..<bundles.count {
                let W = bundles.columns(b)
                let row = record.base + b * rows + step * width
                for each in ofStep.elements { row[each.place] = each.slot < 0 ? unknown : W[each.slot] }
                let next = row + width
                for each in ofBound.elements { next[each.place] = each.slot < 0 ? unknown : W[each.slot] }
            }
        }
    }

    /// Forcing at the first bound: that which is given.
    private func startForcing(_ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>) {
        var sum = Lanes.zero
        for index in 0..<plan.forcingCount {
            let F = W[plan.firstForcing + index]
            sum += known(F)
        }
        W[plan.columns.forcingSum] = sum
        W[plan.columns.thermal] = sum
        W[plan.columns.imbalance] = plan.imbalance(W, constants: k, forcing: sum, count: plan.columns.thermalCount)
    }

    /// The columns at the first bound: those of the snapshot, or nothing emitted and every gas at its baseline.
    private func start(
        _ W: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>, members: [Int], scenario: Int
    ) {
        W.update(repeating: .zero, count: plan.columns.count)
        W[plan.columns.clamped] = lanes(.infinity)
        W[plan.columns.negative] = lanes(.infinity)
        W[plan.columns.notFinite] = lanes(.infinity)
        W[plan.columns.methaneFactor] = lanes(1)
        if let initial {
            initial.load(W, members: members, scenario: scenario)
            return
        }
        for gas in Array(plan.ownGases.elements) + Array(plan.sharedGases.elements) {
            W[gas.concentration] = k[gas.constants + GasConstant.baseConcentration]
        }
        if plan.chlorine >= 0, let s = model.first(.stratosphericChlorine) {
            let baseline = model.numbers(.baselineConcentration, of: s)
            for lane in 0..<Lanes.scalarCount { W[plan.chlorine][lane] = baseline[members[lane]] }
        }
    }

    private func fixedAlpha(_ gas: GasPlan, constants k: UnsafePointer<Lanes>) -> Lanes {
        let c = k + gas.constants
        return lifetimeFactor(
            airborne: .zero, cumulative: .zero, temperature: .zero, r0: c[GasConstant.r0], rU: .zero, rT: .zero,
            rA: .zero, g0: c[GasConstant.g0], inverseG1: c[GasConstant.inverseG1], most: lanes(plan.settings.iirfMax)
        ).alpha
    }
}

/// What members share over a scenario, row after row.
struct SharedSeries: ~Copyable {
    let work: Column
    private let widthBefore, widthAfter, widthOfDifferences: Int
    private let rowsBefore, rowsAfter, rowsOfDifferences: UnsafeMutablePointer<Double>

    init(_ plan: ClimatePlan, steps: Int) {
        work = Column(count: plan.columns.count)
        widthBefore = plan.flows.sharedBefore.count
        widthAfter = plan.flows.sharedAfter.count
        rowsBefore = .allocate(capacity: max(1, steps * widthBefore))
        widthOfDifferences = plan.differences.count + 2
        rowsAfter = .allocate(capacity: max(1, (steps + 1) * widthAfter))
        rowsOfDifferences = .allocate(capacity: max(1, (steps + 1) * widthOfDifferences))
    }

    deinit {
        rowsBefore.deallocate()
        rowsAfter.deallocate()
        rowsOfDifferences.deallocate()
    }

    func before(_ step: Int) -> UnsafeMutablePointer<Double> { rowsBefore + step * widthBefore }
    func after(_ bound: Int) -> UnsafeMutablePointer<Double> { rowsAfter + bound * widthAfter }
    func differences(_ bound: Int) -> UnsafeMutablePointer<Double> { rowsOfDifferences + bound * widthOfDifferences }
}

/// The series in which the members of a group differ, bundle after bundle, row after row.
struct LaneSeries: ~Copyable {
    let slotsBefore, slotsAfter: FixedList<Int>
    /// How far apart the series of two bundles are.
    let strideBefore, strideAfter: Int
    private let rowsBefore, rowsAfter: Column

    init(_ plan: ClimatePlan, _ model: ClimateCase, _ bundles: [[Int]], scenario: Int, first: Int, steps: Int) {
        let before = plan.flows.ownSeries.filter { $0.kind == .emissions }
        let after = plan.flows.ownSeries.filter { $0.kind != .emissions }
        slotsBefore = FixedList(before.map(\.slot))
        slotsAfter = FixedList(after.map(\.slot))
        strideBefore = before.count * steps
        strideAfter = after.count * (steps + 1)
        rowsBefore = Column(count: strideBefore * bundles.count)
        rowsAfter = Column(count: strideAfter * bundles.count)
        for (bundle, members) in bundles.enumerated() {
            for (index, each) in before.enumerated() {
                LaneSeries.fill(
                    rowsBefore.base + bundle * strideBefore + index, each.series(of: model, scenario: scenario),
                    members, first: first, rows: steps, width: before.count)
            }
            for (index, each) in after.enumerated() {
                LaneSeries.fill(
                    rowsAfter.base + bundle * strideAfter + index, each.series(of: model, scenario: scenario), members,
                    first: first, rows: steps + 1, width: after.count)
            }
        }
    }

    private static func fill(
        _ column: UnsafeMutablePointer<Lanes>, _ series: ClimateSeries, _ members: [Int], first: Int, rows: Int,
        width: Int
    ) {
        if series.values.count == series.length, let scale = series.scale {
            var factor = Lanes.zero
            for lane in 0..<Lanes.scalarCount { factor[lane] = scale[members[lane]] }
            series.values.withUnsafeBufferPointer { values in
                for row in 0..<rows { column[row * width] = values[first + row] * factor }
            }
            return
        }
        for row in 0..<rows {
            var value = Lanes.zero
            for lane in 0..<Lanes.scalarCount { value[lane] = series.value(first + row, member: members[lane]) }
            column[row * width] = value
        }
    }

    func before(_ step: Int, bundle: Int) -> UnsafePointer<Lanes> {
        UnsafePointer(rowsBefore.base + bundle * strideBefore + step * slotsBefore.elements.count)
    }

    func after(_ bound: Int, bundle: Int) -> UnsafePointer<Lanes> {
        UnsafePointer(rowsAfter.base + bundle * strideAfter + bound * slotsAfter.elements.count)
    }
}

/// Where the noise of a bundle is from: given numbers, or Philox of (member's seed, bound).
struct NoiseSource {
    private let factor: Int
    private let count: Int
    private let samples: SIMD8<UInt32>
    private let given: [[Double]]
    private let seed: UInt64
    private let start, timestep: Double

    init(_ plan: ClimatePlan, _ model: ClimateCase, members: [Int]) {
        count = plan.columns.thermalCount
        factor = plan.energyConstants + count * count + count
        var samples = SIMD8<UInt32>()
        let seeds = model.numbers(.seed)
        let uses = model.numbers(.useSeed)
        for lane in 0..<Lanes.scalarCount {
            let member = members[lane]
            let own = seeds[member].magnitude
            samples[lane] =
                uses[member] != 0 && own < 4.294967296e9 ? UInt32(own) : Philox.entity(model.members[member])
        }
        self.samples = samples
        given = members.map { model.noise[$0] }
        seed = model.run.noiseSeed
        start = model.run.start
        timestep = model.run.timestep
    }

    func draw(_ w: UnsafeMutablePointer<Lanes>, constants k: UnsafePointer<Lanes>, bound: Int) {
        var z = [Lanes](repeating: .zero, count: count + 1)
        let step = Int(((start + Double(bound) * timestep) * 8760).rounded())
        for pair in stride(from: 0, to: count, by: 2) {
            (z[pair], z[pair + 1]) = Chance.normals(
                seed: seed, samples: samples, purpose: .climate, entity: UInt32(pair / 2), step: step)
        }
        for row in 0..<count {
            var sum = Lanes.zero
            for column in 0...row { sum = fma(k[factor + row * count + column], z[column], sum) }
            for lane in 0..<Lanes.scalarCount where !given[lane].isEmpty {
                sum[lane] = given[lane][bound * count + row]
            }
            w[row] = sum
        }
    }
}
