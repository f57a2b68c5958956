import BatonBase
import BatonICE
import BatonSDP
import Testing

@testable import BatonMedia

private func credentials(_ letter: String) -> [String] {
    ["a=ice-ufrag:\(letter)uf1", "a=ice-pwd:\(String(repeating: letter, count: 24))"]
}

private let mux = ["a=rtcp-mux"]

private func caller(
    _ lines: [String] = credentials("a") + mux, version: Int = 1
) -> String {
    Phone.audio(extra: lines, version: version)
}

private func callee(_ lines: [String] = credentials("b") + mux) -> String {
    Phone.audio("198.51.100.9", 5_000, extra: lines)
}

/// A call between dual-stack interfaces: 192.0.2.1 has a second IPv4 address and one of IPv6.
private func dualStackCall() -> Call {
    var call = Call()
    call.ports.further["default"] = ["192.0.2.1", "2001:db8::1", "192.0.2.2"]
    return call
}

extension SessionDescription {
    /// The candidates of the section as address and component.
    fileprivate func shown(_ section: Int = 0) -> [String] {
        media[section].candidates.map { "\($0.address) \($0.component)" }
    }
}

extension Call {
    /// How many doors each party's line has.
    fileprivate func doors(_ index: Int = 0) -> [Int] {
        session.parties.map { $0.streams[index].doors.count }
    }
}

@Suite("Host candidates at every address of an interface (RFC 8445 §5.1.1.1)")
struct DoorNegotiationTests {
    private let all = ["192.0.2.1 1", "2001:db8::1 1", "192.0.2.2 1"]

    @Test("each address is a candidate towards both parties; m= and c= name the first")
    func candidates() throws {
        var call = dualStackCall()
        let sent = try call.offer(caller()) { $0.rtcpMux = .require }
        #expect(sent.shown() == all)
        let back = try call.answer(callee())
        #expect(back.shown() == all)
        #expect(call.doors() == [2, 2])
        for (sdp, tag) in [(sent, "b"), (back, "a")] {
            let stream = try call.stream(tag)
            #expect(sdp.port() == stream.ports?.rtp.address.port)
            #expect(sdp.all.contains("c=IN IP4 192.0.2.1"))
            let ports = sdp.media[0].candidates.map(\.port)
            let own = try #require(stream.ports)
            #expect(ports == ([own] + stream.doors).map(\.rtp.address.port))
            let bases = try call.rtp(tag).ice?.localCandidates.map(\.base)
            #expect(bases == ([own] + stream.doors).map { Int($0.rtp.slot.index) })
        }
    }

    @Test("RFC 8421 §4, RFC 8445 §5.1.1.3: IPv6 first, then in order; each its foundation")
    func priorities() throws {
        var call = dualStackCall()
        let sent = try call.offer(caller(credentials("a")))
        #expect(sent.shown() == all.flatMap { [$0, String($0.dropLast()) + "2"] })
        let found = sent.media[0].candidates
        #expect(Set(found.map { "\($0.foundation) \($0.address)" }).count == 3)
        #expect(Set(found.map(\.foundation)).count == 3)
        let byPriority = found.sorted { $0.priority > $1.priority }.filter { $0.component == 1 }
        #expect(byPriority.map(\.address) == ["2001:db8::1", "192.0.2.1", "192.0.2.2"])
        #expect(Set(found.map(\.priority)).count == found.count, "§5.1.2: each its own")
        let preferences = byPriority.map { $0.priority >> 8 & 0xffff }
        #expect(preferences == [65_535, 65_534, 65_533])
    }

