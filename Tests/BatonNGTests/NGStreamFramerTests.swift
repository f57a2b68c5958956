import BatonBase
import BatonNG
import Testing

@Suite("ng stream framing (N1)")
struct NGStreamFramerTests {
    /// What came out of a stream: messages, and the error that ended it.
    private struct Outcome: Equatable {
        var frames: [NGFrame] = []
        var error: NGStreamError?
    }

    private func run(
        _ chunks: some Sequence<ArraySlice<UInt8>>, limits: NGLimits = .init()
    ) -> Outcome {
        var framer = NGStreamFramer(limits: limits)
        var outcome = Outcome()
        for chunk in chunks where outcome.error == nil {
            framer.append(chunk)
            do {
                while let frame = try framer.next() { outcome.frames.append(frame) }
            } catch {
                outcome.error = error
            }
        }
        return outcome
    }

    private let stream = Array(
        ("1_a d7:command4:pinge2_b {\"command\":\"ping\",\"x\":\"}\\\"{\"}\r\n \n"
            + "3_c d1:al1:e2:eei-1eee4_d d3:sdp7:v=0\r\ned0:0:e\n5_e {}").utf8)

    @Test("N1: concatenated messages in both encodings, white space between them")
    func findsMessages() throws {
        let outcome = run([stream[...]])
        #expect(outcome.error == nil)
        #expect(outcome.frames.map(\.cookie?.text) == ["1_a", "2_b", "3_c", "4_d", "5_e"])
        try #require(outcome.frames.count == 5)
        let documents = try outcome.frames.map { try $0.decode() }
        #expect(documents[1]["x"] == "}\"{")
        #expect(documents[2]["a"] == ["e", "ee", -1])
        #expect(documents[3]["sdp"] == "v=0\r\ned")
    }

    @Test("N1: any single cut of the stream gives the same messages")
    func toleratesEveryCut() {
        let whole = run([stream[...]])
        for cut in 0...stream.count {
            #expect(run([stream[..<cut], stream[cut...]]) == whole, "cut at \(cut)")
        }
        #expect(run(stream.indices.map { stream[$0...$0] }) == whole)
    }

    @Test("N1: any cuts of any stream give its messages", arguments: 0..<60 as Range<UInt64>)
    func toleratesAnyCuts(seed: UInt64) throws {
        var random = RandomDocument(seed: seed, permitsAnyBytes: true)
        var stream: [UInt8] = []
        var expected: [NGFrame] = []
        for index in 0..<4 {
            let encoding = NGEncoding.allCases[random.number(below: 2)]
            let cookie = NGBytes("cookie\(index)")
            let document = encoding.encode(random.dictionary())
            expected.append(NGFrame(cookie: cookie, document: NGBytes(document)))
            stream += NGMessageFraming.join(cookie: cookie, document: document)
            stream += Array(repeating: 0x0a, count: random.number(below: 3))
        }
        var chunks: [ArraySlice<UInt8>] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let length = min(rest.count, random.number(below: 40) + 1)
            chunks.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        #expect(run(chunks) == Outcome(frames: expected), "seed \(seed)")
    }

    @Test("N1: a message of 64 KiB passes, one byte more does not")
    func limitsSize() throws {
        let fitting = "c d1:a65523:" + String(repeating: "x", count: 65_523) + "e"
        #expect(fitting.utf8.count == 65_536)
        #expect(run([Array(fitting.utf8)[...]]).frames.count == 1)
        let longer = "c d1:a65524:" + String(repeating: "x", count: 65_524) + "e"
        let outcome = run([Array(longer.utf8)[...]])
        #expect(outcome.error?.reason == .tooLong && outcome.frames.isEmpty)
    }

    @Test("N1: a string that is announced as too long ends the stream before it arrives")
    func refusesAnnouncedLength() {
        let outcome = run([Array("c d1:a99999999".utf8)[...]])
        #expect(outcome.error?.reason == .tooLong)
        #expect(outcome.error?.cookie == "c" && outcome.error?.encoding == .bencode)
    }

    @Test(
        "N1: a malformed stream ends with an error that says it cannot be resynchronised",
        arguments: [
            ("\u{1}abc d", .invalidCookie, "Invalid NG data format"),
            ("abc\r\n d", .invalidCookie, "Invalid NG data format"),
            ("c x", .invalidFormat, "Invalid NG data format"),
            ("c dx", .malformedDocument, "Could not decode bencode dictionary"),
            ("c d1:ai4:", .malformedDocument, "Could not decode bencode dictionary"),
        ] as [(String, NGStreamError.Reason, String)])
    func refuses(text: String, reason: NGStreamError.Reason, literal: String) throws {
        let outcome = run([Array(text.utf8)[...]])
        let error = try #require(outcome.error)
        #expect(error.reason == reason && error.error.reason.rawValue == literal)
        #expect(error.description.contains("cannot be resynchronised"))
    }

    @Test("N1: an endless cookie ends the stream")
    func limitsCookie() {
        let outcome = run([Array(repeating: 0x63, count: 300)[...]])
        #expect(outcome.error?.reason == .invalidCookie)
    }

    @Test("N1: messages before the broken one are delivered, none after it, and memory is freed")
    func stopsAtError() {
        var framer = NGStreamFramer()
        framer.append(Array("1 de 2 x 3 de".utf8))
        #expect(throws: Never.self) { try framer.next() }
        #expect(throws: NGStreamError.self) { try framer.next() }
        framer.append(Array(" 4 de".utf8))
        #expect(throws: NGStreamError.self) { try framer.next() }
        #expect(framer.bufferedBytes == 0)
    }

    @Test("N1: a document that is balanced but wrong leaves the stream in step")
    func continuesAfterBadDocument() throws {
        let frames = run([Array("1 d1:ae2 {]3 de".utf8)[...]]).frames
        try #require(frames.map(\.cookie?.text) == ["1", "2", "3"])
        #expect(throws: NGError.self) { try frames[0].decode() }
        #expect(throws: NGError.self) { try frames[1].decode() }
    }

    @Test("N1: what has been delivered is not kept")
    func freesDelivered() throws {
        var framer = NGStreamFramer()
        for _ in 0..<1_000 {
            framer.append(Array("1 de2 d1:".utf8))
            #expect(try framer.next() != nil)
            #expect(try framer.next() == nil)
            #expect(framer.bufferedBytes == 5)
            framer.append(Array("a0:e".utf8))
            #expect(try framer.next() != nil)
        }
    }
}
