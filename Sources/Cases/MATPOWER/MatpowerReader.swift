import WorldModel

/// Reads a MATPOWER case of format version 2.
struct MatpowerReader {
    private let file: String
    private let collector: Collector
    private let convention: SusceptanceConvention
    private let text: MatpowerText
    private var base = 100.0
    private var buses: [Int: Int] = [:]
    /// Buses of type 4, which are out of the case with all that is at them.
    private var dead: Set<Int> = []
    /// Whether a bus could not be read, so that another row may name it.
    private var areBusesDoubted = false

    private init(
        _ bytes: [UInt8], file: String, convention: SusceptanceConvention, _ collector: Collector
    ) {
        self.file = file
        self.collector = collector
        self.convention = convention
        text = MatpowerText(bytes, file: file, collector)
    }

    /// The case in a file's bytes, or what could be read of it: every finding is with the collector.
    static func read(
        _ bytes: [UInt8], file: String, convention: SusceptanceConvention, _ collector: Collector
    ) -> GridCase {
        var reader = MatpowerReader(bytes, file: file, convention: convention, collector)
        return reader.read()
    }

    private mutating func read() -> GridCase {
        var grid = GridCase(name: text.name ?? CaseFile.stem(of: file))
        guard checkVersion() else { return grid }
        checkFields()
        readBase()
        for name in ["bus", "gen", "branch", "gencost"] where text.fields[name] == nil && collector.findings.isEmpty {
            add(nil, "mpc.\(name)", "the table `mpc.\(name)` is missing", "add it: `mpc.\(name) = [ ... ];`")
        }
        readBuses(&grid)
        readGenerators(&grid)
        readBranches(&grid)
        readDCLines(&grid)
        Connection.check(
            &grid, collector, isolatedRemedy: "join it with a branch in service, or give it type 4", holdsAll: true)
        return grid
    }

    // MARK: What the file has

    private static let tables = ["version", "baseMVA", "bus", "gen", "branch", "gencost", "dcline", "dclinecost"]

    /// Fields that say nothing about the dispatch of an hour.
    private static let silent = [
        "areas", "bus_name", "gen_name", "branch_name", "gentype", "genfuel", "casename", "name", "title", "comment",
        "note", "info", "license", "bus_location", "success", "et", "iterations", "f",
    ]

    /// Fields that would change the answer and are not modelled.
    private static let unsupported = [
        "A": "user constraints", "l": "user constraints", "u": "user constraints", "N": "user costs",
        "H": "user costs", "Cw": "user costs", "fparm": "user costs", "z0": "user variables", "zl": "user variables",
        "zu": "user variables", "if": "interface limits", "reserves": "reserves", "softlims": "soft limits",
        "storage": "storage", "switch": "switches", "ne_branch": "branches to build", "contingencies": "contingencies",
        "xGenData": "unit commitment", "uncertainty": "uncertainty", "load": "separate loads",
        "shunt": "separate shunts", "dcbus": "DC buses", "busdc": "DC buses", "convdc": "converters",
        "branchdc": "DC branches", "dcconv": "converters", "dcbranch": "DC branches",
    ]

    private func checkVersion() -> Bool {
        if text.isVersionOne {
            add(
                1, nil, "the case is of format version 1; version 2 is read",
                "convert it in MATPOWER: `savecase('new.m', loadcase('old.m'))`")
            return false
        }
        guard let field = text.fields["version"] else { return true }
        switch field.value {
        case .text("2"), .number(2): return true
        case .text(let version): refuseVersion(version, field.line)
        case .number(let version): refuseVersion(Numeral.text(version), field.line)
        case .matrix, .texts: refuseVersion("a table", field.line)
        }
        return false
    }

    private func refuseVersion(_ version: String, _ line: Int) {
        add(
            line, "mpc.version", "the case is of format version \(version); version 2 is read",
            "convert it in MATPOWER: `savecase('new.m', loadcase('old.m'))`")
    }

    private func checkFields() {
        for (name, field) in text.fields.sorted(by: { $0.value.line < $1.value.line })
        where !Self.tables.contains(name) && !Self.silent.contains(name) {
            if let what = Self.unsupported[name] {
                if case .matrix(let rows) = field.value, rows.isEmpty { continue }
                add(
                    field.line, "mpc.\(name)", "`mpc.\(name)` (\(what)) is not supported",
                    "take it out if the case means the same without it")
            } else {
                add(
                    field.line, "mpc.\(name)", "`mpc.\(name)` is not a field of a case",
                    Nearest.remedy(name, among: Self.tables + Self.silent))
            }
        }
    }

