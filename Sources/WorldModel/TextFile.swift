/// Text of files that people write.
enum TextFile {
    /// What some editors put before a text of UTF-8.
    static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The text of a file of UTF-8, without the byte order mark at its start; nil after a finding.
    static func decode(_ bytes: [UInt8], file: String, _ collector: Collector) -> String? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            collector.add(
                file, 1, nil, "the file is UTF-16, as the byte order mark at its start says", "save it as UTF-8")
            return nil
        }
        let text = bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0)
        if let found = String(validating: text, as: UTF8.self) { return found }
        collector.add(file, firstWrongLine(text), nil, "the file is not UTF-8", "save it as UTF-8")
        return nil
    }

    private static func firstWrongLine(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
    }
}
