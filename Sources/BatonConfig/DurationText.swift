/// Times with units: `250ms`, `30s`, `5m`, `1h`; a plain number is seconds.
public enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]

    /// The time that `text` writes: a whole number with a unit, or seconds without one, at most
    /// 2^32 of them. `nil` when it is none.
    public static func parse(_ text: some StringProtocol) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = UInt32(digits) else { return nil }
        if rest.isEmpty { return .seconds(Int64(number)) }
        guard let unit = units.first(where: { $0.name == rest }) else { return nil }
        return .milliseconds(Int64(number) * unit.milliseconds)
    }

    /// The shortest text that ``parse(_:)`` reads back; parts below a millisecond are dropped.
    public static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds &* 1_000 &+ attoseconds / 1_000_000_000_000_000
        if milliseconds == 0 { return "0s" }
        let unit = units.last { milliseconds % $0.milliseconds == 0 } ?? units[0]
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
