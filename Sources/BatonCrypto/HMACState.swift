internal import COpenSSL

/// HMAC (RFC 2104) for hash functions with blocks of 64 bytes, without allocation after `init`.
///
/// Made of plain digests: OpenSSL's own HMAC keeps a copy of each key on its heap.
@safe struct HMACState: ~Copyable {
    static let blockBytes = 64

    private let method: OpaquePointer
    private let context: OpaquePointer

    /// - Parameter name: OpenSSL's name of the hash function.
    init(_ name: String) {
        guard let fetched = unsafe EVP_MD_fetch(nil, name, nil),
            let context = unsafe EVP_MD_CTX_new()
        else {
            preconditionFailure("OpenSSL is built without \(name); baton needs it")
        }
        unsafe self.method = fetched
        unsafe self.context = context
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
        unsafe EVP_MD_free(method)
    }

    /// Writes the code over `head` and, behind it, `body`, under `key`, to `code`.
    func write(
        key: borrowing RawSpan, head: borrowing RawSpan, body: borrowing RawSpan,
        to code: inout MutableSpan<UInt8>
    ) {
        var block = InlineArray<64, UInt8>(repeating: 0)
        var bytes = block.mutableSpan
        if key.byteCount > Self.blockBytes {
            begin()
            add(key)
            finish(&bytes)
        } else {
            for index in 0..<key.byteCount {
                bytes[index] = unsafe key.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            }
        }
        for index in bytes.indices { bytes[index] ^= 0x36 }
        begin()
        unsafe add(bytes.span.bytes)
        add(head)
        add(body)
        finish(&code)
        for index in bytes.indices { bytes[index] ^= 0x36 ^ 0x5c }
        begin()
        unsafe add(bytes.span.bytes)
        unsafe add(code.span.bytes)
        finish(&code)
    }

    private func begin() {
        let result = unsafe EVP_DigestInit_ex2(context, method, nil)
        precondition(result == 1, "OpenSSL cannot begin a digest")
    }

    private func add(_ bytes: borrowing RawSpan) {
        unsafe bytes.withUnsafeBytes { input in
            _ = unsafe EVP_DigestUpdate(context, input.baseAddress, input.count)
        }
    }

    /// Writes the digest to the start of `bytes`, which holds at least as many.
    private func finish(_ bytes: inout MutableSpan<UInt8>) {
        unsafe bytes.withUnsafeMutableBufferPointer { output in
            _ = unsafe EVP_DigestFinal_ex(context, output.baseAddress, nil)
        }
    }
}
