import ArgumentParser

@main
struct Worldlines: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worldlines", abstract: "Simulate many futures of a world and compare them.")
}
