import BatonNG
import Testing

@Suite("ng framing (N1)")
struct NGMessageFramingTests {
    private func split(_ text: String) -> NGFrame? { NGMessageFraming.split(Array(text.utf8)) }

    @Test("N1: a message is split at its first space, and its encoding is told by the first byte")
    func splits() throws {
        let frame = try #require(split("5323_1 d7:command4:pinge"))
        #expect(frame.cookie == "5323_1" && frame.document == "d7:command4:pinge")
        #expect(frame.encoding == .bencode && frame.replyEncoding == .bencode)
        let json = try #require(split(#"x {"command": "ping"}"#))
        #expect(json.encoding == .json && json.replyEncoding == .json)
    }

    @Test(
        "N1: without a cookie nobody gets a reply",
        arguments: ["", " ", " d7:command4:pinge", "d7:command4:pinge", "abc"])
    func noCookie(message: String) {
        #expect(split(message) == nil)
    }

    @Test("N1: a cookie beyond the limit is none")
    func longCookie() {
        #expect(split(String(repeating: "c", count: 255) + " de") != nil)
        #expect(split(String(repeating: "c", count: 256) + " de") == nil)
    }

    @Test(
        "N1: a document that cannot be read has its literal error",
        arguments: [
            ("c ", "Invalid data (no payload)"), ("c x", "Invalid NG data format"),
            ("c  de", "Invalid NG data format"), ("c le", "Invalid NG data format"),
            ("c d3:x", "Could not decode bencode dictionary"),
            ("c {\"x\":", "Failed to parse JSON document"),
            ("c {\"x\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}", "Could not decode JSON dictionary"),
        ])
    func errors(message: String, reason: String) throws {
        let frame = try #require(split(message))
        let error = #expect(throws: NGError.self) { try frame.decode() }
        #expect(error?.reason.rawValue == reason)
    }

    @Test("N4: the detail of a broken document names the byte")
    func errorDetail() throws {
        let frame = try #require(split("c d3:abci4xee"))
        let error = #expect(throws: NGError.self) { try frame.decode() }
        #expect(error?.detail == "unexpected byte at byte 8")
    }

    @Test(
        "N1: a dictionary without command, and a command that is none, have their literal errors",
        arguments: [NGEncoding.bencode, .json])
    func commands(encoding: NGEncoding) throws {
        let missing = encoding.encode(["call-id": "x"])
        let frame = NGFrame(cookie: "c", document: NGBytes(missing))
        let dictionary = try frame.decode()
        let error = #expect(throws: NGError.self) { try NGRequest(dictionary) }
        #expect(error?.reason.rawValue == "Dictionary contains no key \"command\"")
        #expect(try NGRequest(["command": "dance"]).command == .unknown("dance"))
        #expect(NGErrorReason.unrecognizedCommand.rawValue == "Unrecognized command")
    }

    @Test("N1: joining undoes splitting, and without a cookie only the document goes out")
    func joins() throws {
        let message = Array("c_1 d1:a1:be".utf8)
        let frame = try #require(NGMessageFraming.split(message))
        #expect(
            NGMessageFraming.join(cookie: frame.cookie, document: frame.document.array) == message)
        #expect(NGMessageFraming.join(cookie: nil, document: [0x64, 0x65]) == [0x64, 0x65])
    }
}
