import BatonBase
import BatonCrypto
import BatonSDP
import Testing

@testable import BatonMedia

extension PageCalls {
    @Suite("Lines that share ports (N19, RFC 9143)")
    struct BundledLineTests {
        @Test("a group is answered with a group on one port; its first line speaks for all")
        func answered() throws {
            var call = Call()
            let sent = try call.offer(balanced(), "a", "b", plain)
            #expect(sent.bundled == nil && sent.port(0) != sent.port(1))
            let back = try call.answer(phone(), "a", "b", able)
            #expect(back.bundled == ["0", "1"])
            #expect(back.port(0) == back.port(1))
            #expect(back.hasTransport(0) && !back.hasTransport(1))
            #expect(back.media.allSatisfy { $0.hasAttribute(named: "rtcp-mux") })
            let carrier = try call.rtpSlot("a")
            let shared = try call.rtp("a", 1)
            #expect(shared.carrier == carrier && shared.protection == .keysOf(carrier))
            #expect(shared.remote == nil && shared.ice == nil && shared.component == .multiplexed)
            #expect(try call.rtp("b", 1).rtpSink == call.rtpSlot("a", 1))
            #expect(try call.rtcp("b", 1).rtcpSink == call.rtpSlot("a", 1))
            let lines = try call.rtp("a").bundle
            #expect(lines.map(\.port) == [carrier, try call.rtpSlot("a", 1)])
            #expect(lines.map(\.mid) == [Array("0".utf8), Array("1".utf8)])
            #expect(lines.map(\.midExtension) == [4, 4])
            #expect(lines.map(\.sources) == [[], [11, 12]])
            #expect(lines.map(\.payloadTypes) == [[0], [96]])
            #expect(try call.rtp("b").bundle.isEmpty && call.rtp("b", 1).carrier == nil)
        }

        @Test(
            "a bundle-only line is offered with a port of its own and answered on that of its group"
        )
        func bundleOnly() throws {
            var call = Call()
            let sent = try call.offer(maxBundle, "a", "b", plain)
            #expect(sent.port(1) != 0 && !sent.all.contains("a=bundle-only"))
            let back = try call.answer(phone(), "a", "b", able)
            #expect(back.bundled == ["0", "1"] && back.port(0) == back.port(1))
            #expect(!back.all.contains("a=bundle-only"))
            #expect(try call.rtp("a", 1).carrier == call.rtpSlot("a"))
        }

        @Test("lines that are refused leave the group; the next one then speaks for it")
        func refused() throws {
            var call = Call()
            var back = try call.fromPage(maxBundle, phone(5_000, 0))
            #expect(back.bundled == ["0"] && back.port(1) == 0 && back.hasTransport(0))
            #expect(try call.rtp("a").bundle.isEmpty)
            call = Call()
            back = try call.fromPage(balanced(), phone(0, 5_002))
            #expect(back.bundled == ["1"] && back.port(0) == 0 && back.hasTransport(1))
            #expect(try call.stream("a", 1).carrier == nil)
        }

        @Test("a re-offer of the bundle keeps port, association and credentials")
        func reoffer() throws {
            var call = Call()
            let first = try call.fromPage(balanced())
            let association = try call.association()
            let again = try call.fromPage(later())
            #expect(call.warnings.isEmpty)
            #expect(again.port(0) == first.port(0) && again.port(1) == first.port(0))
            #expect(again.iceCredentials(of: 0) == first.iceCredentials(of: 0))
            #expect(try call.association() == association)
            #expect(try call.rtp("a", 1).carrier == call.rtpSlot("a"))
        }

        @Test("when the first line ends, its transport goes on under the next")
        func firstLineEnds() throws {
            var call = Call()
            let first = try call.fromPage(balanced())
            let association = try call.association()
            let (carrier, other) = (try call.rtpSlot("a"), try call.rtpSlot("a", 1))
            let only = browser("1", version: 2, [audio(0, []), video(9, transport("a"))])
            let back = try call.fromPage(only, phone(0, 5_002))
            #expect(back.bundled == ["1"])
            #expect(back.port(0) == 0 && back.port(1) == first.port(0))
            #expect(back.iceCredentials(of: 1) == first.iceCredentials(of: 0))
            #expect(try call.rtpSlot("a", 1) == carrier)
            #expect(try call.association(1) == association)
            #expect(!call.ports.open.contains(other))
            #expect(try call.rtp("b", 1).rtpSink == carrier)
        }

        @Test("the same when it is the answer that ends it")
        func firstLineRefusedLater() throws {
            var call = Call()
            let first = try call.fromPage(balanced())
            let carrier = try call.rtpSlot("a")
            let back = try call.fromPage(later(), phone(0, 5_002))
            #expect(back.bundled == ["1"] && back.port(1) == first.port(0) && back.hasTransport(1))
            #expect(try call.rtpSlot("a", 1) == carrier)
            #expect(try call.association(1)?.generation == 1)
        }

