/// A piece of HTML or SVG.
///
/// It renders to HTML 5 that is well-formed XML too. Texts and attributes are escaped, so that no name in a world can
/// become markup.
public indirect enum Markup: Sendable, Hashable {
    /// Words.
    case text(String)
    /// An element with its attributes, in order, and its contents.
    case element(String, [Attribute], [Markup])
    /// Pieces side by side.
    case group([Markup])
    /// A style sheet, which must hold neither `<` nor `&`.
    case style(String)

    /// A name and its value.
    public struct Attribute: Sendable, Hashable {
        /// The name.
        public let name: String
        /// The value.
        public let value: String

        /// A name and its value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// An element and its contents.
public func tag(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ contents: Markup...) -> Markup {
    tag(name, attributes, contents)
}

/// An element and its contents.
public func tag(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ contents: [Markup]) -> Markup {
    .element(name, attributes.map { Markup.Attribute(name: $0.key, value: $0.value) }, contents)
}

extension Markup: ExpressibleByStringInterpolation {
    /// Words.
    public init(stringLiteral value: String) { self = .text(value) }
}

extension Markup {
    /// A whole page: the document's type and the element.
    public var page: String { "<!DOCTYPE html>\n" + text + "\n" }

    /// The piece as text.
    public var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .text(let words): Markup.escape(words, into: &text)
        case .group(let pieces):
            for piece in pieces { piece.write(to: &text) }
        case .style(let sheet):
            precondition(!sheet.utf8.contains { $0 == 0x3C || $0 == 0x26 }, "a style sheet has neither `<` nor `&`")
            text += "<style>\(sheet)</style>"
        case .element(let name, let attributes, let contents):
            if Markup.blocks.contains(name) { text += "\n" }
            text += "<\(name)"
            for attribute in attributes {
                text += " \(attribute.name)=\""
                Markup.escape(attribute.value, into: &text)
                text += "\""
            }
            if contents.isEmpty, Markup.closed.contains(name) {
                text += "/>"
            } else {
                text += ">"
                for piece in contents { piece.write(to: &text) }
                text += "</\(name)>"
            }
        }
    }

    /// Elements that begin a line of their own.
    private static let blocks: Set<String> = [
        "head", "body", "header", "main", "nav", "section", "figure", "table", "tr", "h1", "h2", "h3", "p", "ul", "li",
        "div", "svg", "g", "footer", "details", "dl", "meta", "title", "style", "pre",
    ]
    /// Elements that close themselves: HTML's void ones, and SVG's shapes.
    private static let closed: Set<String> = [
        "meta", "br", "hr", "input", "col", "path", "rect", "circle", "line", "polyline", "polygon", "stop",
    ]

    /// Adds words with XML's marks escaped; what XML can't hold, or what turns the direction of the text around it, is
    /// shown, such as `\u{1B}`.
    private static func escape(_ words: String, into text: inout String) {
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\t", "\n": text.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FFFE}",
                "\u{FFFF}":
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
