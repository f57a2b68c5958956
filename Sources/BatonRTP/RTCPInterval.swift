/// How long to wait between reports: RFC 3550 §6.2 for a session of two, whose share of the
/// bandwidth always allows the least interval.
public struct RTCPInterval: Hashable, Sendable {
    /// The interval before it is spread.
    public var minimum: Duration

    /// §6.2: 5 s.
    public static let regular = RTCPInterval(minimum: .seconds(5))
    /// Where feedback is agreed on, the 5 s do not bind (RFC 4585 §3.4): 1 s, which costs a call of
    /// two less than 2 kb/s a direction.
    public static let feedback = RTCPInterval(minimum: .seconds(1))

    /// An interval of `minimum` on average.
    public init(minimum: Duration) {
        self.minimum = minimum
    }

    /// The time to the next report: 0.5 … 1.5 times the minimum, half of that before the first one
    /// (§6.3.1). The factor e − 3/2 belongs to timer reconsideration, which two members do not
    /// need.
    public func next(
        isFirst: Bool, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        let spread = Int64.random(in: 500...1_500, using: &generator)
        return minimum / (isFirst ? 2_000 : 1_000) * Int(spread)
    }
}

/// Names for sources, RFC 7022.
public enum RTCPCanonicalName {
    /// A name for one session, of 96 random bits (§4.2).
    public static func random(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        return (0..<16).map { _ in alphabet[Int.random(in: 0..<64, using: &generator)] }
    }
}
