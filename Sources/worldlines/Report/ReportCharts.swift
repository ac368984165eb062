import Archive
import Drawing
import Foundation
import Optimizer
import WorldModel

/// The charts of a report, section by section.
struct ReportCharts {
    private(set) var sections: [ReportPage.Section] = []
    /// The number of charts and maps.
    private(set) var figures = 0
    private let contents: ReportContents
    /// The samples that are drawn one by one; more would only blacken the page.
    private static let mostTicks = 100

    init(_ contents: ReportContents) throws {
        self.contents = contents
        try add("outcomes", "Outcomes", outcomes())
        add("numbers", "Outcomes by chosen number", byNumber())
        try add("years", "Over the years", fans())
        try add("mix", "Electricity by carrier", mix())
        try add("map", "Map", ReportMaps(contents).figures)
    }

    private mutating func add(_ id: String, _ title: String, _ made: [Markup]) {
        let count = made.count { if case .element("div", _, let figures) = $0 { !figures.isEmpty } else { false } }
        guard count > 0 else { return }
        sections.append(ReportPage.Section(id: id, title: title, contents: made))
        for case .element("div", _, let figures) in made { self.figures += figures.count }
    }

    /// The policies that the charts show, each with a box that hides it; nothing for one policy.
    var key: [Markup] {
        guard contents.shown.count > 1 else { return [] }
        let boxes = contents.shown.map { policy in
            tag(
                "label", [:],
                tag("input", ["type": "checkbox", "id": "show-\(policy.style.number)", "checked": "checked"]),
                policy.style.sample, .text(policy.name))
        }
        return [tag("div", ["class": "key", "role": "group", "aria-label": "Policies that the charts show"], boxes)]
    }

    /// What is said of policies that no chart shows.
    private var remark: [Markup] {
        guard contents.shown.count < contents.policies.count else { return [] }
        return [
            paragraph(
                "Charts show \(contents.shown.count) of \(contents.policies.count) policies: those that fewest others dominate, "
                    + "and of these the most balanced. The tables have all.", class: "soft")
        ]
    }

    // MARK: Outcomes

    private func outcomes() throws -> [Markup] {
        guard let report = contents.report else { return [] }
        let table = report.table
        let scales = table.outcomes.indices.map { outcome -> Scale in
            let values = contents.shown.flatMap { table.series(policy: $0.index, outcome: outcome) }
            return Scale(unit: table.outcomes[outcome].unit, largest: values.map(abs).max() ?? 0)
        }
        var made = remark
        if contents.samples > 1 {
            made.append(
                paragraph(
                    "Each tick is a sample, the bar goes from p10 to p90 with the median in it, the mark is the mean. Policies live "
                        + "through the same samples, so that they can differ clearly although their bars overlap.",
                    class: "soft"))
            made.append(grid(table.outcomes.indices.map { spread($0, table, scales[$0]) }))
        }
        guard contents.shown.count > 1, table.outcomes.count > 1 else { return made }
        let pairs = pairs(table.outcomes.count)
        made.append(tag("h3", [:], "Two outcomes at a time"))
        made.append(
            paragraph(
                "Means. Arrows point to where it is better. Full marks: no other policy is at least as good in every mean and "
                    + "better in one; the dashed line joins the best of these two outcomes alone."
                    + (pairs.count < table.outcomes.count * (table.outcomes.count - 1) / 2
                        ? " Only pairs with \(table.outcomes[0].name) are shown." : ""),
                class: "soft"))
        made.append(grid(pairs.map { scatter($0.0, $0.1, report, scales) }))
        return made
    }

    /// All pairs of up to four outcomes; of more, the first with each other one.
    private func pairs(_ count: Int) -> [(Int, Int)] {
        (0..<count).flatMap { first in
            (first + 1..<max(count, first + 1)).filter { _ in count <= 4 || first == 0 }.map { (first, $0) }
        }
    }

