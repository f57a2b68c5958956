internal import COpenSSL
internal import CSRTP

/// HMAC-SHA1 with the hash function of OpenSSL, as the authentication type of libsrtp2.
///
/// HMAC(K, m) = H((K ^ opad) ‖ H((K ^ ipad) ‖ m)), RFC 2104 §2. The two states after the key's
/// block are made once a key, and copied for each packet. `EVP_MAC` and `HMAC_CTX` do the same, but
/// allocate and free a state for each copy, which costs more than the hashing does.
enum OpenSSLCipherHMAC {
    /// The length of a SHA-1 digest in bytes.
    static let digestBytes = 20
    /// The length of a block of SHA-1 in bytes, which no key of SRTP exceeds.
    static let blockBytes = 64

    /// The type, made once and never freed, as an address.
    private static let typeAddress = makeType()

    /// What libsrtp2 takes.
    static var type: UnsafePointer<srtp_auth_type_t>? {
        unsafe UnsafePointer(bitPattern: typeAddress)
    }

    private static func makeType() -> UInt {
        let type = UnsafeMutablePointer<srtp_auth_type_t>.allocate(capacity: 1)
        unsafe type.initialize(
            to: srtp_auth_type_t(
                alloc: openSSLHMACAllocate, dealloc: openSSLHMACDeallocate, init: openSSLHMACSetKey,
                compute: openSSLHMACFinish, update: openSSLHMACUpdate, start: openSSLHMACStart,
                description: permanentCString("HMAC-SHA1 of OpenSSL"),
                test_data: OpenSSLCipherTestData.permanentHMACTestCases(),
                id: srtp_auth_type_id_t(SRTP_HMAC_SHA1)))
        return UInt(bitPattern: type)
    }
}

/// What an authentication function keeps between calls.
private struct OpenSSLHMACState {
    /// The state after the key's inner block.
    var inner = SHA_CTX()
    /// The state after the key's outer block.
    var outer = SHA_CTX()
    /// The state of the packet at hand.
    var work = SHA_CTX()
}

private func openSSLHMACAllocate(
    _ result: UnsafeMutablePointer<srtp_auth_pointer_t?>?, _ keyBytes: Int32, _ tagBytes: Int32
) -> srtp_err_status_t {
    guard let result = unsafe result, let type = unsafe OpenSSLCipherHMAC.type,
        0...OpenSSLCipherHMAC.digestBytes ~= Int(tagBytes),
        0...OpenSSLCipherHMAC.blockBytes ~= Int(keyBytes)
    else { return srtp_err_status_bad_param }
    let state = UnsafeMutablePointer<OpenSSLHMACState>.allocate(capacity: 1)
    unsafe state.initialize(to: OpenSSLHMACState())
    let function = UnsafeMutablePointer<srtp_auth_t>.allocate(capacity: 1)
    unsafe function.initialize(
        to: srtp_auth_t(
            type: type, state: state, out_len: tagBytes, key_len: keyBytes, prefix_len: 0))
    unsafe result.pointee = function
    return srtp_err_status_ok
}

private func openSSLHMACDeallocate(_ function: srtp_auth_pointer_t?) -> srtp_err_status_t {
    guard let function = unsafe function else { return srtp_err_status_bad_param }
    if let state = unsafe function.pointee.state?.assumingMemoryBound(to: OpenSSLHMACState.self) {
        unsafe OPENSSL_cleanse(state, MemoryLayout<OpenSSLHMACState>.size)
        unsafe state.deallocate()
    }
    unsafe function.deallocate()
    return srtp_err_status_ok
}

private func openSSLHMACSetKey(
    _ address: UnsafeMutableRawPointer?, _ key: UnsafePointer<UInt8>?, _ keyBytes: Int32
) -> srtp_err_status_t {
    guard let state = unsafe address?.assumingMemoryBound(to: OpenSSLHMACState.self),
        0...OpenSSLCipherHMAC.blockBytes ~= Int(keyBytes)
    else { return srtp_err_status_bad_param }
    guard unsafe startHash(&state.pointee.inner, key, Int(keyBytes), pad: 0x36),
        unsafe startHash(&state.pointee.outer, key, Int(keyBytes), pad: 0x5c)
    else { return srtp_err_status_auth_fail }
    return srtp_err_status_ok
}

/// Starts a hash with the block that the key makes with `pad`.
private func startHash(
    _ hash: inout SHA_CTX, _ key: UnsafePointer<UInt8>?, _ keyBytes: Int, pad: UInt8
) -> Bool {
    unsafe withUnsafeTemporaryAllocation(
        of: UInt8.self, capacity: OpenSSLCipherHMAC.blockBytes
    ) { block in
        unsafe block.initialize(repeating: pad)
        if let key = unsafe key {
            for index in 0..<keyBytes { unsafe block[index] ^= key[index] }
        }
        let done =
            unsafe SHA1_Init(&hash) == 1
            && SHA1_Update(&hash, block.baseAddress, block.count) == 1
        unsafe OPENSSL_cleanse(block.baseAddress, block.count)
        return done
    }
}

private func openSSLHMACStart(_ address: UnsafeMutableRawPointer?) -> srtp_err_status_t {
    guard let state = unsafe address?.assumingMemoryBound(to: OpenSSLHMACState.self) else {
        return srtp_err_status_bad_param
    }
    unsafe state.pointee.work = state.pointee.inner
    return srtp_err_status_ok
}

private func openSSLHMACUpdate(
    _ address: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ byteCount: Int32
) -> srtp_err_status_t {
    guard let state = unsafe address?.assumingMemoryBound(to: OpenSSLHMACState.self),
        byteCount >= 0
    else { return srtp_err_status_bad_param }
    let done = unsafe SHA1_Update(&state.pointee.work, bytes, Int(byteCount))
    return done == 1 ? srtp_err_status_ok : srtp_err_status_auth_fail
}

/// `compute`: the last bytes, then as much of the digest as the tag has.
private func openSSLHMACFinish(
    _ address: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ byteCount: Int32,
    _ tagBytes: Int32, _ tag: UnsafeMutablePointer<UInt8>?
) -> srtp_err_status_t {
    guard let state = unsafe address?.assumingMemoryBound(to: OpenSSLHMACState.self),
        let tag = unsafe tag, byteCount >= 0, 0...OpenSSLCipherHMAC.digestBytes ~= Int(tagBytes)
    else { return srtp_err_status_bad_param }
    return unsafe withUnsafeTemporaryAllocation(
        of: UInt8.self, capacity: OpenSSLCipherHMAC.digestBytes
    ) { digest in
        let start = digest.baseAddress
        guard unsafe SHA1_Update(&state.pointee.work, bytes, Int(byteCount)) == 1,
            unsafe SHA1_Final(start, &state.pointee.work) == 1
        else { return srtp_err_status_auth_fail }
        unsafe state.pointee.work = state.pointee.outer
        guard unsafe SHA1_Update(&state.pointee.work, start, OpenSSLCipherHMAC.digestBytes) == 1,
            unsafe SHA1_Final(start, &state.pointee.work) == 1
        else { return srtp_err_status_auth_fail }
        for index in 0..<Int(tagBytes) { unsafe tag[index] = digest[index] }
        return srtp_err_status_ok
    }
}
