extension Study {
    /// The discount rate that holds in the first year, in %/yr.
    public func discountRate(sample: Int, choices: [Int]) -> Double {
        let slot = world.slot("economy", "discount_rate")
        guard let place = effects.slots.firstIndex(of: slot) else { return world.values[slot] }
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: effects.slots.count) { values in
            values.initialize(repeating: 0)
            effects.evaluate(year: years.lowerBound, sample: sample, choices: choices, into: values)
            return values[place]
        }
    }

    /// An outcome of one world line.
    ///
    /// - Parameters:
    ///   - yearly: the values of the outcome's variable, [year][entity].
    ///   - choices: the alternative of every decision.
    public func value(of outcome: Outcome, _ yearly: [Double], sample: Int, choices: [Int]) -> Double {
        outcome.evaluate(
            yearly, world: world, years: years, discountRate: discountRate(sample: sample, choices: choices))
    }

    /// The outcomes of one world line, in the order of `outcomes`.
    ///
    /// - Parameter record: [year][column][entity], the columns being the world's `recordedVariables`.
    public func values(ofOutcomesIn record: [Double], sample: Int, choices: [Int]) -> [Double] {
        let variables = world.recordedVariables
        let counts = variables.map { world.count(of: $0) }
        let width = counts.reduce(0, +)
        return outcomes.map { outcome in
            guard let place = variables.firstIndex(of: outcome.variable) else { return .nan }
            let offset = counts.prefix(place).reduce(0, +)
            let yearly = stride(from: offset, to: record.count, by: width).flatMap { record[$0..<$0 + counts[place]] }
            return value(of: outcome, yearly, sample: sample, choices: choices)
        }
    }

    /// Whether an option of a decision changes any number.
    public func acts(decision: Int, option: Int) -> Bool {
        decision < effects.levers.count && option < effects.levers[decision].options.count
            && !effects.levers[decision].options[option].effects.isEmpty
    }

    /// Whether an option of a decision changes a number that is paid for: power, capacity or orders that have a capital
    /// cost, or the economy's savings and abatement, which consumption pays.
    public func isPaid(decision: Int, option: Int) -> Bool {
        guard acts(decision: decision, option: option) else { return false }
        let paid = paidSlots
        return effects.levers[decision].options[option].effects.contains { paid.contains(effects.slots[$0.target]) }
    }

    private var paidSlots: Set<Int> {
        var slots: Set<Int> = [world.slot("compute", "orders"), world.slot("economy", "savings_rate")]
        for (table, column) in Schema.paidColumns { slots.formUnion(world.table(table).slots(column)) }
        // The rates of saving and abatement by year, in worlds that have the table.
        for shape in Schema.tables where shape.name == "controls" {
            for field in shape.fields where field.kind == .number {
                slots.formUnion(world.table(shape.name).slots(field.name))
            }
        }
        return slots
    }
}
