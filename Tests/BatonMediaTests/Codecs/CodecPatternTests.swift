import BatonBase
import Testing

@testable import BatonMedia

@Suite("Codec patterns (N20)")
struct CodecPatternTests {
    @Test("N20: all parts of a pattern are read, empty ones stay open")
    func parts() {
        let whole: CodecPattern? = CodecPattern.init("iLBC/8000/1/15200/30/mode--30;x=1/option")
        #expect(whole?.name == .encoding("iLBC"))
        #expect(whole?.clockRateHz == 8_000 && whole?.channels == 1)
        #expect(whole?.bitrate == 15_200 && whole?.packetTimeMs == 30)
        #expect(whole?.parameters == "mode=30;x=1")
        let sparse: CodecPattern? = CodecPattern.init("opus//2///stereo--1")
        #expect(sparse?.clockRateHz == nil && sparse?.channels == 2 && sparse?.bitrate == nil)
        #expect(sparse?.parameters == "stereo=1")
        #expect(whole?.complexity == nil && sparse?.complexity == nil)
    }

    @Test("N20: the option complexity is read, at most 10; other options are left out")
    func complexity() {
        let wishes = ["complexity--8", "x=1;complexity=0", "complexity=99", "complexity=x", ""]
        #expect(
            wishes.map { CodecPattern("opus/48000/2/24000///\($0)")?.complexity }
                == [8, 0, 10, nil, nil])
    }

    @Test("N20: all, full and payload types are told from names")
    func names() {
        let patterns: [CodecPattern] = ["ALL", "full", "101", "128", "101/8000"]
        #expect(
            patterns.map(\.name) == [
                .all, .full, .payloadType(101), .encoding("128"), .encoding("101"),
            ])
    }

    @Test(
        "N20: what cannot be read is no pattern",
        arguments: ["", "/8000", "opus/fast", "opus/48000/0", "opus/48000/999", "x/1/1/-5"])
    func unreadable(_ text: String) {
        #expect(CodecPattern.init(text) == nil)
    }

    @Test("N20: names count in any case, numbers exactly")
    func matching() {
        let stereo = CodecFormat(
            payloadType: 10, encoding: "L16", clockRateHz: 44_100, channels: 2)
        let opus = CodecFormat(
            payloadType: 96, encoding: "opus", clockRateHz: 48_000, channels: 2,
            parameters: "stereo=1;cbr=1")
        let matching: [(CodecPattern, CodecFormat)] = [
            ("l16", stereo), ("L16/44100/2", stereo), ("10", stereo), ("OPUS/48000", opus),
            ("opus/48000/1", opus), ("opus////////", opus), ("opus/////cbr=1", opus),
        ]
        for (pattern, format) in matching { #expect(pattern.matches(format)) }
        let others: [(CodecPattern, CodecFormat)] = [
            ("L16/44100", stereo), ("L16/44100/1", stereo), ("L16/8000/2", stereo), ("96", stereo),
            ("opus/8000", opus), ("opus/////cbr=0", opus),
        ]
        for (pattern, format) in others { #expect(!pattern.matches(format)) }
    }

    @Test("N20: lists and times are bounded")
    func bounds() {
        var options = CodecOptions()
        options.strip = Array(repeating: "PCMU", count: 1_000)
        options.packetTimeMs = 0
        options.reversePacketTimeMs = 1
        #expect(options.bounded.strip.count == CodecOptions.patternsMax)
        #expect(options.bounded.packetTimeMs == nil && options.bounded.reversePacketTimeMs == 3)
        #expect(CodecPattern.init(String(repeating: "x", count: 513)) == nil)
    }

    @Test("N20: no text traps", arguments: 0..<20)
    func anyText(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        for _ in 0..<200 {
            let letters = Array("aopus/-=;09 \u{e9}")
            let text = String(
                (0..<random.next() % 24).map { _ in
                    letters[Int(random.next() % UInt64(letters.count))]
                })
            guard let pattern = CodecPattern.init(text) else { continue }
            #expect(!pattern.text.isEmpty, "seed \(seed)")
        }
    }
}

@Suite("Formats of a section (N20, RFC 8866 §6.6, §6.15)")
struct CodecFormatTests {
    @Test("N20: rtpmap, fmtp and RFC 3551 say what a payload type is; the first line counts")
    func reading() throws {
        let section = try CodecCall.section(
            "0 9=opus/48000/2 101 101 96 18=nonsense",
            extra: [
                "a=fmtp:  9   stereo=1; cbr=1 ", "a=fmtp:9 second",
                "a=rtpmap:101 telephone-event/8000",
                "a=rtpmap:101 CN/8000", "a=rtpmap:300 PCMU/8000", "a=rtpmap:x PCMU/8000", "a=fmtp:",
                "a=rtcp-fb:96 nack",
            ])
        #expect(
            section.codecFormats == [
                CodecFormat(payloadType: 0, encoding: "PCMU", clockRateHz: 8_000),
                CodecFormat(
                    payloadType: 9, encoding: "opus", clockRateHz: 48_000, channels: 2,
                    parameters: "stereo=1; cbr=1"),
                CodecFormat(payloadType: 101, encoding: "telephone-event", clockRateHz: 8_000),
                CodecFormat(payloadType: 96, encoding: "", clockRateHz: 0),
                CodecFormat(payloadType: 18, encoding: "G729", clockRateHz: 8_000),
            ])
    }
}
