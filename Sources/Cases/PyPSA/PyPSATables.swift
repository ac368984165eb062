/// What a PyPSA folder or file holds, before it is understood.
struct PyPSATables {
    /// The cells of a column.
    enum Column {
        case texts([String])
        case numbers([Double])

        var count: Int {
            switch self {
            case .texts(let texts): texts.count
            case .numbers(let numbers): numbers.count
            }
        }
    }

    /// A component's static attributes.
    struct Component {
        let name: String
        let file: String
        let headerLine: Int?
        let ids: [String]
        /// The line of each row; empty where the format has none.
        let lines: [Int]
        /// In the order of the file.
        let columns: [(name: String, cells: Column)]

        func line(_ row: Int) -> Int? { lines.isEmpty ? nil : lines[row] }
        func column(_ name: String) -> Column? { columns.first { $0.name == name }?.cells }
    }

    /// An attribute by snapshot.
    struct Series {
        let component: String
        let attribute: String
        let file: String
        let headerLine: Int?
        let ids: [String]
        /// What the rows are called; nil where they are the snapshots by construction.
        let labels: [String]?
        /// The line of each row; empty where the format has none.
        let lines: [Int]
        /// Row after row.
        let values: [Double]

        func line(_ row: Int) -> Int? { lines.isEmpty ? nil : lines[row] }
    }

    /// An attribute that depends on the power.
    struct Piecewise {
        let component: String
        let attribute: String
        let file: String
        let headerLine: Int?
    }

    /// The snapshots; nil where the network has but one, called `now`.
    struct Snapshots {
        let file: String
        let lines: [Int]
        /// What the rows of series are called: the snapshots, or their numbers.
        let keys: [String]
        /// The snapshots.
        let labels: [String]
        /// Columns by name: objective, stores, generators, or the older weightings.
        let weights: [(name: String, cells: Column)]

        func line(_ row: Int) -> Int? { lines.isEmpty ? nil : lines[row] }
    }

    var name = ""
    var snapshots: Snapshots?
    var components: [String: Component] = [:]
    var series: [Series] = []
    var piecewise: [Piecewise] = []
    /// Components whose table could not be read, after a finding.
    var broken: Set<String> = []
}
