import Foundation

/// The folder that results go to.
enum Destination {
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
