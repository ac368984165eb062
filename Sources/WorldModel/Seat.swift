/// What distinguishes one lane of a bundle: its sample and what was chosen for it so far.
public struct Seat: Sendable, Hashable {
    /// The seats of a bundle: the lanes of a register.
    @inlinable public static var perBundle: Int { 8 }

    /// The sample.
    public var sample: Int
    /// The option of every decision of the study; -1 where it is not taken, or not yet.
    public var choices: [Int]

    /// A seat.
    public init(sample: Int, choices: [Int]) {
        self.sample = sample
        self.choices = choices
    }
}
