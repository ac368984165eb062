import Archive
import ArgumentParser
import CLanes
import Clearing
import Foundation
import Lanes
import Stepping
import WorldModel

/// Says whether this machine has what worldlines needs.
struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether this machine and folder have what worldlines needs.",
        discussion: "Exits with 74 where something is missing.")

    @Flag(help: "Print one JSON object: checks with name, good, and what was found.")
    var json = false

    private struct Item: Encodable {
        let name: String
        let good: Bool
        let found: String
    }

    func run() throws {
        let items = [processor, market, folder, memory]
        if json {
            try Console.put(json: ["checks": items])
        } else {
            Console.put("worldlines \(Build.version)")
            for item in items {
                Console.put("\(item.good ? "good" : "BAD ")  \(item.name.padded(to: 8))  \(item.found)")
            }
        }
        if !items.allSatisfy(\.good) {
            throw Failure.inputOutput(json ? "" : "What is marked BAD has to be mended before worldlines can run.")
        }
    }

    private var processor: Item {
        let compiled = String(cString: cl_compiled_instructions())
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return Item(
            name: "CPU", good: compiled != "SSE2",
            found: counted(cores, "CPU") + ", built for \(compiled)"
                + (compiled == "SSE2" ? ": about 20 times slower; build with WORLDLINES_CPU unset" : ""))
    }

    /// Two generators, 10 and 20 a MWh, at most 60 MW each, serve 100 MW: the price is 20.
    private var market: Item {
        let pattern = ClearingPattern(
            rows: 1,
            singles: [
                .init(row: 0, sign: 1), .init(row: 0, sign: 1), .init(row: 0, sign: 1),
                .init(row: 0, sign: -1),
            ], pairs: [], shed: [2], spill: [3])
        let clearing = Clearing(pattern: pattern)
        for (variable, (cost, upper)) in [(10.0, 60.0), (20, 60), (3000, 100), (0.01, 100)].enumerated() {
            clearing.cost[variable] = Lanes(repeating: cost)
            clearing.quadratic[variable] = .zero
            clearing.lower[variable] = .zero
            clearing.upper[variable] = Lanes(repeating: upper)
        }
        clearing.load[0] = Lanes(repeating: 100)
        clearing.solve(warm: false)
        let price = clearing.price[0][0]
        let good = abs(price - 20) < 0.01 && clearing.gap.max() <= 1e-6
        return Item(
            name: "kernel", good: good,
            found: "an hour of 100 MW costs \(String(format: "%.2f", price)) per MWh" + (good ? "" : ", not 20.00"))
    }

    private var folder: Item {
        let name = ".worldlines-\(ProcessInfo.processInfo.processIdentifier)"
        let files = FileManager.default
        let path = files.currentDirectoryPath + "/" + name
        let good = files.createFile(atPath: path, contents: Data("worldlines".utf8))
        if good { try? files.removeItem(atPath: path) }
        let free =
            (try? files.attributesOfFileSystem(forPath: files.currentDirectoryPath))?[.systemFreeSize] as? NSNumber
        let room = free.map { String(format: ", %.1f GB free", $0.doubleValue * 1e-9) } ?? ""
        return Item(
            name: "folder", good: good,
            found: (good ? "files can be written here" : "no file can be written here") + room)
    }

    private var memory: Item {
        let bytes = Double(ProcessInfo.processInfo.physicalMemory)
        return Item(name: "memory", good: bytes > 5e8, found: String(format: "%.1f GB", bytes * 1e-9))
    }
}
