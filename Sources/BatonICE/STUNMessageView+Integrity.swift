import BatonBase

/// HMAC-SHA1 as BatonICE needs it. Whoever owns the cryptography library implements it.
public protocol STUNAuthenticator {
    /// The code over `head` and, behind it, `body`, under `key` (RFC 2104).
    func code(
        key: borrowing RawSpan, head: borrowing RawSpan, body: borrowing RawSpan
    ) -> InlineArray<20, UInt8>
}

extension STUNMessageView {
    /// What FINGERPRINT is masked with, so that it is no CRC that the payload might have anyway.
    static let fingerprintMask: UInt32 = 0x5354_554e

    /// Whether FINGERPRINT is right, RFC 8489 §14.7; `nil` when there is none.
    public var isFingerprintValid: Bool? {
        guard fingerprintOffset >= 0 else { return nil }
        let value = bytes.uint32(at: fingerprintOffset &+ Self.attributeHeaderLength)
        let sum = CRC32.checksum(bytes.extracting(0..<fingerprintOffset))
        return value == sum ^ Self.fingerprintMask
    }

    /// Whether the message has a MESSAGE-INTEGRITY.
    public var hasIntegrity: Bool { integrityOffset >= 0 }

    /// Whether MESSAGE-INTEGRITY was made with `key`, RFC 8489 §14.5; `false` when there is none.
    ///
    /// Takes the same time wherever the codes differ.
    public func isAuthentic(
        key: borrowing RawSpan, by authenticator: borrowing some STUNAuthenticator
    ) -> Bool {
        guard integrityOffset >= 0 else { return false }
        let code = Self.integrityCode(
            bytes, upTo: integrityOffset, key: key, by: authenticator)
        let start = integrityOffset &+ Self.attributeHeaderLength
        var difference: UInt8 = 0
        for index in 0..<20 { difference |= code[index] ^ bytes.uint8(at: start &+ index) }
        return difference == 0
    }

    /// The code over the message before `offset`, whose length field counts up to the end of the
    /// MESSAGE-INTEGRITY that is, or will be, there.
    static func integrityCode(
        _ bytes: borrowing RawSpan, upTo offset: Int, key: borrowing RawSpan,
        by authenticator: borrowing some STUNAuthenticator
    ) -> InlineArray<20, UInt8> {
        var head = InlineArray<4, UInt8>(repeating: 0)
        let length = offset &+ attributeHeaderLength &+ 20 &- headerLength
        head[0] = bytes.uint8(at: 0)
        head[1] = bytes.uint8(at: 1)
        head[2] = UInt8(truncatingIfNeeded: length >> 8)
        head[3] = UInt8(truncatingIfNeeded: length)
        return authenticator.code(
            key: key, head: head.span.bytes, body: bytes.extracting(4..<offset))
    }
}
