/// A member of a calibrated ensemble: what a world's climate takes from it.
public struct ClimateMember: Sendable, Equatable {
    /// Heat capacity of the three layers, W yr/m2/K.
    public let heatCapacity: [Double]
    /// Climate feedback and heat transfer between the layers, W/m2/K.
    public let heatTransfer: [Double]
    /// Efficacy of deep-ocean heat uptake.
    public let efficacy: Double
    /// Rate at which forcing reaches the surface, 1/yr.
    public let gamma: Double
    /// The 100-year integrated airborne fraction, yr, and its growth with uptake, warming and carbon in the air.
    public let iirf: [Double]
    /// Factor on the forcing of CO2.
    public let forcingScale: Double
    /// CO2 before industry, ppm.
    public let preindustrial: Double
}

extension WorldReader {
    /// The heads that a table of members must have, in the order in which `ClimateMember` takes them.
    private static let memberHeads =
        (0..<3).map { "ocean_heat_capacity[\($0)]" } + (0..<3).map { "ocean_heat_transfer[\($0)]" } + [
            "deep_ocean_efficacy", "gamma_autocorrelation", "iirf_0[CO2]", "iirf_uptake[CO2]",
            "iirf_temperature[CO2]", "iirf_airborne[CO2]", "forcing_scale[CO2]", "baseline_concentration[CO2]",
        ]

    /// The members of the table that `climate.members` names.
    func readClimateMembers() -> [ClimateMember] {
        guard let file = texts["climate"]?["members"], !file.isEmpty,
            let bytes = source.open(file, namedIn: WorldReader.file, line: nil, collector),
            let csv = CSVTable.parse(bytes, file: file, collector)
        else { return [] }
        let columns = WorldReader.memberHeads.map { head in csv.header.firstIndex(of: head) ?? -1 }
        for (head, column) in zip(WorldReader.memberHeads, columns) where column < 0 {
            collector.add(
                file, csv.headerLine, head, "there is no column `\(head)`",
                Nearest.remedy(head, among: csv.header) + "; fair-calibrate's tables have it")
        }
        if columns.contains(-1) { return [] }
        return csv.rows.compactMap { row in
            var values: [Double] = []
            for (head, column) in zip(WorldReader.memberHeads, columns) {
                guard let value = Double(row.cells[column]), value.isFinite else {
                    collector.add(
                        file, row.line, head, "`\(row.cells[column])` is not a finite number",
                        "write the member's number, or take the row out")
                    continue
                }
                values.append(value)
            }
            if values.count < columns.count { return nil }
            if values[0..<3].contains(where: { $0 <= 0 }) || values[3] <= 0 {
                collector.add(
                    file, row.line, nil, "a heat capacity or the feedback is not above zero", "mend the row")
                return nil
            }
            return ClimateMember(
                heatCapacity: Array(values[0..<3]), heatTransfer: Array(values[3..<6]), efficacy: values[6],
                gamma: values[7], iirf: Array(values[8..<12]), forcingScale: values[12], preindustrial: values[13])
        }
    }
}
