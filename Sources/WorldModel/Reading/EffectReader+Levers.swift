import Yams

/// Reads levers.
extension EffectReader {
    func levers(_ entry: YAMLEntry?) -> [Lever] {
        guard let entry else { return [] }
        for lever in yaml.mapping(entry.value, path: "levers") ?? [] {
            let path = "levers." + lever.key
            var list = yaml.mapping(lever.value, path: path) ?? []
            if list.isEmpty {
                yaml.collector.add(
                    yaml.file, lever.line, path, "the lever has no options", "write at least one: `planned: {}`")
            }
            for key in list where key.key == "range" {
                yaml.collector.add(
                    yaml.file, key.line, path, "the range doesn't say of what",
                    "write `path: {range: [a, b]}`, as `links[cable].p_nom: {range: [300, 900]}`")
            }
            list.removeAll { $0.key == "range" }
            if isContinuous(list) {
                list = [YAMLEntry(key: EffectReader.onlyOption, line: lever.line, value: lever.value)]
            }
            let read = list.map { option($0, path + "." + $0.key) }
            names.append(Lever(name: lever.key, options: list.map(\.key), ranges: read.map(\.ranges)))
            options.append(read.map(\.effects))
            lines.append(list.map(\.line))
            checkNames(list.map(\.key) + [lever.key], lever.line, path)
        }
        return names
    }

    func checkNames(_ names: [String], _ line: Int?, _ path: String) {
        for name in names {
            if let problem = NameRule.problem(name) {
                yaml.collector.add(yaml.file, line, path, problem, NameRule.remedy)
            } else if name.isEmpty || name.contains("/") || name.contains("=") {
                yaml.collector.add(
                    yaml.file, line, path, "`\(name)` can't be the name of a lever or option",
                    "write at least one letter or digit, and neither `/` nor `=`: they part the names of policies")
            }
        }
    }

    /// The name of the option of a lever that is continuous: paths and their ranges, without options.
    static let onlyOption = "value"

    /// Whether a lever's entries are paths with ranges, not options.
    func isContinuous(_ list: [YAMLEntry]) -> Bool {
        list.contains { entry in
            entry.key.contains(".") && (entry.value.sequence.map(Array.init) ?? [entry.value]).contains(where: hasRange)
        }
    }

    func hasRange(_ node: Node) -> Bool {
        (node.mapping ?? [:]).contains { $0.key.string == "range" || hasRange($0.value) }
    }

    func option(
        _ option: YAMLEntry, _ path: String
    ) -> (effects: [EffectBuilder.Lever], ranges: [OptionRange]) {
        var effects: [EffectBuilder.Lever] = []
        var ranges: [OptionRange] = []
        for item in yaml.mapping(option.value, path: path) ?? [] {
            guard let place = place(item.key, item.line) else { continue }
            for value in item.value.sequence.map(Array.init) ?? [item.value] {
                let each = YAMLEntry(key: item.key, line: yaml.line(value) ?? item.line, value: value)
                effects += leverEffect(each, place, &ranges)
            }
        }
        let paid = Set(effects.filter { $0.operation == .set }.map(\.slot))
        for effect in effects {
            checkPaid(effect, most: effect.blend.map { ranges[$0.first].upper }, paid, option, path)
        }
        checkLimits(effects, ranges, option, path)
        checkOwnership(effects, option, path)
        return (effects, ranges)
    }

