// Effective radiative forcing of greenhouse gases, W/m2: s times what is given here, s the forcing scale with the
// tropospheric adjustment. CO2 in ppm, CH4 and N2O in ppb. The bodies keep the symbols of the papers.

/// What the forcing of the three main gases needs of a concentration and of its reference.
struct MainGases {
    /// CO2, CH4, N2O.
    var C = Lanes.zero
    var M = Lanes.zero
    var N = Lanes.zero
}

/// Forcing of CO2, CH4 and N2O by Meinshausen and others, 2020.
///
/// Geosci. Model Dev. 13, 3571, table 3.
///
///     CO2: (alpha + c1 √N) ln(C / C0), alpha = d1 + a1 (C - C0)² + b1 (C - C0), held below C0 and above its maximum
///     CH4: (a3 √M + b3 √N + d3) (√M - √M0)
///     N2O: (a2 √C + b2 √N + c2 √M + d2) (√N - √N0)
@inline(__always)
func meinshausenForcing(_ gases: MainGases, reference: MainGases) -> (Lanes, Lanes, Lanes) {
    let a1 = lanes(-2.4785e-07)
    let b1 = lanes(0.00075906)
    let c1 = lanes(-0.0021492)
    let d1 = lanes(5.2488)
    let a2 = lanes(-0.00034197)
    let b2 = lanes(0.00025455)
    let c2 = lanes(-0.00024357)
    let d2 = lanes(0.12173)
    let a3 = lanes(-8.9603e-05)
    let b3 = lanes(-0.00012462)
    let d3 = lanes(0.045194)
    let C = gases.C
    let C0 = reference.C
    let rootC = squareRoot(C)
    let rootM = squareRoot(gases.M)
    let rootN = squareRoot(gases.N)
    let above = C - C0
    let most = C0 - b1 / (lanes(2) * a1)
    let central = d1 + above * fma(a1, above, b1)
    let high = d1 - b1 * b1 / (lanes(4) * a1)
    let alpha = select(C .> most, high, select(C .<= C0, d1, central))
    let co2 = fma(c1, rootN, alpha) * logarithm(C / C0)
    let ch4 = fma(a3, rootM, fma(b3, rootN, d3)) * (rootM - squareRoot(reference.M))
    let n2o = fma(a2, rootC, fma(b2, rootN, fma(c2, rootM, d2))) * (rootN - squareRoot(reference.N))
    return (co2, ch4, n2o)
}

/// Forcing of CO2, CH4 and N2O by Leach and others, 2021, without overlaps.
///
/// Geosci. Model Dev. 14, 3007, table 2.
///
///     CO2: 4.57 ln(C / C0) + 0.086 (√C - √C0);  CH4: 0.038 (√M - √M0);  N2O: 0.106 (√N - √N0)
@inline(__always)
func leachForcing(_ gases: MainGases, reference: MainGases) -> (Lanes, Lanes, Lanes) {
    let co2 =
        lanes(4.57) * logarithm(gases.C / reference.C)
        + lanes(0.086) * (squareRoot(gases.C) - squareRoot(reference.C))
    let ch4 = lanes(0.038) * (squareRoot(gases.M) - squareRoot(reference.M))
    let n2o = lanes(0.106) * (squareRoot(gases.N) - squareRoot(reference.N))
    return (co2, ch4, n2o)
}

/// Forcing of CO2, CH4 and N2O by Etminan and others, 2016.
///
/// Geophys. Res. Lett. 43, 12614, table 1.
///
///     CO2: (a1 (C - C0)² + b1 |C - C0| + c1 N̄ + d1) ln(C / C0)
///     CH4: (a3 M̄ + b3 N̄ + d3) (√M - √M0);  N2O: (a2 C̄ + b2 N̄ + c2 M̄ + d2) (√N - √N0)
///
/// A bar is the mean of now and then.
@inline(__always)
func etminanForcing(_ gases: MainGases, reference: MainGases) -> (Lanes, Lanes, Lanes) {
    let half = lanes(0.5)
    let meanC = half * (gases.C + reference.C)
    let meanM = half * (gases.M + reference.M)
    let meanN = half * (gases.N + reference.N)
    let above = gases.C - reference.C
    let co2 =
        (lanes(-2.4e-7) * above * above + lanes(7.2e-4) * absolute(above) + lanes(-2.1e-4) * meanN + lanes(5.36))
        * logarithm(gases.C / reference.C)
    let ch4 =
        (lanes(-1.3e-6) * meanM + lanes(-8.2e-6) * meanN + lanes(0.043))
        * (squareRoot(gases.M) - squareRoot(reference.M))
    let n2o =
        (lanes(-8e-6) * meanC + lanes(4.2e-6) * meanN + lanes(-4.9e-6) * meanM + lanes(0.117))
        * (squareRoot(gases.N) - squareRoot(reference.N))
    return (co2, ch4, n2o)
}

/// Forcing of CO2, CH4 and N2O by Myhre and others, 1998.
///
/// Geophys. Res. Lett. 25, 2715, table 3.
///
///     CO2: 5.35 ln(C / C0);  CH4: 0.036 (√M - √M0) - (O(M, N0) - O(M0, N0))
///     N2O: 0.12 (√N - √N0) - (O(M0, N) - O(M0, N0))
///     O(M, N) = 0.47 ln(1 + 2.01e-5 (M N)^0.75 + 5.32e-15 M (M N)^1.52)
@inline(__always)
func myhreForcing(_ gases: MainGases, reference: MainGases) -> (Lanes, Lanes, Lanes) {
    let common = methaneNitrousOverlap(reference.M, reference.N)
    let co2 = lanes(5.35) * logarithm(gases.C / reference.C)
    let ch4 =
        lanes(0.036) * (squareRoot(gases.M) - squareRoot(reference.M))
        - (methaneNitrousOverlap(gases.M, reference.N) - common)
    let n2o =
        lanes(0.12) * (squareRoot(gases.N) - squareRoot(reference.N))
        - (methaneNitrousOverlap(reference.M, gases.N) - common)
    return (co2, ch4, n2o)
}

/// The overlap of the bands of CH4 and N2O in `myhreForcing`, W/m2.
func methaneNitrousOverlap(_ M: Lanes, _ N: Lanes) -> Lanes {
    let product = M * N
    return lanes(0.47)
        * logarithm(
            lanes(1) + lanes(2.01e-5) * power(product, lanes(0.75)) + lanes(5.32e-15) * M
                * power(product, lanes(1.52)))
}
