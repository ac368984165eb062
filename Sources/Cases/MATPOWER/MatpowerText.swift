import WorldModel

/// The assignments of a MATPOWER case: what `mpc.name = ...` says, with the line of every row.
///
/// A case is a program in MATLAB's language. Numbers, matrices of numbers, texts and cells of texts are read; any other
/// statement is a finding that shows it, since what it would change is not known.
struct MatpowerText {
    /// What stands to the right of `=`.
    enum Value {
        case number(Double)
        case text(String)
        case matrix([Row])
        case texts([(text: String, line: Int)])
    }

    /// A row of a matrix.
    struct Row {
        let line: Int
        let numbers: [Double]
    }

    /// A field of the case.
    struct Field {
        let line: Int
        let value: Value
    }

    /// The name of the function.
    private(set) var name: String?
    /// The fields; of a field that is assigned twice the last, as in MATLAB.
    private(set) var fields: [String: Field] = [:]
    /// Whether the function returns matrices instead of one struct: version 1 of the format.
    private(set) var isVersionOne = false

    init(_ bytes: [UInt8], file: String, _ collector: Collector) {
        var parser = Parser(bytes: bytes, file: file, collector: collector)
        parser.parse()
        name = parser.name
        fields = parser.fields
        isVersionOne = parser.isVersionOne
    }
}

private struct Parser {
    let bytes: [UInt8]
    let file: String
    let collector: Collector
    var place = 0
    var line = 1
    var name: String?
    var structure: String?
    var fields: [String: MatpowerText.Field] = [:]
    var isVersionOne = false

    init(bytes: [UInt8], file: String, collector: Collector) {
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        self.file = file
        self.collector = collector
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func advance() {
        if bytes[place] == UInt8(ascii: "\n") { line += 1 }
        place += 1
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    private static func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard place + count <= bytes.count else { return false }
        for index in 0..<count where bytes[place + index] != text.utf8Start[index] { return false }
        return true
    }

    private mutating func skipRestOfLine() {
        while let byte = next, byte != UInt8(ascii: "\n") { place += 1 }
    }

    /// Whether `%{` or `%}` stands alone on the line that goes on at `place`.
    private func isAlone(_ mark: StaticString) -> Bool {
        guard starts(with: mark) else { return false }
        var before = place
        while before > 0, Parser.isSpace(bytes[before - 1]) { before -= 1 }
        var after = place + mark.utf8CodeUnitCount
        while after < bytes.count, Parser.isSpace(bytes[after]) { after += 1 }
        return (before == 0 || bytes[before - 1] == UInt8(ascii: "\n"))
            && (after == bytes.count || bytes[after] == UInt8(ascii: "\n"))
    }

    /// Skips blanks, comments and continuations, and line ends too where `lines` says so.
    private mutating func skipBlank(lines: Bool) {
        while let byte = next {
            if Parser.isSpace(byte) || (lines && byte == UInt8(ascii: "\n")) {
                advance()
            } else if isAlone("%{") {
                skipBlock()
            } else if byte == UInt8(ascii: "%") {
                skipRestOfLine()
            } else if starts(with: "...") {
                skipRestOfLine()
                if next != nil { advance() }
            } else {
                return
            }
        }
    }

    private mutating func skipBlock() {
        let start = line
        var depth = 0
        while next != nil {
            if isAlone("%{") { depth += 1 }
            if isAlone("%}") { depth -= 1 }
            skipRestOfLine()
            if next != nil, depth > 0 { advance() }
            if depth == 0 { return }
            while let byte = next, Parser.isSpace(byte) { advance() }
        }
        add(start, nil, "a block comment `%{` that is never closed", "close it with `%}` on a line of its own")
    }

    private func add(_ line: Int, _ path: String?, _ message: String, _ remedy: String) {
        collector.add(file, line, path, message, remedy)
    }

    private mutating func word() -> String {
        let start = place
        while let byte = next, Parser.isWord(byte) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    mutating func parse() {
        while true {
            skipBlank(lines: true)
            guard let byte = next else { return }
            if byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") {
                place += 1
            } else {
                statement()
            }
        }
    }

    private mutating func statement() {
        let (start, startLine) = (place, line)
        let first = word()
        switch first {
        case "function":
            header()
            return
        case "end", "return", "endfunction": return
        default: break
        }
        if !first.isEmpty {
            var field = ""
            if next == UInt8(ascii: ".") {
                place += 1
                field = word()
            }
            skipBlank(lines: false)
            let isAssigned = next == UInt8(ascii: "=") && place + 1 < bytes.count && bytes[place + 1] != next
            let isOurs = structure.map { $0 == first } ?? !field.isEmpty
            if isAssigned, isVersionOne || (isOurs && !field.isEmpty) {
                place += 1
                if assign(isVersionOne ? first : field, startLine) { return }
            }
        }
        (place, line) = (start, startLine)
        refuseStatement()
    }

    /// `function mpc = name`, or of version 1 `function [baseMVA, bus, ...] = name`.
    private mutating func header() {
        skipBlank(lines: false)
        if next == UInt8(ascii: "[") {
            isVersionOne = true
            while let byte = next, byte != UInt8(ascii: "]"), byte != UInt8(ascii: "\n") { place += 1 }
            if next == UInt8(ascii: "]") { place += 1 }
        } else {
            structure = word()
        }
        skipBlank(lines: false)
        if next == UInt8(ascii: "=") { place += 1 }
        skipBlank(lines: false)
        let function = word()
        if function.isEmpty { structure = nil } else { name = function }
        skipRestOfLine()
    }

    /// Shows a statement that is not an assignment of plain numbers, and goes on behind it.
    private mutating func refuseStatement() {
        let (start, startLine) = (place, line)
        var depth = 0
        scan: while let byte = next {
            switch byte {
            case UInt8(ascii: "%"):
                if depth == 0 { break scan }
                skipRestOfLine()
                continue
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ";"), UInt8(ascii: "\n"): if depth <= 0 { break scan }
            default: break
            }
            advance()
        }
        if place == start { advance() }
        let text = String(decoding: bytes[start..<min(place, start + 60)], as: UTF8.self)
        let shown = text.split(separator: "\n").first.map(String.init)?.trimmed ?? ""
        add(
            startLine, nil, "the statement `\(shown)` is not supported, and what it would change is not known",
            "run the case in MATPOWER and write what comes out with `savecase`")
    }

