public import BatonBase

/// What a sender report says of a stream that we send, RFC 3550 §6.4.1.
public struct RTCPSentStream: Hashable, Sendable {
    /// The stream's source.
    public let ssrc: UInt32
    /// Packets sent.
    public private(set) var packetCount: UInt32 = 0
    /// Bytes of payload sent, without headers and padding.
    public private(set) var octetCount: UInt32 = 0
    /// The timestamp of the packet that was sent last.
    public private(set) var timestamp: UInt32 = 0
    /// When that was.
    public private(set) var sentAt = Instant(nanoseconds: 0)
    /// The clock of its payload type; 0 when it is unknown.
    public private(set) var clockRateHz: UInt32 = 0

    /// A stream of which nothing has been sent.
    public init(ssrc: UInt32) {
        self.ssrc = ssrc
    }

    /// Counts a packet.
    public mutating func count(
        timestamp: UInt32, payloadBytes: Int, clockRateHz: UInt32, at now: Instant
    ) {
        packetCount &+= 1
        octetCount &+= UInt32(truncatingIfNeeded: payloadBytes)
        self.timestamp = timestamp
        self.clockRateHz = clockRateHz
        sentAt = now
    }

    /// The timestamp that a packet of now would have, by the time since the last one.
    public func timestamp(at now: Instant) -> UInt32 {
        timestamp &+ MediaClock.ticks(now.nanosecondsSince(sentAt), clockRateHz: clockRateHz)
    }
}
