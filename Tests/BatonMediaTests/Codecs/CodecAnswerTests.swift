import BatonSDP
import Testing

@testable import BatonMedia

@Suite("Answers and conversions (N20)")
struct CodecAnswerTests {
    static let phone = CodecOfferTests.phone
    static let opus = "96=opus/48000/2;useinbandfec=1"
    static let events = "101=telephone-event/8000;0-16"

    @Test("N20: an answer without options passes byte for byte, and nothing is converted")
    func untouched() throws {
        var agreement = CodecAgreement()
        _ = agreement.offer(try CodecCall.section(Self.phone), from: .caller, CodecOptions())
        let section = try CodecCall.section("8 0  101", extra: ["a=fmtp:101 0-15 "])
        let outcome = agreement.answer(section, from: .callee, CodecOptions())
        #expect(outcome == CodecOutcome(section))
        #expect(!agreement.isConverting)
    }

    @Test("N20: where both have a codec nothing is transcoded")
    func sharedCodec() throws {
        var call = CodecCall()
        _ = try call.offer(Self.phone) { $0.transcode = ["opus"] }
        let answer = "8=PCMA/8000 101=telephone-event/8000;0-15"
        #expect(try call.answer(answer) == answer)
        #expect(call.plan(.caller) == "relay" && call.plan(.callee) == "relay")
    }

