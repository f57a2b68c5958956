internal import BatonBase

/// Audio as the packets of one codec, each 20 ms long: encoded once, sent to everybody who hears
/// it. It never changes, so that all workers read it without asking anybody.
public final class EncodedTrack: Sendable {
    /// How long a packet lasts, in milliseconds.
    public static let packetMilliseconds = 20

    /// The rate of RTP timestamps in hertz.
    public let clockRateHz: Int
    /// How many packets there are.
    public var packetCount: Int { ends.count }
    /// How many bytes their payloads have.
    public var byteCount: Int { payload.count }
    let payload: [UInt8]
    /// Where each packet ends in ``payload``; an empty one is not sent.
    private let ends: [UInt32]

    /// A track of packets that lie in `payload` one behind the other.
    ///
    /// - Parameters:
    ///   - clockRateHz: A multiple of 50, so that a packet is a whole number of ticks.
    ///   - packetEnds: Where each packet ends, in order; what goes beyond `payload` is cut off.
    public init(clockRateHz: Int, payload: [UInt8], packetEnds: [UInt32]) {
        self.clockRateHz = clockRateHz
        self.payload = payload
        ends = packetEnds
    }

    /// Ticks of the RTP clock that a packet takes.
    var ticks: UInt32 { UInt32(clamping: clockRateHz * Self.packetMilliseconds / 1_000) }

    /// Where packet `index`, 0 ..< ``packetCount``, lies in ``payload``.
    func bytes(of index: Int) -> Range<Int> {
        let start = index > 0 ? min(Int(ends[index - 1]), payload.count) : 0
        return start..<max(start, min(Int(ends[index]), payload.count))
    }
}

extension EncodedTrack: Hashable {
    /// Whether both are one and the same track.
    public static func == (one: EncodedTrack, other: EncodedTrack) -> Bool { one === other }

    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(self))
    }
}
