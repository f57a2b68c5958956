import BatonBase
import BatonMedia
import BatonSDP
import Testing

@Suite("Lines that come, go, move and are held (N15, RFC 3264 §8)")
struct StreamChangeTests {
    private let callee = Phone.audio("198.51.100.8", 5_000)
    private let videoCallee = Phone.audioVideo("198.51.100.8", 5_000)

    private func audioCall() throws -> Call {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(callee)
        return call
    }

    private func videoCall(mids: (String, String)? = nil) throws -> Call {
        var call = Call()
        try call.offer(Phone.audioVideo(mids: mids))
        try call.answer(Phone.audioVideo("198.51.100.8", 5_000, mids: mids))
        return call
    }

    @Test("N15: a line added by a re-offer gets ports, the old line keeps its own")
    func addition() throws {
        var call = try audioCall()
        let before = call.session.portPairs
        try call.offer(Phone.audioVideo(), "a", "b")
        try call.answer(videoCallee)
        #expect(call.session.portPairs.count == 4)
        #expect(before.allSatisfy { call.session.portPairs.contains($0) })
        #expect(try call.rtp("a", 1).rtpSink == (try call.stream("b", 1).ports?.rtp.slot))
    }

    @Test("N15: a line removed with port 0 gives its ports back and stays as port 0")
    func removal() throws {
        var call = try videoCall()
        let audio = try call.stream("a", 0).ports
        let sent = try call.offer(Phone.audioVideo(videoPort: 0), "a", "b")
        #expect(sent.port(1) == 0)
        let back = try call.answer(Phone.audioVideo("198.51.100.8", 5_000, videoPort: 0))
        #expect(back.port(1) == 0)
        #expect(try call.stream("a", 0).ports == audio)
        #expect(call.session.portPairs.count == 2)
        try call.offer(Phone.audioVideo(), "a", "b")
        try call.answer(videoCallee)
        #expect(call.session.portPairs.count == 4, "and may come back")
    }

    @Test("N15: a line that the answer rejects gives its ports back on both sides")
    func rejection() throws {
        var call = Call()
        try call.offer(Phone.audioVideo())
        let back = try call.answer(Phone.audioVideo("198.51.100.8", 5_000, videoPort: 0))
        #expect(back.port(1) == 0)
        #expect(back.port(0) != 0)
        #expect(call.session.portPairs.count == 2)
        #expect(try call.stream("a", 1).treatment == .rejected)
    }

    @Test(
        "N15: what the offer refused stays refused, whatever the answer says",
        arguments: [
            "m=message 2855 TCP/MSRP *", "m=audio 5000 RTP/AVP 0",
        ])
    func refusedByOffer(_ line: String) throws {
        var call = Call()
        let refused = line.replacingOccurrence(of: " 2855 ", with: " 0 ")
            .replacingOccurrence(of: " 5000 ", with: " 0 ")
        try call.offer(Phone.text("198.51.100.7", media: [[refused]]))
        let back = try call.answer(Phone.text("198.51.100.8", media: [[line]]))
        #expect(back.section(0)[0] == refused)
        #expect(call.ports.openedPairs == 0)
    }

    @Test("N15: one branch's rejection leaves the offerer's ports to the other branch")
    func rejectionByOneBranch() throws {
        var call = Call()
        try call.offer(Phone.audioVideo()) { $0.viaBranch = "z1" }
        try call.offer(Phone.audioVideo()) { $0.viaBranch = "z2" }
        try call.answer(Phone.audioVideo("198.51.100.8", 5_000, videoPort: 0), "a", "b1") {
            $0.viaBranch = "z1"
        }
        let final = try call.answer(videoCallee, "a", "b2") { $0.viaBranch = "z2" }
        #expect(final.port(1) != 0)
        #expect(try call.rtp("a", 1).rtpSink == (try call.stream("b2", 1).ports?.rtp.slot))
    }

