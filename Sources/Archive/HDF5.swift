import CHDF5
import WorldModel
import Dispatch

/// What the HDF5 library refused to do, or was not asked to do for what a file states.
public struct HDF5Error: Error, Sendable, Codable, CustomStringConvertible {
    /// The file.
    public let file: String
    /// What was tried, such as `read 'load'`.
    public let attempt: String
    /// The library's own innermost message, or why it was not asked.
    public let message: String
    /// Whether the library says so.
    var isOfLibrary = false

    /// One line with all three.
    public var description: String {
        "\(file): can't \(attempt): \(isOfLibrary ? "HDF5 says '\(message)'" : message)"
    }
}

/// The one door to the HDF5 library.
///
/// Debian's library holds one global lock, and its dimension-scale part isn't covered by it in older releases: one
/// serial queue owns everything, and nothing but plain values leaves it.
enum HDF5 {
    private static let onQueue = DispatchSpecificKey<Bool>()
    private static let queue: DispatchQueue = {
        let queue = DispatchQueue(label: "worldlines.hdf5")
        queue.setSpecific(key: onQueue, value: true)
        // Every file is closed by its owner; the library's own farewell crashes over a file that a full disk kept open.
        H5dont_atexit()
        // Else what it has freed stays with it, up to 16 MiB of each kind, and a long run's memory grows by that.
        let (all, each): (Int32, Int32) = (1 << 18, 1 << 15)
        H5set_free_list_limits(all, each, all, each, all, each)
        return queue
    }()

    /// Runs `body` on the library's queue; inside another `perform`, at once.
    static func perform<Value, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        if DispatchQueue.getSpecific(key: onQueue) != nil {
            return try body()
        }
        let result: Result<Value, Failure> = queue.sync {
            ch5_silence()
            do throws(Failure) {
                return .success(try body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The innermost message of the last failed call.
    static func lastMessage() -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
            guard let base = text.baseAddress else { return "" }
            ch5_last_message(base, text.count)
            let message = String(cString: base)
            return message.isEmpty ? "unknown error" : message
        }
    }
}

/// An identifier of the library, closed when nothing holds it any more.
final class HDF5Handle {
    let id: hid_t
    private let close: (hid_t) -> herr_t

    init(_ id: hid_t, closedBy close: @escaping (hid_t) -> herr_t) {
        self.id = id
        self.close = close
    }

    deinit {
        HDF5.perform { _ = close(id) }
    }
}

/// A type of the numbers in a dataset or attribute, and of the memory that they come from.
protocol HDF5Scalar: BitwiseCopyable {
    static var fileType: hid_t { get }
    static var memoryType: hid_t { get }
    static var zero: Self { get }
}

extension Double: HDF5Scalar {
    static var fileType: hid_t { ch5_float64() }
    static var memoryType: hid_t { ch5_native_double() }
}

extension Int64: HDF5Scalar {
    static var fileType: hid_t { ch5_int64() }
    static var memoryType: hid_t { ch5_native_int64() }
}

extension Int32: HDF5Scalar {
    static var fileType: hid_t { ch5_int32() }
    static var memoryType: hid_t { ch5_native_int32() }
}

extension UInt8: HDF5Scalar {
    static var fileType: hid_t { ch5_uint8() }
    static var memoryType: hid_t { ch5_native_uint8() }
}

/// An open file, group or dataset of a file: what has attributes.
class HDF5Object {
    let file: String
    let name: String
    let handle: HDF5Handle

    init(file: String, name: String, handle: HDF5Handle) {
        self.file = file
        self.name = name
        self.handle = handle
    }

    func error(_ attempt: String) -> HDF5Error {
        HDF5Error(file: file, attempt: attempt, message: HDF5.lastMessage(), isOfLibrary: true)
    }

    func checked(_ id: hid_t, _ attempt: @autoclosure () -> String) throws(HDF5Error) -> hid_t {
        if id < 0 { throw error(attempt()) }
        return id
    }

    func check(_ status: herr_t, _ attempt: @autoclosure () -> String) throws(HDF5Error) {
        if status < 0 { throw error(attempt()) }
    }

