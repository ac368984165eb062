import Drawing
import Hindcast
import WorldModel

/// A hindcast as one page with pictures, which needs no other file.
struct HindcastPage {
    let report: HindcastReport

    private var plan: HindcastPlan { report.hindcast.plan }
    private var observed: Observed { report.hindcast.observed }
    private var fuels: [String] { plan.carriers.filter { $0.role == .offered }.map(\.name) }

    private static let made = SeriesStyle(number: 0, hue: 1, dash: 0)
    private static let before = SeriesStyle(number: 1, hue: 0, dash: 1)
    private static let merit = SeriesStyle(number: 2, hue: 2, dash: 2)
    private static let seen = SeriesStyle(number: 3, hue: 6, dash: 1)
    /// Days that are drawn hour by hour.
    private static let shownDays = 7

    var text: String {
        let days = observed.days
        let span = days.isEmpty ? "no days" : "\(counted(days.count, "day")), \(days[0]) to \(days[days.count - 1])"
        let known =
            report.given == .residual
            ? "the residual of each hour is known (what no reported unit gave: sun, wind, small plants, less pumping)"
            : "of the residual only the mean by month and hour of the fitted days is known"
        let basis: String
        switch report.basis {
        case .world: basis = "fitted to the days that the world names, never to the day itself"
        case .fit: basis = "each day made with a fit of the others"
        case .crossValidation: basis = "every second day fitted and the others made again, both ways"
        }
        let title = "Hindcast of \(report.world)"
        return document(
            title: title,
            header: [tag("p", ["class": "where"], .text(span)), tag("h1", [:], .text(title))],
            main: [
                paragraph(
                    "Demand is replayed and \(known); what coal, gas and water gave, in which area, and what flowed between "
                        + "areas is cleared hour by hour. The figures are \(basis).")
            ] + correlations + flows + meanDays + stretch + energies,
            footer: "A page of worldlines. It follows from the world and the observations alone."
        ).page
    }

    private func section(_ title: String, _ remark: String, _ contents: [Markup]) -> Markup {
        tag("section", [:], [tag("h2", [:], .text(title)), paragraph(remark, class: "soft")] + contents)
    }

    private func key(_ series: [(name: String, style: SeriesStyle)]) -> Markup {
        tag("ul", ["class": "swatches"], series.map { tag("li", [:], $0.style.sample, .text(" " + $0.name)) })
    }

    // MARK: Scores

    private static let methods = [
        (name: "made again", style: made), (name: "the day before", style: before),
        (name: "merit order without a network", style: merit),
    ]

    private var correlations: [Markup] {
        let charts = fuels.map { fuel -> Markup in
            let rows = plan.areas.compactMap { area -> DotRow? in
                guard let made = report.scores.areas[area]?[fuel] else { return nil }
                return DotRow(
                    name: area,
                    values: [
                        made.correlation, report.persistence.areas[area]?[fuel]?.correlation,
                        report.meritOrder.areas[area]?[fuel]?.correlation,
                    ])
            }
            return figure(
                fuel, "correlation by area",
                dotChart(title: "\(fuel): correlation by area", range: 0...1, series: Self.methods, rows: rows))
        }
        return [
            section(
                "How closely output follows", "Correlation of the output of all hours; 1 is perfect.",
                [key(Self.methods), grid(charts)])
        ]
    }

    private var flows: [Markup] {
        guard !plan.ties.isEmpty else { return [] }
        func rows(_ value: (HindcastScores, String) -> Double?) -> [DotRow] {
            plan.ties.map {
                DotRow(name: $0.name, values: [value(report.scores, $0.name), value(report.persistence, $0.name)])
            }
        }
        let series = Array(Self.methods.prefix(2))
        return [
            section(
                "Flows between areas",
                "The direction is compared in hours with more than 50 MW observed; there may be none.",
                [
                    key(series),
                    grid([
                        figure(
                            "Correlation", "by tie",
                            dotChart(
                                title: "Correlation of flows by tie", range: 0...1, series: series,
                                rows: rows { $0.ties[$1]?.correlation })),
                        figure(
                            "Direction", "share of hours in which it is right, %",
                            dotChart(
                                title: "Share of hours in which the direction is right", range: 50...100,
                                series: series,
                                rows: rows { scores, tie in scores.ties[tie]?.signShare.map { 100 * $0 } })),
                    ]),
                ])
        ]
    }

    // MARK: Courses

    private var courses: [(name: String, style: SeriesStyle)] { [("made again", Self.made), ("observed", Self.seen)] }

