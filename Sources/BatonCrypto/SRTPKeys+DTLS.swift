extension DTLSKeys {
    /// What protects the packets that this side sends (RFC 5764 §4.2).
    public var outbound: SRTPKeys {
        SRTPKeys(profile: profile, masterKey: localKey, masterSalt: localSalt)
    }

    /// What unprotects the packets that the peer sends (RFC 5764 §4.2).
    public var inbound: SRTPKeys {
        SRTPKeys(profile: profile, masterKey: remoteKey, masterSalt: remoteSalt)
    }
}
