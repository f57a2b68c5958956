public import BatonBase

/// How the RTP that leaves by a port is presented to its receiver.
public enum IdentityPolicy: UInt8, Hashable, BitwiseCopyable, Sendable {
    /// SSRC, sequence number and timestamp of the source pass unchanged; a new source shows
    /// through.
    case transparent
    /// One SSRC, one sequence and one timestamp line for the sink's whole life, starting from the
    /// first source's values (RFC 3550 §5.1): a change of source is not seen by the receiver.
    case continuous
}

/// What a port carries.
public enum PortComponent: UInt8, Hashable, BitwiseCopyable, Sendable {
    /// RTP only; an RTCP packet here is treated as RTCP if the peer multiplexes without asking.
    case rtp
    /// RTCP only.
    case rtcp
    /// RTP and RTCP on one port (RFC 5761).
    case multiplexed
    /// Datagrams that are not RTP (a T.38 or unknown `m=` line): passed on unread.
    case opaque
}

/// The clock rate and the encoding of one payload type, from `a=rtpmap` or RFC 3551's static table.
public struct PayloadClockRate: Hashable, Sendable {
    /// The payload type, 0…127.
    public var payloadType: UInt8
    /// The RTP timestamp clock in Hz.
    public var clockRateHz: UInt32
    /// What it carries.
    public var encoding: PayloadEncoding
    /// The channels of its audio.
    public var channels: UInt8

    /// `payloadType` runs at `clockRateHz`; without an encoding it has that of RFC 3551's table.
    public init(
        payloadType: UInt8, clockRateHz: UInt32, encoding: PayloadEncoding? = nil,
        channels: UInt8 = 1
    ) {
        self.channels = channels
        self.payloadType = payloadType
        self.clockRateHz = clockRateHz
        self.encoding = encoding ?? PayloadEncoding(staticPayloadType: payloadType)
    }
}

/// All that a media worker needs to know about one port: the route of what arrives there, and where
/// packets that leave by it go. A plain value, so that another executor of flows could take it
/// over.
///
/// A packet that arrives at this port leaves by the port ``rtpSink`` or ``rtcpSink``: from that
/// port's socket, to that port's remote address.
public struct PortConfiguration: Hashable, Sendable {
    /// What the port carries.
    public var component: PortComponent
    /// The peer's signalled address: where packets go until another is learned. `nil` when there is
    /// none (not answered yet, held with 0.0.0.0, rejected): packets for the port are then dropped
    /// and counted.
    public var remote: SocketAddress?
    /// Whom the port listens to.
    public var sourcePolicy = SourcePolicy()
    /// The port by which arriving RTP (or opaque datagrams) leaves, `nil` to drop it.
    public var rtpSink: PortSlot?
    /// The port by which arriving RTCP leaves, `nil` to drop it.
    public var rtcpSink: PortSlot?
    /// How what leaves by this port looks to its receiver.
    public var identity = IdentityPolicy.transparent
    /// Clock rates and encodings of the payload types that the peer may send.
    public var clockRates: [PayloadClockRate] = []
    /// Counts up whenever signalling wants the endpoint learned anew (a re-offer, a new address);
    /// while it stays the same, a confirmed endpoint is kept.
    public var learningGeneration: UInt32 = 0
    /// Send one small packet to the remote address at once and until the first packet arrives, to
    /// open a NAT's pinhole (ng flag `pierce NAT`).
    public var piercesNAT = false
    /// How packets to and from the peer are protected.
    public var protection = PortProtection.none
    /// What is done to the RTP that arrives before it goes on.
    public var effects = PortEffects()
    /// How keys are kept back, where ``PortEffects/blocksDTMF`` says that they are; `nil` where
    /// they are only delayed.
    public var dtmfBlocking: DTMFBlocking?
    /// How much later keys arrive, in milliseconds, with the same effect.
    public var dtmfDelayMs: UInt32 = 0
    /// Whether payloads are encrypted with keys that are not ours: they can be dropped, not read.
    public var isEncrypted = false
    /// Under which number copies of what arrives go to the recorder, with the effect `tapped`.
    public var tap: TapNumber?
    /// What becomes of the RTP that arrives, payload type by payload type; `nil` when it passes as
    /// it is.
    public var conversion: MediaConversion?
    /// What becomes of the RTCP that arrives, and whether the party gets reports of our own.
    public var rtcpTreatment = RTCPTreatment.relay
    /// The ICE agent of the port's stream, at the RTP port only.
    public var ice: ICEParameters?
    /// The port that has the peer's address for this one too: what leaves here leaves by it, and
    /// what the peer sends comes to it (RFC 9143). `nil` for a port with a peer of its own.
    public var carrier: PortSlot?
    /// The port that this one is a door of: another socket for the same peer, at another address of
    /// the interface, which only ICE can choose. What arrives here is taken as if it had come
    /// there. Nothing else of a door's configuration counts.
    public var doorOf: PortSlot?
    /// The lines whose packets come to this port, its own among them; empty when it is alone.
    public var bundle: [BundledLine] = []

    /// A port with no remote address and no route.
    public init(component: PortComponent) {
        self.component = component
    }
}

/// What signalling tells the worker about a port that it holds.
public enum PortCommand: Hashable, Sendable {
    /// Replaces the port's configuration.
    case configure(PortSlot, PortConfiguration)
    /// Closes the port's socket; the worker reports when it has.
    case close(PortSlot)
    /// Plays a track to the port's peer.
    case play(PortSlot, PortPlayback)
    /// Ends that.
    case stopPlaying(PortSlot)
    /// Sends a telephone event to the port's peer.
    case playDTMF(PortSlot, PortDTMF)
}