    private mutating func readBase() {
        guard let field = text.fields["baseMVA"] else {
            if collector.findings.isEmpty {
                add(nil, "mpc.baseMVA", "`mpc.baseMVA` is missing", "write `mpc.baseMVA = 100;`")
            }
            return
        }
        var number = Double.nan
        if case .number(let value) = field.value { number = value }
        if case .matrix(let rows) = field.value, rows.count == 1, rows[0].numbers.count == 1 {
            number = rows[0].numbers[0]
        }
        if number > 0, number.isFinite {
            base = number
        } else {
            add(field.line, "mpc.baseMVA", "the base is not a positive number of MVA", "write `mpc.baseMVA = 100;`")
        }
    }

    // MARK: Rows

    /// A row of a table, whose columns have names.
    private struct Entry {
        let number: Int
        let line: Int
        let numbers: [Double]
        let reader: MatpowerReader
        let table: String
        let names: [String]

        var path: String { "mpc.\(table)(\(number))" }

        func path(_ column: Int) -> String { "mpc.\(table)(\(number), \(names[column]))" }

        /// A number that must be finite; a finding where it isn't, then `fallback`.
        func number(_ column: Int, fallback: Double = 0) -> Double {
            let value = numbers[column]
            if value.isFinite { return value }
            reader.add(
                line, path(column), "\(names[column]) is \(value.isNaN ? "NaN" : "\(value)"), not a finite number",
                "write a finite number")
            return fallback
        }

        /// A whole number; nil after a finding.
        func whole(_ column: Int) -> Int? {
            let value = numbers[column]
            if value == value.rounded(), abs(value) < 1e15 { return Int(value) }
            reader.add(
                line, path(column), "\(names[column]) is \(value.isNaN ? "NaN" : "\(value)"), not a whole number",
                "write a whole number")
            return nil
        }

        func find(_ column: Int, _ message: String, _ remedy: String) {
            reader.add(line, path(column), message, remedy)
        }
    }

    private func rows(
        _ table: String, _ columns: [MatpowerColumn], least: Int, hasMore: Bool = false
    ) -> [Entry] {
        let names = columns.map(\.name)
        guard let field = text.fields[table] else { return [] }
        guard case .matrix(let rows) = field.value else {
            add(field.line, "mpc.\(table)", "`mpc.\(table)` is not a matrix", "write `mpc.\(table) = [ ... ];`")
            return []
        }
        guard let first = rows.first else { return [] }
        let count = first.numbers.count
        guard count >= least else {
            add(
                first.line, "mpc.\(table)", "the rows have \(counted(count, "column")); at least \(least) are needed",
                "the columns are \(names.prefix(least).joined(separator: ", "))")
            return []
        }
        if count > names.count, !hasMore {
            add(
                first.line, "mpc.\(table)", "the rows have \(count) columns; \(names.count) are known",
                "take out the columns after column \(names.count) if the case means the same without them")
        }
        return rows.enumerated().map { index, row in
            Entry(
                number: index + 1, line: row.line, numbers: row.numbers, reader: self, table: table, names: names)
        }
    }

    private func add(_ line: Int?, _ path: String?, _ message: String, _ remedy: String) {
        collector.add(file, line, path, message, remedy)
    }

    private func origin(_ line: Int) -> GridCase.Origin { GridCase.Origin(file: file, line: line) }

    /// The index of the bus that a row names; nil where it is out of service or, after a finding, where there is none.
    private func bus(_ entry: Entry, _ column: Int) -> Int? {
        guard let number = entry.whole(column) else { return nil }
        if let index = buses[number] { return index }
        if !dead.contains(number), !areBusesDoubted {
            entry.find(
                column, "there is no bus \(number)",
                Nearest.remedy("\(number)", among: (buses.keys.sorted() + dead.sorted()).map(String.init)))
        }
        return nil
    }

    // MARK: Buses

