/// Whether a context protects what a party is sent, or unprotects what a party sent.
public enum SRTPDirection: Hashable, Sendable {
    /// Unprotects.
    case inbound
    /// Protects.
    case outbound
}

/// Limits and rules of an ``SRTPContext``.
public struct SRTPSettings: Hashable, Sendable {
    /// How many RTP packets behind the newest are told apart from replays, 64…32,767
    /// (RFC 3711 §3.3.2). RTCP has 128.
    public var replayWindowPackets = 128
    /// How many sources (SSRCs) have state, 1…1,024.
    public var sourceLimit = 16
    /// Whether the source that has been unused the longest is forgotten for one that is new; else
    /// the new one is refused. A source that was forgotten and comes back starts over: its
    /// roll-over counter is 0, and packets that it sent before are not known as replays.
    public var forgetsSources = true
    /// Outbound: whether a packet may be protected again. A relay passes on retransmissions and
    /// duplicates, whose bytes are those of the first; different bytes under one sequence number
    /// would give away both (RFC 3711 §9.1).
    public var allowsRepeatedPackets = true

    /// The defaults.
    public init() {}
}
