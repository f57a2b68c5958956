import BatonBase
import BatonMedia
import BatonSDP
import Testing

@Suite("Whom a port listens to and where it sends (N22, N23, signalling side)")
struct LearningTests {
    private let callee = Phone.audio("198.51.100.8", 5_000)
    private let source = IPAddress(v4: 0xcb00_7105)

    @Test("N23: the candidates are the signalled IP and the one the message came from")
    func receivedFrom() throws {
        var call = Call()
        try call.offer(Phone.audio()) { $0.receivedFrom = source }
        try call.answer(callee) { $0.receivedFrom = source }
        #expect(try call.rtp("a").remote == (try address("198.51.100.7:4000")))
        #expect(try call.rtp("a").sourcePolicy.receivedFrom == source)
        #expect(try call.rtcp("a").sourcePolicy.receivedFrom == source)
        #expect(try call.rtp("a").sourcePolicy.permitsAnyAddress == false)
    }

    @Test("N22: trust-address leaves the signalled IP only")
    func trustAddress() throws {
        var call = Call()
        try call.offer(Phone.audio()) {
            $0.receivedFrom = source
            $0.addressTrust = .descriptionOnly
        }
        try call.answer(callee)
        #expect(try call.rtp("a").sourcePolicy.receivedFrom == nil)
        #expect(try call.rtp("a").remote == (try address("198.51.100.7:4000")))
    }

    @Test("N22: SIP-source-address takes the IP of received-from and the SDP's ports")
    func sipSourceAddress() throws {
        var call = Call()
        try call.offer(Phone.audio(extra: ["a=rtcp:4777 IN IP4 10.9.9.9"])) {
            $0.receivedFrom = source
            $0.addressTrust = .receivedFrom
        }
        try call.answer(callee)
        #expect(try call.rtp("a").remote == SocketAddress(ip: source, port: 4_000))
        #expect(try call.rtcp("a").remote == SocketAddress(ip: source, port: 4_777))
    }

    @Test("N22: SIP-source-address does not undo a hold by a zero address")
    func sipSourceAndHold() throws {
        var call = Call()
        try call.offer(Phone.audio("0.0.0.0")) {
            $0.receivedFrom = source
            $0.addressTrust = .receivedFrom
        }
        try call.answer(callee)
        #expect(try call.rtp("a").remote == nil)
    }

    @Test("N22: a media-level c= stands above the session's")
    func mediaLevelConnection() throws {
        var call = Call()
        try call.offer(
            Phone.audio("10.0.0.9", extra: []).replacingFirstMedia(
                with: "c=IN IP4 198.51.100.77"))
        try call.answer(callee)
        #expect(try call.rtp("a").remote == (try address("198.51.100.77:4000")))
    }

    @Test("N22: the flags of a message set the policy of its sender only")
    func flags() throws {
        var call = Call()
        try call.offer(Phone.audio()) {
            $0.flags = [.strictSource, .mediaHandover, .asymmetric, .pierceNAT, .unidirectional]
            $0.learning = .immediate
            $0.permitsAnyAddress = true
        }
        try call.answer(callee) { $0.flags = .portLatching }
        let policy = try call.rtp("a").sourcePolicy
        #expect(policy.strictSource && policy.mediaHandover && policy.isAsymmetric)
        #expect(policy.learning == .immediate && policy.permitsAnyAddress)
        #expect(try call.rtp("a").piercesNAT)
        #expect(try call.rtp("b").sourcePolicy == SourcePolicy())
        #expect(try call.rtp("b").piercesNAT == false)
        try call.offer(Phone.audio(version: 2), "a", "b")
        let later = try call.rtp("a").sourcePolicy
        #expect(later.learning == .immediate, "the way of learning stays")
        #expect(!later.strictSource, "flags hold until the next message of the party")
    }

    @Test(
        "N22: each way of learning reaches the port",
        arguments: [
            EndpointLearning.heuristic, .delayed, .immediate, .off,
        ])
    func ways(_ learning: EndpointLearning) throws {
        var call = Call()
        try call.offer(Phone.audio()) { $0.learning = learning }
        #expect(try call.rtp("a").sourcePolicy.learning == learning)
        try call.answer(callee) { $0.defaultLearning = learning }
        #expect(try call.rtp("b").sourcePolicy.learning == learning)
    }