        @Test("a line that leaves the group gets its own port, credentials and association")
        func leaves() throws {
            var call = Call()
            let first = try call.fromPage(balanced())
            let apart = browser(
                "0", version: 2, [audio(9, transport("a")), video(7_000, transport("b"))])
            let back = try call.fromPage(apart)
            #expect(back.bundled == ["0"])
            #expect(back.port(0) == first.port(0) && back.port(1) != first.port(0))
            #expect(back.hasTransport(1))
            #expect(back.iceCredentials(of: 1) != back.iceCredentials(of: 0))
            #expect(try call.rtp("a", 1).carrier == nil)
            #expect(try call.association(1) != nil)
            #expect(try call.rtp("a").bundle.isEmpty)
        }

        @Test("bundle=reject: a group is answered with ports apart; bundle-only lines are refused")
        func rejected() throws {
            var call = Call()
            var back = try call.fromPage(balanced()) { $0.bundle = .reject }
            #expect(back.bundled == nil && back.port(0) != back.port(1) && back.hasTransport(1))
            call = Call()
            back = try call.fromPage(maxBundle) { $0.bundle = .reject }
            #expect(back.bundled == nil && back.port(1) == 0)
            call = Call()
            try call.offer(balanced(), "a", "b", plain)
            back = try call.answer(phone(), "a", "b") {
                able(&$0)
                $0.bundle = .reject
            }
            #expect(back.bundled == nil && back.port(0) != back.port(1))
            call = Call()
            try call.offer(maxBundle, "a", "b", plain)
            back = try call.answer(phone(), "a", "b") {
                able(&$0)
                $0.bundle = .reject
            }
            #expect(back.port(1) == 0)
            #expect(call.warnings.contains { $0.contains("no port outside of its bundle") })
        }

        @Test("between two pages keys stay with them, unless several lines share a port")
        func betweenPages() throws {
            func modes(
                _ offer: String, _ change: (inout SignallingOptions) -> Void = { _ in }
            ) throws -> [KeyAgreement] {
                var call = Call()
                try call.offer(offer, "a", "b") {
                    able(&$0)
                    change(&$0)
                }
                return try #require(call.session.party(tag: "a")).streams.map(\.keyAgreement)
            }
            let between = KeyAgreement.betweenParties
            #expect(try modes(balanced()) == [.dtls, .dtls])
            #expect(try modes(maxBundle) == [.dtls, .dtls])
            #expect(try modes(balanced()) { $0.bundle = .reject } == [between, between])
            #expect(try modes(balanced()) { $0.bundle = [.offer, .reject] } == [.dtls, .dtls])
            let alone = browser("0", [audio(9, transport("a"))])
            #expect(try modes(alone) == [between])
            #expect(try modes(alone) { $0.bundle = .offer } == [between])
        }

        @Test("the same answer again, from another branch, or with fewer lines, takes nothing away")
        func answeredAgain() throws {
            for offer in [balanced(), maxBundle] {
                var call = Call()
                let first = try call.fromPage(offer)
                let again = try call.answer(phone(), "a", "b", able)
                #expect(again == first && call.warnings.isEmpty)
                #expect(try call.rtp("a", 1).carrier == call.rtpSlot("a"))
            }
            var call = Call()
            try call.offer(maxBundle, "a") {
                plain(&$0)
                $0.viaBranch = "one"
            }
            try call.offer(maxBundle, "a") {
                plain(&$0)
                $0.viaBranch = "two"
            }
            let audioOnly = try call.answer(phone(5_000, 0), "a", "b") {
                able(&$0)
                $0.viaBranch = "one"
            }
            #expect(audioOnly.bundled == ["0"] && call.warnings.isEmpty)
            let both = try call.answer(phone(6_000, 6_002), "a", "c") {
                able(&$0)
                $0.viaBranch = "two"
            }
            #expect(both.bundled == ["0", "1"] && call.warnings.isEmpty)
            #expect(both.port(0) == audioOnly.port(0) && both.port(1) == both.port(0))
            let back = try call.answer(phone(5_000, 0), "a", "b") {
                able(&$0)
                $0.viaBranch = "one"
            }
            #expect(back.bundled == ["0"])
            let third = try call.answer(phone(6_000, 6_002), "a", "c") {
                able(&$0)
                $0.viaBranch = "two"
            }
            #expect(third.port(1) == both.port(0) && call.warnings.isEmpty)
        }

        @Test("a group in another order goes on by the same transport")
        func reordered() throws {
            var call = Call()
            let first = try call.fromPage(balanced())
            let carrier = try call.rtpSlot("a")
            let order = browser(
                "1 0", version: 2, [audio(9, []), video(9, transport("a"))])
            let back = try call.fromPage(order)
            #expect(back.bundled == ["1", "0"] && back.port(0) == first.port(0))
            #expect(back.hasTransport(1) && !back.hasTransport(0))
            #expect(try call.rtpSlot("a", 1) == carrier && call.rtp("a").carrier == carrier)
            #expect(try call.rtp("a", 1).remote == nil || call.rtp("a", 1).ice != nil)
            #expect(try call.association(1)?.generation == 1)
        }

