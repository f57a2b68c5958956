public import BatonBase
public import BatonMedia

/// One line about a session.
public struct SessionSummary: Hashable, Sendable {
    /// Where a session stands.
    public enum State: String, Hashable, Sendable {
        /// Offered, not answered.
        case offered
        /// Answered.
        case answered
        /// Answered, and at least one party is held or sends nothing.
        case held
        /// Deleted; still answers `query`.
        case lingering
    }

    /// The call-id.
    public var callID: String
    /// Where it stands.
    public var state: State
    /// When it was made: microseconds since 1970 UTC.
    public var createdMicroseconds: Int64
    /// The last offer, answer or delete: microseconds since 1970 UTC.
    public var lastSignalMicroseconds: Int64
    /// The media worker that carries it.
    public var worker: Int
    /// The tags of its parties, in the order of their appearance.
    public var tags: [String]
    /// RTP over all ports.
    public var rtp: TrafficTotals
    /// RTCP over all ports.
    public var rtcp: TrafficTotals
    /// RTP packets lost on the way to us, over all sources.
    public var lostPackets: Int64
    /// The greatest loss of any source, in percent of its expected packets.
    public var worstLossPercent: Double
    /// Milliseconds since the last packet from any party; `nil` when none ever came.
    public var lastPacketAgoMilliseconds: UInt64?
    /// The greatest jitter of any source, in microseconds.
    public var jitterMicroseconds: UInt64
    /// The lowest current MOS of any source, times ten; `nil` when none was measured.
    public var mosTimesTen: Int?
    /// The tag from which nothing arrives while the other side sends; `nil` when there is none.
    public var silentTag: String?
}

/// Everything about a session.
public struct SessionDetail: Hashable, Sendable {
    /// The line about it.
    public var summary: SessionSummary
    /// What `metadata` said.
    public var metadata: String?
    /// Its parties.
    public var parties: [PartyDetail]
    /// What is recorded of it and sent to listeners, if anything is.
    public var copies: SessionCopyDetail?
}

/// One party of a session.
public struct PartyDetail: Hashable, Sendable {
    /// Its tag, `nil` while unknown.
    public var tag: String?
    /// Its label.
    public var label: String?
    /// Its via-branch.
    public var viaBranch: String?
    /// Its streams, in the order of its SDP.
    public var streams: [StreamDetail]
}

/// One stream (`m=` line) of a party.
public struct StreamDetail: Hashable, Sendable {
    /// The place of the `m=` line, from 1.
    public var index: Int
    /// `audio`, `video`, …
    public var kind: String
    /// `RTP/AVP`, …
    public var protocolName: String
    /// `sendrecv`, `sendonly`, `recvonly` or `inactive`, as the party has it.
    public var direction: String
    /// The first codec that the party listed, such as `PCMU/8000`; `nil` when it has no name.
    public var codec: String?
    /// Its ports: RTP first, then RTCP when it has a port of its own.
    public var ports: [PortDetail]
    /// The protection between the party and us, in a few words.
    public var protection = "none"
    /// How far ICE has come; `nil` without ICE.
    public var iceState: ICEState?
    /// How far the DTLS handshake has come; `nil` without one.
    public var handshakeState: HandshakeState?
    /// The codec of what the party sends, such as `opus/48000/2`; `nil` before there are packets.
    public var codecIn: String?
    /// What it leaves as; `nil` when it is dropped, or unknown.
    public var codecOut: String?
    /// What becomes of what the party sends; `nil` without ports.
    public var route: RouteKind?
    /// Lost packets whose audio was made up in the conversion.
    public var concealedPackets: UInt64 = 0
    /// Lost packets that were recovered from later ones.
    public var recoveredPackets: UInt64 = 0
    /// Packets that came too late for the conversion.
    public var latePackets: UInt64 = 0
    /// Packets that could not be decoded.
    public var malformedPayloads: UInt64 = 0
    /// How loud the party was when it was last looked at, in dBov; `nil` for unknown.
    public var levelDBov: Int?
    /// What is wrong, in sentences; empty when nothing is.
    public var diagnosis: [String] = []

    init(
        index: Int, kind: String, protocolName: String, direction: String, codec: String?,
        ports: [PortDetail]
    ) {
        self.index = index
        self.kind = kind
        self.protocolName = protocolName
        self.direction = direction
        self.codec = codec
        self.ports = ports
    }
}

/// One port of ours.
public struct PortDetail: Hashable, Sendable {
    /// `rtp`, `rtcp`, `multiplexed` or `opaque`.
    public var component: String
    /// Its address.
    public var local: SocketAddress
    /// The address that the party was told.
    public var advertised: IPAddress
    /// The address that the party's SDP named.
    public var signalled: SocketAddress?
    /// Where packets are sent now.
    public var remote: SocketAddress?
    /// Whether that address is confirmed.
    public var isConfirmed: Bool
    /// How often that address changed by learning.
    public var endpointChanges: UInt64
    /// Milliseconds since the last packet; `nil` when none ever came.
    public var idleMilliseconds: UInt64?
    /// RTP, or what is relayed unread, that arrived.
    public var rtpReceived: TrafficTotals
    /// RTCP that arrived.
    public var rtcpReceived: TrafficTotals
    /// RTP, or what is relayed unread, that left.
    public var rtpSent: TrafficTotals
    /// RTCP that left.
    public var rtcpSent: TrafficTotals
    /// Dropped packets by reason, zeros left out.
    public var drops: [String: UInt64]
    /// The last address whose packet was dropped for its source.
    public var lastForeignSource: SocketAddress?
    /// The RTP sources seen.
    public var sources: [SourceDetail]
}

/// One RTP source (SSRC) that arrives at a port.
public struct SourceDetail: Hashable, Sendable {
    /// The SSRC.
    public var ssrc: UInt32
    /// Its payload type.
    public var payloadType: UInt8
    /// Packets without duplicates.
    public var packets: UInt64
    /// Their bytes.
    public var bytes: UInt64
    /// Expected less received.
    public var lost: Int64
    /// The same in percent of the expected packets, at least 0.
    public var lossPercent: Double
    /// How often the source started anew.
    public var restarts: UInt64
    /// Arrived after a later one.
    public var reordered: UInt64
    /// Arrived twice.
    public var duplicates: UInt64
    /// Interarrival jitter in microseconds.
    public var jitterMicroseconds: UInt64
    /// The transmission rating R of the last interval (ITU-T G.107, simplified).
    public var rFactor: Double?
    /// The round-trip time in microseconds, `nil` while unknown.
    public var roundTripMicroseconds: UInt64?
    /// MOS of the last interval, times ten.
    public var mosTimesTen: Int?
    /// The lowest MOS, times ten.
    public var lowestMOSTimesTen: Int?
    /// The average MOS, times ten.
    public var averageMOSTimesTen: Int?
}