    private mutating func readBuses(_ grid: inout GridCase) {
        let rows = rows("bus", MatpowerColumns.bus, least: 13)
        areBusesDoubted = rows.isEmpty
        var titles: [(text: String, line: Int)] = []
        if let field = text.fields["bus_name"], case .texts(let names) = field.value {
            if names.count == rows.count {
                titles = names
            } else {
                add(
                    field.line, "mpc.bus_name",
                    "it has \(counted(names.count, "name")) for \(counted(rows.count, "bus", "buses"))",
                    "give every bus a name, in the order of mpc.bus")
            }
        }
        var lines: [Int: Int] = [:]
        for entry in rows {
            guard let number = entry.whole(0), let type = entry.whole(1) else {
                areBusesDoubted = true
                continue
            }
            if let line = lines[number] {
                entry.find(0, "the bus \(number) stands already on line \(line)", "give each bus its own number")
                continue
            }
            lines[number] = entry.line
            if !(1...4).contains(type) {
                entry.find(1, "there is no bus type \(type)", "allowed: 1 (PQ), 2 (PV), 3 (reference), 4 (isolated)")
            }
            let (demand, shunt, angle, voltage) = (entry.number(2), entry.number(4), entry.number(8), entry.number(9))
            if type == 4 {
                dead.insert(number)
                continue
            }
            let index = grid.buses.count
            buses[number] = index
            let title = titles.isEmpty ? "" : titles[entry.number - 1].text.trimmed
            grid.buses.append(
                GridCase.Bus(
                    name: "\(number)", title: title.isEmpty ? "\(number)" : title, nominalVoltage: voltage, x: 0, y: 0,
                    isReference: type == 3,
                    // PowerModels holds every reference at 0.
                    angle: type == 3 && convention == .matpower ? angle * .pi / 180 : 0, origin: origin(entry.line)))
            for (kind, power) in [("load", demand), ("shunt", shunt)] where power != 0 {
                grid.loads.append(
                    GridCase.Load(
                        name: "\(kind)\(number)", bus: index, power: .constant(power), origin: origin(entry.line)))
            }
        }
    }

    // MARK: Generators

    private func readGenerators(_ grid: inout GridCase) {
        let rows = rows("gen", MatpowerColumns.gen, least: 10)
        if rows.isEmpty { return }
        let costs = costs("gencost", count: rows.count, isDoubleAllowed: true)
        for entry in rows {
            let bus = bus(entry, 0)
            guard entry.number(7) > 0 else { continue }
            let (most, least) = (entry.number(8), entry.number(9))
            if entry.numbers[9] > entry.numbers[8], entry.numbers[9].isFinite {
                entry.find(
                    9, "PMIN \(Numeral.text(least)) is above PMAX \(Numeral.text(entry.numbers[8]))",
                    "lower PMIN or raise PMAX")
            }
            guard let bus, least <= most else { continue }
            let nominal = max(abs(most), abs(least))
            grid.generators.append(
                GridCase.Generator(
                    name: "gen\(entry.number)", bus: bus, carrier: nil, nominal: nominal,
                    minimum: .constant(nominal > 0 ? least / nominal : 0),
                    maximum: .constant(nominal > 0 ? most / nominal : 0), cost: costs[entry.number - 1],
                    efficiency: 1, rampUp: nil, rampDown: nil, origin: origin(entry.line)))
        }
    }

    /// The costs of the rows of a table; nothing where they are missing, after a finding.
    private func costs(_ table: String, count: Int, isDoubleAllowed: Bool) -> [GridCase.Cost] {
        let free = [GridCase.Cost](repeating: GridCase.Cost(), count: count)
        guard let field = text.fields[table], case .matrix = field.value else { return free }
        // After four columns, as many as the largest NCOST needs.
        let rows = rows(table, MatpowerColumns.cost, least: 5, hasMore: true)
        guard rows.count == count || (isDoubleAllowed && rows.count == 2 * count) else {
            add(
                field.line, "mpc.\(table)",
                "it has \(counted(rows.count, "row")) of costs for \(counted(count, "row")) of \(table.dropLast(4))",
                isDoubleAllowed
                    ? "give one for each, in their order, or twice as many: those of reactive power follow"
                    : "give one for each, in their order")
            return free
        }
        return rows.prefix(count).map(cost)
    }