    /// What stands of a row never passes its `p_nom_max` (of a line `s_nom_max`), so an option that asks for more is told so.
    ///
    /// What an option asks of what it finds by a trajectory passes where it does in every year from then on.
    func checkLimits(
        _ effects: [EffectBuilder.Lever], _ ranges: [OptionRange], _ option: YAMLEntry, _ path: String
    ) {
        func amount(_ effect: EffectBuilder.Lever) -> Double {
            effect.blend.map { ranges[$0.first].upper } ?? effect.amount
        }
        for (name, column) in WorldRules.built {
            let table = world.table(name)
            let (powers, limits) = (table.slots(column), table.slots(column + "_max"))
            let raised = effects.filter { powers.contains($0.slot) && !world.doubts.slots.contains($0.slot) }
            for slot in Set(raised.map(\.slot)).sorted() {
                let limit = limits.lowerBound + slot - powers.lowerBound
                if world.doubts.slots.contains(limit) { continue }
                var most = world.values[limit]
                for effect in effects where effect.slot == limit { most = effect.operation.apply(most, amount(effect)) }
                let asking = raised.filter { $0.slot == slot }
                let trajectory = world.trajectories.first { $0.slots.contains(slot) }
                let from = max(asking.map(\.from).max() ?? 0, world.start)
                let asked = (from...max(from, trajectory?.years.last ?? from)).map { year in
                    asking.reduce(world.values[slot] * (trajectory?.factor(year) ?? 1)) {
                        $1.operation.apply($0, amount($1))
                    }
                }
                guard let least = asked.min(), least > most * (1 + 1e-12) else { continue }
                yaml.collector.add(
                    yaml.file, option.line, path,
                    "the option brings `\(world.path(of: slot))` to \(Numeral.text(least)), beyond its \(column)_max "
                        + "of \(Numeral.text(most))",
                    "ask for no more, or raise \(column)_max in `\(table.file)` or in the option")
            }
        }
    }

    /// An option that moves compute's income from one owner to another leaves the shares' sum at one.
    func checkOwnership(_ effects: [EffectBuilder.Lever], _ option: YAMLEntry, _ path: String) {
        let slots = WorldRules.owners.map { world.slot("economy", $0) }
        let moved = effects.filter { slots.contains($0.slot) }
        if moved.isEmpty { return }
        var values = world.values
        for effect in moved { values[effect.slot] = effect.operation.apply(values[effect.slot], effect.amount) }
        WorldRules(world: world, collector: yaml.collector)
            .checkOwnership(of: values, yaml.file, option.line, path)
    }

    /// A lever that raises power, or orders some, needs the capital cost of the rows that grow.
    func checkPaid(
        _ effect: EffectBuilder.Lever, most: Double?, _ set: Set<Int>, _ option: YAMLEntry, _ path: String
    ) {
        let value = world.values[effect.slot]
        if world.doubts.slots.contains(effect.slot) { return }
        guard effect.operation.apply(value, most ?? effect.amount) > value else { return }
        if effect.slot == world.slot("compute", "orders") {
            let sites = world.table("data_centres")
            let free = zip(sites.slots("order_share"), sites.slots("capital_cost")).enumerated().filter {
                let (share, cost) = $0.element
                return world.values[share] > 0 && isFree(cost, set) && !world.doubts.slots.contains(share)
            }
            if let first = free.first {
                let others = free.count == 1 ? "" : " and \(free.count - 1) more"
                yaml.collector.add(
                    yaml.file, option.line, path,
                    "the option raises `compute.orders`, of which `data_centres[\(sites.ids[first.offset])]`\(others) "
                        + "builds a share and has no `capital_cost`: nothing is free",
                    "give every site a `capital_cost` [\(units.text("currency/MW/yr"))] in `\(sites.file)`")
            }
            return
        }
        for (name, column) in Schema.paidColumns {
            let table = world.table(name)
            let slots = table.slots(column)
            guard slots.contains(effect.slot) else { continue }
            let row = effect.slot - slots.lowerBound
            let cost = table.slots("capital_cost").lowerBound + row
            if isFree(cost, set) {
                yaml.collector.add(
                    yaml.file, option.line, path,
                    "the option raises `\(name)[\(table.ids[row])].\(column)`, which has no `capital_cost`: "
                        + "nothing is free",
                    "give the row a `capital_cost` [\(units.text("currency/MW/yr"))] in `\(table.file)`")
            }
        }
    }

    func isFree(_ cost: Int, _ set: Set<Int>) -> Bool {
        world.values[cost].isNaN && !set.contains(cost) && !world.doubts.slots.contains(cost)
    }