    @Test("N15: a line that one answer refused and a later one accepts is refused, with a warning")
    func acceptedTooLate() throws {
        var call = Call()
        try call.offer(Phone.audioVideo())
        try call.answer(Phone.audioVideo("198.51.100.8", 5_000, videoPort: 0))
        let final = try call.answer(videoCallee)
        #expect(final.port(1) == 0)
        #expect(call.warnings.count == 1)
    }

    @Test("N15: an answer that leaves lines out refuses them")
    func shortAnswer() throws {
        var call = Call()
        try call.offer(Phone.audioVideo())
        let back = try call.answer(callee)
        #expect(back.media.count == 2)
        #expect(back.section(1) == ["m=video 0 RTP/AVP 96"])
        #expect(call.session.portPairs.count == 2)
    }

    @Test("N15: surplus lines of an answer are left out, with a warning")
    func longAnswer() throws {
        var call = Call()
        try call.offer(Phone.audio())
        let back = try call.answer(videoCallee)
        #expect(back.media.count == 1)
        #expect(call.warnings.count == 1)
    }

    @Test("N15: a re-offer that leaves a line out keeps its place as port 0 for the other side")
    func shortReoffer() throws {
        var call = try videoCall()
        let sent = try call.offer(Phone.audio(), "a", "b")
        #expect(sent.media.map(\.port).last == 0)
        #expect(sent.media.count == 2)
        let back = try call.answer(Phone.audioVideo("198.51.100.8", 5_000, videoPort: 0))
        #expect(back.media.count == 1, "the offerer sees what it offered")
        #expect(call.session.portPairs.count == 2)
        for _ in 0..<20 {
            try call.offer(Phone.audioVideo(), "a", "b")
            try call.answer(videoCallee)
            try call.offer(Phone.audio(), "a", "b")
            try call.answer(Phone.audioVideo("198.51.100.8", 5_000, videoPort: 0))
        }
        #expect(call.session.parties[0].streams.count == 2, "the place is used again")
    }

    @Test("N15: a branch that knows fewer lines than the offerer re-offers those it knows")
    func branchWithFewerLines() throws {
        var call = Call()
        try call.offer(Phone.audio()) { $0.viaBranch = "z1" }
        try call.offer(Phone.audio()) { $0.viaBranch = "z2" }
        for (tag, branch) in [("b1", "z1"), ("b2", "z2")] {
            try call.answer(callee, "a", tag) { $0.viaBranch = branch }
        }
        try call.offer(Phone.audioVideo(), "a", "b2")
        try call.answer(videoCallee, "a", "b2")
        let sent = try call.offer(callee, "b1", "a")
        #expect(sent.media.map(\.isRejected) == [false, true], "the offerer has two lines")
        let back = try call.answer(Phone.audioVideo(videoPort: 0), "b1", "a")
        #expect(back.media.count == 1)
        #expect(try call.rtp("a").rtpSink == (try call.stream("b1").ports?.rtp.slot))
    }

    @Test("N15: lines that move take their ports along at every branch")
    func reorderingWithBranches() throws {
        var call = Call()
        let offer = Phone.audioVideo(mids: ("m0", "m1"))
        for branch in ["z1", "z2"] { try call.offer(offer) { $0.viaBranch = branch } }
        for (tag, branch) in [("b1", "z1"), ("b2", "z2")] {
            try call.answer(videoCallee, "a", tag) { $0.viaBranch = branch }
        }
        let video = try call.stream("b1", 1).ports
        let moved = Phone.text(
            "198.51.100.7",
            media: [
                ["m=video 4002 RTP/AVP 96", "a=mid:m1"], ["m=audio 4000 RTP/AVP 0", "a=mid:m0"],
            ])
        try call.offer(moved, "a", "b2")
        #expect(try call.stream("b1", 0).ports == video)
        #expect(try call.stream("b1", 0).kind == "video")
    }

