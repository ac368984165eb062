import Clearing
import Foundation
import Lanes

/// Hours that stores or ramps join.
///
/// A stock of the solver holds what a store has above the least that it must hold at the end of the hour, so that a least
/// that changes is a number that flows in or out. Storage that is cyclic gets a block before the hours and two after them;
/// `CaseProgram.Reserve` says why.
extension CaseClearing {
    func joined() throws(Unsupported) -> CaseSolution {
        try checkJoined()
        let before = program.cyclic.isEmpty ? 0 : 1
        // Stores mean nothing in a program of one hour.
        let after = program.cyclic.isEmpty ? (range.count == 1 ? 1 : 0) : 2
        let blocks = before..<before + range.count
        let clearing = Clearing(pattern: program.pattern, hours: before + range.count + after, variesByHour: true)
        prepare(clearing)
        let all = 0...7
        var hours: [CaseProgram.Hour] = []
        for block in 0..<clearing.hours {
            let hour = hour(of: block, blocks)
            let input =
                blocks.contains(block)
                ? program.hour(hour, isFirst: block == blocks.lowerBound) : program.idle(hour)
            write(input, to: clearing, block: block, lane: all, weight: grid.hours.weights[hour])
            if blocks.contains(block) { hours.append(input) }
        }
        for index in grid.storageUnits.indices { setStock(index, clearing, blocks) }
        setReserves(clearing, blocks)
        for (place, variable) in program.pattern.ramps.enumerated() {
            let generator = grid.generators[program.pieces[variable - program.generation].generator]
            let most = 2 * generator.nominal * max(generator.maximum.values.max() ?? 1, 1)
            clearing.rampUp[place] = lanes(generator.rampUp.map { $0 * generator.nominal } ?? most)
            clearing.rampDown[place] = lanes(generator.rampDown.map { $0 * generator.nominal } ?? most)
        }
        let found = solve(clearing, blocks: blocks, lanes: 1) { lane, status in
            hours.enumerated().map { place, input in
                let hour = range.lowerBound + place
                var found = self.hour(
                    hour, clearing, block: before + place, lane: lane, input, status, weight: grid.hours.weights[hour])
                addStores(to: &found, hour, clearing, block: before + place, lane)
                return found
            }
        }
        solution.hours = found[0]
        explain()
        return solution
    }

    /// The hour whose numbers a block has: those before and after have the first's and the last's.
    private func hour(of block: Int, _ blocks: Range<Int>) -> Int {
        min(max(range.lowerBound + block - blocks.lowerBound, range.lowerBound), range.upperBound - 1)
    }

    private func checkJoined() throws(Unsupported) {
        if range.count > CaseClearing.mostCoupledHours {
            let first = range.lowerBound
            throw Unsupported(
                origin: grid.storageUnits.first?.origin ?? grid.generators[0].origin,
                message: "\(range.count) hours that stores or ramps join; at most \(CaseClearing.mostCoupledHours) are "
                    + "cleared together: --hours \(first)-\(first + CaseClearing.mostCoupledHours - 1)")
        }
        if let unit = grid.storageUnits.first, let hour = range.first(where: { grid.hours.durations[$0] == 0 }) {
            let origins = grid.hours.origins
            throw Unsupported(
                origin: origins.isEmpty ? unit.origin : origins[hour],
                message: "the snapshot `\(grid.hours.labels[hour])` lasts 0 hours for the store `\(unit.name)`, which "
                    + "could then give any power; write its length as the weighting `stores`, or leave it out with --hours"
            )
        }
    }

