import Yams

/// Reads uncertainties and their correlations.
extension EffectReader {
    func uncertainties(_ entry: YAMLEntry?) -> [Uncertainty] {
        guard let entry else { return [] }
        var result: [Uncertainty] = []
        for item in yaml.mapping(entry.value, path: "uncertainties") ?? [] {
            let found = place(item.key, item.line)
            guard let keys = yaml.mapping(item.value, path: item.key) else {
                refused.append(item.key)
                continue
            }
            var operation = EffectPlan.Operation.set
            var inner = keys.filter { $0.key != "unit" }
            if inner.count == 1, ["times", "plus"].contains(inner[0].key) {
                operation = inner[0].key == "times" ? .times : .plus
                inner = yaml.mapping(inner[0].value, path: item.key) ?? []
            }
            let inside = operation == .times ? "1" : found?.field.unit
            let unit = (keys + inner).first { $0.key == "unit" }
            inner.removeAll { $0.key == "unit" }
            let distribution = self.distribution(inner, item)
            let factor = inside.flatMap { self.factor(unit, to: $0, item) }
            guard let place = found, let inside, let distribution, let factor else {
                refused.append(item.key)
                continue
            }
            let scaled = distribution.scaled(factor)
            checkSupport(scaled, operation, place, item)
            if operation != .set || EffectReader.decideModel(place) {
                for slot in place.slots { checkPresent(slot, of: place, item) }
            }
            let name = archiveName(item.key)
            if result.contains(where: { $0.name == name }) {
                yaml.collector.add(
                    yaml.file, item.line, item.key, "another uncertainty is also called `\(name)` in the archive",
                    "write one of the two paths otherwise")
            }
            builder.uncertainties.append(
                .init(effect: .init(operation: operation, distribution: scaled), slots: place.slots))
            result.append(Uncertainty(path: item.key, name: name, unit: units.text(inside)))
        }
        if result.count > Sobol.dimensions {
            yaml.collector.add(
                yaml.file, entry.line, "uncertainties", "\(result.count) uncertainties",
                "allowed: at most \(Sobol.dimensions); a path of several rows shares one draw")
        }
        return result
    }

