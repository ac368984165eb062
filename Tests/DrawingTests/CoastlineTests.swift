import Testing

@testable import Drawing

@Suite struct CoastlineTests {
    /// Whether a point is inside some rings: the parity of crossings to its east.
    func isLand(_ x: Double, _ y: Double, _ rings: [[(longitude: Double, latitude: Double)]]) -> Bool {
        var inside = false
        for ring in rings {
            for (a, b) in zip(ring, ring.dropFirst() + ring.prefix(1))
            where (a.latitude > y) != (b.latitude > y)
                && x < a.longitude + (y - a.latitude) / (b.latitude - a.latitude) * (b.longitude - a.longitude)
            {
                inside.toggle()
            }
        }
        return inside
    }

    @Test func theLandIsWhereItIs() {
        let rings = Coastline.rings
        #expect(rings.count == 128 && rings.joined().count > 5000)
        for ring in rings {
            #expect(ring.count > 3 && ring.first.map { [$0.0, $0.1] } == ring.last.map { [$0.0, $0.1] })
            for point in ring {
                #expect(abs(point.longitude) <= 180 && abs(point.latitude) <= 90)
            }
        }
        // Tokyo's hinterland, Kansas, the Sahara, central Australia; the Pacific, the Atlantic, the Sea of Japan.
        for (x, y) in [(139.0, 36.2), (-98, 38), (5, 25), (134, -25)] { #expect(isLand(x, y, rings), "\(x), \(y)") }
        for (x, y) in [(-150.0, 20.0), (-40, 30), (134, 40)] { #expect(!isLand(x, y, rings), "\(x), \(y)") }
    }

    /// Clipping keeps what is inside, and nothing else.
    @Test(arguments: [(125.0, 149.0, 24.0, 46.0), (-10, 30, 35, 60), (170, 200, -50, 75)])
    func aMapShowsItsPartOfTheLand(left: Double, right: Double, bottom: Double, top: Double) {
        let parts = Coastline.land(longitudes: left...right, latitudes: bottom...top)
        #expect(!parts.isEmpty)
        for point in parts.joined() {
            #expect((left - 1e-9...right + 1e-9).contains(point.longitude))
            #expect((bottom - 1e-9...top + 1e-9).contains(point.latitude))
        }
        for x in stride(from: left + 0.55, to: right, by: 1.7) {
            for y in stride(from: bottom + 0.55, to: top, by: 1.7) {
                let wrapped = x > 180 ? x - 360 : x
                #expect(isLand(x, y, parts) == isLand(wrapped, y, Coastline.rings), "\(x), \(y)")
            }
        }
    }
}
