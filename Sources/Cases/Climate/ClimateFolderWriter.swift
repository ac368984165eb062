package import Archive
import FaIR
import Foundation
import WorldModel

/// What a climate command writes, by the names of its files.
public enum ClimateOutput: String, Sendable, CaseIterable {
    /// Temperature of the layers, forcing, imbalance and heat.
    case climate
    /// Temperature of the layers alone, in `climate.csv`.
    case temperature
    /// Emissions, also those that concentrations imply.
    case emissions
    /// Concentrations.
    case concentration
    /// Forcing of each species.
    case forcing
    /// What of the emissions is in the air.
    case airborneEmissions = "airborne_emissions"
    /// The same over the cumulative emissions.
    case airborneFraction = "airborne_fraction"
    /// Emissions since the first bound.
    case cumulativeEmissions = "cumulative_emissions"
    /// Factors on lifetimes.
    case alphaLifetime = "alpha_lifetime"

    /// What is written unless something else is asked for: the files of FaIR's reference cases.
    public static let standard: [ClimateOutput] = [
        .climate, .emissions, .concentration, .forcing, .airborneEmissions, .cumulativeEmissions, .alphaLifetime,
    ]

    /// What must be recorded for it.
    public var quantities: [ClimateQuantity] {
        switch self {
        case .climate: [.temperature, .energy]
        case .temperature: [.temperature]
        case .emissions: [.emissions]
        case .concentration: [.concentration]
        case .forcing: [.forcing]
        case .airborneEmissions: [.airborneEmissions]
        case .airborneFraction: [.airborneEmissions, .cumulativeEmissions]
        case .cumulativeEmissions: [.cumulativeEmissions]
        case .alphaLifetime: [.alphaLifetime]
        }
    }

    /// What must be recorded for several, each once.
    public static func quantities(of outputs: [ClimateOutput]) -> [ClimateQuantity] {
        let wanted = Set(outputs.flatMap(\.quantities))
        return ClimateQuantity.allCases.filter(wanted.contains)
    }
}

/// Writes a climate run as a folder of CSVs, bundle after bundle, with names and columns of FaIR's reference cases.
public final class ClimateFolderWriter {
    private struct Output {
        let kind: ClimateOutput
        let file: TableWriter
        let entities: [Int]
    }

    private let model: ClimateCase
    private var outputs: [Output] = []
    /// Whether the run began at the first bound, and whether it ends at the last.
    private let isFresh, isWhole: Bool

    /// Begins the files of a folder; they appear when the folder is finished.
    package init(
        folder: DurableFolder, model: ClimateCase, outputs kinds: [ClimateOutput], isFresh: Bool, isWhole: Bool
    ) throws {
        self.model = model
        self.isFresh = isFresh
        self.isWhole = isWhole
        for kind in kinds {
            let quantity = kind.quantities[0]
            let name = kind == .temperature ? ClimateOutput.climate.rawValue : kind.rawValue
            let file = try TableWriter(folder.file("\(name).csv"))
            let entities = quantity.entities(of: model)
            var heads = [quantity == .emissions ? "timepoint" : "timebound", "scenario", "config"]
            if quantity == .temperature {
                heads += entities.map { "T\($0)" }
                if kind == .climate { heads += ClimateQuantity.energyNames }
            } else {
                heads += entities.map { model.species[$0].name }
            }
            try file.write(heads)
            outputs.append(Output(kind: kind, file: file, entities: entities))
        }
    }

    /// Writes what a bundle lived through.
    ///
    /// A run that goes on from a state leaves out the rows that the run before it has written, and one that stops early
    /// those that the next will write: the files of the parts follow each other as those of the whole.
    public func write(_ part: ClimatePart) throws {
        for output in outputs {
            let quantity = output.kind.quantities[0]
            let isOfStep = quantity.isOfStep
            let last = isOfStep && (quantity == .emissions || !isWhole) ? part.bounds - 1 : part.bounds
            let first = isOfStep || isFresh ? 0 : 1
            let places = output.kind.quantities.compactMap(part.place)
            let scenario = model.scenarios[part.scenario]
            for (lane, member) in part.members.enumerated() {
                for bound in first..<max(first, last) {
                    let index = part.firstBound + bound
                    let time = quantity == .emissions ? model.run.point(index) : model.run.bound(index)
                    output.file.put(text: time == time.rounded() && abs(time) < 1e15 ? "\(Int(time))" : "\(time)")
                    output.file.put(cell: scenario)
                    output.file.put(cell: model.members[member])
                    put(output, part, places, bound: bound, lane: lane)
                    try output.file.endRow()
                }
            }
        }
    }

    private func put(_ output: Output, _ part: ClimatePart, _ places: [Int], bound: Int, lane: Int) {
        let isStart = isFresh && bound == 0
        for index in output.entities.indices {
            var value = part.value(place: places[0] + index, bound: bound, lane: lane)
            switch output.kind {
            case .forcing, .cumulativeEmissions:
                // As FaIR has it: zero at the start, and nothing later, where a species has none.
                if isStart, value.isNaN { value = 0 }
            case .airborneEmissions:
                if value.isNaN, model.species[output.entities[index]].mode == .forcing { value = 0 }
            case .concentration:
                let species = output.entities[index]
                if isStart, value.isNaN, model.species[species].mode == .forcing {
                    value = model.numbers(.baselineConcentration, of: species)[part.members[lane]]
                }
            case .airborneFraction:
                let species = output.entities[index]
                let sum = ClimateQuantity.cumulativeEmissions.entities(of: model).firstIndex(of: species) ?? 0
                value /= part.value(place: places[1] + sum, bound: bound, lane: lane)
            default: break
            }
            output.file.put(value)
        }
        guard output.kind == .climate else { return }
        for index in 0..<4 { output.file.put(part.value(place: places[1] + index, bound: bound, lane: lane)) }
    }

    /// Writes what is left to the files.
    package func close() throws {
        for output in outputs { try output.file.close() }
    }

    /// Writes what went wrong: rows of scenario, member, flag and year; no file where there are none, nor an older one.
    package static func writeFlags(_ rows: [[String]], to folder: DurableFolder) throws {
        let name = "flags.csv"
        if rows.isEmpty { return folder.remove(name) }
        let file = try TableWriter(folder.file(name))
        try file.write(["scenario", "config", "flag", "year"])
        for row in rows { try file.write(row) }
        try file.close()
    }

    /// Writes equilibrium sensitivity and transient response of every member.
    package static func writeSensitivities(of model: ClimateCase, to folder: DurableFolder) throws {
        let file = try TableWriter(folder.file("ecs_tcr.csv"))
        try file.write(["", "ecs", "tcr"])
        for (member, name) in model.members.enumerated() {
            let (ecs, tcr) = model.sensitivity(of: member)
            file.put(text: name)
            file.put(ecs)
            file.put(tcr)
            try file.endRow()
        }
        try file.close()
    }
}

extension ClimateCase {
    /// Equilibrium climate sensitivity and transient climate response of a member, K.
    public func sensitivity(of member: Int) -> (ecs: Double, tcr: Double) {
        climateSensitivity(
            capacity: heatCapacity.map { $0[member] }, transfer: heatTransfer.map { $0[member] },
            efficacy: numbers(.deepOceanEfficacy)[member], forcing4CO2: numbers(.forcing4CO2)[member])
    }
}