    func space(_ shape: [Int]) throws(HDF5Error) -> HDF5Handle {
        let extents = shape.map { hsize_t($0) }
        let id = shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), extents, nil)
        return HDF5Handle(try checked(id, "describe the shape \(shape)"), closedBy: H5Sclose)
    }

    func stringType(bytes: [UInt8]) throws(HDF5Error) -> HDF5Handle {
        let type = HDF5Handle(try checked(H5Tcopy(ch5_c_string()), "copy a type"), closedBy: H5Tclose)
        try check(H5Tset_size(type.id, max(bytes.count, 1)), "size a text")
        if !bytes.allSatisfy({ $0 < 0x80 }) {
            try check(H5Tset_cset(type.id, H5T_CSET_UTF8), "mark a text as UTF-8")
        }
        return type
    }

    /// A text attribute: a scalar of fixed length, as netCDF writes it.
    func setAttribute(_ key: String, _ text: String) throws(HDF5Error) {
        let bytes = Array(text.utf8)
        let type = try stringType(bytes: bytes)
        try writeAttribute(key, type: type.id, memory: type.id, shape: [], bytes.isEmpty ? [0] : bytes)
    }

    /// A numeric attribute: an array of one, as netCDF writes it.
    func setAttribute<Scalar: HDF5Scalar>(_ key: String, _ number: Scalar) throws(HDF5Error) {
        try writeAttribute(key, type: Scalar.fileType, memory: Scalar.memoryType, shape: [1], [number])
    }

    func setScalarAttribute(_ key: String, _ number: Int32) throws(HDF5Error) {
        try writeAttribute(key, type: Int32.fileType, memory: Int32.memoryType, shape: [], [number])
    }

    private func writeAttribute<Scalar: BitwiseCopyable>(
        _ key: String, type: hid_t, memory: hid_t, shape: [Int], _ values: [Scalar]
    ) throws(HDF5Error) {
        let space = try space(shape)
        let attempt = "write attribute '\(key)' of '\(name)'"
        let id = try checked(
            H5Acreate2(handle.id, key, type, space.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT)), attempt)
        let attribute = HDF5Handle(id, closedBy: H5Aclose)
        try check(H5Awrite(attribute.id, memory, values), attempt)
    }

    func hasAttribute(_ key: String) -> Bool { H5Aexists(handle.id, key) > 0 }
}

/// A group, or the root of a file.
class HDF5Group: HDF5Object {
    private var prefix: String { name == "/" ? "/" : "\(name)/" }

    private func creation(of list: hid_t) throws(HDF5Error) -> HDF5Handle {
        let handle = HDF5Handle(try checked(H5Pcreate(list), "make a property list"), closedBy: H5Pclose)
        try check(H5Pset_attr_creation_order(handle.id, ch5_tracked_order()), "track the order of attributes")
        try check(H5Pset_obj_track_times(handle.id, false), "leave out timestamps")
        return handle
    }

    func makeGroup(_ child: String) throws(HDF5Error) -> HDF5Group {
        let properties = try creation(of: ch5_group_create())
        let attempt = "create group '\(prefix)\(child)'"
        try check(H5Pset_link_creation_order(properties.id, ch5_tracked_order()), attempt)
        let id = try checked(
            H5Gcreate2(handle.id, child, hid_t(H5P_DEFAULT), properties.id, hid_t(H5P_DEFAULT)), attempt)
        return HDF5Group(file: file, name: prefix + child, handle: HDF5Handle(id, closedBy: H5Gclose))
    }

    func group(_ child: String) throws(HDF5Error) -> HDF5Group {
        try checkLink(child)
        let id = try checked(H5Gopen2(handle.id, child, hid_t(H5P_DEFAULT)), "open group '\(prefix)\(child)'")
        return HDF5Group(file: file, name: prefix + child, handle: HDF5Handle(id, closedBy: H5Gclose))
    }

    func dataset(_ child: String) throws(HDF5Error) -> HDF5Dataset {
        try checkLink(child)
        let id = try checked(H5Dopen2(handle.id, child, hid_t(H5P_DEFAULT)), "open '\(prefix)\(child)'")
        return HDF5Dataset(file: file, name: prefix + child, handle: HDF5Handle(id, closedBy: H5Dclose))
    }

    /// Refuses a member that leads elsewhere: an external link would open whatever file it names.
    private func checkLink(_ child: String) throws(HDF5Error) {
        var info = H5L_info_t()
        let attempt = "open '\(prefix)\(child)'"
        try check(H5Lget_info(handle.id, child, &info, hid_t(H5P_DEFAULT)), attempt)
        guard info.type == H5L_TYPE_HARD else {
            throw HDF5Error(file: file, attempt: attempt, message: "a link that leads elsewhere")
        }
    }

