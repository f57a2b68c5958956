import BatonBase
import BatonMedia
import BatonSDP
import Testing

@Suite("RTCP: pairs of ports, a=rtcp and rtcp-mux (N16, RFC 3605, RFC 5761)")
struct RTCPTests {
    private let mux = ["a=rtcp-mux"]

    private func callee(_ extra: [String] = []) -> String {
        Phone.audio("198.51.100.8", 5_000, extra: extra)
    }

    private func hasMux(_ sdp: SessionDescription) -> Bool { sdp.media[0].hasRTCPMux }

    @Test("N16: RTCP goes to the port above, or where a=rtcp says")
    func rtcpAddress() throws {
        var call = Call()
        try call.offer(Phone.audio(extra: ["a=rtcp:4500 IN IP4 198.51.100.70"]))
        try call.answer(callee(["a=rtcp:5500"]))
        #expect(try call.rtcp("a").remote == (try address("198.51.100.70:4500")))
        #expect(try call.rtcp("b").remote == (try address("198.51.100.8:5500")))
        try call.offer(Phone.audio(extra: ["a=rtcp:0"], version: 2), "a", "b")
        #expect(try call.rtcp("a").remote == nil)
        try call.offer(Phone.audio("198.51.100.7", 65_535, version: 3), "a", "b")
        #expect(try call.rtcp("a").remote == nil, "no port is above 65535")
    }

