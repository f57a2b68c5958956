/// What a media worker plays to a port's peer.
public struct PortPlayback: Hashable, Sendable {
    /// Names the playback towards signalling.
    public var number: UInt32
    /// The packets.
    public var track: EncodedTrack
    /// The payload type that the peer knows the track's codec by.
    public var payloadType: UInt8
    /// The packet of the track to begin with; further turns begin with the first.
    public var firstPacket = 0
    /// How often the track is played in all.
    public var turns = 1
    /// How many packets are played at most.
    public var packetLimit = Int.max
    /// How many of them have been played already, in another codec or by another port.
    public var played = 0
    /// Whether it waits for the end of what is being played, if that waits as well: the tones of
    /// one digit after another. If not, it takes the place of what is being played.
    public var isQueued = false

    /// One turn of `track` from its beginning.
    public init(number: UInt32, track: EncodedTrack, payloadType: UInt8) {
        self.number = number
        self.track = track
        self.payloadType = payloadType & 0x7f
    }

    /// The track's packet that comes when `played` packets have been played, `nil` at the end.
    func packet(after played: Int) -> Int? {
        let count = track.packetCount
        guard count > 0, played >= 0, played < packetLimit else { return nil }
        let (place, isBeyond) = min(max(firstPacket, 0), count).addingReportingOverflow(played)
        guard !isBeyond, place / count < turns else { return nil }
        return place % count
    }

    /// Where in the track the playback is when `played` packets have been played, in milliseconds.
    public func positionMs(played: Int) -> Int {
        let count = max(track.packetCount, 1)
        let place = min(max(firstPacket, 0), count) &+ max(played, 0)
        return place % count * EncodedTrack.packetMilliseconds
    }
}

/// A telephone event that a media worker sends to a port's peer (RFC 4733).
public struct PortDTMF: Hashable, Sendable {
    /// The event code, 0 to 15.
    public var code: UInt8
    /// How long it lasts, in milliseconds.
    public var durationMs: UInt32
    /// The pause behind it, in milliseconds.
    public var pauseMs: UInt32
    /// Decibels below 0 dBm0, 0 to 63.
    public var volume: UInt8
    /// The payload type that the peer knows telephone events by.
    public var payloadType: UInt8
    /// Its clock in hertz.
    public var clockRateHz: UInt32

    /// An event of the lengths that are usual: 250 ms, and 100 ms until the next.
    public init(code: UInt8, payloadType: UInt8, clockRateHz: UInt32) {
        self.code = code
        self.payloadType = payloadType & 0x7f
        self.clockRateHz = clockRateHz
        durationMs = 250
        pauseMs = 100
        volume = 8
    }
}