    /// Takes out a member and what is in it.
    func remove(_ child: String) throws(HDF5Error) {
        try check(H5Ldelete(handle.id, child, hid_t(H5P_DEFAULT)), "remove '\(prefix)\(child)'")
    }

    func contains(_ child: String) -> Bool { H5Lexists(handle.id, child, hid_t(H5P_DEFAULT)) > 0 }

    /// How a dataset is stored.
    enum Storage {
        case contiguous
        /// Shuffled and deflated chunks of this shape.
        case deflated([Int])
        /// Chunks of this shape with a checksum.
        case checked([Int])
    }

    func makeDataset(
        _ child: String, type: hid_t, shape: [Int], storage: Storage = .contiguous, fill: Double? = nil
    ) throws(HDF5Error) -> HDF5Dataset {
        let attempt = "create '\(prefix)\(child)'"
        let properties = try creation(of: ch5_dataset_create())
        switch storage {
        case .contiguous: break
        case .deflated(let chunk):
            try check(H5Pset_chunk(properties.id, Int32(chunk.count), chunk.map { hsize_t($0) }), attempt)
            try check(H5Pset_shuffle(properties.id), attempt)
            try check(H5Pset_deflate(properties.id, UInt32(Deflate.level)), attempt)
        case .checked(let chunk):
            try check(H5Pset_chunk(properties.id, Int32(chunk.count), chunk.map { hsize_t($0) }), attempt)
            try check(H5Pset_fletcher32(properties.id), attempt)
        }
        if var fill {
            try check(H5Pset_fill_value(properties.id, ch5_native_double(), &fill), attempt)
        }
        let space = try space(shape)
        let id = try checked(
            H5Dcreate2(handle.id, child, type, space.id, hid_t(H5P_DEFAULT), properties.id, hid_t(H5P_DEFAULT)),
            attempt)
        return HDF5Dataset(file: file, name: prefix + child, handle: HDF5Handle(id, closedBy: H5Dclose))
    }