    private func spread(_ outcome: Int, _ table: OutcomeTable, _ scale: Scale) -> Markup {
        let measure = table.outcomes[outcome]
        let spreads = contents.shown.map { policy -> Spread in
            let values = table.series(policy: policy.index, outcome: outcome).map { $0 / scale.divisor }
            return Spread(
                name: policy.name, style: policy.style, values: Array(values.prefix(ReportCharts.mostTicks)),
                low: Statistics.percentile(values, 10), middle: Statistics.percentile(values, 50),
                high: Statistics.percentile(values, 90), mean: Statistics.mean(values))
        }
        let limits = [measure.limits.lowerBound, measure.limits.upperBound].filter(\.isFinite).map {
            $0 / scale.divisor
        }
        let remark = join(scale.unit, measure.minimize ? "less is better" : "more is better")
        return figure(
            measure.name, remark,
            spreadChart(
                title: "\(measure.name), \(remark): spread over the samples by policy",
                description: describe(spreads.map { ($0.name, $0.mean) }), spreads: spreads, limits: limits))
    }

    private func scatter(_ x: Int, _ y: Int, _ report: ComparisonReport, _ scales: [Scale]) -> Markup {
        let (across, up) = (report.table.outcomes[x], report.table.outcomes[y])
        func title(_ outcome: Int) -> String {
            let unit = scales[outcome].unit
            return report.table.outcomes[outcome].name + (unit.isEmpty ? "" : " [\(unit)]")
        }
        let spots = contents.shown.map { policy -> Spot in
            let row = report.comparison.policies[policy.index]
            return Spot(
                name: policy.name, style: policy.style,
                x: (row.outcomes[across.name]?.mean ?? .nan) / scales[x].divisor,
                y: (row.outcomes[up.name]?.mean ?? .nan) / scales[y].divisor, isUndominated: row.rank == 0)
        }
        return figure(
            "\(across.name) and \(up.name)", "",
            scatterChart(
                title: "\(up.name) against \(across.name), means by policy",
                description: spots.filter(\.isUndominated).map(\.name).joined(separator: ", ") + " are not dominated",
                x: ScatterAxis(title: title(x), minimize: across.minimize),
                y: ScatterAxis(title: title(y), minimize: up.minimize), spots: spots))
    }

    /// The mean of every outcome against every number that at least three policies chose differently.
    private func byNumber() -> [Markup] {
        guard let report = contents.report else { return [] }
        let numbers = report.numbers.filter { Set($0.values.filter(\.isFinite)).count > 2 }
            .prefix(ChosenNumber.mostShown)
        if numbers.isEmpty { return [] }
        let charts = numbers.flatMap { number in
            report.table.outcomes.map { scatter(of: $0, against: number, report) }
        }
        return [
            paragraph(
                "Means of all policies that chose a number. Policies that no other chart shows are grey.", class: "soft"
            ),
            grid(charts),
        ]
    }

    private func scatter(of measure: OutcomeTable.Measure, against number: ChosenNumber, _ report: ComparisonReport)
        -> Markup
    {
        let means = report.comparison.policies.map { $0.outcomes[measure.name]?.mean ?? .nan }
        let (across, up) = (number.scale, Scale(unit: measure.unit, largest: means.map(abs).max() ?? 0))
        let spots = contents.policies.indices.filter { number.values[$0].isFinite }.map { policy in
            Spot(
                name: contents.policies[policy],
                style: contents.shown.first { $0.index == policy }?.style ?? .neutral,
                x: number.values[policy] / across.divisor, y: means[policy] / up.divisor,
                isUndominated: report.comparison.policies[policy].rank == 0)
        }
        let unit = up.unit.isEmpty ? "" : " [\(up.unit)]"
        return figure(
            "\(measure.name) by \(number.name)", "",
            scatterChart(
                title: "\(measure.name) against \(number.name), means by policy",
                x: ScatterAxis(title: number.heading, minimize: nil),
                y: ScatterAxis(title: measure.name + unit, minimize: measure.minimize), spots: spots))
    }

    // MARK: Years

