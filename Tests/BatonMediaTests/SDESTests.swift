import BatonCrypto
import BatonSDP
import Testing

@testable import BatonMedia

/// A crypto line with a key of `byte`s.
private func crypto(
    _ tag: UInt32, _ suite: SRTPCryptoSuite = .aes128CMHMACSHA1With80Bits, _ byte: UInt8 = 7,
    suffix: String = ""
) -> String {
    let count = suite.masterKeyBytes + suite.masterSaltBytes
    let line = SDPCrypto(
        tag: tag, suite: suite, keyAndSalt: [UInt8](repeating: byte, count: count))
    return String(decoding: line.attribute.line.bytes, as: UTF8.self) + suffix
}

private func keys(
    _ byte: UInt8, _ profile: SRTPProtectionProfile = .aes128CMSHA1Tag80
) -> SRTPKeys {
    SRTPKeys(
        profile: profile, masterKey: [UInt8](repeating: byte, count: profile.masterKeyBytes),
        masterSalt: [UInt8](repeating: byte, count: profile.masterSaltBytes))
}

private func phone(_ profile: String, _ lines: [String] = [], version: Int = 1) -> String {
    Phone.audio(extra: lines, version: version, profile: profile)
}

private func callee(_ profile: String, _ lines: [String] = []) -> String {
    Phone.audio("198.51.100.9", 5_000, extra: lines, profile: profile)
}

extension Call {
    /// The keys of the RTP port that faces the party `tag`.
    fileprivate func keys(
        _ tag: String
    ) throws -> (inbound: SRTPKeys?, outbound: SRTPKeys?)? {
        guard case .keys(let inbound, let outbound) = try rtp(tag).protection else { return nil }
        return (inbound, outbound)
    }
}

private func plain(_ options: inout SignallingOptions) {
    options.transportProtocol = .named("RTP/AVP")
}
private func secured(_ options: inout SignallingOptions) {
    options.transportProtocol = .named("RTP/SAVP")
}

@Suite("Keys in SDP (N18, N19, RFC 4568)")
struct SDESTests {
    @Test("N18: SAVP towards the caller and AVP towards the callee")
    func callerSecured() throws {
        var call = Call()
        let offered = [crypto(4, .aeadAES256GCM, 1), crypto(5, .aes128CMHMACSHA1With32Bits, 2)]
        let sent = try call.offer(phone("RTP/SAVP", offered), "a", nil, plain)
        #expect(sent.media[0].protocolName == "RTP/AVP")
        #expect(sent.media[0].cryptos.isEmpty)
        let back = try call.answer(callee("RTP/AVP"))
        #expect(back.media[0].protocolName == "RTP/SAVP")
        let answered = back.media[0].cryptos
        #expect(answered.map(\.tag) == [4] && answered.map(\.suite) == [.aeadAES256GCM])
        let found = try #require(try call.keys("a"))
        #expect(found.inbound == keys(1, .aes256GCM))
        #expect(found.outbound == answered.first.flatMap { SRTPKeys($0) })
        #expect(found.outbound != found.inbound)
        #expect(try call.rtcp("a").protection == .keysOf(try call.rtpSlot("a")))
        #expect(try call.rtp("b").protection == .none)
        #expect(call.warnings.isEmpty)
    }

    @Test("N18: AVP towards the caller and SAVP towards the callee, whose choice counts")
    func calleeSecured() throws {
        var call = Call()
        let sent = try call.offer(phone("RTP/AVP"), "a", "b", secured)
        #expect(sent.media[0].protocolName == "RTP/SAVP")
        let offered = sent.media[0].cryptos
        #expect(offered.map(\.suite) == SDESOptions.usualOrder)
        #expect(offered.map(\.tag) == Array(1...6))
        #expect(Set(offered.map(\.keys)).count == 6, "each line has a key of its own")
        // Until the callee has chosen, nothing passes.
        let open = try #require(try call.keys("b"))
        #expect(open.inbound == nil && open.outbound == nil)
        let chosen = crypto(3, .aes256CMHMACSHA1With80Bits, 9)
        let back = try call.answer(callee("RTP/SAVP", [chosen]))
        #expect(back.media[0].protocolName == "RTP/AVP" && back.media[0].cryptos.isEmpty)
        let found = try #require(try call.keys("b"))
        #expect(found.inbound == keys(9, .aes256CMSHA1Tag80))
        #expect(found.outbound == SRTPKeys(offered[2]))
        #expect(try call.rtp("a").protection == .none)
    }

