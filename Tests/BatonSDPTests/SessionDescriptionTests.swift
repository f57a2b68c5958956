import BatonBase
import Testing

@testable import BatonSDP

@Suite("SDP parsing and writing (N12, RFC 8866 §5)")
struct SessionDescriptionTests {
    static let plain = [
        "v=0", "o=- 1 2 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0",
        "m=audio 4000 RTP/AVP 0 8", "a=ptime:20",
    ]

    @Test("N12: LF, CRLF and CR end lines alike", arguments: ["\n", "\r\n", "\r", "\r\r\n"])
    func lineEndings(ending: String) throws {
        let bytes = Array(Self.plain.map { $0 + ending }.joined().utf8)
        let description = try SessionDescription(parsing: bytes)
        #expect(written(description) == Self.plain)
        #expect(description.serialized().suffix(2) == [0x0d, 0x0a])
    }

    @Test("N12: the last line needs no ending, and a NUL or blanks behind it are ignored")
    func endOfBody() throws {
        for tail in ["", "\r\n\0", "\n\n  \n", "\r", "\r\n\r\n"] {
            let text = Self.plain.joined(separator: "\r\n") + tail
            #expect(written(try SessionDescription(parsing: text)) == Self.plain)
        }
    }

    @Test("N12: blank lines anywhere are skipped")
    func blankLines() throws {
        let text = "\n \n" + Self.plain.map { $0 + "\n\n\t\n" }.joined()
        #expect(written(try SessionDescription(parsing: text)) == Self.plain)
    }

    @Test("N12: white space at the end of a line is kept, but not part of a value")
    func trailingWhiteSpace() throws {
        let description = try describe("v=0 ", "s=name \t", "m=audio 4 RTP/AVP 0 ", "a=sendonly ")
        #expect(
            written(description) == ["v=0 ", "s=name \t", "m=audio 4 RTP/AVP 0 ", "a=sendonly "])
        #expect(description.sessionName == "name")
        #expect(description.media[0].formats == ["0"])
        #expect(description.media[0].direction == .sendonly)
        #expect(description.media[0].hasAttribute(SDPAttribute("sendonly")))
    }

    @Test("N12: unknown lines, attributes, media types and protocols stay as they are, in order")
    func unknownThings() throws {
        let lines = [
            "v=0", "q=what", "o=- 1 2 IN IP4 192.0.2.1", "X=vendor", "a=", "a=:", "a=x y:z",
            "m=x-board 7 a/b/c any thing", "k=prompt", "Z=", "m=message 2855 TCP/MSRP *",
            "m=image 5 udptl t38", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        ]
        let text = lines.map { $0 + "\r\n" }.joined()
        let description = try SessionDescription(parsing: text)
        #expect(description.serialized() == Array(text.utf8))
        #expect(
            description.media.map(\.kind.rawValue) == [
                "x-board", "message", "image", "application",
            ])
        #expect(description.media[0].protocolName == "a/b/c")
        #expect(description.media.map(\.isRTP) == [false, false, false, false])
    }

    @Test("N12: bytes that are not UTF-8 pass unchanged")
    func foreignBytes() throws {
        var bytes = Array("v=0\r\ns=caf".utf8) + [0xe9, 0x0d, 0x0a]
        bytes += Array("m=audio 4 RTP/AVP 0\r\na=x:".utf8) + [0xff, 0x00, 0x80, 0x0d, 0x0a]
        var description = try SessionDescription(parsing: bytes)
        #expect(description.serialized() == bytes)
        #expect(description.sessionName == "caf\u{fffd}")
        description.media[0].port = 6
        let changed = description.serialized()
        #expect(changed.count == bytes.count)
        #expect(zip(changed, bytes).filter { $0 != $1 }.count == 1)
    }

    @Test("N12: several v= lines, and missing o=, s= and t=, are tolerated")
    func missingAndRepeatedLines() throws {
        let description = try describe("v=0", "v=0", "m=audio 4 RTP/AVP 0")
        #expect(description.origin == nil)
        #expect(description.sessionName == nil)
        #expect(description.connection == nil)
        #expect(description.rtpAddress(of: 0) == nil)
        #expect(written(description) == ["v=0", "v=0", "m=audio 4 RTP/AVP 0"])
    }

    @Test("a description without media is one (RFC 3264 §5)")
    func noMedia() throws {
        let description = try describe("v=0", "o=- 1 1 IN IP6 ::1", "s=-", "t=0 0")
        #expect(description.media.isEmpty)
        #expect(description.lines.count == 4)
    }

    @Test("a slice of a larger message is read without its surroundings")
    func slice() throws {
        let message = Array("xxv=0\r\ns=-\r\nyy".utf8)
        let description = try SessionDescription(parsing: message[2..<12])
        #expect(description.serialized() == Array("v=0\r\ns=-\r\n".utf8))
    }

    @Test("equal means that the same bytes are written")
    func equality() throws {
        let one = try SessionDescription(parsing: "v=0\nm=audio 4 RTP/AVP 0\n")
        var other = try SessionDescription(parsing: "v=0\r\nm=audio 5 RTP/AVP 0")
        #expect(one != other)
        other.media[0].port = 4
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
    }

    @Test("the session name is read and set; an empty one is written as a blank")
    func sessionName() throws {
        var description = try describe("v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=", "t=0 0")
        #expect(description.sessionName == "")
        description.sessionName = "baton"
        #expect(written(description)[2] == "s=baton")
        description.sessionName = ""
        #expect(written(description)[2] == "s= ")
        description.sessionName = nil
        #expect(description.lines.count == 3)
        description.sessionName = "again"
        #expect(written(description)[2] == "s=again")
    }

    @Test("no value can make a second line")
    func injection() throws {
        var description = try describe("v=0", "m=audio 4 RTP/AVP 0")
        description.sessionName = "x\r\nc=IN IP4 203.0.113.66"
        description.append(SDPAttribute("y\nm=audio 5 RTP/AVP 0"))
        description.media[0].mid = "1\r2\0"
        description.media[0].formats = ["0\r\na=z"]
        let again = try SessionDescription(parsing: description.serialized())
        #expect(again == description)
        #expect(again.media.count == 1)
        #expect(again.connection == nil)
        #expect(again.media[0].mid == "12")
    }
}