    private func setStock(_ index: Int, _ clearing: Clearing, _ blocks: Range<Int>) {
        let unit = grid.storageUnits[index]
        let (stocks, moves) = (program.pattern.stocks.count, program.pattern.moves)
        let last = range.upperBound - 1
        let cyclicPlace = program.cyclic.firstIndex(of: index)
        let move = 2 * index + 2 * program.cyclic.prefix { $0 < index }.count
        clearing.stockStart[index] = .zero
        for block in 0..<clearing.hours {
            let hour = hour(of: block, blocks)
            let isInside = blocks.contains(block)
            let duration = grid.hours.durations[hour]
            let (at, firstMove) = (block * stocks + index, block * moves + move)
            // Outside the hours nothing is lost, so that what leaves a cyclic store is what comes back.
            let keep = isInside ? max(pow(1 - unit.standingLoss[hour], duration), 1e-9) : 1
            clearing.stockKeep[at] = lanes(keep)
            clearing.stockGain[firstMove] = lanes(-duration / unit.dispatchEfficiency[hour])
            clearing.stockGain[firstMove + 1] = lanes(duration * unit.storeEfficiency[hour])
            if cyclicPlace != nil {
                clearing.stockGain[firstMove + 2] = lanes(-1)
                clearing.stockGain[firstMove + 3] = lanes(1)
            }
            // What is there before the first hour is the inflow of the first, unless it is given back.
            let isEmpty = cyclicPlace == nil ? block < blocks.lowerBound : block >= blocks.upperBound
            let capacity = max(unit.mostEnergy[hour] - unit.leastEnergy[hour], 0)
            let outside = cyclicPlace == nil ? capacity : max(unit.mostEnergy[last] - unit.leastEnergy[last], 0)
            clearing.stockUpper[at] = lanes(isEmpty ? 0 : isInside ? capacity : outside)
            guard isInside else {
                (clearing.stockInflow[at], clearing.overflowUpper[at], clearing.overflowCost[at]) = (
                    .zero, .zero, .zero
                )
                continue
            }
            let isFirst = block == blocks.lowerBound
            let kept =
                isFirst
                ? (cyclicPlace == nil ? unit.initialEnergy : keep * unit.leastEnergy[last])
                : keep * unit.leastEnergy[hour - 1]
            let inflow = unit.inflow[hour] * duration
            clearing.stockInflow[at] = lanes(inflow + kept - unit.leastEnergy[hour])
            clearing.overflowUpper[at] = lanes(inflow)
            clearing.overflowCost[at] = lanes(grid.hours.weights[hour] * unit.spillCost[hour] / duration)
        }
    }

    /// Opens the ways between stores that are cyclic and their reserves in the hours before and after.
    private func setReserves(_ clearing: Clearing, _ blocks: Range<Int>) {
        let (stocks, moves, variables) = (
            program.pattern.stocks.count, program.pattern.moves, program.pattern.variables
        )
        let units = grid.storageUnits.count
        let firstMove = 2 * units + 2 * program.cyclic.count
        for (place, unit) in program.cyclic.enumerated() {
            let reserve = program.reserve(place)
            let stock = units + place
            let hour = range.upperBound - 1
            let whole = lanes(
                max(grid.storageUnits[unit].mostEnergy[hour] - grid.storageUnits[unit].leastEnergy[hour], 0))
            clearing.stockStart[stock] = whole
            for block in 0..<clearing.hours {
                let move = block * moves + firstMove + 2 * place
                clearing.stockGain[move] = lanes(-1)
                clearing.stockGain[move + 1] = lanes(1)
                clearing.stockUpper[block * stocks + stock] = whole
                let base = block * variables
                for variable in [reserve.shed, reserve.spill] {
                    clearing.upper[base + variable] = maximum(whole * 1e-9, lanes(1e-9))
                }
            }
            let last = clearing.hours - 1
            for variable in [reserve.gives, reserve.fills] { clearing.upper[variable] = whole }
            for variable in [reserve.empties, reserve.takes] {
                clearing.upper[(last - 1) * variables + variable] = whole
            }
            clearing.lower[last * variables + reserve.gives] = whole
            clearing.upper[last * variables + reserve.gives] = whole
            clearing.upper[last * variables + reserve.spill] = whole * 2
        }
    }

    /// The most that giving a MW less of power to spill it instead would cost, currency.
    func dearestSpill(_ clearing: Clearing, _ blocks: Range<Int>) -> Lanes {
        let (stocks, moves) = (program.pattern.stocks.count, program.pattern.moves)
        var dearest = Lanes.zero
        for block in blocks {
            for index in grid.storageUnits.indices {
                let move = block * moves + 2 * index + 2 * program.cyclic.prefix { $0 < index }.count
                let cost = absolute(clearing.overflowCost[block * stocks + index] * clearing.stockGain[move])
                dearest = maximum(dearest, cost)
            }
        }
        return dearest
    }

    /// What stores hold and spill, and what spilling costs.
    private func addStores(
        to found: inout CaseSolution.Hour, _ hour: Int, _ clearing: Clearing, block: Int, _ lane: Int
    ) {
        let stocks = program.pattern.stocks.count
        for (index, unit) in grid.storageUnits.enumerated() {
            found.energy.append(clearing.stockLevel[block * stocks + index][lane] + unit.leastEnergy[hour])
            let spilled = max(clearing.overflow(ofStock: index, hour: block)[lane], 0) / grid.hours.durations[hour]
            found.spill.append(spilled)
            found.cost += unit.spillCost[hour] * spilled
        }
    }
}