    private func cost(_ entry: Entry) -> GridCase.Cost {
        guard let model = entry.whole(0), let count = entry.whole(3) else { return GridCase.Cost() }
        guard model == 1 || model == 2 else {
            entry.find(0, "there is no cost model \(model)", "allowed: 1 (piecewise linear), 2 (polynomial)")
            return GridCase.Cost()
        }
        let needed = model == 1 ? 2 * count : count
        guard count >= (model == 1 ? 2 : 0), entry.numbers.count >= 4 + needed else {
            entry.find(
                3, "NCOST is \(count), but the row has \(counted(entry.numbers.count - 4, "number")) after it",
                model == 1
                    ? "a piecewise linear cost has at least 2 points, and 2 numbers a point"
                    : "a polynomial has as many coefficients as NCOST says")
            return GridCase.Cost()
        }
        let numbers = Array(entry.numbers[4..<4 + needed])
        if let odd = numbers.first(where: { !$0.isFinite }) {
            entry.find(3, "a cost is \(odd.isNaN ? "NaN" : "\(odd)"), not a finite number", "write a finite number")
            return GridCase.Cost()
        }
        return model == 1 ? chain(numbers, entry) : polynomial(numbers, entry)
    }

    private func polynomial(_ coefficients: [Double], _ entry: Entry) -> GridCase.Cost {
        let rising = Array(coefficients.reversed())
        if let degree = rising.indices.last(where: { rising[$0] != 0 }), degree > 2 {
            entry.find(
                3, "a polynomial of degree \(degree) is not supported", "write one of degree 2, or model 1 with points")
        }
        func coefficient(_ degree: Int) -> Double { degree < rising.count ? rising[degree] : 0 }
        if coefficient(2) < 0 {
            entry.find(
                3, "the cost is concave: its coefficient of degree 2 is \(Numeral.text(coefficient(2)))",
                "make it convex: at least 0")
        }
        return GridCase.Cost(
            constant: coefficient(0), linear: .constant(coefficient(1)),
            quadratic: .constant(max(2 * coefficient(2), 0)))
    }

    private func chain(_ numbers: [Double], _ entry: Entry) -> GridCase.Cost {
        let corners = stride(from: 0, to: numbers.count, by: 2).map {
            GridCase.Cost.Corner(power: numbers[$0], cost: numbers[$0 + 1])
        }
        var last = -Double.infinity
        for (a, b) in zip(corners, corners.dropFirst()) {
            guard b.power > a.power else {
                entry.find(
                    3,
                    "the powers of a piecewise linear cost don't rise: \(Numeral.text(a.power)), then "
                        + Numeral.text(b.power), "order its points by power, and give each power once")
                return GridCase.Cost()
            }
            let slope = (b.cost - a.cost) / (b.power - a.power)
            if slope < last - 1e-9 * max(abs(last), 1) {
                entry.find(
                    3,
                    "a piecewise linear cost is not convex: its slope falls from \(Numeral.text(last)) to "
                        + "\(Numeral.text(slope)) at \(Numeral.text(a.power)) MW",
                    "make the slopes rise from point to point")
                return GridCase.Cost()
            }
            last = slope
        }
        return GridCase.Cost(corners: corners)
    }

    // MARK: Branches

    private func readBranches(_ grid: inout GridCase) {
        for entry in rows("branch", MatpowerColumns.branch, least: 11) {
            let ends = [bus(entry, 0), bus(entry, 1)]
            guard entry.number(10) > 0, let from = ends[0], let to = ends[1] else { continue }
            if from == to {
                entry.find(1, "the branch leads from bus \(grid.buses[from].name) to itself", "name two buses")
                continue
            }
            let (r, x, tap, shift) = (entry.number(2), entry.number(3), entry.number(8), entry.number(9))
            guard x != 0 else {
                if entry.numbers[3] == 0 {
                    entry.find(3, "the reactance BR_X is 0, so the flow has no limit", "write the reactance, per unit")
                }
                continue
            }
            let rate = entry.numbers[5]
            if rate.isNaN || rate < 0 {
                entry.find(
                    5, "the limit RATE_A is \(rate.isNaN ? "NaN" : Numeral.text(rate))",
                    "write a limit in MVA, or 0 where there is none")
                continue
            }
            var angles = -Double.infinity...Double.infinity
            if entry.numbers.count >= 13 {
                guard let range = self.angles(entry) else { continue }
                angles = range
            }
            let isPlain = convention == .powermodels
            let susceptance = isPlain ? x / (r * r + x * x) : 1 / (x * (tap == 0 ? 1 : tap))
            let radian = Double.pi / 180
            grid.lines.append(
                GridCase.Line(
                    name: "branch\(entry.number)", bus0: from, bus1: to, reactance: 1 / (base * susceptance),
                    shift: isPlain ? 0 : shift * radian, nominal: rate == 0 ? .infinity : rate, maximum: .constant(1),
                    angles: angles.lowerBound * radian...angles.upperBound * radian,
                    isTransformer: tap != 0 || shift != 0, length: 0, origin: origin(entry.line)))
        }
    }

