import BatonBase

/// A read-only view of a STUN message, RFC 8489 §5. It copies nothing.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |0 0|     STUN Message Type     |         Message Length        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                   Magic Cookie  (0x2112A442)                  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                     Transaction ID (96 bits)                  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
public struct STUNMessageView: ~Escapable {
    /// What follows the length field in every message.
    static let magicCookie: UInt32 = 0x2112_a442
    /// The header's length in bytes.
    static let headerLength = 20
    /// The length of an attribute's type and length fields.
    static let attributeHeaderLength = 4

    /// The whole message.
    public let bytes: RawSpan
    /// Request, indication or response.
    public let messageClass: STUNClass
    /// What is asked for.
    public let method: STUNMethod
    /// What pairs request and response.
    public let transactionID: STUNTransactionID
    /// Where MESSAGE-INTEGRITY begins, -1 without one.
    let integrityOffset: Int
    /// Where FINGERPRINT begins, -1 without one.
    let fingerprintOffset: Int
    /// Where the attributes end that count: what comes behind MESSAGE-INTEGRITY is ignored, §14.5.
    let attributesEnd: Int

    /// A view of the message that is all of `bytes`.
    /// - Throws: ``STUNParseError``.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) throws(STUNParseError) {
        guard bytes.byteCount >= Self.headerLength else { throw .truncated }
        guard let type = STUNMessageType(bytes.uint16(at: 0)),
            bytes.uint32(at: 4) == Self.magicCookie
        else { throw .notSTUN }
        let length = Int(bytes.uint16(at: 2))
        guard length & 3 == 0, length == bytes.byteCount &- Self.headerLength else {
            throw .invalidLength
        }
        let layout = try AttributeLayout(of: bytes)
        self.bytes = bytes
        messageClass = type.messageClass
        method = type.method
        transactionID = STUNTransactionID(high: bytes.uint32(at: 8), low: bytes.uint64(at: 12))
        integrityOffset = layout.integrityOffset
        fingerprintOffset = layout.fingerprintOffset
        attributesEnd = layout.attributesEnd
    }

    /// Where the value of the first attribute of `type` lies in ``bytes``, without padding; `nil`
    /// when there is none before the integrity attribute.
    public func range(of type: STUNAttributeType) -> Range<Int>? {
        var offset = Self.headerLength
        while offset < attributesEnd {
            let start = offset &+ Self.attributeHeaderLength
            let end = start &+ Int(bytes.uint16(at: offset &+ 2))
            if bytes.uint16(at: offset) == type.rawValue { return start..<end }
            offset = (end &+ 3) & ~3
        }
        return nil
    }

    /// Attributes of types that are not known and must be understood, each once, at most 16.
    public var unknownRequiredAttributes: [STUNAttributeType] {
        var types: [STUNAttributeType] = []
        var offset = Self.headerLength
        while offset < attributesEnd, types.count < 16 {
            let type = STUNAttributeType(rawValue: bytes.uint16(at: offset))
            if type.isComprehensionRequired, !type.isKnown, !types.contains(type) {
                types.append(type)
            }
            let length = Int(bytes.uint16(at: offset &+ 2))
            offset &+= Self.attributeHeaderLength &+ ((length &+ 3) & ~3)
        }
        return types
    }
}

/// What a walk over a message's attributes finds.
private struct AttributeLayout {
    var integrityOffset = -1
    var fingerprintOffset = -1
    var attributesEnd: Int

    init(of bytes: RawSpan) throws(STUNParseError) {
        attributesEnd = bytes.byteCount
        var offset = STUNMessageView.headerLength
        while offset < bytes.byteCount {
            // The message's length is a multiple of 4, so type and length are there.
            let type = STUNAttributeType(rawValue: bytes.uint16(at: offset))
            let length = Int(bytes.uint16(at: offset &+ 2))
            let start = offset &+ STUNMessageView.attributeHeaderLength
            let end = start &+ ((length &+ 3) & ~3)
            guard end <= bytes.byteCount else { throw .attributeTruncated }
            guard fingerprintOffset < 0 else { throw .invalidAttribute(type.rawValue) }
            if integrityOffset < 0 || type == .fingerprint {
                try note(type, length, bytes, at: offset)
            }
            offset = end
        }
    }

    private mutating func note(
        _ type: STUNAttributeType, _ length: Int, _ bytes: RawSpan, at offset: Int
    ) throws(STUNParseError) {
        let start = offset &+ STUNMessageView.attributeHeaderLength
        let family = length > 1 ? bytes.uint8(at: start &+ 1) : 0
        guard Self.permits(length, of: type, family: family) else {
            throw .invalidAttribute(type.rawValue)
        }
        switch type {
        case .messageIntegrity:
            integrityOffset = offset
            attributesEnd = min(attributesEnd, offset)
        case .messageIntegritySHA256:
            attributesEnd = min(attributesEnd, offset)
        case .fingerprint:
            fingerprintOffset = offset
            attributesEnd = min(attributesEnd, offset)
        default: break
        }
    }

    /// Whether an attribute of `type` may be `length` bytes long. An address has its family in the
    /// second byte.
    private static func permits(
        _ length: Int, of type: STUNAttributeType, family: UInt8
    ) -> Bool {
        switch type {
        case .messageIntegrity: length == 20
        case .messageIntegritySHA256: length >= 16 && length <= 32 && length & 3 == 0
        case .fingerprint, .priority: length == 4
        case .useCandidate: length == 0
        case .iceControlled, .iceControlling: length == 8
        case .xorMappedAddress, .mappedAddress:
            (family == 1 && length == 8) || (family == 2 && length == 20)
        case .username: length <= 513
        case .errorCode: length >= 4 && length <= 4 + 763
        default: true
        }
    }
}
