import Lanes

/// The market for compute among cities in one period: one price a city, at which work chooses where to run.
///
///     e_kj = exp(-theta_k p_j); den_ik = sum_j B_ijk e_kj + exp(-theta_k V_k)
///     served x_ijk = D_ik B_ijk e_kj / den_ik; outside y_ik = D_ik exp(-theta_k V_k) / den_ik
///     supply s_j(p) = sum_b q_b clamp((p - c_b) / w, 0, 1)
///     find p with z_j = sum_ik x_ijk - s_j = 0
///
/// It is the minimum of the convex Phi(p) = sum_ik D_ik / theta_k ln den_ik + sum_b profit_b, whose gradient is -z. The outside
/// option makes the Hessian an M-matrix wherever a city has demand, so the price is unique; a damped Newton method finds
/// it lane by lane: steps of at most 1, halved until Phi falls enough. A lane that has met its tolerance takes one step more
/// and keeps its prices. A city that no work can reach has the cost of its cheapest block for a price.
///
/// Prices are in currency per unit of work, quantities in that unit; steps of 1 and the ramp's width suppose prices of the order of 1.
final class InformationMarket {
    /// Cities, and classes of work.
    let cities: Int, classes: Int
    /// The city of each block of supply.
    let cityOfBlock: [Int]

    /// Blocks: quantity and cost.
    let quantity: Column, cost: Column
    /// The width of a block's ramp, above 0.
    var width = lanes(0.05)
    /// Of each class: theta, V; of each class and city, demand D.
    let sensitivity: Column, outsidePrice: Column, demand: Column
    /// B, [class][city of demand][city of supply].
    let weight: Column

    /// Prices, [city]; what they were before is where the search begins.
    let price: Column
    /// What each city serves and what stays outside, [class][city of demand].
    let served: Column, outside: Column
    /// What each city supplies.
    let supply: Column
    /// Work done where, [class][city of demand][city of supply].
    let flow: Column
    /// Largest |z| over all supply, and the lanes in which it is above 1e-9 after the last step.
    private(set) var residual = Lanes.zero
    private(set) var unconverged = LaneMask.none
    /// Steps that the slowest lane needed.
    private(set) var iterations = 0

    private let gradient: Column, step: Column, trial: Column, hessian: Column, slope: Column, denominator: Column

    init(cities: Int, classes: Int, cityOfBlock: [Int]) {
        self.cities = cities
        self.classes = classes
        self.cityOfBlock = cityOfBlock
        quantity = Column(count: cityOfBlock.count)
        cost = Column(count: cityOfBlock.count)
        sensitivity = Column(count: classes)
        outsidePrice = Column(count: classes)
        demand = Column(count: classes * cities)
        weight = Column(count: classes * cities * cities)
        price = Column(count: cities)
        served = Column(count: cities)
        outside = Column(count: classes * cities)
        supply = Column(count: cities)
        flow = Column(count: classes * cities * cities)
        gradient = Column(count: cities)
        step = Column(count: cities)
        trial = Column(count: cities)
        hessian = Column(count: cities * cities)
        slope = Column(count: cities)
        denominator = Column(count: classes * cities)
    }

    /// Sets every price to the cost of the city's cheapest block.
    func startAtCost() {
        for j in 0..<cities { price.base[j] = cheapest(j) }
    }

    private func cheapest(_ city: Int) -> Lanes {
        var least = lanes(.infinity)
        for (b, at) in cityOfBlock.enumerated() where at == city {
            least = select(quantity.base[b] .> .zero, minimum(least, cost.base[b]), least)
        }
        return select(least .< lanes(.infinity), least, .zero)
    }

    /// Finds the prices from those of before; at most 60 steps.
    func solve() {
        let p = price.base
        var capacity = Lanes.zero
        for b in cityOfBlock.indices { capacity += quantity.base[b] }
        let scale = maximum(capacity, lanes(1e-300))
        var done = LaneMask.none
        var met = LaneMask.none
        iterations = 0
        while !done.holdsEverywhere, iterations < 60 {
            let potential = evaluate(p)
            residual = select(done, residual, largestGap() / scale)
            done = done .| met
            met = met .| (residual .<= lanes(1e-9))
            if done.holdsEverywhere { break }
            assembleHessian(regularisation: 1e-9 * scale)
            solveStep()
            search(from: potential, frozen: done, isLast: met)
            iterations += 1
        }
        priceUnreached()
        _ = evaluate(p)
        residual = largestGap() / scale
        unconverged = .!(residual .<= lanes(1e-9))
    }

