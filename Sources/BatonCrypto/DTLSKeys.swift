/// What a DTLS handshake gave SRTP: RFC 5764 §4.2.
///
/// Printing it shows the profile only.
public struct DTLSKeys: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The protection profile that both sides agreed on.
    public let profile: SRTPProtectionProfile
    /// The master key of what this side sends.
    public let localKey: [UInt8]
    /// The master salt of what this side sends.
    public let localSalt: [UInt8]
    /// The master key of what the peer sends.
    public let remoteKey: [UInt8]
    /// The master salt of what the peer sends.
    public let remoteSalt: [UInt8]

    /// Cuts exported keying material into keys and salts.
    ///
    /// ```
    /// | client write key | server write key | client write salt | server write salt |
    /// ```
    /// `nil` when `material` has not the length that `profile` needs.
    init?(_ profile: SRTPProtectionProfile, material: [UInt8], isClient: Bool) {
        let (key, salt) = (profile.masterKeyBytes, profile.masterSaltBytes)
        guard material.count == 2 * (key + salt) else { return nil }
        let clientKey = Array(material[..<key])
        let serverKey = Array(material[key..<2 * key])
        let clientSalt = Array(material[2 * key..<2 * key + salt])
        let serverSalt = Array(material[(2 * key + salt)...])
        self.profile = profile
        localKey = isClient ? clientKey : serverKey
        localSalt = isClient ? clientSalt : serverSalt
        remoteKey = isClient ? serverKey : clientKey
        remoteSalt = isClient ? serverSalt : clientSalt
    }

    /// The length of the material for `profile` in bytes.
    static func materialBytes(_ profile: SRTPProtectionProfile) -> Int {
        2 * (profile.masterKeyBytes + profile.masterSaltBytes)
    }

    /// The profile, without the keys.
    public var description: String { "DTLSKeys(\(profile))" }

    /// Shows the profile, without the keys.
    public var customMirror: Mirror { Mirror(self, children: ["profile": profile]) }
}
