import FaIR
import WorldModel

/// What must hold in a case before it can run.
struct ClimateRules {
    let model: ClimateCase
    let findings: Collector
    /// Where a path of keys stands.
    let place: ([String]) -> (file: String, line: Int?)

    func check() {
        checkKinds()
        checkMembers()
        if findings.isEmpty { checkSpecies() }
    }

    private func add(_ path: [String], _ message: String, _ remedy: String) {
        let (file, line) = place(path)
        findings.add(file, line, path.last, message, remedy)
    }

    // MARK: Species that need each other

    private func has(_ kind: ClimateSpecies.Kind, _ modes: [ClimateSpecies.Mode]) -> Bool {
        model.first(kind).map { modes.contains(model.species[$0].mode) } ?? false
    }

    private func checkKinds() {
        for kind in ClimateSpecies.Kind.allCases where !kind.mayRepeat {
            let same = model.species.filter { $0.kind == kind }
            if same.count > 1 {
                add(
                    ["properties", same[1].name],
                    "`\(kind.rawValue)` occurs \(same.count) times: \(same.map(\.name).joined(separator: ", "))",
                    "leave one of them")
            }
        }
        let driven: [ClimateSpecies.Mode] = [.emissions, .calculated, .concentration]
        if has(.carbonDioxide, [.calculated]),
            !has(.fossilCarbonDioxide, [.emissions]) || !has(.landCarbonDioxide, [.emissions])
        {
            add(
                ["species"], "CO2 is calculated, and the species it is calculated from are missing",
                "add species of the types `co2 ffi` and `co2 afolu`, or give CO2 by its emissions or concentration")
        }
        if has(.landUse, [.calculated]), !has(.landCarbonDioxide, [.emissions]) {
            add(
                ["species"], "land use is calculated, and its species `co2 afolu` is missing",
                "add a species of the type `co2 afolu`, or give land use by its forcing")
        }
        if has(.stratosphericChlorine, [.calculated]), !has(.cfc11, [.emissions, .concentration]) {
            add(
                ["species"], "stratospheric chlorine is calculated, and its species `cfc-11` is missing",
                "add a species of the type `cfc-11`, or give the chlorine by its concentration")
        }
        let main: [ClimateSpecies.Kind] = [.carbonDioxide, .methane, .nitrousOxide]
        let missing = main.filter { !has($0, driven) }
        switch model.run.forcingMethod {
        case .meinshausen2020, .etminan2016:
            if !missing.isEmpty, missing.count < 3 {
                add(
                    ["species"],
                    "\(model.run.forcingMethod.rawValue) needs CO2, CH4 and N2O together, and "
                        + missing.map(\.rawValue).joined(separator: ", ") + (missing.count == 1 ? " is" : " are")
                        + " missing",
                    "add the species, or use `ghg_method` leach2021")
            }
        case .myhre1998:
            if has(.methane, driven) != has(.nitrousOxide, driven) {
                add(
                    ["species"], "myhre1998 needs CH4 and N2O together, and one of them is missing",
                    "add the species, or use `ghg_method` leach2021")
            }
        case .leach2021: break
        }
    }

    // MARK: Numbers that are used

    private func checkMembers() {
        func positive(_ numbers: MemberNumbers, _ key: String, _ allowed: (Double) -> Bool, _ range: String) {
            guard let member = wrong(numbers, allowed) else { return }
            let name = model.members[member]
            add(
                ["climate_configs", name, key],
                "`\(key)` of member `\(name)` is \(ClimateRules.text(numbers[member]))", "write a number \(range)")
        }
        for numbers in model.heatCapacity { positive(numbers, "ocean_heat_capacity", { $0 > 0 }, "above zero") }
        for numbers in model.heatTransfer { positive(numbers, "ocean_heat_transfer", { $0.isFinite }, "such as 1.1") }
        for parameter in [ClimateCase.MemberParameter.deepOceanEfficacy, .gammaAutocorrelation] {
            positive(model.numbers(parameter), parameter.rawValue, { $0.isFinite }, "such as 1.2")
        }
        if model.numbers(.stochasticRun).values.contains(where: { $0 != 0 }) {
            for parameter in [ClimateCase.MemberParameter.sigmaEta, .sigmaXi] {
                positive(model.numbers(parameter), parameter.rawValue, { $0 >= 0 }, "from zero on")
            }
        }
    }

    /// The first member whose number won't do.
    private func wrong(_ numbers: MemberNumbers, _ allowed: (Double) -> Bool) -> Int? {
        model.members.indices.first { !numbers[$0].isFinite || !allowed(numbers[$0]) }
    }

    private static func text(_ value: Double) -> String { value.isNaN ? "empty (null or NaN)" : "\(value)" }

    private func need(_ parameter: ClimateCase.SpeciesParameter, _ s: Int, _ why: String) {
        let numbers = model.numbers(parameter, of: s)
        guard let member = wrong(numbers, { _ in true }) else { return }
        complain(parameter.rawValue, s, member, numbers[member], why)
    }

