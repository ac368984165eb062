import Archive
import Branching
import Foundation
import WorldModel

/// The numbers that policies have in a range of a lever.
struct ChosenNumber {
    /// The range as the study has it: decision, option and path.
    let name: String
    /// "1" where it multiplies.
    let unit: String
    /// One for each policy; not a number where a policy chose another option.
    let values: [Double]

    /// The most ranges that tables of policies show.
    static let mostShown = 6

    /// The scale in which all of them are written.
    var scale: Scale { Scale(unit: unit, largest: values.filter(\.isFinite).map(abs).max() ?? 0) }

    /// What a table writes over them.
    var heading: String { name + (scale.unit.isEmpty ? "" : " [\(scale.unit)]") }

    /// Them as a table writes them; empty where a policy chose another option.
    var texts: [String] {
        let digits = scale.digits(largest: values.filter(\.isFinite).map(abs).max() ?? 0)
        return values.map { $0.isNaN ? "" : scale.text($0, digits: digits) }
    }

    private enum CodingKeys: String, CodingKey {
        case numbers
    }

    private struct Row: Encodable {
        let name: String
        let unit: String
        /// By policy; policies that chose another option are left out.
        let values: [String: Double]
    }

    /// Adds the numbers to a JSON object as `numbers`; nothing where there are none.
    static func encode(_ numbers: [ChosenNumber], of policies: [String], to encoder: any Encoder) throws {
        if numbers.isEmpty { return }
        let rows = numbers.map { number in
            let chosen = zip(policies, number.values).filter { !$0.1.isNaN }
            return Row(
                name: number.name, unit: number.unit,
                values: Dictionary(chosen, uniquingKeysWith: { first, _ in first }))
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rows, forKey: .numbers)
    }

    /// What is said of ranges that a table leaves out; nothing where it shows all.
    static func remark(on numbers: [ChosenNumber]) -> String? {
        numbers.count > mostShown
            ? "\(counted(numbers.count - mostShown, "more chosen number")) for each policy: `worldlines export` writes all."
            : nil
    }
}

extension ArchiveFile {
    /// The numbers that its policies have in ranges, those of ranges that no policy chose left out.
    func chosenNumbers() throws -> [ChosenNumber] {
        try ranges().compactMap { name in
            let variable = "range_\(name)"
            let values = Array(try values(of: variable).prefix(policies.count))
            if values.allSatisfy(\.isNaN) { return nil }
            return ChosenNumber(
                name: try spokenName(of: variable), unit: try unit(of: variable), values: values)
        }
    }
}

extension Study {
    /// The numbers that policies have in ranges, those of ranges that no policy chose left out.
    func chosenNumbers(of policies: [ListedPolicy]) -> [ChosenNumber] {
        ranges.compactMap { range in
            let values = policies.map {
                $0.options[range.decision] == range.option ? $0.values[range.decision][range.place] : .nan
            }
            return values.allSatisfy(\.isNaN)
                ? nil : ChosenNumber(name: range.name, unit: range.range.unit, values: values)
        }
    }

    /// The decisions in which two policies differ, with the options and numbers that each chose.
    func choices(between first: Tree.Policy, _ second: Tree.Policy) -> [DiffReport.Choice] {
        decisions.indices.filter { first.choices[$0] != second.choices[$0] }.map { decision in
            DiffReport.Choice(
                lever: levers[decisions[decision].lever].name, year: decisions[decision].year,
                values: [first, second].map { words(decision: decision, choice: $0.choices[decision]) })
        }
    }

    /// What is chosen, with the numbers of its ranges: `stronger (links[cable].p_nom 450 MW)`.
    private func words(decision: Int, choice: Int) -> String {
        guard choice >= 0 else { return "not decided" }
        let alternative = decisions[decision].alternatives[choice]
        let lever = levers[decisions[decision].lever]
        let numbers = zip(lever.ranges[alternative.option], alternative.values).map { range, value in
            "\(range.path) \(range.unit == "1" ? "times " : "")\(Scale.plain(value, unit: range.unit))"
        }
        let shown = numbers.prefix(4).joined(separator: ", ") + (numbers.count > 4 ? ", \(numbers.count - 4) more" : "")
        return lever.options[alternative.option] + (numbers.isEmpty ? "" : " (\(shown))")
    }
}

extension ListedPolicy {
    /// Its chosen numbers as a part of a name: `_450MW_2.1GW`; empty without numbers, and of more than three.
    func suffix(in study: Study) -> String {
        let chosen = study.ranges.filter { options[$0.decision] == $0.option }
        if chosen.count > 3 { return "" }
        return chosen.map { range in
            let value = values[range.decision][range.place]
            let scale = Scale(unit: range.range.unit, largest: value)
            let unit = scale.unit.replacing("/", with: "per").filter { $0.isLetter || $0.isNumber || "%_".contains($0) }
            return "_" + (range.range.unit == "1" ? "x" : "") + String(format: "%.3g", value / scale.divisor) + unit
        }.joined()
    }
}
