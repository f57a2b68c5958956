internal import BatonBase

/// The fingerprint of a certificate, as an SDP `a=fingerprint` line gives it: RFC 8122 §5.
public struct CertificateFingerprint: Hashable, Sendable {
    /// The hash function over the certificate's DER form.
    public let function: DigestFunction
    /// The digest.
    public let bytes: [UInt8]

    /// The fingerprint with these `bytes`; `nil` when `function` gives digests of another length.
    public init?(_ function: DigestFunction, bytes: [UInt8]) {
        guard bytes.count == function.byteCount else { return nil }
        self.function = function
        self.bytes = bytes
    }

    /// The fingerprint of the certificate whose DER form is `der`.
    public init(of der: [UInt8], _ function: DigestFunction = .sha256) {
        self.function = function
        bytes = Digest.of(der, function)
    }

    /// Reads the value of an `a=fingerprint` line, such as `sha-256 4A:AD:…`.
    ///
    /// `nil` for hash functions that baton does not know (sha-224, md2), a wrong length, and
    /// whatever is not pairs of hexadecimal digits with colons between. Small letters pass, though
    /// RFC 8122 asks for capitals.
    public init?(_ value: some StringProtocol) {
        let words = value.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard words.count == 2, let function = DigestFunction(fingerprintName: words[0]) else {
            return nil
        }
        let text = Array(words[1].utf8)
        guard text.count == function.byteCount * 3 - 1 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: 3) {
            guard let high = Hex.value(of: text[start]), let low = Hex.value(of: text[start + 1]),
                start + 2 == text.count || text[start + 2] == UInt8(ascii: ":")
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.init(function, bytes: bytes)
    }

    /// Whether a certificate may be recognised by it: SHA-256 and stronger.
    ///
    /// RFC 8122 §5 forbids MD5; SHA-1 has no second-preimage attack yet, but is not worth trusting.
    public var isStrongEnough: Bool { function.strength >= DigestFunction.sha256.strength }

    /// The digest alone, in capitals with colons: `4A:AD:B9:…`.
    public var digestText: String {
        bytes.map { Hex.encode([$0]).uppercased() }.joined(separator: ":")
    }
}

extension CertificateFingerprint: CustomStringConvertible {
    /// The value of an `a=fingerprint` line.
    public var description: String { "\(function.fingerprintName) \(digestText)" }
}

extension DigestFunction {
    /// The name in fingerprints: RFC 8122 §5, from the registry of RFC 4572.
    public var fingerprintName: String {
        switch self {
        case .md5: "md5"
        case .sha1: "sha-1"
        case .sha256: "sha-256"
        case .sha384: "sha-384"
        case .sha512: "sha-512"
        }
    }

    /// The function with this name in fingerprints, in capital or small letters; `nil` for others.
    public init?(fingerprintName name: some StringProtocol) {
        let name = name.lowercased()
        guard let function = Self.allCases.first(where: { $0.fingerprintName == name }) else {
            return nil
        }
        self = function
    }

    /// Grows with what it takes to forge a digest; compare, do not show.
    var strength: Int { byteCount }
}
