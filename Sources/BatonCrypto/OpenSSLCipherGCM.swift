internal import COpenSSL
internal import CSRTP

// AES in Galois/counter mode, RFC 7714. libsrtp2 makes the IV, salt included, and calls in this
// order: set_iv, set_aad once or twice, then encrypt and get_tag, or decrypt, which checks the tag.

/// The functions of GCM; the type's maker fills in the rest.
func openSSLGCMType() -> srtp_cipher_type_t {
    var type = unsafe srtp_cipher_type_t()
    unsafe type.`init` = openSSLGCMSetKey
    unsafe type.set_iv = openSSLGCMSetIV
    unsafe type.set_aad = openSSLGCMAddAuthenticatedData
    unsafe type.encrypt = openSSLGCMEncrypt
    unsafe type.decrypt = openSSLGCMDecrypt
    unsafe type.get_tag = openSSLGCMTag
    return unsafe type
}

/// `init`: the key of 16 or 32 bytes; the salt of 12 behind it is libsrtp2's own business.
private func openSSLGCMSetKey(
    _ address: UnsafeMutableRawPointer?, _ key: UnsafePointer<UInt8>?
) -> srtp_err_status_t {
    guard let state = unsafe OpenSSLCipherState.at(address) else {
        return srtp_err_status_bad_param
    }
    let done = unsafe EVP_EncryptInit_ex2(
        state.pointee.context, state.pointee.algorithm, key, nil, nil)
    return done == 1 ? srtp_err_status_ok : srtp_err_status_cipher_fail
}

/// `set_iv`: 12 bytes, and whether to encrypt or to decrypt.
private func openSSLGCMSetIV(
    _ address: UnsafeMutableRawPointer?, _ iv: UnsafeMutablePointer<UInt8>?,
    _ direction: srtp_cipher_direction_t
) -> srtp_err_status_t {
    guard let state = unsafe OpenSSLCipherState.at(address), direction != srtp_direction_any else {
        return srtp_err_status_bad_param
    }
    let encrypts: Int32 = direction == srtp_direction_encrypt ? 1 : 0
    let done = unsafe EVP_CipherInit_ex2(state.pointee.context, nil, nil, iv, encrypts, nil)
    return done == 1 ? srtp_err_status_ok : srtp_err_status_cipher_fail
}

/// `set_aad`: bytes that are authenticated and not encrypted, in one or more parts.
private func openSSLGCMAddAuthenticatedData(
    _ address: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ byteCount: UInt32
) -> srtp_err_status_t {
    guard let state = unsafe OpenSSLCipherState.at(address),
        let count = Int32(exactly: byteCount)
    else { return srtp_err_status_bad_param }
    var written: Int32 = 0
    let done = unsafe EVP_CipherUpdate(state.pointee.context, nil, &written, bytes, count)
    return done == 1 ? srtp_err_status_ok : srtp_err_status_cipher_fail
}

/// `encrypt`, in place. An SRTCP packet that is authenticated only comes as no bytes at no address.
private func openSSLGCMEncrypt(
    _ address: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<UInt8>?,
    _ byteCount: UnsafeMutablePointer<UInt32>?
) -> srtp_err_status_t {
    guard let state = unsafe OpenSSLCipherState.at(address), let byteCount = unsafe byteCount,
        let count = unsafe Int32(exactly: byteCount.pointee)
    else { return srtp_err_status_bad_param }
    guard count > 0 else { return srtp_err_status_ok }
    var written: Int32 = 0
    let done = unsafe EVP_EncryptUpdate(state.pointee.context, bytes, &written, bytes, count)
    return done == 1 && written == count ? srtp_err_status_ok : srtp_err_status_cipher_fail
}

/// `get_tag`: ends the encryption. The length is given back, whatever it was before.
private func openSSLGCMTag(
    _ address: UnsafeMutableRawPointer?, _ tag: UnsafeMutablePointer<UInt8>?,
    _ byteCount: UnsafeMutablePointer<UInt32>?
) -> srtp_err_status_t {
    guard let state = unsafe OpenSSLCipherState.at(address), let byteCount = unsafe byteCount,
        let tag = unsafe tag
    else { return srtp_err_status_bad_param }
    let context = unsafe state.pointee.context
    let tagBytes = unsafe state.pointee.tagBytes
    var written: Int32 = 0
    // GCM has no last block: nothing is written at the address.
    guard unsafe EVP_EncryptFinal_ex(context, tag, &written) == 1,
        unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), tag) == 1
    else { return srtp_err_status_cipher_fail }
    unsafe byteCount.pointee = UInt32(tagBytes)
    return srtp_err_status_ok
}

/// `decrypt`, in place: ciphertext and tag come in, the length of the plaintext goes out.
///
/// OpenSSL writes the plaintext before it has seen the tag, so the bytes of a forged packet are
/// spoilt; libsrtp2 reports it and the caller drops it.
private func openSSLGCMDecrypt(
    _ address: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<UInt8>?,
    _ byteCount: UnsafeMutablePointer<UInt32>?
) -> srtp_err_status_t {
    guard let state = unsafe OpenSSLCipherState.at(address), let byteCount = unsafe byteCount,
        let bytes = unsafe bytes, let total = unsafe Int32(exactly: byteCount.pointee)
    else { return srtp_err_status_bad_param }
    let context = unsafe state.pointee.context
    let tagBytes = unsafe Int32(state.pointee.tagBytes)
    guard total >= tagBytes else { return srtp_err_status_bad_param }
    let count = total - tagBytes
    let tag = unsafe bytes + Int(count)
    guard unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tagBytes, tag) == 1 else {
        return srtp_err_status_cipher_fail
    }
    var written: Int32 = 0
    if count > 0 {
        guard unsafe EVP_DecryptUpdate(context, bytes, &written, bytes, count) == 1 else {
            return srtp_err_status_cipher_fail
        }
    }
    guard unsafe EVP_DecryptFinal_ex(context, tag, &written) == 1 else {
        return srtp_err_status_auth_fail
    }
    unsafe byteCount.pointee = UInt32(count)
    return srtp_err_status_ok
}
