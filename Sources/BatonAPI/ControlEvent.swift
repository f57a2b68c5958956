/// One event of `GET /v1/events`.
public struct ControlEvent: Codable, Hashable, Sendable {
    /// What happened. The raw value is the server-sent event's name.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// A session began with its first offer.
        case sessionStarted = "session-started"
        /// A session ended; ``ControlEvent/reason`` says why.
        case sessionEnded = "session-ended"
        /// A timer ran out; ``ControlEvent/reason`` says which. The end follows.
        case timeout
        /// One side hears nothing while the other does.
        case oneWayAudio = "one-way-audio"
        /// Both sides send, but the packets of one carry silence.
        case silentAudio = "silent-audio"
        /// No media can flow between a party and baton: keys or a path are missing.
        case noMediaPath = "no-media-path"
        /// Packets now go to another address than before.
        case endpointChanged = "endpoint-changed"
        /// ICE has found a pair at a port, has failed, or has lost its peer.
        case iceState = "ice-state"
        /// A port's DTLS handshake is over: its packets are protected.
        case secured
        /// A port's DTLS handshake has failed.
        case securityFailed = "security-failed"
        /// What a party sends is to be converted and cannot be.
        case conversionFailed = "conversion-failed"
        /// What was played to a party has come to its end, or could not be played.
        case playingEnded = "playing-ended"
        /// A party has pressed a key: ``ControlEvent/digit``.
        case dtmf
        /// The files of a recording are complete, or discarded.
        case recordingEnded = "recording-ended"
        /// Something of a recording cannot be written.
        case recordingFailed = "recording-failed"
        /// All of a party's audio was sent to its listener, or given up.
        case forwardingEnded = "forwarding-ended"
        /// A party's audio does not get to its listener.
        case forwardingFailed = "forwarding-failed"
        /// The daemon takes no new sessions any more.
        case drain
    }

    /// What happened.
    public var kind: Kind
    /// When, in milliseconds since 1970-01-01 UTC.
    public var timeUnixMs: Int64
    /// The session's call-id; absent when the event is about the daemon.
    public var callID: String?
    /// The party's tag, when the event is about one.
    public var tag: String?
    /// Why, in one word: `deleted`, `media-timeout`, `silent-timeout`, `unanswered`, …
    public var reason: String?
    /// More, as a sentence or an address.
    public var detail: String?
    /// The key: `0` to `9`, `*`, `#`, `A` to `D`.
    public var digit: String?
    /// How long the key was pressed, in milliseconds.
    public var durationMs: Int?

    /// An event of `kind` at `timeUnixMs`.
    public init(
        kind: Kind, timeUnixMs: Int64, callID: String? = nil, tag: String? = nil,
        reason: String? = nil, detail: String? = nil
    ) {
        self.kind = kind
        self.timeUnixMs = timeUnixMs
        self.callID = callID
        self.tag = tag
        self.reason = reason
        self.detail = detail
    }
}

/// The data of a `lost` event: the reader was too slow.
public struct LostEvents: Codable, Hashable, Sendable {
    /// How many events were lost since the last one that was sent.
    public var events: UInt64

    /// `events` events were lost.
    public init(events: UInt64) {
        self.events = events
    }
}
