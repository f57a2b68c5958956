/// What the packets of a payload type carry, as far as something is done to them.
public enum PayloadEncoding: UInt8, Hashable, BitwiseCopyable, Sendable {
    /// Anything else, or nobody knows.
    case other
    /// G.711 µ-law.
    case pcmu
    /// G.711 A-law.
    case pcma
    /// G.722 at 64 kbit/s.
    case g722
    /// Samples of 16 bits.
    case l16
    /// Opus.
    case opus
    /// Telephone events (RFC 4733).
    case telephoneEvent
    /// Comfort noise (RFC 3389).
    case comfortNoise

    /// The encoding of this name in an `a=rtpmap`, whatever its case.
    public init(name: String) {
        switch name.lowercased() {
        case "pcmu": self = .pcmu
        case "pcma": self = .pcma
        case "g722": self = .g722
        case "l16": self = .l16
        case "opus": self = .opus
        case "telephone-event": self = .telephoneEvent
        case "cn": self = .comfortNoise
        default: self = .other
        }
    }

    /// The encoding of a payload type that needs no `a=rtpmap` (RFC 3551 §6).
    public init(staticPayloadType: UInt8) {
        switch staticPayloadType {
        case 0: self = .pcmu
        case 8: self = .pcma
        case 9: self = .g722
        case 10, 11: self = .l16
        case 13: self = .comfortNoise
        default: self = .other
        }
    }
}

extension PayloadEncoding {
    /// The encoding of `payloadType`: as signalled, or RFC 3551 §6's.
    static func encoding(
        of payloadType: UInt8, signalled: [PayloadClockRate]
    ) -> PayloadEncoding {
        for entry in signalled where entry.payloadType == payloadType { return entry.encoding }
        return PayloadEncoding(staticPayloadType: payloadType)
    }
}
