import BatonBase
import BatonCrypto
import BatonSDP
import Testing

@testable import BatonMedia

/// What a party says of the transport of a line, or of a group.
private func transport(_ name: String, setup: String = "actpass") -> [String] {
    let fingerprint = SDPFingerprint(.sha256, digest: [UInt8](repeating: 0xaa, count: 32))
    return [
        "a=ice-ufrag:\(name)\(name)\(name)\(name)", "a=ice-pwd:\(name)aaaaaaaaaaaaaaaaaaaaaaaa",
        String(decoding: fingerprint.attribute.line.bytes, as: UTF8.self), "a=setup:\(setup)",
    ]
}

private let midMap = "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid"
private let dtls = "UDP/TLS/RTP/SAVPF"

private func audio(_ port: Int = 9, _ lines: [String], mid: String = "0") -> [String] {
    ["m=audio \(port) \(dtls) 0", "a=mid:\(mid)", "a=rtcp-mux", midMap] + lines
}

private func video(_ port: Int = 9, _ lines: [String], mid: String = "1") -> [String] {
    ["m=video \(port) \(dtls) 96", "a=rtpmap:96 VP8/90000", "a=mid:\(mid)", "a=rtcp-mux", midMap]
        + ["a=ssrc:11 cname:x", "a=ssrc:11 msid:y", "a=ssrc:12 cname:x"] + lines
}

private func browser(_ group: String?, version: Int = 1, _ sections: [[String]]) -> String {
    Phone.text(
        "0.0.0.0", session: group.map { ["a=group:BUNDLE \($0)"] } ?? [], version: version,
        media: sections)
}

/// A page with the policy "balanced": every line can stand alone.
private func balanced(version: Int = 1) -> String {
    browser("0 1", version: version, [audio(9, transport("a")), video(9, transport("a"))])
}

/// What it offers once the lines are one bundle: the first speaks for all.
private func later(_ version: Int = 2, group: String = "0 1") -> String {
    browser(group, version: version, [audio(9, transport("a")), video(9, [])])
}

/// A page with the policy "max-bundle".
private let maxBundle = browser(
    "0 1", [audio(9, transport("a")), video(0, ["a=bundle-only"])])

private func phone(_ audioPort: Int = 5_000, _ videoPort: Int = 5_002) -> String {
    Phone.text(
        "198.51.100.9",
        media: [
            ["m=audio \(audioPort) RTP/AVP 0"],
            ["m=video \(videoPort) RTP/AVP 96", "a=rtpmap:96 VP8/90000"],
        ])
}

private func plain(_ options: inout SignallingOptions) {
    able(&options)
    options.transportProtocol = .named("RTP/AVP")
    options.security.ice = .remove
    options.rtcpMux = [.demux]
}

private func able(_ options: inout SignallingOptions) {
    options.capabilities.fingerprints = [
        SDPFingerprint(.sha256, digest: [UInt8](repeating: 1, count: 32))
    ]
}

private func secured(_ options: inout SignallingOptions) {
    able(&options)
    options.transportProtocol = .named(dtls)
    options.security.ice = .force
}

extension SessionDescription {
    /// The mids of the group, `nil` without one.
    fileprivate var bundled: [String]? { bundleGroups.first?.mids }

    /// Whether the section says where its packets go and how they are protected.
    fileprivate func hasTransport(_ section: Int) -> Bool {
        let names = ["ice-ufrag", "ice-pwd", "candidate", "fingerprint", "setup"]
        let found = names.filter { media[section].hasAttribute(named: $0) }
        #expect(found.isEmpty || found == names, "all of it, or nothing")
        return !found.isEmpty
    }
}

extension Call {
    /// A call of a page to a plain phone; gives what the page is answered.
    fileprivate mutating func fromPage(
        _ offer: String, _ answer: String = phone(),
        _ change: (inout SignallingOptions) -> Void = { _ in }
    ) throws -> SessionDescription {
        try self.offer(offer, "a", "b") {
            plain(&$0)
            change(&$0)
        }
        return try self.answer(answer, "a", "b") {
            able(&$0)
            change(&$0)
        }
    }

    fileprivate func association(_ index: Int = 0) throws -> DTLSParameters? {
        guard case .dtls(let parameters) = try rtp("a", index).protection else { return nil }
        return parameters
    }
}

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

    @Test("a bundle-only line is offered with a port of its own and answered on that of its group")
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

    @Test("bundle=offer: every line has a port and mid of its own, the answer puts them together")
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

    @Test("lines that a re-offer has moved stay with their carrier")
    func moved() throws {
        var call = Call()
        let first = try call.fromPage(balanced())
        let (carrier, shared) = (try call.rtpSlot("a"), try call.rtpSlot("a", 1))
        let swapped = browser("0 1", version: 2, [video(9, []), audio(9, transport("a"))])
        let answer = Phone.text(
            "198.51.100.9",
            media: [
                ["m=video 5002 RTP/AVP 96", "a=rtpmap:96 VP8/90000"], ["m=audio 5000 RTP/AVP 0"],
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
            "a=ice-ufrag:aaaa\r\na=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaaa\r\nm=video 9 \(dtls) 96\r\n"
            + "a=mid:1\r\na=candidate:1 1 udp 2130706431 192.0.2.9 4000 typ host\r\n"
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
