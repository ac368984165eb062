import Foundation
import Interchange

/// A hindcast as one page with pictures, which needs no other file.
struct HindcastPage {
    let report: HindcastReport

    private var plan: HindcastPlan { report.hindcast.plan }
    private var observed: Observed { report.hindcast.observed }
    private var fuels: [String] { plan.carriers.filter { $0.role == .offered }.map(\.name) }

    private static let made = "#c2410c"
    private static let seen = "#1f2937"
    private static let before = "#2563eb"
    private static let merit = "#9ca3af"
    /// Days that are drawn hour by hour.
    private static let shownDays = 7

    var text: String {
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
        let days = observed.days
        let span = days.isEmpty ? "no days" : "\(days.count) days, \(days[0]) to \(days[days.count - 1])"
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Hindcast of \(escaped(report.world))</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; color: #1f2937; max-width: 1080px; margin: 2em auto; padding: 0 1em }
            h1 { font-size: 1.6em } h2 { font-size: 1.15em; margin-top: 2em } svg { max-width: 100%; height: auto }
            table { border-collapse: collapse } td, th { padding: 2px 8px; text-align: right; white-space: nowrap; font-size: 13px; border-bottom: 1px solid #e5e7eb }
            td:first-child, th:first-child { text-align: left } .key span { margin-right: 1.5em }
            svg text { font: 11px system-ui, sans-serif; fill: #374151 }
            </style></head><body>
            <h1>Hindcast of \(escaped(report.world))</h1>
            <p>\(span): demand is replayed and \(known); what coal, gas and water gave, in which area, and what flowed \
            between areas is cleared hour by hour. The figures are \(basis).</p>
            <p class="key">\(key("observed", Self.seen))\(key("made again", Self.made))\(key("the day before", Self.before))\
            \(key("merit order without a network", Self.merit))</p>
            <h2>How closely output follows, by area (correlation over the hours)</h2>
            \(correlations)
            <h2>Flows between areas</h2>
            \(flows)
            <h2>The mean day of each area, GW</h2>
            \(meanDays)
            <h2>\(Self.shownDays) days in the middle, hour by hour, GW</h2>
            \(stretch)
            <h2>Energy of the whole period</h2>
            \(energies)
            </body></html>

            """
    }

    private func key(_ words: String, _ colour: String) -> String {
        "<span><svg width=\"14\" height=\"10\"><rect width=\"14\" height=\"10\" fill=\"\(colour)\"/></svg> \(words)</span>"
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private func number(_ value: Double, _ digits: Int = 1) -> String {
        let text = String(format: "%.\(digits)f", value)
        return Double(text) == 0 ? String(format: "%.\(digits)f", 0.0) : text
    }

    // MARK: Pictures

    /// Rows of dots on a common scale.
    private func dots(
        _ rows: [(name: String, dots: [(value: Double?, colour: String)])], from low: Double, to high: Double,
        unit: String
    ) -> String {
        let (left, width, step) = (120.0, 380.0, 22.0)
        func x(_ value: Double) -> Double { left + (min(max(value, low), high) - low) / (high - low) * width }
        let height = step * Double(rows.count) + 30
        var svg = "<svg viewBox=\"0 0 \(Int(left + width + 30)) \(Int(height))\" width=\"\(Int(left + width + 30))\">"
        for tick in 0...5 {
            let value = low + (high - low) * Double(tick) / 5
            svg += line(x(value), 4, x(value), height - 24, "#e5e7eb", 1)
            svg += label(x(value), height - 8, number(value, 1) + unit, "middle")
        }
        for (index, row) in rows.enumerated() {
            let y = step * (Double(index) + 0.5) + 4
            svg += label(left - 8, y + 4, row.name, "end")
            for dot in row.dots.reversed() {
                guard let value = dot.value else { continue }
                svg += "<circle cx=\"\(number(x(value)))\" cy=\"\(number(y))\" r=\"5\" fill=\"\(dot.colour)\"/>"
            }
        }
        return svg + "</svg>"
    }

    private func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ colour: String, _ width: Double)
        -> String
    {
        "<line x1=\"\(number(x0))\" y1=\"\(number(y0))\" x2=\"\(number(x1))\" y2=\"\(number(y1))\" stroke=\"\(colour)\" "
            + "stroke-width=\"\(width)\"/>"
    }

    private func label(_ x: Double, _ y: Double, _ text: String, _ anchor: String) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>"
    }

    private var correlations: String {
        fuels.map { fuel in
            let rows = plan.areas.compactMap { area -> (name: String, dots: [(value: Double?, colour: String)])? in
                guard let made = report.scores.areas[area]?[fuel] else { return nil }
                return (
                    "\(area) \(fuel)",
                    [
                        (made.correlation, Self.made),
                        (report.persistence.areas[area]?[fuel]?.correlation, Self.before),
                        (report.meritOrder.areas[area]?[fuel]?.correlation, Self.merit),
                    ]
                )
            }
            return dots(rows, from: 0, to: 1, unit: "")
        }.joined()
    }

    private var flows: String {
        let correlation = plan.ties.map { tie in
            (
                tie.name + " corr.",
                [
                    (report.scores.ties[tie.name]?.correlation, Self.made),
                    (report.persistence.ties[tie.name]?.correlation, Self.before),
                ]
            )
        }
        let sign = plan.ties.map { tie in
            (
                tie.name + " direction",
                [
                    (report.scores.ties[tie.name]?.signShare.map { 100 * $0 }, Self.made),
                    (report.persistence.ties[tie.name]?.signShare.map { 100 * $0 }, Self.before),
                ]
            )
        }
        return dots(correlation, from: 0, to: 1, unit: "") + dots(sign, from: 50, to: 100, unit: " %")
    }

    /// A panel of two courses, GW, on the scale of both; each day is a line of its own.
    private func panel(_ title: String, _ made: [Double], _ seen: [Double], width: Double, ticks: [(Int, String)])
        -> String
    {
        let (left, top, height) = (34.0, 18.0, 90.0)
        let low = min((made + seen).min() ?? 0, 0)
        let high = max((made + seen).max() ?? 0, 0, low + 0.01)
        func x(_ index: Int) -> Double { left + Double(index) / Double(max(made.count - 1, 1)) * (width - left - 6) }
        func y(_ value: Double) -> Double { top + (high - value) / (high - low) * height }
        func path(_ values: [Double], _ colour: String) -> String {
            stride(from: 0, to: values.count, by: 24).map { first in
                let points = (first..<min(first + 24, values.count))
                    .map { "\(number(x($0))),\(number(y(values[$0])))" }.joined(separator: " ")
                return "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.6\"/>"
            }.joined()
        }
        var svg = "<svg viewBox=\"0 0 \(Int(width)) 126\" width=\"\(Int(width))\">"
        var labelled: [Double] = []
        for value in [0, high, low] where !labelled.contains(where: { abs(y($0) - y(value)) < 12 }) {
            labelled.append(value)
            svg += line(left, y(value), width - 6, y(value), "#e5e7eb", 1)
            svg += label(left - 4, y(value) + 4, number(value, high - low < 2 ? 2 : 1), "end")
        }
        for (index, text) in ticks { svg += label(x(index), top + height + 14, text, "middle") }
        svg += label(left, 12, title, "start")
        return svg + path(seen, Self.seen) + path(made, Self.made) + "</svg>"
    }

    /// GW by hour of chosen places of [hour][width].
    private func course(_ values: [Double], _ width: Int, _ places: [Int]) -> [Double] {
        (0..<observed.hours).map { hour in places.reduce(0) { $0 + values[hour * width + $1] } / 1000 }
    }

    private func meanDay(_ course: [Double]) -> [Double] {
        let days = Double(max(observed.days.count, 1))
        return (0..<24).map { hour in stride(from: hour, to: course.count, by: 24).reduce(0) { $0 + course[$1] } / days
        }
    }

    private var meanDays: String {
        let width = plan.areas.count * plan.carriers.count
        var svg = ""
        for (area, name) in plan.areas.enumerated() {
            for (carrier, kind) in plan.carriers.enumerated() where kind.role == .offered {
                let places = [area * plan.carriers.count + carrier]
                svg += panel(
                    "\(name) \(kind.name)", meanDay(course(report.hindcast.generation, width, places)),
                    meanDay(course(observed.generation, width, places)), width: 205,
                    ticks: [(0, "0"), (6, "6"), (12, "12"), (18, "18")])
            }
        }
        return svg
    }

    private var stretch: String {
        let count = min(Self.shownDays, observed.days.count)
        let first = (observed.days.count - count) / 2
        let hours = 24 * first..<24 * (first + count)
        let ticks = (0..<count).map { (24 * $0 + 12, observed.days[first + $0].description) }
        let width = plan.areas.count * plan.carriers.count
        var svg = ""
        for (carrier, kind) in plan.carriers.enumerated() where kind.role == .offered || kind.role == .shaved {
            let places = plan.areas.indices.map { $0 * plan.carriers.count + carrier }
            svg += panel(
                "\(kind.name), all areas", Array(course(report.hindcast.generation, width, places)[hours]),
                Array(course(observed.generation, width, places)[hours]), width: 1040, ticks: ticks)
        }
        for (tie, kind) in plan.ties.enumerated() {
            svg += panel(
                kind.name, Array(course(report.hindcast.flow, plan.ties.count, [tie])[hours]),
                Array(course(observed.flow, plan.ties.count, [tie])[hours]), width: 1040, ticks: ticks)
        }
        return svg
    }

    private var energies: String {
        let width = plan.areas.count * plan.carriers.count
        let shown = plan.carriers.enumerated().filter { $0.element.role != .given }
        var rows =
            "<tr><th>GWh</th>" + shown.map { "<th colspan=\"2\">\(escaped($0.element.name))</th>" }.joined() + "</tr>"
        rows += "<tr><th></th>" + shown.map { _ in "<th>observed</th><th>error</th>" }.joined() + "</tr>"
        func row(_ name: String, _ areas: [Int]) -> String {
            "<tr><td>\(escaped(name))</td>"
                + shown.map { carrier, _ -> String in
                    let places = areas.map { $0 * plan.carriers.count + carrier }
                    let seen = course(observed.generation, width, places).reduce(0, +)
                    let made = course(report.hindcast.generation, width, places).reduce(0, +)
                    let error = seen > 0 ? number(100 * (made / seen - 1)) + " %" : "-"
                    return "<td>\(number(seen, 0))</td><td>\(error)</td>"
                }.joined() + "</tr>"
        }
        rows += row("all", Array(plan.areas.indices))
        for (area, name) in plan.areas.enumerated() { rows += row(name, [area]) }
        return "<table>" + rows + "</table>"
    }
}
