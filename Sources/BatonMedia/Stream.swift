public import BatonBase
public import BatonSDP

/// One `m=` line of one party: the ports that face the party, and what the party has said of its
/// own side. A plain value; the media worker knows only the ``PortConfiguration``s made from it.
public struct Stream: Hashable, Sendable {
    /// How baton treats the line.
    public enum Treatment: UInt8, Hashable, Sendable {
        /// RTP and RTCP are relayed.
        case rtp
        /// Datagrams are relayed unread (T.38 over UDPTL).
        case opaque
        /// The line passes untouched; baton has no ports for it.
        case untouched
        /// Port 0: refused or removed (RFC 3264 §8.2); baton has no ports for it.
        case rejected
    }

    /// The media type, `audio` for example.
    public internal(set) var kind: String
    /// The transport protocol that this party speaks, `RTP/AVP` for example.
    public internal(set) var protocolName: String
    /// How the line is treated.
    public internal(set) var treatment: Treatment
    /// The `a=mid` value that this party knows the line by.
    public internal(set) var mid: String?
    /// The ports that face the party, `nil` when the line is rejected or untouched.
    public internal(set) var ports: PortPair?
    /// Further ports for the same, one pair at each other address of the interface, which only ICE
    /// can choose (RFC 8445 §5.1.1.1). Empty without ICE.
    public internal(set) var doors: [PortPair] = []
    /// Where the party wants RTP; `nil` when unknown, rejected or held by a zero address.
    public internal(set) var remoteRTP: SocketAddress?
    /// Where the party wants RTCP while it does not multiplex; `nil` likewise.
    public internal(set) var remoteRTCP: SocketAddress?
    /// Whether RTP and RTCP share one port on this party's side (RFC 5761).
    public internal(set) var isMultiplexed = false
    /// Whether the line is kept from this party (`sdp-media-remove`): only its peer's SDP has it.
    public internal(set) var isHidden = false
    /// Whether the party has described the line itself (a receiver of an offer has not yet).
    public internal(set) var isDescribed = false
    /// The direction that the party last stated, from its own point of view.
    public internal(set) var direction = MediaDirection.sendrecv
    /// Whether the party has put the line on hold: not receiving, or a zero address.
    public internal(set) var isHeld = false
    /// Whom the ports listen to.
    public internal(set) var sourcePolicy = SourcePolicy()
    /// The way of learning that the party's messages asked for, `nil` when none ever did.
    public internal(set) var statedLearning: EndpointLearning?
    /// Clock rates of the payload types that the party may send.
    public internal(set) var clockRates: [PayloadClockRate] = []
    /// The first format of the party's `m=` line as a name: `PCMU`, `opus`, `t38`.
    public internal(set) var codec: String?
    /// Counts up whenever the party's endpoint is to be learned anew.
    public internal(set) var learningGeneration: UInt32 = 0
    /// Send small packets to the party until one arrives.
    public internal(set) var piercesNAT = false
    /// The party's stream by whose ports this one's packets come and go: the tagged line of their
    /// bundle (RFC 9143 §7.3.1). `nil` for a line that has its ports for itself, or carries others.
    public internal(set) var carrier: Int?

    /// Whether doors were asked for, or it is too late to; there may be none all the same.
    var hasTriedDoors = false
    /// Whether the worker knows whose doors ``doors`` are.
    var hasConfiguredDoors = true
    /// The interface and family that ``ports`` were asked for.
    var portRequest: PortRequest?
    /// Whether the party has put the line on hold by a zero address.
    var hasZeroAddress = false
    /// Whether the party's last offer has the line without a port of its own (`a=bundle-only`).
    var isBundleOnly = false
    /// Whether the last offer to the party had the line with a port of its own.
    var hasShownPort = true
    /// The identifier of the header extension that names the line in its packets (RFC 9143 §15).
    var midExtension: UInt8?
    /// The sources that the party has named (RFC 5576).
    var signalledSources: [UInt32] = []
    /// Whether ``mid`` was made by baton: the party's peer does not know it.
    var hasGeneratedMid = false
    /// Whether the line has stood in an SDP that went to the party.
    var hasBeenShown = false
    /// The first word of the format list, for a line that is only shown as refused.
    var firstFormat = "0"
    /// The configurations that the worker was last given for ``ports``.
    var rtpConfiguration: PortConfiguration?
    var rtcpConfiguration: PortConfiguration?
    /// What has been said about multiplexing so far.
    var muxAgreement = MuxAgreement()
    /// What this party and the one that its first offer came from have agreed on about codecs.
    var codecs = CodecAgreement()
    /// SRTP between the party and us.
    var security = StreamSecurity()
    /// ICE between the party and us.
    var ice = StreamICE()

    /// A line as an offer describes it, before anything else is known.
    init(kind: String, protocolName: String, treatment: Treatment) {
        self.kind = kind
        self.protocolName = protocolName
        self.treatment = treatment
    }

    /// All that the stream holds: its ports and their doors.
    var portPairs: [PortPair] { (ports.map { [$0] } ?? []) + doors }

    /// Whether the line needs ports.
    var isRelayed: Bool { treatment.isRelayed }
}

extension Stream.Treatment {
    /// Whether the line needs ports.
    var isRelayed: Bool { self == .rtp || self == .opaque }
}

/// What a pair of ports was asked for: while it stays the same, so do the ports.
struct PortRequest: Hashable, Sendable {
    /// The interface as it was named.
    var interface: String?
    /// The address family.
    var family: IPAddress.Family?
}

/// What has been said about multiplexing on one party's line.
struct MuxAgreement: Hashable, Sendable {
    /// The party's own offer had `a=rtcp-mux`.
    var isOfferedByParty = false
    /// The offer that went to the party had `a=rtcp-mux`.
    var isOfferedToParty = false
    /// The answer to the party's offer: `nil` as its peer does.
    var acceptance: Bool?
}
