/// What cities record of a year.
package struct CitiesRecords: Sendable {
    package let population = RecordedVariable("population", by: .city, "person", "population on 31 December", .point)
}
