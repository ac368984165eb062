import Lanes

// One function per helper under a name of its own, for LanesInstructionTests to disassemble. Each takes the addresses of
// its operands, 64 bytes apart, and of its result. The names are given by @_silgen_name: in the thunk that @_cdecl makes
// (and in the one that wraps a function passed as a value) the compiler leaves the header's functions uninlined.

private func operand(_ memory: UnsafeRawPointer, _ index: Int) -> Lanes {
    memory.load(fromByteOffset: 64 * index, as: Lanes.self)
}

private func put(_ result: Lanes, _ memory: UnsafeMutableRawPointer) {
    memory.storeBytes(of: result, as: Lanes.self)
}

@_silgen_name("worldlines_probe_minimum") @inline(never)
func probeMinimum(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(minimum(operand(a, 0), operand(a, 1)), r)
}

@_silgen_name("worldlines_probe_maximum") @inline(never)
func probeMaximum(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(maximum(operand(a, 0), operand(a, 1)), r)
}

@_silgen_name("worldlines_probe_clamp") @inline(never)
func probeClamp(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(clamp(operand(a, 0), operand(a, 1), operand(a, 2)), r)
}

@_silgen_name("worldlines_probe_squareRoot") @inline(never)
func probeSquareRoot(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(squareRoot(operand(a, 0)), r)
}

@_silgen_name("worldlines_probe_absolute") @inline(never)
func probeAbsolute(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(absolute(operand(a, 0)), r)
}

@_silgen_name("worldlines_probe_negative") @inline(never)
func probeNegative(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(negative(operand(a, 0)), r)
}

@_silgen_name("worldlines_probe_fma") @inline(never)
func probeFma(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(fma(operand(a, 0), operand(a, 1), operand(a, 2)), r)
}

@_silgen_name("worldlines_probe_fnma") @inline(never)
func probeFnma(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(fnma(operand(a, 0), operand(a, 1), operand(a, 2)), r)
}

@_silgen_name("worldlines_probe_fms") @inline(never)
func probeFms(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(fms(operand(a, 0), operand(a, 1), operand(a, 2)), r)
}

@_silgen_name("worldlines_probe_nearest") @inline(never)
func probeNearest(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(nearest(operand(a, 0)), r)
}

@_silgen_name("worldlines_probe_wholeLanes") @inline(never)
func probeWholeLanes(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(lanes(bits: wholeLanes(operand(a, 0))), r)
}

@_silgen_name("worldlines_probe_lanes") @inline(never)
func probeLanes(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(lanes(bits(operand(a, 0))), r)
}

@_silgen_name("worldlines_probe_scaled") @inline(never)
func probeScaled(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(scaled(operand(a, 0), byPowerOfTwo: operand(a, 1)), r)
}

@_silgen_name("worldlines_probe_select") @inline(never)
func probeSelect(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(select(operand(a, 0) .< operand(a, 1), operand(a, 2), operand(a, 3)), r)
}

@_silgen_name("worldlines_probe_without") @inline(never)
func probeWithout(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    let mask = (operand(a, 0) .< operand(a, 1)).without(operand(a, 2) .< operand(a, 3))
    put(select(mask, operand(a, 4), operand(a, 5)), r)
}

@_silgen_name("worldlines_probe_holdsAnywhere") @inline(never)
func probeHoldsAnywhere(_ a: UnsafeRawPointer) -> Bool { (operand(a, 0) .< operand(a, 1)).holdsAnywhere }

@_silgen_name("worldlines_probe_holdsEverywhere") @inline(never)
func probeHoldsEverywhere(_ a: UnsafeRawPointer) -> Bool { (operand(a, 0) .< operand(a, 1)).holdsEverywhere }

@_silgen_name("worldlines_probe_maskCount") @inline(never)
func probeMaskCount(_ a: UnsafeRawPointer) -> Int { (operand(a, 0) .< operand(a, 1)).count }

@_silgen_name("worldlines_probe_exponential") @inline(never)
func probeExponential(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) { put(exponential(operand(a, 0)), r) }

@_silgen_name("worldlines_probe_logarithm") @inline(never)
func probeLogarithm(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) { put(logarithm(operand(a, 0)), r) }

@_silgen_name("worldlines_probe_power") @inline(never)
func probePower(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) {
    put(power(operand(a, 0), operand(a, 1)), r)
}

@_silgen_name("worldlines_probe_sine") @inline(never)
func probeSine(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) { put(sine(operand(a, 0)), r) }

@_silgen_name("worldlines_probe_cosine") @inline(never)
func probeCosine(_ a: UnsafeRawPointer, _ r: UnsafeMutableRawPointer) { put(cosine(operand(a, 0)), r) }
