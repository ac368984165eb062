import Lanes

// Effective radiative forcing of greenhouse gases, W/m2: s times what is given here, s the forcing scale with the
// tropospheric adjustment. CO2 in ppm, CH4 and N2O in ppb. The bodies keep the symbols of the papers.

/// Concentrations of the three main gases and their roots.
package struct MainGases {
    /// CO2, CH4, N2O.
    package let C, M, N: Lanes
    let rootC, rootM, rootN: Lanes

    @inline(__always)
    package init(C: Lanes, M: Lanes, N: Lanes) {
        (self.C, self.M, self.N) = (C, M, N)
        rootC = squareRoot(C)
        rootM = squareRoot(M)
        rootN = squareRoot(N)
    }

    /// Those whose roots are known.
    @inline(__always)
    init(C: Lanes, M: Lanes, N: Lanes, rootC: Lanes, rootM: Lanes, rootN: Lanes) {
        (self.C, self.M, self.N) = (C, M, N)
        (self.rootC, self.rootM, self.rootN) = (rootC, rootM, rootN)
    }
}

/// Forcing by Meinshausen and others, 2020, with the overlaps of the three gases.
///
///     CO2: (alpha + c1 √N) ln(C / C0), alpha = d1 + a1 (C - C0)² + b1 (C - C0), held below C0 and above its maximum
///     CH4: (a3 √M + b3 √N + d3) (√M - √M0)
///     N2O: (a2 √C + b2 √N + c2 √M + d2) (√N - √N0)
///
/// Geosci. Model Dev. 13, 3571, table 3.
package enum MeinshausenForcing {
    @inline(__always)
    package static func carbonDioxide(_ x: MainGases, _ x0: MainGases, logRatio: Lanes) -> Lanes {
        let a1 = -2.4785e-07
        let b1 = 0.00075906
        let c1 = lanes(-0.0021492)
        let d1 = 5.2488
        let above = x.C - x0.C
        let central = fma(above, fma(lanes(a1), above, lanes(b1)), lanes(d1))
        let high = lanes(d1 - b1 * b1 / (4 * a1))
        let low = whereLess(x0.C, x.C, central, lanes(d1))
        let alpha = whereLess(x0.C - lanes(b1 / (2 * a1)), x.C, high, low)
        return fma(c1, x.rootN, alpha) * logRatio
    }

    @inline(__always)
    static func methane(_ x: MainGases, _ x0: MainGases) -> Lanes {
        let a3 = lanes(-8.9603e-05)
        let b3 = lanes(-0.00012462)
        let d3 = lanes(0.045194)
        return fma(a3, x.rootM, fma(b3, x.rootN, d3)) * (x.rootM - x0.rootM)
    }

    @inline(__always)
    static func nitrousOxide(_ x: MainGases, _ x0: MainGases) -> Lanes {
        let a2 = lanes(-0.00034197)
        let b2 = lanes(0.00025455)
        let c2 = lanes(-0.00024357)
        let d2 = lanes(0.12173)
        return fma(a2, x.rootC, fma(b2, x.rootN, fma(c2, x.rootM, d2))) * (x.rootN - x0.rootN)
    }
}

/// Forcing by Leach and others, 2021, without overlaps.
///
///     CO2: 4.57 ln(C / C0) + 0.086 (√C - √C0);  CH4: 0.038 (√M - √M0);  N2O: 0.106 (√N - √N0)
///
/// Geosci. Model Dev. 14, 3007, table 2.
enum LeachForcing {
    @inline(__always)
    static func carbonDioxide(_ x: MainGases, _ x0: MainGases, logRatio: Lanes) -> Lanes {
        fma(lanes(4.57), logRatio, lanes(0.086) * (x.rootC - x0.rootC))
    }

    @inline(__always)
    static func methane(_ x: MainGases, _ x0: MainGases) -> Lanes { lanes(0.038) * (x.rootM - x0.rootM) }

    @inline(__always)
    static func nitrousOxide(_ x: MainGases, _ x0: MainGases) -> Lanes { lanes(0.106) * (x.rootN - x0.rootN) }
}

/// Forcing by Etminan and others, 2016; a bar is the mean of now and then.
///
///     CO2: (a1 (C - C0)² + b1 |C - C0| + c1 N̄ + d1) ln(C / C0)
///     CH4: (a3 M̄ + b3 N̄ + d3) (√M - √M0);  N2O: (a2 C̄ + b2 N̄ + c2 M̄ + d2) (√N - √N0)
///
/// Geophys. Res. Lett. 43, 12614, table 1.
enum EtminanForcing {
    @inline(__always)
    static func carbonDioxide(_ x: MainGases, _ x0: MainGases, logRatio: Lanes) -> Lanes {
        let above = x.C - x0.C
        let square = lanes(-2.4e-7) * above * above
        return (square + lanes(7.2e-4) * absolute(above) + lanes(-2.1e-4 / 2) * (x.N + x0.N) + lanes(5.36)) * logRatio
    }

    @inline(__always)
    static func methane(_ x: MainGases, _ x0: MainGases) -> Lanes {
        (lanes(-1.3e-6 / 2) * (x.M + x0.M) + lanes(-8.2e-6 / 2) * (x.N + x0.N) + lanes(0.043)) * (x.rootM - x0.rootM)
    }

    @inline(__always)
    static func nitrousOxide(_ x: MainGases, _ x0: MainGases) -> Lanes {
        let bands =
            lanes(-8e-6 / 2) * (x.C + x0.C) + lanes(4.2e-6 / 2) * (x.N + x0.N) + lanes(-4.9e-6 / 2) * (x.M + x0.M)
        return (bands + lanes(0.117)) * (x.rootN - x0.rootN)
    }
}

/// Forcing by Myhre and others, 1998.
///
///     CO2: 5.35 ln(C / C0);  CH4: 0.036 (√M - √M0) - (O(M, N0) - O(M0, N0))
///     N2O: 0.12 (√N - √N0) - (O(M0, N) - O(M0, N0))
///     O(M, N) = 0.47 ln(1 + 2.01e-5 (M N)^0.75 + 5.32e-15 M (M N)^1.52)
///
/// Geophys. Res. Lett. 25, 2715, table 3.
enum MyhreForcing {
    @inline(__always)
    static func carbonDioxide(logRatio: Lanes) -> Lanes { lanes(5.35) * logRatio }

    static func methane(_ x: MainGases, _ x0: MainGases) -> Lanes {
        lanes(0.036) * (x.rootM - x0.rootM) - (overlap(x.M, x0.N) - overlap(x0.M, x0.N))
    }

    static func nitrousOxide(_ x: MainGases, _ x0: MainGases) -> Lanes {
        lanes(0.12) * (x.rootN - x0.rootN) - (overlap(x0.M, x.N) - overlap(x0.M, x0.N))
    }

    /// The overlap of the bands of CH4 and N2O, W/m2.
    static func overlap(_ M: Lanes, _ N: Lanes) -> Lanes {
        let product = M * N
        let weak = lanes(2.01e-5) * power(product, lanes(0.75))
        return lanes(0.47) * logarithm(lanes(1) + weak + lanes(5.32e-15) * M * power(product, lanes(1.52)))
    }
}
