import CHDF5

/// What decides the bits of a result beside world, study and seed.
public enum Build {
    /// The version of the code; it changes with every change that moves a bit of a result.
    public static let version = "0.2.0"
    /// The CPU class that the kernel was compiled for.
    public static var cpuClass: String { String(cString: ch5_cpu_class()) }

    /// What parts of a run or a search must have been made from.
    static func digest(study: String, years: ClosedRange<Int>, seed: UInt64) -> String {
        "study \(study), years \(years.lowerBound)-\(years.upperBound), seed \(seed), "
            + "version \(version), CPU class \(cpuClass)"
    }
}
