import Yams

/// Gathers what changes numbers, by slot of the world, and makes the plan of it.
final class EffectBuilder {
    struct Uncertain {
        let effect: EffectPlan.UncertainEffect
        let slots: [Int]
    }

    struct Lever {
        let slot: Int
        let operation: EffectPlan.Operation
        let amount: Double
        let from: Int
        let over: Int
        /// Which of the option's ranges the amount is of, where a search chooses it; `amount` is the middle then.
        var blend: RangeBlend?
    }

    let world: World
    var uncertainties: [Uncertain] = []
    var correlation: [Double] = []

    init(world: World) { self.world = world }

    func plan(levers: [(year: Int, options: [[Lever]])], shocks: [Shock], seed: UInt64) -> EffectPlan {
        var touched = Set(world.trajectories.flatMap(\.slots))
        touched.formUnion(uncertainties.flatMap(\.slots))
        touched.formUnion(levers.flatMap { $0.options.flatMap { $0.map(\.slot) } })
        let slots = touched.sorted()
        let place = Dictionary(uniqueKeysWithValues: slots.enumerated().map { ($1, $0) })
        func places(_ slots: [Int]) -> [Int] { slots.compactMap { place[$0] } }
        return EffectPlan(
            slots: slots, shocks: shocks, start: slots.map { world.values[$0] },
            ranges: slots.map { world.field(of: $0)?.range ?? Reading.finite },
            trajectories: world.trajectories.map { .init(effect: $0, targets: places($0.slots)) },
            uncertainties: uncertainties.map { .init(effect: $0.effect, targets: places($0.slots)) },
            levers: levers.map { lever in
                let options = lever.options.map { option in
                    EffectPlan.LeverOption(
                        effects: option.compactMap { each in
                            place[each.slot].map {
                                EffectPlan.LeverEffect(
                                    target: $0, operation: each.operation, amount: each.amount, from: each.from,
                                    over: each.over, blend: each.blend)
                            }
                        })
                }
                return (lever.year, options)
            }, sobol: Sobol(seed: seed), correlation: correlation)
    }
}

/// Reads levers, uncertainties and what shocks do.
final class EffectReader {
    let world: World
    let yaml: YAMLReader
    let source: FileSource
    let builder: EffectBuilder
    let units: Units
    /// By lever, then option.
    var options: [[[EffectBuilder.Lever]]] = []
    var names: [Lever] = []
    /// The lines of the options, by lever.
    var lines: [[Int?]] = []
    /// The paths of the uncertainties that could not be read.
    var refused: [String] = []

    init(world: World, yaml: YAMLReader, source: FileSource, builder: EffectBuilder) {
        self.world = world
        self.yaml = yaml
        self.source = source
        self.builder = builder
        units = world.units
    }

    func place(_ path: String, _ line: Int?) -> World.Place? {
        do {
            let place = try world.place(path)
            if let finding = world.idle(place, path) { yaml.collector.add(finding.at(yaml.file, line)) }
            return place
        } catch {
            yaml.collector.add(error.at(yaml.file, line))
            return nil
        }
    }
}
