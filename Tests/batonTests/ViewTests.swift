import BatonAPI
import BatonControlTestKit
import Testing

@testable import baton

@Suite("Text of the commands (N29)")
struct ViewTests {
    @Test("numbers are written as people read them")
    func quantities() {
        #expect(Quantity.count(1_234_567) == "1,234,567")
        #expect(Quantity.count(-1_000) == "-1,000" && Quantity.count(0) == "0")
        #expect(Quantity.decimal(1_234.565, 1) == "1,234.6")
        #expect(Quantity.decimal(-0.04, 1) == "0.0" && Quantity.decimal(.nan, 1) == "-")
        #expect(Quantity.bytes(1_023) == "1,023 B" && Quantity.bytes(1_572_864) == "1.5 MiB")
        #expect(Quantity.bits(25_600_000) == "25.6 Mbit/s")
        #expect(Quantity.time(seconds: 61) == "01:01")
        #expect(Quantity.time(seconds: 93_784) == "1 d 02:03:04")
    }

    @Test("a table's columns are as wide as they need to be")
    func table() {
        var table = TextTable([("NAME", .left), ("N", .right)])
        table.rows = [["a", "1,000"], ["longer", "2"]]
        #expect(table.lines() == ["NAME        N", "a       1,000", "longer      2"])
    }

    @Test("status shows sessions, media, drops by reason and each worker")
    func status() {
        let lines = StatusView.lines(Samples.status)
        #expect(lines.contains("listening  ng udp 127.0.0.1:2223"))
        #expect(lines.contains { $0.hasPrefix("drops      foreign-source 3, malformed") })
        #expect(
            lines.contains(
                "streams    4 relayed, 0 converted, 2 transcoded; failed: ICE 0, DTLS 1; one way: 0"
            ))
        #expect(lines.last == "worker 1 is busy: Opus is encoded with complexity 3 at most")
        #expect(lines.filter { $0.hasSuffix("12,345        0            0") }.count == 2)
    }

    @Test("a session shows its parties, ports, drops and sources")
    func session() {
        let text = SessionView.lines(Samples.detail).joined(separator: "\n")
        for part in [
            "call-id    a/b c@host", "state      answered (deleted)",
            "party from0, label caller, branch z9hG4bK1", "  1. audio RTP/AVP PCMA, sendrecv",
            "rtp 192.0.2.1:30000 ↔ 198.51.100.1:4002 (not confirmed, signalled 198.51.100.1:4000)",
            "dropped: foreign-source 3, last from 203.0.113.66:666; not sent: 0",
            "     protection DTLS-SRTP AES_CM_128_HMAC_SHA1_80, ICE connected, DTLS connected",
            "     transcode opus/48000/2 → PCMA/8000, level -31 dBov",
            "     packets: 7 concealed, 2 late",
            "     ! keys do not fit: 12 packets failed authentication",
            "MOS 4.1, R 88.5, round trip 31.5 ms",
            "source deadbeef, payload type 0: 0 packets, lost -1",
            "recording  431 packets, ", " lost, 8 packets not recorded",
            "           /var/spool/baton/call.wav",
            "listener   not connected, party from0: ", " sent, 17 frames of 20 ms dropped",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test("top fits any window")
    func top() {
        let list = SessionQuery().answer(from: Samples.sessions)
        let view = TopView(status: Samples.status, sessions: list, endpoint: "127.0.0.1:9080")
        for (width, height) in [(80, 24), (20, 5), (200, 60), (1, 1), (0, 0)] {
            let screen = view.screen(width: width, height: height)
            #expect(screen.count == height)
            #expect(screen.allSatisfy { $0.count <= width })
        }
        #expect(view.lines().first?.hasPrefix("baton at 127.0.0.1:9080  running") == true)
        #expect(TopView.bar(50, width: 4) == "██░░" && TopView.bar(.nan, width: 2) == "░░")
        #expect(TopView.bar(900, width: 2) == "██")
    }

    @Test("a peer's text cannot command the terminal")
    func controlCharacters() {
        var list = SessionListAnswer()
        list.sessions = [Samples.sessions[0]]
        list.sessions[0].callID = "a\u{1b}[2Jb\u{9b}31m\nc"
        let text = SessionView.lines(list).joined(separator: "\n")
        #expect(!text.contains("\u{1b}") && !text.contains("\u{9b}"))
        #expect(text.contains("a\u{fffd}[2Jb\u{fffd}31m\u{fffd}c"))
    }

    @Test("lost events are told")
    func lost() throws {
        let event = ServerSentEvent(name: "lost", data: #"{"events":12}"#)
        #expect(try SessionWatch.line(event)?.contains("12 events were lost") == true)
        #expect(try SessionWatch.line(ServerSentEvent(name: "new", data: "{}")) == nil)
    }
}

@Suite("API client")
struct ClientTests {
    @Test(
        "an endpoint is an address or a name with a port",
        arguments: [
            ("127.0.0.1:9080", "127.0.0.1:9080"), ("http://host.example:80/", "host.example:80"),
            ("[::1]:9080", "[::1]:9080"), ("localhost:1", "localhost:1"),
        ])
    func endpoint(text: String, expected: String) {
        #expect(APIEndpoint(argument: text)?.description == expected)
    }

    @Test(
        "what is none is refused",
        arguments: ["", "host", ":1", "host:0", "host:65536", "a b:1", "https://x:1", "x/y:1"])
    func noEndpoint(text: String) {
        #expect(APIEndpoint(argument: text) == nil)
    }

    @Test("events are read however the stream is cut", arguments: 1..<40)
    func parser(size: Int) {
        let text =
            ": hello\n\nid: 1\nevent: drain\ndata: {}\n\nevent: x\r\ndata: a\r\ndata: b\r\n\r\n"
        let bytes = Array(text.utf8)
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        var start = 0
        while start < bytes.count {
            events += parser.feed(bytes[start..<min(start + size, bytes.count)])
            start += size
        }
        #expect(
            events == [
                ServerSentEvent(name: "drain", data: "{}"),
                ServerSentEvent(name: "x", data: "a\nb"),
            ])
    }

    @Test("paths are percent-encoded")
    func paths() {
        #expect(PathText.encode("a/b c@ü") == "a%2Fb%20c%40%C3%BC")
        #expect(PathText.path("/x", [("a", nil), ("b", "1 2"), ("c", "d")]) == "/x?b=1%202&c=d")
        #expect(PathText.path("/x", [("a", nil)]) == "/x")
    }
}
