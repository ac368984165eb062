/// The keys of what is recorded; each component's file adds its own.
package enum Records {
    /// All of them, in the order of a year's record.
    static let groups = Schema.parts.flatMap(\.records)
}
