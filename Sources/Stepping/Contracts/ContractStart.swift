import Lanes

extension ContractPlan {
    /// Sets a state to the start: cash, and shares at their price in the hands of `rest`.
    ///
    /// - Parameter state: `count` elements.
    func start(_ state: UnsafeMutablePointer<Lanes>, parameters P: UnsafePointer<Lanes>) {
        let n = entities.count
        state.update(repeating: .zero, count: count)
        for (index, entity) in entities.enumerated() {
            state[accounts + Account.cash.rawValue * n + index] = P[terms.cash + index]
            let shares: Lanes
            let value: Lanes
            switch entity.pricing {
            case .price:
                shares = P[terms.shares + index]
                value = shares * P[terms.sharePrice + index]
            case .valuation:
                shares = P[terms.shares + index]
                value = P[terms.valuation + index]
            case .book, .none: continue
            }
            state[sharesAtStart + index] = shares
            state[outstanding + index] = shares
            state[accounts + Account.equityIssued.rawValue * n + index] = value
            state[accounts + Account.equityHeld.rawValue * n + rest] += value
            for stake in stakesIn[index] where stakes[stake].holder == rest {
                state[stakeShares + stake] = shares
                state[stakeValues + stake] = value
            }
        }
    }
}
