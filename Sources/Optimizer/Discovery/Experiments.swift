import WorldModel

/// Cases to learn from: what each was given, input by input.
public struct Experiments: Sendable, Hashable {
    /// The values of an input, one a case.
    public enum Values: Sendable, Hashable {
        /// Numbers, all finite.
        case numbers([Double])
        /// Indices into names.
        case categories([Int], names: [String])
    }

    /// One thing that the cases were given.
    public struct Input: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its unit.
        public let unit: String
        /// Its values.
        public let values: Values

        /// An input of numbers.
        public init(name: String, unit: String = "1", numbers: [Double]) {
            self.name = name
            self.unit = unit
            values = .numbers(numbers)
        }

        /// An input of texts, whose categories are in the order of the alphabet.
        public init(name: String, texts: [String]) {
            self.name = name
            unit = "1"
            let names = Set(texts).sorted()
            let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
            values = .categories(texts.map { places[$0] ?? 0 }, names: names)
        }

        init(name: String, unit: String, values: Values) {
            self.name = name
            self.unit = unit
            self.values = values
        }

        var count: Int {
            switch values {
            case .numbers(let numbers): numbers.count
            case .categories(let categories, _): categories.count
            }
        }
    }

    /// The inputs.
    public let inputs: [Input]
    /// The number of cases.
    public let count: Int

    /// Why cases can't be learned from.
    public enum Refusal: Error, Hashable, CustomStringConvertible {
        /// There are no cases, or no inputs.
        case empty(String)
        /// An input has another number of values than there are cases.
        case length(input: String, found: Int, expected: Int)
        /// A value is not a finite number.
        case notFinite(input: String, place: Int)
        /// No case, or every one, is of interest: what was looked for has no conditions to be found.
        case oneKind(interesting: Int, of: Int)
        /// A setting is out of its range.
        case badSetting(String)
        /// The rows are not what the method has to be given.
        case badDesign(String)

        /// What is wrong, and what would be right.
        public var description: String {
            switch self {
            case .empty(let what): "there are no \(what); at least one is needed"
            case .length(let input, let found, let expected):
                "input '\(input)' has \(counted(found, "value")) for \(counted(expected, "case")); give one for each"
            case .notFinite(let input, let place):
                "input '\(input)' is not a finite number in case \(place)"
            case .oneKind(let interesting, let count):
                interesting == 0
                    ? "none of \(count) cases is of interest" : "all \(count) cases are of interest"
            case .badSetting(let what), .badDesign(let what): what
            }
        }
    }

    /// Cases whose inputs have been checked.
    public init(_ inputs: [Input]) throws(Refusal) {
        guard let first = inputs.first else { throw .empty("inputs") }
        if first.count == 0 { throw .empty("cases") }
        for input in inputs {
            if input.count != first.count {
                throw .length(input: input.name, found: input.count, expected: first.count)
            }
            if case .numbers(let numbers) = input.values, let place = numbers.firstIndex(where: { !$0.isFinite }) {
                throw .notFinite(input: input.name, place: place)
            }
        }
        self.inputs = inputs
        count = first.count
    }

    /// The smallest box that holds every case.
    public var bounds: Box {
        Box(
            limits: inputs.map { input in
                switch input.values {
                case .numbers(let numbers): .range(numbers.min() ?? 0, numbers.max() ?? 0)
                case .categories(let categories, _): .categories(Set(categories))
                }
            })
    }

    /// The cases, among some, that are in a box.
    func members(of box: Box, among cases: [Int]) -> [Int] {
        cases.filter { place in
            zip(inputs, box.limits).allSatisfy { input, limit in limit.contains(input.values, place) }
        }
    }
}

/// A part of the space of inputs: a range of every number, some of the categories of every text.
public struct Box: Sendable, Hashable {
    /// What is inside, in one input.
    public enum Limit: Sendable, Hashable {
        /// From the first number to the second, both inside.
        case range(Double, Double)
        /// These categories.
        case categories(Set<Int>)

        func contains(_ values: Experiments.Values, _ place: Int) -> Bool {
            switch (self, values) {
            case (.range(let low, let high), .numbers(let numbers)): low <= numbers[place] && numbers[place] <= high
            case (.categories(let inside), .categories(let categories, _)): inside.contains(categories[place])
            default: false
            }
        }
    }

    /// One for each input.
    public var limits: [Limit]

    /// The inputs in which it is smaller than another box.
    public func restricted(in whole: Box) -> [Int] {
        limits.indices.filter { limits[$0] != whole.limits[$0] }
    }
}

/// How well a box tells the cases of interest from the others.
public struct BoxFigures: Sendable, Hashable, Codable {
    /// The share of the cases of interest that are in the box.
    public let coverage: Double
    /// The share of the cases in the box that are of interest.
    public let density: Double
    /// The share of all cases that are in the box.
    public let mass: Double
    /// The inputs that the box restricts.
    public let restricted: Int

    enum CodingKeys: String, CodingKey {
        case coverage, density, mass
        case restricted = "n_restricted"
    }
}