    private func complain(_ key: String, _ s: Int, _ member: Int, _ value: Double, _ why: String) {
        let name = model.species[s].name
        let memberName = model.members[member]
        // By member and species, or by species alone.
        let long = place(["species_configs", key, memberName, name])
        findings.add(
            long.file, long.line, "\(key)[\(name)]",
            "`\(key)` of `\(name)` is \(ClimateRules.text(value)) in member `\(memberName)`, and \(why) needs it",
            "write a number, or take the species out")
    }

    private func checkSpecies() {
        let plan = ClimateNeeds(model)
        for s in model.species.indices {
            for (parameter, why) in plan.needs(s) { need(parameter, s, why) }
            guard plan.isGas(s) else { continue }
            for (key, table) in [
                ("partition_fraction", model.poolShares[s]), ("unperturbed_lifetime", model.poolLifetimes[s]),
            ] {
                for numbers in table {
                    guard let member = wrong(numbers, { _ in true }) else { continue }
                    complain(key, s, member, numbers[member], "its cycle")
                    break
                }
            }
        }
        func needMember(_ parameter: ClimateCase.MemberParameter, _ why: String) {
            guard let member = wrong(model.numbers(parameter), { _ in true }) else { return }
            let (file, line) = place(["species_configs", parameter.rawValue, model.members[member]])
            findings.add(
                file, line, parameter.rawValue,
                "`\(parameter.rawValue)` of member `\(model.members[member])` is empty, and \(why) needs it",
                "write a number")
        }
        if has(.aerosolCloud, [.calculated]) { needMember(.cloudScale, "aerosol-cloud interactions") }
        if plan.usesChemistry { needMember(.methaneTemperatureSensitivity, "methane's lifetime") }
    }
}

/// Which numbers of which species a case uses.
struct ClimateNeeds {
    let model: ClimateCase
    let usesChemistry: Bool

    init(_ model: ClimateCase) {
        self.model = model
        usesChemistry =
            model.run.methaneMethod == .thornhill2021
            && (model.first(.methane).map { s in
                model.species[s].isGreenhouseGas && model.species[s].mode != .forcing
            } ?? false)
    }

    func isGas(_ s: Int) -> Bool { model.species[s].isGreenhouseGas && model.species[s].mode != .forcing }

    private func calculates(_ kind: ClimateSpecies.Kind) -> Bool {
        model.first(kind).map { model.species[$0].mode == .calculated } ?? false
    }

    private func counts(_ parameter: ClimateCase.SpeciesParameter, _ s: Int) -> Bool {
        model.numbers(parameter, of: s).values.contains { $0 != 0 && !$0.isNaN }
    }

    /// The numbers that a species needs, and what for.
    func needs(_ s: Int) -> [(ClimateCase.SpeciesParameter, String)] {
        let species = model.species[s]
        var needs: [(ClimateCase.SpeciesParameter, String)] = []
        if isGas(s) {
            let cycle: [ClimateCase.SpeciesParameter] = [
                .baselineEmissions, .baselineConcentration, .concentrationPerEmission,
            ]
            needs += cycle.map { ($0, "its cycle") }
            if !(species.kind == .methane && usesChemistry) {
                let lifetime: [ClimateCase.SpeciesParameter] = [
                    .iirf0, .iirfAirborne, .iirfUptake, .iirfTemperature, .g0, .g1,
                ]
                needs += lifetime.map { ($0, "its lifetime") }
            }
            if model.run.forcingMethod == .meinshausen2020 {
                needs.append((.forcingReferenceConcentration, "its forcing"))
            }
            let isMain = [.carbonDioxide, .methane, .nitrousOxide].contains(species.kind)
            if !isMain { needs.append((.radiativeEfficiency, "its forcing")) }
        }
        if isGas(s) || species.mode == .forcing || species.mode == .calculated {
            let forcing: [ClimateCase.SpeciesParameter] = [
                .forcingScale, .troposphericAdjustment, .forcingEfficacy, .forcingTemperatureFeedback,
            ]
            needs += forcing.map { ($0, "its forcing") }
        }
        if species.kind.isHalogen, calculates(.stratosphericChlorine) {
            let atoms: [ClimateCase.SpeciesParameter] = [.chlorineAtoms, .bromineAtoms, .fractionalRelease]
            needs += atoms.map { ($0, "stratospheric chlorine") }
        }
        let acts = species.actsByEmissions || species.actsByConcentration
        if acts, calculates(.ozone) { needs.append((.ozoneEfficiency, "ozone")) }
        if acts, usesChemistry { needs.append((.methaneLifetimeSensitivity, "methane's lifetime")) }
        let usesBaseline =
            (calculates(.ozone) || usesChemistry)
            || (calculates(.aerosolRadiation) && counts(.aerosolRadiationEfficiency, s))
        if species.actsByEmissions, usesBaseline { needs.append((.baselineEmissions, "aerosol and chemistry")) }
        if species.actsByConcentration, usesBaseline { needs.append((.baselineConcentration, "aerosol and chemistry")) }
        return needs
    }
}
