import Foundation
import Testing

/// The tutorial of docs/WORLDS.md, followed to the letter in an empty folder.
///
/// With WORLDLINES_GOLDEN=1 what the page shows as printed is written anew.
@Suite struct TutorialTests {
    /// A fenced block: its language, its text, and the path that the line of prose above begins with.
    struct Block {
        let language: String
        let text: String
        let path: String
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func blocks() throws -> [Block] {
        let page = try String(contentsOf: root.appendingPathComponent("docs/WORLDS.md"), encoding: .utf8)
        let from = try #require(page.range(of: "<!-- tutorial: run by TutorialTests -->\n")?.upperBound)
        let to = try #require(page.range(of: "<!-- end of tutorial -->")?.lowerBound)
        var blocks: [Block] = []
        var paragraph: [String] = []
        var open: (language: String, lines: [String])?
        for line in page[from..<to].components(separatedBy: "\n") {
            if line.hasPrefix("```") {
                if let block = open {
                    let named = paragraph.first.map { $0.components(separatedBy: "`") } ?? []
                    blocks.append(
                        Block(
                            language: block.language, text: block.lines.joined(separator: "\n") + "\n",
                            path: named.count > 2 && named[0].isEmpty ? named[1] : ""))
                    open = nil
                    paragraph = []
                } else {
                    open = (String(line.dropFirst(3)), [])
                }
            } else if open != nil {
                open?.lines.append(line)
            } else if line.isEmpty {
                if !paragraph.isEmpty, paragraph.last != "" { paragraph.append("") }
            } else {
                if paragraph.last == "" { paragraph = [] }
                paragraph.append(line)
            }
        }
        return blocks
    }

    /// Whether two texts have the same words, and numbers that differ by less than a hundredth: the page shows four
    /// digits, of which a change of the kernel may move the last.
    static func agree(_ a: String, _ b: String) -> Bool {
        let (first, second) = (a.split { $0.isWhitespace }, b.split { $0.isWhitespace })
        return first.count == second.count
            && zip(first, second).allSatisfy { one, other in
                if let x = Double(one), let y = Double(other) { return abs(x - y) <= 0.01 * max(abs(x), abs(y)) }
                return one == other
            }
    }

    @Test func theTutorialWorksAsItIsWritten() throws {
        let shop = try Workshop(files: [:])
        try FileManager.default.createDirectory(at: shop.folder, withIntermediateDirectories: true)
        var output = ""
        var commands = 0
        var files = 0
        for block in try TutorialTests.blocks() {
            switch block.language {
            case "yaml", "csv":
                #expect(block.path.hasPrefix("harbour/"), "a file without a name: \(block.text.prefix(80))")
                try shop.write(block.text, to: block.path)
                files += 1
            case "sh":
                output = ""
                for line in block.text.split(separator: "\n") {
                    let words = line.split(separator: " ").map(String.init)
                    #expect(words.first == "worldlines")
                    let ending = try shop.run(Array(words.dropFirst()))
                    #expect(ending.status == 0, "\(line): \(ending.error)")
                    output = ending.output
                    commands += 1
                }
            default:
                if block.text.contains("did you mean") {
                    let study = "harbour/studies/turbines.yaml"
                    try shop.write(
                        try shop.read(study).replacingOccurrences(
                            of: "generators[turbines]", with: "generators[turbine]"),
                        to: study)
                    let ending = try shop.run("check", study)
                    #expect(ending.status == 65 && ending.error.contains(block.text.dropLast()), "\(ending.error)")
                } else if ProcessInfo.processInfo.environment["WORLDLINES_GOLDEN"] == "1" {
                    let page = TutorialTests.root.appendingPathComponent("docs/WORLDS.md")
                    let text = try String(contentsOf: page, encoding: .utf8)
                    try text.replacingOccurrences(of: block.text, with: output).write(
                        to: page, atomically: true, encoding: .utf8)
                } else {
                    #expect(
                        TutorialTests.agree(output, block.text), "the page says\n\(block.text)\nand it is\n\(output)")
                }
            }
        }
        #expect(files == 7 && commands == 5)
        #expect(shop.names(in: "").contains("turbines.html"))
    }

    @Test func numbersThatMoveAreSeen() {
        #expect(TutorialTests.agree("cost 268.1 a", "cost  268.2\na"))
        #expect(!TutorialTests.agree("cost 268.1", "cost 280"))
        #expect(!TutorialTests.agree("cost 268.1", "price 268.1"))
        #expect(!TutorialTests.agree("cost", "cost 1"))
    }
}
