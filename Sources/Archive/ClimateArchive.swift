import Foundation

/// What a climate archive holds: its dimensions and variables.
public struct ClimateArchiveLayout: Sendable {
    /// A variable over time, scenario, config and perhaps one dimension more.
    public struct Variable: Sendable {
        /// Its name.
        public let name: String
        /// Its unit, in words where UDUNITS has none.
        public let unit: String
        /// What it means.
        public let longName: String
        /// Whether it belongs to steps, not to the bounds between them.
        public let isOfStep: Bool
        /// The last dimension: `specie`, `layer`, or none.
        public let dimension: String?

        /// A variable.
        public init(name: String, unit: String, longName: String, isOfStep: Bool, dimension: String?) {
            self.name = name
            self.unit = unit
            self.longName = longName
            self.isOfStep = isOfStep
            self.dimension = dimension
        }
    }

    /// What the case is, in words.
    public var title: String
    /// The years of the bounds.
    public var bounds: [Double]
    /// The middles of the steps.
    public var points: [Double]
    /// The scenarios.
    public var scenarios: [String]
    /// The members.
    public var members: [String]
    /// The species.
    public var species: [String]
    /// The number of layers.
    public var layers: Int
    /// The variables.
    public var variables: [Variable]
    /// Equilibrium sensitivity and transient response of the members, K.
    public var sensitivities: [(ecs: Double, tcr: Double)]

    /// A layout.
    public init(
        title: String, bounds: [Double], points: [Double], scenarios: [String], members: [String], species: [String],
        layers: Int, variables: [Variable], sensitivities: [(ecs: Double, tcr: Double)]
    ) {
        self.title = title
        self.bounds = bounds
        self.points = points
        self.scenarios = scenarios
        self.members = members
        self.species = species
        self.layers = layers
        self.variables = variables
        self.sensitivities = sensitivities
    }
}

/// Writes a climate run to one file, HDF5 and netCDF-4 at once, bundle after bundle.
///
/// Dimensions and names are those of FaIR's `to_netcdf`. The file stands under a temporary name until it is whole.
public final class ClimateArchiveWriter: @unchecked Sendable {
    static let format = "worldlines climate"
    static let formatVersion = 1

    private let path: String
    private let temporary: String
    private let layout: ClimateArchiveLayout
    private var file: HDF5File?
    private var datasets: [String: HDF5Dataset] = [:]
    private var pending: [String: Pending] = [:]

    /// Bytes that all variables together gather before they are written: a time is a piece of the file, and short pieces
    /// cost the system more than the whole simulation.
    private static let gathered = 8 << 20

    /// Neighbouring members of a variable under one scenario that are not yet written.
    private struct Pending {
        let capacity: Int
        let times: Int
        let entities: Int
        var scenario = 0
        var members = 0..<0
        var values: [Double]

        init(times: Int, entities: Int, capacity: Int) {
            self.capacity = capacity
            self.times = times
            self.entities = entities
            values = Array(repeating: .nan, count: times * capacity * entities)
        }

        func takes(_ more: Range<Int>, of scenario: Int) -> Bool {
            members.isEmpty
                || scenario == self.scenario && more.lowerBound == members.upperBound
                    && members.count + more.count <= capacity
        }

        mutating func add(_ more: [Double], scenario: Int, members added: Range<Int>) {
            let first = members.isEmpty ? added.lowerBound : members.lowerBound
            let width = added.count * entities
            for time in 0..<times {
                let place = (time * capacity + added.lowerBound - first) * entities
                values.replaceSubrange(place..<(place + width), with: more[(time * width)..<((time + 1) * width)])
            }
            self.scenario = scenario
            members = first..<added.upperBound
        }

        /// The numbers of the members that are there, time after time.
        var gathered: [Double] {
            if members.count == capacity { return values }
            return (0..<times).flatMap { time in
                values[(time * capacity * entities)..<((time * capacity + members.count) * entities)]
            }
        }
    }