    /// The names of the members, in the order in which they were made; by name where the file doesn't keep that order.
    func members() throws(HDF5Error) -> [String] {
        var info = H5G_info_t()
        try check(H5Gget_info(handle.id, &info), "list '\(name)'")
        let isOrdered =
            info.nlinks == 0
            || H5Lget_name_by_idx(
                handle.id, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, 0, nil, 0, hid_t(H5P_DEFAULT)) >= 0
        let order = isOrdered ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME
        var names: [String] = []
        for index in 0..<info.nlinks {
            let length = H5Lget_name_by_idx(
                handle.id, ".", order, H5_ITER_INC, index, nil, 0, hid_t(H5P_DEFAULT))
            if length < 0 { throw error("list '\(name)'") }
            var bytes = [CChar](repeating: 0, count: length + 1)
            _ = H5Lget_name_by_idx(
                handle.id, ".", order, H5_ITER_INC, index, &bytes, bytes.count, hid_t(H5P_DEFAULT))
            names.append(String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return names
    }

    /// Whether a member is a dataset; a failure where it is a link elsewhere or can't be opened.
    func isDataset(_ child: String) throws(HDF5Error) -> Bool {
        try checkLink(child)
        let id = try checked(H5Oopen(handle.id, child, hid_t(H5P_DEFAULT)), "open '\(prefix)\(child)'")
        defer { H5Oclose(id) }
        return H5Iget_type(id) == H5I_DATASET
    }
}

/// An open file.
final class HDF5File: HDF5Group {
    /// A new file in the place of any old one; superblock version 0, so that any reader and any crash leaves it plain.
    static func create(_ path: String) throws(HDF5Error) -> HDF5File {
        func made(_ id: hid_t, _ attempt: String) throws(HDF5Error) -> hid_t {
            if id < 0 { throw HDF5Error(file: path, attempt: attempt, message: HDF5.lastMessage(), isOfLibrary: true) }
            return id
        }
        let creation = HDF5Handle(try made(H5Pcreate(ch5_file_create()), "create it"), closedBy: H5Pclose)
        let access = HDF5Handle(try made(H5Pcreate(ch5_file_access()), "create it"), closedBy: H5Pclose)
        for status in [
            H5Pset_link_creation_order(creation.id, ch5_tracked_order()),
            H5Pset_attr_creation_order(creation.id, ch5_tracked_order()),
            H5Pset_obj_track_times(creation.id, false),
            H5Pset_libver_bounds(access.id, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110),
            ch5_limit_metadata(access.id, 1 << 20),
            H5Pset_sieve_buf_size(access.id, 512),
        ] where status < 0 {
            throw HDF5Error(file: path, attempt: "create it", message: HDF5.lastMessage(), isOfLibrary: true)
        }
        let id = try made(H5Fcreate(path, ch5_truncate(), creation.id, access.id), "create it")
        return HDF5File(file: path, name: "/", handle: HDF5Handle(id, closedBy: H5Fclose))
    }

    /// A file that exists, for reading only.
    static func open(_ path: String) throws(HDF5Error) -> HDF5File {
        try refuseSpecial(path)
        let id = H5Fopen(path, ch5_read_only(), hid_t(H5P_DEFAULT))
        if id < 0 { throw HDF5Error(file: path, attempt: "open it", message: HDF5.lastMessage(), isOfLibrary: true) }
        return HDF5File(file: path, name: "/", handle: HDF5Handle(id, closedBy: H5Fclose))
    }

    /// The library would wait for ever at a named pipe.
    private static func refuseSpecial(_ path: String) throws(HDF5Error) {
        guard let what = PlainFile.special(path) else { return }
        throw HDF5Error(file: path, attempt: "open it", message: "it is \(what), not a file")
    }

    /// A file that exists, for adding to it; it stays readable for whom a new one is.
    static func openForWriting(_ path: String) throws(HDF5Error) -> HDF5File {
        try refuseSpecial(path)
        let access = HDF5Handle(H5Pcreate(ch5_file_access()), closedBy: H5Pclose)
        let bounds = H5Pset_libver_bounds(access.id, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110)
        let id = bounds < 0 ? -1 : H5Fopen(path, ch5_read_write(), access.id)
        if id < 0 {
            throw HDF5Error(file: path, attempt: "open it for writing", message: HDF5.lastMessage(), isOfLibrary: true)
        }
        return HDF5File(file: path, name: "/", handle: HDF5Handle(id, closedBy: H5Fclose))
    }

    /// Writes everything to the operating system.
    func flush() throws(HDF5Error) {
        try check(H5Fflush(handle.id, H5F_SCOPE_GLOBAL), "write it out")
    }
}

/// An open dataset.
final class HDF5Dataset: HDF5Object {
    func write<Scalar: HDF5Scalar>(_ values: [Scalar]) throws(HDF5Error) {
        try check(
            H5Dwrite(
                handle.id, Scalar.memoryType, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), values),
            "write '\(name)'")
    }

    /// Writes a box.
    func write<Scalar: HDF5Scalar>(_ values: [Scalar], at start: [Int], count: [Int]) throws(HDF5Error) {
        let memory = try space(count)
        let attempt = "write '\(name)'"
        let selection = HDF5Handle(try checked(H5Dget_space(handle.id), attempt), closedBy: H5Sclose)
        try check(
            H5Sselect_hyperslab(
                selection.id, H5S_SELECT_SET, start.map { hsize_t($0) }, nil, count.map { hsize_t($0) }, nil),
            attempt)
        try check(
            H5Dwrite(handle.id, Scalar.memoryType, memory.id, selection.id, hid_t(H5P_DEFAULT), values), attempt)
    }

    /// Writes a whole chunk as it will stand in the file.
    func writeChunk(at offset: [Int], _ bytes: [UInt8]) throws(HDF5Error) {
        try check(
            H5Dwrite_chunk(handle.id, hid_t(H5P_DEFAULT), 0, offset.map { hsize_t($0) }, bytes.count, bytes),
            "write a chunk of '\(name)'")
    }

    func writeCharacters(_ bytes: [UInt8]) throws(HDF5Error) {
        try check(
            H5Dwrite(handle.id, ch5_c_string(), hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), bytes),
            "write '\(name)'")
    }

    var isScale: Bool { H5DSis_scale(handle.id) > 0 }

    func makeScale(_ scaleName: String) throws(HDF5Error) {
        try check(H5DSset_scale(handle.id, scaleName), "make '\(name)' a dimension")
    }

    func attach(_ scale: HDF5Dataset, axis: Int) throws(HDF5Error) {
        try check(
            H5DSattach_scale(handle.id, scale.handle.id, UInt32(axis)), "attach '\(scale.name)' to '\(name)'")
    }
}
