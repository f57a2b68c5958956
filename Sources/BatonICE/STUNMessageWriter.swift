public import BatonBase

/// Writes one STUN message into bytes of the caller's, attribute by attribute.
///
/// What does not fit makes the whole message invalid: ``byteCount`` is 0 from then on, and nothing
/// more is written.
public struct STUNMessageWriter: Sendable {
    /// The length of what has been written, in bytes; 0 when something did not fit.
    public private(set) var byteCount = 0
    private let transactionID: STUNTransactionID

    /// Begins a message at the start of `bytes`.
    public init(
        _ messageClass: STUNClass, _ method: STUNMethod = .binding,
        transactionID: STUNTransactionID, into bytes: inout MutableRawSpan
    ) {
        self.transactionID = transactionID
        guard bytes.byteCount >= STUNMessageView.headerLength else { return }
        bytes.store(STUNMessageType(messageClass, method).bits, at: 0)
        bytes.store(UInt16(0), at: 2)
        bytes.store(STUNMessageView.magicCookie, at: 4)
        bytes.store(transactionID.high, at: 8)
        bytes.store(transactionID.low, at: 12)
        byteCount = STUNMessageView.headerLength
    }

    /// Appends an attribute with any value, padded with zeros.
    public mutating func append(
        _ type: STUNAttributeType, _ value: Span<UInt8>, into bytes: inout MutableRawSpan
    ) {
        guard let start = begin(type, length: value.count, in: &bytes) else { return }
        for index in value.indices { bytes.store(value[index], at: start &+ index) }
    }

    /// Appends an attribute without a value, such as USE-CANDIDATE.
    public mutating func append(_ type: STUNAttributeType, into bytes: inout MutableRawSpan) {
        _ = begin(type, length: 0, in: &bytes)
    }

    /// Appends an attribute with a 32-bit value, such as PRIORITY.
    public mutating func append(
        _ type: STUNAttributeType, _ value: UInt32, into bytes: inout MutableRawSpan
    ) {
        guard let start = begin(type, length: 4, in: &bytes) else { return }
        bytes.store(value, at: start)
    }

    /// Appends an attribute with a 64-bit value, such as ICE-CONTROLLING.
    public mutating func append(
        _ type: STUNAttributeType, _ value: UInt64, into bytes: inout MutableRawSpan
    ) {
        guard let start = begin(type, length: 8, in: &bytes) else { return }
        bytes.store(value, at: start)
    }

    /// Appends USERNAME: `first`, a colon and `second`.
    public mutating func appendUsername(
        _ first: [UInt8], _ second: [UInt8], into bytes: inout MutableRawSpan
    ) {
        let length = first.count &+ 1 &+ second.count
        guard let start = begin(.username, length: length, in: &bytes) else { return }
        for (index, byte) in first.enumerated() { bytes.store(byte, at: start &+ index) }
        bytes.store(UInt8(ascii: ":"), at: start &+ first.count)
        let rest = start &+ first.count &+ 1
        for (index, byte) in second.enumerated() { bytes.store(byte, at: rest &+ index) }
    }

    /// Appends XOR-MAPPED-ADDRESS, RFC 8489 §14.2.
    public mutating func appendXORMappedAddress(
        _ address: SocketAddress, into bytes: inout MutableRawSpan
    ) {
        let isV4 = address.ip.family == .v4
        guard let start = begin(.xorMappedAddress, length: isV4 ? 8 : 20, in: &bytes) else {
            return
        }
        bytes.store(UInt16(isV4 ? 1 : 2), at: start)
        bytes.store(address.port ^ UInt16(STUNMessageView.magicCookie >> 16), at: start &+ 2)
        if isV4 {
            let bits = UInt32(truncatingIfNeeded: address.ip.low)
            bytes.store(bits ^ STUNMessageView.magicCookie, at: start &+ 4)
        } else {
            bytes.store(
                address.ip.high ^ STUNMessageView.highMask(transactionID), at: start &+ 4)
            bytes.store(address.ip.low ^ transactionID.low, at: start &+ 12)
        }
    }

