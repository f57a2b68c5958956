import BatonBase
import BatonConfig
import BatonMedia
import BatonNG
import Testing

@testable import BatonServer

@Suite("control messages (N1, N2, N3, N4, N6, N7)")
struct SignallingCoreTests {
    @Test("N7: ping gets pong, in the encoding of the request")
    func ping() throws {
        let harness = CoreHarness()
        let bencode = harness.core.receive(
            Array("1_2 d7:command4:pinge".utf8), from: harness.peer, at: harness.now)
        #expect(bencode == Array("1_2 d6:result4:ponge".utf8))
        let json = harness.core.receive(
            Array("x {\"command\":\"ping\"}".utf8), from: harness.peer, at: harness.now)
        #expect(json == Array("x {\"result\":\"pong\"}".utf8))
    }

    @Test("N1: a document without a cookie is executed for ng-plain and answered without one")
    func plain() throws {
        let harness = CoreHarness()
        let frame = NGFrame(cookie: nil, document: "{\"command\":\"ping\"}")
        let reply = harness.core.receive(frame, from: harness.peer, at: harness.now)
        #expect(reply == Array("{\"result\":\"pong\"}".utf8))
    }

    @Test(
        "N1: framing errors have the protocol's texts",
        arguments: [
            ("1 ", "Invalid data (no payload)"), ("1 x", "Invalid NG data format"),
            ("1 d7:command", "Could not decode bencode dictionary"),
            ("1 {\"command\"", "Failed to parse JSON document"),
            ("1 d3:foo3:bare", "Dictionary contains no key \"command\""),
            ("1 d7:command5:brewse", "Unrecognized command"),
        ])
    func framingErrors(message: String, reason: String) throws {
        let harness = CoreHarness()
        let reply = try #require(
            harness.core.receive(Array(message.utf8), from: harness.peer, at: harness.now))
        let frame = try #require(NGMessageFraming.split(reply))
        #expect(try frame.decode().text("error-reason") == reason)
    }

    @Test(
        "N1: a message without a cookie gets no reply and is counted", arguments: ["", "d7", " x"])
    func noCookie(message: String) {
        let harness = CoreHarness()
        #expect(
            harness.core.receive(Array(message.utf8), from: harness.peer, at: harness.now) == nil)
        #expect(harness.core.totals.unusableMessages == 1)
    }

    @Test("N3: a repeated cookie gets the identical reply whatever the message says, until its age")
    func repeatedCookie() throws {
        let harness = CoreHarness { $0.cookies.age = .seconds(30) }
        let send = { (text: String) in
            harness.core.receive(Array(text.utf8), from: harness.peer, at: harness.now)
        }
        let first = send("c d7:command4:pinge")
        #expect(send("c d7:command5:offere") == first)
        #expect(harness.core.totals.repeatedCookies == 1)
        harness.now = harness.now + .seconds(31)
        #expect(send("c d7:command5:offere") != first)
    }

    @Test("N3: a repeated offer opens no second pair of ports")
    func repeatedOffer() throws {
        let harness = CoreHarness()
        let sdp = "3:sdp\(CoreHarness.sdpA.utf8.count):\(CoreHarness.sdpA)"
        let message = Array("k d7:command5:offer\(sdp)7:call-id1:x8:from-tag1:ae".utf8)
        let first = harness.core.receive(message, from: harness.peer, at: harness.now)
        let opened = harness.books.opened.count
        #expect(opened > 0)
        #expect(harness.core.receive(message, from: harness.peer, at: harness.now) == first)
        #expect(harness.books.opened.count == opened)
    }

    @Test("N3: a flood of cookies is bounded in number")
    func cookieFlood() {
        let harness = CoreHarness { $0.cookies.entries = 100 }
        for number in 0..<10_000 {
            _ = harness.core.receive(
                Array("f\(number) d7:command4:pinge".utf8), from: harness.peer, at: harness.now)
        }
        #expect(harness.core.cookies.count == 100)
    }

    @Test("N6: only permitted networks are admitted, loopback by default; strangers are counted")
    func access() throws {
        let harness = CoreHarness()
        let stranger = try #require(IPAddress("192.0.2.1"))
        #expect(harness.core.admits(harness.peer))
        #expect(harness.core.admits(try #require(IPAddress("::1"))))
        #expect(!harness.core.admits(stranger))
        #expect(harness.core.totals.strangers == 1)
        harness.core.settings.access = AccessList([try #require(IPNetwork("192.0.2.0/24"))])
        #expect(harness.core.admits(stranger))
        #expect(harness.core.admits(try #require(IPAddress("::ffff:192.0.2.9"))))
    }

    @Test("N7: a command of later versions is told apart from one that does not exist")
    func unsupported() throws {
        let harness = CoreHarness()
        let known = try harness.send("publish", ["call-id": "x"])
        #expect(known.text("error-reason") == "Unrecognized command")
        #expect(known.text("detail")?.contains("does not offer") == true)
        let unknown = try harness.send("brew")
        #expect(unknown.text("error-reason") == "Unrecognized command")
        #expect(unknown.text("detail")?.contains("no command of the protocol") == true)
    }

    @Test("N30: the software's name is in what the relay says about itself")
    func software() throws {
        let harness = CoreHarness { $0.software = "Relay of ours/7" }
        let detail = try harness.send("publish").text("detail")
        #expect(detail?.contains("Relay of ours/7") == true)
    }

    @Test("N2: unknown and ineffective flags come back in the warning, harmless ones do not")
    func warnings() throws {
        let harness = CoreHarness()
        let odd = try harness.offer("one", ["flags": ["trust-address", "frobnicate"]])
        #expect(odd.text("result") == "ok")
        #expect(odd.text("warning")?.contains("frobnicate") == true)
        let plain = try harness.offer(
            "two", ["flags": ["trust-address"], "replace": ["origin", "session-connection"]])
        #expect(plain.text("warning") == nil)
    }

    @Test(
        "N2: every command that succeeds names what had no effect",
        arguments: ["offer", "answer", "query", "list", "statistics", "delete"])
    func warningsOfCommands(command: String) throws {
        let harness = CoreHarness()
        try harness.offer()
        var fields: NGDictionary = [
            "call-id": "call", "from-tag": "a", "flags": ["debug", "frobnicate"],
        ]
        if command == "offer" || command == "answer" {
            fields.append("sdp", .text(CoreHarness.sdpB))
        }
        if command == "answer" { fields.append("to-tag", "b") }
        let reply = try harness.send(command, fields)
        #expect(reply.text("result") == "ok")
        #expect(reply.text("warning") == "not recognized: frobnicate; no effect: debug")
    }

    @Test(
        "N4: what is missing is named by the protocol's texts, in its order",
        arguments: [
            (["call-id"], "No SDP body in message"), (["sdp"], "No call-id in message"),
            (["sdp", "call-id"], "No from-tag in message"),
        ])
    func missingKeys(keys: [String], reason: String) throws {
        let harness = CoreHarness()
        var fields = NGDictionary()
        for key in keys { fields.append(key, .text(key == "sdp" ? CoreHarness.sdpA : "x")) }
        #expect(try harness.send("offer", fields).text("error-reason") == reason)
    }

    @Test("N4: an answer needs a to-tag")
    func missingToTag() throws {
        let harness = CoreHarness()
        let reply = try harness.send(
            "answer", ["sdp": .text(CoreHarness.sdpA), "call-id": "x", "from-tag": "a"])
        #expect(reply.text("error-reason") == "No to-tag in message")
    }

    @Test("N4: an answer to an unknown call, a malformed SDP: literal text and the real cause")
    func errorsWithDetail() throws {
        let harness = CoreHarness()
        let unknown = try harness.answer("nobody")
        #expect(unknown.text("error-reason") == "Unknown call-id")
        #expect(unknown.text("detail")?.contains("nobody") == true)
        let malformed = try harness.offer(sdp: "v=0\r\nnonsense\r\n")
        #expect(malformed.text("error-reason") == "Failed to parse SDP")
        #expect(malformed.text("detail")?.contains("line 2") == true)
        #expect(harness.core.sessionCount == 0)
    }

    @Test("N26: exhausted ports give the literal text with range and holders; the call is gone")
    func outOfPorts() throws {
        let harness = CoreHarness()
        harness.books.failure = .exhausted(
            interface: "default", range: 30_000...30_003, holders: ["other (4 ports)"])
        let reply = try harness.offer()
        #expect(reply.text("error-reason") == "Ran out of ports")
        let detail = try #require(reply.text("detail"))
        for part in ["interface 'default'", "30000–30003", "other (4 ports)"] {
            #expect(detail.contains(part))
        }
        #expect(harness.core.sessionCount == 0)
    }

    @Test("N26: a system error is told apart from exhaustion, with call, address and errno")
    func systemError() throws {
        let harness = CoreHarness()
        harness.books.failure = .system(
            call: "socket", errno: 24, reason: "Too many open files",
            address: SocketAddress(ip: harness.peer, port: 30_000))
        let detail = try #require(try harness.offer().text("detail"))
        for part in ["socket", "127.0.0.1:30000", "Too many open files", "errno 24"] {
            #expect(detail.contains(part))
        }
    }

    @Test("N17: an unknown interface is named in the warning with those that exist")
    func unknownInterface() throws {
        let harness = CoreHarness()
        let reply = try harness.offer("call", ["direction": ["default", "nowhere"]])
        #expect(reply.text("result") == "ok")
        let warning = try #require(reply.text("warning"))
        #expect(warning.contains("'nowhere'") && warning.contains("known: default"))
    }

    @Test("N7: list gives call-ids up to the limit")
    func list() throws {
        let harness = CoreHarness()
        for number in 0..<40 { try harness.offer("call\(number)") }
        #expect(try harness.send("list")["calls"]?.list?.count == 32)
        let two = try harness.send("list", ["limit": 2])["calls"]?.list
        #expect(two == [.text("call0"), .text("call1")])
    }

    @Test("N5: a list that a reply has no room for is cut and says so")
    func longList() throws {
        let harness = CoreHarness()
        for number in 0..<100 { try harness.offer("call\(number)") }
        let fields: NGDictionary = ["limit": 1_000, "flags": ["frobnicate"]]
        let cut = try harness.send("list", fields, limit: 2_048)
        let count = try #require(cut["calls"]?.list?.count)
        #expect(count > 10 && count < 100)
        #expect(cut.text("warning")?.contains("room for \(count)") == true)
        #expect(cut.text("warning")?.contains("frobnicate") == true)
        let whole = try harness.send("list", ["limit": 1_000], limit: 65_507)
        #expect(whole["calls"]?.list?.count == 100)
        #expect(whole.text("warning") == nil)
    }

    @Test("N5: what no datagram can hold becomes an error instead of being lost")
    func beyondAnyDatagram() throws {
        let harness = CoreHarness {
            $0.messages.messageBytes = 200_000; $0.limits.sdpBytes = 200_000
        }
        let line = "a=x:" + String(repeating: "y", count: 8_000) + "\r\n"
        let long = CoreHarness.sdp(port: 40_000) + String(repeating: line, count: 9)
        let reply = try harness.offer(sdp: long)
        #expect(reply.text("result") == "ok")
        var fields: NGDictionary = ["call-id": "datagram", "from-tag": "a"]
        fields.append("sdp", .text(long))
        let refused = try harness.send("offer", fields, limit: 65_507)
        #expect(refused.text("error-reason") == "Error rewriting SDP")
        #expect(refused.text("detail")?.contains("TCP") == true)
        #expect(harness.core.sessionCount == 1, "the refused offer leaves no session")
        #expect(harness.core.table.record("datagram") == nil)
        #expect(harness.books.opened.count == 4)
        #expect(
            Set(harness.books.closed)
                == Set(harness.books.opened.suffix(2).flatMap { [$0.rtp.slot, $0.rtcp.slot] }))
        fields = ["call-id": "call", "from-tag": "a", "sdp": .text(long)]
        #expect(try harness.send("offer", fields, limit: 65_507).text("result") == "error")
        #expect(harness.core.sessionCount == 1, "a call that was there before stays")
    }

    @Test("N7: statistics has the sections and the number formats that clients read")
    func statistics() throws {
        let harness = CoreHarness()
        try harness.offer()
        try harness.send("ping")
        let all = try #require(try harness.send("statistics")["statistics"]?.dictionary)
        #expect(all.at("currentstatistics", "sessionstotal")?.integer == 1)
        #expect(all.at("totalstatistics", "avgcallduration")?.string?.text == "0.000000")
        #expect(all.at("controlstatistics", "totaloffercount")?.integer == 1)
        let proxy = all.at("controlstatistics", "proxies")?.list?.first?.dictionary
        #expect(proxy?.text("proxy") == "127.0.0.1")
        #expect(proxy?["pingcount"]?.integer == 1)
        #expect(all["interfaces"]?.list?.first?.dictionary?.text("name") == "default")
        for key in ["mos", "voip_metrics", "transcoders"] { #expect(all[key] != nil) }
    }
}
