/// The best points so far, one in each box of a grid.
///
/// Laumanns, Thiele, Deb and Zitzler 2002: point f lies in box floor(f_i / epsilon_i). A box that another dominates goes;
/// of two points in one box the one that dominates stays, else the one nearer to the box's least corner, the older of two
/// at one distance.
public struct SearchArchive: Sendable, Hashable, Codable {
    /// A point that is kept.
    public struct Member: Sendable, Hashable, Codable {
        /// Where it is.
        public let point: [Double]
        /// What it is worth.
        public let evaluation: Evaluation
    }

    /// The sides of a box, one an objective, in its unit.
    public let epsilons: [Double]
    /// What is kept, in the order of arrival.
    public private(set) var members: [Member] = []
    /// How often a point came into a box that nothing kept was in or dominated: the epsilon-progress.
    public private(set) var progress = 0

    /// An archive that is empty.
    ///
    /// - Throws: `SearchError.outOfRange` for an epsilon that is not above 0 and finite.
    public init(epsilons: [Double]) throws(SearchError) {
        for epsilon in epsilons where !(epsilon > 0 && epsilon.isFinite) {
            throw .outOfRange("an epsilon", value: epsilon, allowed: "above 0")
        }
        self.epsilons = epsilons
    }

    /// Takes a point in if its box is not dominated; what misses a limit, or is infinite, is never kept.
    ///
    /// - Throws: `SearchError.wrongEpsilons` where the point has another number of objectives.
    public mutating func add(_ point: [Double], _ evaluation: Evaluation) throws(SearchError) {
        let f = evaluation.objectives
        if f.count != epsilons.count { throw .wrongEpsilons(found: epsilons.count, expected: f.count) }
        guard evaluation.isFeasible, f.allSatisfy(\.isFinite) else { return }
        let own = box(f)
        var isNewBox = true
        for member in members {
            let other = box(member.evaluation.objectives)
            if other == own {
                isNewBox = false
                let there = member.evaluation.objectives
                if Domination.dominates(there, f) { return }
                if !Domination.dominates(f, there), distance(there, own) <= distance(f, own) { return }
            } else if Domination.dominates(other, own) {
                return
            }
        }
        let boxes = members.map { box($0.evaluation.objectives) }
        members = zip(members, boxes).filter { $1 != own && !Domination.dominates(own, $1) }.map(\.0)
        members.append(Member(point: point, evaluation: evaluation))
        if isNewBox { progress += 1 }
    }

    private func box(_ f: [Double]) -> [Double] { zip(f, epsilons).map { ($0 / $1).rounded(.down) } }

    /// The squared distance to the least corner of a box, in sides of boxes.
    private func distance(_ f: [Double], _ box: [Double]) -> Double {
        var sum = 0.0
        for (index, value) in f.enumerated() {
            let d = value / epsilons[index] - box[index]
            sum += d * d
        }
        return sum
    }
}
