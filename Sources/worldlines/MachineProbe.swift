import CLanes
import Foundation
import Lanes
import Stepping

/// What this machine is and how fast it multiplies and adds.
struct MachineProbe: Encodable {
    let cpu: String
    let cores: Int
    /// The widest instructions that were compiled in.
    let instructions: String
    /// One thread's measured fused multiply-adds, two operations each, in GFLOP/s.
    let peak: Double

    enum CodingKeys: String, CodingKey {
        case cpu, cores, instructions
        case peak = "fma_peak_gflops"
    }

    init() {
        cpu = MachineProbe.cpuName
        cores = ProcessInfo.processInfo.activeProcessorCount
        instructions = String(cString: cl_compiled_instructions())
        peak = (0..<5).map { _ in MachineProbe.peak(rounds: 2_000_000) }.max() ?? 0
    }

    private static var cpuName: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }

    /// Twelve chains hide the latency of an FMA on two ports; the sum keeps the work from being dropped.
    private static func peak(rounds: Int) -> Double {
        let factor = Lanes(repeating: 1 - 1e-9)
        let term = Lanes(repeating: Double(rounds) * 1e-15)
        var (a, b, c, d) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        var (e, f, g, h) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        var (i, j, k, l) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        let begin = ContinuousClock.now
        for _ in 0..<rounds {
            a = fma(a, factor, term)
            b = fma(b, factor, term)
            c = fma(c, factor, term)
            d = fma(d, factor, term)
            e = fma(e, factor, term)
            f = fma(f, factor, term)
            g = fma(g, factor, term)
            h = fma(h, factor, term)
            i = fma(i, factor, term)
            j = fma(j, factor, term)
            k = fma(k, factor, term)
            l = fma(l, factor, term)
        }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        let sum = (a + b + c + d + e + f + g + h + i + j + k + l).sum()
        return sum.isFinite ? Double(rounds) * 12 * 8 * 2 / seconds * 1e-9 : 0
    }
}