    private func fans() throws -> [Markup] {
        let charts = try contents.fanVariables().compactMap { try fan(contents.yearly($0)) }
        let words =
            contents.samples > 1
            ? "The line is the median of the samples, the band goes from p10 to p90. Where policies differ, the lower chart has what "
                + "each adds to the chosen policy, sample by sample."
            : "One sample: lines without a band."
        return [paragraph(words, class: "soft"), grid(charts, class: "charts tall")]
    }

    /// A chart of a variable, and one of what the policies differ by where they do; nil where it is 0 throughout.
    private func fan(_ yearly: ReportContents.Yearly) -> Markup? {
        let shown = contents.shown.map { yearly.values[$0.index] }
        let all = shown.joined().joined()
        guard all.contains(where: { $0 != 0 }), all.allSatisfy(\.isFinite) else { return nil }
        let largest = all.reduce(0) { max($0, abs($1)) }
        let scale = Scale(unit: yearly.unit, largest: largest)
        let base = contents.shown.firstIndex { $0.index == contents.verdict?.chosen } ?? 0
        // Differences of less than a ten-thousandth can't be seen.
        let isSame = shown.allSatisfy { policy in
            zip(policy, shown[base]).allSatisfy { zip($0, $1).allSatisfy { abs($0 - $1) <= 1e-4 * largest } }
        }
        let (first, last) = (contents.years.lowerBound, contents.years.upperBound)
        let title = ReportCharts.title(yearly.name)
        let remark = join(scale.unit, yearly.longName.first == nil ? "" : yearly.longName, yearly.remark)
        if isSame {
            let who = contents.shown.count > 1 ? "every policy" : contents.shown[0].name
            let fan = fan(
                shown[base], scale, name: who, style: contents.shown.count > 1 ? nil : contents.shown[0].style)
            return figure(
                title, join(remark, contents.shown.count > 1 ? "the same under every policy" : ""),
                fanChart(
                    title: "\(title) \(scale.unit), \(first) to \(last), \(who)", description: describe([fan]),
                    years: contents.times, fans: [fan]))
        }
        let fans = zip(contents.shown, shown).map { fan($1, scale, name: $0.name, style: $0.style) }
        let level = fanChart(
            title: "\(title) \(scale.unit), \(first) to \(last), by policy", description: describe(fans),
            years: contents.times, fans: fans)
        let less = shown.map { policy in zip(policy, shown[base]).map { zip($0, $1).map { $0 - $1 } } }
        let small = Scale(unit: yearly.unit, largest: less.joined().joined().reduce(0) { max($0, abs($1)) })
        let gaps = zip(contents.shown, less).enumerated().filter { $0.offset != base }
            .map { fan($0.element.1, small, name: $0.element.0.name, style: $0.element.0.style) }
        let name = contents.shown[base].name
        let unit = small.unit.isEmpty ? "" : " [\(small.unit)]"
        let gap = fanChart(
            title: "\(title) less that of \(name) in the same sample, \(small.unit)", description: describe(gaps),
            heading: "less \(name), sample by sample\(unit)", height: 140, years: contents.times, fans: gaps)
        return figure(title, remark, .group([level, gap]))
    }

    /// The quantiles of [year][sample].
    private func fan(_ years: [[Double]], _ scale: Scale, name: String, style: SeriesStyle?) -> Fan {
        func quantile(_ p: Double) -> [Double] { years.map { Statistics.percentile($0, p) / scale.divisor } }
        return Fan(name: name, style: style, low: quantile(10), middle: quantile(50), high: quantile(90))
    }

    private func describe(_ fans: [Fan]) -> String {
        "Medians of the last year: " + describe(fans.compactMap { fan in fan.middle.last.map { (fan.name, $0) } })
    }

    /// The name of a variable as words.
    private static func title(_ name: String) -> String {
        if name == "pue" { return "PUE" }
        let words = name.replacingOccurrences(of: "_", with: " ")
        return (words.prefix(1).uppercased() + words.dropFirst()).replacingOccurrences(of: "Co2", with: "CO2")
    }

    // MARK: Carriers

