/// What `GET /v1/sessions` answers.
public struct SessionListAnswer: Codable, Hashable, Sendable {
    /// All sessions of the daemon.
    public var total = 0
    /// Those that match the filter.
    public var matching = 0
    /// The first of those, in the order asked for.
    public var sessions: [SessionSummary] = []

    /// An empty list.
    public init() {}
}

/// One session in a list.
public struct SessionSummary: Codable, Hashable, Sendable {
    /// Where a session is in its life.
    public enum State: String, Codable, Hashable, Sendable, CaseIterable {
        /// Offered, not answered yet.
        case offered
        /// Answered.
        case answered
        /// Held or otherwise meant to be silent.
        case held
        /// Deleted, but still to be queried.
        case ended
    }

    /// The call-id.
    public var callID = ""
    /// Where it is in its life.
    public var state = State.offered
    /// The offerer's tag.
    public var fromTag = ""
    /// The answerer's tag.
    public var toTag: String?
    /// The media worker that carries it.
    public var worker = 0
    /// When it began, in milliseconds since 1970-01-01 UTC.
    public var startedUnixMs: Int64 = 0
    /// How long it has lasted, in seconds.
    public var durationSeconds = 0.0
    /// RTP packets accepted, all parties together.
    public var packets: UInt64 = 0
    /// Their bytes (UDP payload).
    public var bytes: UInt64 = 0
    /// Packets dropped, for any reason.
    public var packetsDropped: UInt64 = 0
    /// Packets accepted in a second, over the last seconds.
    public var packetsPerSecond = 0.0
    /// RTP packets that never arrived, of those expected, in percent; the worst source.
    public var lossPercent = 0.0
    /// Interarrival jitter in milliseconds (RFC 3550 §6.4.1); the worst source.
    public var jitterMs = 0.0
    /// Estimated mean opinion score, 1.0…4.5; the worst source. Absent without media.
    public var mos: Double?
    /// Milliseconds since the last accepted packet; absent when there was none.
    public var lastPacketAgoMs: UInt64?

    /// A session that is filled in by its maker.
    public init() {}
}

/// What `GET /v1/sessions/{call-id}` answers.
public struct SessionDetailAnswer: Codable, Hashable, Sendable {
    /// What the list says.
    public var summary = SessionSummary()
    /// The parties, the offerer first.
    public var parties: [PartyDetail] = []
    /// Why it ended, when it has.
    public var endReason: String?
    /// What is recorded of it and sent to listeners, if anything is.
    public var recording: RecordingDetail?

    /// A session that is filled in by its maker.
    public init() {}
}

/// A side of the conversation.
public struct PartyDetail: Codable, Hashable, Sendable {
    /// Its tag.
    public var tag = ""
    /// Its label, when it has one.
    public var label: String?
    /// The Via branch that it came by, when told.
    public var viaBranch: String?
    /// Its streams, one for each `m=` line.
    public var streams: [StreamDetail] = []

    /// A party that is filled in by its maker.
    public init() {}
}

/// One `m=` line of a party.
public struct StreamDetail: Codable, Hashable, Sendable {
    /// Its place among the `m=` lines, from 1.
    public var index = 1
    /// `audio`, `video`, `image`, …
    public var kind = ""
    /// The transport protocol, such as `RTP/AVP`.
    public var transport = ""
    /// The first codec of the `m=` line, when known.
    public var codec: String?
    /// `sendrecv`, `sendonly`, `recvonly` or `inactive`, as the party said.
    public var direction = "sendrecv"
    /// Who protects its packets and how: `none`, `SDES …`, `DTLS-SRTP …`, `between the parties`.
    public var protection = "none"
    /// How far ICE has come: `checking`, `connected`, `failed`, `consent-lost`; absent without ICE.
    public var iceState: String?
    /// How far the DTLS handshake has come: `new`, `connecting`, `awaiting-fingerprint`,
    /// `connected`, `failed`, `closed`; absent without one.
    public var dtlsState: String?
    /// The codec of what the party sends, such as `opus/48000/2`; absent before there are packets.
    public var codecIn: String?
    /// What it leaves as; absent when it is dropped, or unknown.
    public var codecOut: String?
    /// What becomes of what the party sends: `relay`, `convert` (another payload type),
    /// `transcode`; absent without ports.
    public var route: String?
    /// Lost packets whose audio was made up in the conversion.
    public var concealedPackets: UInt64 = 0
    /// Lost packets that were recovered from later ones (Opus FEC).
    public var recoveredPackets: UInt64 = 0
    /// Packets that came too late for the conversion.
    public var latePackets: UInt64 = 0
    /// Packets that could not be decoded.
    public var malformedPayloads: UInt64 = 0
    /// How loud the party was when it was last looked at, in dBov; absent when unknown.
    public var audioLevelDBov: Int?
    /// What is wrong, in sentences; empty when nothing is.
    public var diagnosis: [String] = []
    /// Its ports on this side: RTP, then RTCP unless multiplexed.
    public var ports: [PortDetail] = []

    /// A stream that is filled in by its maker.
    public init() {}
}
