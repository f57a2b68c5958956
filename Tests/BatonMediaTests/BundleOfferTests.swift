import BatonBase
import BatonCrypto
import BatonSDP
import Testing

@testable import BatonMedia

extension PageCalls {
    @Suite("Bundles in offers of ours (N19, RFC 9143)")
    struct BundleOfferTests {
        @Test("offers to who has made a bundle show it, with one port and one transport")
        func towardsTheMaker() throws {
            var call = Call()
            let first = try call.fromPage(balanced())
            let association = try call.association()
            let sent = try call.offer(phone(), "b", "a") {
                able(&$0)
                $0.transportProtocol = .named(dtls)
            }
            #expect(sent.bundled == ["0", "1"])
            #expect(sent.port(0) == first.port(0) && sent.port(1) == first.port(0))
            #expect(sent.hasTransport(0) && !sent.hasTransport(1))
            #expect(sent.media.map(\.mid) == ["0", "1"])
            let answer = browser(
                "0 1", version: 2, [audio(9, transport("a", setup: "passive")), video(9, [])])
            try call.answer(answer, "b", "a", plain)
            #expect(call.warnings.isEmpty)
            #expect(try call.association() == association)
            #expect(try call.rtp("a", 1).carrier == call.rtpSlot("a"))
            try call.offer(phone(), "b", "a", secured)
            let apart = browser(
                nil, version: 3, [audio(9, transport("a", setup: "passive")), video(9, [])])
            let back = try call.answer(apart, "b", "a", plain)
            #expect(back.port(1) == 0, "it has not been told another port")
            #expect(call.warnings.contains { $0.contains("no port outside of its bundle") })
        }

        @Test(
            "bundle=offer: every line has a port and mid of its own, the answer puts them together")
        func offered() throws {
            var call = Call()
            let sent = try call.offer(phone(4_000, 4_002), "a", "b") {
                secured(&$0)
                $0.bundle = .offer
            }
            let mids = try #require(sent.bundled)
            #expect(mids == sent.media.map(\.mid) && Set(mids).count == 2)
            #expect(sent.port(0) != sent.port(1) && sent.hasTransport(0) && sent.hasTransport(1))
            let answer = browser(
                mids.joined(separator: " "),
                [
                    audio(9, transport("a", setup: "active"), mid: mids[0]),
                    video(9, [], mid: mids[1]),
                ])
            let back = try call.answer(answer, "a", "b", plain)
            #expect(call.warnings.isEmpty)
            #expect(back.bundled == nil && back.port(0) != back.port(1))
            #expect(try call.rtp("b", 1).carrier == call.rtpSlot("b"))
            #expect(try call.rtp("a", 1).carrier == nil)
            #expect(try call.rtp("b").bundle.count == 2)
        }

        @Test("bundle=require: all lines but the first are bundle-only")
        func required() throws {
            var call = Call()
            let sent = try call.offer(phone(4_000, 4_002), "a", "b") {
                secured(&$0)
                $0.bundle = [.offer, .require]
            }
            #expect(sent.port(0) != 0 && sent.port(1) == 0)
            #expect(sent.section(1).contains("a=bundle-only") && !sent.hasTransport(1))
            let mids = try #require(sent.bundled)
            let answer = browser(
                mids.joined(separator: " "),
                [
                    audio(9, transport("a", setup: "active"), mid: mids[0]),
                    video(9, [], mid: mids[1]),
                ])
            try call.answer(answer, "a", "b", plain)
            #expect(try call.rtp("b", 1).carrier == call.rtpSlot("b"))
            #expect(call.warnings.isEmpty)
        }

        @Test("bundle=reject is about the offerer: who has a bundle with us keeps it")
        func rejectedOnOneSide() throws {
            var call = Call()
            let first = try call.fromPage(balanced())
            let offer = browser("0 1", [audio(9, transport("b")), video(9, transport("b"))])
            let sent = try call.offer(offer, "b", "a") {
                able(&$0)
                $0.bundle = .reject
            }
            #expect(sent.bundled == ["0", "1"] && sent.port(1) == first.port(0))
            let answer = browser(
                "0 1", version: 2, [audio(9, transport("a", setup: "passive")), video(9, [])])
            let back = try call.answer(answer, "b", "a") {
                able(&$0)
                $0.bundle = .reject
            }
            #expect(back.bundled == nil && back.port(0) != back.port(1))
            #expect(try call.rtp("a", 1).carrier == call.rtpSlot("a"))
        }

