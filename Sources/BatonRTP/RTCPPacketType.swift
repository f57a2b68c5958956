/// The packet type of an RTCP packet.
public struct RTCPPacketType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire; RTCP uses 192…223 (RFC 5761 §4).
    public var rawValue: UInt8

    /// The type with this number.
    @inlinable public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// SR, RFC 3550 §6.4.1.
    public static let senderReport = Self(rawValue: 200)
    /// RR, RFC 3550 §6.4.2.
    public static let receiverReport = Self(rawValue: 201)
    /// SDES, RFC 3550 §6.5.
    public static let sourceDescription = Self(rawValue: 202)
    /// BYE, RFC 3550 §6.6.
    public static let goodbye = Self(rawValue: 203)
    /// APP, RFC 3550 §6.7.
    public static let application = Self(rawValue: 204)
    /// RTPFB: feedback about transport, RFC 4585 §6.2.
    public static let transportFeedback = Self(rawValue: 205)
    /// PSFB: feedback about a payload, RFC 4585 §6.3.
    public static let payloadFeedback = Self(rawValue: 206)
    /// XR, RFC 3611 §2.
    public static let extendedReport = Self(rawValue: 207)
}