    func leverEffect(
        _ item: YAMLEntry, _ place: World.Place, _ ranges: inout [OptionRange]
    ) -> [EffectBuilder.Lever] {
        let path = item.key
        if item.value.scalar != nil {
            guard let amount = amount(item.value, .set, place, path) else { return [] }
            return effects(place, .set, place.slots.map { _ in amount }, 0, 1, item)
        }
        guard let written = yaml.mapping(item.value, path: path) else { return [] }
        let kinds = Schema.effectKinds + ["range"]
        let keys = yaml.refuse(written, except: Schema.effectKeys.names, path: path)
        let chosen = keys.filter { kinds.contains($0.key) }
        guard chosen.count == 1, let kind = chosen.first else {
            yaml.problem(
                item.value, path,
                "an effect needs one of `to`, `times`, `plus`, `column`, `range`; it has \(chosen.count)",
                "write a number, or `{times: 2, from: 2036}`")
            return []
        }
        let from =
            keys.first { $0.key == "from" }
            .flatMap { yaml.integer($0.value, path: path + ".from", range: 1700...4000) } ?? 0
        let over =
            keys.first { $0.key == "over" }
            .flatMap { yaml.integer($0.value, path: path + ".over", range: 1...1000) } ?? 1
        if kind.key == "column" {
            guard let amounts = column(kind, place, path) else { return [] }
            return effects(place, .set, amounts, from, over, item)
        }
        let operation: EffectPlan.Operation = kind.key == "times" ? .times : kind.key == "plus" ? .plus : .set
        let inner = kind.value.mapping.flatMap { $0.count == 1 ? $0.first : nil }
        if kind.key == "range" || inner?.key.string == "range" {
            let pair = kind.key == "range" ? kind.value : inner?.value ?? kind.value
            guard let (lower, upper) = bounds(of: pair, operation, place, path) else { return [] }
            let unit = operation == .times ? "1" : units.text(place.field.unit)
            guard let knots = knots(keys, place, item) else { return [] }
            let first = ranges.count
            ranges += knots.paths.map { OptionRange(path: $0, from: from, lower: lower, upper: upper, unit: unit) }
            for bound in [lower, upper] {
                for slot in place.slots { check(operation, bound, slot, place, item) }
            }
            if over > 1 || EffectReader.decideModel(place) {
                for slot in place.slots { checkPresent(slot, of: place, item) }
            }
            return zip(place.slots, knots.blends).map { slot, blend in
                EffectBuilder.Lever(
                    slot: slot, operation: operation, amount: (lower + upper) / 2, from: from, over: over,
                    blend: RangeBlend(
                        first: first + blend.first, second: first + blend.second, weight: blend.weight))
            }
        }
        if let key = keys.first(where: { EffectReader.spreading.contains($0.key) }) {
            yaml.collector.add(
                yaml.file, key.line, path, "`\(key.key)` says how a range is chosen, and there is none",
                "write `{range: [a, b], \(key.key): ...}`, or take `\(key.key)` out")
            return []
        }
        guard let amount = amount(kind.value, operation, place, path) else { return [] }
        return effects(place, operation, place.slots.map { _ in amount }, from, over, item)
    }

    /// The keys that give a range more than one number.
    static let spreading = ["each", "knots"]

