import CHDF5
import Foundation

/// How much of what a file states is believed.
///
/// A file of a few bytes can state a table of 2^62 numbers. Memory is taken only for what the file can hold and the machine has.
enum HDF5Limit {
    /// The most bytes that deflate makes of one.
    private static let expansion = 1032
    /// Bytes that a dataset may have beyond that: numbers that nobody wrote take no place in a file and read as fill values.
    private static let unwritten = 64 << 20

    /// The bytes of memory that the machine has.
    private static let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))

    /// The most bytes that the contents of a file of this size can be.
    static func contents(ofFile bytes: Int) -> Int {
        let (most, overflow) = bytes.multipliedReportingOverflow(by: expansion)
        return overflow ? .max : max(most, unwritten)
    }

    /// Why so many elements can't be read; nil where they can.
    static func refusal(elements shape: [Int], stored: Int, held: Int, file bytes: Int) -> String? {
        let words = "\(shape.map(String.init).joined(separator: " x ")) elements"
        func product(_ size: Int) -> Int? {
            var total = size
            for extent in shape {
                let (next, overflow) = total.multipliedReportingOverflow(by: extent)
                if overflow { return nil }
                total = next
            }
            return total
        }
        if shape.contains(0) { return nil }
        guard let stored = product(stored), let held = product(held), stored <= contents(ofFile: bytes) else {
            return "it states \(words), more than a file of \(bytes) bytes can hold"
        }
        return held <= memory ? nil : "it states \(words), more than the memory of this machine holds"
    }
}

extension HDF5Object {
    func fileBytes() throws(HDF5Error) -> Int {
        let file = HDF5Handle(try checked(H5Iget_file_id(handle.id), "measure the file"), closedBy: H5Fclose)
        var bytes: hsize_t = 0
        try check(H5Fget_filesize(file.id, &bytes), "measure the file")
        return Int(clamping: bytes)
    }

    /// The extents of a space; a failure where it has no elements at all or more than can be counted.
    fileprivate func extents(_ space: HDF5Handle, _ attempt: String) throws(HDF5Error) -> [Int] {
        let rank = H5Sget_simple_extent_ndims(space.id)
        if rank < 0 { throw error(attempt) }
        guard H5Sget_simple_extent_type(space.id) != H5S_NULL else {
            throw HDF5Error(file: file, attempt: attempt, message: "it has no values")
        }
        var extents = [hsize_t](repeating: 0, count: Int(rank))
        if H5Sget_simple_extent_dims(space.id, &extents, nil) < 0 { throw error(attempt) }
        let shape = extents.compactMap { Int(exactly: $0) }
        guard shape.count == extents.count else {
            throw HDF5Error(file: file, attempt: attempt, message: "it states more elements than can be counted")
        }
        return shape
    }

    fileprivate func refuse(_ reason: String, _ attempt: String) -> HDF5Error {
        HDF5Error(file: file, attempt: attempt, message: reason)
    }

    fileprivate func checkNumeric(_ type: HDF5Handle, _ attempt: String) throws(HDF5Error) {
        // NetCDF's truth values are an enumeration.
        guard [H5T_INTEGER, H5T_FLOAT, H5T_ENUM].contains(H5Tget_class(type.id)) else {
            throw refuse("it doesn't hold numbers", attempt)
        }
    }

    /// An attribute that has one element, and its type.
    private func openAttribute(
        _ key: String, _ attempt: String
    ) throws(HDF5Error) -> (attribute: HDF5Handle, type: HDF5Handle, space: HDF5Handle) {
        let attribute = HDF5Handle(
            try checked(H5Aopen(handle.id, key, hid_t(H5P_DEFAULT)), attempt), closedBy: H5Aclose)
        let type = HDF5Handle(try checked(H5Aget_type(attribute.id), attempt), closedBy: H5Tclose)
        let space = HDF5Handle(try checked(H5Aget_space(attribute.id), attempt), closedBy: H5Sclose)
        let count = H5Sget_simple_extent_npoints(space.id)
        guard count == 1 else { throw refuse("it has \(count) elements where one is expected", attempt) }
        return (attribute, type, space)
    }