    /// GW by hour of chosen places of [hour][width].
    private func course(_ values: [Double], _ width: Int, _ places: [Int]) -> [Double] {
        (0..<observed.hours).map { hour in places.reduce(0) { $0 + values[hour * width + $1] } / 1000 }
    }

    private func meanDay(_ course: [Double]) -> [Double] {
        let days = Double(max(observed.days.count, 1))
        return (0..<24).map { hour in
            stride(from: hour, to: course.count, by: 24).reduce(0) { $0 + course[$1] } / days
        }
    }

    private func chart(
        _ name: String, _ remark: String, made: [Double], seen: [Double], marks: [(hour: Int, words: String)]
    ) -> Markup {
        figure(
            name, remark,
            courseChart(
                title: "\(name), \(remark)", every: 24, marks: marks,
                courses: [
                    Course(name: "observed", style: Self.seen, values: seen),
                    Course(name: "made again", style: Self.made, values: made),
                ]))
    }

    private var meanDays: [Markup] {
        let width = plan.areas.count * plan.carriers.count
        let marks = [0, 6, 12, 18].map { (hour: $0, words: "\($0):00") }
        let charts = plan.carriers.enumerated().filter { $0.element.role == .offered }.flatMap { carrier, kind in
            plan.areas.enumerated().compactMap { area, name -> Markup? in
                let places = [area * plan.carriers.count + carrier]
                let made = course(report.hindcast.generation, width, places)
                let seen = course(observed.generation, width, places)
                guard made.contains(where: { $0 != 0 }) || seen.contains(where: { $0 != 0 }) else { return nil }
                return chart("\(name) \(kind.name)", "GW", made: meanDay(made), seen: meanDay(seen), marks: marks)
            }
        }
        return [section("The mean day of each area", "Mean of all days by hour.", [key(courses), grid(charts)])]
    }

    private var stretch: [Markup] {
        let count = min(Self.shownDays, observed.days.count)
        guard count > 0 else { return [] }
        let first = (observed.days.count - count) / 2
        let hours = 24 * first..<24 * (first + count)
        let marks = (0..<count).map {
            (hour: 24 * $0 + 12, words: String(observed.days[first + $0].description.dropFirst(5)))
        }
        let width = plan.areas.count * plan.carriers.count
        var charts: [Markup] = []
        func add(_ name: String, _ remark: String, _ made: [Double], _ seen: [Double]) {
            charts.append(chart(name, remark, made: Array(made[hours]), seen: Array(seen[hours]), marks: marks))
        }
        for (carrier, kind) in plan.carriers.enumerated() where kind.role == .offered || kind.role == .shaved {
            let places = plan.areas.indices.map { $0 * plan.carriers.count + carrier }
            add(
                kind.name, "GW, all areas", course(report.hindcast.generation, width, places),
                course(observed.generation, width, places))
        }
        for (tie, kind) in plan.ties.enumerated() {
            add(
                kind.name, "GW", course(report.hindcast.flow, plan.ties.count, [tie]),
                course(observed.flow, plan.ties.count, [tie]))
        }
        return [
            section(
                "Hour by hour",
                "\(count) days in the middle, from \(observed.days[first]) on; they need not follow each other.",
                [key(courses), grid(charts)])
        ]
    }

    // MARK: Energies

    private var energies: [Markup] {
        let width = plan.areas.count * plan.carriers.count
        let shown = plan.carriers.enumerated().filter { $0.element.role != .given }
        func row(_ name: String, _ areas: [Int]) -> Markup {
            let cells = shown.flatMap { carrier, _ -> [Markup] in
                let places = areas.map { $0 * plan.carriers.count + carrier }
                let seen = course(observed.generation, width, places).reduce(0, +)
                let made = course(report.hindcast.generation, width, places).reduce(0, +)
                let error = 100 * (made / seen - 1)
                return [
                    cell(Numerals.text(seen, digits: 0), value: seen),
                    seen > 0 ? cell(Numerals.text(error, digits: 1) + " %", value: error) : tag("td", [:], "-"),
                ]
            }
            return tag("tr", [:], [tag("th", ["scope": "row"], .text(name))] + cells)
        }
        let heads = headings(["area"] + shown.flatMap { ["\($0.element.name) [GWh]", "error"] })
        let rows =
            [row("all", Array(plan.areas.indices))] + plan.areas.enumerated().map { row($0.element, [$0.offset]) }
        return [
            section(
                "Energy of the whole period", "Observed, and by how much what was made again differs.",
                [sheet(caption: [], head: heads, rows: rows)])
        ]
    }
}
