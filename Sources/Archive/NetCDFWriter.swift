import CHDF5

/// Writes HDF5 objects in the form that netCDF-4 readers know: every dimension is a dimension scale with a number.
final class NetCDFWriter {
    /// What netCDF readers take for "never written".
    static let fill = 9.969209968386869e36

    let file: HDF5File
    private var dimensions: [String: (scale: HDF5Dataset, count: Int)] = [:]
    private var nextNumber: Int32

    /// A writer whose first dimension gets a number that none in the file has.
    init(file: HDF5File, firstNumber: Int32 = 0) {
        self.file = file
        nextNumber = firstNumber
    }

    private func number(_ dataset: HDF5Dataset) throws(HDF5Error) {
        try dataset.setScalarAttribute("_Netcdf4Dimid", nextNumber)
        nextNumber += 1
    }

    private func key(_ group: HDF5Group, _ name: String) -> String {
        group.name == "/" ? "/\(name)" : "\(group.name)/\(name)"
    }

    /// A dimension with coordinate values.
    @discardableResult
    func dimension<Scalar: HDF5Scalar>(
        _ name: String, _ values: [Scalar], in group: HDF5Group? = nil, attributes: [(String, String)]
    ) throws(HDF5Error) -> HDF5Dataset {
        let group = group ?? file
        let dataset = try group.makeDataset(name, type: Scalar.fileType, shape: [values.count])
        try dataset.makeScale(name)
        try number(dataset)
        try dataset.write(values)
        for (name, text) in attributes { try dataset.setAttribute(name, text) }
        dimensions[key(group, name)] = (dataset, values.count)
        return dataset
    }

    /// A dimension without values, once.
    func bareDimension(_ name: String, _ count: Int, in group: HDF5Group? = nil) throws(HDF5Error) {
        let group = group ?? file
        if dimensions[key(group, name)] != nil { return }
        let dataset = try group.makeDataset(name, type: ch5_bare_dimension(), shape: [count])
        let digits = String(count)
        let padding = String(repeating: " ", count: max(0, 10 - digits.count))
        try dataset.makeScale("This is a netCDF dimension but not a netCDF variable.\(padding)\(digits)")
        try number(dataset)
        dimensions[key(group, name)] = (dataset, count)
    }

    /// A variable over dimensions of its own group or else of the root.
    func variable(
        _ name: String, type: hid_t, over axes: [String], in group: HDF5Group? = nil,
        storage: HDF5Group.Storage = .contiguous, fill: Double? = nil, attributes: [(String, String)]
    ) throws(HDF5Error) -> HDF5Dataset {
        let group = group ?? file
        var scales: [HDF5Dataset] = []
        var shape: [Int] = []
        for axis in axes {
            guard let (scale, count) = dimensions[key(group, axis)] ?? dimensions["/\(axis)"] else {
                throw HDF5Error(file: file.file, attempt: "make '\(name)'", message: "no dimension '\(axis)'")
            }
            scales.append(scale)
            shape.append(count)
        }
        let dataset = try group.makeDataset(name, type: type, shape: shape, storage: storage, fill: fill)
        for (axis, scale) in scales.enumerated() { try dataset.attach(scale, axis: axis) }
        if let fill { try dataset.setAttribute("_FillValue", fill) }
        for (name, text) in attributes { try dataset.setAttribute(name, text) }
        return dataset
    }

    /// A table of characters: one text for every entity of a dimension.
    func text(
        _ name: String, _ rows: [String], over axis: String, in group: HDF5Group? = nil,
        attributes: [(String, String)]
    ) throws(HDF5Error) {
        let encoded = rows.map { Array($0.utf8) }
        let width = max(1, encoded.map(\.count).max() ?? 1)
        try bareDimension("string\(width)", width, in: group)
        let type = HDF5Handle(try file.checked(H5Tcopy(ch5_c_string()), "copy a type"), closedBy: H5Tclose)
        let dataset = try variable(
            name, type: type.id, over: [axis, "string\(width)"], in: group,
            attributes: [("_Encoding", "utf-8")] + attributes)
        try dataset.writeCharacters(encoded.flatMap { $0 + [UInt8](repeating: 0, count: width - $0.count) })
    }
}