    @Test("N20: an added codec alone is converted to the offerer's preferred one and back")
    func addedCodec() throws {
        var call = CodecCall()
        _ = try call.offer(Self.phone) { $0.transcode = ["opus"] }
        #expect(
            try call.answer("\(Self.opus) 97=telephone-event/48000;0-15")
                == "0=PCMU/8000 101=telephone-event/8000;0-16")
        #expect(call.plan(.caller) == "0⇒96=opus@20 101~97/48000")
        #expect(call.plan(.callee) == "96⇒0=PCMU@20 97~101/8000")
        #expect(call.agreement.conversion(from: .caller)?.needsTranscoder == true)
    }

    @Test("N20: an answerer that takes events at one clock rate gets them there")
    func eventsAtOneClockRate() throws {
        var call = CodecCall()
        _ = try call.offer(Self.phone) { $0.transcode = ["opus"] }
        #expect(
            try call.answer("\(Self.opus) 101=telephone-event/8000;0-15")
                == "0=PCMU/8000 101=telephone-event/8000;0-15")
        #expect(call.plan(.caller) == "0⇒96=opus@20 101~101/8000")
        #expect(call.plan(.callee) == "96⇒0=PCMU@20 101~101/8000")
    }

    @Test("N20: the offerer is answered no noise that its peer has not, but its events")
    func nothingExtra() throws {
        var call = CodecCall()
        _ = try call.offer("0 13 \(Self.events)") { $0.transcode = ["G722"] }
        #expect(try call.answer("9") == "0=PCMU/8000 \(Self.events)")
        #expect(call.plan(.caller) == "0⇒9=G722@20 101♪" && call.plan(.callee) == "9⇒0=PCMU@20")
    }

    @Test("N20: comfort noise is mapped beside converted audio")
    func comfortNoise() throws {
        var call = CodecCall()
        _ = try call.offer("0 13=CN/8000") { $0.transcode = ["G722"] }
        #expect(try call.answer("9 13=CN/8000") == "0=PCMU/8000 13=CN/8000")
        #expect(call.plan(.caller) == "0⇒9=G722@20 13≈13/8000")
        #expect(call.plan(.callee) == "9⇒0=PCMU@20 13≈13/8000")
    }

    @Test("N20: comfort noise of another clock is not answered, and becomes audio")
    func comfortNoiseOfAnotherClock() throws {
        var call = CodecCall()
        #expect(
            try call.offer("0 105=CN/16000") { $0.transcode = ["G722", "CN/8000"] }
                == "0 9=G722/8000 105=CN/16000 13=CN/8000")
        #expect(try call.answer("9 13=CN/8000") == "0=PCMU/8000")
        #expect(call.plan(.callee) == "9⇒0=PCMU@20 13⇒0=PCMU@20")
    }

    @Test("N20: events get the clock of the audio that they go beside")
    func eventsBesideConvertedAudio() throws {
        var call = CodecCall()
        _ = try call.offer(
            "\(Self.opus) 8 120=telephone-event/48000 101=telephone-event/8000"
        ) { $0.accept = ["opus"] }
        #expect(
            try call.answer("8 101=telephone-event/8000")
                == "\(Self.opus) 8 120=telephone-event/48000 101=telephone-event/8000")
        #expect(call.plan(.callee) == "8⇒96=opus@20 101~120/48000")
        #expect(call.plan(.caller) == "96⇒8=PCMA@20 8 120~101/8000 101~101/8000")
    }

    @Test("N20: a shared codec and an added one: the offerer keeps to the shared one")
    func sharedAndAdded() throws {
        var call = CodecCall()
        _ = try call.offer("0 8") { $0.transcode = ["opus"] }
        #expect(try call.answer("\(Self.opus) 8") == "8")
        #expect(call.plan(.caller) == "relay")
        #expect(call.plan(.callee) == "96⇒8=PCMA@20 8")
    }

    @Test("N20: a shared codec that cannot be converted does not serve an added one")
    func unconvertibleShared() throws {
        var call = CodecCall()
        _ = try call.offer(Self.phone) { $0.transcode = ["opus"] }
        #expect(try call.answer("18 \(Self.opus)") == "18 0=PCMU/8000")
        #expect(call.plan(.caller) == "18 0⇒96=opus@20")
        #expect(call.plan(.callee) == "18 96⇒0=PCMU@20")
    }

    @Test("N20: mask is used where nothing is shared; consume is used all the same")
    func maskAndConsume() throws {
        let browser = "\(Self.opus) 8=PCMA/8000"
        var call = CodecCall()
        #expect(
            try call.offer(browser) {
                $0.mask = ["opus"]
                $0.transcode = ["PCMU"]
            } == "8=PCMA/8000 0=PCMU/8000")
        #expect(try call.answer("8") == "8")
        #expect(!call.agreement.isConverting)
        #expect(try call.answer("0") == Self.opus)
        #expect(call.plan(.caller) == "96⇒0=PCMU@20")
        call = CodecCall()
        #expect(try call.offer(browser) { $0.consume = ["opus"] } == "8=PCMA/8000")
        #expect(try call.answer("8=PCMA/8000") == "\(Self.opus) 8=PCMA/8000")
        #expect(call.plan(.caller) == "96⇒8=PCMA@20 8")
        #expect(call.plan(.callee) == "8⇒96=opus@20")
    }

    @Test(
        "N20: consume=all accepts everything that can be converted, but for what transcode restores"
    )
    func consumeAll() throws {
        var call = CodecCall()
        #expect(
            try call.offer("\(Self.opus) 18 8=PCMA/8000") {
                $0.consume = ["all"]
                $0.transcode = ["PCMA", "PCMU"]
            } == "8=PCMA/8000 0=PCMU/8000")
        #expect(try call.answer("8=PCMA/8000 0") == "\(Self.opus) 8=PCMA/8000")
        #expect(call.plan(.caller) == "96⇒8=PCMA@20 8")
        #expect(call.plan(.callee) == "8⇒96=opus@20 0⇒96=opus@20")
    }

    @Test("N20: accept offers a codec and keeps it towards the offerer when it is not answered")
    func accept() throws {
        var call = CodecCall()
        let browser = "\(Self.opus) 8=PCMA/8000"
        #expect(try call.offer(browser) { $0.accept = ["opus"] } == browser)
        #expect(try call.answer("8=PCMA/8000") == "\(Self.opus) 8=PCMA/8000")
        #expect(call.plan(.caller) == "96⇒8=PCMA@20 8" && call.plan(.callee) == "8⇒96=opus@20")
        #expect(try call.answer(browser) == browser)
        #expect(!call.agreement.isConverting)
    }

    @Test("N20: accept in the answer does what it does in the offer")
    func acceptInAnswer() throws {
        var call = CodecCall()
        _ = try call.offer("\(Self.opus) 8=PCMA/8000")
        #expect(
            try call.answer("8=PCMA/8000") { $0.accept = ["opus"] }
                == "\(Self.opus) 8=PCMA/8000")
        #expect(call.plan(.callee) == "8⇒96=opus@20")
    }

    @Test("N20: force-transcoding decodes and encodes even the same codec, in both directions")
    func forceTranscoding() throws {
        var call = CodecCall()
        _ = try call.offer(Self.phone) { $0.switches = [.forceTranscoding] }
        _ = try call.answer("8=PCMA/8000 \(Self.events)")
        #expect(call.plan(.caller) == "8⇒8=PCMA@20 101~101/8000")
        #expect(call.plan(.callee) == "8⇒8=PCMA@20 101~101/8000")
        call = CodecCall()
        _ = try call.offer("9")
        _ = try call.answer("9") { $0.switches = [.forceTranscoding] }
        #expect(call.plan(.caller) == "9⇒9=G722@20" && call.plan(.callee) == "9⇒9=G722@20")
    }

    @Test("N20: ptime makes packets of that length for the answerer, ptime-reverse for the offerer")
    func packetTimes() throws {
        var call = CodecCall()
        _ = try call.offer("0 ptime=20") {
            $0.packetTimeMs = 30
            $0.reversePacketTimeMs = 50
        }
        #expect(try call.answer("0 ptime=30") == "0 ptime=50")
        #expect(call.plan(.caller) == "0⇒0=PCMU@30" && call.plan(.callee) == "0⇒0=PCMU@50")
    }

    @Test("N20: ptime alone leaves the offerer its own packet time and the way back alone")
    func packetTimeAlone() throws {
        var call = CodecCall()
        _ = try call.offer("0 18 ptime=20") { $0.packetTimeMs = 40 }
        #expect(try call.answer("0 18 ptime=40") == "0 18 ptime=20")
        #expect(call.plan(.caller) == "0⇒0=PCMU@40 18" && call.plan(.callee) == "relay")
    }

    @Test("N20: a packet time that is there already needs no conversion")
    func packetTimeAsStated() throws {
        var call = CodecCall()
        _ = try call.offer("0") { $0.packetTimeMs = 20 }
        _ = try call.answer("0 ptime=20")
        #expect(!call.agreement.isConverting)
    }

    @Test("N20: converted audio comes in packets of the length that its receiver wants and takes")
    func packetTimeOfReceiver() throws {
        var call = CodecCall()
        _ = try call.offer("0 ptime=30") { $0.transcode = ["PCMA"] }
        _ = try call.answer("8 ptime=60 maxptime=40")
        #expect(call.plan(.caller) == "0⇒8=PCMA@40" && call.plan(.callee) == "8⇒0=PCMU@30")
    }

    @Test("N20: single-codec leaves one codec and the events and noise beside it")
    func singleCodec() throws {
        var call = CodecCall()
        let list = "0 \(Self.opus) 13=CN/8000 \(Self.events) 110=telephone-event/48000"
        _ = try call.offer(list)
        #expect(
            try call.answer(list) { $0.switches = [.singleCodec] }
                == "0 13=CN/8000 \(Self.events)")
        #expect(call.plan(.caller) == "relay")
        #expect(call.plan(.callee).hasPrefix("0 96⇒0=PCMU@20"))
    }

    @Test("N20: reorder-codecs puts the answer in the order of the offer")
    func reorderCodecs() throws {
        var call = CodecCall()
        _ = try call.offer("0 8 9")
        #expect(try call.answer("9 8 0") == "9 8 0")
        #expect(try call.answer("9 8 0") { $0.switches = [.reorderCodecs] } == "0 8 9")
        #expect(!call.agreement.isConverting)
    }

    @Test("N20: strip, except and offer work on the answer's codecs too")
    func stripInAnswer() throws {
        var call = CodecCall()
        _ = try call.offer("0 8 9")
        #expect(try call.answer("0 8 9") { $0.strip = ["PCMU"] } == "8 9")
        #expect(try call.answer("0 8 9") { $0.offer = ["G722"] } == "9 0 8")
        #expect(
            try call.answer("0 8 9") {
                $0.strip = ["all"]
                $0.except = ["PCMA"]
            } == "8")
        #expect(try call.answer("0 8 9") { $0.ignore = ["all"] } == "0 8 9")
        #expect(call.warnings.count == 1)
    }

    @Test("N20: what only works in an offer is named in a warning when it comes with an answer")
    func offerOptionsInAnswer() throws {
        var call = CodecCall()
        _ = try call.offer("0")
        #expect(try call.answer("0") { $0.transcode = ["opus"] } == "0")
        #expect(call.warnings.count == 1)
    }

    @Test("N20: set gives the bit rate for encoding towards the offerer, within what it takes")
    func set() throws {
        for (parameters, bitrate) in [
            ("", 16_000), (";stereo=1", 32_000), (";maxaveragebitrate=12000", 12_000),
        ] as [(String, UInt32)] {
            var call = CodecCall()
            _ = try call.offer("96=opus/48000/2\(parameters)") {
                $0.transcode = ["PCMU"]
                $0.set = ["PCMA/8000/1/1", "opus/48000/1/16000", "opus/48000/2/32000"]
            }
            _ = try call.answer("0")
            let rule = call.agreement.conversion(from: .callee)?.rules.first
            guard case .convert(let target) = rule?.action else {
                Issue.record("no conversion")
                continue
            }
            #expect(target.bitrate == bitrate)
            #expect(target.format.parameters == String(parameters.dropFirst()))
        }
    }

    @Test("N20: the offerer's own parameters stand in the answer, not what it said of its sending")
    func ownParameters() throws {
        var call = CodecCall()
        _ = try call.offer(
            "96=opus/48000/2;stereo=1;sprop-stereo=1;useinbandfec=1;maxaveragebitrate=20000"
        ) { $0.transcode = ["PCMU"] }
        #expect(
            try call.answer("0") == "96=opus/48000/2;useinbandfec=1;maxaveragebitrate=20000")
    }

    @Test("N20: an answer under other payload types is matched by codec and goes back under ours")
    func asymmetricPayloadTypes() throws {
        var call = CodecCall()
        _ = try call.offer("0 \(Self.events)") { $0.transcode = ["opus"] }
        #expect(
            try call.answer("107=opus/48000/2 99=telephone-event/8000")
                == "0=PCMU/8000 101=telephone-event/8000")
        #expect(call.plan(.caller) == "0⇒107=opus@20 101~99/8000")
        #expect(
            call.plan(.callee) == "107⇒0=PCMU@20 96⇒0=PCMU@20 99~101/8000 101~101/8000")
        _ = try call.answer("107=opus/48000/2 0 96=telephone-event/8000")
        #expect(
            call.plan(.callee) == "107⇒0=PCMU@20 0 96~101/8000 101~101/8000")
    }

    @Test("N20: an answer that leaves out a=rtpmap means what it was offered")
    func missingMap() throws {
        var call = CodecCall()
        _ = try call.offer("0") { $0.transcode = ["opus"] }
        #expect(try call.answer("96") == "0=PCMU/8000")
        #expect(call.plan(.caller) == "0⇒96=opus@20")
    }

    @Test("N20: an answer with nothing in common is passed on, or refused on demand")
    func nothingInCommon() throws {
        var call = CodecCall()
        _ = try call.offer("0 18") { $0.strip = ["PCMU"] }
        #expect(try call.answer("3") == "3")
        #expect(!call.isRejected && call.warnings.count == 1 && !call.agreement.isConverting)
        _ = try call.offer("0 18") { $0.strip = ["PCMU"] }
        _ = try call.answer("3") { $0.switches = [.allowNoCodecMedia] }
        #expect(call.isRejected)
    }

    @Test("N20: a refused line passes as it is")
    func refusedLine() throws {
        var agreement = CodecAgreement()
        var options = CodecOptions()
        options.strip = ["PCMU"]
        _ = agreement.offer(try CodecCall.section("0 8"), from: .caller, options)
        var section = try CodecCall.section("0")
        section.port = 0
        #expect(agreement.answer(section, from: .callee, options) == CodecOutcome(section))
    }

    @Test("N20: until the answer comes, what the answerer was offered is converted")
    func earlyMedia() throws {
        var call = CodecCall()
        _ = try call.offer("0 \(Self.events)") { $0.transcode = ["opus"] }
        #expect(call.plan(.callee) == "0 96⇒0=PCMU@20 101~101/8000 97~101/8000")
        #expect(call.plan(.caller) == "relay")
    }

    @Test("N20: forked answers are each taken by the offer: 183 from one, 200 from another")
    func forkedAnswers() throws {
        var call = CodecCall()
        _ = try call.offer(Self.phone) { $0.transcode = ["opus"] }
        #expect(try call.answer(Self.opus) == "0=PCMU/8000 \(Self.events)")
        #expect(try call.answer("18=G729/8000") == "18=G729/8000")
        #expect(!call.agreement.isConverting)
        #expect(try call.answer(Self.opus) == "0=PCMU/8000 \(Self.events)")
        let before = call.agreement
        _ = try call.answer(Self.opus)
        #expect(call.agreement == before)
    }
}
