public import BatonBase

/// One call: its parties, their streams and ports, and the rules of offer and answer (RFC 3264) as
/// a relay between the parties sees them.
///
/// A pure value that signalling owns; no other thread sees it. ``offer(_:_:ports:using:at:)`` and
/// ``answer(_:_:ports:using:at:)`` take an SDP and give the SDP to send on and the commands for the
/// media worker; when they throw, the value is unchanged.
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
    /// What holds for all parties, whatever else holds for one of them.
    public internal(set) var restrictions = MediaRestrictions()
    /// Text given by `metadata`.
    public internal(set) var metadata: String?
    /// The value of the IP header's TOS byte, `nil` for the system's default. The server sets it on
    /// the session's sockets after each offer or answer.
    public internal(set) var typeOfService: UInt8?
    /// Whether RTCP is ended here and made anew also where RTP passes as it is (`generate-RTCP`).
    public internal(set) var generatesRTCP = false
    /// Whether some offer has been answered.
    public internal(set) var isAnswered = false
    /// Which parties' packets are copied to the recorder.
    public internal(set) var tap: SessionTap?
    /// The number of the next party.
    var nextPartyNumber = 0
    /// Counts the answers.
    var answerCount: UInt64 = 0

    /// A session without parties.
    public init(callID: String, limits: SessionLimits = SessionLimits(), at now: Instant) {
        self.callID = callID
        self.limits = limits
        createdAt = now
        lastSignalledAt = now
    }

    /// The party with this tag or alias.
    public func party(tag: String) -> Party? {
        index(tag: tag).map { parties[$0] }
    }

    /// The party `id`.
    public func party(_ id: PartyID) -> Party? {
        index(of: id).map { parties[$0] }
    }

    // By index: a copy of a party counts a dozen references up and down.

    /// Where the party with this tag or alias stands in ``parties``.
    func index(tag: String) -> Int? {
        parties.indices.first { parties[$0].tag == tag || parties[$0].aliases.contains(tag) }
    }

    /// Where the party `id` stands in ``parties``.
    func index(of id: PartyID) -> Int? {
        parties.indices.first { parties[$0].id == id }
    }

    /// All that the session holds: the ports of each stream and its doors, in the order of parties
    /// and streams.
    public var portPairs: [PortPair] {
        parties.flatMap { $0.streams.flatMap(\.portPairs) }
    }

    /// The ports of the streams, which count what comes by doors too.
    public var streamPairs: [PortPair] {
        parties.flatMap { $0.streams.compactMap(\.ports) }
    }

    /// Calls `body` with each pair of ``streamPairs``; allocates nothing.
    public func forEachStreamPair(_ body: (PortPair) -> Void) {
        for party in parties {
            for stream in party.streams {
                if let pair = stream.ports { body(pair) }
            }
        }
    }

    /// Whether the session holds an RTP port in row `slot`.
    public func hasRTPPort(_ slot: PortSlot) -> Bool {
        parties.contains { $0.streams.contains { $0.ports?.rtp.slot == slot } }
    }

    /// Whether no media is to be expected: some stream carries RTP, and each of them is held by one
    /// of the parties that hear each other. A longer timeout then applies.
    public var isHeld: Bool {
        var carriesRTP = false
        for party in parties {
            for (index, stream) in party.streams.enumerated() where stream.treatment == .rtp {
                carriesRTP = true
                if stream.isHeld { continue }
                let peer = party.peer.flatMap { self.party($0) }
                guard let peer, index < peer.streams.count, peer.streams[index].isHeld else {
                    return false
                }
            }
        }
        return carriesRTP
    }

    /// The ports that carry RTP: the ones whose silence ends the call.
    public var rtpPorts: [LocalPort] {
        parties.flatMap { party in
            party.streams.compactMap { $0.treatment == .rtp ? $0.ports?.rtp : nil }
        }
    }
}
