import BatonBase

/// What the machine carries, measured by the driver about once a second.
public struct SystemLoad: Hashable, Sendable {
    /// CPU use of the process, in percent of all processors.
    public var cpuPercent: Double = 0
    /// Media in and out together, in bits a second.
    public var bitsPerSecond: UInt64 = 0
    /// RTP and RTCP packets received, a second.
    public var packetsPerSecond: UInt64 = 0

    /// No load.
    public init() {}
}

/// A token bucket: so many new sessions a second, as many at once.
struct RateLimiter {
    private var tokens: Double?
    private var filledAt = Instant(nanoseconds: 0)

    /// Whether one more is permitted now; takes it if so.
    mutating func take(perSecond: Int, at now: Instant) -> Bool {
        let full = Double(max(perSecond, 1))
        let elapsed = Double(now.nanosecondsSince(filledAt)) / 1e9
        let present = min(full, (tokens ?? full) + elapsed * Double(perSecond))
        filledAt = now
        tokens = present < 1 ? present : present - 1
        return present >= 1
    }
}
