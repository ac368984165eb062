import Archive
import Branching
import WorldModel

extension ArchiveFile {
    /// A variable that has a number, or one for each entity, in every year.
    struct YearlyVariable {
        let name: String
        /// `city`, `carrier`, `link`, `bus`, `stage`, `firm` or `contract`.
        let dimension: String?
        let count: Int
    }

    /// The yearly variables, in the archive's order.
    func yearlyVariables() throws -> [YearlyVariable] {
        try variables().compactMap { name in
            guard try attribute("cell_methods", of: name) != nil else { return nil }
            let shape = try shape(of: name)
            let count = shape.count > 2 ? shape[2] : 1
            guard count <= 1 << 24 else {
                throw ArchiveError.damagedArchive(path: path, reason: "'\(name)' has \(count) numbers a year")
            }
            let dimension = RecordedVariable.named(name)?.dimension?.rawValue
            return YearlyVariable(
                name: name, dimension: shape.count > 2 ? dimension ?? "" : nil, count: count)
        }
    }

    /// The tree of the study that it keeps; a failure where that has other policies than it.
    func tree(of study: Study) throws -> Tree {
        let tree = try study.tree()
        guard tree.policies.map(\.name) == policies else {
            throw Failure.badData("\(path): its policies are not those of the study that it keeps; it is damaged")
        }
        return tree
    }

    /// The name of a chosen or drawn number as the study has it; the variable's name without it.
    func spokenName(of variable: String) throws -> String {
        let name = try attribute("long_name", of: variable) ?? variable
        for prefix in ["chosen value of ", "drawn value of "] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.count))
        }
        return variable
    }

    /// The names of the entities of a dimension; their numbers where the archive has none.
    func entities(of dimension: String, count: Int) throws -> [String] {
        let names = try? texts(of: "\(dimension)_name")
        return names.flatMap { $0.count == count ? $0 : nil } ?? (0..<count).map(String.init)
    }

    /// The unit of a variable as worlds write it: CF's `units`, or the whole unit where UDUNITS lacks a part of it.
    func unit(of variable: String) throws -> String {
        let prefix = "unit: "
        if let comment = try attribute("comment", of: variable), comment.hasPrefix(prefix) {
            return String(comment.dropFirst(prefix.count))
        }
        return try attribute("units", of: variable)?.replacing("W h", with: "Wh") ?? "1"
    }

    /// World-years of all world lines whose books break a law by more than 1e-9 of the largest balance; nil without books.
    func openBooks() throws -> Double? {
        guard try variables().contains("books_gap") else { return nil }
        return Double(try values(of: "books_gap").count { !($0 <= 1e-9) })
    }

    /// World-hours of all world lines whose certified gap is above 1e-6.
    func flaggedHours() throws -> Double { try uncertified().map { Double($0.hours) } ?? 0 }

    /// Hours without a certificate, and the world lines that have some.
    struct Uncertified: Encodable {
        let hours: Int
        let worldLines: [Int]

        enum CodingKeys: String, CodingKey {
            case hours
            case worldLines = "world_lines"
        }
    }

    /// The hours whose clearing failed; nil where none did.
    func uncertified() throws -> Uncertified? {
        guard try variables().contains("unconverged_hours") else { return nil }
        let all = try values(of: "unconverged_hours")
        let width = all.count / worldLines
        let hours = (0..<worldLines).map { line in
            all[line * width..<(line + 1) * width].filter { $0.isFinite && $0 != ArchiveFile.fillValue }.reduce(0, +)
        }
        let lines = hours.indices.filter { hours[$0] > 0 }
        return lines.isEmpty ? nil : Uncertified(hours: Int(hours.reduce(0, +)), worldLines: lines)
    }

    /// One line about clearings that failed; nil where none did.
    var uncertifiedWords: String? {
        get throws {
            guard let found = try uncertified() else { return nil }
            let lines = found.worldLines
            return "warning: \(counted(found.hours, "hour")) of \(lines.count) of \(counted(worldLines, "world line")) "
                + "(\(numbered(lines))) \(found.hours == 1 ? "has" : "have") no certificate: the market didn't clear there, and "
                + "the numbers of \(lines.count == 1 ? "that world line" : "those world lines") can't be trusted"
        }
    }

    /// A draw of every sample, the same under every policy.
    struct DrawnInput {
        let name: String
        let unit: String
        /// One a world line; of a shock 1 where it struck and 0 where not.
        let values: [Double]
        let isShock: Bool
    }

    /// What differs between samples: uncertainties, and shocks as `shock_<name>`.
    func drawnInputs() throws -> [DrawnInput] {
        let drawn = try uncertainties().map { name in
            DrawnInput(
                name: name, unit: try unit(of: "uncertainty_\(name)"), values: try values(of: "uncertainty_\(name)"),
                isShock: false)
        }
        let shocks = try shocks().map { name in
            DrawnInput(name: "shock_\(name)", unit: "1", values: try values(of: "shock_\(name)"), isShock: true)
        }
        return drawn + shocks
    }
}
