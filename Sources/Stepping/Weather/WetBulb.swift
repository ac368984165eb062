import Lanes

/// The constants of moist air.
enum MoistAir {
    /// Of the vapour pressure of saturated air over water, e_s = s exp(b T / (T + c)), hPa.
    ///
    /// Alduchov and Eskridge 1996, J. Appl. Meteorol. 35, 601: within 0.4 % from -40 to 50 degC.
    static let s = 6.1094, b = 17.625, c = 243.04
    /// How much vapour pressure a ventilated wet bulb makes up for each kelvin, per pressure of the air, 1/K.
    ///
    /// WMO-No. 8 (2018), annex 4.B.
    static let psychrometer = 6.53e-4
    /// Its growth with the wet bulb's temperature, 1/K.
    static let psychrometerSlope = 9.44e-4
    /// Pressure of the air, hPa: the standard atmosphere at sea level.
    ///
    /// Half a kilometre above it a wet bulb is some 0.1 K cooler.
    static let pressure = 1013.25
}

/// Vapour pressure of saturated air over water at a temperature in degC, hPa.
@inline(__always)
func saturationPressure(_ T: Lanes) -> Lanes {
    lanes(MoistAir.s) * exponential(lanes(MoistAir.b) * T / (T + lanes(MoistAir.c)))
}

/// The temperature of a ventilated wet bulb, degC, in air of a temperature and relative humidity.
///
///     e_s(T_w) - A p (1 + a T_w) (T - T_w) = RH / 100 e_s(T)
///
/// the psychrometer's equation, by Newton's method from T_w = T, above which no solution lies. The left side grows and
/// bends upward, so that the steps come down on the solution from above; after five they are within 1e-9 K of it for
/// -20 <= T <= 45.
///
/// - Parameters:
///   - T: temperature of the air, degC; RH: relative humidity, %, 0 to 100.
func wetBulbTemperature(_ T: Lanes, relativeHumidity RH: Lanes) -> Lanes {
    let e = lanes(0.01) * RH * saturationPressure(T)
    let A = lanes(MoistAir.psychrometer * MoistAir.pressure)
    let a = lanes(MoistAir.psychrometerSlope)
    var Tw = T
    for _ in 0..<5 {
        let es = saturationPressure(Tw)
        let below = Tw + lanes(MoistAir.c)
        let slope = es * lanes(MoistAir.b * MoistAir.c) / (below * below)
        let factor = A * fma(a, Tw, lanes(1))
        let f = es - factor * (T - Tw) - e
        Tw -= f / (slope + factor - A * a * (T - Tw))
    }
    return Tw
}
