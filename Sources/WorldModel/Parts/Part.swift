extension Schema {
    /// A component of worlds: its words, its rules, and the component under whose name its records stand.
    ///
    /// A part's file declares everything that a world may say about it: sections, tables, columns with unit, range, default
    /// and source, when a number acts, and what pays for its growth. Reading, checking, paths, levers and docs/WORLDS.md
    /// follow from that.
    struct Part: Sendable {
        /// Its sections of `world.yaml`.
        var sections: [Section] = []
        /// Its tables.
        var tables: [TableShape] = []
        /// Series of its tables.
        var series: [SeriesShape] = []
        /// What must hold in a world beyond the range of each number.
        var rules: [@Sendable (WorldRules) -> Void] = []
        /// What it records of a year: keys, and the component under whose name their variables stand.
        var records: [(component: Component, keys: any Sendable)] = []
    }

    /// Every part, in the order of docs/WORLDS.md.
    static let parts: [Part] = [
        climate, cities, grid, loads, generators, storage, network, compute, computeMarket, contracts, economy, time,
        hindcast,
    ]
}
