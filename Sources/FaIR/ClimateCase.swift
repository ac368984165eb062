/// A run of the climate: species, scenarios and members, with every number that the run needs.
///
/// A member is one set of parameters, a scenario one set of emissions. Names of parameters are those of FaIR 2.2.5, in
/// whose files they come; units are GtCO2/yr, MtCH4/yr, MtN2O/yr, kt/yr of halocarbons, ppm, ppb, ppt, W/m2, K and yr.
public struct ClimateCase: Sendable {
    /// What it is, in words.
    public var title = ""
    /// Time and methods.
    public var run: ClimateRunSettings
    /// The species, in the order of the files.
    public var species: [ClimateSpecies]
    /// The names of the members.
    public var members: [String]
    /// The names of the scenarios.
    public var scenarios: [String]
    /// Parameters of species: of a parameter, one entry a species.
    public var speciesNumbers: [SpeciesParameter: [MemberNumbers]] = [:]
    /// Share of an emission that enters each pool, by species.
    public var poolShares: [[MemberNumbers]]
    /// Lifetime of each pool at alpha = 1, yr, by species.
    public var poolLifetimes: [[MemberNumbers]]
    /// Parameters of a member as a whole.
    public var memberNumbers: [MemberParameter: MemberNumbers] = [:]
    /// Heat capacity of each layer, W yr/m2/K, the surface first.
    public var heatCapacity: [MemberNumbers]
    /// Heat transfer into each layer from above, W/m2/K; the first is the climate feedback.
    public var heatTransfer: [MemberNumbers]
    /// Emissions of each step, by scenario and species; empty where there are none.
    public var emissions: [[ClimateSeries]]
    /// Concentrations at each bound, by scenario and species.
    public var concentrations: [[ClimateSeries]]
    /// Prescribed forcing at each bound, W/m2, by scenario and species.
    public var forcings: [[ClimateSeries]]
    /// Noise given from outside, by member: bounds x (layers + 1) numbers; empty where the model draws its own.
    public var noise: [[Double]]

    /// A case without numbers: NaN wherever FaIR has no default.
    public init(run: ClimateRunSettings, species: [ClimateSpecies], members: [String], scenarios: [String]) {
        self.run = run
        self.species = species
        self.members = members
        self.scenarios = scenarios
        let unknown = MemberNumbers(.nan)
        for parameter in SpeciesParameter.allCases {
            speciesNumbers[parameter] = species.map { _ in MemberNumbers(parameter.standard) }
        }
        for parameter in MemberParameter.allCases { memberNumbers[parameter] = MemberNumbers(parameter.standard) }
        poolShares = species.map { _ in Array(repeating: unknown, count: run.pools) }
        poolLifetimes = poolShares
        heatCapacity = Array(repeating: unknown, count: run.layers)
        heatTransfer = heatCapacity
        let nothing = scenarios.map { _ in species.map { _ in ClimateSeries() } }
        emissions = nothing
        concentrations = nothing
        forcings = nothing
        noise = members.map { _ in [] }
    }

    /// A parameter of a species.
    public func numbers(_ parameter: SpeciesParameter, of species: Int) -> MemberNumbers {
        speciesNumbers[parameter]?[species] ?? MemberNumbers(parameter.standard)
    }

    /// A parameter of the members.
    public func numbers(_ parameter: MemberParameter) -> MemberNumbers {
        memberNumbers[parameter] ?? MemberNumbers(parameter.standard)
    }

    /// The first species of a kind.
    public func first(_ kind: ClimateSpecies.Kind) -> Int? { species.firstIndex { $0.kind == kind } }
}

