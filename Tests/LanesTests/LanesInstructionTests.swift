import Foundation
import Testing

/// Helpers compile to the instructions that they are named for: the disassembly of this very binary says so.
@Suite("Instructions of lanes")
struct LanesInstructionTests {
    /// The instructions of a probe, `mnemonic operands`.
    static func instructions(of probe: String) throws -> [String] {
        let name = "worldlines_probe_\(probe)"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let binary = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.arguments = ["objdump", "-d", "--no-show-raw-insn", "--disassemble=\(name)", binary]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "objdump is part of binutils, which Swift's linker needs too")
        let lines = output.split(separator: "\n").drop { !$0.hasSuffix("<\(name)>:") }.dropFirst()
        return lines.compactMap { line in
            line.split(separator: "\t").dropFirst().first.map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test(
        "No helper calls anything",
        arguments: [
            "minimum", "maximum", "clamp", "squareRoot", "absolute", "negative", "fma", "fnma", "fms", "nearest",
            "wholeLanes", "lanes", "scaled", "select", "without", "holdsAnywhere", "holdsEverywhere",
            "maskCount", "exponential", "logarithm", "power", "sine", "cosine",
        ])
    func noCalls(probe: String) throws {
        let instructions = try Self.instructions(of: probe)
        #expect(instructions.contains { $0.hasPrefix("ret") }, "the whole probe was disassembled")
        let calls = instructions.filter { $0.hasPrefix("call") || $0.hasPrefix("bl ") || $0.hasPrefix("blr ") }
        #expect(calls.isEmpty)
    }

    @Test(
        "On AVX-512 a helper is one instruction",
        arguments: [
            ("minimum", ["vminpd"]), ("maximum", ["vmaxpd"]), ("clamp", ["vmaxpd", "vminpd"]),
            ("squareRoot", ["vsqrtpd"]), ("absolute", ["vand"]), ("negative", ["vxor"]), ("fma", ["vfmadd"]),
            ("fnma", ["vfnmadd"]), ("fms", ["vfmsub"]), ("nearest", ["vrndscalepd"]),
            ("wholeLanes", ["vcvtpd2qq"]), ("lanes", ["vcvtqq2pd"]), ("scaled", ["vscalefpd"]),
            ("select", ["vcmp", "blend"]),
        ])
    func oneInstruction(probe: String, expected: [String]) throws {
        let instructions = try Self.instructions(of: probe)
        guard instructions.contains(where: { $0.contains("%zmm") }) else { return }
        let ignored = [
            "vmovup", "vmovap", "vzeroupper", "ret", "push", "pop", "mov ", "nop", "cs nop", "xchg", "data16",
        ]
        let work = instructions.filter { line in
            line.contains("{%k") || !ignored.contains { line.hasPrefix($0) }
        }
        #expect(work.count == expected.count, "\(work)")
        for (found, wanted) in zip(work, expected) {
            let masked = wanted == "blend" && found.hasPrefix("vmov") && found.contains("{%k")
            #expect(found.contains(wanted) || masked, "\(found)")
        }
    }
}
