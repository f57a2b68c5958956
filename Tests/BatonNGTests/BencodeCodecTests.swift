import BatonNG
import Testing

@Suite("ng bencode (N1, N2)")
struct BencodeCodecTests {
    @Test("N2: unsorted and repeated keys are kept in order")
    func keepsOrder() throws {
        let dictionary = try bencode("d1:zi1e1:a1:x1:zl1:bee")
        #expect(dictionary.entries.map(\.key.text) == ["z", "a", "z"])
        #expect(dictionary["z"] == ["b"])
        #expect(dictionary.count == 3)
    }

    @Test("N2: values of every kind are read")
    func readsKinds() throws {
        let dictionary = try bencode("d1:ai-42e1:b0:1:cle1:dde1:ed1:xi0eee")
        let expected: NGDictionary = [
            "a": -42, "b": "", "c": [], "d": .dictionary([:]), "e": ["x": 0],
        ]
        #expect(dictionary == expected)
    }

    @Test("N1: the ends of the integer range are read, one beyond is an error")
    func readsWholeRange() throws {
        let least = try bencode("d1:ai\(Int64.min)ee")
        let greatest = try bencode("d1:ai\(Int64.max)ee")
        #expect(least["a"] == .integer(.min) && greatest["a"] == .integer(.max))
        #expect(throws: NGDecodingError(.invalidNumber, at: 23)) {
            try bencode("d1:ai9223372036854775808ee")
        }
    }

    @Test("N1: white space may follow the document, nothing else may")
    func checksTrailingBytes() throws {
        #expect(try bencode("de\r\n").isEmpty)
        #expect(throws: NGDecodingError(.trailingBytes, at: 2)) { try bencode("dex") }
    }

    @Test(
        "N1: what is no bencode dictionary is a typed error with its place",
        arguments: [
            ("", .truncated, 0), ("d", .truncated, 1), ("d1:a", .truncated, 4),
            ("d1:ai4", .truncated, 6), ("le", .notADictionary, 0), ("i1e", .notADictionary, 0),
            ("di1ei2ee", .unexpectedByte, 1), ("d1:axe", .unexpectedByte, 4),
            ("d1:ai4xee", .unexpectedByte, 6), ("d1:aiee", .invalidNumber, 5),
            ("d1:ai-ee", .invalidNumber, 5), ("d1:ai-0ee", .invalidNumber, 5),
            ("d1:ai01ee", .invalidNumber, 5), ("d1:a01:be", .invalidNumber, 4),
            ("d1:a9:be", .invalidLength, 6), ("d1:a99999999999999999999:be", .invalidNumber, 22),
            ("d1:a-1:be", .unexpectedByte, 4), ("d1:ae", .unexpectedByte, 4),
        ] as [(String, NGDecodingError.Reason, Int)])
    func rejects(document: String, reason: NGDecodingError.Reason, offset: Int) {
        #expect(throws: NGDecodingError(reason, at: offset)) { try bencode(document) }
    }

    @Test("N1: depth, number of values and size are limited")
    func limits() throws {
        var limits = NGLimits()
        limits.depth = 3
        limits.values = 3
        limits.messageBytes = 20
        let decode = { (text: String) throws(NGDecodingError) in
            try BencodeCodec.decode(NGBytes(text), limits: limits)
        }
        #expect(try decode("d1:alleee").count == 1)
        #expect(throws: NGDecodingError(.tooDeep, at: 6)) { try decode("d1:allleeee") }
        #expect(throws: NGDecodingError(.tooManyValues, at: 9)) { try decode("d1:al0:0:0:ee") }
        #expect(throws: NGDecodingError(.tooLong, at: 0)) { try decode("d1:a18:" + text(18) + "e") }
    }

    private func text(_ count: Int) -> String { String(repeating: "x", count: count) }

    @Test("N2: a decoded string shares the memory of its message")
    func sharesMemory() throws {
        let message = Array("d3:sdp5:v=0\r\ne".utf8)
        let dictionary = try BencodeCodec.decode(NGBytes(message))
        #expect(dictionary["sdp"]?.string?.startIndex == 8)
        #expect(dictionary["sdp"]?.string?.compacted().startIndex == 0)
    }

    @Test("N1: decoding undoes encoding, for any bytes", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomDocument(seed: seed, permitsAnyBytes: true)
        let dictionary = random.dictionary()
        let encoded = BencodeCodec.encode(dictionary)
        #expect(try BencodeCodec.decode(NGBytes(encoded)) == dictionary, "seed \(seed)")
    }

    @Test("N1: a cut document is never accepted and never traps", arguments: [1, 2, 3] as [UInt64])
    func rejectsEveryCut(seed: UInt64) {
        var random = RandomDocument(seed: seed, permitsAnyBytes: true)
        let encoded = BencodeCodec.encode(["a": .dictionary(random.dictionary()), "b": [1, "2"]])
        for end in 0..<encoded.count {
            #expect(throws: NGDecodingError.self, "seed \(seed), cut at \(end)") {
                try BencodeCodec.decode(NGBytes(encoded[..<end]))
            }
        }
    }
}