    @Test("N15: lines match by position, and by mid when they have moved")
    func reordering() throws {
        var call = try videoCall(mids: ("m0", "m1"))
        let audio = try call.stream("a", 0).ports
        let video = try call.stream("a", 1).ports
        let facingVideo = try call.stream("b", 1).ports
        let moved = Phone.text(
            "198.51.100.7",
            media: [
                ["m=video 4002 RTP/AVP 96", "a=mid:m1"], ["m=audio 4000 RTP/AVP 0", "a=mid:m0"],
            ])
        let sent = try call.offer(moved, "a", "b")
        #expect(sent.media.map(\.kind) == [.video, .audio])
        #expect(sent.port(0) == facingVideo?.rtp.address.port)
        #expect(try call.stream("a", 0).ports == video)
        #expect(try call.stream("a", 1).ports == audio)
        #expect(try call.rtp("a", 0).remote == (try address("198.51.100.7:4002")))
        let back = try call.answer(
            Phone.text(
                "198.51.100.8", media: [["m=video 5002 RTP/AVP 96"], ["m=audio 5000 RTP/AVP 0"]]))
        #expect(back.port(0) == video?.rtp.address.port)
        #expect(call.session.portPairs.count == 4)
    }

    @Test("N15: a line that changes its type in place keeps its ports")
    func switchToFax() throws {
        var call = try audioCall()
        let before = call.session.portPairs
        let fax = { (ip: String, port: Int) in
            Phone.text(ip, media: [["m=image \(port) udptl t38", "a=T38FaxVersion:0"]])
        }
        let sent = try call.offer(fax("198.51.100.7", 4_000), "a", "b")
        #expect(sent.section(0)[0] == "m=image \(before[1].rtp.address.port) udptl t38")
        try call.answer(fax("198.51.100.8", 5_000))
        #expect(call.session.portPairs == before)
        let configuration = try call.rtp("a")
        #expect(configuration.component == .opaque)
        #expect(configuration.rtpSink == before[1].rtp.slot)
        #expect(configuration.rtcpSink == nil)
        #expect(try call.rtcp("a").rtpSink == nil)
        #expect(try call.rtcp("a").remote == nil)
    }

    @Test(
        "N15: hold by direction passes and blocks nothing",
        arguments: [
            "sendonly", "recvonly", "inactive",
        ])
    func holdByDirection(_ direction: String) throws {
        var call = try audioCall()
        let before = call.session.portPairs
        let sent = try call.offer(Phone.audio(extra: ["a=\(direction)"]), "a", "b")
        #expect(sent.section(0).contains("a=\(direction)"))
        let stream = try call.stream("a")
        #expect(stream.isHeld == (direction != "recvonly"))
        #expect(stream.direction.rawValue == direction)
        #expect(stream.remoteRTP != nil)
        #expect(call.session.portPairs == before)
        #expect(try call.rtp("b").rtpSink != nil)
    }

    @Test("N15: a direction at the session level holds every line that has none of its own")
    func holdAtSessionLevel() throws {
        var call = try audioCall()
        let sent = try call.offer(Phone.audio(session: ["a=sendonly"]), "a", "b")
        #expect(try call.stream("a").isHeld)
        #expect(sent.lines.contains { $0.text == "sendonly" })
        try call.answer(Phone.audio("198.51.100.8", 5_000, extra: ["a=recvonly"]))
        try call.offer(
            Phone.audio(session: ["a=sendonly"], version: 3).replacingFirstMedia(
                with: "a=sendrecv"), "a", "b")
        #expect(try call.stream("a").isHeld == false)
    }

    @Test(
        "N15: hold by c=0.0.0.0 has no destination, and resumes with the same ports",
        arguments: ["0.0.0.0", "::"])
    func holdByZeroAddress(_ zero: String) throws {
        var call = try audioCall()
        let before = call.session.portPairs
        let sent = try call.offer(Phone.audio(zero), "a", "b")
        #expect(try call.stream("a").isHeld)
        #expect(try call.rtp("a").remote == nil)
        #expect(try call.rtcp("a").remote == nil)
        #expect(try call.rtp("a").rtpSink != nil, "what the holder sends is relayed")
        #expect(sent.connection?.address == "0.0.0.0", "in the receiver's own family")
        #expect(sent.section(0).contains("a=sendonly"))
        #expect(sent.port() == before[1].rtp.address.port)
        try call.answer(Phone.audio("198.51.100.8", 5_000, extra: ["a=recvonly"]))
        try call.offer(Phone.audio(version: 4), "a", "b")
        try call.answer(callee)
        #expect(call.session.portPairs == before)
        #expect(try call.rtp("a").remote == (try address("198.51.100.7:4000")))
        #expect(try call.stream("a").isHeld == false)
    }

