import BatonBase
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

/// A line of audio with these payload types.
private func audio(_ types: String, port: UInt16 = 40_000, more: String = "") -> String {
    let maps = [
        "18": "G729/8000", "96": "opus/48000/2", "101": "telephone-event/8000",
        "102": "telephone-event/48000",
    ]
    let lines = types.split(separator: " ").compactMap { type in
        maps[String(type)].map { "a=rtpmap:\(type) \($0)\r\n" }
    }
    return CoreHarness.sdp(
        port: port, kind: "audio RTP/AVP " + types, more: lines.joined() + more)
}

extension NGDictionary {
    /// The payload types in the reply's SDP; "refused" for port 0.
    fileprivate var types: String? {
        let lines = text("sdp")?.split(whereSeparator: \.isNewline) ?? []
        let words = lines.first { $0.hasPrefix("m=") }?.split(separator: " ") ?? []
        if words.count > 1, words[1] == "0" { return "refused" }
        return words.dropFirst(3).joined(separator: " ")
    }

    fileprivate func has(_ line: String) -> Bool {
        text("sdp")?.split(whereSeparator: \.isNewline).contains { $0 == line } == true
    }
}

/// An offer of the payload types `offered`, shown as `shown`; an answer of `answered`, told as
/// `told`.
private struct Exchange: Sendable, CustomTestStringConvertible {
    let offer: NGDictionary
    let answer: NGDictionary
    let types: [String]
    let testDescription: String

    init(_ name: String, _ offer: NGDictionary, _ answer: NGDictionary = [:], _ types: String...) {
        testDescription = name
        self.offer = offer
        self.answer = answer
        self.types = types
    }

    static func flags(_ words: NGValue...) -> NGDictionary { ["flags": .list(words)] }

    static let all = [
        Exchange("nothing", [:], [:], "0 8 96", "0 8 96", "8", "8"),
        Exchange("strip", flags("codec-strip-PCMU"), [:], "0 8", "8", "8", "8"),
        Exchange(
            "strip all but", ["codec": ["strip": "all", "except": "PCMA,PCMU"]], [:],
            "0 9 8 101", "0 8", "8", "8"),
        Exchange(
            "offer names the order", ["codec": ["strip": ["all"], "offer": ["PCMA", "PCMU"]]], [:],
            "0 9 8", "8 0", "0 8", "0 8"),
        Exchange(
            "ignore", ["codec": ["ignore": ["PCMU"], "transcode": ["PCMU"]]], [:],
            "0 8", "8 0", "0", "8"),
        Exchange("mask", flags("codec-mask-PCMU"), [:], "0 8", "8", "8", "8"),
        Exchange(
            "mask all", flags("codec-mask-all", "codec-transcode-opus"), [:],
            "0 8", "96", "96", "0"),
        Exchange("consume", flags("codec-consume-PCMU"), [:], "0 8", "8", "8", "0 8"),
        Exchange("accept", flags("codec-accept-PCMU"), [:], "0 8", "0 8", "8", "0 8"),
        Exchange("always", flags("always transcode"), [:], "0 96 8", "0 96 8", "8", "0 96 8"),
        Exchange("transcode", flags("transcode-G722"), [:], "0", "0 9", "9", "0"),
        Exchange(
            "strip full", flags("codec-strip-full", "codec-transcode-PCMU"), [:],
            "0 8", "0", "0", "0"),
        Exchange(
            "jambonz", ["codec": ["mask": "g729", "transcode": "pcmu,pcma"]], [:],
            "18 0 101", "0 8 101", "8 101", "0 101"),
        Exchange(
            "accept in the answer", [:], flags("codec-accept-PCMU"), "0 8", "0 8", "8", "0 8"),
        Exchange("strip in the answer", [:], flags("codec-strip-PCMU"), "0 8", "0 8", "0 8", "8"),
        Exchange("single", [:], flags("single codec"), "0 8 101", "0 8 101", "8 0 101", "8 101"),
        Exchange("reorder", [:], flags("reorder-codecs"), "0 8 9", "0 8 9", "9 8 0", "0 8 9"),
        Exchange("no reorder", [:], [:], "0 8 9", "0 8 9", "9 8 0", "9 8 0"),
        Exchange(
            "as it is anyway",
            flags(
                "allow-transcoding", "symmetric-codecs", "asymmetric-codecs",
                "allow-asymmetric-codecs"), [:], "0 8", "0 8", "8 0", "8 0"),
    ]
}

extension CoreHarness {
    fileprivate func conversion(_ tag: String) throws -> MediaConversion? {
        let slot = try rtpPort(tag)
        for case .configure(slot, let configuration) in books.commands.reversed() {
            return configuration.conversion
        }
        return nil
    }
}

