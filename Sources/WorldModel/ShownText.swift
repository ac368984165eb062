extension String {
    /// The text as it may be printed: what a terminal would obey, or what would turn its direction, stands as `\u{1B}`.
    ///
    /// These are the control characters of ASCII and Latin-1 and the marks that embed, override or isolate a direction.
    /// - Parameter kept: those that are left as they are, such as the ends of our own lines.
    package func shown(keeping kept: Set<Unicode.Scalar> = []) -> String {
        guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2 }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isHidden, !kept.contains(scalar) {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// A text of JSON whose hidden characters are escaped; the encoder escapes those of ASCII only.
    package var withEscapedJSON: String {
        guard utf8.contains(where: { $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2 }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.value >= 0x7F, scalar.isHidden {
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// The text, or its start and its end where it is longer than anybody reads.
    var shortened: String {
        let most = 2000
        if utf8.count <= most { return self }
        return prefix(most / 4) + " ... (\(utf8.count) bytes) ... " + suffix(most / 4)
    }
}

extension Unicode.Scalar {
    /// Whether a terminal would obey it, or a reader would not see what it does.
    package var isHidden: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
