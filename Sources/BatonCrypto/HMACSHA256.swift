/// HMAC-SHA256 (RFC 2104, RFC 4231), the code of STUN's MESSAGE-INTEGRITY-SHA256.
///
/// Of the same shape as ``HMACSHA1``. It allocates nothing.
public struct HMACSHA256: Sendable {
    /// Needs nothing: the key comes with each call.
    public init() {}

    /// The code over `head` and, behind it, `body`, under `key`.
    public func code(
        key: borrowing RawSpan, head: borrowing RawSpan, body: borrowing RawSpan
    ) -> InlineArray<32, UInt8> {
        var code = InlineArray<32, UInt8>(repeating: 0)
        var span = code.mutableSpan
        HMAC<SHA256State>.write(key: key, head: head, body: body, to: &span)
        return code
    }

    /// The code over `message` under `key`.
    public func code(key: [UInt8], message: [UInt8]) -> [UInt8] {
        let none: [UInt8] = []
        let code = unsafe code(
            key: key.span.bytes, head: none.span.bytes, body: message.span.bytes)
        return code.indices.map { code[$0] }
    }
}
