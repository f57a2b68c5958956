/// What tells the packets of one `m=` line from those of the others that come by the same port
/// (RFC 9143 §9.2).
public struct BundledLine: Hashable, Sendable {
    /// The port that stands for the line.
    public var port: PortSlot
    /// The line's `a=mid`, as the header extension `sdes:mid` carries it (RFC 9143 §15).
    public var mid: [UInt8] = []
    /// The identifier of that header extension, 1…255; `nil` when there is none.
    public var midExtension: UInt8?
    /// The sources that the party has named by `a=ssrc` (RFC 5576).
    public var sources: [UInt32] = []
    /// The payload types that the party may send in it.
    public var payloadTypes: [UInt8] = []

    /// A line of which nothing is known.
    public init(port: PortSlot) {
        self.port = port
    }
}
