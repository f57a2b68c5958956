import BatonNG
import Testing

@Suite("ng keys about codecs (N20)")
struct NGCodecOptionsTests {
    @Test("N20: every part of a codec is read, empty ones are none")
    func parts() {
        let codec = NGCodec("opus/48000/2/32000/20/useinbandfec--1;stereo--0/application--voip")
        #expect(codec.name == "opus" && codec.clockRateHz == 48_000 && codec.channels == 2)
        #expect(codec.bitRate == 32_000 && codec.ptimeMs == 20)
        #expect(codec.formatParameters == "useinbandfec=1;stereo=0")
        #expect(codec.options == "application=voip")
        let bare = NGCodec("opus/48000/1/16000//a..b")
        #expect(bare.ptimeMs == nil && bare.formatParameters == "a b" && bare.options == nil)
        #expect(NGCodec("PCMU").clockRateHz == nil && !NGCodec("PCMU").isAll)
        #expect(NGCodec("ALL").isAll && NGCodec("full").isFull)
        #expect(NGCodec("x/y/300").clockRateHz == nil && NGCodec("x/y/300").channels == nil)
        #expect(NGCodec("telephone-event").name == "telephone-event")
        #expect(NGCodec("").name == "")
    }

    @Test(
        "N20: the dictionary, the flags and the short forms of rtpp-flags say the same",
        arguments: NGCodecOptions.Operation.allCases)
    func forms(operation: NGCodecOptions.Operation) throws {
        let name = operation.rawValue
        let wanted = [NGCodec("PCMU"), NGCodec("opus/48000/2/32000")]
        let requests = [
            try offer(["codec": [NGBytes(name): ["PCMU", "opus/48000/2/32000"]]]),
            try offer(["codec": [NGBytes(name): "PCMU,opus/48000/2/32000"]]),
            try offer([
                "flags": ["codec-\(name)-PCMU", "codec \(name) opus/48000/2/32000"]
                    .values
            ]),
            try offer(["rtpp-flags": .text("codec-\(name)=PCMU codec-\(name)-opus/48000/2/32000")]),
            try offer(["rtpp-flags": .text("codec=[\(name)=[PCMU opus/48000/2/32000]]")]),
        ]
        for request in requests {
            #expect(request.codecs[operation] == wanted && request.unrecognized.isEmpty)
        }
    }

    @Test("N20: always-transcode accepts every codec")
    func alwaysTranscode() throws {
        for word in ["always-transcode", "always transcode"] as [NGValue] {
            let request = try offer(["flags": [word]])
            #expect(request.codecs[.accept].map(\.isAll) == [true])
            #expect(request.unrecognized.isEmpty)
        }
    }

    @Test(
        "N20: the flags about codecs, in both spellings",
        arguments: [
            ("allow-transcoding", .allowTranscoding),
            ("force-transcoding", .forceTranscoding),
            ("single-codec", .singleCodec), ("reorder-codecs", .reorderCodecs),
            ("static-codecs", .staticCodecs),
            ("allow-asymmetric-codecs", .allowAsymmetricCodecs),
            ("asymmetric-codecs", .allowAsymmetricCodecs),
            ("symmetric-codecs", .symmetricCodecs),
            ("no-codec-renegotiation", .reuseCodecs), ("reuse-codecs", .reuseCodecs),
            ("allow-no-codec-media", .allowNoCodecMedia),
            ("allow-empty-codec-media", .allowNoCodecMedia),
        ] as [(String, NGMediaFlags)])
    func flags(word: String, flag: NGMediaFlags) throws {
        for spelling in [word, word.replacing("-", with: " "), word.uppercased()] {
            let request = try offer(["flags": [.text(spelling)]])
            #expect(request.mediaFlags == flag && request.unrecognized.isEmpty)
        }
    }

    @Test("N20: ptime and its reverse, as numbers and as text; 0 leaves it as it is")
    func ptime() throws {
        let request = try offer(["ptime": 20, "ptime reverse": "30"])
        #expect(request.ptimeMs == 20 && request.ptimeReverseMs == 30)
        #expect(request.unrecognized.isEmpty)
        let none = try offer(["ptime": 0, "ptime-reverse": "off"])
        #expect(none.ptimeMs == nil && none.ptimeReverseMs == nil && none.warning == nil)
        #expect(try offer(["ptime": -1]).warning == "not recognized: ptime=-1")
        #expect(try offer(["ptime": ["a": "b"]]).warning == "not recognized: ptime=…")
    }

    @Test("N20: header extensions to strip and to mask")
    func extmap() throws {
        let request = try offer([
            "extmap": ["strip": ["urn:a", "urn:b"], "mask": "all", "eat": "x"],
            "flags": ["strip extmap"],
        ])
        #expect(request.extmap.strip == ["urn:a", "urn:b", "all"])
        #expect(request.extmap.mask == ["all"])
        #expect(request.unrecognized.names == ["extmap-eat"])
        #expect(try offer(["extmap": "x"]).warning == "not recognized: extmap=x")
    }

    @Test("N20: passthrough as a key and as flags")
    func passthrough() throws {
        #expect(try offer(["passthrough": "on"]).passthrough == true)
        #expect(try offer(["passthrough": "off"]).passthrough == false)
        #expect(try offer(["flags": ["passthrough"]]).passthrough == true)
        #expect(try offer(["flags": ["no passthrough"]]).passthrough == false)
        #expect(
            try offer(["passthrough": "perhaps"]).warning == "not recognized: passthrough=perhaps")
    }
}

extension [String] {
    /// A list value of these strings.
    fileprivate var values: NGValue { .list(map { .text($0) }) }
}
