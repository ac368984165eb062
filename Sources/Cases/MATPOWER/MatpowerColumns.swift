/// Every column of MATPOWER's tables, and what becomes of it.
///
/// docs/GRID-CASES.md has the list as a table.
struct MatpowerColumn {
    /// What a dispatch makes of a column.
    enum Use: Equatable {
        /// It is in the dispatch.
        case dispatch
        /// It is kept for the world that `new --from` makes.
        case world
        /// It says nothing about the dispatch.
        case silent(Reason)
    }

    /// Why a column says nothing about the dispatch.
    enum Reason: String, CaseIterable {
        case voltage = "reactive power, voltages and losses, which a linear dispatch doesn't have"
        case start = "where a solver begins, or a result"
        case area = "areas and zones, which MATPOWER's OPF doesn't use"
        case other = "ratings and rates that MATPOWER's DC OPF doesn't use"
        case commitment = "unit commitment, which MATPOWER's OPF doesn't have"
    }

    /// Its name in MATPOWER.
    let name: String
    /// What becomes of it.
    let use: Use
}

/// The tables of a MATPOWER case.
enum MatpowerColumns {
    /// Tables in the order of the documentation, each with its columns in the order of the file, results last.
    static let tables: [(name: String, columns: [MatpowerColumn])] = [
        ("bus", bus), ("gen", gen), ("gencost", cost), ("branch", branch), ("dcline", dcline), ("dclinecost", cost),
    ]

    static let bus =
        dispatch("BUS_I BUS_TYPE PD") + silent(.voltage, "QD") + dispatch("GS") + silent(.voltage, "BS")
        + silent(.area, "BUS_AREA") + silent(.voltage, "VM") + dispatch("VA") + world("BASE_KV")
        + silent(.area, "ZONE") + silent(.voltage, "VMAX VMIN") + silent(.start, "LAM_P LAM_Q MU_VMAX MU_VMIN")
    static let gen =
        dispatch("GEN_BUS") + silent(.start, "PG") + silent(.voltage, "QG QMAX QMIN VG") + silent(.other, "MBASE")
        + dispatch("GEN_STATUS PMAX PMIN") + silent(.voltage, "PC1 PC2 QC1MIN QC1MAX QC2MIN QC2MAX")
        + silent(.other, "RAMP_AGC RAMP_10 RAMP_30 RAMP_Q APF") + silent(.start, "MU_PMAX MU_PMIN MU_QMAX MU_QMIN")
    /// After them come as many numbers as the largest NCOST needs.
    static let cost = dispatch("MODEL") + silent(.commitment, "STARTUP SHUTDOWN") + dispatch("NCOST COST")
    static let branch =
        dispatch("F_BUS T_BUS BR_R BR_X") + silent(.voltage, "BR_B") + dispatch("RATE_A")
        + silent(.other, "RATE_B RATE_C") + dispatch("TAP SHIFT BR_STATUS ANGMIN ANGMAX")
        + silent(.start, "PF QF PT QT MU_SF MU_ST MU_ANGMIN MU_ANGMAX")
    static let dcline =
        dispatch("F_BUS T_BUS BR_STATUS") + silent(.start, "PF PT") + silent(.voltage, "QF QT VF VT")
        + dispatch("PMIN PMAX") + silent(.voltage, "QMINF QMAXF QMINT QMAXT") + dispatch("LOSS0 LOSS1")
        + silent(.start, "MU_PMIN MU_PMAX MU_QMINF MU_QMAXF MU_QMINT MU_QMAXT")

    private static func make(_ use: MatpowerColumn.Use, _ names: String) -> [MatpowerColumn] {
        names.split(separator: " ").map { MatpowerColumn(name: String($0), use: use) }
    }

    private static func dispatch(_ names: String) -> [MatpowerColumn] { make(.dispatch, names) }
    private static func world(_ names: String) -> [MatpowerColumn] { make(.world, names) }
    private static func silent(_ reason: MatpowerColumn.Reason, _ names: String) -> [MatpowerColumn] {
        make(.silent(reason), names)
    }
}
