import Testing

extension GoldenTable {
    func texts(_ column: String) throws -> [String] {
        let index = try #require(header.firstIndex(of: column), "no column \(column)")
        return rows.map { $0[index] }
    }

    func numbers(_ column: String) throws -> [Double] {
        try texts(column).map { try #require(Double($0), "`\($0)` in \(column)") }
    }
}

/// The difference of two numbers over the larger.
func relative(_ a: Double, _ b: Double) -> Double { a == b ? 0 : abs(a - b) / max(abs(a), abs(b)) }