    /// The numbers that a range has, by the paths of what they change, and how those of the rows follow from them: one
    /// for all rows, one for `each` row, or one at every knot; nil after a finding.
    func knots(
        _ keys: [YAMLEntry], _ place: World.Place, _ item: YAMLEntry
    ) -> (paths: [String], blends: [RangeBlend])? {
        let chosen = keys.filter { EffectReader.spreading.contains($0.key) }
        guard let key = chosen.first else {
            return ([item.key], place.slots.map { _ in RangeBlend(first: 0, second: 0, weight: 0) })
        }
        func problem(_ message: String, _ remedy: String) {
            yaml.collector.add(yaml.file, key.line, item.key, message, remedy)
        }
        guard let tableName = place.table else {
            problem("`\(key.key)` chooses row by row, and `\(item.key)` is one number", "take `\(key.key)` out")
            return nil
        }
        if chosen.count > 1 {
            problem("`each` and `knots` are two ways to choose row by row", "keep one of them")
            return nil
        }
        let table = world.table(tableName)
        if world.doubts.tables.contains(tableName) { return nil }
        func paths(_ rows: [Int]) -> [String] { rows.map { "\(tableName)[\(table.ids[$0])].\(place.field.name)" } }
        if key.key == "each" {
            guard yaml.text(key.value, path: item.key) == "row" else {
                problem("`each` is followed by `row`", "write `each: row`, or `knots: [...]`")
                return nil
            }
            return (paths(place.rows), place.rows.indices.map { RangeBlend(first: $0, second: $0, weight: 0) })
        }
        guard let names = yaml.texts(key.value, path: item.key) else { return nil }
        var knots: [Int] = []
        for name in names {
            guard let row = place.rows.first(where: { table.ids[$0] == name }) else {
                problem(
                    "the knot `\(name)` is no row of `\(item.key)`",
                    Nearest.remedy(name, among: place.rows.map { table.ids[$0] }))
                return nil
            }
            knots.append(row)
        }
        let numbers = table.ids.compactMap(Double.init)
        let positions = numbers.count == table.ids.count ? numbers : table.ids.indices.map(Double.init)
        guard !knots.isEmpty, zip(knots, knots.dropFirst()).allSatisfy({ positions[$0] < positions[$1] }) else {
            problem(
                knots.isEmpty ? "there is no knot" : "the knots \(names.joined(separator: ", ")) do not ascend",
                "write `knots: [a, b, ...]`, each a row, in their order, none twice")
            return nil
        }
        let blends = place.rows.map { row -> RangeBlend in
            let after = knots.firstIndex { positions[$0] >= positions[row] }
            guard let after, after > 0, knots[after] != row else {
                let nearest = after ?? knots.count - 1
                return RangeBlend(first: nearest, second: nearest, weight: 0)
            }
            let (low, high) = (positions[knots[after - 1]], positions[knots[after]])
            return RangeBlend(first: after - 1, second: after, weight: (positions[row] - low) / (high - low))
        }
        return (paths(knots), blends)
    }

    /// The two bounds of a range in the inside unit; nil after a finding.
    func bounds(
        of node: Node, _ operation: EffectPlan.Operation, _ place: World.Place, _ path: String
    ) -> (Double, Double)? {
        guard let list = node.sequence.map(Array.init), list.count == 2 else {
            yaml.problem(
                node, path, "a range has a least and a largest number", "write `{range: [a, b]}`")
            return nil
        }
        guard let lower = amount(list[0], operation, place, path), let upper = amount(list[1], operation, place, path)
        else { return nil }
        guard lower <= upper else {
            yaml.problem(
                node, path, "the range goes from \(Numeral.text(lower)) down to \(Numeral.text(upper))",
                "put the least first")
            return nil
        }
        return (lower, upper)
    }

    func amount(
        _ node: Node, _ operation: EffectPlan.Operation, _ place: World.Place, _ path: String
    ) -> Double? {
        switch operation {
        case .times: yaml.number(node, path: path, unit: "1", units: units)
        case .plus: yaml.number(node, path: path, unit: place.field.unit, units: units)
        case .set: yaml.number(node, path: path, unit: place.field.unit, units: units, range: place.field.range)
        }
    }

    func effects(
        _ place: World.Place, _ operation: EffectPlan.Operation, _ amounts: [Double], _ from: Int, _ over: Int,
        _ item: YAMLEntry
    ) -> [EffectBuilder.Lever] {
        for (slot, amount) in zip(place.slots, amounts) {
            check(operation, amount, slot, place, item)
            if over > 1 || EffectReader.decideModel(place) { checkPresent(slot, of: place, item) }
        }
        return zip(place.slots, amounts).map {
            EffectBuilder.Lever(slot: $0, operation: operation, amount: $1, from: from, over: over)
        }
    }

    /// Whether a world's equations depend on there being a value, so that no lane can begin to have one.
    static func decideModel(_ place: World.Place) -> Bool {
        place.table == "controls"
            || place.table == nil && ["population", "gross_product", "capital"].contains(place.field.name)
    }

