internal import COpenSSL
internal import CSRTP

// AES in counter mode, RFC 3711 §4.1.1:
//
//   counter block 0 = (session salt << 16) XOR (SSRC << 64) XOR (packet index << 16)
//
// libsrtp2 hands over the session salt behind the key, and the rest as the IV. The lowest 16 bits
// count blocks from zero; a packet has far fewer than 65,536, so OpenSSL's 128-bit counter does not
// carry into the rest.

/// The functions of counter mode; the type's maker fills in the rest.
func openSSLCounterModeType() -> srtp_cipher_type_t {
    var type = unsafe srtp_cipher_type_t()
    unsafe type.`init` = openSSLCounterModeSetKey
    unsafe type.set_iv = openSSLCounterModeSetIV
    unsafe type.encrypt = openSSLCounterModeCrypt
    unsafe type.decrypt = openSSLCounterModeCrypt
    return unsafe type
}

/// `init`: the key of 16 or 32 bytes, then the salt of 14.
private func openSSLCounterModeSetKey(
    _ address: UnsafeMutableRawPointer?, _ key: UnsafePointer<UInt8>?
) -> srtp_err_status_t {
    guard let state = unsafe OpenSSLCipherState.at(address), let key = unsafe key else {
        return srtp_err_status_bad_param
    }
    let algorithm = unsafe state.pointee.algorithm
    let keyBytes = unsafe Int(EVP_CIPHER_get_key_length(algorithm))
    var salt: (UInt64, UInt64) = (0, 0)
    unsafe withUnsafeMutableBytes(of: &salt) {
        unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: key + keyBytes, count: 14))
    }
    unsafe state.pointee.salt = salt
    let done = unsafe EVP_EncryptInit_ex2(state.pointee.context, algorithm, key, nil, nil)
    return done == 1 ? srtp_err_status_ok : srtp_err_status_cipher_fail
}

/// `set_iv`: 16 bytes.
private func openSSLCounterModeSetIV(
    _ address: UnsafeMutableRawPointer?, _ iv: UnsafeMutablePointer<UInt8>?,
    _ direction: srtp_cipher_direction_t
) -> srtp_err_status_t {
    guard let state = unsafe OpenSSLCipherState.at(address), let iv = unsafe iv else {
        return srtp_err_status_bad_param
    }
    let bytes = UnsafeRawPointer(iv)
    var counter = unsafe state.pointee.salt
    counter.0 ^= unsafe bytes.loadUnaligned(as: UInt64.self)
    counter.1 ^= unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    let context = unsafe state.pointee.context
    let done = unsafe withUnsafeBytes(of: &counter) { block in
        unsafe EVP_EncryptInit_ex2(
            context, nil, nil, block.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
    }
    return done == 1 ? srtp_err_status_ok : srtp_err_status_cipher_fail
}

/// `encrypt` and `decrypt`, which are the same in counter mode: XOR with the keystream, in place.
private func openSSLCounterModeCrypt(
    _ address: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<UInt8>?,
    _ byteCount: UnsafeMutablePointer<UInt32>?
) -> srtp_err_status_t {
    guard let state = unsafe OpenSSLCipherState.at(address), let byteCount = unsafe byteCount,
        let count = unsafe Int32(exactly: byteCount.pointee)
    else { return srtp_err_status_bad_param }
    // libsrtp2 asks for a keystream prefix of no bytes before each SRTCP packet.
    guard count > 0 else { return srtp_err_status_ok }
    var written: Int32 = 0
    let done = unsafe EVP_EncryptUpdate(state.pointee.context, bytes, &written, bytes, count)
    return done == 1 && written == count ? srtp_err_status_ok : srtp_err_status_cipher_fail
}