    @Test("N19: keys stay over re-offers of either side that do not change them")
    func keysStay() throws {
        var call = Call()
        try call.offer(phone("RTP/SAVP", [crypto(1)]), "a", nil, plain)
        let first = try call.answer(callee("RTP/AVP"))
        let before = try #require(try call.keys("a"))
        // The callee's re-offer is shown to the caller with the key it knows.
        let sent = try call.offer(callee("RTP/AVP"), "b", "a", secured)
        #expect(sent.media[0].cryptos == first.media[0].cryptos)
        try call.answer(phone("RTP/SAVP", [crypto(1)], version: 2), "b", "a")
        var after = try #require(try call.keys("a"))
        #expect(after.inbound == before.inbound && after.outbound == before.outbound)
        try call.offer(phone("RTP/SAVP", [crypto(1)], version: 3), "a", "b", plain)
        try call.answer(callee("RTP/AVP"))
        after = try #require(try call.keys("a"))
        #expect(after.inbound == before.inbound && after.outbound == before.outbound)
    }

    @Test("N19: a new key of the party changes what opens its packets, and nothing else")
    func newKey() throws {
        var call = Call()
        try call.offer(phone("RTP/SAVP", [crypto(1)]), "a", nil, plain)
        try call.answer(callee("RTP/AVP"))
        let before = try #require(try call.keys("a"))
        try call.offer(
            phone("RTP/SAVP", [crypto(1, .aes128CMHMACSHA1With80Bits, 8)], version: 2), "a", "b",
            plain)
        try call.answer(callee("RTP/AVP"))
        let after = try #require(try call.keys("a"))
        #expect(after.inbound == keys(8) && after.outbound == before.outbound)
    }

    @Test("N19: between two secured parties keys pass, unless they are to be opened")
    func bothSecured() throws {
        var call = Call()
        let sent = try call.offer(phone("RTP/SAVP", [crypto(1)]))
        #expect(sent.section(0).contains(crypto(1)))
        try call.answer(callee("RTP/SAVP", [crypto(1, .aes128CMHMACSHA1With80Bits, 9)]))
        #expect(try call.rtp("a").protection == .none)

        var opened = Call()
        let offer = try opened.offer(phone("RTP/SAVP", [crypto(1)])) {
            $0.security.opensAlways = true
        }
        #expect(!offer.section(0).contains(crypto(1)) && offer.media[0].cryptos.count == 6)
        try opened.answer(callee("RTP/SAVP", [crypto(1, .aes128CMHMACSHA1With80Bits, 9)]))
        #expect(try opened.keys("a")?.inbound == keys(7))
        #expect(try opened.keys("b")?.inbound == keys(9))
    }

