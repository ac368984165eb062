import Lanes

@testable import Stepping

/// Contracts between firms that are stepped by hand, without a world.
final class ContractBench {
    let plan: ContractPlan
    let firms: [String]
    let rows: [String]
    let parameters: Column
    let state: Column
    let workspace: ContractWorkspace
    var inputs: ContractInputs
    private let offsets: [String: Int]

    struct Firm {
        var name: String
        var role = ContractPlan.Role.firm
        var pricing = ContractPlan.Pricing.none
        var life = 5
    }

    init(firms: [Firm], contracts: [(name: String, contract: ContractPlan.Contract)], tranches: Int) {
        var offsets: [String: Int] = [:]
        var next = 0
        let slots = TermSlots { table, column in
            let key = "\(table).\(column)"
            if let known = offsets[key] { return known }
            offsets[key] = next
            next += table == "firms" ? firms.count : table == "contracts" ? contracts.count : tranches
            return offsets[key] ?? 0
        }
        self.offsets = offsets
        self.firms = firms.map(\.name)
        rows = contracts.map(\.name)
        plan = ContractPlan(
            entities: firms.map { .init(role: $0.role, pricing: $0.pricing, life: $0.life) },
            contracts: contracts.map(\.contract), terms: slots)
        parameters = Column(count: next)
        state = Column(count: plan.count)
        workspace = ContractWorkspace(plan)
        inputs = workspace.makeInputs(spot: .zero, utilisation: Lanes(repeating: 1), retirement: .zero)
        for c in rows.indices { inputs.availability[c] = Lanes(repeating: 1) }
    }

    func firm(_ name: String) -> Int { firms.firstIndex(of: name) ?? -1 }
    func row(_ name: String) -> Int { rows.firstIndex(of: name) ?? -1 }

    /// Sets a number of a firm, contract or tranche, in all lanes.
    func set(_ table: String, _ column: String, _ row: Int, _ value: Lanes) {
        guard let offset = offsets["\(table).\(column)"], row >= 0 else {
            preconditionFailure("\(table).\(column) of row \(row)")
        }
        parameters[offset + row] = value
    }

    func set(_ table: String, _ column: String, _ row: Int, _ value: Double) {
        set(table, column, row, Lanes(repeating: value))
    }

    func start() { plan.start(state.base, parameters: parameters.base) }

    func step(_ year: Int) {
        var step = ContractYear(
            plan, year: year, parameters: parameters.base, state: state.base, inputs: inputs, workspace: workspace)
        step.run()
    }

    func balance(_ account: Account, _ firm: Int) -> Lanes {
        workspace.accounts[account.rawValue * firms.count + firm]
    }

    /// The journal's lines of a kind between two firms, in order.
    func journal(_ lane: Int = 0) -> [(entry: JournalEntry, amount: Double)] {
        (0..<workspace.journal).map { (workspace.entries[$0], workspace.amounts[$0][lane]) }
    }
}
