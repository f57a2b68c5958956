/// The type of a STUN attribute. Below 0x8000 a receiver must understand it, RFC 8489 §14.
public struct STUNAttributeType: RawRepresentable, Hashable, Sendable {
    /// The registered number.
    public var rawValue: UInt16

    /// The type with this number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    private init(_ rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// MAPPED-ADDRESS, of servers older than RFC 5389.
    public static let mappedAddress = STUNAttributeType(0x0001)
    /// USERNAME: `remote:local` ufrag in ICE.
    public static let username = STUNAttributeType(0x0006)
    /// MESSAGE-INTEGRITY: HMAC-SHA1 over what is before it.
    public static let messageIntegrity = STUNAttributeType(0x0008)
    /// ERROR-CODE.
    public static let errorCode = STUNAttributeType(0x0009)
    /// UNKNOWN-ATTRIBUTES, in a 420 response.
    public static let unknownAttributes = STUNAttributeType(0x000a)
    /// MESSAGE-INTEGRITY-SHA256.
    public static let messageIntegritySHA256 = STUNAttributeType(0x001c)
    /// XOR-MAPPED-ADDRESS: where the request came from.
    public static let xorMappedAddress = STUNAttributeType(0x0020)
    /// PRIORITY of the peer-reflexive candidate that the check may show, RFC 8445 §7.1.1.
    public static let priority = STUNAttributeType(0x0024)
    /// USE-CANDIDATE: the controlling agent nominates, RFC 8445 §7.1.2.
    public static let useCandidate = STUNAttributeType(0x0025)
    /// SOFTWARE.
    public static let software = STUNAttributeType(0x8022)
    /// FINGERPRINT: a CRC-32 over what is before it.
    public static let fingerprint = STUNAttributeType(0x8028)
    /// ICE-CONTROLLED with the agent's tiebreaker, RFC 8445 §7.1.3.
    public static let iceControlled = STUNAttributeType(0x8029)
    /// ICE-CONTROLLING with the agent's tiebreaker.
    public static let iceControlling = STUNAttributeType(0x802a)

    /// Whether a receiver that does not know it must refuse the message.
    public var isComprehensionRequired: Bool { rawValue < 0x8000 }

    /// Whether it is one of the above.
    var isKnown: Bool {
        switch self {
        case .mappedAddress, .username, .messageIntegrity, .errorCode, .unknownAttributes,
            .messageIntegritySHA256, .xorMappedAddress, .priority, .useCandidate, .software,
            .fingerprint, .iceControlled, .iceControlling:
            true
        default: false
        }
    }
}
