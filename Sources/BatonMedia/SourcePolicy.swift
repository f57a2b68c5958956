public import BatonBase

/// When the address that packets come from replaces the signalled one as the place to send to.
public enum EndpointLearning: UInt8, Hashable, BitwiseCopyable, Sendable {
    /// The best candidate of the first three seconds: the signalled address and port beats the
    /// signalled IP with another port, which beats any other permitted source.
    case heuristic
    /// The last permitted source seen when three seconds have passed since the first packet.
    case delayed
    /// The first permitted source.
    case immediate
    /// Never: packets go to the signalled address only.
    case off
}

/// Which sources a port listens to, and which of them it may send to.
///
/// A source whose IP address is no candidate is dropped and counted whatever the state. Among the
/// candidates, any port counts until the endpoint is confirmed; from then on only the confirmed
/// address and port (RFC 3550 §8.2 leaves it open), unless ``mediaHandover`` says otherwise.
public struct SourcePolicy: Hashable, BitwiseCopyable, Sendable {
    /// How the endpoint is learned.
    public var learning: EndpointLearning = .heuristic
    /// A second permitted IP address beside the signalled one: the one that the request was
    /// received from, unless the address in the SDP is to be trusted.
    public var receivedFrom: IPAddress?
    /// Any IP address may be learned from. Only on explicit demand: it permits RTP bleed.
    public var permitsAnyAddress = false
    /// Drop what does not come from the confirmed address and port. That is so without it: it
    /// changes nothing but for an ``isAsymmetric`` party, which is then heard from exactly the
    /// signalled address and port.
    public var strictSource = false
    /// A confirmed stream whose source has fallen silent follows it: to any port of a candidate IP,
    /// and to another IP when the packet from there is RTP of a source (SSRC) that the port has
    /// relayed. Someone off the path does not know the SSRC; a phone that changes its network
    /// keeps it.
    public var mediaHandover = false
    /// The sender's port differs from the one it receives on: packets are accepted from any port of
    /// a candidate IP, and never change where packets are sent to.
    public var isAsymmetric = false

    /// The default policy: heuristic learning from the signalled IP only.
    public init() {}
}
