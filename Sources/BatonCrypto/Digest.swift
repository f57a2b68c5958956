internal import COpenSSL

/// Digests of bytes at hand.
///
/// A library that lacks one of the functions (OpenSSL in FIPS mode has no MD5) ends the process at
/// that function's first use. For codes on the packet path take ``HMACSHA1``.
public enum Digest {
    /// The MD5 digest of `bytes`, RFC 1321.
    public static func md5(_ bytes: borrowing RawSpan) -> InlineArray<16, UInt8> {
        var digest = InlineArray<16, UInt8>(repeating: 0)
        var span = digest.mutableSpan
        write(.md5, of: bytes, to: &span)
        return digest
    }

    /// The SHA-1 digest of `bytes`, FIPS 180-4.
    public static func sha1(_ bytes: borrowing RawSpan) -> InlineArray<20, UInt8> {
        var digest = InlineArray<20, UInt8>(repeating: 0)
        var span = digest.mutableSpan
        write(.sha1, of: bytes, to: &span)
        return digest
    }

    /// The SHA-256 digest of `bytes`, FIPS 180-4.
    public static func sha256(_ bytes: borrowing RawSpan) -> InlineArray<32, UInt8> {
        var digest = InlineArray<32, UInt8>(repeating: 0)
        var span = digest.mutableSpan
        write(.sha256, of: bytes, to: &span)
        return digest
    }

    /// The SHA-384 digest of `bytes`, FIPS 180-4.
    public static func sha384(_ bytes: borrowing RawSpan) -> InlineArray<48, UInt8> {
        var digest = InlineArray<48, UInt8>(repeating: 0)
        var span = digest.mutableSpan
        write(.sha384, of: bytes, to: &span)
        return digest
    }

    /// The SHA-512 digest of `bytes`, FIPS 180-4.
    public static func sha512(_ bytes: borrowing RawSpan) -> InlineArray<64, UInt8> {
        var digest = InlineArray<64, UInt8>(repeating: 0)
        var span = digest.mutableSpan
        write(.sha512, of: bytes, to: &span)
        return digest
    }

    /// The digest of `bytes` with `function`.
    public static func of(_ bytes: [UInt8], _ function: DigestFunction) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: function.byteCount)
        var span = digest.mutableSpan
        unsafe write(function, of: bytes.span.bytes, to: &span)
        return digest
    }

    private static func write(
        _ function: DigestFunction, of bytes: borrowing RawSpan,
        to digest: inout MutableSpan<UInt8>
    ) {
        let result = unsafe bytes.withUnsafeBytes { input in
            unsafe digest.withUnsafeMutableBufferPointer { output in
                unsafe EVP_Digest(
                    input.baseAddress, input.count, output.baseAddress, nil, function.method, nil)
            }
        }
        precondition(result == 1, "OpenSSL cannot compute \(function) here; baton needs it")
    }
}
