import BatonSDP
import Testing

@testable import BatonMedia

@Suite("Re-offers of transcoded calls (N20, RFC 3264 §8)")
struct CodecReofferTests {
    static let events = "101=telephone-event/8000;0-16"
    static let opus = "96=opus/48000/2;useinbandfec=1"

    /// A call between PCMU with events and Opus alone.
    static func transcoded() throws -> CodecCall {
        var call = CodecCall()
        _ = try call.offer("0 \(events)") { $0.transcode = ["opus"] }
        _ = try call.answer("\(opus) 97=telephone-event/48000;0-16")
        #expect(call.plan(.caller) == "0⇒96=opus@20 101~97/48000")
        return call
    }

    @Test("N20: hold and resume by the caller without options keep the transcoding")
    func holdByCaller() throws {
        var call = try Self.transcoded()
        let before = call.agreement
        for _ in 0..<2 {
            #expect(
                try call.offer("0 \(Self.events)")
                    == "0 \(Self.opus) \(Self.events) 97=telephone-event/48000;0-16")
            #expect(
                try call.answer("\(Self.opus) 97=telephone-event/48000;0-16")
                    == "0=PCMU/8000 \(Self.events)")
            #expect(call.agreement.caller.conversion == before.caller.conversion)
            #expect(call.agreement.callee == before.callee)
            #expect(call.agreement.caller.options == before.caller.options)
            #expect(call.agreement.caller.bindings == before.caller.bindings)
        }
    }

    @Test("N20: hold by the callee without options shows the caller the codec that it uses")
    func holdByCallee() throws {
        var call = try Self.transcoded()
        let callee = "\(Self.opus) 97=telephone-event/48000;0-16"
        for _ in 0..<2 {
            #expect(
                try call.offer(callee, from: .callee)
                    == "0=PCMU/8000 \(Self.opus) 97=telephone-event/48000;0-16 \(Self.events)")
            #expect(
                try call.answer("0 \(Self.events)", from: .caller)
                    == callee)
            #expect(call.plan(.caller) == "0⇒96=opus@20 101~97/48000")
            #expect(call.plan(.callee) == "96⇒0=PCMU@20 97~101/8000")
        }
        #expect(try call.offer("0 \(Self.events)").contains("96=opus"))
    }

    @Test("N20: a codec that a party changes to in mid-call is converted without options too")
    func codecChange() throws {
        var call = try Self.transcoded()
        #expect(try call.offer("9", from: .callee) == "0=PCMU/8000 9")
        #expect(try call.answer("0", from: .caller) == "9=G722/8000")
        #expect(call.plan(.caller) == "0⇒9=G722@20" && call.plan(.callee) == "9⇒0=PCMU@20")
    }

    @Test("N20: once both share a codec, offers without options pass untouched again")
    func sharedAgain() throws {
        var call = try Self.transcoded()
        _ = try call.offer("0 \(Self.events)")
        _ = try call.answer("0 101")
        #expect(!call.agreement.isConverting)
        #expect(try call.offer("0 8") == "0 8")
        #expect(try call.answer("8") == "8")
    }

    @Test("N20: reset forgets the transcoding")
    func reset() throws {
        var call = try Self.transcoded()
        #expect(try call.offer("0") { $0.switches = [.reset] } == "0")
        #expect(!call.agreement.isConverting)
        _ = try call.answer("0")
        #expect(call.plan(.caller) == "relay")
    }

    @Test("N20: options of a re-offer replace the earlier ones")
    func newOptions() throws {
        var call = try Self.transcoded()
        #expect(
            try call.offer("0 \(Self.events)") {
                $0.mask = ["PCMU"]
                $0.transcode = ["G722"]
            } == "9=G722/8000 \(Self.events)")
        #expect(try call.answer("9 101=telephone-event/8000;0-16") == "0=PCMU/8000 \(Self.events)")
        #expect(try call.offer("0") == "9=G722/8000")
    }

    @Test("N20: a re-offer that is refused changes no conversion")
    func refusedReoffer() throws {
        var call = try Self.transcoded()
        let before = (call.plan(.caller), call.plan(.callee))
        _ = try call.offer("9 8", from: .callee) { $0.strip = ["G722"] }
        #expect((call.plan(.caller), call.plan(.callee)) == before)
        #expect(try call.offer("0").contains("96=opus"))
    }

    @Test("N20: a 200 that repeats an early answer after an UPDATE of the callee is converted")
    func answerAfterUpdate() throws {
        var call = try Self.transcoded()
        let callee = "\(Self.opus) 97=telephone-event/48000;0-16"
        _ = try call.offer(callee, from: .callee)
        _ = try call.answer("0 \(Self.events)", from: .caller)
        #expect(try call.answer(callee) == "0=PCMU/8000 \(Self.events)")
        #expect(call.plan(.caller) == "0⇒96=opus@20 101~97/48000")
    }

    @Test("N20: an answer to nothing passes as it is")
    func answerToNothing() throws {
        var call = try Self.transcoded()
        let before = call.agreement
        #expect(try call.answer("3", from: .caller) { $0.strip = ["PCMU"] } == "3")
        #expect(call.agreement == before)
    }

    @Test("N20: a plain call is transcoded from a re-offer with options on")
    func startsInMidCall() throws {
        var call = CodecCall()
        _ = try call.offer("0 97=iLBC/8000")
        _ = try call.answer("0 97=iLBC/8000")
        let shown = try call.offer("0") {
            $0.mask = ["all"]
            $0.transcode = ["L16/8000", "opus"]
        }
        #expect(shown == "96=L16/8000 98=opus/48000/2;useinbandfec=1")
        #expect(try call.answer("98=opus/48000/2") == "0=PCMU/8000")
    }

    @Test("RFC 3264 §8.3.2: a payload type never means another codec to the party that knows it")
    func boundPayloadTypes() throws {
        var call = try Self.transcoded()
        // The callee uses 101 for another codec, and another number for Opus.
        #expect(
            try call.offer("101=L16/16000 96=opus/48000/2", from: .callee)
                == "0=PCMU/8000 97=L16/16000 96=opus/48000/2")
        #expect(try call.answer("97=L16/16000", from: .caller) == "101=L16/16000")
        #expect(call.plan(.caller) == "97→101" && call.plan(.callee) == "101→97")
        #expect(call.agreement.conversion(from: .caller)?.needsTranscoder == false)
    }

    @Test("RFC 3264 §8.3.2: renumbered formats take their parameters and references along")
    func renumberedReferences() throws {
        var call = try Self.transcoded()
        let shown = try call.offer(
            "101=opus/48000/2;stereo=1 103=red/48000;101/101 102=rtx/48000;apt=101", from: .callee)
        #expect(
            shown
                == "0=PCMU/8000 96=opus/48000/2;stereo=1 103=red/48000;96/96 102=rtx/48000;apt=96")
    }

    @Test("N20: static-codecs shows the other party what it knows")
    func staticCodecs() throws {
        var call = CodecCall()
        _ = try call.offer("0 8 \(Self.events)")
        _ = try call.answer("8 101")
        #expect(
            try call.offer("\(Self.opus) 100=telephone-event/8000;0-15") {
                $0.switches = [.staticCodecs]
            } == "0=PCMU/8000 8=PCMA/8000 101=telephone-event/8000;0-15")
        #expect(
            try call.answer("8 101=telephone-event/8000")
                == "\(Self.opus) 100=telephone-event/8000")
        #expect(call.plan(.caller) == "96⇒8=PCMA@20 100~101/8000")
        #expect(call.plan(.callee) == "8⇒96=opus@20 101~100/8000")
    }

    @Test("N20: static-codecs keeps each payload type of a codec that was shown under several")
    func staticCodecsTwice() throws {
        var call = CodecCall()
        let known = "107=L16/16000 105=L16/16000 8"
        _ = try call.offer(known)
        _ = try call.answer(known)
        for _ in 0..<2 {
            #expect(
                try call.offer("98=L16/16000;x=1 105=PCMU/8000") {
                    $0.switches = [.staticCodecs]
                }
                    == "107=L16/16000;x=1 105=L16/16000 8=PCMA/8000")
        }
        #expect(try call.answer("105=L16/16000 107=L16/16000") == "98=L16/16000")
        #expect(call.plan(.callee) == "105→98 107→98" && call.plan(.caller) == "98→105")
    }

    @Test("N20: static-codecs has no effect on a first offer")
    func staticCodecsAtFirst() throws {
        var call = CodecCall()
        #expect(try call.offer("0 8") { $0.switches = [.staticCodecs] } == "0 8")
    }

    @Test("N20: reuse-codecs keeps the codecs in use in front, in the offer and in the answer")
    func reuseCodecs() throws {
        var call = CodecCall()
        _ = try call.offer("0 8 9")
        _ = try call.answer("8")
        #expect(try call.offer("9 0 8") { $0.switches = [.reuseCodecs] } == "8 9 0")
        #expect(try call.answer("9 0 8") == "8 9 0")
        _ = try call.offer("9 0 8")
        #expect(
            try call.answer("9 0 8") { $0.switches = [.reuseCodecs, .singleCodec] } == "8")
    }

    @Test("N20: packet times that were asked for hold for re-offers of either party")
    func packetTimes() throws {
        var call = CodecCall()
        _ = try call.offer("0") {
            $0.packetTimeMs = 40
            $0.reversePacketTimeMs = 60
        }
        _ = try call.answer("0")
        #expect(try call.offer("0", from: .callee) == "0 ptime=60")
        #expect(try call.answer("0", from: .caller) == "0 ptime=40")
        #expect(call.plan(.caller) == "0⇒0=PCMU@40" && call.plan(.callee) == "0⇒0=PCMU@60")
        #expect(try call.offer("0") == "0 ptime=40")
    }
}
