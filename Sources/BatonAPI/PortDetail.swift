/// One UDP port of ours and its peer. Counters run from the port's opening.
public struct PortDetail: Codable, Hashable, Sendable {
    /// `rtp`, `rtcp`, `multiplexed` or `opaque`.
    public var component = "rtp"
    /// Our address and port.
    public var localAddress = ""
    /// The address and port that the peer was told.
    public var advertisedAddress = ""
    /// The address and port in the peer's SDP; absent while there is none.
    public var signalledAddress: String?
    /// Where packets go: the signalled address until another is learned.
    public var remoteAddress: String?
    /// Whether the remote address is confirmed by packets.
    public var isConfirmed = false
    /// How often the remote address changed by learning.
    public var endpointChanges: UInt64 = 0
    /// RTP packets accepted.
    public var packetsIn: UInt64 = 0
    /// Their bytes (UDP payload).
    public var bytesIn: UInt64 = 0
    /// RTP packets sent.
    public var packetsOut: UInt64 = 0
    /// Their bytes (UDP payload).
    public var bytesOut: UInt64 = 0
    /// RTCP packets accepted.
    public var rtcpPacketsIn: UInt64 = 0
    /// RTCP packets sent.
    public var rtcpPacketsOut: UInt64 = 0
    /// Milliseconds since the last accepted packet; absent when there was none.
    public var lastPacketAgoMs: UInt64?
    /// Packets not relayed, by reason; reasons without packets are left out.
    public var dropsByReason: [String: UInt64] = [:]
    /// Packets that the kernel refused to send.
    public var sendErrors: UInt64 = 0
    /// Where the last packet from a source that is not permitted came from.
    public var lastForeignAddress: String?
    /// The RTP sources heard.
    public var sources: [SourceDetail] = []

    /// A port that is filled in by its maker.
    public init() {}
}

/// One RTP source (SSRC).
public struct SourceDetail: Codable, Hashable, Sendable {
    /// The SSRC.
    public var ssrc: UInt32 = 0
    /// The payload type of the last packet.
    public var payloadType = 0
    /// Packets received, duplicates excluded.
    public var packets: UInt64 = 0
    /// Their bytes (UDP payload).
    public var bytes: UInt64 = 0
    /// Expected less received (RFC 3550 §A.3); negative with duplicates.
    public var lost: Int64 = 0
    /// The same in percent of those expected.
    public var lossPercent = 0.0
    /// Packets that arrived after a later one.
    public var reordered: UInt64 = 0
    /// Packets that arrived twice.
    public var duplicates: UInt64 = 0
    /// Interarrival jitter in milliseconds (RFC 3550 §6.4.1).
    public var jitterMs = 0.0
    /// The transmission rating R, 0…93.2, of ITU-T G.107 in a simplified form; absent when unknown.
    public var rFactor: Double?
    /// The round-trip time to it in milliseconds; absent when unknown.
    public var roundTripMs: Double?
    /// Estimated mean opinion score, 1.0…4.5; absent when unknown.
    public var mos: Double?
    /// How often the source started anew (a jump of the sequence number).
    public var restarts: UInt64 = 0

    /// A source that is filled in by its maker.
    public init() {}
}
