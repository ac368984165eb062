import FaIR
import WorldModel

/// Numbers that replace those of a case: `--set forcing_scale[CH4]=1.1`.
///
/// Names are the heads of fair-calibrate's columns: `parameter`, `parameter[species]`, `parameter[layer]`; and `run.key`.
enum ClimateOverrides {
    static func apply(
        _ overrides: [(name: String, value: String)], to model: inout ClimateCase, _ findings: Collector
    ) {
        for (name, value) in overrides {
            if name.hasPrefix("run.") {
                setRun(String(name.dropFirst(4)), value, &model, findings)
            } else {
                guard let number = Double(value), number.isFinite else {
                    findings.add("--set", nil, name, "`\(value)` is not a number", "write a number such as 1.1")
                    continue
                }
                set(name, MemberNumbers(number), in: &model, place: "--set", nil, findings)
            }
        }
    }

    private static func setRun(
        _ key: String, _ value: String, _ model: inout ClimateCase, _ findings: Collector
    ) {
        let numbers: [String: WritableKeyPath<ClimateRunSettings, Double>] = [
            "iirf_max": \.iirfMax, "br_cl_ods_potential": \.bromineToChlorine, "ch4_min": \.methaneFloor,
        ]
        if let path = numbers[key] {
            guard let number = Double(value), number.isFinite else {
                findings.add("--set", nil, "run.\(key)", "`\(value)` is not a number", "write a number")
                return
            }
            model.run[keyPath: path] = number
        } else if key == "ghg_method" {
            guard let method = ClimateRunSettings.ForcingMethod(rawValue: value) else {
                findings.add(
                    "--set", nil, "run.\(key)", "`\(value)` is no method",
                    Nearest.allowed(ClimateRunSettings.ForcingMethod.allCases.map(\.rawValue)))
                return
            }
            model.run.forcingMethod = method
        } else if key == "ch4_method" {
            guard let method = ClimateRunSettings.MethaneMethod(rawValue: value) else {
                findings.add(
                    "--set", nil, "run.\(key)", "`\(value)` is no method",
                    Nearest.allowed(ClimateRunSettings.MethaneMethod.allCases.map(\.rawValue)))
                return
            }
            model.run.methaneMethod = method
        } else if key == "chlorine_in_aerosol", let flag = Bool(value) {
            model.run.chlorineInAerosol = flag
        } else if key == "exact_decay", let flag = Bool(value) {
            model.run.exactDecay = flag
        } else if key == "seed", let seed = UInt64(value) {
            model.run.noiseSeed = seed
        } else {
            findings.add(
                "--set", nil, "run.\(key)", "`run.\(key)=\(value)` can't be set",
                Nearest.remedy(
                    key,
                    among: numbers.keys.sorted()
                        + ["ghg_method", "ch4_method", "chlorine_in_aerosol", "exact_decay", "seed"]))
        }
    }

    /// Sets a parameter by its name; a finding where there is no such parameter, species or layer.
    ///
    /// - Parameter lenient: whether a species that the case lacks is passed over, as in calibrations of more species.
    static func set(
        _ name: String, _ numbers: MemberNumbers, in model: inout ClimateCase, place: String, _ line: Int?,
        _ findings: Collector, lenient: Bool = false
    ) {
        var key = name
        var index: String?
        if name.hasSuffix("]"), let open = name.firstIndex(of: "[") {
            key = String(name[..<open])
            index = String(name[name.index(after: open)...].dropLast())
        }
        let layered = ["ocean_heat_capacity", "ocean_heat_transfer"]
        let pooled = ["partition_fraction", "unperturbed_lifetime"]
        if layered.contains(key) {
            guard let layer = index.flatMap({ Int($0) }), model.heatCapacity.indices.contains(layer) else {
                findings.add(
                    place, line, name, "`\(name)` names no layer",
                    "write `\(key)[0]` to `\(key)[\(model.run.layers - 1)]`")
                return
            }
            if key == layered[0] { model.heatCapacity[layer] = numbers } else { model.heatTransfer[layer] = numbers }
            return
        }
        if let parameter = ClimateCase.MemberParameter(rawValue: key) {
            if index != nil {
                findings.add(place, line, name, "`\(key)` has no entries of its own", "write `\(key)` alone")
                return
            }
            model.memberNumbers[parameter] = numbers
            return
        }
        let parameter = ClimateCase.SpeciesParameter(rawValue: key)
        if parameter == nil, !pooled.contains(key) {
            findings.add(
                place, line, name, "there is no parameter `\(key)`",
                Nearest.remedy(
                    key,
                    among: ClimateCase.SpeciesParameter.allCases.map(\.rawValue)
                        + ClimateCase.MemberParameter.allCases.map(\.rawValue) + layered))
            return
        }
        guard let index else {
            findings.add(
                place, line, name, "`\(key)` belongs to a species", "write `\(key)[\(model.species[0].name)]`")
            return
        }
        guard let s = model.species.firstIndex(where: { $0.name == index }) else {
            if !lenient {
                findings.add(
                    place, line, name, "there is no species `\(index)` in the case",
                    Nearest.remedy(index, among: model.species.map(\.name)))
            }
            return
        }
        if let parameter {
            model.speciesNumbers[parameter]?[s] = numbers
        } else if key == pooled[0] {
            model.poolShares[s] = model.poolShares[s].map { _ in numbers }
        } else {
            // As FaIR fills it: every gas box has the same.
            model.poolLifetimes[s] = model.poolLifetimes[s].map { _ in numbers }
        }
    }
}
