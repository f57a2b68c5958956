public import BatonBase
public import BatonSDP

/// One call: its parties, their streams and ports, and the rules of offer and answer (RFC 3264) as
/// a relay between the parties sees them.
///
/// A pure value. ``offer(_:_:ports:at:)`` and ``answer(_:_:ports:at:)`` take an SDP and give the SDP
/// to send on and the commands for the media worker; when they throw, the value is unchanged.
public struct Session: Sendable {
    /// The SIP Call-ID.
    public let callID: String
    /// The bounds of the session.
    public let limits: SessionLimits
    /// When the session began.
    public let createdAt: Instant
    /// When the last offer or answer was taken.
    public internal(set) var lastSignalledAt: Instant
    /// The parties, in the order of appearance.
    public internal(set) var parties: [Party] = []
    /// Text given by `metadata`.
    public internal(set) var metadata: String?
    /// The value of the IP header's TOS byte, `nil` for the system's default. The server sets it on
    /// the session's sockets after each offer or answer.
    public internal(set) var typeOfService: UInt8?
    /// Whether some offer has been answered.
    public internal(set) var isAnswered = false

    /// A session without parties.
    public init(callID: String, limits: SessionLimits = SessionLimits(), at now: Instant) {
        self.callID = callID
        self.limits = limits
        createdAt = now
        lastSignalledAt = now
    }

    /// The party with this tag or alias.
    public func party(tag: String) -> Party? {
        parties.first { $0.isTagged(tag) }
    }

    /// The party `id`.
    public func party(_ id: PartyID) -> Party? {
        parties.first { $0.id == id }
    }

    /// All the session's ports, RTP before RTCP, in the order of parties and streams.
    public var portPairs: [PortPair] {
        parties.flatMap { $0.streams.compactMap(\.ports) }
    }

    /// Takes an offer (RFC 3264 §5, §8) of the party `options.fromTag`.
    ///
    /// Parties and ports are made as needed; ports that exist stay while their interface and family
    /// stay.
    /// - Throws: ``NegotiationError``, whose commands close ports that were opened in vain. The
    ///   session is unchanged.
    public mutating func offer(
        _ sdp: SessionDescription, _ options: SignallingOptions, ports: inout some PortSource,
        at now: Instant
    ) throws(NegotiationError) -> NegotiationResult {
        throw NegotiationError(.invalidDialogue, detail: "")
    }

    /// Takes the answer (RFC 3264 §6) of the party `options.toTag` to an offer of the party
    /// `options.fromTag`: the tags stand as they did in the offer.
    /// - Throws: ``NegotiationError`` as ``offer(_:_:ports:at:)`` does.
    public mutating func answer(
        _ sdp: SessionDescription, _ options: SignallingOptions, ports: inout some PortSource,
        at now: Instant
    ) throws(NegotiationError) -> NegotiationResult {
        throw NegotiationError(.invalidDialogue, detail: "")
    }

    /// Ends the session or, when the tags and the branch single out one of several branches, that
    /// branch. A session without parties is over.
    ///
    /// - Parameters:
    ///   - fromTag: `nil` ends the whole session.
    ///   - toTag: Considered when it is given.
    ///   - viaBranch: Considered when it is given.
    /// - Returns: what to tell the worker, or `nil` when no party fits (the session is unchanged).
    public mutating func end(
        fromTag: String? = nil, toTag: String? = nil, viaBranch: String? = nil
    ) -> [PortCommand]? {
        nil
    }
}
