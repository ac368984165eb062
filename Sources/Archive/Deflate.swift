import CHDF5

/// HDF5's shuffle and deflate filters, made by whoever calls: the library's lock is held only for the write.
enum Deflate {
    /// The compression level.
    static let level = 4

    /// The bytes that a chunk of these numbers has in the file.
    static func chunk(_ values: [Double]) -> [UInt8] {
        let count = values.count * 8
        var shuffled = [UInt8](repeating: 0, count: count)
        values.withUnsafeBytes { source in
            if let from = source.bindMemory(to: UInt8.self).baseAddress {
                shuffled.withUnsafeMutableBufferPointer { target in
                    if let to = target.baseAddress { ch5_shuffle8(from, to, values.count) }
                }
            }
        }
        var length = compressBound(uLong(count))
        let room = Int(length)
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, used in
            let status = compress2(buffer.baseAddress, &length, shuffled, uLong(count), Int32(level))
            precondition(status == Z_OK, "zlib has room by compressBound, yet says \(status)")
            used = Int(length)
        }
    }
}
