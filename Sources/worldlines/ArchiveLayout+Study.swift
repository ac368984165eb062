import Archive
import Branching
import Stepping
import WorldModel

extension ArchiveLayout {
    /// The layout of the archive of a study.
    init(study: Study, tree: Tree, kernel: WorldKernel, keepStates: KeepStates) {
        let world = study.world
        let discountRate = world.slot("economy", "discount_rate")
        self.init(
            title: world.title.isEmpty ? study.name : "\(world.title): \(study.name)", study: study.name,
            question: study.question, world: world.name, licence: world.licence, currency: world.currency,
            epoch: world.start, seed: study.seed, samples: study.samples, tree: tree,
            variables: RecordedVariable.all.map {
                Variable(
                    name: $0.name, dimension: $0.dimension?.rawValue, count: world.count(of: $0), unit: $0.unit,
                    longName: $0.longName, cellMethod: $0.cellMethod)
            },
            entities: RecordedVariable.Dimension.allCases.map { ArchiveLayout.entities(of: $0, world: world) },
            levers: study.levers.indices.map { lever in
                Lever(name: study.levers[lever].name, options: tree.policies.map { study.option(of: lever, $0) })
            },
            uncertainties: study.uncertainties.map { Uncertainty(name: $0.name, path: $0.path, unit: $0.unit) },
            draw: { study.effects.draw(sample: $0) },
            outcomes: study.outcomes.map { outcome in
                Outcome(
                    name: outcome.name, unit: outcome.unit,
                    variable: RecordedVariable.all.firstIndex(of: outcome.variable) ?? 0, minimize: outcome.minimize,
                    limits: outcome.limits
                ) { yearly, sample, policy in
                    let rate = study.value(
                        of: discountRate, year: study.years.lowerBound, sample: sample,
                        choices: tree.policies[policy].choices)
                    return outcome.evaluate(yearly, world: world, years: study.years, discountRate: rate)
                }
            },
            stateColumns: kernel.stateColumns, keepStates: keepStates, studyDigest: study.digest,
            sources: study.sources.map { Source(path: $0.path, bytes: $0.bytes) }, sourcePath: study.sourcePath)
    }

    private static func entities(of dimension: RecordedVariable.Dimension, world: World) -> Entities {
        switch dimension {
        case .city:
            let cities = world.table("cities")
            return Entities(
                dimension: "city", names: cities.ids, latitudes: cities.fixed("y"), longitudes: cities.fixed("x"))
        case .carrier: return Entities(dimension: "carrier", names: world.table("carriers").ids)
        case .link: return Entities(dimension: "link", names: world.table("links").ids)
        case .stage:
            return Entities(dimension: "stage", names: (1...RecordedVariable.stages).map { "stage \($0)" })
        }
    }
}

extension Study {
    /// The option of a lever that a policy ends with; empty where it never decides.
    fileprivate func option(of lever: Int, _ policy: Tree.Policy) -> String {
        let taken = decisions.indices.last { decisions[$0].lever == lever && policy.choices[$0] >= 0 }
        return taken.map { levers[lever].options[policy.choices[$0]] } ?? ""
    }

    /// The value of a slot in a year of one world line, shocks left out.
    fileprivate func value(of slot: Int, year: Int, sample: Int, choices: [Int]) -> Double {
        guard let place = effects.slots.firstIndex(of: slot) else { return world.values[slot] }
        var values = effects.slots.map { world.values[$0] }
        values.withUnsafeMutableBufferPointer {
            effects.evaluate(year: year, sample: sample, choices: choices, into: $0)
        }
        return values[place]
    }
}
