// swift-tools-version: 6.1
import PackageDescription

/// The CPU that the kernel is built for.
///
/// It is `native` unless WORLDLINES_CPU names another class (`haswell` for AVX2, `generic` for none). The flags reach Swift's own code generation; without them `addingProduct` is a libm call a lane.
let cpu = Context.environment["WORLDLINES_CPU"] ?? "native"

#if arch(x86_64)
    let cpuFlags = cpu == "generic" ? [] : ["-Xcc", "-march=\(cpu)", "-Xcc", "-mprefer-vector-width=512"]
    let clangFlags = cpu == "generic" ? [] : ["-march=\(cpu)"]
#else
    let cpuFlags = cpu == "generic" ? [] : ["-Xcc", "-mcpu=\(cpu)"]
    let clangFlags = cpu == "generic" ? [] : ["-mcpu=\(cpu)"]
#endif

let settings: [SwiftSetting] = [.unsafeFlags(cpuFlags)]

let package = Package(
    name: "worldlines",
    products: [
        .library(name: "WorldlinesKit", targets: ["WorldlinesKit"]),
        .executable(name: "worldlines", targets: ["worldlines"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "CLanes", cSettings: [.unsafeFlags(clangFlags)]),
        .systemLibrary(
            name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
        .target(name: "Draws", swiftSettings: settings),
        .target(name: "WorldModel", dependencies: ["Draws", "Yams"], swiftSettings: settings),
        .target(
            name: "Lanes", dependencies: ["CLanes", "Draws"], swiftSettings: settings,
            linkerSettings: [.linkedLibrary("m")]),
        .target(name: "Clearing", dependencies: ["CLanes", "Lanes"], swiftSettings: settings),
        .target(name: "FaIR", dependencies: ["Draws", "Lanes"], swiftSettings: settings),
        .target(
            name: "Stepping", dependencies: ["Draws", "WorldModel", "Lanes", "Clearing", "FaIR"],
            swiftSettings: settings),
        .target(name: "Branching", dependencies: ["Stepping", "WorldModel"], swiftSettings: settings),
        .target(name: "Archive", dependencies: ["Branching", "WorldModel", "CHDF5"], swiftSettings: settings),
        .target(
            name: "Cases", dependencies: ["Archive", "WorldModel", "Lanes", "Clearing", "FaIR"], swiftSettings: settings
        ),
        .target(name: "Hindcast", dependencies: ["Cases", "WorldModel"], swiftSettings: settings),
        .target(name: "Optimizer", dependencies: ["Draws", "WorldModel"], swiftSettings: settings),
        .target(name: "Drawing", swiftSettings: settings),
        .target(
            name: "WorldlinesKit",
            dependencies: [
                "Draws", "WorldModel", "Lanes", "Clearing", "FaIR", "Stepping", "Branching", "Archive", "Cases",
                "Hindcast",
                "Optimizer", "Drawing",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "worldlines",
            dependencies: [
                "Draws", "WorldModel", "CLanes", "Lanes", "Clearing", "FaIR", "Stepping", "Branching", "Archive",
                "Cases", "Hindcast",
                "Optimizer", "Drawing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .target(name: "TestWorlds", path: "Tests/TestWorlds"),
        .testTarget(
            name: "WorldModelTests", dependencies: ["WorldModel", "TestWorlds"], exclude: ["Fixtures"],
            swiftSettings: settings),
        .testTarget(name: "LanesTests", dependencies: ["Lanes", "Draws"], swiftSettings: settings),
        .testTarget(name: "ClearingTests", dependencies: ["Clearing", "Lanes"], swiftSettings: settings),
        .testTarget(
            name: "SteppingTests", dependencies: ["Stepping", "WorldModel", "Lanes", "FaIR"],
            exclude: ["year-record.csv"],
            swiftSettings: settings),
        .testTarget(name: "BranchingTests", dependencies: ["Branching", "WorldModel"], swiftSettings: settings),
        .testTarget(
            name: "ArchiveTests", dependencies: ["Archive", "Branching", "CHDF5", "WorldModel"], swiftSettings: settings
        ),
        .testTarget(
            name: "OptimizerTests", dependencies: ["Optimizer", "Branching", "Stepping", "WorldModel"],
            swiftSettings: settings),
        .testTarget(
            name: "CasesTests", dependencies: ["Cases", "FaIR", "WorldModel"], exclude: ["Fixtures"],
            swiftSettings: settings),
        .testTarget(
            name: "HindcastTests", dependencies: ["Hindcast", "WorldModel", "TestWorlds"], swiftSettings: settings),
        .testTarget(name: "DrawingTests", dependencies: ["Drawing"], swiftSettings: settings),
        .testTarget(
            name: "CommandTests", dependencies: ["worldlines", "TestWorlds"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