        @Test("an offer without the first line moves the receiver's transport under the next")
        func firstLineEndsAtThePeer() throws {
            var call = Call()
            let first = try call.fromPage(balanced())
            let carrier = try call.rtpSlot("a")
            let sent = try call.offer(phone(0, 5_002), "b", "a") {
                able(&$0)
                $0.transportProtocol = .named(dtls)
            }
            #expect(sent.bundled == ["1"] && sent.port(0) == 0)
            #expect(sent.port(1) == first.port(0) && sent.hasTransport(1))
            #expect(sent.iceCredentials(of: 1) == first.iceCredentials(of: 0))
            let answer = browser(
                "1", version: 2, [audio(0, []), video(9, transport("a", setup: "passive"))])
            try call.answer(answer, "b", "a", plain)
            #expect(try call.rtpSlot("a", 1) == carrier)
            #expect(try call.association(1)?.generation == 1)
        }

        @Test("bundle=offer: of several answers one may take the bundle and another not")
        func severalAnswers() throws {
            var call = Call()
            let sent = try call.offer(phone(4_000, 4_002), "a", "b") {
                secured(&$0)
                $0.bundle = .offer
            }
            let mids = try #require(sent.bundled)
            let own = transport("a", setup: "active")
            let together = browser(
                mids.joined(separator: " "),
                [audio(9, own, mid: mids[0]), video(9, [], mid: mids[1])])
            try call.answer(together, "a", "b", plain)
            #expect(try call.rtp("b", 1).carrier == call.rtpSlot("b"))
            let apart = browser(
                nil, version: 2,
                [
                    audio(7_000, own, mid: mids[0]),
                    video(7_002, transport("v", setup: "active"), mid: mids[1]),
                ])
            let back = try call.answer(apart, "a", "b", plain)
            #expect(back.port(1) != 0 && call.warnings.isEmpty)
            #expect(try call.rtp("b", 1).carrier == nil)
            guard case .dtls = try call.rtp("b", 1).protection else {
                Issue.record("the line has an association of its own")
                return
            }
        }

        @Test("bundle=require: who answers without the group has been told no port for the others")
        func requiredInVain() throws {
            var call = Call()
            let sent = try call.offer(phone(4_000, 4_002), "a", "b") {
                secured(&$0)
                $0.bundle = [.offer, .require]
            }
            let mids = try #require(sent.bundled)
            let apart = browser(
                nil,
                [
                    audio(7_000, transport("a", setup: "active"), mid: mids[0]),
                    video(7_002, transport("v", setup: "active"), mid: mids[1]),
                ])
            let back = try call.answer(apart, "a", "b", plain)
            #expect(back.port(0) != 0 && back.port(1) == 0)
            #expect(call.warnings.contains { $0.contains("no port outside of its bundle") })
        }

        @Test("a number that two lines give two meanings keeps the second out of the group")
        func contradictions() throws {
            func group(_ second: [String]) throws -> [String]? {
                var call = Call()
                let lines = [["m=audio 4000 RTP/AVP 96", "a=rtpmap:96 opus/48000/2"], second]
                return try call.offer(Phone.text("198.51.100.7", media: lines), "a", "b") {
                    secured(&$0)
                    $0.bundle = .offer
                }.bundled
            }
            let video = "m=video 4002 RTP/AVP"
            #expect(try group(["\(video) 96", "a=rtpmap:96 VP8/90000"])?.count == 1)
            #expect(try group(["\(video) 97", "a=rtpmap:97 VP8/90000"])?.count == 2)
            #expect(try group(["\(video) 96", "a=rtpmap:96 OPUS/48000/2"])?.count == 2)
            let first = ["m=audio 4000 RTP/AVP 0", "a=extmap:1 urn:a"]
            for (uri, count) in [("urn:a", 2), ("urn:b", 1)] {
                var call = Call()
                let lines = [first, ["\(video) 97", "a=rtpmap:97 VP8/90000", "a=extmap:1 \(uri)"]]
                let sent = try call.offer(Phone.text("198.51.100.7", media: lines), "a", "b") {
                    secured(&$0)
                    $0.bundle = .offer
                }
                #expect(sent.bundled?.count == count)
            }
        }

        @Test("a refused re-offer without the group does not part the lines from their transport")
        func refusedReoffer() throws {
            var call = Call()
            let first = try call.fromPage(balanced())
            let apart = browser(
                nil, version: 2, [audio(7_000, transport("a")), video(7_002, transport("b"))])
            try call.offer(apart, "a", "b", plain)
            let sent = try call.offer(phone(0, 5_002), "b", "a") {
                able(&$0)
                $0.transportProtocol = .named(dtls)
            }
            #expect(sent.port(0) == 0 && sent.port(1) == first.port(0) && sent.hasTransport(1))
            #expect(try call.stream("a", 0).carrier == nil)
        }
    }
}
