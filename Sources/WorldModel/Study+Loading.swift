import Foundation
import Yams

extension Study {
    /// The study of a file, with the world that its `world:` names; throws every finding of all files at once.
    ///
    /// - Parameter overrides: what holds instead of the file's numbers.
    public static func load(path: String, _ overrides: Overrides = Overrides()) throws(Findings) -> Study {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        let collector = Collector()
        let yaml = YAMLReader(file: url.lastPathComponent, collector: collector)
        let bytes: [UInt8]
        do {
            bytes = try contents(of: url)
        } catch {
            let (message, remedy) = error.words(url.lastPathComponent)
            throw Findings([Finding(file: url.lastPathComponent, message: message, remedy: remedy)])
        }
        guard let written = yaml.root(bytes) else { throw Findings(collector.findings) }
        let entries = yaml.refuse(written, except: Schema.studyKeys.names, path: nil)
        let entry = entries.first { $0.key == "world" }
        guard let entry, let folder = yaml.text(entry.value, path: "world") else {
            let missing = Finding(
                file: url.lastPathComponent, path: "world", message: "`world` is missing",
                remedy: "write `world: ..`, the folder of the world seen from the study's")
            let beside = url.deletingLastPathComponent().path
            let reader = StudyReader(FileSource(folder: beside), url.lastPathComponent, overrides)
            return try reader.read(withoutWorld: entry == nil ? missing : collector.findings.last ?? missing)
        }
        let beside = url.deletingLastPathComponent()
        let root = beside.appendingPathComponent(folder, isDirectory: true).standardizedFileURL.path
        let base = root.hasSuffix("/") ? root : root + "/"
        let inside = url.path.hasPrefix(base)
        let name = inside ? String(url.path.dropFirst(base.count)) : "studies/" + url.lastPathComponent
        let source = FileSource { file throws(PlainFile.Problem) in
            if !inside, file.hasPrefix("studies/") {
                do throws(PlainFile.Problem) {
                    return try PlainFile.read(beside.path + "/" + file.dropFirst("studies/".count))
                } catch {
                    if error != .missing { throw error }
                }
            }
            return try PlainFile.read(file, inside: root)
        }
        // Findings so far have no name that is seen from the world: the reader makes them again.
        return try StudyReader(source, name, overrides, parsed: collector.findings.isEmpty ? written : nil).read()
    }

    /// The bytes of a study file; a world's own study may not be a link that leads out of the world.
    private static func contents(of study: URL) throws(PlainFile.Problem) -> [UInt8] {
        let beside = study.deletingLastPathComponent()
        for (folder, path) in [
            (beside, study.lastPathComponent),
            (beside.deletingLastPathComponent(), beside.lastPathComponent + "/" + study.lastPathComponent),
        ] where FileManager.default.fileExists(atPath: folder.path + "/" + WorldReader.file) {
            return try PlainFile.read(path, inside: folder.path)
        }
        return try PlainFile.read(study.path)
    }

    /// The folder of the world that a study file names, as it is written there; nil where it names none.
    public static func worldFolder(ofStudyAt path: String) -> String? {
        let yaml = YAMLReader(file: path, collector: Collector())
        let root = (try? PlainFile.read(path)).flatMap(yaml.root) ?? []
        let entries = yaml.refuse(root, except: Schema.studyKeys.names, path: nil)
        return entries.first { $0.key == "world" }.flatMap { yaml.text($0.value, path: nil) }
    }
}
