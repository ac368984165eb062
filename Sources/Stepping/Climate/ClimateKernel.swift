public import WorldModel

/// A climate case made ready to run, scenario after scenario, eight members at a time.
///
/// ```swift
/// let kernel = ClimateKernel(try ClimateCaseReader.read(folder: "case"), recording: [.temperature])
/// kernel.run { part in print(part.scenario, part.members, part.value(.temperature, entity: 0, bound: 150, lane: 0)) }
/// ```
public final class ClimateKernel: @unchecked Sendable {
    /// The case.
    public let model: ClimateCase
    /// What is recorded, in order.
    public let recorded: [ClimateQuantity]
    let plan: ClimatePlan
    let bundles: [ClimateBundle]
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
        bundles = stride(from: 0, to: members, by: Lanes.scalarCount).map {
            ClimateBundle(plan, model, members: Array($0..<min($0 + Lanes.scalarCount, members)))
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
        let record = Column(count: max(1, bounds * series.count))
        let work = Column(count: plan.columns.count)
        var snapshot = keepState ? ClimateSnapshot(plan, model, bound: end) : nil
        let shared = SharedSeries(plan, steps: end - first)
        for scenario in model.scenarios.indices {
            makeShared(shared, scenario: scenario, first: first, end: end)
            for bundle in bundles {
                let flags = step(
                    bundle, scenario: scenario, first: first, end: end, shared: shared, work: work, record: record)
                if snapshot != nil {
                    // What members share is where its own pass ended.
                    for slot in plan.flows.sharedAfter where slot < plan.columns.stateCount {
                        work.base[slot] = shared.work.base[slot]
                    }
                    snapshot?.store(work.base, bundle: bundle, scenario: scenario)
                }
                try body(
                    ClimatePart(
                        scenario: scenario, members: Array(bundle.members[..<bundle.live]), firstBound: first,
                        bounds: bounds, quantities: recorded, model: model, width: series.count, record: record.base,
                        flags: flags))
            }
        }
        return snapshot
    }

    // MARK: What members share

    /// Steps everything that members share, once a scenario.
    private func makeShared(_ shared: borrowing SharedSeries, scenario: Int, first: Int, end: Int) {
        let W = shared.work.base
        let k = bundles[0].constants.base
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
            plan.advanceGases(plan.sharedGases.elements, W, constants: k, bound: bound)
            for each in plan.flows.sharedCumulative.elements {
                W[each.sum] = fma(W[each.first], lanes(model.run.timestep), W[each.sum])
            }
            plan.mixChlorine(plan.sums.sharedChlorine.elements, W, constants: k)
            put(plan.flows.sharedBefore, shared.before(step - first))
            put(plan.flows.sharedAfter, shared.after(step - first + 1))
        }
    }

    // MARK: Members

    /// Runs one bundle and returns what went wrong in it.
    private func step(
        _ bundle: ClimateBundle, scenario: Int, first: Int, end: Int, shared: borrowing SharedSeries,
        work: borrowing Column, record: borrowing Column
    ) -> ClimateFlags {
        let W = work.base
        let k = UnsafePointer(bundle.constants.base)
        let columns = plan.columns
        let steps = end - first
        let before = plan.flows.ownSeries.filter { $0.kind == .emissions }
        let after = plan.flows.ownSeries.filter { $0.kind != .emissions }
        let given = LaneSeries(before, after, model, bundle: bundle, scenario: scenario, first: first, steps: steps)
        start(W, constants: k, members: bundle.members, scenario: scenario)
        for each in plan.flows.broadcastAfter.elements { W[each.slot] = lanes(shared.after(0)[each.place]) }
        for (index, each) in after.enumerated() { W[each.slot] = given.after(0)[index] }
        for gas in plan.ownGases.elements where gas.rule == .fixed { W[gas.alpha] = fixedAlpha(gas, constants: k) }
        W[columns.clamped] = lanes(.infinity)
        W[columns.negative] = shared.work.base[columns.negative]
        W[columns.notFinite] = lanes(.infinity)
        if initial == nil {
            var sum = Lanes.zero
            for index in 0..<plan.forcingCount {
                let F = W[plan.firstForcing + index]
                sum += select(F .== F, F, .zero)
            }
            W[columns.forcingSum] = sum
            W[columns.thermal] = sum
            plan.setImbalance(W, constants: k)
        }
        let width = series.count
        let slotsBefore = FixedList(before.map(\.slot))
        let slotsAfter = FixedList(after.map(\.slot))
        let ofStep = FixedList(series.enumerated().filter { $1.isOfStep }.map { Broadcast(slot: $1.slot, place: $0) })
        let ofBound = FixedList(series.enumerated().filter { !$1.isOfStep }.map { Broadcast(slot: $1.slot, place: $0) })
        let unknown = lanes(.nan)
        for each in ofBound.elements { record.base[each.place] = each.slot < 0 ? unknown : W[each.slot] }
        for each in ofStep.elements { record.base[steps * width + each.place] = unknown }
        let noise = NoiseSource(plan, model, bundle: bundle)
        for step in 0..<steps {
            let inputs = ClimateInputs(
                broadcastBefore: plan.flows.broadcastBefore.elements,
                broadcastAfter: plan.flows.broadcastAfter.elements,
                sharedBefore: shared.before(step), sharedAfter: shared.after(step + 1),
                slotsBefore: slotsBefore.elements, slotsAfter: slotsAfter.elements, lanesBefore: given.before(step),
                lanesAfter: given.after(step + 1))
            noise?.draw(W + columns.noise, bound: first + step + 1)
            plan.step(W, constants: k, inputs: inputs, bound: Double(step + 1) * model.run.timestep)
            let row = record.base + step * width
            for each in ofStep.elements { row[each.place] = each.slot < 0 ? unknown : W[each.slot] }
            let next = row + width
            for each in ofBound.elements { next[each.place] = each.slot < 0 ? unknown : W[each.slot] }
        }
        return ClimateFlags(
            clamped: W[columns.clamped], negative: W[columns.negative], notFinite: W[columns.notFinite],
            start: model.run.bound(first))
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
            rA: .zero, g0: c[GasConstant.g0], g1: c[GasConstant.g1], most: lanes(plan.settings.iirfMax)
        ).alpha
    }
}