    /// Makes the file.
    public init(path: String, layout: ClimateArchiveLayout) throws(ArchiveError) {
        self.path = path
        self.layout = layout
        temporary = Durable.temporaryPath(for: path)
        Durable.begin(temporary)
        do {
            try inLibrary { try make() }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    deinit {
        if file != nil { unlink(temporary) }
        Durable.end(temporary)
    }

    /// Asks the library; its errors name the file as it is to be called.
    private func inLibrary(_ body: () throws -> Void) throws(ArchiveError) {
        do {
            try withLibrary(body)
        } catch {
            throw Durable.named(error, path, temporary) as? ArchiveError ?? error
        }
    }

    private func make() throws {
        let file = try HDF5File.create(temporary)
        self.file = file
        for (name, text) in [
            ("Conventions", "CF-1.11"), ("title", layout.title), ("source", "worldlines \(Build.version), simulated"),
            ("references", "docs/CLIMATE.md of worldlines"), ("format", ClimateArchiveWriter.format),
            ("code_version", Build.version), ("cpu_class", Build.cpuClass),
        ] {
            try file.setAttribute(name, text)
        }
        try file.setAttribute("format_version", Int32(ClimateArchiveWriter.formatVersion))
        let netCDF = NetCDFWriter(file: file)
        try netCDF.dimension(
            "timebound", layout.bounds, attributes: [("units", "year"), ("long_name", "bound between two steps")])
        try netCDF.dimension(
            "timepoint", layout.points, attributes: [("units", "year"), ("long_name", "middle of a step")])
        for (name, count) in [
            ("scenario", layout.scenarios.count), ("config", layout.members.count), ("specie", layout.species.count),
            ("layer", layout.layers),
        ] {
            try netCDF.bareDimension(name, count)
        }
        try netCDF.text("scenario_name", layout.scenarios, over: "scenario", attributes: [("long_name", "scenario")])
        try netCDF.text("config_name", layout.members, over: "config", attributes: [("long_name", "member")])
        try netCDF.text("specie_name", layout.species, over: "specie", attributes: [("long_name", "species")])
        for (name, longName, values) in [
            ("ecs", "equilibrium climate sensitivity", layout.sensitivities.map(\.ecs)),
            ("tcr", "transient climate response", layout.sensitivities.map(\.tcr)),
        ] {
            let dataset = try netCDF.variable(
                name, type: Double.fileType, over: ["config"], attributes: [("units", "K"), ("long_name", longName)])
            try dataset.write(values)
        }
        for variable in layout.variables {
            let axes = [variable.isOfStep ? "timepoint" : "timebound", "scenario", "config"]
            datasets[variable.name] = try netCDF.variable(
                variable.name, type: Double.fileType, over: axes + [variable.dimension].compactMap { $0 }, fill: .nan,
                attributes: [("units", variable.unit), ("long_name", variable.longName)])
        }
    }

    /// Writes a variable of neighbouring members under one scenario: time, member, entity, the last fastest.
    public func write(_ name: String, _ values: [Double], scenario: Int, members: Range<Int>) throws(ArchiveError) {
        guard let variable = layout.variables.first(where: { $0.name == name }), datasets[name] != nil else {
            throw .unknownName(
                path: path, kind: "variable", name: name, known: layout.variables.map(\.name))
        }
        let times = variable.isOfStep ? layout.points.count : layout.bounds.count
        let entities = variable.dimension.map { $0 == "layer" ? layout.layers : layout.species.count } ?? 1
        let bytes = 8 * max(1, times * entities) * layout.variables.count
        let capacity = max(members.count, min(layout.members.count, ClimateArchiveWriter.gathered / bytes))
        if let before = pending[name], !before.takes(members, of: scenario) { try flush(name) }
        // Taken out while it grows, so that it is not copied.
        var gathering =
            pending.removeValue(forKey: name) ?? Pending(times: times, entities: entities, capacity: capacity)
        gathering.add(values, scenario: scenario, members: members)
        pending[name] = gathering
    }

    /// Writes what a variable has gathered.
    private func flush(_ name: String) throws(ArchiveError) {
        guard var those = pending.removeValue(forKey: name), !those.members.isEmpty, let dataset = datasets[name] else {
            return
        }
        let hasEntities = layout.variables.first { $0.name == name }?.dimension != nil
        let start = [0, those.scenario, those.members.lowerBound] + (hasEntities ? [0] : [])
        let count = [those.times, 1, those.members.count] + (hasEntities ? [those.entities] : [])
        try inLibrary { try dataset.write(those.gathered, at: start, count: count) }
        those.members = 0..<0
        pending[name] = those
    }

    /// Closes the file and gives it its name.
    public func close() throws(ArchiveError) {
        for variable in layout.variables { try flush(variable.name) }
        try inLibrary {
            try file?.flush()
            datasets = [:]
            file = nil
        }
        if rename(temporary, path) != 0 {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw .system(path: path, attempt: "rename the finished file", message: reason)
        }
    }
}
