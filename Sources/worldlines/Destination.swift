import Archive
import ArgumentParser
import Foundation

/// The folder that results go to.
enum Destination {
    /// Refuses a name that no archive can have.
    static func checkArchiveName(_ output: String) throws {
        guard output.hasSuffix(".h5") || output.hasSuffix(".nc") else {
            throw ValidationError("an archive's name ends in .h5 or .nc; '\(output)' does not")
        }
        if [".h5", ".nc"].contains((output as NSString).lastPathComponent) {
            throw ValidationError("'\(output)' is an ending without a name")
        }
    }

    /// Makes room for an archive; `force` takes away what stands there, with its log and its parts, but never a folder.
    static func prepare(archive output: String, force: Bool) throws {
        try prepare((output as NSString).deletingLastPathComponent)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: output, isDirectory: &isFolder), isFolder.boolValue {
            throw Failure.inputOutput("\(output) is a folder; choose another name for the archive")
        }
        if force { try PartsFolder.checkUnused(archive: output) }
        for path in [output, RunLog.path(of: output), PartsFolder.path(of: output)]
        where force && FileManager.default.fileExists(atPath: path) {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// Makes the folder where only it is missing; a failure where its parent is missing too, or it can't be written to.
    ///
    /// A whole tree is not made: a mistyped path would come true.
    static func prepare(_ folder: String) throws {
        let files = FileManager.default
        let place = folder.isEmpty ? "." : folder
        var isFolder: ObjCBool = false
        if !files.fileExists(atPath: place, isDirectory: &isFolder) {
            // Foundation's own splitting of a path traps on a path of one letter.
            let slash = place.lastIndex { $0 != "/" }.flatMap { place[..<$0].lastIndex(of: "/") }
            let parent = slash.map { $0 == place.startIndex ? "/" : String(place[..<$0]) } ?? ""
            guard files.fileExists(atPath: parent.isEmpty ? "." : parent) else {
                throw Failure.inputOutput(
                    "\(parent): no such folder; `mkdir -p \(Simulation.quoted(place))` makes what is missing")
            }
            guard files.isWritableFile(atPath: parent.isEmpty ? "." : parent) else {
                throw Failure.inputOutput("\(parent.isEmpty ? "." : parent): you may not write to this folder")
            }
            try files.createDirectory(atPath: place, withIntermediateDirectories: false)
        } else if !isFolder.boolValue {
            throw Failure.inputOutput("\(place): it is a file, where a folder is wanted")
        } else if !files.isWritableFile(atPath: place) {
            throw Failure.inputOutput("\(place): you may not write to this folder")
        }
    }
}
