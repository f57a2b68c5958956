import BatonBase
import BatonMedia
import BatonSDP
import Testing

@Suite("Offer and answer of one call (N12, N13, N14, RFC 3264)")
struct BasicOfferAnswerTests {
    @Test("N14: an offer shows the ports that face the other party, the answer the other pair")
    func simpleCall() throws {
        var call = Call()
        let offered = try call.offer(Phone.audio())
        #expect(call.session.parties.count == 2)
        #expect(call.session.parties[1].tag == nil)
        let answered = try call.answer(Phone.audio("198.51.100.8", 5_000))
        let (a, b) = (try call.stream("a"), try call.stream("b"))
        #expect(offered.port() == b.ports?.rtp.address.port)
        #expect(answered.port() == a.ports?.rtp.address.port)
        #expect(offered.connection?.address == "192.0.2.1")
        #expect(a.remoteRTP == (try address("198.51.100.7:4000")))
        #expect(b.remoteRTP == (try address("198.51.100.8:5000")))
        #expect(call.session.isAnswered)
    }

    @Test("N16: RTP and RTCP are routed both ways between the right ports")
    func routes() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(Phone.audio("198.51.100.8", 5_000))
        let a = try #require(try call.stream("a").ports)
        let b = try #require(try call.stream("b").ports)
        #expect(try call.rtp("a").rtpSink == b.rtp.slot)
        #expect(try call.rtp("b").rtpSink == a.rtp.slot)
        #expect(try call.rtcp("a").rtcpSink == b.rtcp.slot)
        #expect(try call.rtcp("b").rtcpSink == a.rtcp.slot)
        #expect(try call.rtp("a").component == .rtp)
        #expect(try call.rtcp("a").component == .rtcp)
        #expect(try call.rtcp("a").remote == (try address("198.51.100.7:4001")))
        #expect(try call.rtp("a").rtcpSink == b.rtcp.slot, "RTCP on the RTP port finds its way too")
    }

    @Test("N24: the port knows the clock rates of the payload types that arrive")
    func clockRates() throws {
        var call = Call()
        try call.offer(Phone.audio(extra: ["a=rtpmap:96 opus/48000/2"]))
        try call.answer(
            Phone.text(
                "198.51.100.8", media: [["m=audio 5000 RTP/AVP 0 96", "a=rtpmap:96 G722/8000"]]))
        let rates = try call.rtp("b").clockRates
        #expect(rates.contains(PayloadClockRate(payloadType: 8, clockRateHz: 8_000)))
        #expect(try call.rtp("a").clockRates.map(\.payloadType) == [0, 96, 8, 101])
        #expect(try call.rtp("a").clockRates[1].clockRateHz == 8_000, "as the peer describes it")
        #expect(try call.rtp("b").clockRates.map(\.payloadType) == [8, 101, 0, 96])
    }

    @Test("N27: a payload type that is listed thousands of times counts once")
    func repeatedPayloadTypes() throws {
        var call = Call()
        let types = String(repeating: " 0 8 127 64", count: 500)
        try call.offer(Phone.text("198.51.100.7", media: [["m=audio 4000 RTP/AVP\(types)"]]))
        #expect(try call.rtp("a").clockRates.map(\.payloadType) == [0, 8])
    }

    @Test("N14: before the answer nothing can reach the callee's port and nothing is sent from it")
    func beforeAnswer() throws {
        var call = Call()
        try call.offer(Phone.audio())
        let facing = try #require(call.session.parties[1].streams[0].ports)
        let configuration = try #require(call.configurations[facing.rtp.slot])
        #expect(configuration.remote == nil)
        #expect(configuration.sourcePolicy.receivedFrom == nil)
    }

    @Test("N14: an answer without an offer is refused with the literal strings")
    func answerWithoutOffer() throws {
        var call = Call()
        let unknown = #expect(throws: NegotiationError.self) { try call.answer(Phone.audio()) }
        #expect(unknown?.reason.rawValue == "Unknown call-id")
        try call.offer(Phone.audio())
        let stranger = #expect(throws: NegotiationError.self) {
            try call.answer(Phone.audio(), "x", "b")
        }
        #expect(stranger?.reason.rawValue == "Invalid dialogue association")
        let same = #expect(throws: NegotiationError.self) {
            try call.answer(Phone.audio(), "a", "a")
        }
        #expect(same?.reason.rawValue == "Invalid dialogue association")
        let untagged = #expect(throws: NegotiationError.self) {
            try call.answer(Phone.audio(), "a", nil)
        }
        #expect(untagged?.reason == .invalidDialogue)
        #expect(call.session.parties.count == 2, "the session is as it was")
    }

    @Test("N14: an answer by the offerer to its own offer is refused")
    func answerTheWrongWay() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(Phone.audio("198.51.100.8", 5_000))
        let failure = #expect(throws: NegotiationError.self) {
            try call.answer(Phone.audio(), "b", "a")
        }
        #expect(failure?.description.hasPrefix("Invalid dialogue association: ") == true)
    }

    @Test("N12: a relayed line without any c= is an incomplete SDP, named in the detail")
    func missingConnection() throws {
        var call = Call()
        let failure = #expect(throws: NegotiationError.self) {
            try call.offer("v=0\no=- 1 1 IN IP4 1.1.1.1\ns=-\nt=0 0\nm=audio 4000 RTP/AVP 0\n")
        }
        #expect(failure?.reason.rawValue == "Incomplete SDP specification")
        #expect(failure?.detail.contains("m= line 1") == true)
        let named = #expect(throws: NegotiationError.self) {
            try call.offer(
                "v=0\no=- 1 1 IN IP4 h\ns=-\nc=IN IP4 phone.example\nt=0 0\n"
                    + "m=audio 4000 RTP/AVP 0\n"
            )
        }
        #expect(named?.detail.contains("phone.example") == true)
        #expect(call.session.parties.isEmpty)
    }

    @Test("N26: when ports run out the opened ones are given back and the session is unchanged")
    func portsRunOut() throws {
        var call = Call()
        call.ports.left = 3
        let failure = #expect(throws: NegotiationError.self) {
            try call.offer(Phone.audioVideo())
        }
        #expect(failure?.reason.rawValue == "Ran out of ports")
        #expect(failure?.detail.contains("busy-call") == true)
        #expect(failure?.commands.count == 6)
        #expect(call.session.parties.isEmpty)
        #expect(call.ports.open.isEmpty)
    }

    @Test("N4: a bind error is told apart from exhaustion, with errno")
    func systemFailure() throws {
        var call = Call()
        call.ports.left = 0
        call.ports.failure = .system(
            call: "bind", errno: 98, reason: "Address already in use",
            address: try address("192.0.2.1:30000"))
        let failure = #expect(throws: NegotiationError.self) { try call.offer(Phone.audio()) }
        #expect(failure?.reason == .outOfPorts)
        #expect(failure?.detail.contains("errno 98") == true)
        #expect(failure?.portError == call.ports.failure)
    }

    @Test("N26: a failed re-offer leaves the running call alone")
    func failedReoffer() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(Phone.audio("198.51.100.8", 5_000))
        let before = call.session.parties
        call.ports.left = 1
        #expect(throws: NegotiationError.self) { try call.offer(Phone.audioVideo(), "a", "b") }
        #expect(call.session.parties == before)
    }
}
