/// What `compare` says: of each policy and outcome the mean, both tails and the worst, and who is dominated by none.
struct ComparisonReport: Encodable {
    /// Of one outcome over the samples of one policy.
    struct Statistics: Encodable {
        let mean: Double
        let p10: Double
        let p90: Double
        let worst: Double
    }

    /// One policy.
    struct Policy: Encodable {
        let policy: String
        /// 0 is dominated by none.
        let rank: Int
        let outcomes: [String: Statistics]
        /// Measures of robustness by outcome: measure -> value.
        let robustness: [String: [String: Double]]
    }

    /// What the columns mean.
    struct Heading {
        let name: String
        let unit: String
        let minimize: Bool
    }

    let policies: [Policy]
    let hypervolume: Double?
    let referencePoint: [String: Double]
    let headings: [Heading]
    let title: String

    enum CodingKeys: String, CodingKey {
        case policies, hypervolume
        case referencePoint = "reference_point"
    }

    /// The report as text in so many columns: bands of outcomes side by side, policies below each other.
    func lines(width: Int) -> [String] {
        let nameWidth = 2 + (policies.map(\.policy.count) + ["policy".count]).reduce(0, max)
        let blocks = headings.map { block($0) }
        var lines = [title]
        var band: [Block] = []
        for block in blocks {
            let used = nameWidth + band.reduce(0) { $0 + $1.width + 3 }
            if !band.isEmpty, used + block.width + 3 > width {
                lines += [""] + draw(band, nameWidth: nameWidth)
                band = []
            }
            band.append(block)
        }
        if !band.isEmpty { lines += [""] + draw(band, nameWidth: nameWidth) }
        if policies.count > 1, !headings.isEmpty { lines += ["", "* dominated by no other policy in the means"] }
        return lines
    }

    private struct Block {
        let title: String
        let columns: [String]
        let rows: [String]
        var width: Int { max(title.count, columns.first?.count ?? 0) }
    }

    private func block(_ heading: Heading) -> Block {
        let statistics = policies.map { $0.outcomes[heading.name] }
        let values = statistics.map { found in found.map { [$0.mean, $0.p10, $0.p90, $0.worst] } ?? [] }
        let largest = values.joined().map(abs).filter(\.isFinite).max() ?? 0
        let scale = Scale(unit: heading.unit, largest: largest)
        let digits = scale.digits(largest: largest)
        let cells = [["mean", "p10", "p90", "worst"]] + values.map { $0.map { scale.text($0, digits: digits) } }
        let widths = (0..<4).map { column in cells.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        let rows = cells.map { row in
            row.enumerated().map { column, text in
                String(repeating: " ", count: widths[column] - text.count) + text
            }.joined(separator: "  ")
        }
        let unit = scale.unit.isEmpty ? "" : " [\(scale.unit)]"
        return Block(
            title: "\(heading.name)\(unit), \(heading.minimize ? "less" : "more") is better",
            columns: Array(rows.prefix(1)), rows: Array(rows.dropFirst()))
    }

    private func draw(_ band: [Block], nameWidth: Int) -> [String] {
        func join(_ name: String, _ cells: [String]) -> String {
            var line = name.padded(to: nameWidth)
            for (cell, block) in zip(cells, band) {
                line += "   " + String(repeating: " ", count: block.width - cell.count) + cell
            }
            return line
        }
        var lines = [join("", band.map(\.title)), join("  policy", band.map { $0.columns.first ?? "" })]
        for (index, policy) in policies.enumerated() {
            lines.append(
                join((policy.rank == 0 ? "* " : "  ") + policy.policy, band.map { $0.rows[index] }))
        }
        return lines
    }
}

extension String {
    /// The text and as many spaces as it takes to reach a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}
