/// What pages of charts look like: on paper and on a screen, by day and by night, on a phone and on a wall.
public enum StyleSheet {
    /// The style sheet of a page; it names no file and no font that a machine would have to have.
    ///
    /// - Parameter policies: the number of policies that can be hidden, each by a box with the id `show-<number>`.
    public static func text(policies: Int = 0) -> String {
        colors + page + charts
            + (0..<policies).map { "body:has(#show-\($0):not(:checked)) .p\($0) { display: none }\n" }.joined()
            + (0..<SeriesStyle.hues).map { ".c\($0) { --hue: var(--hue\($0)) }\n" }.joined() + print
    }

    /// Okabe and Ito's colours without black and yellow, and grey, which differ for every eye; brighter by night.
    private static let colors = """
        :root { color-scheme: light dark; --paper: #ffffff; --card: #f6f7f8; --ink: #1c2024; --soft: #565f68;
          --rule: #d9dde1; --sea: #eef3f6; --land: #f5efdf; --flow: #7b8791; --accent: #00568a; --good: #00674b;
          --hue0: #0072b2; --hue1: #d55e00; --hue2: #009e73; --hue3: #b8568f; --hue4: #3a9fd6; --hue5: #c98500;
          --hue6: #6b7178 }
        @media (prefers-color-scheme: dark) { :root { --paper: #14181c; --card: #1c2228; --ink: #e8ebee; --soft: #a6b0ba;
          --rule: #39424b; --sea: #12161a; --land: #2a323a; --flow: #8c99a5; --accent: #7cc0ee; --good: #5fd0ab;
          --hue0: #4ea5e0; --hue1: #f2813a; --hue2: #2fc79a; --hue3: #e08fc0; --hue4: #8fd0f5; --hue5: #f0b429;
          --hue6: #a9b0b8 } }

        """

    private static let page = """
        * { box-sizing: border-box }
        html { -webkit-text-size-adjust: 100% }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif }
        header, main, footer { max-width: 1560px; margin: 0 auto; padding: 0 clamp(12px, 3vw, 40px) }
        header { padding-top: 28px }
        h1 { font-size: clamp(1.4rem, 1.1rem + 1.6vw, 2.2rem); line-height: 1.2; margin: 0 0 6px }
        h2 { font-size: 1.3rem; line-height: 1.25; margin: 44px 0 8px; padding-top: 14px; border-top: 2px solid var(--rule) }
        h3 { font-size: 1rem; line-height: 1.3; margin: 22px 0 6px }
        p, ul, dl { max-width: 78ch; margin: 0 0 12px }
        a { color: var(--accent) }
        .soft { color: var(--soft) }
        .warning { font-weight: 600 }
        .lead { font-size: 1.08rem }
        .where { font-size: .9rem; color: var(--soft); margin: 0 0 4px; max-width: none }
        nav ul { list-style: none; padding: 0; margin: 14px 0 0; max-width: none; display: flex; flex-wrap: wrap;
          gap: 4px 18px; font-size: .92rem }
        code, pre { font: .86em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace }
        code { overflow-wrap: anywhere }
        pre { background: var(--card); border: 1px solid var(--rule); padding: 12px; overflow-x: auto; margin: 8px 0 }
        details { margin: 10px 0 }
        summary { cursor: pointer; color: var(--accent) }
        dl { display: grid; grid-template-columns: minmax(7em, max-content) 1fr; gap: 4px 16px; max-width: none }
        dt { color: var(--soft) }
        dd { margin: 0; overflow-wrap: anywhere }
        @media (max-width: 520px) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: 8px } }
        .tables { display: flex; flex-wrap: wrap; gap: 0 48px }
        .tables .scroll { max-width: 100% }
        .pictures { margin-top: 40px } .pictures section:nth-of-type(1) h2 { border: 0; margin-top: 12px }
        .neutral { --hue: var(--soft) }
        .scroll { overflow-x: auto; margin: 6px 0 14px }
        table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums }
        caption { text-align: left; font-weight: 600; padding: 4px 0; font-size: 1rem }
        caption .soft { font-weight: 400 }
        caption div { position: sticky; left: 0; max-width: calc(100vw - 40px); white-space: normal; display: inline-block }
        th, td { padding: 4px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule) }
        th:first-child, td.left, th.left { text-align: left }
        td.wrap { white-space: normal; min-width: 14em }
        thead th { color: var(--soft); font-weight: 600; vertical-align: bottom }
        tbody th { font-weight: 500 }
        tr.chosen { background: color-mix(in srgb, var(--good) 14%, transparent) }
        .best { color: var(--good); font-weight: 700 }
        .verdict { border-left: 5px solid var(--good); background: var(--card); padding: 14px 18px; margin: 14px 0 }
        .verdict p:last-child, .verdict ul:last-child { margin-bottom: 0 }
        .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 22px 28px;
          margin: 12px 0 }
        figure { margin: 0; break-inside: avoid; max-width: 560px; display: flex; flex-direction: column }
        .tall figcaption { min-height: 2.6em }
        figure svg.chart + svg.chart { margin-top: 4px }
        figcaption { font-weight: 600; font-size: .95rem; line-height: 1.3; margin-bottom: 4px }
        figcaption .soft { font-weight: 400 }
        .key { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--rule);
          padding: 8px 0; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: .9rem; max-height: 34vh; overflow-y: auto }
        .key label { display: inline-flex; align-items: center; gap: 6px; cursor: pointer }
        .key input { margin: 0 }
        .swatches { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: .9rem; list-style: none; padding: 0;
          max-width: none }
        .swatch { display: inline-block; width: 14px; height: 14px; margin-right: 6px; vertical-align: -2px;
          border: 1px solid var(--soft) }
        footer { padding-top: 24px; padding-bottom: 40px; font-size: .9rem }

        """

