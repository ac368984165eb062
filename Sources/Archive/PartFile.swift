/// Opens a file of a parts folder, makes sure of its format, version and digest, and hands it over.
///
/// - Throws: `ArchiveError.damagedPart` where it is of another format or the library can't read it, `.unknownVersion`,
///   `.otherDigest`, and what `body` throws.
func withPartFile<Value>(
    _ path: String, format: String, version: Int, digest: String, _ body: (HDF5File) throws -> Value
) throws -> Value {
    try withLibrary {
        do {
            let file = try HDF5File.open(path)
            guard try file.textAttribute("format") == format else {
                throw ArchiveError.damagedPart(path: path, reason: "not a part of worldlines")
            }
            let found = Int(try file.numberAttribute("format_version", as: Int32.self))
            guard found == version else {
                throw ArchiveError.unknownVersion(path: path, found: found, known: version)
            }
            let madeFrom = try file.textAttribute("digest")
            guard madeFrom == digest else {
                throw ArchiveError.otherDigest(path: path, found: madeFrom, expected: digest)
            }
            return try body(file)
        } catch let error as HDF5Error {
            throw ArchiveError.damagedPart(path: path, reason: "can't \(error.attempt): \(error.message)")
        }
    }
}
