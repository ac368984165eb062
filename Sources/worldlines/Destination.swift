import Archive
import ArgumentParser
import Foundation
import WorldModel

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

    /// Refuses a name that is too long for a file system, before anything is simulated.
    ///
    /// - Parameter companion: what the longest name beside it has at its end, such as `.log.json`.
    static func checkName(_ output: String, companion: String = "") throws {
        let split = Durable.split(output)
        let room = pathconf(split.folder, Int32(_PC_NAME_MAX))
        let most = (room > 0 ? room : 255) - companion.utf8.count - Durable.temporaryOverhead
        let (bytes, whole) = (split.name.utf8.count, output.utf8.count + companion.utf8.count)
        if bytes > most {
            throw Failure.inputOutput(
                "\(split.name.prefix(40))...: the name has \(bytes) bytes, and at most \(most) fit here, because files "
                    + "beside it have longer names; choose a shorter one")
        }
        if whole + Durable.temporaryOverhead > 4095 {
            throw Failure.inputOutput(
                "\(output.prefix(40))...: the path has \(output.utf8.count) bytes, which is too long; "
                    + "go to the folder and name the file alone")
        }
    }

    /// Makes room for an archive; `force` takes away what stands there, with its log and its parts, but never a folder.
    static func prepare(archive output: String, force: Bool) throws {
        try checkName(output, companion: ".log.json")
        try prepare((output as NSString).deletingLastPathComponent)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: output, isDirectory: &isFolder), isFolder.boolValue {
            throw Failure.inputOutput("\(output) is a folder; choose another name for the archive")
        }
        let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: output)) != nil
        if let what = PlainFile.special(output), !isLink || !force {
            throw Failure.inputOutput("\(output) is \(what); choose another name for the archive")
        }
        try RunLog.refuseForeign(besides: output)
        try PartsFolder.refuseForeign(of: output)
        if force { try PartsFolder.checkUnused(archive: output) }
        for path in [output, RunLog.path(of: output), PartsFolder.path(of: output)]
        where force && FileManager.default.fileExists(atPath: path) {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// A folder that is about to be written: it appears with all its files, or they replace those of an older one.
    static func folder(_ path: String) throws -> DurableFolder {
        var plain = path
        while plain.count > 1, plain.hasSuffix("/") { plain.removeLast() }
        try checkName(plain)
        if !FileManager.default.fileExists(atPath: plain) {
            try refuseToMake(plain)
        } else {
            try prepare(plain)
        }
        return try DurableFolder(path: plain)
    }

    /// Makes the folder where only it is missing; a failure where its parent is missing too, or it can't be written to.
    ///
    /// A whole tree is not made: a mistyped path would come true.
    static func prepare(_ folder: String) throws {
        let files = FileManager.default
        let place = folder.isEmpty ? "." : folder
        var isFolder: ObjCBool = false
        if !files.fileExists(atPath: place, isDirectory: &isFolder) {
            try refuseToMake(place)
            try files.createDirectory(atPath: place, withIntermediateDirectories: false)
        } else if !isFolder.boolValue {
            throw Failure.inputOutput("\(place): it is a file, where a folder is wanted")
        } else if !files.isWritableFile(atPath: place) {
            throw Failure.inputOutput("\(place): you may not write to this folder")
        }
    }

    /// A failure where the folder that is to hold another is missing, or can't be written to.
    private static func refuseToMake(_ place: String) throws {
        let files = FileManager.default
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
    }
}
