/// A set of attribute names to look for in one pass.
public struct SDPAttributeNames: Sendable, ExpressibleByArrayLiteral {
    private let names: [String]
    /// A bit for each first byte, modulo 64: most attributes are told apart by it alone.
    private let firstBytes: UInt64

    /// The set of these names.
    public init(_ names: some Sequence<String>) {
        self.names = Array(names)
        firstBytes = self.names.reduce(0) { $0 | Self.bit($1.utf8.first) }
    }

    /// The set of these names.
    public init(arrayLiteral elements: String...) {
        self.init(elements)
    }

    /// The names of both sets.
    public func union(_ other: SDPAttributeNames) -> SDPAttributeNames {
        SDPAttributeNames(names + other.names)
    }

    /// Whether `line` is an attribute with one of these names.
    public func contains(_ line: SDPLine) -> Bool {
        let bytes = line.bytes
        let start = bytes.startIndex &+ 2
        guard line.type == .attribute, start < bytes.endIndex,
            firstBytes & Self.bit(bytes[start]) != 0
        else { return false }
        for name in names where SDPText.hasName(name, bytes, at: start) { return true }
        return false
    }

    private static func bit(_ byte: UInt8?) -> UInt64 {
        byte.map { 1 << UInt64($0 & 63) } ?? 0
    }

    /// What ICE puts into a description (RFC 8839 §5, RFC 8840 §4).
    public static let ice: SDPAttributeNames = [
        "candidate", "remote-candidates", "end-of-candidates", "ice-ufrag", "ice-pwd", "ice-lite",
        "ice-mismatch", "ice-options", "ice-pacing",
    ]

    /// What DTLS-SRTP puts into a description (RFC 5763, RFC 8842, RFC 8122).
    public static let dtls: SDPAttributeNames = ["fingerprint", "setup", "tls-id", "connection"]

    /// What SDES key exchange puts into a description (RFC 4568).
    public static let sdes: SDPAttributeNames = ["crypto"]

    /// Everything that says where RTCP goes (RFC 3605, RFC 5761, RFC 8858).
    public static let rtcp: SDPAttributeNames = ["rtcp", "rtcp-mux", "rtcp-mux-only"]

    /// What RTP header extensions put into a description (RFC 8285 §8, §6).
    public static let headerExtensions: SDPAttributeNames = ["extmap", "extmap-allow-mixed"]

    /// What names synchronisation sources and encodings (RFC 5576, RFC 8830, RFC 8851, RFC 8853).
    public static let sources: SDPAttributeNames = [
        "ssrc", "ssrc-group", "msid", "msid-semantic", "rid", "simulcast",
    ]

    /// What belongs to one format (RFC 8866 §6.6 and §6.15, RFC 4585 §4.2).
    public static let formats: SDPAttributeNames = ["rtpmap", "fmtp", "rtcp-fb"]

    /// The four direction attributes (RFC 8866 §6.7).
    public static let direction: SDPAttributeNames = [
        "sendrecv", "sendonly", "recvonly", "inactive",
    ]
}
