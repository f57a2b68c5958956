internal import COpenSSL

/// A digest under way whose state lies where its owner does, not on the heap: with OpenSSL's EVP
/// functions each digest costs an allocation.
protocol DigestState {
    /// A digest of nothing so far.
    init()

    /// Adds `bytes`.
    mutating func add(_ bytes: borrowing RawSpan)

    /// Writes the digest to the start of `bytes`, which holds at least as many.
    mutating func finish(_ bytes: inout MutableSpan<UInt8>)
}

/// SHA-1, FIPS 180-4.
struct SHA1State: DigestState {
    private var context = SHA_CTX()

    init() { unsafe SHA1_Init(&context) }

    mutating func add(_ bytes: borrowing RawSpan) {
        unsafe bytes.withUnsafeBytes {
            _ = unsafe SHA1_Update(&context, $0.baseAddress, $0.count)
        }
    }

    mutating func finish(_ bytes: inout MutableSpan<UInt8>) {
        unsafe bytes.withUnsafeMutableBufferPointer {
            _ = unsafe SHA1_Final($0.baseAddress, &context)
        }
    }
}

/// SHA-256, FIPS 180-4.
struct SHA256State: DigestState {
    private var context = SHA256_CTX()

    init() { unsafe SHA256_Init(&context) }

    mutating func add(_ bytes: borrowing RawSpan) {
        unsafe bytes.withUnsafeBytes {
            _ = unsafe SHA256_Update(&context, $0.baseAddress, $0.count)
        }
    }

    mutating func finish(_ bytes: inout MutableSpan<UInt8>) {
        unsafe bytes.withUnsafeMutableBufferPointer {
            _ = unsafe SHA256_Final($0.baseAddress, &context)
        }
    }
}
