import Draws
import Testing

@testable import Lanes

@Suite("Arithmetic of lanes")
struct LanesTests {
    let a = Lanes(1, -2, 0, -0.0, .infinity, -.infinity, 0x1p-1030, 2.5)
    let b = Lanes(2, -3, -0.0, 0, 1e308, 7, -0x1p-1030, 2.5)

    /// Lane by lane, as the scalar function has it, bit for bit (any NaN for a NaN).
    func agrees(_ lanes: Lanes, _ scalar: (Int) -> Double) -> Bool {
        (0..<8).allSatisfy { lane in
            let truth = scalar(lane)
            return truth.isNaN ? lanes[lane].isNaN : lanes[lane].bitPattern == truth.bitPattern
        }
    }

    @Test("Every helper is its scalar namesake in every lane")
    func helpersAreScalarOperations() {
        #expect(agrees(minimum(a, b)) { a[$0] < b[$0] ? a[$0] : b[$0] })
        #expect(agrees(maximum(a, b)) { a[$0] > b[$0] ? a[$0] : b[$0] })
        #expect(agrees(squareRoot(a)) { a[$0].squareRoot() })
        #expect(agrees(absolute(a)) { a[$0].magnitude })
        #expect(agrees(negative(a)) { -a[$0] })
        #expect(agrees(fma(a, b, b)) { b[$0].addingProduct(a[$0], b[$0]) })
        #expect(agrees(fnma(a, b, b)) { b[$0].addingProduct(-a[$0], b[$0]) })
        #expect(agrees(fms(a, b, b)) { (-b[$0]).addingProduct(a[$0], b[$0]) })
        #expect(agrees(nearest(a)) { a[$0].rounded(.toNearestOrEven) })
        #expect(agrees(select(a .< b, a, b)) { a[$0] < b[$0] ? a[$0] : b[$0] })
        #expect(agrees(clamp(a, lanes(-1), lanes(2))) { min(2, max(-1, a[$0])) })
    }

    @Test("Fused products are rounded once")
    func productsAreFused() {
        let x = lanes(1.0.nextUp)
        let square = x * x
        #expect(fms(x, x, square) == lanes(0x1p-104))
        #expect(fnma(x, x, square) == lanes(-0x1p-104))
    }

    @Test("Where either is NaN, the smaller, the larger and the clamped are as promised")
    func notANumber() {
        let nan = lanes(.nan)
        let one = lanes(1)
        #expect(minimum(nan, one) == one)
        #expect(maximum(nan, one) == one)
        #expect(minimum(one, nan)[0].isNaN)
        #expect(maximum(one, nan)[0].isNaN)
        #expect(clamp(nan, .zero, one)[0].isNaN)
    }

    @Test("Whole numbers go to integers and back")
    func conversions() {
        let whole = Lanes(0, 1, -1, 0x1p51 - 1, 1 - 0x1p51, 1075, -1074, 3)
        let integers = wholeLanes(whole)
        #expect(lanes(integers) == whole)
        #expect(integers[3] == 2_251_799_813_685_247)
        #expect(integers[4] == -2_251_799_813_685_247)
        #expect(wholeLanes(Lanes(0.5, 1.5, -0.5, -1.5, 2.4, -2.4, 2.6, -2.6)) == WholeLanes(0, 2, 0, -2, 2, -2, 3, -3))
        #expect(lanes(bits: bits(whole)) == whole)
    }

    @Test("Scaling by a power of two is rounded once, into the subnormals and over the top")
    func scaling() {
        let x = Lanes(1, 1.5, 1.0.nextUp, -1.25, 1, 1, 0x1.fffffffffffffp+0, .infinity)
        let n = Lanes(-1074, -1074, -1073, -1073, -1075, 1023, 1024, -1100)
        let expected = Lanes(0x1p-1074, 0x1p-1073, 0x1p-1073, -0x1p-1073, 0, 0x1p1023, .infinity, .infinity)
        #expect(scaled(x, byPowerOfTwo: n) == expected)
    }

    @Test("Masks count, combine and mark the live lanes")
    func masks() {
        for count in 0...8 {
            let live = LaneMask.first(count)
            #expect(live.count == count)
            #expect((0..<8).allSatisfy { live[$0] == ($0 < count) })
            #expect(live.holdsAnywhere == (count > 0))
            #expect(live.holdsEverywhere == (count == 8))
        }
        #expect(LaneMask.all.without(.first(3)) == .!LaneMask.first(3))
        #expect(LaneMask.none.count == 0 && LaneMask.all.count == 8)
    }

    @Test("A mask of more than eight lanes is refused")
    func maskOutOfRange() async {
        await #expect(processExitsWith: .failure) { _ = LaneMask.first(9) }
    }
}

@Suite("Columns")
struct LanesColumnTests {
    @Test("Columns of any length stand on 64 bytes and hold their value")
    func alignment() {
        for count in [0, 1, 2, 3, 7, 1000] {
            let column = Column(count: count, value: lanes(2.5))
            #expect(UInt(bitPattern: column.base) % 64 == 0)
            #expect((0..<count).allSatisfy { column[$0] == lanes(2.5) })
        }
    }

    @Test("Each column owns its memory")
    func ownership() {
        let a = Column(count: 4, value: lanes(1))
        let b = Column(count: 4, value: lanes(2))
        b.copy(from: a)
        a[2] = lanes(3)
        #expect(a[2] == lanes(3) && b[2] == lanes(1) && b[3] == lanes(1))
        #expect(a.base != b.base)
    }