    /// What work pays in all, and what suppliers receive: the same.
    func payments() -> (paid: Lanes, received: Lanes) {
        var paid = Lanes.zero
        var received = Lanes.zero
        for j in 0..<cities {
            var sum = Lanes.zero
            for row in 0..<(classes * cities) { sum += flow.base[row * cities + j] }
            paid += sum * price.base[j]
            received += supply.base[j] * price.base[j]
        }
        return (paid, received)
    }

    /// What the users of a class gain over the outside option: sum_i D_i / theta ln(den_i / exp(-theta V)).
    func consumerSurplus(_ k: Int) -> Lanes {
        var sum = Lanes.zero
        let theta = sensitivity.base[k]
        for i in 0..<cities {
            let den = denominator.base[k * cities + i]
            sum += demand.base[k * cities + i] / theta * (logarithm(den) + theta * outsidePrice.base[k])
        }
        return sum
    }

    /// What a city's suppliers gain: the area between price and ramps.
    func producerSurplus(_ city: Int) -> Lanes {
        var sum = Lanes.zero
        for (b, at) in cityOfBlock.enumerated() where at == city { sum += profit(b, price.base[city]) }
        return sum
    }

    private func profit(_ b: Int, _ p: Lanes) -> Lanes {
        let q = quantity.base[b]
        let above = maximum(p - cost.base[b], .zero)
        let ramp = q * above * above / (2 * width)
        return select(above .< width, ramp, q * (above - 0.5 * width))
    }

    /// Sets flows, supply and the gradient at prices; returns Phi.
    private func evaluate(_ p: UnsafeMutablePointer<Lanes>) -> Lanes {
        var potential = Lanes.zero
        for j in 0..<cities {
            served.base[j] = .zero
            supply.base[j] = .zero
            slope.base[j] = .zero
        }
        for k in 0..<classes {
            let theta = sensitivity.base[k]
            let away = exponential(negative(theta * outsidePrice.base[k]))
            for j in 0..<cities { gradient.base[j] = exponential(negative(theta * p[j])) }
            for i in 0..<cities {
                let row = (k * cities + i) * cities
                let D = demand.base[k * cities + i]
                var den = away
                for j in 0..<cities {
                    flow.base[row + j] = weight.base[row + j] * gradient.base[j]
                    den += flow.base[row + j]
                }
                denominator.base[k * cities + i] = den
                let share = D / den
                outside.base[k * cities + i] = share * away
                for j in 0..<cities {
                    let x = flow.base[row + j] * share
                    flow.base[row + j] = x
                    served.base[j] += x
                }
                potential += D / theta * logarithm(den)
            }
        }
        for (b, j) in cityOfBlock.enumerated() {
            let place = (p[j] - cost.base[b]) / width
            supply.base[j] += quantity.base[b] * clamp(place, .zero, lanes(1))
            let isOnRamp = (place .> .zero) .& (place .< lanes(1))
            slope.base[j] += select(isOnRamp, quantity.base[b] / width, .zero)
            potential += profit(b, p[j])
        }
        for j in 0..<cities { gradient.base[j] = supply.base[j] - served.base[j] }
        return potential
    }

    private func largestGap() -> Lanes {
        var largest = Lanes.zero
        for j in 0..<cities { largest = maximum(largest, absolute(gradient.base[j])) }
        return largest
    }

    /// H = sum_k theta_k (diag(sum_i x_i) - X' diag(1/D) X) + diag(slope of supply) + a little.
    private func assembleHessian(regularisation: Lanes) {
        let H = hessian.base
        H.update(repeating: .zero, count: cities * cities)
        for k in 0..<classes {
            let theta = sensitivity.base[k]
            for i in 0..<cities {
                let D = demand.base[k * cities + i]
                let factor = quotient(theta, D)
                let row = flow.base + (k * cities + i) * cities
                for j in 0..<cities {
                    H[j * cities + j] += theta * row[j]
                    let scaled = factor * row[j]
                    for l in 0...j { H[j * cities + l] -= scaled * row[l] }
                }
            }
        }
        for j in 0..<cities { H[j * cities + j] += slope.base[j] + regularisation }
    }