    /// Reads what is assigned to a field; false where it is none of the values that are read.
    private mutating func assign(_ field: String, _ startLine: Int) -> Bool {
        skipBlank(lines: false)
        guard let byte = next else { return false }
        var value: MatpowerText.Value?
        switch byte {
        case UInt8(ascii: "["): value = matrix(field)
        case UInt8(ascii: "{"): value = cell(field)
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            guard let text = text() else { return false }
            value = .text(text)
        default:
            guard let number = MatpowerNumber.parse(token()) else { return false }
            value = .number(number)
        }
        skipBlank(lines: false)
        let isEnd = next.map { [UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\n")].contains($0) } ?? true
        guard isEnd else { return false }
        // A matrix that couldn't be read has findings of its own.
        if let value { fields[field] = MatpowerText.Field(line: startLine, value: value) }
        return true
    }

    private mutating func token() -> String {
        let start = place
        while let byte = next, !Parser.isSpace(byte), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: ";"),
            byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}"),
            byte != UInt8(ascii: "%"), !starts(with: "...")
        {
            place += 1
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    /// A text in quotes, in which the quote is doubled; nil where it doesn't end on its line.
    private mutating func text() -> String? {
        guard let quote = next else { return nil }
        place += 1
        var found: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\n") {
            place += 1
            if byte != quote {
                found.append(byte)
            } else if next == quote {
                found.append(byte)
                place += 1
            } else {
                return String(decoding: found, as: UTF8.self)
            }
        }
        return nil
    }

    private mutating func matrix(_ field: String) -> MatpowerText.Value? {
        let startLine = line
        place += 1
        var rows: [MatpowerText.Row] = []
        var row: [Double] = []
        var rowLine = line
        var isWhole = true
        func endRow() {
            if !row.isEmpty { rows.append(MatpowerText.Row(line: rowLine, numbers: row)) }
            row = []
        }
        while true {
            skipBlank(lines: false)
            guard let byte = next else {
                add(startLine, "mpc.\(field)", "the matrix is never closed", "close it with `]`")
                return nil
            }
            switch byte {
            case UInt8(ascii: "]"):
                place += 1
                endRow()
                guard isWhole else { return nil }
                if let odd = rows.first(where: { $0.numbers.count != rows[0].numbers.count }) {
                    add(
                        odd.line, "mpc.\(field)",
                        "the row has \(counted(odd.numbers.count, "number")), the first row of the matrix "
                            + "\(rows[0].numbers.count)",
                        "give every row as many numbers; fill up with zeros")
                    return nil
                }
                return .matrix(rows)
            case UInt8(ascii: ";"), UInt8(ascii: "\n"):
                advance()
                endRow()
            case UInt8(ascii: ","): place += 1
            default:
                if row.isEmpty { rowLine = line }
                let token = token()
                if let number = MatpowerNumber.parse(token) {
                    row.append(number)
                } else {
                    if isWhole || rows.last?.line != rowLine {
                        add(
                            line, "mpc.\(field)", "`\(token.isEmpty ? shown(byte) : token)` is not a plain number",
                            "write the number itself; expressions are not worked out")
                    }
                    isWhole = false
                    row.append(0)
                    if token.isEmpty { advance() }
                }
            }
        }
    }

    private func shown(_ byte: UInt8) -> String { String(decoding: [byte], as: UTF8.self) }

    private mutating func cell(_ field: String) -> MatpowerText.Value? {
        let startLine = line
        place += 1
        var texts: [(text: String, line: Int)] = []
        while true {
            skipBlank(lines: true)
            guard let byte = next else {
                add(startLine, "mpc.\(field)", "the list is never closed", "close it with `}`")
                return nil
            }
            switch byte {
            case UInt8(ascii: "}"):
                place += 1
                return .texts(texts)
            case UInt8(ascii: ";"), UInt8(ascii: ","): place += 1
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                let at = line
                guard let text = text() else {
                    add(at, "mpc.\(field)", "a text that doesn't end on its line", "close it with a quote")
                    return nil
                }
                texts.append((text, at))
            default:
                let token = token()
                if MatpowerNumber.parse(token) == nil {
                    add(
                        line, "mpc.\(field)", "`\(token.isEmpty ? shown(byte) : token)` is not a text in quotes",
                        "put it in quotes, and double every quote inside")
                }
                texts.append((token, line))
                if token.isEmpty { advance() }
            }
        }
    }
}

/// A number as MATLAB writes it.
enum MatpowerNumber {
    static func parse(_ token: String) -> Double? {
        guard let first = token.utf8.first else { return nil }
        let digits =
            token.utf8.first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? token.dropFirst() : token[...]
        switch digits.lowercased() {
        case "inf": return first == UInt8(ascii: "-") ? -.infinity : .infinity
        case "nan": return .nan
        default: break
        }
        guard
            digits.utf8.allSatisfy({ byte in
                (byte >= 0x30 && byte <= 0x39) || "+-.eEdD".utf8.contains(byte)
            })
        else { return nil }
        return Double(token) ?? Double(token.replacing("d", with: "e").replacing("D", with: "e"))
    }
}
