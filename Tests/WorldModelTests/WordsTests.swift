import Testing
import WorldModel

@Suite struct WordsTests {
    @Test func oneThingIsSingular() {
        #expect(counted(1, "bus") == "1 bus" && counted(0, "bus") == "0 buses" && counted(3, "bus") == "3 buses")
        #expect(counted(1, "policy") == "1 policy" && counted(6, "policy") == "6 policies")
        #expect(counted(15, "species") == "15 species" && counted(2, "day") == "2 days")
        #expect(counted(2, "storage unit") == "2 storage units" && counted(2, "branch") == "2 branches")
    }

    /// Every table of a world: one row of it is not `1 buses`.
    @Test func oneRowOfEveryTable() {
        for name in Schema.tables.map(\.name) where name != "work" {
            let one = counted(rows: 1, of: name).dropFirst(2)
            #expect(plural(of: String(one)) == name && one != name)
            #expect(counted(rows: 2, of: name) == "2 \(name)")
        }
        #expect(counted(rows: 1, of: "work") == "1 row of work" && counted(rows: 4, of: "work") == "4 rows of work")
    }
}
