import BatonBase

/// One key of `a=crypto:`: master key and salt, how long they last, and their identifier
/// (RFC 4568 §6.1).
///
///     inline:<base64 of key and salt>["|" lifetime]["|" MKI ":" length]
public struct SDPCryptoKey: Hashable, Sendable {
    /// The master key with the master salt behind it.
    public var keyAndSalt: [UInt8]
    /// For how many packets the key may be used; `nil` for the suite's default.
    public var lifetime: Lifetime?
    /// The master key identifier that packets carry; `nil` when they carry none.
    public var masterKeyIdentifier: MasterKeyIdentifier?

    /// The most bytes of key and salt that are read: far above those of any suite.
    public static let keyAndSaltBytesMax = 128

    /// How many packets a key may protect.
    public enum Lifetime: Hashable, Sendable {
        /// 2 to this power, at most 63: `2^20`.
        case powerOfTwo(exponent: UInt8)
        /// This number.
        case packets(UInt64)

        /// The number of packets.
        public var packets: UInt64 {
            switch self {
            case .powerOfTwo(let exponent): exponent < 64 ? 1 << UInt64(exponent) : .max
            case .packets(let packets): packets
            }
        }
    }

    /// A master key identifier (RFC 3711 §8.1).
    public struct MasterKeyIdentifier: Hashable, Sendable {
        /// The identifier as a number.
        public let value: UInt64
        /// How many bytes of a packet it takes, 1 to 128.
        public let length: UInt8

        /// `value` in `length` bytes; `nil` when it does not fit or the length is not 1 to 128.
        public init?(value: UInt64, length: UInt8) {
            guard (1...128).contains(length), length >= 8 || value >> (8 * UInt64(length)) == 0
            else { return nil }
            self.value = value
            self.length = length
        }

        /// The bytes as they stand in a packet, most significant first.
        public var bytes: [UInt8] {
            (0..<Int(length)).reversed().map { index in
                index < 8 ? UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) : 0
            }
        }
    }

    /// The key made of these parts.
    public init(
        keyAndSalt: [UInt8], lifetime: Lifetime? = nil,
        masterKeyIdentifier: MasterKeyIdentifier? = nil
    ) {
        self.keyAndSalt = keyAndSalt
        self.lifetime = lifetime
        self.masterKeyIdentifier = masterKeyIdentifier
    }

    /// The parts of one key parameter; `nil` for another key method than `inline`, for what is no
    /// base 64, and for a lifetime or an identifier that cannot be read.
    public init?(_ parameter: ArraySlice<UInt8>) {
        let method = parameter.prefix(Self.method.utf8.count)
        guard SDPText.equalIgnoringCase(method, Self.method) else { return nil }
        let parts = parameter[method.endIndex...].split(
            separator: SDPText.bar, maxSplits: 3, omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), parts[0].count <= 2 * Self.keyAndSaltBytesMax,
            let keyAndSalt = Base64.decode(parts[0]), !keyAndSalt.isEmpty,
            keyAndSalt.count <= Self.keyAndSaltBytesMax
        else { return nil }
        self.init(keyAndSalt: keyAndSalt)
        for part in parts.dropFirst() where !readSuffix(part) { return nil }
    }

    /// The master key and the master salt for `suite`; `nil` when there are not as many bytes as
    /// it needs.
    public func split(
        for suite: SRTPCryptoSuite
    ) -> (key: ArraySlice<UInt8>, salt: ArraySlice<UInt8>)? {
        guard keyAndSalt.count == suite.masterKeyBytes &+ suite.masterSaltBytes else { return nil }
        return (keyAndSalt[..<suite.masterKeyBytes], keyAndSalt[suite.masterKeyBytes...])
    }

    /// The parameter as text, the base 64 with or without `=` at its end.
    func text(padding: Bool) -> String {
        let key = String(decoding: Base64.encode(keyAndSalt, padding: padding), as: UTF8.self)
        let lifetime =
            switch lifetime {
            case .powerOfTwo(let exponent): "|2^\(exponent)"
            case .packets(let packets): "|\(packets)"
            case nil: ""
            }
        let identifier = masterKeyIdentifier.map { "|\($0.value):\($0.length)" } ?? ""
        return Self.method + key + lifetime + identifier
    }

    private static let method = "inline:"

    /// Reads a lifetime, or an identifier and its length; false when it is neither or in a wrong
    /// order.
    private mutating func readSuffix(_ part: ArraySlice<UInt8>) -> Bool {
        guard masterKeyIdentifier == nil else { return false }
        if let colon = part.firstIndex(of: SDPText.colon) {
            guard let value = SDPText.number(part[..<colon], as: UInt64.self),
                let length = SDPText.number(part[(colon &+ 1)...], as: UInt8.self)
            else { return false }
            masterKeyIdentifier = MasterKeyIdentifier(value: value, length: length)
            return masterKeyIdentifier != nil
        }
        guard lifetime == nil else { return false }
        if part.starts(with: "2^".utf8) {
            let exponent = SDPText.number(part.dropFirst(2), as: UInt8.self)
            guard let exponent, exponent < 64 else { return false }
            lifetime = .powerOfTwo(exponent: exponent)
        } else {
            lifetime = SDPText.number(part, as: UInt64.self).map { .packets($0) }
        }
        return lifetime != nil
    }
}

extension SDPCryptoKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The number of bytes only: what is written about a key is no place for it.
    public var description: String {
        let named = masterKeyIdentifier.map { ", identifier of \($0.length)" } ?? ""
        return "SDPCryptoKey(\(keyAndSalt.count) bytes\(named))"
    }

    /// The number of bytes only.
    public var debugDescription: String { description }

    /// Nothing, so that `dump` shows the number of bytes only.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
