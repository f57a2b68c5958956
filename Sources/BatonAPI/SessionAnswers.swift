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
    /// Its ports on this side: RTP, then RTCP unless multiplexed.
    public var ports: [PortDetail] = []

    /// A stream that is filled in by its maker.
    public init() {}
}
