internal import Archive
import FaIR
import WorldModel

/// Writes a climate run into an archive, bundle after bundle.
public final class ClimateArchiveOutput {
    private let model: ClimateCase
    private let writer: ClimateArchiveWriter
    private let outputs: [ClimateOutput]

    /// Makes the archive; `first` is the bound at which the run begins.
    public init(path: String, model: ClimateCase, outputs: [ClimateOutput], first: Int, last: Int) throws {
        self.model = model
        self.outputs = outputs
        var variables: [ClimateArchiveLayout.Variable] = []
        func add(_ name: String, _ unit: String, _ longName: String, isOfStep: Bool = false, _ dimension: String?) {
            variables.append(
                .init(name: name, unit: unit, longName: longName, isOfStep: isOfStep, dimension: dimension))
        }
        for output in outputs {
            switch output {
            case .temperature: add("temperature", "K", "temperature of the layers, the surface first", "layer")
            case .climate:
                add("temperature", "K", "temperature of the layers, the surface first", "layer")
                add("stochastic_forcing", "W m-2", "filtered forcing", nil)
                add("forcing_sum", "W m-2", "effective radiative forcing", nil)
                add("toa_imbalance", "W m-2", "imbalance at the top of the atmosphere", nil)
                add("ocean_heat_content_change", "J", "heat taken up since the first bound", nil)
            case .emissions:
                add("emissions", "1", "emissions a year, in the unit of each species", isOfStep: true, "specie")
            case .concentration: add("concentration", "1", "concentration, in the unit of each species", "specie")
            case .forcing: add("forcing", "W m-2", "effective radiative forcing of each species", "specie")
            case .airborneEmissions: add("airborne_emissions", "1", "emissions that are in the air", "specie")
            case .airborneFraction: add("airborne_fraction", "1", "share of emissions that is in the air", "specie")
            case .cumulativeEmissions: add("cumulative_emissions", "1", "emissions since the first bound", "specie")
            case .alphaLifetime: add("alpha_lifetime", "1", "factor on the lifetimes of a gas", "specie")
            }
        }
        writer = try ClimateArchiveWriter(
            path: path,
            layout: ClimateArchiveLayout(
                title: model.title.isEmpty ? "a climate case" : model.title,
                bounds: (first...last).map(model.run.bound), points: (first..<last).map(model.run.point),
                scenarios: model.scenarios, members: model.members, species: model.species.map(\.name),
                layers: model.run.layers, variables: variables,
                sensitivities: model.members.indices.map { model.sensitivity(of: $0) }))
    }

    /// Writes what a bundle lived through.
    public func write(_ part: ClimatePart) throws {
        for output in outputs {
            switch output {
            case .temperature: try put(part, "temperature", .temperature, all: model.run.layers)
            case .climate:
                try put(part, "temperature", .temperature, all: model.run.layers)
                let names = ["stochastic_forcing", "forcing_sum", "toa_imbalance", "ocean_heat_content_change"]
                for (index, name) in names.enumerated() { try put(part, name, .energy, only: index) }
            case .airborneFraction:
                try put(part, "airborne_fraction", .airborneEmissions, over: .cumulativeEmissions)
            default: try put(part, output.rawValue, output.quantities[0])
            }
        }
    }

    private func put(
        _ part: ClimatePart, _ name: String, _ quantity: ClimateQuantity, all: Int? = nil, only: Int? = nil,
        over divisor: ClimateQuantity? = nil
    ) throws {
        guard let place = part.place(of: quantity) else { return }
        let times = quantity == .emissions ? part.bounds - 1 : part.bounds
        let entities = quantity.entities(of: model)
        let width = only != nil ? 1 : all ?? model.species.count
        let below = divisor.flatMap { part.place(of: $0) }
        let belowEntities = divisor?.entities(of: model) ?? []
        var values = Array(repeating: Double.nan, count: times * part.members.count * width)
        for bound in 0..<times {
            for lane in part.members.indices {
                let first = (bound * part.members.count + lane) * width
                if let only {
                    values[first] = part.value(place: place + only, bound: bound, lane: lane)
                    continue
                }
                for (index, entity) in entities.enumerated() {
                    var value = part.value(place: place + index, bound: bound, lane: lane)
                    if let below, let other = belowEntities.firstIndex(of: entity) {
                        value /= part.value(place: below + other, bound: bound, lane: lane)
                    }
                    values[first + entity] = value
                }
            }
        }
        let begin = part.members[0]
        try writer.write(name, values, scenario: part.scenario, members: begin..<(begin + part.members.count))
    }

    /// Closes the archive and gives it its name.
    public func close() throws { try writer.close() }
}
