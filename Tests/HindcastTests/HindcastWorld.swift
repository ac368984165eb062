import Foundation
import TestWorlds
import WorldModel

@testable import Hindcast

/// The pair of areas as a world, and what is read of observations of it.
enum HindcastWorld {
    static func world(_ changes: [String: String] = [:]) throws -> World {
        try World.load(
            files: PairWorld.files.merging(changes) { $1 }.map { SourceFile(path: $0.key, bytes: Array($0.value.utf8)) }
        )
    }

    /// What is read of files in a folder.
    static func read(_ files: [String: String], _ plan: HindcastPlan) throws -> Observed {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("observed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
        do { return try Observed.read(folder: folder.path, plan: plan) } catch {
            throw Findings(
                error.all.map {
                    Finding(
                        file: ($0.file as NSString).lastPathComponent, line: $0.line, path: $0.path,
                        message: $0.message,
                        remedy: $0.remedy)
                })
        }
    }
}