    @Test("N16: a=rtcp is rewritten in its place, and absent where it was absent")
    func rtcpAttribute() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio(extra: ["a=rtcp:4500 IN IP4 10.0.0.9", "a=last:1"]))
        let port = sent.port()
        let lines = sent.section(0)
        #expect(lines.suffix(2) == ["a=rtcp:\(port + 1)", "a=last:1"])
        let back = try call.answer(callee())
        #expect(!back.media[0].hasAttribute(named: "rtcp"))
    }

    @Test("N16: full-rtcp-attribute adds the address, no-rtcp-attribute removes the line")
    func rtcpAttributeForms() throws {
        var call = Call()
        let full = try call.offer(Phone.audio(extra: ["a=rtcp:4500"])) { $0.rtcpAttribute = .full }
        #expect(full.section(0).contains("a=rtcp:\(full.port() + 1) IN IP4 192.0.2.1"))
        let none = try call.offer(Phone.audio(extra: ["a=rtcp:4500"])) { $0.rtcpAttribute = .never }
        #expect(!none.media[0].hasAttribute(named: "rtcp"))
    }

    @Test(
        "N16: without flags the parties agree on rtcp-mux as they like",
        arguments: [
            (true, true), (true, false), (false, true), (false, false),
        ])
    func follows(_ offers: Bool, _ accepts: Bool) throws {
        var call = Call()
        let sent = try call.offer(Phone.audio(extra: offers ? mux : []))
        let back = try call.answer(callee(accepts ? mux : []))
        let agreed = offers && accepts
        #expect(hasMux(sent) == offers)
        #expect(hasMux(back) == agreed)
        for tag in ["a", "b"] {
            #expect(try call.stream(tag).isMultiplexed == agreed)
            #expect(try call.rtp(tag).component == (agreed ? .multiplexed : .rtp))
            #expect(try (call.rtcp(tag).remote == nil) == agreed)
        }
        let b = try #require(try call.stream("b").ports)
        #expect(try call.rtp("a").rtcpSink == (agreed ? b.rtp : b.rtcp).slot)
    }

    @Test(
        "N16: an offer of rtcp-mux still shows an RTCP port, the answer the one port"
    )
    func muxAndAttribute() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio(extra: mux + ["a=rtcp:4001"]))
        #expect(sent.section(0).contains("a=rtcp:\(sent.port() + 1)"))
        let back = try call.answer(callee(mux + ["a=rtcp:5000"]))
        #expect(back.section(0).contains("a=rtcp:\(back.port())"))
    }

    @Test("N16: rtcp-mux offer: offered where the caller did not, and split again")
    func muxOffer() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio()) { $0.rtcpMux = .offer }
        let back = try call.answer(callee(mux))
        #expect(hasMux(sent) && !hasMux(back))
        let (a, b) = (
            try #require(try call.stream("a").ports), try #require(try call.stream("b").ports)
        )
        #expect(try call.rtp("b").component == .multiplexed)
        #expect(try call.rtp("a").component == .rtp)
        #expect(try call.rtcp("a").rtcpSink == b.rtp.slot, "to the callee by its one port")
        #expect(try call.rtp("b").rtcpSink == a.rtcp.slot, "to the caller by its RTCP port")
        #expect(try call.rtp("b").rtpSink == a.rtp.slot)
    }

    @Test("N16: rtcp-mux require: no port for RTCP is shown, and RTCP goes muxed at once")
    func muxRequire() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio(extra: ["a=rtcp:4001"])) { $0.rtcpMux = .require }
        #expect(hasMux(sent))
        #expect(sent.section(0).contains("a=rtcp:\(sent.port())"))
        #expect(call.session.parties[1].streams[0].isMultiplexed)
    }

    @Test("N16: rtcp-mux demux: accepted towards the caller, not offered onwards")
    func muxDemux() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio(extra: mux)) { $0.rtcpMux = .demux }
        let back = try call.answer(callee())
        #expect(!hasMux(sent) && hasMux(back))
        let (a, b) = (
            try #require(try call.stream("a").ports), try #require(try call.stream("b").ports)
        )
        #expect(try call.rtp("a").component == .multiplexed)
        #expect(try call.rtp("a").rtcpSink == b.rtcp.slot)
        #expect(try call.rtcp("b").rtcpSink == a.rtp.slot)
    }

    @Test("N16: rtcp-mux accept: accepted and offered onwards, whatever the callee does")
    func muxAccept() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio(extra: mux)) { $0.rtcpMux = .accept }
        let back = try call.answer(callee())
        #expect(hasMux(sent) && hasMux(back))
        #expect(try call.stream("a").isMultiplexed)
        #expect(try call.stream("b").isMultiplexed == false)
        var plain = Call()
        let none = try plain.offer(Phone.audio()) { $0.rtcpMux = .accept }
        #expect(!hasMux(none), "nothing to accept")
    }

    @Test("N16: rtcp-mux reject: refused, not offered onwards unless 'offer' stands beside it")
    func muxReject() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio(extra: mux)) { $0.rtcpMux = .reject }
        #expect(!hasMux(sent))
        let back = try call.answer(callee())
        #expect(!hasMux(back))
        var both = Call()
        let offered = try both.offer(Phone.audio(extra: mux)) { $0.rtcpMux = [.reject, .offer] }
        #expect(hasMux(offered))
        let answered = try both.answer(callee(mux))
        #expect(!hasMux(answered))
        #expect(try both.stream("b").isMultiplexed)
        #expect(try both.stream("a").isMultiplexed == false)
    }

    @Test("N16: rtcp-mux-only is accepted towards its offerer even if the callee does not mux")
    func muxOnly() throws {
        var call = Call()
        try call.offer(Phone.audio(extra: ["a=rtcp-mux", "a=rtcp-mux-only"]))
        let back = try call.answer(callee())
        #expect(hasMux(back))
        #expect(try call.stream("a").isMultiplexed)
    }

    @Test("N16: a party that multiplexes is offered it again in re-offers of one that does not")
    func muxIsSticky() throws {
        var call = Call()
        try call.offer(Phone.audio(extra: mux)) { $0.rtcpMux = .demux }
        try call.answer(callee())
        let toCaller = try call.offer(callee(), "b", "a")
        #expect(hasMux(toCaller))
        let toCallee = try call.answer(Phone.audio(extra: mux), "b", "a")
        #expect(!hasMux(toCallee))
        #expect(try call.stream("a").isMultiplexed)
        #expect(try call.stream("b").isMultiplexed == false)
    }

    @Test("N16: RTCP of another family than its line's address goes nowhere")
    func otherFamily() throws {
        var call = Call()
        try call.offer(Phone.audio(extra: ["a=rtcp:4500 IN IP6 2001:db8::5"]))
        #expect(try call.rtcp("a").remote == nil)
        #expect(try call.rtp("a").remote != nil)
    }

    @Test("N16: a re-offer without rtcp-mux splits the ports again")
    func muxEnds() throws {
        var call = Call()
        try call.offer(Phone.audio(extra: mux))
        try call.answer(callee(mux))
        try call.offer(Phone.audio(version: 2), "a", "b")
        try call.answer(callee())
        #expect(try call.rtp("a").component == .rtp)
        #expect(try call.rtcp("a").remote == (try address("198.51.100.7:4001")))
    }
}
