import Branching
import Foundation
import Testing

@testable import Archive

/// A run whose every number says what it is: year, column, entity, sample and the choices made so far.
struct Toy {
    var layout: ArchiveLayout

    init(
        samples: Int = 11, policiesOfSite: Int = 3, cities: Int = 4, keepStates: KeepStates = .all,
        digest: String = "toy"
    ) {
        let tree = Tree(
            years: 2026...2031,
            decisions: [
                .init(year: 2028, options: (0..<policiesOfSite).map { "site\($0)" }),
                .init(year: 2030, options: ["planned", "doubled"]),
            ])
        layout = ArchiveLayout(
            title: "Toy", study: "toy", question: "Which?", world: "toyland", licence: "CC-BY-4.0",
            currency: "USD_2025",
            epoch: 2025, seed: .max, samples: samples, tree: tree,
            variables: [
                .init(name: "load", unit: "MWh", longName: "electricity consumed", cellMethod: "sum"),
                .init(
                    name: "electricity_price", dimension: "city", count: cities, unit: "currency/MWh",
                    longName: "price",
                    cellMethod: "mean"),
                .init(
                    name: "generation", dimension: "carrier", count: 2, unit: "MWh", longName: "electricity generated",
                    cellMethod: "sum"),
                .init(
                    name: "flow", dimension: "link", count: 0, unit: "MWh", longName: "energy sent", cellMethod: "sum"),
                .init(name: "global_temperature", unit: "K", longName: "warming since 1750", cellMethod: "mean"),
            ],
            entities: [
                .init(
                    dimension: "city", names: (0..<cities).map { $0 == 1 ? "Zürich" : "City \($0)" },
                    latitudes: (0..<cities).map { 35 + Double($0) }, longitudes: (0..<cities).map { 135 + Double($0) }),
                .init(dimension: "carrier", names: ["solar", "gas"]), .init(dimension: "link", names: []),
            ],
            levers: [
                .init(name: "site", options: tree.policies.map { "site\($0.choices[0])" }),
                .init(name: "ties", options: tree.policies.map { ["planned", "doubled"][$0.choices[1]] }),
            ],
            uncertainties: [.init(path: "climate.ecs", name: "climate_ecs", unit: "K")],
            draw: { [3 + 0.01 * Double($0)] },
            outcomes: [
                .init(name: "cost", unit: "currency", variable: 0, limits: -Double.infinity...5e9) { yearly, _, _ in
                    yearly.reduce(0, +)
                },
                .init(name: "price", unit: "currency/MWh", variable: 1, minimize: false) { yearly, sample, policy in
                    yearly[0] + Double(1000 * sample + policy)
                },
            ],
            stateColumns: [
                .init(name: "stock", count: 1), .init(name: "unused", count: 0), .init(name: "heat", count: 3),
                .init(name: "store", count: 300),
            ],
            keepStates: keepStates, studyDigest: digest,
            sources: [
                .init(path: "world.yaml", bytes: Array("world: toyland\ntitle: Zürich\n".utf8)),
                .init(path: "studies/toy.yaml", bytes: Array("study: toy\nworld: ..\n".utf8)),
                .init(path: "empty.csv", bytes: []),
            ], sourcePath: "studies/toy.yaml")
    }

    /// What the run has for a variable: exact in a double.
    func value(variable: Int, year: Int, entity: Int, sample: Int, choices: [Int]) -> Double {
        Double(sample) + 1000 * Double(entity) + 1e6 * Double(variable) + 1e8 * Double(year - 2000)
            + (choices.reduce(1.0) { $0 * 8 + Double($1 + 1) }) / 4096
    }

    func stateValue(node: Int, entity: Int, sample: Int) -> Double {
        Double(sample) + 0.25 * Double(node) + 1000 * Double(entity)
    }

    /// Every segment that the run consists of, block after block.
    var names: [SegmentName] {
        (0..<layout.blocks).flatMap { block in
            layout.tree.nodes.map { SegmentName($0, block: block, of: layout.samples) }
        }
    }

    func segment(_ name: SegmentName) -> Segment {
        let (node, samples) = (name.node, name.samples)
        func lanes(_ value: (Int) -> Double) -> [Double] {
            (0..<8).map { value(min(samples.lowerBound + $0, samples.upperBound - 1)) }
        }
        var record: [Double] = []
        for year in node.years {
            for (variable, shape) in layout.variables.enumerated() {
                for entity in 0..<shape.count {
                    record += lanes {
                        value(variable: variable, year: year, entity: entity, sample: $0, choices: node.choices)
                    }
                }
            }
        }
        var state: [Double] = []
        for entity in 0..<layout.stateColumns.reduce(0, { $0 + $1.count }) {
            state += lanes { stateValue(node: node.index, entity: entity, sample: $0) }
        }
        return Segment(name: name, record: record, state: state)
    }

    /// Records every part and assembles the archive.
    @discardableResult
    func write(_ archive: String, reversed: Bool = false, workers: Int = 2) throws -> PartsFolder {
        let parts = try PartsFolder(archive: archive, layout: layout)
        for name in reversed ? names.reversed() : names { try parts.record(segment(name)) }
        try Assembly(parts: parts, layout: layout, archive: archive, workers: workers).run()
        return parts
    }
}

/// A folder of its own, removed at the end.
func inFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "/worldlines-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}

/// Runs a program; its exit status and all that it printed.
func shell(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
}

func has(_ program: String) -> Bool { (try? shell(["which", program]).status) == 0 }

/// Whether a command is there and succeeds.
func works(_ arguments: [String]) -> Bool { (try? shell(arguments).status) == 0 }
