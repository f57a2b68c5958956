import BatonBase
import Testing

@testable import BatonSDP

@Suite("SDP edits on both levels (N13, N21)")
struct SDPSectionTests {
    private func sample() throws -> SessionDescription {
        try describe(
            "v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "t=0 0", "a=ice-lite", "a=x:1",
            "m=audio 4 RTP/AVP 0", "i=info", "b=AS:64", "a=ptime:20", "a=ssrc:11 cname:a",
            "a=ssrc:110 cname:b", "a=ice-ufrag:u", "a=rtcp-mux", "a=ptime:30")
    }

    @Test("attributes are found by exact name, never by the beginning of one")
    func finding() throws {
        let media = try sample().media[0]
        #expect(media.attributes(named: "ptime").map(\.value) == ["20", "30"])
        #expect(media.firstAttribute(named: "rtcp") == nil)
        #expect(media.firstAttribute(named: "rtcp-mux")?.value == nil)
        #expect(media.firstValue(named: "ssrc") == "11 cname:a")
        #expect(!media.hasAttribute(named: "ptim"))
        #expect(!media.hasAttribute(named: "PTIME"))
        #expect(media.hasAttribute(SDPAttribute("ptime:20")))
        #expect(!media.hasAttribute(SDPAttribute("ptime:2")))
        #expect(media.attributes.count == 6)
    }

    @Test("an attribute has a name, and a value only behind a colon")
    func attributeParts() {
        #expect(SDPAttribute("a:b:c").name == "a")
        #expect(SDPAttribute("a:b:c").value == "b:c")
        #expect(SDPAttribute("flag").value == nil)
        #expect(SDPAttribute("empty:").value == "")
        #expect(SDPAttribute(name: "n", value: "v").text == "n:v")
        #expect(SDPAttribute(name: "n").line == SDPLine(.attribute, "n"))
    }

    @Test("N21: attributes are removed by name, by set of names, by prefix and by exact text")
    func removing() throws {
        var media = try sample().media[0]
        #expect(media.removeAttributes(named: "ssrc", valuePrefix: "11 ") == 1)
        #expect(media.attributes(named: "ssrc").map(\.text) == ["ssrc:110 cname:b"])
        #expect(media.removeAttributes(equalTo: SDPAttribute("ptime:2")) == 0)
        #expect(media.removeAttributes(equalTo: SDPAttribute("ptime:20")) == 1)
        #expect(media.removeAttributes(named: "ptime") == 1)
        #expect(media.removeAttributes(named: .ice) == 1)
        #expect(media.removeAttributes { $0.name == "rtcp-mux" } == 1)
        #expect(media.lines.map(\.text) == ["info", "AS:64", "ssrc:110 cname:b"])
    }

    @Test("N21: every attribute with the exact text is replaced where it stands")
    func substituting() throws {
        var description = try sample()
        let replacement = SDPAttribute("x:2")
        #expect(description.replaceAttributes(equalTo: SDPAttribute("x:1"), with: replacement) == 1)
        #expect(description.replaceAttributes(equalTo: SDPAttribute("x:1"), with: replacement) == 0)
        #expect(written(description)[5] == "a=x:2")
    }

    @Test("N21: attributes are added at the end, before all others, and behind one of a name")
    func adding() throws {
        var description = try sample()
        description.append(SDPAttribute("last"))
        description.insertFirst(SDPAttribute("first"))
        description.media[0].insert(SDPAttribute("ssrc:12 x"), afterLastNamed: "ssrc")
        description.media[0].insert(SDPAttribute("end"), afterLastNamed: "absent")
        #expect(
            written(description) == [
                "v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "t=0 0", "a=first", "a=ice-lite", "a=x:1",
                "a=last", "m=audio 4 RTP/AVP 0", "i=info", "b=AS:64", "a=ptime:20",
                "a=ssrc:11 cname:a", "a=ssrc:110 cname:b", "a=ssrc:12 x", "a=ice-ufrag:u",
                "a=rtcp-mux", "a=ptime:30", "a=end",
            ])
    }

    @Test("setting an attribute keeps its place and leaves one of its name")
    func setting() throws {
        var media = try sample().media[0]
        media.setAttribute(SDPAttribute("ptime:40"))
        #expect(media.lines[2].text == "ptime:40")
        #expect(media.attributes(named: "ptime").count == 1)
        media.setAttribute(SDPAttribute("new"))
        #expect(media.lines.last?.text == "new")
        media.setValue(nil, named: "ptime")
        #expect(!media.hasAttribute(named: "ptime"))
    }

    @Test("N13: a connection line is replaced in place, and further ones go")
    func connectionReplaced() throws {
        var description = try describe(
            "v=0", "s=-", "c=IN IP4 192.0.2.1", "c=IN IP4 192.0.2.2", "t=0 0")
        description.connection = SDPConnection(IPAddress(v4: 0xcb00_7101))
        #expect(written(description) == ["v=0", "s=-", "c=IN IP4 203.0.113.1", "t=0 0"])
    }

    @Test("N13: a new connection line goes where RFC 8866 wants it, on either level")
    func connectionInserted() throws {
        var description = try sample()
        let connection = SDPConnection(IPAddress(v4: 0xcb00_7101))
        description.connection = connection
        description.media[0].connection = connection
        let lines = written(description)
        #expect(lines[3] == "c=IN IP4 203.0.113.1")
        #expect(
            lines[7...10] == ["m=audio 4 RTP/AVP 0", "i=info", "c=IN IP4 203.0.113.1", "b=AS:64"])
        description.connection = nil
        description.media[0].connection = nil
        #expect(description == (try sample()))
    }

    @Test("N12: an unreadable connection line does not hide a readable one")
    func unreadableConnection() throws {
        let description = try describe("v=0", "c=IN", "c=IN IP4 192.0.2.2")
        #expect(description.connection?.address == "192.0.2.2")
    }

    @Test("N15: the direction is read, replaced in place, added and removed")
    func direction() throws {
        var media = try describe("v=0", "m=audio 4 RTP/AVP 0", "a=sendonly", "a=x", "a=inactive")
            .media[0]
        #expect(media.direction == .inactive)
        media.direction = .recvonly
        #expect(media.lines.map(\.text) == ["recvonly", "x"])
        media.direction = nil
        #expect(media.lines.map(\.text) == ["x"])
        media.direction = .sendrecv
        #expect(media.lines.map(\.text) == ["x", "sendrecv"])
    }

    @Test("N12: bandwidths are read, unknown kinds too, unreadable ones left out")
    func bandwidths() throws {
        let description = try describe("v=0", "b=AS:64", "b=X-YZ:128", "b=TIAS", "b=RS:x", "b=RR:0")
        #expect(description.bandwidths.map(\.kind) == ["AS", "X-YZ", "RR"])
        #expect(description.bandwidths.map(\.value) == [64, 128, 0])
        #expect(description.bandwidths[0].line == SDPLine(.bandwidth, "AS:64"))
    }

    @Test("the sets of names hold what ICE, DTLS and SDES put into a description (N19, step A)")
    func nameSets() throws {
        var media = try Vectors.description("browser-offer").media[0]
        let before = media.lines.count
        #expect(media.removeAttributes(named: .ice) == 6)
        #expect(media.removeAttributes(named: .dtls) == 2)
        #expect(media.removeAttributes(named: .rtcp) == 2)
        #expect(media.removeAttributes(named: .sdes) == 0)
        #expect(media.removeAttributes(named: .direction) == 1)
        #expect(media.lines.count == before - 11)
        #expect(media.hasAttribute(named: "rtcp-fb"))
    }
}
