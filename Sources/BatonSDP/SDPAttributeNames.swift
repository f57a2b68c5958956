/// A set of attribute names, and of beginnings of names, to look for in one pass.
public struct SDPAttributeNames: Sendable, ExpressibleByArrayLiteral {
    private let names: [String]

    /// The set of these names.
    public init(_ names: some Sequence<String>) {
        self.names = Array(names)
    }

    /// The set of these names.
    public init(arrayLiteral elements: String...) {
        names = elements
    }

    /// The names of both sets.
    public func union(_ other: SDPAttributeNames) -> SDPAttributeNames {
        SDPAttributeNames(names + other.names)
    }

    /// Whether `line` is an attribute with one of these names.
    public func contains(_ line: SDPLine) -> Bool {
        guard line.type == .attribute else { return false }
        let text = line.bytes.dropFirst(2)
        return names.contains { SDPText.hasName($0, in: text) }
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

    /// The four direction attributes (RFC 8866 §6.7).
    public static let direction: SDPAttributeNames = [
        "sendrecv", "sendonly", "recvonly", "inactive",
    ]
}
