/// Who lives in a lane: a sample of the uncertainties and one choice at every decision.
public struct Seat: Sendable, Hashable {
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
