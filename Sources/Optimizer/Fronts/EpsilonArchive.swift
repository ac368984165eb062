import WorldModel

/// A set of points of which none is in the epsilon-box of another, or in one that another's box dominates.
///
/// The box of a point is floor(f_i / epsilon_i); of two points in one box the nearer to its lower corner stays, and the
/// earlier of two as near. Every coordinate is to be small. After Laumanns, Thiele, Deb and Zitzler 2002, "Combining
/// convergence and diversity in evolutionary multiobjective optimization".
public struct EpsilonArchive<Payload: Sendable>: Sendable {
    /// A point that is kept, and what belongs to it.
    public struct Member: Sendable {
        /// The point.
        public let point: [Double]
        /// What was handed over with it.
        public let payload: Payload
        let box: [Double]
    }

    /// Why an archive or a point is refused.
    public enum Refusal: Error, Hashable, CustomStringConvertible {
        /// An epsilon that is not a positive, finite number.
        case badEpsilon(Double, coordinate: Int)
        /// The list of epsilons and a point differ in length.
        case length(epsilons: Int, coordinates: Int)

        /// What is wrong, and what would be right.
        public var description: String {
            switch self {
            case .badEpsilon(let value, let coordinate):
                "epsilon \(coordinate + 1) is \(value); an epsilon is a finite number above 0"
            case .length(let epsilons, let coordinates):
                "\(counted(epsilons, "epsilon")) for \(counted(coordinates, "objective")); give one for each"
            }
        }
    }

    /// The size of a box, coordinate by coordinate, in the coordinate's unit.
    public let epsilons: [Double]
    /// The points that are kept, in the order in which they came.
    public private(set) var members: [Member] = []
    /// How often a point opened a box that nothing dominated: a search that goes on without such progress has stalled.
    public private(set) var progress = 0

    /// An empty archive.
    public init(epsilons: [Double]) throws(Refusal) {
        for (coordinate, value) in epsilons.enumerated() where !(value > 0 && value.isFinite) {
            throw .badEpsilon(value, coordinate: coordinate)
        }
        self.epsilons = epsilons
    }

    /// Offers a point; whether it is kept.
    ///
    /// One with a coordinate that is not finite never is.
    @discardableResult
    public mutating func add(_ point: [Double], _ payload: Payload) throws(Refusal) -> Bool {
        guard point.count == epsilons.count else {
            throw .length(epsilons: epsilons.count, coordinates: point.count)
        }
        guard point.allSatisfy(\.isFinite) else { return false }
        let box = zip(point, epsilons).map { ($0 / $1).rounded(.down) }
        let own = distance(point, box)
        var sharesBox = false
        var beaten: Set<Int> = []
        for (index, member) in members.enumerated() {
            if member.box == box {
                if distance(member.point, box) <= own { return false }
                sharesBox = true
                beaten.insert(index)
            } else if Domination.dominates(member.box, box) {
                return false
            } else if Domination.dominates(box, member.box) {
                beaten.insert(index)
            }
        }
        if !beaten.isEmpty { members = members.indices.filter { !beaten.contains($0) }.map { members[$0] } }
        members.append(Member(point: point, payload: payload, box: box))
        if !sharesBox { progress += 1 }
        return true
    }

    /// The squared distance to the lower corner of a box.
    private func distance(_ point: [Double], _ box: [Double]) -> Double {
        point.indices.reduce(0) { sum, axis in
            let away = point[axis] - box[axis] * epsilons[axis]
            return sum + away * away
        }
    }
}
