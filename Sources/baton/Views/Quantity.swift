/// Numbers as people read them.
enum Quantity {
    /// `1,234,567`.
    static func count(_ number: some BinaryInteger) -> String {
        var digits = String(number.magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = String(digits.dropLast(3))
        }
        return (number < 0 ? "-" : "") + ([digits[...]] + groups).joined(separator: ",")
    }

    /// With `places` digits behind the point.
    static func decimal(_ number: Double, _ places: Int) -> String {
        guard number.isFinite, abs(number) < 1e15 else { return "-" }
        let factor = (0..<places).reduce(1.0) { value, _ in value * 10 }
        let scaled = Int64((abs(number) * factor).rounded())
        let sign = number < 0 && scaled != 0 ? "-" : ""
        let (whole, part) = scaled.quotientAndRemainder(dividingBy: Int64(factor))
        if places == 0 { return sign + count(whole) }
        let digits = String(part)
        return sign + count(whole) + "."
            + String(repeating: "0", count: max(0, places - digits.count)) + digits
    }

    /// `12.3 MiB`.
    static func bytes(_ number: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(number)
        var unit = 0
        while value >= 1_024, unit < units.count - 1 {
            value /= 1_024
            unit += 1
        }
        return "\(decimal(value, unit == 0 ? 0 : 1)) \(units[unit])"
    }

    /// `25.6 Mbit/s`.
    static func bits(_ number: Double) -> String {
        let units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"]
        var value = number
        var unit = 0
        while value >= 1_000, unit < units.count - 1 {
            value /= 1_000
            unit += 1
        }
        return "\(decimal(value, unit == 0 ? 0 : 1)) \(units[unit])"
    }

    /// `1 d 02:03:04`, `02:03:04` or `03:04`.
    static func time(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "-" }
        let all = Int(seconds)
        let pad = { (number: Int) in number < 10 ? "0\(number)" : String(number) }
        let (days, hours) = (all / 86_400, all / 3_600 % 24)
        let rest = "\(pad(all / 60 % 60)):\(pad(all % 60))"
        if days > 0 { return "\(days) d \(pad(hours)):\(rest)" }
        return hours > 0 ? "\(pad(hours)):\(rest)" : rest
    }
}
