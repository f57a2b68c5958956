import BatonBase
import BatonMedia
import BatonSDP
import Testing

@Suite("Manipulations and notes on demand (N21)")
struct ManipulationTests {
    private func edited(
        _ sdp: String, _ edits: [AttributeEdit]
    ) throws -> SessionDescription {
        var call = Call()
        return try call.offer(sdp) { $0.attributeEdits = edits }
    }

    @Test("N21: sdp-attr add appends, and adds nothing twice")
    func add() throws {
        let sent = try edited(
            Phone.audioVideo(),
            [
                .init(.session, .add("tool:baton")), .init(.session, .add("tool:baton")),
                .init(.media("audio"), .add("ptime:20")), .init(.everywhere, .add("x")),
                .init(.media("audio"), .add("")),
            ])
        #expect(sent.attributes.map(\.text) == ["tool:baton", "x"])
        #expect(sent.section(0).suffix(2) == ["a=ptime:20", "a=x"])
        #expect(!sent.section(1).contains("a=ptime:20"))
        #expect(sent.section(1).last == "a=x")
    }

    @Test(
        "N21: sdp-attr remove matches by name, by name and tag, or by the whole text",
        arguments: [
            ("rtpmap", 0), ("rtpmap:101", 1), ("rtpmap:101 telephone-event/8000", 1),
            ("rtpmap:10", 2),
            ("rtp", 2), ("", 2),
        ])
    func remove(_ pattern: String, _ left: Int) throws {
        let sent = try edited(Phone.audio(), [.init(.media("audio"), .remove(pattern))])
        #expect(sent.media[0].attributes(named: "rtpmap").count == left)
    }

    @Test("N21: sdp-attr substitute replaces in place, or removes")
    func substitute() throws {
        let sent = try edited(
            Phone.audio(extra: ["a=ptime:20", "a=last"], session: ["a=sendrecv"]),
            [
                .init(.session, .substitute("sendrecv", with: "sendonly")),
                .init(.media("audio"), .substitute("ptime:20", with: "ptime:40")),
                .init(.media("audio"), .substitute("rtpmap:8", with: "")),
                .init(.media("video"), .substitute("last", with: "never")),
            ])
        #expect(sent.attributes.map(\.text) == ["sendonly"])
        #expect(
            sent.section(0).dropFirst() == [
                "a=rtpmap:101 telephone-event/8000", "a=ptime:40", "a=last",
            ])
    }

    @Test("N21: an edit cannot smuggle in another line")
    func lineBreaks() throws {
        let sent = try edited(
            Phone.audio(), [.init(.session, .add("x\r\nm=audio 1 RTP/AVP 0\r\nc=IN IP4 10.0.0.1"))])
        #expect(sent.media.count == 1)
        #expect(sent.all.filter { $0.hasPrefix("c=") }.count == 1)
    }

    @Test("N21: sdp-media-remove takes a line out of the offer and back as port 0 in the answer")
    func mediaRemove() throws {
        var call = Call()
        let sent = try call.offer(Phone.audioVideo()) { $0.removedMediaKinds = ["video"] }
        #expect(sent.media.map(\.kind) == [.audio])
        let back = try call.answer(Phone.audio("198.51.100.8", 5_000))
        #expect(back.media.map(\.kind) == [.audio, .video])
        #expect(back.section(1) == ["m=video 0 RTP/AVP 96"])
        #expect(call.session.portPairs.count == 2)
    }

    @Test("N21: a removed line in front of others keeps the lines of both sides together")
    func mediaRemoveInFront() throws {
        var call = Call()
        let sent = try call.offer(Phone.audioVideo()) { $0.removedMediaKinds = ["audio"] }
        #expect(sent.media.map(\.kind) == [.video])
        let video = Phone.text("198.51.100.8", media: [["m=video 5002 RTP/AVP 96"]])
        let back = try call.answer(video)
        #expect(back.port(0) == 0 && back.port(1) != 0)
        #expect(try call.rtp("a", 1).rtpSink == (try call.stream("b", 1).ports?.rtp.slot))
        let toCaller = try call.offer(video, "b", "a")
        #expect(toCaller.media.map(\.kind) == [.audio, .video])
        #expect(toCaller.port(0) == 0)
        let toCallee = try call.answer(Phone.audioVideo(), "b", "a")
        #expect(toCallee.media.map(\.kind) == [.video])
        let again = try call.offer(Phone.audioVideo(), "a", "b")
        #expect(again.media.map(\.kind) == [.video], "what was never shown stays out")
    }

    @Test("N21: a line that was shown before is removed as port 0")
    func mediaRemoveLater() throws {
        var call = Call()
        try call.offer(Phone.audioVideo())
        try call.answer(Phone.audioVideo("198.51.100.8", 5_000))
        let sent = try call.offer(Phone.audioVideo(), "a", "b") { $0.removedMediaKinds = ["video"] }
        #expect(sent.media.count == 2)
        #expect(sent.port(1) == 0)
        #expect(call.session.portPairs.count == 2)
    }

    @Test("N21: sdp-media-remove 'other' means types without a registered name")
    func mediaRemoveOther() throws {
        var call = Call()
        let sent = try call.offer(
            Phone.text(
                "198.51.100.7", media: [["m=smell 9 TCP *"], ["m=audio 4000 RTP/AVP 0"]])
        ) { $0.removedMediaKinds = ["other"] }
        #expect(sent.media.map(\.kind) == [.audio])
    }

    @Test(
        "N21: loop-protect marks the SDP; one with our own mark passes untouched and costs nothing")
    func loopProtect() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio()) {
            $0.flags = .loopProtect
            $0.instanceName = "one"
        }
        #expect(sent.attributes.map(\.text) == ["baton:one"])
        var looped = Call()
        let same = try looped.offer(sent.description) {
            $0.flags = .loopProtect
            $0.instanceName = "one"
        }
        #expect(same == sent)
        #expect(looped.session.parties.isEmpty && looped.ports.openedPairs == 0)
        let other = try looped.offer(sent.description) {
            $0.flags = .loopProtect
            $0.instanceName = "two"
        }
        #expect(other.attributes.map(\.text) == ["baton:one", "baton:two"])
        #expect(looped.ports.openedPairs == 2)
        let unasked = try looped.offer(sent.description, "x") { $0.instanceName = "one" }
        #expect(unasked != sent, "without the flag the mark means nothing")
    }

    @Test("N21: label, metadata and TOS are kept with the session")
    func notes() throws {
        var call = Call()
        try call.offer(Phone.audio()) {
            $0.label = "caller"
            $0.receiverLabel = "callee"
            $0.metadata = "x:y"
            $0.typeOfService = 184
        }
        #expect(call.session.parties.map(\.label) == ["caller", "callee"])
        #expect(call.session.metadata == "x:y" && call.session.typeOfService == 184)
        try call.answer(Phone.audio("198.51.100.8", 5_000)) {
            $0.label = "desk"
            $0.metadata = String(repeating: "m", count: 9_000)
        }
        #expect(call.session.parties[1].label == "desk")
        #expect(call.session.metadata == "x:y", "too long: the old one stays")
        #expect(call.warnings.count == 1)
        #expect(call.session.typeOfService == 184)
    }
}
