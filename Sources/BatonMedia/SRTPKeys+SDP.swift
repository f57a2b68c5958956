import BatonCrypto
import BatonSDP

extension SRTPCryptoSuite {
    /// The profile that serves the suite; `nil` when it is not served.
    var profile: SRTPProtectionProfile? {
        switch self {
        case .aes128CMHMACSHA1With80Bits: .aes128CMSHA1Tag80
        case .aes128CMHMACSHA1With32Bits: .aes128CMSHA1Tag32
        case .aes256CMHMACSHA1With80Bits: .aes256CMSHA1Tag80
        case .aes256CMHMACSHA1With32Bits: .aes256CMSHA1Tag32
        case .aeadAES128GCM: .aes128GCM
        case .aeadAES256GCM: .aes256GCM
        case .f8With128HMACSHA1With80Bits, .aes192CMHMACSHA1With80Bits,
            .aes192CMHMACSHA1With32Bits:
            nil
        }
    }
}

extension SRTPKeys {
    /// The keys of an `a=crypto` line (RFC 4568); `nil` when it asks for something that is not
    /// served: its suite, a session parameter, keys that do not fit.
    init?(_ crypto: SDPCrypto) {
        guard let suite = crypto.suite, let profile = suite.profile, !crypto.keys.isEmpty else {
            return nil
        }
        var masterKeys: [SRTPMasterKey] = []
        for key in crypto.keys {
            guard let (masterKey, salt) = key.split(for: suite) else { return nil }
            masterKeys.append(
                SRTPMasterKey(
                    key: Array(masterKey), salt: Array(salt),
                    identifier: key.masterKeyIdentifier?.bytes ?? []))
        }
        guard masterKeys.count == 1 || masterKeys.allSatisfy({ !$0.identifier.isEmpty }) else {
            return nil
        }
        var parameters: SRTPSessionParameters = []
        for parameter in crypto.parameters {
            switch parameter {
            case .unencryptedSRTP: parameters.insert(.unencryptedSRTP)
            case .unencryptedSRTCP: parameters.insert(.unencryptedSRTCP)
            case .unauthenticatedSRTP: parameters.insert(.unauthenticatedSRTP)
            case .windowSizeHint, .keyDerivationRate(exponent: 0): break
            case .keyDerivationRate, .fecOrder, .fecKey: return nil
            case .other: if !parameter.isOptional { return nil }
            }
        }
        self.init(profile: profile, masterKeys: masterKeys, parameters: parameters)
    }
}

extension SDPCrypto {
    /// A line with a new key.
    init(
        tag: UInt32, _ suite: SRTPCryptoSuite, _ parameters: [SDPCryptoParameter],
        using generator: inout any RandomNumberGenerator
    ) {
        let count = suite.masterKeyBytes + suite.masterSaltBytes
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        self.init(tag: tag, suite: suite, keyAndSalt: bytes, parameters: parameters)
    }
}
