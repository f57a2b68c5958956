import BatonSDP
import Testing

@testable import BatonMedia

@Suite("Codec options of an offer (N20)")
struct CodecOfferTests {
    static let browser =
        "111=opus/48000/2;minptime=10;useinbandfec=1 63=red/48000/2;111/111 9=G722/8000 "
        + "0=PCMU/8000 8=PCMA/8000 13=CN/8000 110=telephone-event/48000 126=telephone-event/8000"
    static let phone = "0=PCMU/8000 8=PCMA/8000 18=G729/8000 101=telephone-event/8000;0-16"

    @Test("N20: without options a section passes byte for byte, whatever stands in it")
    func untouched() throws {
        var agreement = CodecAgreement()
        let section = try CodecCall.section(
            "0  0 96=opus/48000/2 ", extra: ["a=rtpmap: 97 odd", "a=fmtp:96  x = 1 ", "a=x-y"])
        let outcome = agreement.offer(section, from: .caller, CodecOptions())
        #expect(outcome == CodecOutcome(section))
        #expect(!agreement.isConverting)
    }

    @Test("N20: strip takes a codec and its lines away")
    func strip() throws {
        var call = CodecCall()
        let shown = try call.offer(Self.phone) { $0.strip = ["G729", "pcmu"] }
        #expect(shown == "8=PCMA/8000 101=telephone-event/8000;0-16")
    }

    @Test("N20: strip takes the redundancy of a codec with it")
    func stripWithRedundancy() throws {
        var call = CodecCall()
        let shown = try call.offer(Self.browser) { $0.strip = ["opus"] }
        #expect(!shown.contains("red") && !shown.contains("opus"))
    }

    @Test("N20: a pattern with a clock rate or a payload type names only that")
    func stripPrecisely() throws {
        var call = CodecCall()
        let shown = try call.offer(Self.browser) { $0.strip = ["telephone-event/48000", "63"] }
        #expect(shown.contains("126=telephone-event/8000"))
        #expect(!shown.contains("110=") && !shown.contains("63="))
    }

    @Test("N20: strip=all keeps what except names in its place, and what offer names in that order")
    func stripAll() throws {
        var call = CodecCall()
        let kept = try call.offer(Self.phone) {
            $0.strip = ["all"]
            $0.except = ["telephone-event", "PCMA", "PCMU"]
        }
        #expect(kept == "0=PCMU/8000 8=PCMA/8000 101=telephone-event/8000;0-16")
        let ordered = try call.offer(Self.phone) {
            $0.strip = ["all"]
            $0.offer = ["telephone-event", "PCMA", "PCMU"]
        }
        #expect(ordered == "8=PCMA/8000 0=PCMU/8000 101=telephone-event/8000;0-16")
    }

    @Test("N20: strip by name wins over except and offer")
    func stripByName() throws {
        var call = CodecCall()
        let shown = try call.offer(Self.phone) {
            $0.strip = ["PCMU"]
            $0.except = ["PCMU"]
            $0.offer = ["PCMU"]
        }
        #expect(!shown.contains("PCMU"))
    }

