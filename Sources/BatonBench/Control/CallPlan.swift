internal import BatonBase
internal import BatonCrypto
internal import BatonSDP

/// What the parties of a bench's calls offer and answer: codec, profile, keys.
struct CallPlan: Sendable {
    /// One party.
    struct Party: Sendable {
        /// The profile of its `m=` line.
        var profile = "RTP/AVP"
        /// Its codec, as `a=rtpmap` has it.
        var encoding = "PCMU/8000"
        /// The codec's payload type in an offer; an answer takes the one that it was offered.
        var payloadType: UInt8 = 0
        /// The codec's format parameters (`a=fmtp`).
        var parameters: String?
        /// Attributes of its stream, without `a=`.
        var attributes: [String] = []
        /// The suite of the keys that it gives in its SDP, `nil` for none.
        var suite: SRTPCryptoSuite?
        /// Whether the relay has to give the fingerprint of a certificate.
        var usesDTLS = false
    }

    var caller = Party()
    var callee = Party()
    /// What each offer says beside the identifiers.
    var offerEntries: [ControlValue.Entry] = []
    /// What each answer says beside the identifiers.
    var answerEntries: [ControlValue.Entry] = []
}

/// What a call's parties have learned from the relay's SDP, and the keys of their own.
struct CallAgreement: Sendable {
    /// One party's side of it.
    struct Side: Sendable {
        /// The key and salt that protect what the party sends.
        var ownKey: [UInt8] = []
        /// The key and salt that protect what the relay sends to it.
        var relayKey: [UInt8] = []
        /// The number of the key (RFC 4568 §4.1).
        var tag: UInt32 = 1
        /// The payload type of the party's codec.
        var payloadType: UInt8?
        /// The relay's fingerprint.
        var fingerprint: CertificateFingerprint?
        /// The relay's `a=setup`.
        var setup: String?
    }

    private(set) var caller = Side()
    private(set) var callee = Side()

    /// Enters the SDP that the relay made for a party; gives what is wrong with it, if anything.
    mutating func enter(_ sdp: [UInt8], isForCallee: Bool, _ plan: CallPlan) -> String? {
        var side = isForCallee ? callee : caller
        defer { if isForCallee { callee = side } else { caller = side } }
        let party = isForCallee ? plan.callee : plan.caller
        if let suite = party.suite {
            let cryptos = SessionText.attributes(named: "crypto", in: sdp)
                .compactMap { SDPCrypto(ArraySlice($0.utf8)) }
            guard let crypto = cryptos.first(where: { $0.suite == suite }),
                let key = crypto.keys.first
            else {
                return "the relay's SDP has no a=crypto with \(suite.rawValue); try another suite"
            }
            side.relayKey = key.keyAndSalt
            side.tag = crypto.tag
        }
        if party.usesDTLS {
            side.fingerprint =
                SessionText.attributes(named: "fingerprint", in: sdp).lazy
                .compactMap { CertificateFingerprint($0) }.first
            side.setup = SessionText.attributes(named: "setup", in: sdp).first
            guard side.fingerprint != nil else { return "the relay's SDP has no a=fingerprint" }
        }
        side.payloadType = Self.payloadType(of: party.encoding, in: sdp)
        // A codec with a payload type of its own needs no a=rtpmap (RFC 3551 §6).
        if side.payloadType == nil, party.payloadType > 34 {
            return "the relay's SDP lacks \(party.encoding); does it transcode?"
        }
        return nil
    }

    /// What a party says; its key is made on the way.
    mutating func media(ofCallee isCallee: Bool, _ plan: CallPlan) -> MediaText {
        let party = isCallee ? plan.callee : plan.caller
        var side = isCallee ? callee : caller
        var text = MediaText(profile: party.profile, encoding: party.encoding)
        text.payloadType = side.payloadType ?? party.payloadType
        text.attributes = party.attributes
        if let parameters = party.parameters {
            text.attributes.append("fmtp:\(text.payloadType) \(parameters)")
        }
        if let suite = party.suite {
            if side.ownKey.isEmpty {
                side.ownKey = SystemRandom.bytes(suite.masterKeyBytes + suite.masterSaltBytes)
            }
            let crypto = SDPCrypto(tag: side.tag, suite: suite, keyAndSalt: side.ownKey)
            text.attributes.append("crypto:\(crypto.attribute.value ?? "")")
        }
        if isCallee { callee = side } else { caller = side }
        return text
    }

    /// The payload type that `sdp` gives to an encoding, in any case of letters.
    static func payloadType(of encoding: String, in sdp: [UInt8]) -> UInt8? {
        for map in SessionText.attributes(named: "rtpmap", in: sdp) {
            let words = map.split(separator: " ")
            guard words.count == 2, words[1].lowercased() == encoding.lowercased() else { continue }
            return UInt8(words[0])
        }
        return nil
    }
}

extension CallAgreement.Side {
    /// The keys of a party with SDES (RFC 4568): what it sends with, and what it receives with.
    func keys(_ suite: SRTPCryptoSuite) -> (sending: SRTPKeys, receiving: SRTPKeys)? {
        guard let profile = suite.profile else { return nil }
        func keys(_ bytes: [UInt8]) -> SRTPKeys? {
            guard bytes.count == suite.masterKeyBytes + suite.masterSaltBytes else { return nil }
            return SRTPKeys(
                profile: profile, masterKey: Array(bytes[..<suite.masterKeyBytes]),
                masterSalt: Array(bytes[suite.masterKeyBytes...]))
        }
        guard let sending = keys(ownKey), let receiving = keys(relayKey) else { return nil }
        return (sending, receiving)
    }
}

extension SRTPCryptoSuite {
    /// The ciphers and lengths of the suite; `nil` for suites that libsrtp2 lacks.
    var profile: SRTPProtectionProfile? {
        switch self {
        case .aes128CMHMACSHA1With80Bits: .aes128CMSHA1Tag80
        case .aes128CMHMACSHA1With32Bits: .aes128CMSHA1Tag32
        case .aes256CMHMACSHA1With80Bits: .aes256CMSHA1Tag80
        case .aes256CMHMACSHA1With32Bits: .aes256CMSHA1Tag32
        case .aeadAES128GCM: .aes128GCM
        case .aeadAES256GCM: .aes256GCM
        default: nil
        }
    }
}
