import Drawing
import Foundation
import Lanes
import Optimizer
import Stepping
import WorldModel

extension ReportContents {
    /// How far the numbers can be trusted, and what they were made from.
    var provenance: ReportPage.Section {
        get throws {
            var contents: [Markup] = []
            if let trust = try certificate { contents.append(trust) }
            contents.append(figures)
            let (files, _) = try file.sources()
            let pairs = [
                ("archive", "format \(file.formatVersion), written by worldlines \(file.codeVersion)"),
                ("study and world", "digest \(file.studyDigest)"), ("world alone", "digest \(world.digest)"),
                ("seed", "\(file.seed)"), ("licence", world.licence.isEmpty ? "none named" : world.licence),
                ("files kept", files.map { "\($0.path) (\($0.bytes.count) bytes)" }.joined(separator: ", ")),
            ]
            contents.append(tag("h3", [:], "What it was made from"))
            contents.append(
                tag("dl", [:], pairs.flatMap { [tag("dt", [:], .text($0.0)), tag("dd", [:], .text($0.1))] }))
            contents.append(
                paragraph(
                    "The same study, seed, code version and class of CPU give the same archive, bit for bit; the digest is in "
                        + "the archive's attribute study_digest.", class: "soft"))
            return ReportPage.Section(id: "provenance", title: "Certificate and provenance", contents: contents)
        }
    }

    /// Flagged hours and the largest certified gap; nil in a world without a grid.
    private var certificate: Markup? {
        get throws {
            guard world.hasSection("grid"), try file.variables().contains("optimality_gap") else { return nil }
            let gaps = try file.values(of: "optimality_gap").filter(\.isFinite)
            let flagged = try file.flaggedHours()
            let days = WorldKernel.clearedDays(of: world).count
            let hours = Double(file.worldLines * times.count * days * 24)
            let gap = gaps.max() ?? 0
            return tag(
                "p", [:],
                .text(
                    "\(Numerals.text(hours, digits: 0)) hours were cleared: \(days) days a year of 24 hours in every world line. "
                        + "The largest certified gap between the recorded dispatch and the cheapest one possible is "
                        + "\(ReportContents.power(gap)) of the hour's cost. "),
                .text(
                    flagged == 0
                        ? "No hour is flagged: all are within 1e-6."
                        : "\(Numerals.text(flagged, digits: 0)) hours are flagged, for their gap is above 1e-6."))
        }
    }

    /// How many of the world's numbers are known how well.
    private var figures: Markup {
        var counts: [String: Int] = [:]
        for path in world.paths() { counts[path.status.isEmpty ? "not said" : path.status, default: 0] += 1 }
        let words = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
        return tag(
            "p", [:],
            .text(
                "How good the world's figures are, by the status that the world gives them: \(words.joined(separator: ", ")). "
                    + "Each is listed with its source by "), tag("code", [:], "worldlines inspect ARCHIVE --paths"), "."
        )
    }

    /// A small number as 9.8e-7.
    private static func power(_ value: Double) -> String {
        let parts = String(format: "%.1e", value).split(separator: "e")
        guard parts.count == 2, let power = Int(parts[1]), power != 0 else { return String(format: "%.1g", value) }
        return "\(parts[0])e\(power)"
    }
}
