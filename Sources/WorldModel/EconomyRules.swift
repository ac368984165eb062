/// The rules of a world's steps and of its economy; one function a rule.
extension WorldRules {
    /// Whose income compute's is, as numbers of the section `economy`.
    static let owners = ["households", "city", "state", "abroad"].map { "ownership_" + $0 }

    /// Hours, pipelines and people live through single years, and the coefficients of a climate belong to its step.
    func checkStep() {
        func add(_ message: String, _ remedy: String) {
            collector.add(WorldReader.file, world.lines["step"] ?? world.lines["climate"], "step", message, remedy)
        }
        let isDICE = world.hasSection("climate") && world.model("climate") == "dice2016"
        if isDICE, world.step != 5 {
            add(
                "a step of \(world.step) yr with the climate `dice2016`, whose coefficients are those of 5 years",
                "write `step: 5 yr`, or `climate: {model: three_layer}`")
        }
        if world.step == 1 { return }
        if world.hasSection("climate"), world.model("climate") == "three_layer" {
            add(
                "a step of \(world.step) yr with the climate `three_layer`, whose step is a year",
                "write `step: 1 yr`, or `climate: {model: dice2016}` with `step: 5 yr`")
        }
        for section in ["grid", "compute"] where world.hasSection(section) {
            add("a step of \(world.step) yr with `\(section)`, which lives through single years", "write `step: 1 yr`")
        }
        if !world.table("cities").ids.isEmpty {
            add("a step of \(world.step) yr with cities, which live through single years", "write `step: 1 yr`")
        }
    }

    func checkEconomy() {
        guard world.hasSection("economy") else {
            if !world.table("controls").ids.isEmpty {
                collector.add(
                    WorldReader.file, world.lines["tables"], "tables.controls", "controls of an economy that is absent",
                    "add `economy:`, or take the table out")
            }
            return
        }
        checkPeople()
        checkControls()
        let written = WorldRules.owners.compactMap { world.lines["economy." + $0] }.min()
        checkOwnership(of: world.values, WorldReader.file, written ?? world.lines["economy"], "economy")
    }

    private func value(_ key: String) -> Double { world.values[world.slot("economy", key)] }

    /// People and product are the cities', or the economy's own.
    private func checkPeople() {
        if world.doubts.tables.contains("cities") { return }
        let cities = world.table("cities")
        let (people, product) = (value("population"), value("gross_product"))
        if cities.ids.isEmpty {
            if people.isNaN, !world.doubts.slots.contains(world.slot("economy", "population")) {
                collector.warn(
                    WorldReader.file, line(of: "economy.population"), "economy.population",
                    "an economy without cities and people: what is counted per person means nothing",
                    "write `population:` under `economy`, or add the table `cities`")
            }
            return
        }
        if !people.isNaN {
            collector.add(
                WorldReader.file, line(of: "economy.population"), "economy.population",
                "people beside those of the table `cities`",
                "take `population` out, or the table")
        }
        let ofCities = cities.slots("gross_product").reduce(0) { $0 + world.values[$1] }
        if !product.isNaN, ofCities > 0 {
            collector.add(
                WorldReader.file, line(of: "economy.gross_product"), "economy.gross_product",
                "a product beside those of the table `cities`, which sum to \(Numeral.text(ofCities))",
                "take `gross_product` out here, or there")
        }
    }

    /// A row of the controls is called by the year from which it holds.
    private func checkControls() {
        let table = world.table("controls")
        for (row, id) in table.ids.enumerated() where !id.isEmpty && !(Int(id).map { (1700...3000) ~= $0 } ?? false) {
            collector.add(
                table.file, table.lines[row], "controls[\(id)]", "`\(id)` is not a year",
                "write the year from which the row holds; allowed: 1700 to 3000")
        }
    }

    /// The shares of compute's income sum to one.
    func checkOwnership(of values: [Double], _ file: String, _ line: Int?, _ path: String) {
        let slots = WorldRules.owners.map { world.slot("economy", $0) }
        if slots.contains(where: world.doubts.slots.contains) { return }
        let shares = slots.map { values[$0] }
        let sum = shares.reduce(0, +)
        guard abs(sum - 1) > 1e-9 else { return }
        let list = zip(WorldRules.owners, shares).map { "\($0) \(Numeral.text($1))" }.joined(separator: ", ")
        collector.add(
            file, line, path, "the shares of compute's income sum to \(Numeral.text(sum)): \(list)",
            "let the four sum to 1, each from 0 to 1")
    }
}
