import BatonBase
import BatonMedia
import BatonSDP
import Testing

@Suite("What is rewritten and what stays (N12)")
struct RewritingTests {
    /// An offer in the manner of a desk phone: unknown attributes, bandwidth, an own c=.
    private let deskPhone = """
        v=0
        o=root 1821 1821 IN IP4 198.51.100.7
        s=Phone
        i=about the call
        c=IN IP4 198.51.100.7
        b=CT:1000
        t=0 0
        a=X-vendor:abc def
        a=tool:phone 1.2

        m=audio 4000 RTP/AVP 8 0 101
        i=voice
        c=IN IP4 198.51.100.70
        b=AS:80
        a=rtpmap:8 PCMA/8000
        a=fmtp:101 0-16
        a=X-unknown
        a=rtcp:4001 IN IP4 198.51.100.70
        a=ptime:20
        a=sendrecv
        y=strange
        """

    @Test("N12: LF only, blank lines and unknown attributes pass in place and order")
    func order() throws {
        var call = Call()
        let sent = try call.offer(deskPhone)
        let port = sent.port()
        #expect(
            sent.all == [
                "v=0", "o=root 1821 1821 IN IP4 198.51.100.7", "s=Phone", "i=about the call",
                "c=IN IP4 192.0.2.1", "b=CT:1000", "t=0 0", "a=X-vendor:abc def",
                "a=tool:phone 1.2", "m=audio \(port) RTP/AVP 8 0 101", "i=voice",
                "c=IN IP4 192.0.2.1", "b=AS:80", "a=rtpmap:8 PCMA/8000", "a=fmtp:101 0-16",
                "a=X-unknown", "a=rtcp:\(port + 1)", "a=ptime:20", "a=sendrecv", "y=strange",
            ])
        #expect(try call.rtp("a").remote == (try address("198.51.100.70:4000")))
        #expect(try call.rtcp("a").remote == (try address("198.51.100.70:4001")))
    }

    @Test("N12: several lines with and without an own c= are each sent to the right address")
    func severalLines() throws {
        var call = Call()
        let sent = try call.offer(
            Phone.text(
                "198.51.100.7",
                media: [
                    ["m=audio 4000 RTP/AVP 0"],
                    [
                        "m=video 4002 RTP/AVP 96", "c=IN IP4 198.51.100.99",
                        "a=rtpmap:96 H264/90000",
                    ],
                ]))
        #expect(try call.rtp("a", 0).remote == (try address("198.51.100.7:4000")))
        #expect(try call.rtp("a", 1).remote == (try address("198.51.100.99:4002")))
        #expect(!sent.section(0).contains { $0.hasPrefix("c=") })
        #expect(sent.section(1)[1] == "c=IN IP4 192.0.2.1")
        #expect(try call.rtp("a", 1).clockRates.first?.clockRateHz == 90_000)
    }

    @Test("N12: a description without a session-level c= keeps its c= lines where they are")
    func mediaLevelOnly() throws {
        var call = Call()
        let sent = try call.offer(
            "v=0\no=- 1 1 IN IP4 1.1.1.1\ns=-\nt=0 0\nm=audio 4000 RTP/AVP 0\n"
                + "c=IN IP4 198.51.100.7\nm=video 4002 RTP/AVP 96\nc=IN IP4 198.51.100.7\n")
        #expect(sent.connection == nil)
        #expect(sent.media.map { $0.connection?.address } == ["192.0.2.1", "192.0.2.1"])
    }

    @Test("N12: one line held by its own zero address gets an own c= beside the session's")
    func mixedHold() throws {
        var call = Call()
        let sent = try call.offer(
            Phone.text(
                "198.51.100.7",
                media: [
                    ["m=audio 4000 RTP/AVP 0"], ["m=video 4002 RTP/AVP 96", "c=IN IP4 0.0.0.0"],
                ]))
        #expect(sent.connection?.address == "192.0.2.1")
        #expect(sent.media[1].connection?.address == "0.0.0.0")
        #expect(try call.rtp("a", 1).remote == nil)
        #expect(try call.rtp("a", 0).remote != nil)
    }

    @Test("N12: IPv6 descriptions are rewritten in IPv6")
    func v6() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio("2001:db8:7::7"))
        #expect(sent.all.contains("c=IN IP6 2001:db8::1"))
        #expect(try call.rtp("a").remote == (try address("[2001:db8:7::7]:4000")))
    }

    @Test("N12: unknown media and protocols pass untouched, their inherited c= made their own")
    func untouched() throws {
        var call = Call()
        let message = [
            "m=message 2855 TCP/MSRP *", "a=accept-types:text/plain",
            "a=path:msrp://198.51.100.7:2855/s1;tcp",
            "a=candidate:1 1 TCP 1 198.51.100.7 9 typ host",
        ]
        let sent = try call.offer(
            Phone.text(
                "198.51.100.7",
                media: [
                    message, ["m=audio 4000 RTP/AVP 0"],
                    ["m=application 9 TCP/BFCP *", "c=IN IP4 198.51.100.88"],
                    ["m=image 4010 TCP t38"],
                ]))
        #expect(sent.section(0) == [message[0], "c=IN IP4 198.51.100.7"] + message.dropFirst())
        #expect(sent.section(2) == ["m=application 9 TCP/BFCP *", "c=IN IP4 198.51.100.88"])
        #expect(sent.section(3) == ["m=image 4010 TCP t38", "c=IN IP4 198.51.100.7"])
        #expect(call.session.portPairs.count == 2)
        #expect(try call.stream("a", 0).treatment == .untouched)
    }

    @Test("N12: a description with nothing to relay passes as it is")
    func nothingToRelay() throws {
        var call = Call()
        let text = Phone.text("198.51.100.7", media: [["m=message 2855 TCP/MSRP *"]])
        let sent = try call.offer(text) { $0.replacements = .origin }
        #expect(sent == (try SessionDescription(parsing: text)))
        let back = try call.answer(text)
        #expect(back.media[0].port == 2_855)
        #expect(call.ports.openedPairs == 0)
        #expect(try call.offer(Phone.text("198.51.100.7", media: []), "x").media.isEmpty)
    }

    @Test("N12: m=image over udptl is relayed unread, m=application over RTP as RTP")
    func relayedKinds() throws {
        var call = Call()
        let media = [
            ["m=image 4000 udptl t38"],
            ["m=application 4002 RTP/AVP 100", "a=rtpmap:100 H224/4800"],
        ]
        try call.offer(Phone.text("198.51.100.7", media: media))
        try call.answer(Phone.text("198.51.100.8", media: media))
        #expect(try call.rtp("a", 0).component == .opaque)
        #expect(try call.rtp("a", 1).component == .rtp)
        #expect(try call.stream("a", 0).codec == "t38")
        #expect(try call.stream("a", 1).codec == "H224")
    }

    @Test("N12: a line with port 0 in the first offer stays so and costs no ports")
    func portZero() throws {
        var call = Call()
        let sent = try call.offer(Phone.audioVideo(videoPort: 0))
        #expect(sent.port(1) == 0)
        #expect(call.session.portPairs.count == 2)
    }

    @Test("N12: the c= of a refused line is not shown to the other side")
    func portZeroWithConnection() throws {
        var call = Call()
        let sent = try call.offer(
            Phone.text(
                "198.51.100.7",
                media: [
                    ["m=audio 4000 RTP/AVP 0"], ["m=video 0 RTP/AVP 96", "c=IN IP4 198.51.100.9"],
                ]))
        #expect(sent.section(1) == ["m=video 0 RTP/AVP 96", "c=IN IP4 192.0.2.1"])
    }

    @Test("N12: a port count is reduced to the one pair that is relayed")
    func portCount() throws {
        var call = Call()
        let sent = try call.offer(
            Phone.text("198.51.100.7", media: [["m=audio 4000/2 RTP/AVP 0"]]))
        #expect(sent.section(0)[0] == "m=audio \(sent.port()) RTP/AVP 0")
    }

    /// In the manner of a browser, shortened.
    private let browser = Phone.text(
        "198.51.100.7",
        session: ["a=group:BUNDLE 0 1", "a=group:LS 0 1", "a=ice-lite", "a=msid-semantic: WMS s"],
        media: [
            [
                "m=audio 4000 UDP/TLS/RTP/SAVPF 111", "a=rtcp:9 IN IP4 0.0.0.0",
                "a=candidate:1 1 udp 2113937151 198.51.100.7 4000 typ host", "a=ice-ufrag:x",
                "a=ice-pwd:y", "a=ice-options:trickle", "a=fingerprint:sha-256 AA:BB",
                "a=setup:actpass", "a=mid:0", "a=rtcp-mux", "a=rtpmap:111 opus/48000/2",
                "a=rtcp-fb:111 transport-cc", "a=ssrc:1 cname:c", "a=end-of-candidates",
            ],
            [
                "m=video 4002 UDP/TLS/RTP/SAVPF 96", "a=remote-candidates:1 10.0.0.1 5",
                "a=ice-mismatch", "a=ice-pacing:50", "a=mid:1", "a=rtcp-mux",
                "a=rtpmap:96 VP8/90000",
            ],
        ])

    @Test("N12: ICE attributes and BUNDLE groups would lead around the relay and are taken out")
    func ice() throws {
        var call = Call()
        let sent = try call.offer(browser)
        for name in [
            "candidate", "ice-ufrag", "ice-pwd", "ice-options", "ice-lite", "end-of-candidates",
            "remote-candidates", "ice-mismatch", "ice-pacing",
        ] {
            #expect(!sent.all.contains { $0.hasPrefix("a=\(name)") }, "\(name)")
        }
        #expect(sent.groups.map(\.semantics) == ["LS"])
        #expect(sent.section(0).contains("a=fingerprint:sha-256 AA:BB"))
        #expect(sent.section(0).contains("a=rtcp-fb:111 transport-cc"))
        #expect(sent.section(0).contains("a=ssrc:1 cname:c"))
        #expect(sent.media.map(\.mid) == ["0", "1"])
        #expect(!sent.description.contains("198.51.100.7 4000"))
    }

    @Test("N12: an attribute whose name only begins like a known one stays")
    func similarNames() throws {
        var call = Call()
        let lines = [
            "a=candidates-x:1", "a=rtcpx:1", "a=middle:1", "a=ice-option-x", "a=rtcp-rsize",
        ]
        let sent = try call.offer(Phone.audio(extra: lines))
        #expect(sent.section(0).suffix(5) == lines[...])
    }

    @Test(
        "N12: every relayed line and no other names one of our addresses, whatever the order",
        arguments: [0, 1, 2])
    func noLeak(_ rotation: Int) throws {
        var call = Call()
        var media = [
            ["m=audio 4000 RTP/AVP 0", "c=IN IP4 198.51.100.61"],
            ["m=video 0 RTP/AVP 96"], ["m=audio 4004 RTP/AVP 0"],
        ]
        media = Array(media[rotation...] + media[..<rotation])
        let sent = try call.offer(Phone.text("198.51.100.60", media: media)) {
            $0.replacements = .origin
        }
        #expect(!sent.description.contains("198.51.100.6"))
    }

    private static let refused = Phone.text(
        "198.51.100.60",
        media: [
            ["m=audio 0 RTP/AVP 0", "c=IN IP4 198.51.100.61", "a=rtcp:9 IN IP4 198.51.100.62"],
            ["m=image 0 udptl t38"],
        ])

    @Test("N13: nor does a description name the party's address whose lines are all refused")
    func noLeakWhenRefused() throws {
        var call = Call()
        let offered = try call.offer(Self.refused) {
            $0.replacements = .origin
            $0.receiverInterface = "pub"
        }
        #expect(!offered.description.contains("198.51.100.6"))
        #expect(offered.connection?.address == "203.0.113.1")
        #expect(offered.origin?.address == "203.0.113.1")
        let answered = try call.answer(Self.refused) { $0.replacements = .origin }
        #expect(!answered.description.contains("198.51.100.6"))
        #expect(answered.connection?.address == "192.0.2.1")
    }

    @Test("N13: … but the address that the other side knows already, refused later or at once")
    func knownAddress() throws {
        for mediaAddress in [nil, IPAddress("192.0.2.200")] {
            var call = Call()
            let known = mediaAddress?.description ?? "203.0.113.1"
            try call.offer(Phone.audio()) {
                $0.receiverInterface = "pub"
                $0.mediaAddress = mediaAddress
            }
            let answered = try call.answer(Self.refused) { $0.replacements = .origin }
            #expect(!answered.description.contains("198.51.100.6"))
            let again = try call.offer(Self.refused, "a", "b") { $0.replacements = .origin }
            #expect(!again.description.contains("198.51.100.6"))
            #expect(again.connection?.address == known)
            #expect(again.origin?.address == known)
        }
    }

    @Test("N12: a line that passes untouched keeps the address that it needs")
    func untouchedKeepsAddress() throws {
        var call = Call()
        let chat = Phone.text(
            "198.51.100.60", media: [["m=audio 0 RTP/AVP 0"], ["m=message 2855 TCP/MSRP *"]])
        let sent = try call.offer(chat)
        #expect(sent.connection?.address == "198.51.100.60")
    }
}
