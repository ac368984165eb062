/// How an AC branch of a MATPOWER case becomes a DC one.
public enum SusceptanceConvention: String, Sendable, CaseIterable {
    /// b = 1 / (x tap), a tap of 0 meaning 1, f = b (θ0 − θ1 − shift): what MATPOWER's `rundcopf` does.
    case matpower
    /// b = x / (r² + x²), taps and shifts ignored: what PowerModels does, and what PGLib publishes.
    case powermodels
}
