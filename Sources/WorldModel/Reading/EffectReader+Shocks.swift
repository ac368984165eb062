import Yams

/// Reads what shocks do.
extension EffectReader {
    /// What a shock does to slots; a finding where it is no effect, or does nothing.
    func shock(_ node: Node, path: String) -> [(slot: Int, operation: Shock.Operation)] {
        var result: [(slot: Int, operation: Shock.Operation)] = []
        for item in yaml.mapping(node, path: path) ?? [] {
            guard let place = place(item.key, item.line) else { continue }
            if place.field.reading != .everyYear {
                yaml.collector.add(
                    yaml.file, item.line, item.key,
                    "`\(World.name(of: place, item.key))` is read for the first day only: a shock on it would do nothing",
                    "strike what it works through, such as `generators[...].p_nom` or `compute.orders`")
                continue
            }
            var node = item.value
            var operation = EffectPlan.Operation.set
            if item.value.scalar == nil {
                guard let written = yaml.mapping(item.value, path: item.key) else { continue }
                let keys = yaml.refuse(written, except: Schema.shockEffectKinds, path: item.key)
                guard keys.count == 1, let key = keys.first else {
                    yaml.problem(
                        item.value, item.key, "a shock needs one of `to`, `times`, `plus`; it has \(keys.count)",
                        "write `{times: 0.6}`")
                    continue
                }
                node = key.value
                operation = key.key == "times" ? .times : key.key == "plus" ? .plus : .set
            }
            guard let amount = amount(node, operation, place, item.key) else { continue }
            for slot in place.slots {
                check(operation, amount, slot, place, item)
                if EffectReader.decideModel(place) { checkPresent(slot, of: place, item) }
                switch operation {
                case .set: result.append((slot, .set(amount)))
                case .times: result.append((slot, .times(amount)))
                case .plus: result.append((slot, .plus(amount)))
                }
            }
        }
        return result
    }
}
