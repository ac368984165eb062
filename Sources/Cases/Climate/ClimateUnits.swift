import FaIR
import WorldModel

/// The units in which a species' numbers are given.
enum ClimateUnits {
    /// Of emissions: a mass of a substance a year.
    static func emissions(of species: ClimateSpecies) -> String {
        "\(mass(of: species)) \(substance(of: species.name))/yr"
    }

    /// Of a concentration.
    static func concentration(of species: ClimateSpecies) -> String {
        switch species.kind {
        case .carbonDioxide: "ppm"
        case .methane, .nitrousOxide: "ppb"
        default: "ppt"
        }
    }

    private static func mass(of species: ClimateSpecies) -> String {
        switch species.kind {
        case .carbonDioxide, .fossilCarbonDioxide, .landCarbonDioxide: "Gt"
        case .cfc11, .otherHalogen, .fluorinatedGas: "kt"
        default: "Mt"
        }
    }

    /// The substance whose mass counts: sulfur as SO2, nitrogen oxides as NO2.
    private static func substance(of name: String) -> String {
        switch name {
        case "CO2 FFI", "CO2 AFOLU": "CO2"
        case "Sulfur": "SO2"
        case "NOx", "NOx aviation": "NO2"
        default: name.filter { $0 != "-" && $0 != " " }
        }
    }
}