    func checkPresent(_ slot: Int, of place: World.Place, _ item: YAMLEntry) {
        if world.values[slot].isNaN, !world.doubts.slots.contains(slot) {
            yaml.collector.add(
                yaml.file, item.line, item.key, "`\(world.path(of: slot))` has no value to change",
                EffectReader.decideModel(place)
                    ? "give it one in world.yaml or its table: the world's equations follow from what is filled there"
                    : "give it one in its table, or replace it by a number")
        }
    }

    func check(
        _ operation: EffectPlan.Operation, _ amount: Double, _ slot: Int, _ place: World.Place, _ item: YAMLEntry
    ) {
        let field = place.field
        if operation == .set || world.doubts.slots.contains(slot) { return }
        checkPresent(slot, of: place, item)
        let value = operation.apply(world.values[slot], amount)
        if !value.isNaN, !field.range.contains(value) {
            yaml.collector.add(
                yaml.file, item.line, item.key,
                "`\(world.path(of: slot))` would go from \(Numeral.text(world.values[slot])) to \(Numeral.text(value))",
                "allowed: \(Numeral.text(field.range)) \(units.text(field.unit))")
        }
    }

    /// The values of a column of a CSV beside the study, whose first column is the id of the rows.
    func column(_ entry: YAMLEntry, _ place: World.Place, _ path: String) -> [Double]? {
        guard let text = yaml.text(entry.value, path: path) else { return nil }
        guard let tableName = place.table else {
            yaml.problem(entry.value, path, "a column for `\(path)`, which is one number", "write a number")
            return nil
        }
        guard let colon = text.lastIndex(of: ":") else {
            yaml.problem(entry.value, path, "`\(text)` does not name a column", "write `file.csv:column`")
            return nil
        }
        let folder = yaml.file.split(separator: "/").dropLast().joined(separator: "/")
        let name = String(text[..<colon])
        let file = folder.isEmpty ? name : folder + "/" + name
        guard let bytes = source.open(file, namedIn: yaml.file, line: entry.line, yaml.collector),
            let csv = CSVTable.parse(bytes, file: file, yaml.collector)
        else { return nil }
        let headers = csv.header.map(CSVTable.parts(ofHeader:))
        let wanted = String(text[text.index(after: colon)...])
        guard let index = headers.dropFirst().firstIndex(where: { $0.name == wanted }) else {
            yaml.problem(
                entry.value, path, "`\(file)` has no column `\(wanted)`",
                Nearest.remedy(wanted, among: headers.dropFirst().map(\.name)))
            return nil
        }
        let table = world.table(tableName)
        var amounts: [String: Double] = [:]
        for row in csv.rows {
            let id = row.cells[0]
            if !table.ids.contains(id), !world.doubts.tables.contains(tableName) {
                yaml.collector.add(
                    file, row.line, path, "there is no row `\(id)` in `\(tableName)`",
                    Nearest.remedy(id, among: table.ids))
            }
            if amounts[id] != nil {
                yaml.collector.add(file, row.line, path, "the id `\(id)` stands twice", "keep one of the rows")
            }
            do {
                amounts[id] = try Reading(units: units).number(
                    row.cells[index], unit: headers[index].unit ?? place.field.unit, inside: place.field.unit,
                    range: place.field.range)
            } catch {
                yaml.collector.add(file, row.line, path, error.message, error.remedy)
                amounts[id] = 0
            }
        }
        let missing = place.rows.map { table.ids[$0] }.filter { amounts[$0] == nil }
        if !missing.isEmpty, world.doubts.tables.contains(tableName) { return nil }
        if !missing.isEmpty {
            yaml.collector.add(
                file, csv.headerLine, path, "no row for " + missing.prefix(5).map { "`\($0)`" }.joined(separator: ", "),
                "add the rows; the first column is the id in `\(tableName)`")
            return nil
        }
        return place.rows.map { amounts[table.ids[$0]] ?? 0 }
    }
}
