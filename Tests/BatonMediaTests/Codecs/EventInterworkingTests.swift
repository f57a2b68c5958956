import Testing

@testable import BatonMedia

@Suite("Telephone events on one side alone (N20)")
struct EventInterworkingTests {
    static let events = "101=telephone-event/8000;0-15"
    static let opus = "96=opus/48000/2;useinbandfec=1"

    @Test("N20: without being asked for, events of one side alone are answered none, all passes")
    func unasked() throws {
        var call = CodecCall()
        _ = try call.offer("0 \(Self.events)")
        #expect(try call.answer("0") == "0")
        #expect(call.plan(.caller) == "relay" && call.plan(.callee) == "relay")
    }

    @Test("N20: inject-DTMF keeps the offerer's events, which become tones, and tones events")
    func injected() throws {
        for inAnswer in [false, true] {
            var call = CodecCall()
            let offer = "0=PCMU/8000 \(Self.events)"
            #expect(
                try call.offer(offer) { if !inAnswer { $0.switches = .injectDTMF } } == offer)
            let answer = try call.answer("0") { if inAnswer { $0.switches = .injectDTMF } }
            #expect(answer == "0 \(Self.events)")
            #expect(call.plan(.caller) == "0⇒0=PCMU@20 101♪")
            #expect(call.plan(.callee) == "0⇒0=PCMU@20")
            #expect(call.agreement.conversion(from: .callee)?.findsTones == true)
            #expect(call.agreement.conversion(from: .caller)?.findsTones == false)
        }
    }

    @Test("N20: inject-DTMF changes nothing where both sides have events, or neither")
    func nothingToDo() throws {
        for list in ["0=PCMU/8000 \(Self.events)", "0=PCMU/8000"] {
            var call = CodecCall()
            _ = try call.offer(list) { $0.switches = .injectDTMF }
            #expect(try call.answer(list) == list)
            #expect(call.plan(.caller) == "relay" && call.plan(.callee) == "relay")
        }
    }

    @Test("N20: accept and consume of telephone-event keep the offerer's events as well")
    func accepted() throws {
        var call = CodecCall()
        _ = try call.offer("8 \(Self.events)") { $0.accept = ["telephone-event"] }
        #expect(try call.answer("8") == "8 \(Self.events)")
        #expect(call.plan(.caller) == "8⇒8=PCMA@20 101♪")
        call = CodecCall()
        #expect(try call.offer("8 \(Self.events)") { $0.consume = ["telephone-event"] } == "8")
        #expect(call.plan(.callee) == "8⇒8=PCMA@20")
        #expect(try call.answer("8") == "8 \(Self.events)")
        #expect(call.plan(.caller) == "8⇒8=PCMA@20 101♪")
    }

    @Test("N20: where audio is converted anyway, nothing has to be asked for")
    func converted() throws {
        var call = CodecCall()
        _ = try call.offer("0 \(Self.events)") { $0.transcode = ["opus"] }
        #expect(try call.answer(Self.opus) == "0=PCMU/8000 \(Self.events)")
        #expect(call.plan(.caller) == "0⇒96=opus@20 101♪")
        #expect(call.plan(.callee) == "96⇒0=PCMU@20")
        #expect(call.agreement.conversion(from: .callee)?.findsTones == true)
    }

    @Test("N20: transcode=telephone-event adds events to an offer that has none")
    func added() throws {
        var call = CodecCall()
        #expect(
            try call.offer("8") { $0.transcode = ["telephone-event"] } == "8 \(Self.events)")
        #expect(call.plan(.callee) == "8⇒8=PCMA@20 101♪")
        #expect(try call.answer("8 \(Self.events)") == "8")
        #expect(call.plan(.caller) == "8⇒8=PCMA@20")
        #expect(call.agreement.conversion(from: .caller)?.findsTones == true)
        #expect(call.plan(.callee) == "8⇒8=PCMA@20 101♪")
        // One that does not take them leaves everything as it was.
        #expect(try call.answer("8") == "8")
        #expect(call.plan(.caller) == "relay" && call.plan(.callee) == "relay")
    }

    @Test("N20: events that the answerer strips from an offer do not come back")
    func stripped() throws {
        var call = CodecCall()
        _ = try call.offer("8 \(Self.events)") {
            $0.strip = ["telephone-event"]
            $0.switches = .injectDTMF
        }
        #expect(try call.answer("8") == "8")
        #expect(call.plan(.caller) == "relay")
    }

    @Test("N20: audio that cannot be converted gets no tones, and the offerer no events")
    func unconvertible() throws {
        var call = CodecCall()
        _ = try call.offer("18 \(Self.events)") { $0.switches = .injectDTMF }
        #expect(try call.answer("18") == "18")
        #expect(call.plan(.caller) == "relay")
    }

    @Test("N20: re-offers of either side without options keep it up")
    func reoffers() throws {
        var call = CodecCall()
        _ = try call.offer("0 \(Self.events)") { $0.switches = .injectDTMF }
        _ = try call.answer("0")
        _ = try call.offer("0 \(Self.events)")
        #expect(try call.answer("0") == "0 \(Self.events)")
        #expect(call.plan(.caller) == "0⇒0=PCMU@20 101♪")
        call = CodecCall()
        _ = try call.offer("8") { $0.transcode = ["telephone-event"] }
        _ = try call.answer("8 \(Self.events)")
        _ = try call.offer("8 \(Self.events)", from: .callee)
        #expect(try call.answer("8", from: .caller) == "8 \(Self.events)")
        #expect(call.plan(.callee) == "8⇒8=PCMA@20 101♪")
        #expect(call.agreement.conversion(from: .caller)?.findsTones == true)
    }
}