    @Test("An index out of range and a copy of unlike length stop the program")
    func preconditions() async {
        await #expect(processExitsWith: .failure) { _ = Column(count: 4)[4] }
        await #expect(processExitsWith: .failure) { _ = Column(count: 4)[-1] }
        await #expect(processExitsWith: .failure) { Column(count: 4).copy(from: Column(count: 5)) }
    }
}

@Suite("Chance")
struct LanesChanceTests {
    @Test(
        "Philox4x32-10 gives the known answers of Random123",
        arguments: [
            (
                [0, 0, 0, 0], [0, 0],
                [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
            ),
            (
                [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
            ),
        ] as [([UInt32], [UInt32], [UInt32])])
    func knownAnswers(counter: [UInt32], key: [UInt32], words: [UInt32]) {
        let block = Philox.block(counter: (counter[0], counter[1], counter[2], counter[3]), key: (key[0], key[1]))
        #expect([block.0, block.1, block.2, block.3] == words)
    }

    @Test("The hash of an id is FNV-1a")
    func entities() {
        #expect(Philox.entity("") == 0x811c_9dc5)
        #expect(Philox.entity("a") == 0xe40c_292c)
        #expect(Philox.entity("foobar") == 0xbf9c_f968)
    }

    @Test("A deviate is never 0 and never 1")
    func openInterval() {
        #expect(Philox.deviate(0, 0) == 0x1p-53)
        #expect(Philox.deviate(.max, .max) == 1 - 0x1p-53)
        #expect(Philox.deviate(0x8000_0000, 0) == 0.5 + 0x1p-53)
    }

    @Test("A lane draws what its sample draws alone, whatever its place")
    func lanesAreSamples() {
        let samples = SIMD8<UInt32>(0, 1, 2, 3, 900, 77, 4_294_967_295, 5)
        let seed: UInt64 = 0xfeed_0123_4567_89ab
        let step = 2037 * 8760 + 8759
        let entity = Philox.entity("Tokyo")
        let (u, v) = Chance.uniforms(seed: seed, samples: samples, purpose: .wind, entity: entity, step: step)
        for lane in 0..<8 {
            let draw = Draw(seed: seed, sample: Int(samples[lane]), purpose: .wind, entity: entity, step: step)
            #expect(u[lane] == draw.uniforms.0 && v[lane] == draw.uniforms.1)
            #expect(u[lane] == draw.uniform)
        }
        let normal = Chance.normal(seed: seed, samples: samples, purpose: .wind, entity: entity, step: step)
        let alone = Chance.normal(
            seed: seed, samples: SIMD8(repeating: 77), purpose: .wind, entity: entity, step: step)
        #expect(normal[5] == alone[0])
    }

    @Test("Seed, sample, purpose, entity and step each make another number")
    func everyWordCounts() {
        let base = Draw(seed: 1, sample: 2, purpose: .sun, entity: 3, step: 4)
        var others = [base]
        others.append(Draw(seed: 1 << 32 | 1, sample: 2, purpose: .sun, entity: 3, step: 4))
        others.append(Draw(seed: 2, sample: 2, purpose: .sun, entity: 3, step: 4))
        others.append(Draw(seed: 1, sample: 3, purpose: .sun, entity: 3, step: 4))
        others.append(Draw(seed: 1, sample: 2, purpose: .wind, entity: 3, step: 4))
        others.append(Draw(seed: 1, sample: 2, purpose: .sun, entity: 4, step: 4))
        others.append(Draw(seed: 1, sample: 2, purpose: .sun, entity: 3, step: 5))
        #expect(Set(others.map(\.uniform)).count == others.count)
    }

    /// Of n = 160,000 numbers the mean of a power is off by less than five standard errors.
    @Test("Moments of uniform and normal deviates are those of their laws")
    func moments() {
        let blocks = 20_000
        let n = Double(8 * blocks)
        var sums = (u: 0.0, uu: 0.0, z: 0.0, zz: 0.0, zzzz: 0.0, zw: 0.0)
        for block in 0..<blocks {
            let samples = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7)
            let u = Chance.uniform(seed: 11, samples: samples, purpose: .outage, entity: 1, step: block)
            let (z, w) = Chance.normals(seed: 11, samples: samples, purpose: .demand, entity: 1, step: block)
            sums.u += u.sum()
            sums.uu += (u * u).sum()
            sums.z += z.sum()
            sums.zz += (z * z).sum()
            sums.zzzz += (z * z * z * z).sum()
            sums.zw += (z * w).sum()
        }
        #expect(abs(sums.u / n - 0.5) < 5 * (1 / 12.0 / n).squareRoot())
        #expect(abs(sums.uu / n - 1 / 3.0) < 5 * (4 / 45.0 / n).squareRoot())
        #expect(abs(sums.z / n) < 5 * (1 / n).squareRoot())
        #expect(abs(sums.zz / n - 1) < 5 * (2 / n).squareRoot())
        #expect(abs(sums.zzzz / n - 3) < 5 * (96 / n).squareRoot())
        #expect(abs(sums.zw / n) < 5 * (1 / n).squareRoot())
    }

    @Test("The purposes keep their numbers")
    func purposesAreFixed() {
        #expect(Draw.Purpose.allCases.map(\.rawValue) == Array(1...9) + [16])
    }
}