/// Time and methods of a climate run.
public struct ClimateRunSettings: Sendable {
    /// The first bound, yr.
    public var start: Double
    /// The last bound, yr.
    public var end: Double
    /// The step, yr.
    public var timestep: Double
    /// Layers of the energy balance, at least two.
    public var layers: Int
    /// Pools of a gas.
    public var pools: Int
    /// The largest 100-year integrated airborne fraction, yr.
    public var iirfMax: Double
    /// How much more an atom of bromine counts than one of chlorine.
    public var bromineToChlorine: Double
    /// How concentrations become forcing.
    public var forcingMethod: ForcingMethod
    /// How methane's lifetime changes.
    public var methaneMethod: MethaneMethod
    /// The least factor that one species may have on methane's lifetime.
    public var methaneFloor: Double
    /// Whether stratospheric chlorine counts in aerosol forcing, which FaIR 2.2.5 drops because it computes it later.
    public var chlorineInAerosol: Bool
    /// Whether pools that live long lose carbon with all digits, where FaIR has those of numpy's exponential.
    public var exactDecay: Bool
    /// The seed of the noise that the model draws itself.
    public var noiseSeed: UInt64 = 0

    /// Settings with FaIR's defaults.
    public init(
        start: Double, end: Double, timestep: Double = 1, layers: Int = 3, pools: Int = 4, iirfMax: Double = 100,
        bromineToChlorine: Double = 45, forcingMethod: ForcingMethod = .meinshausen2020,
        methaneMethod: MethaneMethod = .leach2021, methaneFloor: Double = 0.01, chlorineInAerosol: Bool = false,
        exactDecay: Bool = false
    ) {
        self.start = start
        self.end = end
        self.timestep = timestep
        self.layers = layers
        self.pools = pools
        self.iirfMax = iirfMax
        self.bromineToChlorine = bromineToChlorine
        self.forcingMethod = forcingMethod
        self.methaneMethod = methaneMethod
        self.methaneFloor = methaneFloor
        self.chlorineInAerosol = chlorineInAerosol
        self.exactDecay = exactDecay
    }

    /// The number of steps.
    public var steps: Int { max(0, Int(((end - start) / timestep).rounded())) }

    /// The year of a bound.
    public func bound(_ index: Int) -> Double { start + Double(index) * timestep }

    /// The middle of a step.
    public func point(_ index: Int) -> Double { 0.5 * (bound(index) + bound(index + 1)) }

    /// How concentrations of greenhouse gases become forcing.
    public enum ForcingMethod: String, Sendable, CaseIterable {
        /// Meinshausen and others, 2020.
        case meinshausen2020
        /// Leach and others, 2021.
        case leach2021
        /// Etminan and others, 2016.
        case etminan2016
        /// Myhre and others, 1998.
        case myhre1998
    }

    /// How methane's lifetime changes.
    public enum MethaneMethod: String, Sendable, CaseIterable {
        /// As that of every other gas, by Leach and others, 2021.
        case leach2021
        /// By the chemistry of other species, Thornhill and others, 2021.
        case thornhill2021
    }
}

