import BatonBase
import BatonMedia
import BatonSDP
import Testing

@Suite("Interfaces, advertised addresses and address families (N17)")
struct InterfaceTests {
    private let callee = Phone.audio("198.51.100.8", 5_000)

    @Test("N17: direction names the interface of either side; SDP shows the advertised address")
    func direction() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio()) {
            $0.senderInterface = "priv"
            $0.receiverInterface = "pub"
        }
        let back = try call.answer(callee)
        #expect(sent.connection?.address == "203.0.113.1")
        #expect(back.connection?.address == "10.1.0.1")
        #expect(try call.stream("b").ports?.rtp.address.ip == IPAddress("10.0.0.1"))
        #expect(call.session.parties.map(\.interface) == ["priv", "pub"])
    }

    @Test("N17: interfaces are remembered for re-offers of either side, and ports stay")
    func remembered() throws {
        var call = Call()
        try call.offer(Phone.audio()) {
            $0.senderInterface = "priv"
            $0.receiverInterface = "pub"
        }
        try call.answer(callee)
        let before = call.session.portPairs
        let toCaller = try call.offer(callee, "b", "a")
        try call.answer(Phone.audio(), "b", "a")
        let toCallee = try call.offer(Phone.audio(), "a", "b") {
            $0.senderInterface = "priv"
            $0.receiverInterface = "pub"
        }
        #expect(toCaller.connection?.address == "10.1.0.1")
        #expect(toCallee.connection?.address == "203.0.113.1")
        #expect(call.session.portPairs == before)
    }

    @Test("N17: a re-offer by another interface opens new ports there and closes the old")
    func interfaceChange() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(callee)
        let before = try call.stream("a").ports
        let sent = try call.offer(Phone.audio(), "a", "b") { $0.receiverInterface = "pub" }
        #expect(sent.connection?.address == "203.0.113.1")
        #expect(call.session.portPairs.count == 2)
        #expect(try call.stream("a").ports == before)
        #expect(try call.rtp("a").rtpSink == (try call.stream("b").ports?.rtp.slot))
    }

    @Test("N17: interfaces named in an answer change nothing")
    func answerNamesInterfaces() throws {
        var call = Call()
        try call.offer(Phone.audio())
        let before = call.session.portPairs
        try call.answer(callee) {
            $0.senderInterface = "pub"
            $0.receiverInterface = "pub"
        }
        #expect(call.session.portPairs == before)
    }

    @Test(
        "N17: an unknown interface is replaced by the default one, with a warning that names both")
    func unknownInterface() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio()) { $0.receiverInterface = "nowhere" }
        #expect(sent.connection?.address == "192.0.2.1")
        #expect(call.warnings.count == 1)
        #expect(call.warnings[0].contains("'nowhere'") && call.warnings[0].contains("priv"))
        let ports = call.session.portPairs
        try call.offer(Phone.audio()) { $0.receiverInterface = "nowhere" }
        #expect(call.session.portPairs == ports)
    }

    @Test("N17: internal and external stand for IPv4 and IPv6 when no interface has these names")
    func rtpproxyNames() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio()) {
            $0.senderInterface = "internal"
            $0.receiverInterface = "external"
        }
        #expect(sent.connection?.addressType == "IP6")
        #expect(try call.stream("a").ports?.rtp.address.ip.family == .v4)
    }

    @Test(
        "N17: the receiver sees the sender's family by default",
        arguments: [
            ("198.51.100.7", "IP4"), ("2001:db8:7::7", "IP6"),
        ])
    func defaultFamily(_ ip: String, _ type: String) throws {
        var call = Call()
        let sent = try call.offer(Phone.audio(ip))
        #expect(sent.connection?.addressType == type)
        #expect(call.session.portPairs.allSatisfy { $0.rtp.address.ip.family.sdpName == type })
    }

    @Test("N17: address family converts between IPv4 and IPv6, and is remembered")
    func conversion() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio()) { $0.addressFamily = .v6 }
        let back = try call.answer(Phone.audio("2001:db8:8::8", 5_000))
        #expect(sent.connection == SDPConnection(try #require(IPAddress("2001:db8::1"))))
        #expect(back.connection?.addressType == "IP4")
        #expect(try call.rtp("b").remote == (try address("[2001:db8:8::8]:5000")))
        let before = call.session.portPairs
        let again = try call.offer(Phone.audio(), "a", "b")
        #expect(again.connection?.addressType == "IP6")
        let other = try call.offer(Phone.audio("2001:db8:8::8", 5_000), "b", "a")
        #expect(other.connection?.addressType == "IP4")
        #expect(call.session.portPairs == before)
    }

    @Test("N17: a party that moves to the other family gets ports of that family")
    func familyChange() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(callee)
        try call.offer(Phone.audio("2001:db8:7::7", version: 2), "a", "b")
        let back = try call.answer(callee)
        #expect(back.connection?.addressType == "IP6")
        #expect(try call.stream("b").ports?.rtp.address.ip.family == .v4)
        #expect(call.session.portPairs.count == 2)
    }

    @Test("N17: an answer of a family that the offered port cannot reach is said in a warning")
    func wrongFamilyInAnswer() throws {
        var call = Call()
        try call.offer(Phone.audio())
        try call.answer(Phone.audio("2001:db8:8::8", 5_000))
        #expect(try call.rtp("b").remote == nil)
        #expect(call.warnings.count == 1)
    }

    @Test("N17: where the interface lacks the sender's family, the receiver's side takes the other")
    func familyFallback() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio("2001:db8:7::7")) { $0.receiverInterface = "pub" }
        #expect(sent.connection?.addressType == "IP4")
        let ports = call.session.portPairs
        try call.offer(Phone.audio("2001:db8:7::7")) { $0.receiverInterface = "pub" }
        #expect(call.session.portPairs == ports, "and stays there")
        let failure = #expect(throws: NegotiationError.self) {
            try call.offer(Phone.audio(), "x") {
                $0.receiverInterface = "pub"
                $0.addressFamily = .v6
            }
        }
        #expect(failure?.reason == .outOfPorts)
        #expect(failure?.detail.contains("interface 'pub' has no IPv6 address") == true)
    }

    @Test("N17: media-address stands in the SDP instead of the interface's address")
    func mediaAddress() throws {
        var call = Call()
        let sent = try call.offer(Phone.audio(extra: ["a=rtcp:4001"])) {
            $0.mediaAddress = IPAddress("203.0.113.99")
            $0.replacements = .origin
            $0.rtcpAttribute = .full
        }
        #expect(sent.connection?.address == "203.0.113.99")
        #expect(sent.origin?.address == "203.0.113.99")
        #expect(sent.section(0).contains("a=rtcp:\(sent.port() + 1) IN IP4 203.0.113.99"))
    }
}
