import BatonBase
import BatonMedia
import BatonSDP
import Testing

@Suite("Transport protocols (N18, RFC 4585)")
struct TransportTests {
    private let feedback = ["a=rtcp-fb:* nack"]

    private func audio(_ profile: String, _ extra: [String] = [], callee: Bool = false) -> String {
        Phone.audio(
            callee ? "198.51.100.8" : "198.51.100.7", callee ? 5_000 : 4_000, extra: extra,
            profile: profile)
    }

    @Test("N18: RTP/AVPF is shown as RTP/AVP without feedback lines, the answer as RTP/AVPF again")
    func toAVP() throws {
        var call = Call()
        let sent = try call.offer(audio("RTP/AVPF", feedback)) {
            $0.transportProtocol = .named("RTP/AVP")
        }
        #expect(sent.media[0].protocolName == "RTP/AVP")
        #expect(!sent.media[0].hasAttribute(named: "rtcp-fb"))
        let back = try call.answer(audio("RTP/AVP", callee: true))
        #expect(back.media[0].protocolName == "RTP/AVPF")
        #expect(try call.stream("a").protocolName == "RTP/AVPF")
        #expect(try call.stream("b").protocolName == "RTP/AVP")
    }

    @Test("N18: RTP/AVP is shown as RTP/AVPF, the answer as RTP/AVP without feedback lines")
    func toAVPF() throws {
        var call = Call()
        let sent = try call.offer(audio("RTP/AVP")) { $0.transportProtocol = .named("RTP/AVPF") }
        #expect(sent.media[0].protocolName == "RTP/AVPF")
        let back = try call.answer(audio("RTP/AVPF", feedback, callee: true))
        #expect(back.media[0].protocolName == "RTP/AVP")
        #expect(!back.media[0].hasAttribute(named: "rtcp-fb"))
    }

    @Test("N18: the conversion is remembered for re-offers of either side")
    func remembered() throws {
        var call = Call()
        try call.offer(audio("RTP/AVPF")) { $0.transportProtocol = .named("RTP/AVP") }
        try call.answer(audio("RTP/AVP", callee: true))
        let toCaller = try call.offer(audio("RTP/AVP", callee: true), "b", "a")
        #expect(toCaller.media[0].protocolName == "RTP/AVPF")
        try call.answer(audio("RTP/AVPF"), "b", "a")
        let toCallee = try call.offer(audio("RTP/AVPF"), "a", "b")
        #expect(toCallee.media[0].protocolName == "RTP/AVP")
    }

    @Test("N18: a line that changes its type forgets the conversion")
    func forgotten() throws {
        var call = Call()
        try call.offer(audio("RTP/AVPF")) { $0.transportProtocol = .named("RTP/AVP") }
        try call.answer(audio("RTP/AVP", callee: true))
        let video = Phone.text("198.51.100.7", media: [["m=video 4000 RTP/AVPF 96"]])
        let sent = try call.offer(video, "a", "b")
        #expect(sent.media[0].protocolName == "RTP/AVPF")
    }

    @Test("N18: 'accept' lets an answer's own protocol through")
    func accept() throws {
        var call = Call()
        try call.offer(audio("RTP/AVP"))
        let plain = try call.answer(audio("RTP/AVPF", callee: true))
        #expect(plain.media[0].protocolName == "RTP/AVP")
        let accepted = try call.answer(audio("RTP/AVPF", callee: true)) {
            $0.transportProtocol = .accept
        }
        #expect(accepted.media[0].protocolName == "RTP/AVPF")
    }

    @Test("N18: a protocol named in an answer that the offer did not have is warned of")
    func namedInAnswer() throws {
        var call = Call()
        try call.offer(audio("RTP/AVP"))
        try call.answer(audio("RTP/AVP", callee: true)) {
            $0.transportProtocol = .named("RTP/AVP")
        }
        #expect(call.warnings.isEmpty)
        let back = try call.answer(audio("RTP/AVP", callee: true)) {
            $0.transportProtocol = .named("RTP/AVPF")
        }
        #expect(back.media[0].protocolName == "RTP/AVP")
        #expect(call.warnings.count == 1)
    }

    @Test(
        "N18: secured protocols pass by their names, keys and all",
        arguments: [
            "RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP",
        ])
    func secured(_ profile: String) throws {
        var call = Call()
        let keys = ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc", "a=fingerprint:sha-256 AA"]
        let sent = try call.offer(audio(profile, keys))
        #expect(sent.media[0].protocolName == profile)
        #expect(sent.section(0).contains(keys[0]) && sent.section(0).contains(keys[1]))
        #expect(call.warnings.isEmpty)
        let back = try call.answer(audio(profile, keys, callee: true))
        #expect(back.section(0).contains(keys[0]) && back.section(0).contains(keys[1]))
        #expect(try call.rtp("a").component == .rtp)
        #expect(try call.rtp("a").protection == .none)
        #expect(try call.rtp("a").rtpSink == (try call.stream("b").ports?.rtp.slot))
        #expect(try call.rtcp("a").rtcpSink == (try call.stream("b").ports?.rtcp.slot))
    }

    @Test("N18: SAVP and SAVPF convert into each other like AVP and AVPF")
    func securedFeedback() throws {
        var call = Call()
        let sent = try call.offer(audio("RTP/SAVPF")) {
            $0.transportProtocol = .named("RTP/SAVP")
        }
        #expect(sent.media[0].protocolName == "RTP/SAVP")
        #expect(call.warnings.isEmpty)
    }

    @Test("N18: an answer of a kind that cannot be relayed to the offer is refused")
    func mismatch() throws {
        var call = Call()
        try call.offer(audio("RTP/AVP"))
        let back = try call.answer(audio("TCP/RTP/AVP", callee: true))
        #expect(back.port() == 0)
        #expect(call.session.portPairs.isEmpty)
        #expect(call.warnings.count == 1)
    }

    @Test("N12: protocol names are compared without regard to case")
    func lowerCase() throws {
        var call = Call()
        let sent = try call.offer(audio("rtp/avp"))
        #expect(sent.media[0].protocolName == "rtp/avp")
        #expect(call.session.portPairs.count == 2)
    }
}