    @Test("N20: offer alone puts a codec in front")
    func offerOrder() throws {
        var call = CodecCall()
        let shown = try call.offer(Self.phone) { $0.offer = ["G729", "PCMA"] }
        #expect(
            shown == "18=G729/8000 8=PCMA/8000 0=PCMU/8000 101=telephone-event/8000;0-16")
    }

    @Test("N20: ignore takes away what was received, not what transcode adds")
    func ignore() throws {
        var call = CodecCall()
        let shown = try call.offer(Self.phone) {
            $0.ignore = ["PCMA"]
            $0.transcode = ["PCMA"]
        }
        #expect(
            shown
                == "0=PCMU/8000 18=G729/8000 8=PCMA/8000 101=telephone-event/8000;0-16")
        #expect(
            try call.answer("8=PCMA/8000") == "0=PCMU/8000 101=telephone-event/8000;0-16")
        #expect(call.plan(.caller) == "0⇒8=PCMA@20 101♪")
    }

    @Test("N20: if no codec is left the offer's own are restored")
    func nothingLeft() throws {
        var call = CodecCall()
        #expect(try call.offer(Self.phone) { $0.strip = ["all"] } == Self.phone)
        #expect(call.warnings.count == 1 && !call.isRejected)
    }

    @Test("N20: allow-no-codec-media refuses a line without codecs")
    func allowNoCodecMedia() throws {
        var call = CodecCall()
        _ = try call.offer(Self.phone) {
            $0.strip = ["all"]
            $0.switches = [.allowNoCodecMedia]
        }
        #expect(call.isRejected)
    }

    @Test("N20: transcode adds a codec behind the audio, with its telephone events")
    func transcode() throws {
        var call = CodecCall()
        let shown = try call.offer("8=PCMA/8000 101=telephone-event/8000;0-16") {
            $0.transcode = ["opus"]
        }
        #expect(
            shown
                == "8=PCMA/8000 96=opus/48000/2;useinbandfec=1 101=telephone-event/8000;0-16 "
                + "97=telephone-event/48000;0-16")
    }

    @Test("N20: an offer without telephone events gets them when they are named, else none")
    func transcodeWithoutEvents() throws {
        var call = CodecCall()
        #expect(
            try call.offer("8") { $0.transcode = ["opus"] } == "8 96=opus/48000/2;useinbandfec=1")
        call = CodecCall()
        #expect(
            try call.offer("8") { $0.transcode = ["opus", "telephone-event"] }
                == "8 96=opus/48000/2;useinbandfec=1 101=telephone-event/8000;0-15 "
                + "97=telephone-event/48000;0-15")
        #expect(call.warnings.isEmpty)
        call = CodecCall()
        #expect(try call.offer("18") { $0.transcode = ["telephone-event"] } == "18")
        #expect(call.warnings.contains { $0.contains("telephone-event") })
    }

    @Test("N20: transcode of what is offered changes nothing")
    func transcodeOffered() throws {
        var call = CodecCall()
        #expect(try call.offer(Self.browser) { $0.transcode = ["PCMA", "opus"] } == Self.browser)
        #expect(call.warnings.isEmpty)
    }

    @Test("N20: added codecs take payload types that nothing else has")
    func freeNumbers() throws {
        var call = CodecCall()
        let shown = try call.offer("96=G729/8000 97=x/8000 98=L16/16000") {
            $0.transcode = ["opus/48000/2/32000", "L16/44100/2", "L16/44100", "PCMU", "G722"]
        }
        #expect(
            shown
                == "96=G729/8000 97=x/8000 98=L16/16000 "
                + "99=opus/48000/2;stereo=1;sprop-stereo=1;useinbandfec=1 10=L16/44100/2 "
                + "11=L16/44100 0=PCMU/8000 9=G722/8000")
    }

    @Test("N20: when all payload types are used nothing is added, and a warning says so")
    func noNumberLeft() throws {
        var call = CodecCall()
        let list = (0..<128).map { "\($0)=PCMU/8000" }.joined(separator: " ")
        #expect(try call.offer(list) { $0.transcode = ["opus", "PCMA"] } == list)
        #expect(
            call.warnings == [
                "'opus': no payload type is left for it", "'PCMA': no payload type is left for it",
            ])
        #expect(try call.answer(list) == list)
        #expect(!call.agreement.isConverting)
    }

    @Test("N20: the parameters of a pattern go into a=fmtp, with -- for =")
    func transcodeParameters() throws {
        var call = CodecCall()
        let shown = try call.offer("0") {
            $0.transcode = ["opus/48000/1/24000/40/stereo--0;cbr=1/complexity--8"]
        }
        #expect(shown == "0 96=opus/48000/2;stereo=0;cbr=1")
        _ = try call.answer("96=opus/48000/2 ptime=60")
        let rule = try #require(call.agreement.conversion(from: .caller)?.rules.first)
        #expect(
            rule.action
                == .convert(
                    .init(
                        format: CodecFormat(
                            payloadType: 96, encoding: "opus", clockRateHz: 48_000, channels: 2),
                        packetTimeMs: 40, bitrate: 24_000, complexity: 8)))
    }

    @Test(
        "N20: a codec that cannot be served is named in a warning", arguments: ["G729", "L16/999"])
    func unavailable(_ name: String) throws {
        var call = CodecCall()
        let pattern = try #require(CodecPattern(name))
        #expect(try call.offer("0") { $0.transcode = [pattern] } == "0")
        #expect(
            call.warnings == [
                "transcode: '\(name)' is not available; "
                    + "PCMU, PCMA, G722, opus, L16, telephone-event and CN are"
            ])
    }

    @Test("N20: nothing is added to an offer of which nothing can be converted")
    func nothingToConvert() throws {
        var call = CodecCall()
        #expect(try call.offer("18=G729/8000") { $0.transcode = ["PCMU"] } == "18=G729/8000")
        #expect(call.warnings.count == 1)
    }

    @Test("N20: mask=all with transcode restores what was offered and adds the rest, in its order")
    func maskAll() throws {
        var call = CodecCall()
        let shown = try call.offer(Self.browser) {
            $0.mask = ["all"]
            $0.transcode = ["PCMA", "L16/8000", "PCMU", "telephone-event"]
        }
        #expect(
            shown
                == "8=PCMA/8000 96=L16/8000 0=PCMU/8000 126=telephone-event/8000")
    }

    @Test("N20: mask=full with transcode adds a new instance, as mask by name does")
    func maskFull() throws {
        for pattern in ["full", "opus"] as [CodecPattern] {
            var call = CodecCall()
            let shown = try call.offer("111=opus/48000/2;stereo=1 0=PCMU/8000") {
                $0.mask = [pattern, "PCMU"]
                $0.transcode = ["opus/48000/2///useinbandfec=0"]
            }
            #expect(shown == "111=opus/48000/2;useinbandfec=0")
        }
    }

    @Test("N20: mask of a codec that cannot be converted is named in a warning")
    func maskUnavailable() throws {
        var call = CodecCall()
        _ = try call.offer(Self.phone) {
            $0.mask = ["G729"]
            $0.transcode = ["opus"]
        }
        #expect(call.warnings.count == 1 && call.warnings[0].hasPrefix("mask: 'G729'"))
    }

    @Test("N20: strip=full with transcode leaves the sender something to be converted")
    func stripFull() throws {
        var call = CodecCall()
        #expect(
            try call.offer("0=PCMU/8000") {
                $0.strip = ["full"]
                $0.transcode = ["PCMA"]
            } == "8=PCMA/8000")
        #expect(try call.answer("8=PCMA/8000") == "0=PCMU/8000")
        #expect(call.plan(.caller) == "0⇒8=PCMA@20")
    }

    @Test("N20: telephone events at the clock rate of hidden audio are replaced")
    func eventsFollowAudio() throws {
        var call = CodecCall()
        let list = "96=opus/48000/2;useinbandfec=1 120=telephone-event/48000;0-16"
        for change in [
            { $0.transcode = ["PCMA", "telephone-event"] },
            {
                $0.transcode = ["PCMA"]
                $0.offer = ["telephone-event"]
            },
        ] as [(inout CodecOptions) -> Void] {
            let shown = try call.offer(list) {
                $0.mask = ["all"]
                change(&$0)
            }
            #expect(shown == "8=PCMA/8000 97=telephone-event/8000;0-16")
            call = CodecCall()
        }
    }

    @Test("N20: events of 8,000 Hz stay beside those of opus: some parties know no others")
    func eventsOfBothClocks() throws {
        var call = CodecCall()
        let shown = try call.offer("0 101=telephone-event/8000;0-15") {
            $0.mask = ["all"]
            $0.transcode = ["opus", "telephone-event"]
        }
        #expect(
            shown
                == "96=opus/48000/2;useinbandfec=1 101=telephone-event/8000;0-15 "
                + "97=telephone-event/48000;0-15")
        #expect(
            try call.answer("96=opus/48000/2 101=telephone-event/8000")
                == "0=PCMU/8000 101=telephone-event/8000")
        #expect(call.plan(.caller) == "0⇒96=opus@20 101~101/8000")
    }

    @Test("N20: audio of the sender's own gets no telephone events that it did not have")
    func eventsForAddedOnly() throws {
        var call = CodecCall()
        let shown = try call.offer("96=opus/48000/2 8 101=telephone-event/8000") {
            $0.transcode = ["PCMU"]
        }
        #expect(shown == "96=opus/48000/2 8 0=PCMU/8000 101=telephone-event/8000")
    }

    @Test("N20: ptime states the packet time and raises a maximum below it")
    func packetTime() throws {
        var call = CodecCall()
        #expect(
            try call.offer("0 ptime=20 maxptime=20") { $0.packetTimeMs = 40 }
                == "0 ptime=40 maxptime=40")
        #expect(try call.offer("0") { $0.packetTimeMs = 30 } == "0 ptime=30")
        #expect(try call.offer("0") { $0.packetTimeMs = 4_000_000 } == "0 ptime=120")
    }

    @Test("N20: lines that are about no format keep their place")
    func foreignLines() throws {
        var agreement = CodecAgreement()
        var options = CodecOptions()
        options.strip = ["PCMU"]
        options.transcode = ["G722"]
        let section = try CodecCall.section(
            "0=PCMU/8000 8=PCMA/8000",
            extra: [
                "a=x-first", "a=fmtp:8 x", "a=rtcp-fb:0 nack", "a=rtcp-fb:* nack", "a=sendrecv",
            ])
        let outcome = agreement.offer(section, from: .caller, options)
        #expect(
            outcome.section.lines.map { String(decoding: $0.bytes, as: UTF8.self) } == [
                "a=rtpmap:8 PCMA/8000", "a=x-first", "a=fmtp:8 x", "a=rtcp-fb:* nack",
                "a=rtpmap:9 G722/8000", "a=sendrecv",
            ])
    }

    @Test("N20: in video only named codecs are taken away, and nothing is converted")
    func video() throws {
        var agreement = CodecAgreement()
        var options = CodecOptions()
        options.strip = ["all", "VP8"]
        options.mask = ["H264"]
        options.transcode = ["opus", "G729"]
        options.packetTimeMs = 20
        let text =
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n"
            + "m=video 4002 RTP/AVPF 96 97 98\r\nc=IN IP4 192.0.2.1\r\na=rtpmap:96 VP8/90000\r\n"
            + "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:98 H264/90000\r\n"
        let section = try #require(try SessionDescription(parsing: text).media.first)
        let outcome = agreement.offer(section, from: .caller, options)
        #expect(CodecCall.list(outcome.section) == "98=H264/90000")
        #expect(outcome.warnings.isEmpty)
    }

    @Test("N20: sections that carry no RTP pass untouched")
    func otherProtocols() throws {
        var agreement = CodecAgreement()
        var options = CodecOptions()
        options.strip = ["0"]
        options.transcode = ["opus"]
        let section = MediaDescription(
            kind: .audio, port: 4000, protocolName: "udptl", formats: ["t38", "0"])
        #expect(agreement.offer(section, from: .caller, options) == CodecOutcome(section))
        #expect(agreement.answer(section, from: .callee, options).section == section)
    }
}
