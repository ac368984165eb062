// swift-tools-version: 6.1
import PackageDescription

/// The CPU that both kernels are built for; see the manifest of the project.
let cpu = Context.environment["WORLDLINES_CPU"] ?? "native"

#if arch(x86_64)
    let clangFlags = cpu == "generic" ? [] : ["-march=\(cpu)", "-mprefer-vector-width=512"]
#else
    let clangFlags = cpu == "generic" ? [] : ["-mcpu=\(cpu)"]
#endif

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "worldlines", path: "..")],
    targets: [
        .target(
            name: "CHour", cSettings: [.unsafeFlags(clangFlags + ["-O3", "-ffp-contract=off", "-fno-math-errno"])]),
        .executableTarget(
            name: "HourBench",
            dependencies: ["CHour", .product(name: "WorldlinesKit", package: "worldlines")],
            swiftSettings: [.unsafeFlags(clangFlags.flatMap { ["-Xcc", $0] })]),
        .executableTarget(
            name: "FrontBench", dependencies: [.product(name: "WorldlinesKit", package: "worldlines")],
            swiftSettings: [.unsafeFlags(clangFlags.flatMap { ["-Xcc", $0] })]),
        .executableTarget(
            name: "LakeBench", dependencies: [.product(name: "WorldlinesKit", package: "worldlines")],
            swiftSettings: [.unsafeFlags(clangFlags.flatMap { ["-Xcc", $0] })]),
        .executableTarget(
            name: "GridBench", dependencies: [.product(name: "WorldlinesKit", package: "worldlines")],
            swiftSettings: [.unsafeFlags(clangFlags.flatMap { ["-Xcc", $0] })]),
    ],
    swiftLanguageModes: [.v6]
)
