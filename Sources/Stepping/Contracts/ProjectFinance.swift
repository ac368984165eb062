import Lanes

/// How a project is paid for when it closes.
struct ProjectClose {
    /// Loan and what it costs in each of the years that follow, currency and currency/yr.
    let debt: Lanes, service: Lanes
    /// What owners pay in, reserve account included, currency.
    let equity: Lanes
}

/// Sizes a project's loan by its share of the cost and by debt cover, and the equity by what then lacks.
///
///     debt = min(gear capex, CFADS* / DSCR* / CRF); DS = debt CRF; equity = capex + DSRA DS - debt - subsidy
///
/// - Parameters:
///   - cashFlow: CFADS*, what is bankable a year: least take at the floor, less operation, currency/yr.
///   - cover: DSCR*.
///   - reserve: DSRA, debt service held in reserve, yr.
func closeProject(
    cost capex: Lanes, cashFlow: Lanes, gearing: Lanes, cover: Lanes, rate r: Lanes, years n: Int, reserve: Lanes,
    subsidy: Lanes
) -> ProjectClose {
    let CRF = capitalRecovery(r, years: n)
    let debt = maximum(minimum(gearing * capex, cashFlow / cover / CRF), .zero)
    let DS = debt * CRF
    return ProjectClose(
        debt: debt, service: DS, equity: maximum(capex + reserve * DS - debt - subsidy, .zero))
}

/// What a project pays its lender in a year.
struct DebtService {
    /// What is due, and what of it is interest, currency.
    let due: Lanes, interestDue: Lanes
    /// What the project can pay: interest first.
    let interest: Lanes, principal: Lanes
    /// Cash flow over what is due; infinite where nothing is.
    let cover: Lanes
}

/// Serves a loan from the year's cash flow, then from the reserve.
///
///     due = min(DS, debt (1 + r)), all of it where its term is over; service = min(due, max(0, CFADS + DSRA));
///     interest r debt first
///
/// - Parameters:
///   - debt: at the start of the year.
///   - scheduled: DS.
///   - reserve: what the reserve account holds.
func serveDebt(debt: Lanes, rate r: Lanes, scheduled DS: Lanes, cashFlow: Lanes, reserve: Lanes) -> DebtService {
    let whole = debt * (1 + r)
    let due = select(DS .> .zero, minimum(DS, whole), whole)
    let service = minimum(due, maximum(cashFlow + reserve, .zero))
    let interestDue = r * debt
    let interest = minimum(interestDue, service)
    let cover = select(due .> .zero, cashFlow / maximum(due, lanes(.leastNormalMagnitude)), lanes(.infinity))
    return DebtService(
        due: due, interestDue: interestDue, interest: interest, principal: service - interest, cover: cover)
}