/// What members share over a scenario, row after row.
struct SharedSeries: ~Copyable {
    let work: Column
    private let widthBefore, widthAfter: Int
    private let rowsBefore, rowsAfter: UnsafeMutablePointer<Double>

    init(_ plan: ClimatePlan, steps: Int) {
        work = Column(count: plan.columns.count)
        widthBefore = plan.flows.sharedBefore.count
        widthAfter = plan.flows.sharedAfter.count
        rowsBefore = .allocate(capacity: max(1, steps * widthBefore))
        rowsAfter = .allocate(capacity: max(1, (steps + 1) * widthAfter))
    }

    deinit {
        rowsBefore.deallocate()
        rowsAfter.deallocate()
    }

    func before(_ step: Int) -> UnsafeMutablePointer<Double> { rowsBefore + step * widthBefore }
    func after(_ bound: Int) -> UnsafeMutablePointer<Double> { rowsAfter + bound * widthAfter }
}

/// The series in which the members of a bundle differ, row after row.
struct LaneSeries: ~Copyable {
    private let rowsBefore, rowsAfter: Column
    private let widthBefore, widthAfter: Int

    init(
        _ before: [SeriesPlan], _ after: [SeriesPlan], _ model: ClimateCase, bundle: ClimateBundle, scenario: Int,
        first: Int, steps: Int
    ) {
        widthBefore = before.count
        widthAfter = after.count
        rowsBefore = Column(count: widthBefore * steps)
        rowsAfter = Column(count: widthAfter * (steps + 1))
        func fill(_ column: UnsafeMutablePointer<Lanes>, _ series: ClimateSeries, rows: Int, width: Int) {
            for row in 0..<rows {
                var value = Lanes.zero
                for lane in 0..<Lanes.scalarCount {
                    value[lane] = series.value(first + row, member: bundle.members[lane])
                }
                column[row * width] = value
            }
        }
        for (index, each) in before.enumerated() {
            fill(
                rowsBefore.base + index, each.series(of: model, scenario: scenario), rows: steps, width: widthBefore)
        }
        for (index, each) in after.enumerated() {
            fill(
                rowsAfter.base + index, each.series(of: model, scenario: scenario), rows: steps + 1, width: widthAfter)
        }
    }

    func before(_ step: Int) -> UnsafePointer<Lanes> { UnsafePointer(rowsBefore.base + step * widthBefore) }
    func after(_ bound: Int) -> UnsafePointer<Lanes> { UnsafePointer(rowsAfter.base + bound * widthAfter) }
}

/// Where the noise of a bundle is from: given numbers, or Philox of (member's seed, bound).
struct NoiseSource {
    private let factor: UnsafePointer<Lanes>
    private let count: Int
    private let samples: SIMD8<UInt32>
    private let given: [[Double]]
    private let seed: UInt64
    private let start, timestep: Double

    /// None where no member has noise.
    init?(_ plan: ClimatePlan, _ model: ClimateCase, bundle: ClimateBundle) {
        guard plan.isStochastic else { return nil }
        count = plan.columns.thermalCount
        factor = UnsafePointer(bundle.constants.base + plan.energyConstants + count * count + count)
        var samples = SIMD8<UInt32>()
        let seeds = model.numbers(.seed)
        let uses = model.numbers(.useSeed)
        for lane in 0..<Lanes.scalarCount {
            let member = bundle.members[lane]
            let own = seeds[member].magnitude
            samples[lane] =
                uses[member] != 0 && own < 4.294967296e9 ? UInt32(own) : Philox.entity(model.members[member])
        }
        self.samples = samples
        given = bundle.members.map { model.noise[$0] }
        seed = model.run.noiseSeed
        start = model.run.start
        timestep = model.run.timestep
    }

    func draw(_ w: UnsafeMutablePointer<Lanes>, bound: Int) {
        var z = [Lanes](repeating: .zero, count: count + 1)
        let step = Int(((start + Double(bound) * timestep) * 8760).rounded())
        for pair in stride(from: 0, to: count, by: 2) {
            (z[pair], z[pair + 1]) = Chance.normals(
                seed: seed, samples: samples, purpose: .climate, entity: UInt32(pair / 2), step: step)
        }
        for row in 0..<count {
            var sum = Lanes.zero
            for column in 0...row { sum = fma(factor[row * count + column], z[column], sum) }
            for lane in 0..<Lanes.scalarCount where !given[lane].isEmpty {
                sum[lane] = given[lane][bound * count + row]
            }
            w[row] = sum
        }
    }
}
