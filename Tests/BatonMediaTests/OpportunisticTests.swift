import BatonBase
import BatonSDP
import Testing

@testable import BatonMedia

private let key =
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
private let strange =
    "a=crypto:1 F8_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/// Lines of audio at port 4,000 as a phone of the old kind offers them.
private func twins(_ profiles: [String], _ keys: String = key, version: Int = 1) -> String {
    Phone.text(
        "198.51.100.7", version: version,
        media: profiles.map { profile in
            let isSecured = profile.contains("SAVP")
            return ["m=audio 4000 \(profile) 8"] + (isSecured ? [keys] : [])
        })
}

private func phone(_ lines: [String] = [], profile: String = "RTP/AVP") -> String {
    Phone.audio("198.51.100.9", 5_000, extra: lines, profile: profile)
}

private func legacy(_ options: inout SignallingOptions) {
    options.security.acceptsLegacyOpportunisticSRTP = true
}

private func plain(_ options: inout SignallingOptions) {
    legacy(&options)
    options.transportProtocol = .named("RTP/AVP")
}

private func accepts(_ options: inout SignallingOptions) {
    options.security.acceptsOpportunisticSRTP = true
}

extension Call {
    fileprivate func isSecured(_ tag: String, _ index: Int = 0) throws -> Bool {
        try rtp(tag, index).protection != .none
    }
}

@Suite("SRTP for whoever can (N18, N19, RFC 8643)")
struct OpportunisticTests {
    @Test("N18: without OSRTP keys beside plain RTP pass, and so does the answer to them")
    func passes() throws {
        var call = Call()
        let sent = try call.offer(phone([key]), "a")
        #expect(sent.section(0).contains(key))
        let back = try call.answer(phone([key]))
        #expect(back.section(0).contains(key))
        #expect(try !call.isSecured("a") && !call.isSecured("b"))
    }

    @Test("N18: OSRTP-accept in an answer without keys gives the offerer SRTP, the answerer none")
    func acceptedInAnswer() throws {
        var call = Call()
        let sent = try call.offer(phone([key]), "a")
        #expect(sent.section(0).contains(key))
        let back = try call.answer(phone(), "a", "b", accepts)
        #expect(back.media[0].protocolName == "RTP/AVP" && back.media[0].cryptos.count == 1)
        #expect(back.media[0].cryptos.first?.tag == 1 && !back.section(0).contains(key))
        #expect(try call.isSecured("a") && !call.isSecured("b"))
        // A re-offer without the word keeps it.
        try call.offer(phone([key]), "a", "b")
        let again = try call.answer(phone(), "a", "b")
        #expect(again.media[0].cryptos == back.media[0].cryptos)
    }

    @Test("N18: OSRTP-accept in an answer that has keys leaves them to the parties")
    func bothHaveKeys() throws {
        var call = Call()
        try call.offer(phone([key]), "a")
        let back = try call.answer(phone([key]), "a", "b", accepts)
        #expect(back.section(0).contains(key))
        #expect(try !call.isSecured("a") && !call.isSecured("b"))
    }

    @Test("N18: OSRTP-accept adds nothing to an offer without keys, or with none that is served")
    func nothingToAccept() throws {
        for lines in [[], [strange]] {
            var call = Call()
            try call.offer(phone(lines), "a")
            let back = try call.answer(phone(), "a", "b", accepts)
            #expect(back.media[0].cryptos.isEmpty && back.port() != 0)
            #expect(try !call.isSecured("a"))
        }
    }

    @Test(
        "N18: OSRTP-accept-legacy takes a line that is offered twice as the secured one",
        arguments: [["RTP/SAVP", "RTP/AVP"], ["RTP/AVP", "RTP/SAVP"]])
    func legacyTwins(profiles: [String]) throws {
        let secured = profiles.firstIndex(of: "RTP/SAVP") ?? 0
        var call = Call()
        let sent = try call.offer(twins(profiles), "a", nil, plain)
        #expect(sent.media.map(\.protocolName) == ["RTP/AVP"])
        let back = try call.answer(phone())
        #expect(back.media.count == 2, "each line of the offer is answered")
        #expect(back.media[secured].protocolName == "RTP/SAVP" && back.port(secured) != 0)
        #expect(back.media[secured].cryptos.count == 1)
        #expect(back.port(1 - secured) == 0)
        #expect(try call.isSecured("a", secured) && !call.isSecured("b", secured))
        #expect(call.ports.open.count == 4, "the spare line has no ports")
        // A re-offer, by the one or by the other, goes on like that.
        let again = try call.offer(twins(profiles, version: 2), "a", "b")
        #expect(again.media.count == 1)
        #expect(
            try call.answer(phone()).media.map { $0.port == 0 } == back.media.map { $0.port == 0 })
        let reverse = try call.offer(phone(), "b", "a")
        #expect(reverse.media.map { $0.port == 0 } == back.media.map { $0.port == 0 })
    }

    @Test("N18: without OSRTP-accept-legacy the two are two lines")
    func twoLines() throws {
        var call = Call()
        #expect(try call.offer(twins(["RTP/SAVP", "RTP/AVP"]), "a").media.count == 2)
    }

    @Test("N18: of two lines the plain one is taken if no key of the other is served")
    func unservedTwin() throws {
        var call = Call()
        let sent = try call.offer(twins(["RTP/SAVP", "RTP/AVP"], strange), "a", nil, legacy)
        #expect(sent.media.map(\.protocolName) == ["RTP/AVP"])
        let back = try call.answer(phone())
        #expect(back.port(0) == 0 && back.port(1) != 0)
        #expect(try !call.isSecured("a", 1))
    }

    @Test("N18: lines at different ports, of different types or both plain are no twins")
    func strangers() throws {
        let pairs = [
            ["m=audio 4000 RTP/SAVP 8", "m=audio 4002 RTP/AVP 8"],
            ["m=audio 4000 RTP/SAVP 8", "m=video 4000 RTP/AVP 96"],
            ["m=audio 4000 RTP/AVPF 8", "m=audio 4000 RTP/AVP 8"],
        ]
        for pair in pairs {
            var call = Call()
            let media = pair.map { [$0] + ($0.contains("SAVP") ? [key] : []) }
            let sent = try call.offer(Phone.text("198.51.100.7", media: media), "a", nil, legacy)
            #expect(sent.media.count == 2 && sent.port(0) != 0 && sent.port(1) != 0)
        }
    }
}