/// A species of the climate model.
public struct ClimateSpecies: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// What it is.
    public var kind: Kind
    /// What of it is given.
    public var mode: Mode
    /// Whether it is a greenhouse gas with a cycle of its own.
    public var isGreenhouseGas: Bool
    /// Whether its emissions make aerosol, ozone or change methane's lifetime.
    public var actsByEmissions: Bool
    /// Whether its concentration does.
    public var actsByConcentration: Bool

    /// A species.
    public init(
        name: String, kind: Kind, mode: Mode, isGreenhouseGas: Bool = false, actsByEmissions: Bool = false,
        actsByConcentration: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.mode = mode
        self.isGreenhouseGas = isGreenhouseGas
        self.actsByEmissions = actsByEmissions
        self.actsByConcentration = actsByConcentration
    }

    /// What of a species is given.
    public enum Mode: String, Sendable, CaseIterable {
        /// Its emissions.
        case emissions
        /// Its concentration.
        case concentration
        /// Its forcing.
        case forcing
        /// Nothing: it follows from other species.
        case calculated
    }

    /// What a species is; the raw values are FaIR's words.
    public enum Kind: String, Sendable, CaseIterable {
        /// CO2 of fossil fuels and industry.
        case fossilCarbonDioxide = "co2 ffi"
        /// CO2 of agriculture, forestry and other land use.
        case landCarbonDioxide = "co2 afolu"
        /// CO2.
        case carbonDioxide = "co2"
        /// CH4.
        case methane = "ch4"
        /// N2O.
        case nitrousOxide = "n2o"
        /// CFC-11.
        case cfc11 = "cfc-11"
        /// Any other gas with chlorine or bromine.
        case otherHalogen = "other halogen"
        /// A gas with fluorine alone.
        case fluorinatedGas = "f-gas"
        /// SO2.
        case sulfur
        /// Black carbon.
        case blackCarbon = "black carbon"
        /// Organic carbon.
        case organicCarbon = "organic carbon"
        /// Any other short-lived forcer.
        case otherShortLived = "other slcf"
        /// Nitrogen oxides of aircraft.
        case aviationNitrogenOxides = "nox aviation"
        /// Equivalent effective stratospheric chlorine.
        case stratosphericChlorine = "eesc"
        /// Ozone.
        case ozone
        /// Aerosol-radiation interactions.
        case aerosolRadiation = "ari"
        /// Aerosol-cloud interactions.
        case aerosolCloud = "aci"
        /// Contrails.
        case contrails
        /// Light-absorbing particles on snow and ice.
        case particlesOnSnow = "lapsi"
        /// Water vapour in the stratosphere.
        case stratosphericWater = "h2o stratospheric"
        /// Albedo of changed land.
        case landUse = "land use"
        /// Volcanoes.
        case volcanic
        /// The sun.
        case solar
        /// Anything else whose forcing is given.
        case unspecified

        /// The modes in which it may be given.
        public var modes: [Mode] {
            switch self {
            case .carbonDioxide: [.emissions, .calculated, .concentration, .forcing]
            case .methane, .nitrousOxide, .cfc11, .otherHalogen, .fluorinatedGas:
                [.emissions, .concentration, .forcing]
            case .stratosphericChlorine: [.concentration, .calculated]
            case .ozone, .aerosolRadiation, .aerosolCloud, .contrails, .particlesOnSnow, .stratosphericWater, .landUse:
                [.calculated, .forcing]
            case .volcanic, .solar, .unspecified: [.forcing]
            default: [.emissions]
            }
        }

        /// Whether a case may have several.
        public var mayRepeat: Bool {
            switch self {
            case .otherHalogen, .fluorinatedGas, .otherShortLived, .unspecified: true
            default: false
            }
        }

        /// Whether it has chlorine or bromine.
        public var isHalogen: Bool { self == .cfc11 || self == .otherHalogen }
    }
}

extension ClimateCase {
    /// A parameter that each species has; the raw values are FaIR's words.
    public enum SpeciesParameter: String, Sendable, CaseIterable {
        case troposphericAdjustment = "tropospheric_adjustment"
        case forcingEfficacy = "forcing_efficacy"
        case forcingTemperatureFeedback = "forcing_temperature_feedback"
        case forcingScale = "forcing_scale"
        case molecularWeight = "molecular_weight"
        case baselineConcentration = "baseline_concentration"
        case iirf0 = "iirf_0"
        case iirfAirborne = "iirf_airborne"
        case iirfUptake = "iirf_uptake"
        case iirfTemperature = "iirf_temperature"
        case baselineEmissions = "baseline_emissions"
        case g0
        case g1
        case concentrationPerEmission = "concentration_per_emission"
        case forcingReferenceConcentration = "forcing_reference_concentration"
        case radiativeEfficiency = "greenhouse_gas_radiative_efficiency"
        case contrailsEfficiency = "contrails_radiative_efficiency"
        case aerosolRadiationEfficiency = "erfari_radiative_efficiency"
        case stratosphericWaterFactor = "h2o_stratospheric_factor"
        case particlesOnSnowEfficiency = "lapsi_radiative_efficiency"
        case landUseForcing = "land_use_cumulative_emissions_to_forcing"
        case ozoneEfficiency = "ozone_radiative_efficiency"
        case cloudShape = "aci_shape"
        case chlorineAtoms = "cl_atoms"
        case bromineAtoms = "br_atoms"
        case fractionalRelease = "fractional_release"
        case methaneLifetimeSensitivity = "ch4_lifetime_chemical_sensitivity"

