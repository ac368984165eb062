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
    /// Forcing of all else per forcing of CO2 in some years, ascending; empty where the table leaves it to the world.
    public let otherForcing: [OtherForcing]

    /// Forcing of all but CO2 per forcing of CO2, in a year.
    public struct OtherForcing: Sendable, Equatable {
        let year: Int
        let ratio: Double
    }

    /// Forcing of all else per forcing of CO2: linear between the years of the table, and as in the nearest beyond them.
    public func otherForcingRatio(in year: Int) -> Double {
        guard let next = otherForcing.firstIndex(where: { $0.year >= year }) else {
            return otherForcing.last?.ratio ?? 0
        }
        let b = otherForcing[next]
        if next == 0 || b.year == year { return b.ratio }
        let a = otherForcing[next - 1]
        return a.ratio + (b.ratio - a.ratio) * Double(year - a.year) / Double(b.year - a.year)
    }
}

extension World {
    /// The numbers of `climate` that its members replace.
    var numbersOfMembers: [String] {
        if climateMembers.isEmpty { return [] }
        let numbers = Schema.section("climate")?.fields.filter(\.isOfMember).map(\.name) ?? []
        return climateMembers[0].otherForcing.isEmpty ? numbers.filter { $0 != "other_forcing_ratio" } : numbers
    }
}

extension WorldRules {
    /// What the members replace isn't also given, and the world's own member is one of them.
    func checkMembers() {
        let count = world.climateMembers.count
        for key in world.numbersOfMembers where world.lines["climate." + key] != nil {
            collector.add(
                WorldReader.file, world.lines["climate." + key], "climate." + key,
                "`\(key)` is replaced by that of each member of `\(world.text("climate", "members"))`", "take it out")
        }
        let slot = world.slot("climate", "member")
        if count > 0, !world.doubts.slots.contains(slot), world.values[slot] >= Double(count) {
            collector.add(
                WorldReader.file, world.lines["climate.member"], "climate.member",
                "there is no member \(Numeral.text(world.values[slot]))", "allowed: 0 to \(count - 1)")
        }
    }
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
        guard let others = otherForcingColumns(csv, file) else { return [] }
        return csv.rows.compactMap { row in
            var values: [Double] = []
            let heads = WorldReader.memberHeads + others.map { csv.header[$0.column] }
            for (head, column) in zip(heads, columns + others.map(\.column)) {
                guard let value = Double(row.cells[column]), value.isFinite else {
                    collector.add(
                        file, row.line, head, "`\(row.cells[column])` is not a finite number",
                        "write the member's number, or take the row out")
                    continue
                }
                values.append(value)
            }
            if values.count < heads.count { return nil }
            if values[0..<3].contains(where: { $0 <= 0 }) || values[3] <= 0 {
                collector.add(
                    file, row.line, nil, "a heat capacity or the feedback is not above zero", "mend the row")
                return nil
            }
            return ClimateMember(
                heatCapacity: Array(values[0..<3]), heatTransfer: Array(values[3..<6]), efficacy: values[6],
                gamma: values[7], iirf: Array(values[8..<12]), forcingScale: values[12], preindustrial: values[13],
                otherForcing: zip(others, values[columns.count...]).map { .init(year: $0.year, ratio: $1) })
        }
    }

    /// The columns `other_forcing_ratio[YEAR]` in the order of their years; nil after a finding.
    private func otherForcingColumns(_ csv: CSVTable, _ file: String) -> [(year: Int, column: Int)]? {
        let prefix = "other_forcing_ratio["
        var columns: [(year: Int, column: Int)] = []
        for (column, head) in csv.header.enumerated() where head.hasPrefix(prefix) {
            guard head.hasSuffix("]"), let year = Int(head.dropFirst(prefix.count).dropLast()),
                !columns.contains(where: { $0.year == year })
            else {
                collector.add(
                    file, csv.headerLine, head, "`\(head)` names no year, or one that another column has",
                    "write a year of its own, as `other_forcing_ratio[2010]`")
                return nil
            }
            columns.append((year, column))
        }
        return columns.sorted { $0.year < $1.year }
    }
}
