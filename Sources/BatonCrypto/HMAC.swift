/// HMAC (RFC 2104) for hash functions with blocks of 64 bytes. It allocates nothing.
///
/// Made of plain digests: OpenSSL's own HMAC keeps a copy of each key on its heap.
enum HMAC<State: DigestState> {
    /// Writes the code over `head` and, behind it, `body`, under `key`, to `code`.
    static func write(
        key: borrowing RawSpan, head: borrowing RawSpan, body: borrowing RawSpan,
        to code: inout MutableSpan<UInt8>
    ) {
        var block = InlineArray<64, UInt8>(repeating: 0)
        var bytes = block.mutableSpan
        if key.byteCount > bytes.count {
            var state = State()
            state.add(key)
            state.finish(&bytes)
        } else {
            for index in 0..<key.byteCount {
                bytes[index] = unsafe key.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            }
        }
        for index in bytes.indices { bytes[index] ^= 0x36 }
        var inner = State()
        unsafe inner.add(bytes.span.bytes)
        inner.add(head)
        inner.add(body)
        inner.finish(&code)
        for index in bytes.indices { bytes[index] ^= 0x36 ^ 0x5c }
        var outer = State()
        unsafe outer.add(bytes.span.bytes)
        unsafe outer.add(code.span.bytes)
        outer.finish(&code)
    }
}