    @Test("a door is told whose it is, once, before its owner's candidates name it")
    func configurations() throws {
        var call = dualStackCall()
        try call.offer(caller())
        let stream = try call.stream("a")
        let own = try #require(stream.ports)
        for door in stream.doors {
            #expect(call.configurations[door.rtp.slot]?.doorOf == own.rtp.slot)
            #expect(call.configurations[door.rtcp.slot]?.doorOf == own.rtcp.slot)
        }
        let order = call.lastCommands.compactMap { command -> PortSlot? in
            if case .configure(let slot, _) = command { slot } else { nil }
        }
        let doors = stream.doors.flatMap { [$0.rtp.slot, $0.rtcp.slot] }
        #expect(Array(order.prefix(6)) == doors + [own.rtp.slot, own.rtcp.slot])
        try call.answer(callee())
        let told = call.lastCommands.filter { command in
            if case .configure(_, let configuration) = command {
                configuration.doorOf != nil
            } else {
                false
            }
        }
        #expect(told.isEmpty)
    }

    @Test("the party's candidates of every family that there is an address for are kept")
    func families() throws {
        let lines =
            credentials("a") + mux + [
                "a=candidate:1 1 UDP 2113937151 198.51.100.7 4000 typ host",
                "a=candidate:2 1 UDP 2113937150 2001:db8::7 4000 typ host",
            ]
        var call = dualStackCall()
        try call.offer(caller(lines))
        try call.answer(callee())
        #expect(try call.rtp("a").ice?.remote?.candidates.count == 2)
        call = Call()
        try call.offer(caller(lines))
        try call.answer(callee())
        #expect(try call.rtp("a").ice?.remote?.candidates.map(\.address.ip.family) == [.v4])
    }

    @Test("without ICE no door is opened; without it in the answer they are closed")
    func closes() throws {
        var call = dualStackCall()
        try call.offer(caller([]))
        #expect(call.doors() == [0, 0] && call.ports.openedPairs == 2)
        call = dualStackCall()
        try call.offer(caller([]), "a", "b") { $0.security.ice = .force }
        #expect(call.session.portPairs.count == 4 && call.session.streamPairs.count == 2)
        try call.answer(callee([]))
        #expect(call.doors() == [0, 0])
        call = dualStackCall()
        try call.offer(caller(), "a", "b")
        try call.answer(callee()) { $0.security.ice = .remove }
        #expect(try call.stream("a").doors.isEmpty && call.stream("b").doors.count == 2)
        call = dualStackCall()
        try call.offer(caller(), "a", "b") { $0.security.ice = .remove }
        #expect(try call.stream("a").doors.count == 2)
        #expect(call.ports.openedPairs == 4, "the receiver gets none")
    }

    @Test("a refused line and the session's end give the doors back")
    func ends() throws {
        var call = dualStackCall()
        try call.offer(caller())
        try call.answer(callee().replacing("m=audio 5000", with: "m=audio 0"))
        #expect(call.ports.open.isEmpty)
        call = dualStackCall()
        try call.offer(caller())
        try call.answer(callee())
        #expect(call.ports.open.count == 12)
        call.end()
        #expect(call.ports.open.isEmpty)
    }

    @Test("a re-offer keeps the doors; a change of the interface or the family brings others")
    func reoffers() throws {
        var call = dualStackCall()
        try call.offer(caller())
        try call.answer(callee())
        let before = call.session.portPairs
        try call.offer(caller(version: 2), "a", "b")
        try call.answer(callee())
        try call.offer(callee(), "b", "a")
        try call.answer(caller(version: 3), "b", "a")
        #expect(call.session.portPairs == before)
        call.ports.further["pub"] = ["10.0.0.2"]
        let moved = try call.offer(caller(version: 4), "a", "b") { $0.receiverInterface = "pub" }
        #expect(moved.shown() == ["203.0.113.1 1", "10.0.0.2 1"])
        #expect(try call.stream("a").doors.allSatisfy { before.contains($0) })
        let other = try call.offer(caller(version: 5), "a", "b") {
            $0.receiverInterface = "default"
            $0.addressFamily = .v6
        }
        #expect(other.shown() == ["2001:db8::1 1", "192.0.2.1 1", "192.0.2.2 1"])
    }

