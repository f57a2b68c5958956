extension SRTPKeys {
    /// The greatest number of master keys that libsrtp2 takes.
    private static let greatestMasterKeyCount = 16

    /// The length of the identifier in each packet in bytes, 0 for none.
    var identifierBytes: Int { masterKeys.first?.identifier.count ?? 0 }

    /// The length of the tag of an RTP packet in bytes.
    var rtpTagBytes: Int { parameters.contains(.unauthenticatedSRTP) ? 0 : profile.rtpTagBytes }

    /// Finds what libsrtp2 would not.
    func validate() throws(SRTPSetupError) {
        guard 1...Self.greatestMasterKeyCount ~= masterKeys.count else {
            throw .masterKeyCount(masterKeys.count)
        }
        for masterKey in masterKeys {
            guard masterKey.key.count == profile.masterKeyBytes else {
                throw .keyLength(expected: profile.masterKeyBytes, given: masterKey.key.count)
            }
            guard masterKey.salt.count == profile.masterSaltBytes else {
                throw .saltLength(expected: profile.masterSaltBytes, given: masterKey.salt.count)
            }
        }
        let identifiers = masterKeys.map(\.identifier)
        guard identifierBytes <= SRTPMasterKey.greatestIdentifierBytes,
            identifiers.allSatisfy({ $0.count == identifierBytes }),
            Set(identifiers).count == identifiers.count
        else { throw .masterKeyIdentifiers }
        let notForGCM: SRTPSessionParameters = [.unencryptedSRTP, .unauthenticatedSRTP]
        guard !profile.isGCM || parameters.isDisjoint(with: notForGCM) else {
            throw .parametersNotForGCM
        }
    }
}

extension SRTPSettings {
    /// Finds what is out of range.
    func validate(knownSources: Int) throws(SRTPSetupError) {
        guard 64...32_767 ~= replayWindowPackets else { throw .replayWindow(replayWindowPackets) }
        guard 1...1_024 ~= sourceLimit, knownSources <= sourceLimit else {
            throw .sourceLimit(sourceLimit)
        }
    }
}
