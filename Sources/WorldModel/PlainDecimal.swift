/// Decimals in their plainest form, read from bytes.
package enum PlainDecimal {
    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// A decimal of up to 15 digits, with a point or a minus sign or neither; nil for anything else.
    ///
    /// Its digits are a whole number below 2^53 and the power of ten is exact too, so that their quotient is rounded once: the
    /// bits are those of `strtod`, in a fraction of its time.
    package static func number(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        let isNegative = text.first == UInt8(ascii: "-")
        var (digits, count, decimals, hasPoint) = (UInt64(0), 0, 0, false)
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), count < 15 {
                digits = digits * 10 + UInt64(byte - UInt8(ascii: "0"))
                count += 1
                if hasPoint { decimals += 1 }
            } else {
                return nil
            }
        }
        if count == 0 { return nil }
        let value = Double(digits) / powersOfTen[decimals]
        return isNegative ? -value : value
    }
}