    @Test(
        "N22: port-latching and unidirectional ask for what always is: nothing differs with them",
        arguments: [SignallingFlags.portLatching, .unidirectional])
    func noOps(_ flag: SignallingFlags) throws {
        var (plain, flagged) = (Call(), Call())
        for (sdp, isOffer) in [
            (Phone.audio(), true), (callee, false),
            (Phone.audio("198.51.100.77", 4_400, version: 2), true), (callee, false),
        ] {
            if isOffer {
                let expected = try plain.offer(sdp, "a", "b")
                #expect(try flagged.offer(sdp, "a", "b") { $0.flags = flag } == expected)
            } else {
                let expected = try plain.answer(sdp)
                #expect(try flagged.answer(sdp) { $0.flags = flag } == expected)
            }
            #expect(flagged.configurations == plain.configurations)
        }
        #expect(try flagged.rtp("a").remote == (try address("198.51.100.77:4400")))
        #expect(flagged.ports.open.count == 4, "a new remote port moves no local one")
    }

    @Test("N23: a re-offer opens learning anew, of the party that sent it, even if unchanged")
    func reofferReopens() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(callee)
        let (a, b) = (try call.stream("a"), try call.stream("b"))
        try call.offer(Phone.audio(), "a", "b")
        #expect(try call.stream("a").learningGeneration == a.learningGeneration + 1)
        #expect(try call.stream("b").learningGeneration == b.learningGeneration)
        try call.answer(callee)
        #expect(try call.stream("b").learningGeneration == b.learningGeneration + 1)
        #expect(try call.rtcp("b").learningGeneration == b.learningGeneration + 1)
    }

    @Test("N23: a repeated message of the same round opens nothing")
    func repetitionOpensNothing() throws {
        var call = Call()
        try call.offer(Phone.audio())
        let first = try call.stream("a").learningGeneration
        try call.offer(Phone.audio())
        try call.offer(Phone.audio()) { $0.viaBranch = "z1" }
        #expect(try call.stream("a").learningGeneration == first)
        try call.answer(callee)
        let answered = try call.stream("b").learningGeneration
        try call.answer(callee)
        #expect(try call.stream("b").learningGeneration == answered)
    }

    @Test("N23: a changed offer before the answer is a new round")
    func changedOffer() throws {
        var call = Call()
        try call.offer(Phone.audio())
        let first = try call.stream("a").learningGeneration
        try call.offer(Phone.audio("198.51.100.7", 4_002))
        #expect(try call.stream("a").learningGeneration == first + 1)
    }

    @Test("N23: a hold by zero address opens nothing; the resume does")
    func holdKeepsLearning() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(callee)
        let first = try call.stream("a").learningGeneration
        try call.offer(Phone.audio("0.0.0.0"), "a", "b")
        #expect(try call.stream("a").learningGeneration == first)
        try call.answer(callee)
        try call.offer(Phone.audio(version: 3), "a", "b")
        #expect(try call.stream("a").learningGeneration == first + 1)
    }

    @Test("N22: 'reset' opens the receiver's learning too")
    func reset() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(callee)
        let generation = try call.stream("b").learningGeneration
        try call.offer(Phone.audio(), "a", "b") { $0.flags = .reset }
        #expect(try call.stream("b").learningGeneration == generation + 1)
    }

    @Test("N12: nothing is sent to a multicast address, with a warning")
    func multicast() throws {
        var call = Call()
        try call.offer(Phone.audio("224.2.1.1/127"))
        #expect(try call.rtp("a").remote == nil)
        #expect(try call.stream("a").isHeld == false)
        #expect(call.warnings.count == 1)
    }

    @Test(
        "N12: a host name is not resolved: the source of the message is taken, unless not trusted")
    func hostName() throws {
        var call = Call()
        let named = Phone.audio().replacingLine("c=", with: "c=IN IP4 phone.example")
        try call.offer(named) { $0.receivedFrom = source }
        #expect(try call.rtp("a").remote == SocketAddress(ip: source, port: 4_000))
        #expect(throws: NegotiationError.self) {
            try call.offer(named) {
                $0.receivedFrom = source
                $0.addressTrust = .descriptionOnly
            }
        }
    }

    @Test("N15: the zero address of an ICE agent without candidates is no hold")
    func iceWithoutCandidates() throws {
        var call = Call()
        let sent = try call.offer(
            Phone.audio("0.0.0.0", 9, extra: ["a=ice-ufrag:x", "a=sendrecv"]))
        #expect(try call.stream("a").isHeld == false)
        #expect(try call.rtp("a").remote == nil)
        #expect(sent.connection?.address == "192.0.2.1")
        #expect(sent.section(0).contains("a=sendrecv"))
    }
}

extension String {
    /// This description with `line` behind its first `m=` line.
    func replacingFirstMedia(with line: String) -> String {
        guard let media = range(of: "m="),
            let end = self[media.lowerBound...].firstIndex(of: "\r\n")
        else { return self }
        return String(self[...end]) + line + "\r\n" + self[index(after: end)...]
    }

    private func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) {
                return start..<index(start, offsetBy: text.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
