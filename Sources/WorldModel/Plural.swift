/// A number with its noun: "1 bus", "2 buses".
///
/// - Parameter many: the plural where it isn't `one` with an s.
package func counted(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) " + (number == 1 ? one : many ?? one + "s")
}
