public import BatonBase

/// `a=rtcp:`: where a stream's RTCP goes, when that is not the port above its RTP (RFC 3605).
public struct RTCPAttribute: Hashable, Sendable {
    /// The port for RTCP; 0 where RTCP is not wanted.
    public var port: UInt16
    /// The address for RTCP, `nil` when it is that of the media.
    public var connection: SDPConnection?

    /// RTCP to `port`, at the address of the media or at `address`.
    public init(port: UInt16, address: IPAddress? = nil) {
        self.port = port
        connection = address.map { SDPConnection($0) }
    }

    /// The parts of the attribute's value; `nil` when the port cannot be read.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let word = SDPText.word(&rest), let port = SDPText.number(word, as: UInt16.self)
        else { return nil }
        self.port = port
        connection = SDPConnection(rest)
    }

    /// The address in it as an IP address, `nil` without one or for a host name.
    public var address: IPAddress? { connection?.ip }

    /// The attribute.
    public var attribute: SDPAttribute {
        SDPAttribute(name: "rtcp", value: connection.map { "\(port) \($0.text)" } ?? "\(port)")
    }
}
