/// The class of a STUN message, RFC 8489 §5.
public enum STUNClass: UInt8, Hashable, Sendable {
    /// A request: it asks for a response.
    case request = 0
    /// An indication: nobody answers it.
    case indication = 1
    /// A response to a request that was done.
    case successResponse = 2
    /// A response to a request that was refused.
    case errorResponse = 3
}

/// The method of a STUN message, 0 … 0xfff.
public struct STUNMethod: RawRepresentable, Hashable, Sendable {
    /// The registered number.
    public var rawValue: UInt16

    /// The method with this number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue & 0xfff
    }

    /// Binding: the one method that ICE uses.
    public static let binding = STUNMethod(rawValue: 1)
}

/// The first 16 bits of a STUN message: its class and its method, woven into each other.
///
/// ```
///  0                 1
///  2  3  4 5 6 7 8 9 0 1 2 3 4 5
/// +--+--+-+-+-+-+-+-+-+-+-+-+-+-+
/// |M |M |M|M|M|C|M|M|M|C|M|M|M|M|
/// |11|10|9|8|7|1|6|5|4|0|3|2|1|0|
/// +--+--+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
struct STUNMessageType: Hashable, Sendable {
    var messageClass: STUNClass
    var method: STUNMethod

    init(_ messageClass: STUNClass, _ method: STUNMethod) {
        self.messageClass = messageClass
        self.method = method
    }

    /// `nil` unless the two highest bits are 0.
    init?(_ bits: UInt16) {
        guard bits < 0x4000,
            let messageClass = STUNClass(
                rawValue: UInt8(bits >> 7 & 2) | UInt8(bits >> 4 & 1))
        else { return nil }
        self.messageClass = messageClass
        method = STUNMethod(rawValue: bits >> 2 & 0xf80 | bits >> 1 & 0x70 | bits & 0xf)
    }

    var bits: UInt16 {
        let (number, kind) = (method.rawValue, UInt16(messageClass.rawValue))
        return (number & 0xf80) << 2 | (number & 0x70) << 1 | number & 0xf
            | (kind & 2) << 7 | (kind & 1) << 4
    }
}