        /// FaIR's value where a case says nothing; NaN where it has none.
        public var standard: Double {
            switch self {
            case .troposphericAdjustment, .forcingTemperatureFeedback, .baselineEmissions: 0
            case .forcingEfficacy, .forcingScale: 1
            default: .nan
            }
        }
    }

    /// A parameter that each member has once; the raw values are FaIR's words.
    public enum MemberParameter: String, Sendable, CaseIterable {
        case deepOceanEfficacy = "deep_ocean_efficacy"
        case gammaAutocorrelation = "gamma_autocorrelation"
        case sigmaEta = "sigma_eta"
        case sigmaXi = "sigma_xi"
        case forcing4CO2 = "forcing_4co2"
        case stochasticRun = "stochastic_run"
        case seed
        case useSeed = "use_seed"
        case cloudScale = "aci_scale"
        case methaneTemperatureSensitivity = "lifetime_temperature_sensitivity"

        /// FaIR's value where a case says nothing; NaN where it has none.
        public var standard: Double {
            switch self {
            case .sigmaEta, .sigmaXi: 0.5
            case .gammaAutocorrelation: 2
            case .forcing4CO2: 8
            case .stochasticRun, .seed, .useSeed: 0
            case .deepOceanEfficacy, .cloudScale, .methaneTemperatureSensitivity: .nan
            }
        }
    }
}

/// A number of every member: one value where all members have the same.
public struct MemberNumbers: Sendable, Equatable {
    /// One value, or one a member.
    public private(set) var values: [Double]

    /// The same value in all members.
    public init(_ value: Double) { values = [value] }

    /// A value a member; kept once where all are alike, bit for bit.
    public init(_ values: [Double]) {
        precondition(!values.isEmpty, "a number needs at least one member")
        let first = values[0].bitPattern
        self.values = values.allSatisfy { $0.bitPattern == first } ? [values[0]] : values
    }

    /// The value of a member.
    @inlinable
    public subscript(member: Int) -> Double { values.count == 1 ? values[0] : values[member] }

    /// Whether all members have the same value.
    public var isShared: Bool { values.count == 1 }

    /// The values of chosen members.
    public func choosing(_ members: [Int]) -> MemberNumbers {
        isShared || members.isEmpty ? self : MemberNumbers(members.map { values[$0] })
    }

    /// Whether all bits are the same, those of NaN too.
    public static func == (a: MemberNumbers, b: MemberNumbers) -> Bool {
        a.values.count == b.values.count && zip(a.values, b.values).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
}

/// A series over time that all members share, or one a member.
public struct ClimateSeries: Sendable {
    /// One series, or one a member, member after member; empty where there is none.
    public var values: [Double] = []
    /// The length of a series.
    public var length = 0
    /// A factor of each member.
    public var scale: MemberNumbers?

    /// No series.
    public init() {}

    /// A series that all members share.
    public init(_ values: [Double], scale: MemberNumbers? = nil) {
        self.values = values
        length = values.count
        self.scale = scale
    }

    /// Whether there is a series.
    public var isGiven: Bool { length > 0 }

    /// Whether all members have the same.
    public var isShared: Bool { values.count == length && (scale?.isShared ?? true) }

    /// The value of a member at a place.
    @inlinable
    public func value(_ index: Int, member: Int) -> Double {
        let plain = values.count == length ? values[index] : values[member * length + index]
        guard let scale else { return plain }
        return plain * scale[member]
    }

    /// Sets the value of a member, of which there are `members`; those of member `first` stand for all until another's
    /// differs.
    public mutating func set(_ value: Double, at index: Int, member: Int, of members: Int, first: Int) {
        if values.count == length, members > 1, member != first {
            if values[index].bitPattern == value.bitPattern { return }
            let shared = values
            values.reserveCapacity(length * members)
            for _ in 1..<members { values += shared }
        }
        values[(values.count == length ? 0 : member * length) + index] = value
    }

    /// The series of chosen members.
    public func choosing(_ members: [Int]) -> ClimateSeries {
        var chosen = self
        chosen.scale = scale?.choosing(members)
        if values.count != length {
            chosen.values = members.flatMap { values[($0 * length)..<(($0 + 1) * length)] }
        }
        return chosen
    }
}
