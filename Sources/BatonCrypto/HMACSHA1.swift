/// HMAC-SHA1 (RFC 2104), the code of STUN's MESSAGE-INTEGRITY.
///
/// `code(key:head:body:)` is what BatonICE's `STUNAuthenticator` asks for. It allocates nothing.
public struct HMACSHA1: Sendable {
    /// Needs nothing: the key comes with each call.
    public init() {}

    /// The code over `head` and, behind it, `body`, under `key`.
    public func code(
        key: borrowing RawSpan, head: borrowing RawSpan, body: borrowing RawSpan
    ) -> InlineArray<20, UInt8> {
        var code = InlineArray<20, UInt8>(repeating: 0)
        var span = code.mutableSpan
        HMAC<SHA1State>.write(key: key, head: head, body: body, to: &span)
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
