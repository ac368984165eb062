/// The room that words take, as far as that can be known without their font.
enum Words {
    /// The size of all words in charts.
    static let size = 11.0

    /// The width of words in a sans-serif font, rather too large than too small.
    static func width(_ words: String, size: Double = Words.size) -> Double {
        words.unicodeScalars.reduce(0) { $0 + share($1) } * size
    }

    /// Words cut to a width, with an ellipsis where something is missing.
    static func cut(_ words: String, to width: Double, size: Double = Words.size) -> String {
        guard Words.width(words, size: size) > width else { return words }
        var kept = words
        while !kept.isEmpty, Words.width(kept + "…", size: size) > width { kept.removeLast() }
        return kept.isEmpty ? "" : kept + "…"
    }

    private static func share(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "t", "f", "r", "I", " ", ".", ",", ":", ";", "'", "|", "!", "(", ")", "/", "[", "]": 0.36
        case "m", "w", "M", "W", "@", "%", "—", "…": 0.92
        case "A"..."Z": 0.7
        case "\u{2E80}"..."\u{FFFF}": 1
        default: 0.58
        }
    }
}

/// Boxes that words already take; a new one is placed where it hides none.
struct Labels {
    struct Box {
        let left, top, right, bottom: Double

        func overlaps(_ other: Box) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }
    }

    private let frame: Box
    private(set) var taken: [Box] = []

    /// No label yet in a frame.
    init(left: Double, top: Double, right: Double, bottom: Double) {
        frame = Box(left: left, top: top, right: right, bottom: bottom)
    }

    /// Keeps a place free of labels.
    mutating func keep(around point: Point, radius: Double) {
        taken.append(
            Box(left: point.x - radius, top: point.y - radius, right: point.x + radius, bottom: point.y + radius))
    }

    /// A label beside a point, away from its mark; nil where there is no room for it.
    mutating func place(_ words: String, at point: Point, distance: Double) -> Markup? {
        let width = Words.width(words)
        let (up, down) = (0.75 * Words.size, 0.25 * Words.size)
        let gap = distance + 2
        // Anchors, and offsets of the anchor: beside the point, above and below it, then aslant.
        let offers: [(anchor: String, x: Double, y: Double)] = [
            ("start", gap, up / 2), ("end", -gap, up / 2), ("middle", 0, -gap - down), ("middle", 0, gap + up),
            ("start", 0.7 * gap, -0.7 * gap), ("start", 0.7 * gap, 0.7 * gap + up), ("end", -0.7 * gap, -0.7 * gap),
            ("end", -0.7 * gap, 0.7 * gap + up),
        ]
        for offer in offers {
            let (x, y) = (point.x + offer.x, point.y + offer.y)
            let left = offer.anchor == "start" ? x : offer.anchor == "end" ? x - width : x - width / 2
            let box = Box(left: left - 1, top: y - up - 1, right: left + width + 1, bottom: y + down + 1)
            guard box.left >= frame.left, box.right <= frame.right, box.top >= frame.top, box.bottom <= frame.bottom,
                !taken.contains(where: box.overlaps)
            else { continue }
            taken.append(box)
            return tag(
                "text",
                ["x": Numerals.place(x), "y": Numerals.place(y), "text-anchor": offer.anchor, "class": "halo"],
                .text(words))
        }
        return nil
    }
}