    /// An attribute that is one text, of fixed or variable length.
    func textAttribute(_ key: String) throws(HDF5Error) -> String {
        let attempt = "read attribute '\(key)' of '\(name)'"
        let (attribute, type, space) = try openAttribute(key, attempt)
        guard H5Tget_class(type.id) == H5T_STRING else { throw refuse("not a text", attempt) }
        if H5Tis_variable_str(type.id) > 0 {
            var pointer: UnsafeMutablePointer<CChar>?
            try check(H5Aread(attribute.id, type.id, &pointer), attempt)
            let text = pointer.map { String(cString: $0) } ?? ""
            try check(H5Dvlen_reclaim(type.id, space.id, hid_t(H5P_DEFAULT), &pointer), attempt)
            return text
        }
        let size = H5Tget_size(type.id)
        guard size > 0, size <= (try fileBytes()) else {
            throw refuse("it states a text of \(size) bytes, more than the file has", attempt)
        }
        var bytes = [UInt8](repeating: 0, count: size)
        try check(H5Aread(attribute.id, type.id, &bytes), attempt)
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// An attribute that is one number.
    func numberAttribute<Scalar: HDF5Scalar>(_ key: String, as: Scalar.Type) throws(HDF5Error) -> Scalar {
        let attempt = "read attribute '\(key)' of '\(name)'"
        let (attribute, type, _) = try openAttribute(key, attempt)
        try checkNumeric(type, attempt)
        var number = Scalar.zero
        try check(H5Aread(attribute.id, Scalar.memoryType, &number), attempt)
        return number
    }
}

extension HDF5Dataset {
    private var attempt: String { "read '\(name)'" }

    func shape() throws(HDF5Error) -> [Int] {
        let attempt = "read the shape of '\(name)'"
        return try extents(HDF5Handle(try checked(H5Dget_space(handle.id), attempt), closedBy: H5Sclose), attempt)
    }

    private func type() throws(HDF5Error) -> HDF5Handle {
        HDF5Handle(try checked(H5Dget_type(handle.id), attempt), closedBy: H5Tclose)
    }

    /// Makes sure that the values are in this file and not more than it can hold; the number of elements.
    private func checkSize(
        _ count: [Int], type: HDF5Handle, held: Int, file bytes: Int
    ) throws(HDF5Error) -> Int {
        let size = H5Tget_size(type.id)
        if size == 0 { throw error(attempt) }
        let creation = HDF5Handle(try checked(H5Dget_create_plist(handle.id), attempt), closedBy: H5Pclose)
        guard H5Pget_external_count(creation.id) == 0, H5Pget_layout(creation.id) != H5D_VIRTUAL else {
            throw refuse("its values are in another file", attempt)
        }
        var shapes = [count]
        if H5Pget_layout(creation.id) == H5D_CHUNKED {
            var chunk = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
            let rank = H5Pget_chunk(creation.id, Int32(chunk.count), &chunk)
            if rank < 0 { throw error(attempt) }
            shapes.append(chunk.prefix(Int(rank)).map { Int(clamping: $0) })
        }
        for shape in shapes {
            if let refusal = HDF5Limit.refusal(elements: shape, stored: size, held: held, file: bytes) {
                throw refuse(refusal, attempt)
            }
        }
        return count.reduce(1, *)
    }

    func read<Scalar: HDF5Scalar>(as: Scalar.Type) throws(HDF5Error) -> [Scalar] {
        let shape = try shape()
        return try read(as: Scalar.self, from: shape.map { _ in 0 }, count: shape)
    }

    /// Reads a box.
    func read<Scalar: HDF5Scalar>(
        as: Scalar.Type, from start: [Int], count: [Int]
    ) throws(HDF5Error) -> [Scalar] {
        let type = try type()
        try checkNumeric(type, attempt)
        let total = try checkSize(count, type: type, held: MemoryLayout<Scalar>.stride, file: fileBytes())
        let shape = try shape()
        guard shape.count == count.count, start.count == count.count,
            zip(shape, zip(start, count)).allSatisfy({ $1.0 >= 0 && $1.1 >= 0 && $1.0 <= $0 - $1.1 })
        else {
            throw refuse("it has the shape \(shape), where \(count) elements from \(start) on are expected", attempt)
        }
        if total == 0 { return [] }
        var values = [Scalar](repeating: .zero, count: total)
        let (memory, selection) = try box(from: start, count: count)
        try check(
            H5Dread(
                handle.id, Scalar.memoryType, memory?.id ?? hid_t(H5S_ALL), selection?.id ?? hid_t(H5S_ALL),
                hid_t(H5P_DEFAULT), &values), attempt)
        return values
    }