@Suite("What control messages ask of codecs (N20)")
struct CodecCommandTests {
    @Test("N20: each word about codecs does its part on the way through", arguments: Exchange.all)
    private func exchange(_ exchange: Exchange) throws {
        let harness = CoreHarness()
        let types = exchange.types
        let shown = try harness.offer(sdp: audio(types[0]), exchange.offer)
        #expect(shown.types == types[1])
        let told = try harness.answer(sdp: audio(types[2], port: 40_100), exchange.answer)
        #expect(told.types == types[3])
        #expect(told.text("warning") == nil)
        if exchange.testDescription != "jambonz" { #expect(shown.text("warning") == nil) }
    }

    @Test("N20: a codec that cannot be converted is named in the reply")
    func unavailable() throws {
        let harness = CoreHarness()
        let reply = try harness.offer(
            sdp: audio("18 0"), ["codec": ["mask": "g729", "transcode": "AMR"]])
        let warning = try #require(reply.text("warning"))
        #expect(warning.contains("mask: 'g729'") && warning.contains("transcode: 'AMR'"))
    }

    @Test("N20: an offer that is left without codecs is restored, or refused on demand")
    func noCodec() throws {
        let strip: NGDictionary = ["codec": ["strip": "all"]]
        let restored = try CoreHarness().offer(sdp: audio("0 8"), strip)
        #expect(restored.types == "0 8")
        #expect(restored.text("warning")?.contains("no codec was left") == true)
        for word in ["allow-no-codec-media", "allow empty codec medias"] as [NGValue] {
            var fields = strip
            fields.append("flags", .list([word]))
            let refused = try CoreHarness().offer(sdp: audio("0 8"), fields)
            #expect(refused.types == "refused" && refused.text("warning") == nil)
        }
    }

    @Test("N20: ptime and ptime-reverse are stated, and kept to in both directions")
    func packetTimes() throws {
        let harness = CoreHarness()
        let shown = try harness.offer(
            sdp: audio("0", more: "a=ptime:20\r\n"), ["ptime": 40, "ptime-reverse": "60"])
        #expect(shown.has("a=ptime:40"))
        let told = try harness.answer(sdp: audio("0", port: 40_100))
        #expect(told.has("a=ptime:60"))
        #expect(try harness.conversion("a")?.targets.map(\.packetTimeMs) == [40])
        #expect(try harness.conversion("b")?.targets.map(\.packetTimeMs) == [60])
    }

    @Test("N20: force-transcoding decodes what both have, and without it nothing is")
    func forced() throws {
        for (fields, isForced) in [
            (Exchange.flags("force-transcoding"), true), ([:], false),
        ] as [(NGDictionary, Bool)] {
            let harness = CoreHarness()
            try harness.offer(sdp: audio("0"), fields)
            try harness.answer(sdp: audio("0", port: 40_100))
            for tag in ["a", "b"] {
                #expect((try harness.conversion(tag)?.needsTranscoder == true) == isForced)
            }
        }
    }

    @Test("N20: codec-set gives the bit rate of what goes to the offerer, options its effort")
    func sets() throws {
        let harness = CoreHarness()
        try harness.offer(
            sdp: audio("96"),
            Exchange.flags(
                "codec-mask-opus", "codec-transcode-PCMU",
                "codec-set-opus/48000/1/24000///complexity--3"))
        try harness.answer(sdp: audio("0", port: 40_100))
        let target = try #require(try harness.conversion("b")?.targets.first)
        #expect(target.format.encoding == "opus" && target.bitrate == 24_000)
        #expect(target.complexity == 3)
    }

    @Test("N20: static-codecs shows the other party in a re-offer what it knows")
    func staticCodecs() throws {
        for (words, shown) in [(["static-codecs"], "0 8"), ([], "9 0")] as [([NGValue], String)] {
            let harness = CoreHarness()
            try harness.offer(sdp: audio("0 8"))
            try harness.answer(sdp: audio("8", port: 40_100))
            let again = try harness.offer(
                sdp: audio("9 0"), ["to-tag": "b", "flags": .list(words)])
            #expect(again.types == shown)
        }
    }

    @Test("N20: reuse-codecs and no-codec-renegotiation keep the codec in use in front")
    func reuse() throws {
        for word in ["reuse-codecs", "no codec renegotiation", "fast"] as [NGValue] {
            let harness = CoreHarness()
            try harness.offer(sdp: audio("0 8"))
            try harness.answer(sdp: audio("8", port: 40_100))
            let again = try harness.offer(
                sdp: audio("0 8"), ["to-tag": "b", "flags": .list([word])])
            #expect(again.types == (word.string?.text == "fast" ? "0 8" : "8 0"))
        }
    }

    @Test("N20: reset ends the transcoding of earlier messages")
    func reset() throws {
        for (words, shown) in [(["reset"], "0"), ([], "9")] as [([NGValue], String)] {
            let harness = CoreHarness()
            let mask = Exchange.flags("codec-mask-PCMU", "transcode-G722")
            try harness.offer(sdp: audio("0"), mask)
            try harness.answer(sdp: audio("9", port: 40_100))
            let again = try harness.offer(
                sdp: audio("0"), ["to-tag": "b", "flags": .list(words)])
            #expect(again.types == shown)
        }
    }
}

extension MediaConversion {
    fileprivate var targets: [Target] {
        rules.compactMap { if case .convert(let target) = $0.action { target } else { nil } }
    }
}
