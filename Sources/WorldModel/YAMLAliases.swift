import Yams

/// What aliases of a YAML text unfold to, told before anything unfolds.
///
/// Yams compares the keys of a mapping, and a key that is an alias of mappings of aliases has as many entries as two to the
/// power of their depth. So the text is read once with a plain word in the place of each alias: that tree is as large as the
/// text, it shows every key that is no word, and it gives the number of entries that each anchor stands for.
struct YAMLAliases {
    /// The line, the message and the remedy of the first thing that is refused.
    private(set) var problem: (line: Int?, message: String, remedy: String)?
    private var sizes: [String: Int] = [:]

    /// Marks a word that stands for an alias; nothing that is assigned, so that no text holds it.
    private static let mark: Unicode.Scalar = "\u{E000}"
    /// The most entries that the aliases of a file may stand for.
    static let most = 1_000_000

    /// The root of a text, with its aliases unfolded; nil where the text is empty or something is refused.
    private(set) var root: Node?

    init(_ text: String) throws {
        let marked = YAMLAliases.marked(text)
        let parser = try YAMLAliases.parser(of: marked)
        // The parser keeps the anchors of the nodes.
        try withExtendedLifetime(parser) {
            guard let found = try parser.singleRoot() else { return }
            _ = size(found)
            if problem == nil { root = marked == text ? found : try YAMLAliases.parser(of: text).singleRoot() }
        }
    }

    /// A parser that takes all values for words: what they are is known where they are read.
    private static func parser(of text: String) throws -> Parser { try Parser(yaml: text, resolver: .basic) }

    /// The text with a mark for the `*` of everything that may be an alias, also inside words and quotes.
    private static func marked(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "*")) else { return text }
        var result = String.UnicodeScalarView()
        var pending = false
        for scalar in text.unicodeScalars {
            if pending { result.append(scalar.isOfAnchor ? mark : "*") }
            pending = scalar == "*"
            if !pending { result.append(scalar) }
        }
        if pending { result.append("*") }
        return String(result)
    }

    /// The entries of a node with all aliases unfolded.
    private mutating func size(_ node: Node) -> Int {
        var sum = 1
        switch node {
        case .scalar(let scalar):
            if let name = alias(scalar) { sum = add(sum, sizes[name] ?? 0, node, isAlias: true) }
        case .sequence(let sequence):
            for each in sequence { sum = add(sum, size(each), each) }
        case .mapping(let mapping):
            for (key, value) in mapping {
                refuseUnlessWord(key)
                sum = add(sum, size(value), value)
            }
        case .alias: break
        }
        if let anchor = anchor(of: node) { sizes[anchor] = sum }
        return sum
    }

    private mutating func add(_ one: Int, _ other: Int, _ node: Node, isAlias: Bool = false) -> Int {
        let sum = min(one + other, .max / 4)
        if isAlias, sum > YAMLAliases.most {
            refuse(
                node, "the aliases unfold to more than \(YAMLAliases.most) entries",
                "write what is meant without aliases of aliases")
        }
        return sum
    }

    private mutating func refuseUnlessWord(_ key: Node) {
        guard case .scalar(let scalar) = key else {
            return refuse(
                key, "a key is \(key.mapping == nil ? "a list" : "a mapping"), where a word is wanted",
                "write `key: value` with a word as the key")
        }
        if alias(scalar) != nil {
            refuse(key, "a key is an alias, where a word is wanted", "write the word that is meant")
        }
    }

    private mutating func refuse(_ node: Node, _ message: String, _ remedy: String) {
        if problem == nil { problem = (node.mark?.line, message, remedy) }
    }

    private func alias(_ scalar: Node.Scalar) -> String? {
        guard scalar.style == .plain, scalar.string.unicodeScalars.first == YAMLAliases.mark else { return nil }
        return String(scalar.string.unicodeScalars.dropFirst().prefix { $0.isOfAnchor })
    }

    private func anchor(of node: Node) -> String? {
        switch node {
        case .scalar(let scalar): scalar.anchor?.rawValue
        case .sequence(let sequence): sequence.anchor?.rawValue
        case .mapping(let mapping): mapping.anchor?.rawValue
        case .alias: nil
        }
    }
}

extension Unicode.Scalar {
    /// Whether it may be a part of the name of an anchor.
    fileprivate var isOfAnchor: Bool {
        switch self {
        case "0"..."9", "A"..."Z", "a"..."z", "_", "-": true
        default: false
        }
    }
}