    private static let charts = """
        svg.chart { display: block; width: 100%; height: auto; font-size: 11px; overflow: visible }
        svg text { fill: var(--ink); font-family: inherit }
        svg .axes text, svg .degrees { fill: var(--soft) }
        svg .title { font-weight: 600 }
        .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round }
        .grid { stroke: var(--rule); stroke-width: .8; fill: none }
        .axis { stroke: var(--soft); stroke-width: 1; fill: none }
        .limit { stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 5 3; fill: none }
        .line { stroke: var(--hue); stroke-width: 2; fill: none; stroke-linejoin: round }
        .line.d1 { stroke-dasharray: 7 3 } .line.d2 { stroke-dasharray: 2 2.5 } .line.d3 { stroke-dasharray: 9 3 2 3 }
        .band { fill: var(--hue); fill-opacity: .12; stroke: none }
        .whisker { stroke: var(--hue); stroke-width: 2; fill: none }
        .rug { stroke: var(--hue); stroke-width: 1; stroke-opacity: .45; fill: none }
        .box { fill: var(--hue); fill-opacity: .35 }
        .median { stroke: var(--ink); stroke-width: 2; fill: none }
        .mark { fill: var(--hue); stroke: var(--paper); stroke-width: 1 }
        .mark.hollow { fill: var(--paper); stroke: var(--hue); stroke-width: 2 }
        .front { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 3 3; fill: none }
        .layer { stroke: var(--paper); stroke-width: .8 }
        .onlayer { fill: #101418; paint-order: stroke; stroke: #ffffff; stroke-opacity: .75; stroke-width: 3px;
          stroke-linejoin: round }
        .onlayer.bright { fill: #ffffff; stroke: #000000; stroke-opacity: .45 }
        .sea { fill: var(--sea); stroke: var(--rule) }
        .land { fill: var(--land); stroke: var(--flow); stroke-opacity: .6; stroke-width: 1; stroke-linejoin: round }
        .flow { stroke: var(--flow); stroke-linecap: round; fill: none; stroke-opacity: .75 }
        .arrow { fill: var(--ink); stroke: var(--paper); stroke-width: .8 }
        .place { stroke: var(--ink); stroke-width: .8; fill-opacity: .95 }

        """

    private static let print = """
        @media print { body { font-size: 10.5pt } .key { position: static; max-height: none } .key input { display: none }
          nav { display: none } h2, h3, caption, p.soft { break-after: avoid } tr { break-inside: avoid }
          table { font-size: 8.5pt } .scroll { overflow: visible }
          pre { white-space: pre-wrap } * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
          .charts { grid-template-columns: repeat(2, 1fr) } }

        """
}