    @Test("N25: a call is held when every line with RTP is held by one side or the other")
    func heldCall() throws {
        var call = Call()
        #expect(!call.session.isHeld)
        try call.offer(Phone.audioVideo())
        try call.answer(videoCallee)
        #expect(!call.session.isHeld)
        let held = { (ip: String, directions: [String]) in
            Phone.text(
                ip,
                media: [
                    ["m=audio 4000 RTP/AVP 0", "a=\(directions[0])"],
                    ["m=video 4002 RTP/AVP 96", "a=\(directions[1])"],
                ])
        }
        try call.offer(held("198.51.100.7", ["sendonly", "sendrecv"]), "a", "b")
        #expect(!call.session.isHeld, "one line is not")
        try call.answer(held("198.51.100.8", ["recvonly", "inactive"]))
        #expect(call.session.isHeld)
        #expect(call.session.rtpPorts.count == 4)
    }

    @Test("N13: zero-address replaces a zero address by a real one; the hold stays visible")
    func zeroAddressReplaced() throws {
        var call = try audioCall()
        let sent = try call.offer(Phone.audio("0.0.0.0"), "a", "b") {
            $0.replacements = .zeroAddress
        }
        #expect(sent.connection?.address == "192.0.2.1")
        #expect(sent.section(0).contains("a=sendonly"))
    }

    @Test("N15: original-sendrecv leaves direction attributes as they came")
    func originalSendrecv() throws {
        var call = try audioCall()
        let sent = try call.offer(Phone.audio("0.0.0.0", extra: ["a=sendrecv"]), "a", "b") {
            $0.flags = .originalSendrecv
        }
        #expect(sent.section(0).contains("a=sendrecv"))
        #expect(!sent.section(0).contains("a=sendonly"))
        let plain = try call.offer(Phone.audio("0.0.0.0", extra: ["a=recvonly"]), "a", "b")
        #expect(plain.section(0).filter { $0 == "a=inactive" }.count == 1)
        #expect(!plain.section(0).contains("a=recvonly"))
    }

    @Test("N15: generate-mid adds unique mids, which the answer to the offerer does not show")
    func generateMid() throws {
        var call = Call()
        let offer = Phone.text(
            "198.51.100.7",
            media: [["m=audio 4000 RTP/AVP 0", "a=mid:2"], ["m=video 4002 RTP/AVP 96"]])
        let sent = try call.offer(offer) { $0.flags = .generateMid }
        #expect(sent.media.map(\.mid) == ["2", "b2"])
        let answer = Phone.text(
            "198.51.100.8",
            media: [
                ["m=audio 5000 RTP/AVP 0", "a=mid:2"], ["m=video 5002 RTP/AVP 96", "a=mid:b2"],
            ])
        let back = try call.answer(answer)
        #expect(back.media.map(\.mid) == ["2", nil])
        let again = try call.offer(offer, "a", "b") { $0.flags = .generateMid }
        #expect(again.media.map(\.mid) == ["2", "b2"])
        var plain = Call()
        try plain.offer(offer)
        let added = try plain.answer(
            Phone.text(
                "198.51.100.8", media: [["m=audio 5000 RTP/AVP 0"], ["m=video 5002 RTP/AVP 96"]])
        ) { $0.flags = .generateMid }
        #expect(added.media.map(\.mid) == ["2", nil])
    }
}

extension String {
    /// This text with the first `old` replaced by `new`.
    func replacingOccurrence(of old: String, with new: String) -> String {
        let parts = split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        return parts.joined(separator: new)
    }
}
