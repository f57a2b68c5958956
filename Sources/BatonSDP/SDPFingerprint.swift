import BatonBase

/// `a=fingerprint:`: the hash of a certificate (RFC 8122 §5).
///
///     a=fingerprint:<hash function> <bytes in hexadecimal, with colons between them>
public struct SDPFingerprint: Hashable, Sendable {
    /// The name of the hash function as written, for example `sha-256`.
    public var hashName: String
    /// The hash.
    public var digest: [UInt8]

    /// The hash functions of RFC 8122 §5 that have a name in SDP.
    public enum HashFunction: String, Hashable, Sendable, CaseIterable {
        /// MD2; MUST NOT be used.
        case md2
        /// MD5; MUST NOT be used.
        case md5
        /// SHA-1.
        case sha1 = "sha-1"
        /// SHA-224.
        case sha224 = "sha-224"
        /// SHA-256.
        case sha256 = "sha-256"
        /// SHA-384.
        case sha384 = "sha-384"
        /// SHA-512.
        case sha512 = "sha-512"

        /// The length of the hash in bytes.
        public var digestBytes: Int {
            switch self {
            case .md2, .md5: 16
            case .sha1: 20
            case .sha224: 28
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }

        /// Whether RFC 8122 §5.1 allows a certificate to be told by it.
        public var isAllowed: Bool { self != .md2 && self != .md5 }
    }

    /// The longest hash that is read, in bytes.
    public static let digestBytesMax = 64

    /// The fingerprint `digest` of a known hash function.
    public init(_ function: HashFunction, digest: [UInt8]) {
        hashName = function.rawValue
        self.digest = digest
    }

    /// The parts of the attribute's value; `nil` when they cannot be read, when the digest has not
    /// the length of its hash function, or for more than ``digestBytesMax``.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let name = SDPText.word(&rest), let text = SDPText.word(&rest),
            let digest = Self.digest(text)
        else { return nil }
        hashName = SDPText.string(name)
        self.digest = digest
        if let function, function.digestBytes != digest.count { return nil }
    }

    /// The hash function, `nil` when it is not known.
    public var function: HashFunction? {
        let name = ArraySlice(hashName.utf8)
        return HashFunction.allCases.first { SDPText.equalIgnoringCase(name, $0.rawValue) }
    }

    /// The attribute; its hexadecimal digits are capitals, as RFC 8122 wants.
    public var attribute: SDPAttribute {
        let pairs = digest.map { Hex.encode([$0]).uppercased() }
        return SDPAttribute(
            name: "fingerprint", value: "\(hashName) \(pairs.joined(separator: ":"))")
    }

    private static func digest(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count <= 3 * digestBytesMax else { return nil }
        let pairs = text.split(separator: SDPText.colon, omittingEmptySubsequences: false)
        var digest: [UInt8] = []
        for pair in pairs {
            guard pair.count == 2, let high = pair.first.flatMap({ Hex.value(of: $0) }),
                let low = pair.last.flatMap({ Hex.value(of: $0) })
            else { return nil }
            digest.append(high << 4 | low)
        }
        return digest
    }
}

extension SDPSection {
    /// The `a=fingerprint:` attributes of this section that can be read, in order.
    public var fingerprints: [SDPFingerprint] {
        attributes(named: "fingerprint").compactMap {
            $0.valueBytes.flatMap { SDPFingerprint($0) }
        }
    }

    /// `a=tls-id:`, the identifier of a DTLS association (RFC 8842 §4); `nil` without one or when
    /// it is not 20 to 255 letters, digits, `+`, `/`, `-` and `_`.
    public var tlsID: SDPTLSIdentifier? {
        get { firstValue(named: "tls-id").flatMap { SDPTLSIdentifier($0) } }
        set { setValue(newValue?.text, named: "tls-id") }
    }
}