        @Test(
            "bundle-only lines have the family of their group; other protocols than RTP are refused"
        )
        func bundleOnlyOddities() throws {
            var call = Call()
            let lines = [
                [
                    "m=audio 4000 \(dtls) 0", "c=IN IP6 2001:db8::7", "a=mid:0", "a=rtcp-mux",
                ] + transport("a"),
                ["m=video 0 \(dtls) 96", "c=IN IP4 0.0.0.0", "a=rtpmap:96 VP8/90000", "a=mid:1"]
                    + ["a=bundle-only"],
                ["m=application 0 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", "a=mid:2"]
                    + ["a=bundle-only"],
            ]
            let sent = try call.offer(browser("0 1 2", lines), "a", "b", plain)
            #expect(sent.port(2) == 0 && !sent.all.contains("a=bundle-only"))
            #expect(try call.stream("a", 1).ports?.rtp.address.ip.family == .v6)
            let answer = Phone.text(
                "2001:db8::9",
                media: [
                    ["m=audio 5000 RTP/AVP 0"],
                    ["m=video 5002 RTP/AVP 96", "a=rtpmap:96 VP8/90000"],
                    ["m=application 0 UDP/DTLS/SCTP webrtc-datachannel"],
                ])
            let back = try call.answer(answer, "a", "b", able)
            #expect(
                back.bundled == ["0", "1"] && back.port(0) == back.port(1) && back.port(2) == 0)
        }

        @Test("lines that are protected in different ways share no port")
        func differentProtection() throws {
            var call = Call()
            let key =
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(String(repeating: "A", count: 40))"
            let lines = [
                ["m=audio 4000 RTP/AVP 0", "a=mid:0", "a=rtcp-mux"],
                [
                    "m=video 4002 RTP/SAVP 96", "a=rtpmap:96 VP8/90000", "a=mid:1", "a=rtcp-mux",
                    key,
                ],
            ]
            let back = try call.fromPage(
                Phone.text("198.51.100.7", session: ["a=group:BUNDLE 0 1"], media: lines))
            #expect(back.port(0) != back.port(1) && back.media[1].cryptos.count == 1)
            #expect(try call.rtp("a", 1).carrier == nil)
        }

        @Test("lines that a re-offer has moved stay with their carrier")
        func moved() throws {
            var call = Call()
            let first = try call.fromPage(balanced())
            let (carrier, shared) = (try call.rtpSlot("a"), try call.rtpSlot("a", 1))
            let swapped = browser("0 1", version: 2, [video(9, []), audio(9, transport("a"))])
            let answer = Phone.text(
                "198.51.100.9",
                media: [
                    ["m=video 5002 RTP/AVP 96", "a=rtpmap:96 VP8/90000"],
                    ["m=audio 5000 RTP/AVP 0"],
                ])
            let back = try call.fromPage(swapped, answer)
            #expect(back.bundled == ["0", "1"])
            #expect(back.port(0) == first.port(0) && back.port(1) == first.port(0))
            #expect(back.hasTransport(1) && !back.hasTransport(0))
            #expect(try call.rtpSlot("a", 1) == carrier && call.rtpSlot("a", 0) == shared)
            #expect(try call.rtp("a", 0).carrier == carrier)
        }

        @Test("candidates that trickle in under any mid of the group are the carrier's")
        func candidates() throws {
            var call = Call()
            _ = try call.fromPage(balanced())
            let text =
                "a=ice-ufrag:aaaa\r\na=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaaa\r\n"
                + "m=video 9 \(dtls) 96\r\na=mid:1\r\n"
                + "a=candidate:1 1 udp 2130706431 192.0.2.9 4000 typ host\r\n"
            let fragment = try SDPFragment(parsing: Array(text.utf8))
            let result = try call.session.addCandidates(fragment, from: "a")
            call.carryOut(result.commands)
            #expect(result.warnings.isEmpty)
            #expect(try call.rtp("a").ice?.remote?.candidates.count == 1)
        }

        @Test("plain lines that multiplex are bundled too; a party is shown as its carrier's ports")
        func plainLines() throws {
            var call = Call()
            let lines = [
                ["m=audio 4000 RTP/AVP 0", "a=mid:x", "a=rtcp-mux"],
                ["m=video 0 RTP/AVP 96", "a=rtpmap:96 VP8/90000", "a=mid:y", "a=bundle-only"],
            ]
            try call.offer(
                Phone.text("198.51.100.7", session: ["a=group:BUNDLE x y"], media: lines), "a", "b")
            let back = try call.answer(phone())
            #expect(back.bundled == ["x", "y"] && back.port(0) == back.port(1))
            #expect(try call.rtp("a", 1).protection == .none)
            let party = try #require(call.session.party(tag: "a"))
            let shown = try #require(party.shownPorts(of: 1))
            #expect(shown.rtp.address.port == back.port(0))
            #expect(try shown.rtp.slot == call.rtpSlot("a", 1))
            #expect(party.transport(of: 1).remoteRTP == (try address("198.51.100.7:4000")))
        }
    }
}
