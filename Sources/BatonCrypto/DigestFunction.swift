internal import COpenSSL

/// A cryptographic hash function.
public enum DigestFunction: Hashable, Sendable, CaseIterable {
    /// MD5, RFC 1321: broken, for HTTP and SIP digest authentication only.
    case md5
    /// SHA-1, FIPS 180-4: broken where collisions matter, sound in HMAC.
    case sha1
    /// SHA-256, FIPS 180-4.
    case sha256
    /// SHA-384, FIPS 180-4.
    case sha384
    /// SHA-512, FIPS 180-4.
    case sha512

    /// The length of a digest in bytes.
    public var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// OpenSSL's object for the function; it lives as long as the process.
    var method: OpaquePointer {
        let method: OpaquePointer? =
            switch self {
            case .md5: unsafe EVP_md5()
            case .sha1: unsafe EVP_sha1()
            case .sha256: unsafe EVP_sha256()
            case .sha384: unsafe EVP_sha384()
            case .sha512: unsafe EVP_sha512()
            }
        guard let method = unsafe method else {
            preconditionFailure("OpenSSL is built without \(self); baton needs it")
        }
        return unsafe method
    }
}
