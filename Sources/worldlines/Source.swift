import Archive
import Foundation
import WorldModel

/// A path that a user named, and what it is.
struct Source {
    enum Kind {
        case world, study, archive, parts
    }

    let path: String
    let kind: Kind
    /// The folder that holds `world.yaml`, as the user would write it; empty where it is the current one.
    private var folder: String {
        switch kind {
        case .world: path == "." ? "" : path
        case .study:
            Source.join((path as NSString).deletingLastPathComponent, Study.worldFolder(ofStudyAt: path) ?? "")
        case .archive, .parts: ""
        }
    }

    init(_ path: String) throws {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else {
            let parts = PartsFolder.path(of: path)
            throw Failure.inputOutput(
                path.isEmpty
                    ? "an empty text is no path"
                    : files.fileExists(atPath: parts)
                        ? "\(path): not there yet, but \(parts) is; `worldlines resume \(path)` makes the archive"
                        : "\(path.shown()): no such file or folder")
        }
        if let what = PlainFile.special(path) {
            throw Failure.inputOutput("\(path.shown()): \(what), where a file or a folder is wanted")
        }
        var plain = path
        while plain.count > 1, plain.hasSuffix("/") { plain.removeLast() }
        let name = (plain as NSString).lastPathComponent
        if isFolder.boolValue {
            self.path = plain
            if files.fileExists(atPath: plain + "/world.yaml") {
                kind = .world
            } else if files.fileExists(atPath: plain + "/run.json") {
                kind = .parts
            } else {
                throw Failure.badData("\(path): neither a world (no world.yaml in it) nor the parts of a run")
            }
        } else if name == "world.yaml" {
            kind = .world
            let folder = (plain as NSString).deletingLastPathComponent
            self.path = folder.isEmpty ? "." : folder
        } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            kind = .study
            self.path = plain
        } else {
            kind = .archive
            self.path = plain
        }
    }

    /// Whether it is a table of outcomes.
    var isTable: Bool { kind == .archive && path.lowercased().hasSuffix(".csv") }

    /// A folder seen from another, without the `..` that can be taken out.
    private static func join(_ folder: String, _ other: String) -> String {
        var parts: [Substring] = []
        for part in (other.hasPrefix("/") ? other : folder + "/" + other).split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (other.hasPrefix("/") || folder.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// The study; a failure with every finding, where the files are as the user names them.
    func study(_ overrides: Overrides = Overrides()) throws -> Study {
        guard kind == .study else {
            throw Failure.usage("\(path) is not a study file; a study's name ends in .yaml")
        }
        do { return try Study.load(path: path, overrides) } catch { throw failure(error) }
    }

    /// The archive, open for reading.
    func archive() throws -> ArchiveFile {
        if !FileManager.default.isReadableFile(atPath: path) {
            throw Failure.inputOutput("\(path): you may not read it")
        }
        guard kind == .archive else { throw Failure.badData("\(path): not an archive of worldlines") }
        return try ArchiveFile(path: path)
    }

    /// The world of a folder.
    func world() throws -> World {
        do { return try World.load(folder: path) } catch { throw failure(error) }
    }

    private func failure(_ findings: Findings) -> Failure {
        .badData(findings.all.map { describe($0) }.joined(separator: "\n"))
    }

    /// Reads a world or a study; what it is in a few words, and what is dubious in it.
    func check() throws -> (summary: String, warnings: [Finding]) {
        switch kind {
        case .world:
            let world = try World.load(folder: path)
            let tables = Schema.tables.map { ($0.name, world.table($0.name).ids.count) }.filter { $0.1 > 0 }
            return (
                (["world '\(world.name)'"] + tables.map { counted(rows: $0.1, of: $0.0) }).joined(separator: ", "),
                world.warnings
            )
        case .study:
            let study = try Study.load(path: path)
            let effort = Effort(study)
            var warnings = study.warnings
            if let refusal = effort.refusal {
                // `run` can't simulate them all, but `optimize` simulates as many as its budget says.
                let canBeSearched = refusal.path == "decisions" && Effort(study, policies: 1).refusal == nil
                if !canBeSearched { throw Findings([refusal]) }
                if !study.isOpen { warnings.append(refusal) }
            }
            let takes = effort.isLarge && effort.refusal == nil ? "; a run takes \(effort.words) (estimates)" : ""
            return (
                "study '\(study.name)' of world '\(study.world.name)', "
                    + "\(study.years.lowerBound)-\(study.years.upperBound), \(counted(study.samples, "sample"))\(takes)",
                warnings
            )
        case .archive, .parts:
            throw Failure.usage("\(path) is neither a world nor a study; `worldlines inspect` tells what it holds")
        }
    }

    /// The file of a finding as the user would write it.
    func file(of finding: Finding) -> String {
        let inWorld = folder.isEmpty ? finding.file : "\(folder)/\(finding.file)".replacing("//", with: "/")
        guard kind == .study else { return inWorld }
        func whole(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
        if whole(inWorld) == whole(path) { return path }
        // A study outside its world, and the files beside it, stand for the world in its folder `studies`.
        let isInside = whole(path).hasPrefix(whole(folder.isEmpty ? "." : folder) + "/")
        let beside = (path as NSString).deletingLastPathComponent
        let name = (finding.file as NSString).lastPathComponent
        let near = beside.isEmpty ? name : "\(beside)/\(name)"
        let isNear = FileManager.default.fileExists(atPath: near)
        return !isInside && finding.file.hasPrefix("studies/") && isNear ? near : inWorld
    }

    /// A finding as `file:line: message`, and its remedy.
    func describe(_ finding: Finding, as severity: String = "") -> String {
        let place = finding.line.map { "\(file(of: finding)):\($0)" } ?? file(of: finding)
        let subject = finding.path.map { "\($0): " } ?? ""
        let remedy = finding.remedy.isEmpty ? "" : "\n    \(finding.remedy.shown())"
        return "\(place): \(severity)\(subject)\(finding.message)".shown() + remedy
    }
}