    private func mix() throws -> [Markup] {
        var made: [Markup] = []
        var drawn = Set<String>()
        for (name, heading) in [("generation", "Generation"), ("capacity", "Installed power")] {
            guard let means = try contents.means(name), means.joined().joined().contains(where: { $0 > 0 }) else {
                continue
            }
            let unit = try file.unit(of: name)
            let shown = contents.shown.map { means[$0.index] }
            let totals = shown.joined().map { $0.reduce(0) { $0 + max($1, 0) } }
            let scale = Scale(unit: unit, largest: totals.max() ?? 0)
            let isSame = shown.allSatisfy { $0 == shown[0] }
            drawn.formUnion(shown.flatMap { layers($0, scale).map(\.name) })
            let charts = zip(contents.shown, shown).prefix(isSame ? 1 : shown.count).map { policy, years -> Markup in
                let who = isSame ? (shown.count > 1 ? "every policy" : "") : policy.name
                let title = who.isEmpty ? heading : "\(heading): \(who)"
                return figure(
                    title, scale.unit,
                    stackChart(
                        title: "\(title), by carrier, \(scale.unit)", description: "mean of the samples",
                        years: contents.times, layers: layers(years, scale),
                        total: (totals.max() ?? 0) / scale.divisor), policy: isSame ? nil : policy)
            }
            made += [tag("h3", [:], .text("\(heading), mean of the samples")), grid(charts)]
        }
        guard !made.isEmpty else { return [] }
        return [swatches(drawn)] + made
    }

    private var file: ArchiveFile { contents.file }

    private func layers(_ years: [[Double]], _ scale: Scale) -> [Layer] {
        contents.carriers.enumerated().compactMap { index, carrier in
            let values = years.map { index < $0.count ? $0[index] / scale.divisor : 0 }
            return values.contains { $0 > 0 } ? Layer(name: carrier.name, color: carrier.color, values: values) : nil
        }
    }

    private func swatches(_ drawn: Set<String>) -> Markup {
        tag(
            "ul", ["class": "swatches", "aria-label": "Colours of carriers"],
            contents.carriers.filter { drawn.contains($0.name) }.map { carrier in
                tag(
                    "li", [:], tag("span", ["class": "swatch", "style": "background: \(carrier.color)"]),
                    .text(carrier.name))
            })
    }

    // MARK: Helpers

    private func join(_ parts: String...) -> String { parts.filter { !$0.isEmpty }.joined(separator: ", ") }

    private func describe(_ values: [(String, Double)]) -> String {
        values.map { "\($0.0): \(String(format: "%.4g", $0.1))" }.joined(separator: "; ")
    }
}

/// A chart with its title and what is said beside it; hidden with its policy where it is of one.
func figure(_ title: String, _ remark: String, _ picture: Markup, policy: ReportContents.Shown? = nil) -> Markup {
    let caption = tag("figcaption", [:], .text(title + " "), tag("span", ["class": "soft"], .text(remark)))
    return policy.map { tag("figure", ["class": "p\($0.style.number)"], caption, picture) }
        ?? tag("figure", [:], caption, picture)
}

/// Charts beside each other, as many as the page is wide.
func grid(_ charts: [Markup], class name: String = "charts") -> Markup { tag("div", ["class": name], charts) }

extension ReportContents {
    /// The carriers in the order of the archive, with the names and colours that the world gives them.
    var carriers: [(name: String, color: String)] {
        let table = world.table("carriers")
        let (names, colors) = (table.text("nice_name"), table.text("color"))
        return table.ids.enumerated().map { index, id in
            let color = colors[index]
            let isColor =
                color.utf8.count == 7 && color.hasPrefix("#")
                && color.dropFirst().allSatisfy { $0.isASCII && $0.isHexDigit }
            return (
                names[index].isEmpty ? id : names[index],
                isColor ? color : ReportContents.colors[index % ReportContents.colors.count]
            )
        }
    }

    /// Paul Tol's muted colours (2021), for carriers without one; they differ for every eye.
    private static let colors = [
        "#88ccee", "#cc6677", "#ddcc77", "#117733", "#332288", "#aa4499", "#44aa99", "#999933", "#882255", "#dddddd",
    ]
}
