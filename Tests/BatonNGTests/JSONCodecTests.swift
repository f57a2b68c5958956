import BatonNG
import Testing

@Suite("ng JSON (N1, N2; RFC 8259)")
struct JSONCodecTests {
    private func json(_ text: String) throws -> NGDictionary {
        try JSONCodec.decode(NGBytes(text))
    }

    @Test("N2: unsorted and repeated keys are kept in order")
    func keepsOrder() throws {
        let dictionary = try json(#"{"z":1,"a":"x","z":["b"]}"#)
        #expect(dictionary.entries.map(\.key.text) == ["z", "a", "z"])
        #expect(dictionary["z"] == ["b"])
    }

    @Test("N2: values of every kind are read, with white space anywhere")
    func readsKinds() throws {
        let dictionary = try json(
            " \r\n{ \"a\" : -42 ,\t\"b\":\"\",\"c\":[ ],\"d\":{ },\"e\":{\"x\":[1 , {\"y\":0}]},"
                + "\"f\":true,\"g\":false,\"h\":null} \n")
        let expected: NGDictionary = [
            "a": -42, "b": "", "c": [], "d": .dictionary([:]), "e": ["x": [1, ["y": 0]]],
            "f": "true", "g": "false", "h": "",
        ]
        #expect(dictionary == expected)
    }

    @Test(
        "N2: a number that is no 64-bit integer keeps its text",
        arguments: ["1.5", "-0.25", "1e3", "2E-7", "1.0e+2", "9223372036854775808"])
    func keepsNumbersAsText(number: String) throws {
        #expect(try json("{\"n\":\(number)}")["n"] == .text(number))
    }

    @Test(
        "N2: escapes are resolved to UTF-8",
        arguments: [
            (#"a\"\\\/\b\f\n\r\tz"#, "a\"\\/\u{8}\u{c}\n\r\tz"), (#"\u0041\u00e9\u20AC"#, "Aé€"),
            (#"\ud83d\ude00"#, "😀"), (#"\ud83d!"#, "\u{fffd}!"), (#"\ude00"#, "\u{fffd}"),
            (#"\ud83d\u0041"#, "\u{fffd}A"), (#"\ud83d\ud83d\ude00"#, "\u{fffd}😀"),
            (#"\u0000"#, "\0"),
        ])
    func resolvesEscapes(written: String, meant: String) throws {
        let dictionary = try json("{\"s\":\"\(written)\",\"\(written)\":1}")
        #expect(dictionary["s"] == .text(meant))
        #expect(dictionary[meant] == 1)
    }

    @Test(
        "N1: what is no JSON object is a typed error with its place",
        arguments: [
            ("", .truncated, 0), ("{", .truncated, 1), ("[1]", .notADictionary, 0),
            (#"{"a""#, .truncated, 4), (#"{"a":"#, .truncated, 5), (#"{"a":1"#, .truncated, 6),
            (#"{"a":1,}"#, .unexpectedByte, 7), (#"{"a":[1,]}"#, .unexpectedByte, 8),
            (#"{a:1}"#, .unexpectedByte, 1), (#"{"a" 1}"#, .unexpectedByte, 5),
            (#"{"a":1 2}"#, .unexpectedByte, 7), (#"{"a":tru}"#, .unexpectedByte, 8),
            (#"{"a":01}"#, .invalidNumber, 7), (#"{"a":-}"#, .unexpectedByte, 6),
            (#"{"a":1.}"#, .unexpectedByte, 7), (#"{"a":.5}"#, .unexpectedByte, 5),
            (#"{"a":1e}"#, .unexpectedByte, 7), (#"{"a":+1}"#, .unexpectedByte, 5),
            (#"{"a":"\x"}"#, .invalidEscape, 7), (#"{"a":"\u12g4"}"#, .invalidEscape, 10),
            ("{\"a\":\"\n\"}", .unexpectedByte, 6), ("{\"a\":\"\\n\n\"}", .unexpectedByte, 8),
            (#"{"a":"x"#, .truncated, 7), (#"{"a":'x'}"#, .unexpectedByte, 5),
            (#"{"a":1}}"#, .trailingBytes, 7), (#"{"a":[1}"#, .unexpectedByte, 7),
        ] as [(String, NGDecodingError.Reason, Int)])
    func rejects(document: String, reason: NGDecodingError.Reason, offset: Int) {
        #expect(throws: NGDecodingError(reason, at: offset)) { try json(document) }
    }

    @Test("N1: depth, number of values and size are limited")
    func limits() throws {
        var limits = NGLimits()
        limits.depth = 3
        limits.values = 3
        limits.messageBytes = 20
        let decode = { (text: String) throws(NGDecodingError) in
            try JSONCodec.decode(NGBytes(text), limits: limits)
        }
        #expect(try decode(#"{"a":[[]]}"#).count == 1)
        #expect(throws: NGDecodingError(.tooDeep, at: 7)) { try decode(#"{"a":[[[]]]}"#) }
        #expect(throws: NGDecodingError(.tooManyValues, at: 10)) { try decode(#"{"a":[1,2,3]}"#) }
        #expect(throws: NGDecodingError(.tooLong, at: 0)) { try decode(#"{"a":"xxxxxxxxxxxxx"}"#) }
    }

    @Test("N1: strings are escaped as the RFC demands")
    func escapes() {
        let encoded = JSONCodec.encode(["k\"": "a\\b\r\n\t\u{1}\u{7f}/é😀", "l": [1, "2"]])
        #expect(
            String(decoding: encoded, as: UTF8.self)
                == #"{"k\"":"a\\b\r\n\t\u0001\u007f/é😀","l":[1,"2"]}"#)
    }

    @Test(
        "N1: bytes that are no UTF-8 become valid UTF-8",
        arguments: [
            ([0x41, 0xe9, 0x42], "AéB"), ([0xff], "ÿ"), ([0xc3], "Ã"), ([0xc0, 0x80], "À\u{80}"),
            ([0xed, 0xa0, 0x80], "í\u{a0}\u{80}"),
            ([0xf4, 0x90, 0x80, 0x80], "ô\u{90}\u{80}\u{80}"),
            ([0xe2, 0x82, 0xac, 0xe2, 0x82], "€â\u{82}"),
        ] as [([UInt8], String)])
    func repairsStrings(bytes: [UInt8], text: String) throws {
        let encoded = JSONCodec.encode(["sdp": .string(NGBytes(bytes))])
        #expect(String(validating: encoded, as: UTF8.self) == "{\"sdp\":\"\(text)\"}")
        #expect(try JSONCodec.decode(NGBytes(encoded))["sdp"] == .text(text))
    }

    @Test("N1: decoding undoes encoding", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomDocument(seed: seed, permitsAnyBytes: false)
        let dictionary = random.dictionary()
        let encoded = JSONCodec.encode(dictionary)
        #expect(try JSONCodec.decode(NGBytes(encoded)) == dictionary, "seed \(seed)")
    }

    @Test("N1: any string comes out as valid UTF-8", arguments: 0..<100 as Range<UInt64>)
    func alwaysUTF8(seed: UInt64) {
        var random = RandomDocument(seed: seed, permitsAnyBytes: true)
        let encoded = JSONCodec.encode(random.dictionary())
        #expect(String(validating: encoded, as: UTF8.self) != nil, "seed \(seed)")
        fuzzNGJSON(encoded)
    }

    @Test("N1: a cut document is never accepted and never traps", arguments: [1, 2, 3] as [UInt64])
    func rejectsEveryCut(seed: UInt64) {
        var random = RandomDocument(seed: seed, permitsAnyBytes: false)
        let encoded = JSONCodec.encode(["a": .dictionary(random.dictionary()), "b": [1, "2"]])
        for end in 0..<encoded.count {
            #expect(throws: NGDecodingError.self, "seed \(seed), cut at \(end)") {
                try JSONCodec.decode(NGBytes(encoded[..<end]))
            }
        }
    }
}