    /// A box in memory and in the file; nil of a dataset of one element without axes.
    private func box(
        from start: [Int], count: [Int]
    ) throws(HDF5Error) -> (memory: HDF5Handle?, selection: HDF5Handle?) {
        if count.isEmpty { return (nil, nil) }
        let selection = HDF5Handle(try checked(H5Dget_space(handle.id), attempt), closedBy: H5Sclose)
        try check(
            H5Sselect_hyperslab(
                selection.id, H5S_SELECT_SET, start.map { hsize_t($0) }, nil, count.map { hsize_t($0) }, nil),
            attempt)
        return (try space(count), selection)
    }

    /// The rows of a table of characters, up to their first zero byte.
    func readText() throws(HDF5Error) -> [String] {
        let shape = try shape()
        let type = try type()
        guard shape.count == 2, H5Tget_class(type.id) == H5T_STRING, H5Tis_variable_str(type.id) == 0,
            H5Tget_size(type.id) == 1
        else { throw refuse("not a table of characters", attempt) }
        return try texts(of: shape.dropLast(), characters: shape[1], type)
    }

    /// Whether it holds texts, of whatever length.
    func isText() throws(HDF5Error) -> Bool {
        let type = try type()
        return H5Tget_class(type.id) == H5T_STRING
    }

    /// Texts of variable length, or of a fixed one, in the order of the file.
    func readTexts() throws(HDF5Error) -> [String] {
        let shape = try shape()
        let type = try type()
        guard H5Tget_class(type.id) == H5T_STRING else { throw refuse("not texts", attempt) }
        if H5Tis_variable_str(type.id) == 0 { return try texts(of: shape, characters: 1, type) }
        guard shape.count < 2 else { throw refuse("texts of variable length over several axes", attempt) }
        return try variableTexts(shape, type)
    }

    /// Texts of fixed length, each of so many elements in a row.
    private func texts(
        of shape: [Int], characters: Int, _ type: HDF5Handle
    ) throws(HDF5Error) -> [String] {
        let bytes = try fileBytes()
        let size = H5Tget_size(type.id)
        _ = try checkSize(shape + [characters], type: type, held: size + MemoryLayout<String>.stride, file: bytes)
        let count = shape.reduce(1, *)
        let width = characters * size
        if count == 0 || width == 0 { return Array(repeating: "", count: count) }
        var contents = [UInt8](repeating: 0, count: count * width)
        let all = hid_t(H5S_ALL)
        try check(H5Dread(handle.id, type.id, all, all, hid_t(H5P_DEFAULT), &contents), attempt)
        return (0..<count).map { index in
            String(decoding: contents[index * width..<(index + 1) * width].prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// Texts of variable length, some at a time: many elements may name the same bytes of a file.
    private func variableTexts(_ shape: [Int], _ type: HDF5Handle) throws(HDF5Error) -> [String] {
        let bytes = try fileBytes()
        let count = try checkSize(shape, type: type, held: MemoryLayout<String>.stride, file: bytes)
        let most = HDF5Limit.contents(ofFile: bytes)
        let batch = min(max((256 << 20) / max(bytes, 1), 64), 1 << 16)
        var texts: [String] = []
        var total = 0
        for first in stride(from: 0, to: count, by: batch) {
            let here = min(batch, count - first)
            var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: here)
            let (memory, selection) = try box(from: shape.map { _ in first }, count: shape.map { _ in here })
            try check(
                H5Dread(
                    handle.id, type.id, memory?.id ?? hid_t(H5S_ALL), selection?.id ?? hid_t(H5S_ALL),
                    hid_t(H5P_DEFAULT), &pointers), attempt)
            for pointer in pointers {
                texts.append(pointer.map { String(cString: $0) } ?? "")
                total += texts[texts.count - 1].utf8.count
            }
            let space = if let memory { memory } else { try space([]) }
            try check(H5Dvlen_reclaim(type.id, space.id, hid_t(H5P_DEFAULT), &pointers), attempt)
            if total > most { throw refuse("its texts are more than a file of \(bytes) bytes can hold", attempt) }
        }
        return texts
    }
}