    @Test("ICE that a re-offer takes away and another brings back has doors of its own")
    func comesAndGoes() throws {
        var call = dualStackCall()
        try call.offer(caller())
        try call.answer(callee())
        try call.offer(caller([], version: 2), "a", "b") { $0.security.ice = .remove }
        #expect(call.doors() == [2, 0])
        try call.answer(callee([]))
        #expect(call.doors() == [0, 0])
        try call.offer(caller(version: 3), "a", "b")
        try call.answer(callee())
        #expect(call.doors() == [2, 2])
        #expect(try call.rtp("a").ice?.localCandidates.count == 3)
    }

    @Test("ICE that a later answer brings goes on with the candidates that it began with")
    func laterAnswer() throws {
        var call = dualStackCall()
        try call.offer(caller(), "a", "b")
        try call.answer(callee([]))
        try call.answer(callee())
        let first = try call.rtp("b").ice?.localCandidates
        #expect(first?.count == 1)
        try call.offer(caller(version: 2), "a", "b")
        #expect(try call.rtp("b").ice?.localCandidates == first)
        #expect(call.doors() == [2, 0])
    }

    @Test("an address without ports is passed over, and stays so while ICE goes on")
    func exhaustion() throws {
        var call = dualStackCall()
        call.ports.exhausted = ["2001:db8::1"]
        let sent = try call.offer(caller()) { $0.rtcpMux = .require }
        #expect(sent.shown() == ["192.0.2.1 1", "192.0.2.2 1"])
        try call.answer(callee())
        call.ports.exhausted = []
        let again = try call.offer(caller(version: 2), "a", "b") { $0.rtcpMux = .require }
        #expect(again.shown() == sent.shown(), "candidates change with ICE alone")
        call = dualStackCall()
        call.ports.left = 3
        try call.offer(caller())
        #expect(call.session.streamPairs.count == 2 && call.session.portPairs.count == 3)
        #expect(call.warnings.isEmpty)
    }

    @Test("doors take no ports that a line of the call needs")
    func order() throws {
        var call = dualStackCall()
        call.ports.left = 5
        let ice = credentials("a") + mux
        try call.offer(
            Phone.text(
                "198.51.100.7",
                media: [
                    ["m=audio 4000 RTP/AVP 0"] + ice,
                    ["m=video 4002 RTP/AVP 96", "a=rtpmap:96 VP8/90000"] + ice,
                ]))
        #expect(call.session.streamPairs.count == 4 && call.session.portPairs.count == 5)
    }

    @Test("no more doors than the limit")
    func limit() throws {
        var call = Call()
        call.ports.further["default"] = (2...9).map { "192.0.2.\($0)" }
        let sent = try call.offer(caller()) { $0.rtcpMux = .require }
        #expect(sent.shown().count == 1 + SessionLimits().doors)
    }

    @Test("RFC 9143: of lines that share ports, the carrier alone keeps its doors")
    func bundle() throws {
        func lines(_ letter: String, _ port: Int, _ version: Int = 1) -> String {
            let ice = credentials(letter) + mux
            return Phone.text(
                "198.51.100.7", session: ["a=group:BUNDLE 0 1"], version: version,
                media: [
                    ["m=audio \(port) RTP/AVP 0", "a=mid:0"] + ice,
                    ["m=video \(port) RTP/AVP 96", "a=rtpmap:96 VP8/90000", "a=mid:1"] + ice,
                ])
        }
        var call = dualStackCall()
        try call.offer(lines("a", 4_000), "a", "b")
        #expect(call.doors(0) == [2, 2] && call.doors(1) == [2, 2])
        try call.answer(Phone.audioVideo("198.51.100.9", 5_000))
        let party = try #require(call.session.party(tag: "a"))
        for (index, stream) in party.streams.enumerated() {
            #expect(stream.doors.count == (stream.carrier == nil ? 2 : 0), "\(index)")
        }
    }
}