    /// Appends ERROR-CODE with the code's usual reason, RFC 8489 §14.8.
    public mutating func appendErrorCode(
        _ code: STUNErrorCode, into bytes: inout MutableRawSpan
    ) {
        let reason = code.reason.utf8
        guard let start = begin(.errorCode, length: 4 &+ reason.count, in: &bytes) else { return }
        bytes.store(UInt16(0), at: start)
        bytes.store(UInt8(code.rawValue / 100), at: start &+ 2)
        bytes.store(UInt8(code.rawValue % 100), at: start &+ 3)
        for (index, byte) in reason.enumerated() { bytes.store(byte, at: start &+ 4 &+ index) }
    }

    /// Appends UNKNOWN-ATTRIBUTES, RFC 8489 §14.9.
    public mutating func appendUnknownAttributes(
        _ types: [STUNAttributeType], into bytes: inout MutableRawSpan
    ) {
        guard let start = begin(.unknownAttributes, length: types.count &* 2, in: &bytes) else {
            return
        }
        for (index, type) in types.enumerated() {
            bytes.store(type.rawValue, at: start &+ index &* 2)
        }
    }

    /// Appends MESSAGE-INTEGRITY under `key`, RFC 8489 §14.5. Only FINGERPRINT may follow.
    public mutating func appendIntegrity(
        key: borrowing RawSpan, by authenticator: borrowing some STUNAuthenticator,
        into bytes: inout MutableRawSpan
    ) {
        let offset = byteCount
        guard offset > 0 else { return }
        let code = STUNMessageView.integrityCode(
            bytes.bytes, upTo: offset, key: key, by: authenticator)
        guard let start = begin(.messageIntegrity, length: 20, in: &bytes) else { return }
        for index in 0..<20 { bytes.store(code[index], at: start &+ index) }
    }

    /// Appends FINGERPRINT, RFC 8489 §14.7. Nothing may follow.
    public mutating func appendFingerprint(into bytes: inout MutableRawSpan) {
        let offset = byteCount
        guard let start = begin(.fingerprint, length: 4, in: &bytes) else { return }
        let sum = CRC32.checksum(bytes.bytes.extracting(0..<offset))
        bytes.store(sum ^ STUNMessageView.fingerprintMask, at: start)
    }

    /// Writes an attribute's type and length, its padding and the message's new length; gives where
    /// the value belongs.
    private mutating func begin(
        _ type: STUNAttributeType, length: Int, in bytes: inout MutableRawSpan
    ) -> Int? {
        let start = byteCount &+ STUNMessageView.attributeHeaderLength
        let end = start &+ ((length &+ 3) & ~3)
        guard byteCount > 0, length <= 0xffff, end <= bytes.byteCount,
            end &- STUNMessageView.headerLength <= 0xffff
        else {
            byteCount = 0
            return nil
        }
        bytes.store(type.rawValue, at: byteCount)
        bytes.store(UInt16(length), at: byteCount &+ 2)
        if end > start { bytes.store(UInt32(0), at: end &- 4) }
        bytes.store(UInt16(end &- STUNMessageView.headerLength), at: 2)
        byteCount = end
        return start
    }
}

/// The refusals that ICE knows, RFC 8489 §14.8 and RFC 8445 §7.3.1.1.
public enum STUNErrorCode: Int, Hashable, Sendable {
    /// The request is not what it should be.
    case badRequest = 400
    /// No, or no right, MESSAGE-INTEGRITY or USERNAME.
    case unauthenticated = 401
    /// Attributes that must be understood are not.
    case unknownAttribute = 420
    /// Both agents believe that they control, or neither does.
    case roleConflict = 487
    /// Something failed here.
    case serverError = 500

    /// The reason phrase.
    public var reason: String {
        switch self {
        case .badRequest: "Bad Request"
        case .unauthenticated: "Unauthenticated"
        case .unknownAttribute: "Unknown Attribute"
        case .roleConflict: "Role Conflict"
        case .serverError: "Server Error"
        }
    }
}