    @Test("N19: suites are left out, preferred or demanded as SDES says")
    func suites() throws {
        func offered(_ change: (inout SDESOptions) -> Void) throws -> [SRTPCryptoSuite?] {
            var call = Call()
            return try call.offer(phone("RTP/AVP"), "a", nil) {
                secured(&$0)
                change(&$0.security.sdes)
            }.media[0].cryptos.map(\.suite)
        }
        #expect(
            try offered { $0.excludedSuites = [.aes128CMHMACSHA1With80Bits] }
                == Array(SDESOptions.usualOrder.dropFirst()))
        #expect(try offered { $0.onlySuites = [.aeadAES128GCM] } == [.aeadAES128GCM])
        #expect(
            try offered { $0.order = [.aeadAES256GCM] }.prefix(2)
                == [.aeadAES256GCM, .aes128CMHMACSHA1With80Bits])
        #expect(try offered { $0.isOff = true }.isEmpty)
        // What the caller would like best, the callee is offered first.
        var call = Call()
        let sent = try call.offer(phone("RTP/SAVP", [crypto(1, .aeadAES256GCM)])) {
            $0.security.opensAlways = true
        }
        #expect(sent.media[0].cryptos.first?.suite == .aeadAES256GCM)
    }

    @Test("N19: session parameters and padding are written as SDES says, and answered")
    func parameters() throws {
        var call = Call()
        let sent = try call.offer(phone("RTP/AVP"), "a", nil) {
            secured(&$0)
            $0.security.sdes.parameters = [.unencryptedSRTCP]
            $0.security.sdes.padsKeys = true
            $0.security.sdes.onlySuites = [
                .aes128CMHMACSHA1With80Bits, .aes256CMHMACSHA1With80Bits,
            ]
        }
        let lines = sent.section(0).filter { $0.hasPrefix("a=crypto") }
        #expect(lines.allSatisfy { $0.hasSuffix(" UNENCRYPTED_SRTCP") })
        #expect(lines[1].contains("== "), "46 bytes need padding")
        let received = crypto(1, suffix: " UNENCRYPTED_SRTP WSH=128")
        var other = Call()
        try other.offer(phone("RTP/SAVP", [received]), "a", nil, plain)
        let back = try other.answer(callee("RTP/AVP"))
        #expect(back.section(0).contains { $0.hasSuffix(" UNENCRYPTED_SRTP") })
        #expect(try other.keys("a")?.inbound?.parameters == .unencryptedSRTP)
        #expect(try other.keys("a")?.outbound?.parameters == .unencryptedSRTP)
    }

    @Test("N19: life-times and identifiers of keys are accepted")
    func identifiers() throws {
        var call = Call()
        try call.offer(
            phone("RTP/SAVP", [crypto(1, suffix: "|2^31|1:4")]), "a", nil, plain)
        try call.answer(callee("RTP/AVP"))
        #expect(try call.keys("a")?.inbound?.masterKeys.first?.identifier == [0, 0, 0, 1])
    }

    @Test("N19: a line that cannot be served is passed over; none at all refuses the stream")
    func unserved() throws {
        var call = Call()
        let strange = [
            "a=crypto:1 F8_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            crypto(2, suffix: " KDR=4"), crypto(3, suffix: " FOO=1"),
            crypto(4, .aes128CMHMACSHA1With32Bits),
        ]
        try call.offer(phone("RTP/SAVP", strange), "a", nil, plain)
        let back = try call.answer(callee("RTP/AVP"))
        #expect(back.media[0].cryptos.map(\.tag) == [4])
        var refused = Call()
        try refused.offer(phone("RTP/SAVP", Array(strange.prefix(3))), "a", nil, plain)
        let answer = try refused.answer(callee("RTP/AVP"))
        #expect(answer.port() == 0)
        #expect(refused.warnings.contains { $0.contains("no suite that is served") })
    }

    @Test("N19: an answer with keys that were not offered refuses the stream")
    func strangeAnswer() throws {
        for line in [crypto(9), crypto(1, .aeadAES256GCM)] {
            var call = Call()
            try call.offer(phone("RTP/AVP"), "a", nil, secured)
            let back = try call.answer(callee("RTP/SAVP", [line]))
            #expect(back.port() == 0)
            #expect(call.warnings.contains { $0.contains("none of the keys") })
        }
    }

    @Test("N18: keys beside plain RTP are offered and accepted on demand, RFC 8643")
    func opportunistic() throws {
        var call = Call()
        let sent = try call.offer(phone("RTP/AVP")) {
            $0.security.offersOpportunisticSRTP = true
        }
        #expect(sent.media[0].protocolName == "RTP/AVP" && sent.media[0].cryptos.count == 6)
        try call.answer(callee("RTP/AVP", [crypto(1, .aes128CMHMACSHA1With80Bits, 9)]))
        #expect(try call.keys("b")?.inbound == keys(9))
        var declined = Call()
        try declined.offer(phone("RTP/AVP")) { $0.security.offersOpportunisticSRTP = true }
        try declined.answer(callee("RTP/AVP"))
        #expect(try declined.rtp("b").protection == .none)
        var accepted = Call()
        let passed = try accepted.offer(phone("RTP/AVP", [crypto(1)])) {
            $0.security.acceptsOpportunisticSRTP = true
        }
        #expect(passed.media[0].cryptos.isEmpty)
        let back = try accepted.answer(callee("RTP/AVP"))
        #expect(back.media[0].cryptos.count == 1)
        #expect(try accepted.keys("a")?.inbound == keys(7))
    }
}
