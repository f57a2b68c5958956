import BatonBase
import BatonMedia
import Testing

@Suite("Where RTCP passes and where it ends (N16, N18)")
struct RTCPTreatmentTests {
    private func audio(_ profile: String, callee: Bool = false) -> String {
        Phone.audio(
            callee ? "198.51.100.8" : "198.51.100.7", callee ? 5_000 : 4_000, profile: profile)
    }

    @Test("a plain relay between like profiles leaves RTCP alone")
    func plain() throws {
        var call = Call()
        try call.offer(audio("RTP/AVPF"))
        try call.answer(audio("RTP/AVPF", callee: true))
        #expect(try call.rtp("a").rtcpTreatment == .relay)
        #expect(try call.rtcp("b").rtcpTreatment == .relay)
    }

    @Test("N18: feedback is taken out towards the side whose profile has none, and only there")
    func withoutFeedback() throws {
        var call = Call()
        try call.offer(audio("RTP/AVPF")) { $0.transportProtocol = .named("RTP/AVP") }
        try call.answer(audio("RTP/AVP", callee: true))
        #expect(try call.rtp("a").rtcpTreatment == .relayWithoutFeedback)
        #expect(try call.rtcp("a").rtcpTreatment == .relayWithoutFeedback)
        #expect(try call.rtp("b").rtcpTreatment == .relay)
    }

    @Test("generate-RTCP ends RTCP on both sides, until a message says otherwise")
    func generated() throws {
        var call = Call()
        try call.offer(audio("RTP/AVP")) { $0.generatesRTCP = true }
        try call.answer(audio("RTP/AVP", callee: true))
        for tag in ["a", "b"] {
            let ports = try #require(try call.stream(tag).ports)
            let termination = RTCPTermination(
                exit: ports.rtcp.slot, hasFeedback: false, passesFeedback: false)
            #expect(try call.rtp(tag).rtcpTreatment == .terminate(termination))
            #expect(try call.rtcp(tag).rtcpTreatment == .terminateAt(ports.rtp.slot))
        }
        try call.offer(audio("RTP/AVP"), "a", "b") { $0.generatesRTCP = false }
        #expect(try call.rtp("a").rtcpTreatment == .relay)
    }
}