    /// The bounds of the angle difference, deg, as MATPOWER has them: none where both are 0, or both a full turn or more.
    private func angles(_ entry: Entry) -> ClosedRange<Double>? {
        let (low, high) = (entry.numbers[11], entry.numbers[12])
        if low.isNaN || high.isNaN {
            entry.find(low.isNaN ? 11 : 12, "an angle limit is NaN", "write degrees, or 0 on both sides for no limit")
            return nil
        }
        if low == 0, high == 0 { return -Double.infinity...Double.infinity }
        let least = low <= -360 ? -Double.infinity : low
        let most = high >= 360 ? Double.infinity : high
        guard least <= most else {
            entry.find(
                11, "ANGMIN \(Numeral.text(low)) is above ANGMAX \(Numeral.text(high))", "lower ANGMIN or raise ANGMAX")
            return nil
        }
        return least...most
    }

    // MARK: DC lines

    /// DC lines as links: of Pf that leave, (1 − LOSS1) Pf − LOSS0 arrive.
    ///
    /// As in MATPOWER, a limit of at least 0 is one of what leaves, and one below 0 is one of what arrives.
    private func readDCLines(_ grid: inout GridCase) {
        let rows = rows("dcline", MatpowerColumns.dcline, least: 17)
        let costs = costs("dclinecost", count: rows.count, isDoubleAllowed: false)
        for entry in rows {
            let ends = [bus(entry, 0), bus(entry, 1)]
            guard entry.number(2) > 0, let from = ends[0], let to = ends[1] else { continue }
            if from == to {
                entry.find(1, "the DC line leads from bus \(grid.buses[from].name) to itself", "name two buses")
                continue
            }
            let (least, most, fixed, share) = (entry.number(9), entry.number(10), entry.number(15), entry.number(16))
            if least > most {
                entry.find(
                    9, "PMIN \(Numeral.text(least)) is above PMAX \(Numeral.text(most))", "lower PMIN or raise PMAX")
                continue
            }
            if !(0..<1).contains(share) {
                entry.find(16, "LOSS1 is \(Numeral.text(share))", "write the share that is lost: 0 to below 1")
                continue
            }
            let cost = costs[entry.number - 1]
            if !cost.corners.isEmpty {
                add(
                    entry.line, "mpc.dclinecost(\(entry.number))",
                    "a piecewise linear cost of a DC line is not supported", "write a polynomial: model 2")
            }
            func leaving(_ limit: Double) -> Double { limit < 0 ? (limit + fixed) / (1 - share) : limit }
            let (low, high) = (leaving(least), leaving(most))
            if low > high {
                entry.find(
                    15,
                    "LOSS0 \(Numeral.text(fixed)) leaves no flow between PMIN \(Numeral.text(least)) and "
                        + "PMAX \(Numeral.text(most))", "lower LOSS0, or widen the limits")
                continue
            }
            let nominal = max(abs(high), abs(low))
            let name = "dcline\(entry.number)"
            grid.links.append(
                GridCase.Link(
                    name: name, bus0: from, bus1: to, carrier: nil, nominal: nominal,
                    minimum: .constant(nominal > 0 ? low / nominal : 0),
                    maximum: .constant(nominal > 0 ? high / nominal : 0), efficiency: .constant(1 - share),
                    cost: cost, length: 0, origin: origin(entry.line)))
            if fixed != 0 {
                grid.loads.append(
                    GridCase.Load(
                        name: "\(name)_loss", bus: to, power: .constant(fixed), origin: origin(entry.line)))
            }
        }
    }
}
