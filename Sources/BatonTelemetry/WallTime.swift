import Glibc

/// A time of day in UTC, with milliseconds.
public struct WallTime: Hashable, Sendable {
    /// Milliseconds since 1970-01-01 UTC.
    public var unixMs: Int64

    /// The time `unixMs` milliseconds after 1970-01-01 UTC.
    public init(unixMs: Int64) {
        self.unixMs = unixMs
    }

    /// The system's clock.
    public static func now() -> WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(unixMs: Int64(time.tv_sec) &* 1_000 &+ Int64(time.tv_nsec) / 1_000_000)
    }
}

extension WallTime: CustomStringConvertible {
    /// RFC 3339: `2026-01-31T12:00:00.000Z`. The date is worked out by Gregorian 400-year cycles.
    public var description: String {
        let (seconds, milliseconds) = Self.divide(unixMs, by: 1_000)
        let (days, second) = Self.divide(seconds, by: 86_400)
        let (year, month, day) = Self.date(daysSince1970: days)
        let pad = { (number: Int64, width: Int) in
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T"
            + "\(pad(second / 3_600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))."
            + "\(pad(milliseconds, 3))Z"
    }

    /// The date of HTTP, RFC 9110 §5.6.7: `Sat, 31 Jan 2026 12:00:00 GMT`.
    public var httpDate: String {
        let (days, second) = Self.divide(Self.divide(unixMs, by: 1_000).0, by: 86_400)
        let (year, month, day) = Self.date(daysSince1970: days)
        let pad = { (number: Int64) in number < 10 ? "0\(number)" : "\(number)" }
        let dayNames = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let monthNames = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let dayName = dayNames[Int(Self.divide(days, by: 7).1)]
        return "\(dayName), \(pad(day)) \(monthNames[Int(month) - 1]) \(year) "
            + "\(pad(second / 3_600)):\(pad(second / 60 % 60)):\(pad(second % 60)) GMT"
    }

    /// Counts in years that begin on 1 March, so that the leap day is the last one.
    private static func date(daysSince1970 days: Int64) -> (Int64, Int64, Int64) {
        let (era, dayOfEra) = divide(days + 719_468, by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Quotient and remainder, the remainder never negative.
    private static func divide(_ number: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
