import Archive
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
            let dimension = RecordedVariable.named(name)?.dimension?.rawValue
            return YearlyVariable(
                name: name, dimension: shape.count > 2 ? dimension ?? "" : nil, count: shape.count > 2 ? shape[2] : 1)
        }
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
    func flaggedHours() throws -> Double {
        guard try variables().contains("unconverged_hours") else { return 0 }
        return try values(of: "unconverged_hours").filter(\.isFinite).reduce(0, +)
    }
}