    /// step = -H⁻¹ g by LDL' without pivoting, in the lower triangle.
    private func solveStep() {
        let H = hessian.base
        let d = step.base
        let n = cities
        for j in 0..<n { d[j] = negative(gradient.base[j]) }
        for k in 0..<n {
            let pivot = H[k * n + k]
            for i in (k + 1)..<max(n, k + 1) { trial.base[i] = H[i * n + k] / pivot }
            for i in (k + 1)..<max(n, k + 1) {
                let l = trial.base[i]
                for j in (k + 1)...i { H[i * n + j] = fnma(l, H[j * n + k], H[i * n + j]) }
                d[i] = fnma(l, d[k], d[i])
            }
            for i in (k + 1)..<max(n, k + 1) { H[i * n + k] = trial.base[i] }
        }
        for k in stride(from: n - 1, through: 0, by: -1) {
            d[k] /= H[k * n + k]
            for i in (k + 1)..<max(n, k + 1) { d[k] = fnma(H[i * n + k], d[i], d[k]) }
        }
    }

    /// Goes along the step, halved until Phi falls by 1e-4 of what its slope promises.
    ///
    /// - Parameter isLast: lanes whose tolerance is met: they take the whole step, as far as it lowers no precision.
    private func search(from potential: Lanes, frozen: LaneMask, isLast: LaneMask) {
        var largest = Lanes.zero
        var descent = Lanes.zero
        for j in 0..<cities {
            largest = maximum(largest, absolute(step.base[j]))
            descent += step.base[j] * gradient.base[j]
        }
        let cut = 1 / maximum(largest, lanes(1))
        var length = cut
        descent *= cut
        var accepted = frozen .| isLast
        for j in 0..<cities {
            trial.base[j] = select(frozen, price.base[j], fma(length, step.base[j], price.base[j]))
        }
        let slack = 1e-13 * absolute(potential)
        var halvings = 0
        while !accepted.holdsEverywhere, halvings < 30 {
            let there = evaluate(trial.base)
            let falls = there .<= potential + 1e-4 * (length / cut) * descent + slack
            accepted = accepted .| falls
            if accepted.holdsEverywhere { break }
            length = select(accepted, length, 0.5 * length)
            for j in 0..<cities {
                trial.base[j] = select(
                    accepted, trial.base[j], fma(length, step.base[j], price.base[j]))
            }
            halvings += 1
        }
        for j in 0..<cities { price.base[j] = select(frozen, price.base[j], trial.base[j]) }
    }

    /// A city that no work can reach has no price of its own: its cheapest block's cost.
    private func priceUnreached() {
        for j in 0..<cities {
            var reach = Lanes.zero
            for row in 0..<(classes * cities) { reach += weight.base[row * cities + j] * demand.base[row] }
            price.base[j] = select(reach .> .zero, price.base[j], cheapest(j))
        }
    }
}

/// How much a class of work at one city is drawn to another at equal prices.
///
///     B = cap_j / sum cap [RTT <= limit] [tau >= floor] exp(theta (-a RTT / limit + b tau))
///
/// The weight by capacity makes the outcome the same if a city is split in two.
///
/// - Parameters:
///   - trip: RTT, ms.
///   - trust: tau, 0 to 1.
func attraction(
    capacityShare: Lanes, roundTrip trip: Lanes, limit: Lanes, trust: Lanes, floor: Lanes, theta: Lanes,
    latencyCost a: Lanes, trustValue b: Lanes
) -> Lanes {
    let isAllowed = (trip .<= limit) .& (trust .>= floor)
    let quality = b * trust - a * trip / limit
    return select(isAllowed, capacityShare * exponential(theta * quality), .zero)
}

/// The round trip over a distance, ms: 2 ms and 0.01 ms/km over routes that are 1.4 times as long as the line.
@inline(__always)
func roundTrip(kilometres: Lanes) -> Lanes { 2 + 0.014 * kilometres }
