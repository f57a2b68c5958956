/// A master key with its salt (RFC 3711 §3.2.1), and the identifier by which packets name it.
///
/// Descriptions and dumps do not show the bytes.
public struct SRTPMasterKey: Hashable, Sendable {
    /// The greatest length of a master key identifier in bytes (RFC 4568 §6.1).
    public static let greatestIdentifierBytes = 128

    /// The master key; its length is the profile's ``SRTPProtectionProfile/masterKeyBytes``.
    public var key: [UInt8]
    /// The master salt; its length is the profile's ``SRTPProtectionProfile/masterSaltBytes``.
    public var salt: [UInt8]
    /// The master key identifier (MKI) as it stands in packets, 1…128 bytes; empty when packets
    /// carry none.
    public var identifier: [UInt8]

    /// A master key; without `identifier`, packets carry none.
    public init(key: [UInt8], salt: [UInt8], identifier: [UInt8] = []) {
        self.key = key
        self.salt = salt
        self.identifier = identifier
    }
}

extension SRTPMasterKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The lengths only.
    public var description: String {
        let named = identifier.isEmpty ? "" : ", identifier of \(identifier.count)"
        return "SRTPMasterKey(\(key.count) + \(salt.count) bytes\(named))"
    }

    /// The lengths only.
    public var debugDescription: String { description }

    /// Nothing, so that `dump` shows the lengths only.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What the parties agreed for one direction: profile, master keys, session parameters.
public struct SRTPKeys: Hashable, Sendable {
    /// The ciphers and lengths.
    public var profile: SRTPProtectionProfile
    /// The keys, at most 16; several need identifiers (RFC 4568 §6.1). The first protects until
    /// another is selected.
    public var masterKeys: [SRTPMasterKey]
    /// What is left out.
    public var parameters: SRTPSessionParameters

    /// Keys for `profile`.
    public init(
        profile: SRTPProtectionProfile, masterKeys: [SRTPMasterKey],
        parameters: SRTPSessionParameters = []
    ) {
        self.profile = profile
        self.masterKeys = masterKeys
        self.parameters = parameters
    }

    /// One key for `profile`, without identifier: what DTLS-SRTP gives (RFC 5764 §4.2).
    public init(profile: SRTPProtectionProfile, masterKey: [UInt8], masterSalt: [UInt8]) {
        self.init(profile: profile, masterKeys: [SRTPMasterKey(key: masterKey, salt: masterSalt)])
    }
}

/// Session parameters that switch services off (RFC 4568 §6.3.2, §6.3.3).
public struct SRTPSessionParameters: OptionSet, Hashable, Sendable {
    /// One bit a parameter.
    public var rawValue: UInt8

    /// The parameters of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `UNENCRYPTED_SRTP`: the RTP payload is not encrypted.
    public static let unencryptedSRTP = SRTPSessionParameters(rawValue: 1)
    /// `UNENCRYPTED_SRTCP`: RTCP is not encrypted. It is authenticated all the same.
    public static let unencryptedSRTCP = SRTPSessionParameters(rawValue: 2)
    /// `UNAUTHENTICATED_SRTP`: RTP packets carry no tag. Anybody can then forge and replay them.
    public static let unauthenticatedSRTP = SRTPSessionParameters(rawValue: 4)
}
