import Foundation
import Testing

@testable import Drawing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Whether a text is one well-formed piece of XML.
func isWellFormed(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }

@Suite struct MarkupTests {
    static let nasty = "<script>alert('x')</script> & \"quotes\" \u{0}\u{1B}\u{FFFF} ]]> ü 大阪"

    @Test func namesNeverBecomeMarkup() {
        let text = tag("p", ["title": MarkupTests.nasty], .text(MarkupTests.nasty)).text
        #expect(isWellFormed(text))
        #expect(!text.contains("<script") && text.contains("&lt;script&gt;") && text.contains("大阪"))
        #expect(text.components(separatedBy: "\"").count == 3, "the attribute's own quotes are the only ones")
    }

    @Test func emptyElementsAreWrittenAsBrowsersReadThem() {
        #expect(tag("td").text.hasSuffix("<td></td>"))
        #expect(tag("meta", ["charset": "utf-8"]).text.hasSuffix("<meta charset=\"utf-8\"/>"))
        #expect(tag("html").page.hasPrefix("<!DOCTYPE html>\n<html>"))
    }

    @Test func theStyleSheetNeedsNothingFromOutside() {
        let sheet = StyleSheet.text(policies: 3)
        for word in ["http", "url(", "@import", "@font-face"] { #expect(!sheet.contains(word), "\(word)") }
        #expect(sheet.count { $0 == "{" } == sheet.count { $0 == "}" })
        #expect(sheet.contains("#show-2:not(:checked)") && !sheet.contains("#show-3"))
        #expect(isWellFormed(Markup.style(sheet).text))
    }

    @Test(arguments: [
        (0.0, 0, "0"), (-0.0, 1, "0.0"), (1234.5, 1, "1234.5"), (12345.0, 0, "12,345"), (-1_234_567.0, 0, "−1,234,567"),
        (-0.001, 2, "0.00"), (.nan, 2, "-"), (.infinity, 0, "∞"),
    ])
    func numbers(value: Double, digits: Int, text: String) {
        #expect(Numerals.text(value, digits: digits) == text)
    }

    @Test(arguments: [(0.04, "0"), (-0.04, "0"), (1.25, "1.3"), (-1.25, "-1.3"), (12, "12"), (.nan, "0"), (1e300, "0")])
    func places(value: Double, text: String) {
        #expect(Numerals.place(value) == text)
    }
}

@Suite struct AxisTests {
    /// Ranges of every size, sign and place.
    static let ranges: [[Double]] = [
        [0, 1], [3, 3], [0, 0], [-5, 7], [1e-9, 3e-9], [1e12, 1.0001e12], [-1e-3, -0.9e-3], [2026, 2050], [1, 10000],
        [.nan, 4, .infinity], [], [83.2, 95.1], [-2e9, 5e11], [0.378, 0.3589],
    ]

    @Test(arguments: ranges)
    func anAxisCoversItsNumbersAndMarksThem(values: [Double]) {
        let axis = Axis(covering: values)
        let finite = values.filter(\.isFinite)
        for value in finite { #expect((-1e-9...1 + 1e-9).contains(axis.share(value)), "\(value) in \(axis.range)") }
        #expect((3...8).contains(axis.ticks.count), "\(axis.ticks)")
        #expect(axis.ticks == axis.ticks.sorted())
        #expect(Set(axis.ticks.map { axis.label($0) }).count == axis.ticks.count, "labels can be told apart")
        for tick in axis.ticks { #expect((-1e-9...1 + 1e-9).contains(axis.share(tick))) }
        // Numbers fill at least a third of the axis unless they are all alike.
        if let least = finite.min(), let most = finite.max(), most - least > 1e-5 * abs(most) {
            #expect(axis.share(most) - axis.share(least) > 1.0 / 3)
        }
    }

    @Test(arguments: [2026...2026, 2026...2027, 2026...2031, 2026...2050, 2025...2100, 1750...2500])
    func yearsAreWhole(years: ClosedRange<Int>) {
        let axis = Axis(years: years)
        #expect((1...7).contains(axis.ticks.count))
        for tick in axis.ticks { #expect(years.contains(Int(tick)) && axis.label(tick) == String(Int(tick))) }
    }
}