    /// Every run of other characters made one `_`, none at the ends.
    func archiveName(_ path: String) -> String {
        path.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) && $0 != "_" }.joined(separator: "_")
    }

    func factor(_ unit: YAMLEntry?, to inside: String, _ item: YAMLEntry) -> Double? {
        guard let unit else { return 1 }
        guard let text = yaml.text(unit.value, path: item.key) else { return nil }
        do {
            return try units.factor(from: text, to: inside)
        } catch {
            yaml.collector.add(yaml.file, unit.line, item.key, error.message, error.remedy)
            return nil
        }
    }

    func checkSupport(
        _ distribution: Distribution, _ operation: EffectPlan.Operation, _ place: World.Place, _ item: YAMLEntry
    ) {
        for bound in [distribution.support.0, distribution.support.1] where bound.isFinite {
            for slot in place.slots
            where operation == .set || !world.values[slot].isNaN && !world.doubts.slots.contains(slot) {
                let value = operation.apply(world.values[slot], bound)
                if !place.field.range.contains(value) {
                    yaml.collector.add(
                        yaml.file, item.line, item.key,
                        "the draw \(Numeral.text(bound)) would make `\(world.path(of: slot))` \(Numeral.text(value))",
                        "allowed: \(Numeral.text(place.field.range)) \(units.text(place.field.unit))")
                    return
                }
            }
        }
    }

    func distribution(_ keys: [YAMLEntry], _ item: YAMLEntry) -> Distribution? {
        let kinds = Schema.distributionKeys.names
        guard keys.count == 1, let key = keys.first, kinds.contains(key.key) else {
            yaml.refuse(keys, except: kinds, path: item.key)
            if keys.count != 1 {
                yaml.problem(
                    item.value, item.key, "an uncertainty needs one distribution; it has \(keys.count)",
                    Nearest.allowed(kinds))
            }
            return nil
        }
        switch key.key {
        case "uniform":
            guard let n = parameters(key, ["min", "max"], item) else { return nil }
            return ordered(n, item, key).map { .uniform($0[0], $0[1]) }
        case "triangular":
            guard let n = parameters(key, ["min", "mode", "max"], item) else { return nil }
            return ordered(n, item, key).map { .triangular($0[0], $0[1], $0[2]) }
        case "normal":
            guard let n = parameters(key, ["mean", "sd"], item) else { return nil }
            return positive(n[1], "sd", item, key) ? .normal(mean: n[0], sd: n[1]) : nil
        case "lognormal":
            guard let n = parameters(key, ["median", "sigma"], item) else { return nil }
            guard positive(n[0], "median", item, key), n[0] != 0, positive(n[1], "sigma", item, key) else { return nil }
            return .lognormal(median: n[0], sigma: n[1])
        default: return discrete(key, item)
        }
    }

    func parameters(_ key: YAMLEntry, _ names: [String], _ item: YAMLEntry) -> [Double]? {
        var nodes: [Node] = []
        if let list = key.value.sequence {
            nodes = Array(list)
        } else if let entries = yaml.mapping(key.value, path: item.key) {
            yaml.refuse(entries, except: names, path: item.key + "." + key.key)
            nodes = names.compactMap { name in entries.first { $0.key == name }?.value }
        }
        guard nodes.count == names.count else {
            yaml.problem(
                key.value, item.key, "`\(key.key)` has \(counted(nodes.count, "number"))",
                "write `\(key.key): [\(names.joined(separator: ", "))]`")
            return nil
        }
        let numbers = nodes.compactMap { yaml.number($0, path: item.key, unit: "1", units: units) }
        return numbers.count == names.count ? numbers : nil
    }

    func ordered(_ numbers: [Double], _ item: YAMLEntry, _ key: YAMLEntry) -> [Double]? {
        if numbers == numbers.sorted() { return numbers }
        yaml.collector.add(
            yaml.file, key.line, item.key,
            "`\(key.key)` has \(numbers.map(Numeral.text).joined(separator: ", ")), which do not ascend",
            "put the least first and the largest last")
        return nil
    }

    func positive(_ number: Double, _ name: String, _ item: YAMLEntry, _ key: YAMLEntry) -> Bool {
        if number >= 0, !(number == 0 && name == "median") { return true }
        yaml.collector.add(
            yaml.file, key.line, item.key, "`\(name)` is \(Numeral.text(number))",
            name == "median" ? "allowed: above 0" : "allowed: 0 or more")
        return false
    }

    func discrete(_ key: YAMLEntry, _ item: YAMLEntry) -> Distribution? {
        var valueNodes: [Node] = []
        var weightNodes: [Node]?
        if let list = key.value.sequence {
            valueNodes = Array(list)
        } else {
            let entries = yaml.mapping(key.value, path: item.key) ?? []
            yaml.refuse(entries, except: ["values", "weights"], path: item.key + "." + key.key)
            func list(_ name: String) -> [Node]? {
                entries.first { $0.key == name }.flatMap { yaml.sequence($0.value, path: item.key) }
            }
            valueNodes = list("values") ?? []
            weightNodes = list("weights")
        }
        let values = valueNodes.compactMap { yaml.number($0, path: item.key, unit: "1", units: units) }
        let weights =
            weightNodes?.compactMap {
                yaml.number($0, path: item.key, unit: "1", units: units, range: 0...Double.greatestFiniteMagnitude)
            } ?? values.map { _ in 1 }
        let total = weights.reduce(0, +)
        guard !values.isEmpty, values.count == weights.count, total > 0 else {
            yaml.problem(
                key.value, item.key, "\(counted(values.count, "value")) and \(counted(weights.count, "weight"))",
                "write `\(key.key): {values: [1, 2], weights: [0.3, 0.7]}`")
            return nil
        }
        var sum = 0.0
        return .discrete(
            values,
            weights.map {
                sum += $0
                return sum / total
            })
    }

    func correlations(_ entry: YAMLEntry?, _ uncertainties: [Uncertainty]) {
        guard let entry else { return }
        let paths = uncertainties.map(\.path)
        let written = paths + refused
        var correlations: [Correlation] = []
        for (index, node) in (yaml.sequence(entry.value, path: "correlation") ?? []).enumerated() {
            let path = "correlation[\(index)]"
            let keys = yaml.mapping(node, path: path) ?? []
            yaml.refuse(keys, except: Schema.correlationKeys.names, path: path)
            guard let between = keys.first(where: { $0.key == "between" }),
                let rho = keys.first(where: { $0.key == "rho" }), let pair = yaml.texts(between.value, path: path),
                pair.count == 2, pair[0] != pair[1]
            else {
                yaml.problem(
                    node, path, "a correlation needs two paths and `rho`", "write `{between: [path, path], rho: 0.5}`")
                continue
            }
            guard let value = yaml.number(rho.value, path: path, unit: "1", units: units, range: -1...1) else {
                continue
            }
            let ends = pair.map { name in
                let found = paths.firstIndex(of: name)
                if found == nil, !written.contains(name) {
                    yaml.problem(
                        between.value, path, "`\(name)` is not an uncertainty of this study",
                        Nearest.remedy(name, among: written))
                }
                return found
            }
            guard let first = ends[0], let second = ends[1] else { continue }
            if correlations.contains(where: { Set([$0.first, $0.second]) == Set([first, second]) }) {
                yaml.problem(node, path, "the pair stands twice", "keep one of them")
            }
            correlations.append(Correlation(first: first, second: second, rho: value))
        }
        guard let factor = Correlation.factor(correlations, count: uncertainties.count) else {
            yaml.collector.add(
                yaml.file, entry.line, "correlation", "no distribution has these correlations together",
                "bring them nearer to 0")
            return
        }
        builder.correlation = factor
    }
}
