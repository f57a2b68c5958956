import BatonCrypto
import BatonSDP
import Testing

@testable import BatonMedia

private func fingerprint(
    _ byte: UInt8, _ function: SDPFingerprint.HashFunction = .sha256
) -> SDPFingerprint {
    let count = function == .sha512 ? 64 : function == .sha1 ? 20 : 32
    return SDPFingerprint(function, digest: [UInt8](repeating: byte, count: count))
}

/// The lines of a party's handshake.
private func handshake(
    _ setup: String?, _ byte: UInt8 = 0xaa, tlsID: String? = nil
) -> [String] {
    [String(decoding: fingerprint(byte).attribute.line.bytes, as: UTF8.self)]
        + (setup.map { ["a=setup:\($0)"] } ?? []) + (tlsID.map { ["a=tls-id:\($0)"] } ?? [])
}

private let key =
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"

private let dtls = "UDP/TLS/RTP/SAVPF"

private func browser(
    _ lines: [String], version: Int = 1, profile: String = dtls, _ extra: [String] = []
) -> String {
    Phone.audio(extra: lines + extra, version: version, profile: profile)
}

private func phone(_ lines: [String] = [], profile: String = "RTP/AVP") -> String {
    Phone.audio("198.51.100.9", 5_000, extra: lines, profile: profile)
}

/// What a server with a certificate can do.
private func able(_ options: inout SignallingOptions) {
    options.capabilities.fingerprints = [fingerprint(1), fingerprint(2, .sha512)]
}
private func plain(_ options: inout SignallingOptions) {
    able(&options)
    options.transportProtocol = .named("RTP/AVP")
}
private func secured(_ options: inout SignallingOptions) {
    able(&options)
    options.transportProtocol = .named(dtls)
}
private func both(_ options: inout SignallingOptions) {
    able(&options)
    options.transportProtocol = .named("RTP/SAVPF")
}

extension Call {
    fileprivate func association(_ tag: String) throws -> DTLSParameters? {
        guard case .dtls(let parameters) = try rtp(tag).protection else { return nil }
        return parameters
    }

    /// A call of a browser with these lines to a plain phone; gives what the browser is answered.
    fileprivate mutating func fromBrowser(
        _ lines: [String], version: Int = 1, profile: String = dtls,
        _ offering: (inout SignallingOptions) -> Void = { _ in },
        _ answering: (inout SignallingOptions) -> Void = { _ in }
    ) throws -> [String] {
        try offer(browser(lines, version: version, profile: profile), "a", "b") {
            plain(&$0)
            offering(&$0)
        }
        return try answer(phone()) {
            able(&$0)
            answering(&$0)
        }.section(0)
    }

    /// A call of a plain phone to a browser that answers with these lines; gives the answer.
    @discardableResult
    fileprivate mutating func toBrowser(_ lines: [String]) throws -> SessionDescription {
        try offer(phone(), "a", "b", secured)
        return try answer(browser(lines), "a", "b", able)
    }
}

@Suite("DTLS-SRTP in offer and answer (N19, RFC 5763, RFC 8842)")
struct DTLSNegotiationTests {
    @Test("an offerer with a part of its own leaves us the other, whatever is asked for")
    func offeredRole() throws {
        for (setup, ours, role) in [
            ("active", "passive", DTLSParameters.Role.passive), ("passive", "active", .active),
        ] {
            for choice in [DTLSChoice.unstated, .active, .passive] {
                var call = Call()
                let lines = try call.fromBrowser(handshake(setup), { _ in }) {
                    $0.security.dtls = choice
                }
                #expect(lines.contains("a=setup:\(ours)"))
                #expect(try call.association("a")?.role == role)
            }
        }
    }

    @Test("an offerer that leaves the choice is answered as DTLS or DTLS-reverse says")
    func chosenRole() throws {
        var call = Call()
        #expect(try call.fromBrowser(handshake("actpass")).contains("a=setup:active"))
        call = Call()
        let passive = try call.fromBrowser(handshake("actpass"), { _ in }) {
            $0.security.dtls = .passive
        }
        #expect(passive.contains("a=setup:passive"))
        call = Call()
        let reversed = try call.fromBrowser(handshake("actpass")) {
            $0.security.dtlsReverse = .passive
        }
        #expect(reversed.contains("a=setup:passive"))
        #expect(try call.association("a")?.role == .passive)
        #expect(try call.association("a")?.fingerprints.first?.bytes.first == 0xaa)
    }

    @Test("an offer without a=setup comes from the active side, such an answer from the passive")
    func defaultRoles() throws {
        var call = Call()
        #expect(try call.fromBrowser(handshake(nil)).contains("a=setup:passive"))
        call = Call()
        try call.toBrowser(handshake(nil))
        #expect(try call.association("b")?.role == .active)
    }

    @Test("our offers leave the choice; the answer makes it")
    func answeredRole() throws {
        for (setup, role) in [("active", DTLSParameters.Role.passive), ("passive", .active)] {
            var call = Call()
            let sent = try call.offer(phone(), "a", "b", secured)
            #expect(sent.section(0).contains("a=setup:actpass"))
            #expect(sent.media[0].fingerprints == [fingerprint(1)])
            #expect(sent.media[0].cryptos.isEmpty)
            // A ClientHello that overtakes the answer is kept for the association.
            #expect(try call.association("b")?.role == .passive)
            try call.answer(browser(handshake(setup)), "a", "b", able)
            #expect(try call.association("b")?.role == role)
            #expect(try call.association("b")?.generation == (role == .passive ? 1 : 2))
        }
    }

    @Test("nothing passes at the offerer's port before its handshake can begin")
    func closedBefore() throws {
        var call = Call()
        try call.offer(browser(handshake("actpass")), "a", "b", plain)
        #expect(try call.rtp("a").protection == .keys(inbound: nil, outbound: nil))
        #expect(try call.rtcp("a").protection == .keysOf(try call.rtpSlot("a")))
    }

    @Test("re-offers of either side keep association, role and our fingerprint; so does hold")
    func association() throws {
        var call = Call()
        let first = try call.fromBrowser(handshake("actpass"))
        let before = try #require(try call.association("a"))
        let held = try call.offer(
            browser(handshake("actpass"), version: 2, ["a=sendonly"]), "a", "b"
        ) {
            plain(&$0)
            $0.capabilities.fingerprints = [fingerprint(9)]
            $0.capabilities.certificateNumber = 1
        }
        #expect(held.media[0].fingerprints.isEmpty)
        let answer = try call.answer(phone(["a=recvonly"])) {
            $0.capabilities.fingerprints = [fingerprint(9)]
            $0.capabilities.certificateNumber = 1
        }
        #expect(answer.media[0].fingerprints == [fingerprint(1)], "the one that was shown")
        #expect(answer.section(0).contains("a=setup:active"))
        #expect(try call.association("a") == before)
        // The phone's turn: the browser is left the choice and says what it was.
        let sent = try call.offer(phone(), "b", "a", secured)
        #expect(sent.section(0).contains("a=setup:actpass"))
        #expect(sent.media[0].fingerprints == [fingerprint(1)])
        try call.answer(browser(handshake("passive"), version: 3), "b", "a", able)
        #expect(try call.association("a") == before)
        #expect(first.contains("a=setup:active"))
    }

    @Test("a new fingerprint, tls-id or role begins a new association, with our new fingerprint")
    func newAssociation() throws {
        let id = String(repeating: "a", count: 20)
        let other = String(repeating: "b", count: 20)
        for (lines, ours) in [
            (handshake("actpass", 0xbb, tlsID: id), "active"),
            (handshake("actpass", tlsID: other), "active"),
            (handshake("active", tlsID: id), "passive"),
        ] {
            var call = Call()
            _ = try call.fromBrowser(handshake("actpass", tlsID: id))
            let before = try #require(try call.association("a"))
            let again = try call.fromBrowser(lines, version: 2, { _ in }) {
                $0.capabilities.fingerprints = [fingerprint(9)]
                $0.capabilities.certificateNumber = 1
            }
            #expect(before.certificateNumber == 0)
            #expect(try call.association("a")?.certificateNumber == 1)
            #expect(again.contains("a=setup:\(ours)"))
            let after = try #require(try call.association("a"))
            #expect(after.generation == before.generation + 1)
            #expect(try call.stream("a").security.ownFingerprint == fingerprint(9))
        }
        var call = Call()
        try call.toBrowser(handshake("active"))
        try call.answer(browser(handshake("active", 0xcc), version: 2), "a", "b", able)
        #expect(try call.association("b")?.generation == 2, "another branch answers")
        #expect(try call.association("b")?.fingerprints.first?.bytes.first == 0xcc)
    }

    @Test("DTLS-fingerprint chooses the hash, which stays for the association")
    func hash() throws {
        var call = Call()
        let sent = try call.offer(phone(), "a", "b") {
            secured(&$0)
            $0.security.fingerprintHash = .sha512
        }
        #expect(sent.media[0].fingerprints == [fingerprint(2, .sha512)])
        try call.answer(browser(handshake("passive")), "a", "b", able)
        let again = try call.offer(phone(), "a", "b", secured)
        #expect(again.media[0].fingerprints == [fingerprint(2, .sha512)])
        call = Call()
        let answered = try call.fromBrowser(handshake("actpass"), { _ in }) {
            $0.security.fingerprintHash = .sha512
        }
        #expect(answered.contains { $0.hasPrefix("a=fingerprint:sha-512") })
        call = Call()
        let unserved = try call.fromBrowser(handshake("actpass"), { _ in }) {
            $0.security.fingerprintHash = .sha224
        }
        #expect(unserved.contains { $0.hasPrefix("a=fingerprint:sha-256") })
    }

    @Test("DTLS-reverse=off declines who has a handshake alone, and takes the keys of who has both")
    func declined() throws {
        var call = Call()
        let lines = try call.fromBrowser(handshake("actpass")) {
            $0.security.dtlsReverse = .off
        }
        #expect(lines[0].hasPrefix("m=audio 0 "))
        #expect(!lines.contains { $0.hasPrefix("a=fingerprint") })
        #expect(call.warnings.contains { $0.contains("DTLS is switched off") })
        call = Call()
        let keyed = try call.fromBrowser(handshake("actpass") + [key], profile: "RTP/SAVPF") {
            $0.security.dtlsReverse = .off
        }
        #expect(keyed.contains { $0.hasPrefix("a=crypto:1 ") })
        #expect(!keyed.contains { $0.hasPrefix("a=fingerprint") })
    }

    @Test("of an offer with keys and a handshake the handshake is taken, or the keys if preferred")
    func offerOfBoth() throws {
        let lines = handshake("actpass") + [key]
        var call = Call()
        let taken = try call.fromBrowser(lines, profile: "RTP/SAVPF")
        #expect(taken.contains("a=setup:active") && !taken.contains { $0.hasPrefix("a=crypto") })
        // What is in use stays, although another message prefers the other.
        let still = try call.fromBrowser(lines, version: 2, profile: "RTP/SAVPF") {
            $0.security.sdes.isPreferred = true
        }
        #expect(still.contains("a=setup:active"))
        call = Call()
        let keyed = try call.fromBrowser(lines, profile: "RTP/SAVPF") {
            $0.security.sdes.isPreferred = true
        }
        #expect(keyed.contains { $0.hasPrefix("a=crypto:1 ") } && !keyed.contains("a=setup:active"))
        let again = try call.fromBrowser(lines, version: 2, profile: "RTP/SAVPF")
        #expect(again.contains { $0.hasPrefix("a=crypto:1 ") })
    }

    @Test("an offer of ours with both is answered with keys, a handshake, or refused")
    func answersToBoth() throws {
        func call(_ lines: [String], profile: String = "RTP/SAVPF") throws -> (Call, UInt16) {
            var call = Call()
            let sent = try call.offer(phone(), "a", "b", both)
            #expect(sent.media[0].cryptos.count == 6 && sent.media[0].fingerprints.count == 1)
            let back = try call.answer(browser(lines, profile: profile), "a", "b", able)
            return (call, back.port())
        }
        let (keyed, keyedPort) = try call([key])
        #expect(keyedPort != 0)
        guard case .keys(let inbound?, _?) = try keyed.rtp("b").protection else {
            Issue.record("the answer's keys are not in use")
            return
        }
        #expect(inbound.profile == .aes128CMSHA1Tag80)
        let (shaken, shakenPort) = try call(handshake("active"))
        #expect(shakenPort != 0)
        #expect(try shaken.association("b")?.role == .passive)
        #expect(try shaken.stream("b").security.ownCryptos.isEmpty)
        #expect(try call([]).1 == 0)
    }

    @Test("an answer cannot take SRTP away, whatever protocol it names")
    func noPlainFallback() throws {
        for profile in [dtls, "RTP/SAVPF", "RTP/AVP"] {
            for offering in [secured, both] {
                var call = Call()
                try call.offer(phone(), "a", "b", offering)
                let back = try call.answer(browser([], profile: profile), "a", "b", able)
                #expect(back.port() == 0, "\(profile)")
                #expect(call.warnings.contains { $0.contains("refused") })
            }
        }
    }

    @Test("branches may answer one offer differently: each takes what was offered")
    func branches() throws {
        var call = Call()
        let sent = try call.offer(phone(), "a", "b", both)
        let second = try #require(sent.media[0].cryptos.dropFirst().first)
        try call.answer(browser([key], profile: "RTP/SAVPF"), "a", "b", able)
        try call.answer(browser(handshake("passive"), profile: "RTP/SAVPF"), "a", "c", able)
        #expect(try call.association("c")?.role == .active)
        var line = SDPCrypto(tag: second.tag, suite: .aes128CMHMACSHA1With32Bits, keyAndSalt: [])
        line.keys = [SDPCryptoKey(keyAndSalt: [UInt8](repeating: 5, count: 30))]
        let text = String(decoding: line.attribute.line.bytes, as: UTF8.self)
        try call.answer(browser([text], profile: "RTP/SAVPF"), "a", "d", able)
        guard case .keys(_, let outbound?) = try call.rtp("d").protection else {
            Issue.record("the third branch has no keys")
            return
        }
        #expect(outbound == SRTPKeys(second))
    }

    @Test("a refused line carries no keys, and used again it begins anew")
    func refusedLine() throws {
        var call = Call()
        _ = try call.fromBrowser(handshake("actpass"))
        let refused = Phone.text(
            "198.51.100.7", version: 2,
            media: [["m=audio 0 \(dtls) 8"] + handshake("actpass") + [key]])
        let sent = try call.offer(refused, "a", "b", plain)
        #expect(sent.port() == 0 && sent.section(0).count == 1)
        try call.answer(
            Phone.text("198.51.100.9", media: [["m=audio 0 RTP/AVP 8"]]), "a", "b", able)
        #expect(try call.stream("a").security == StreamSecurity())
        let again = try call.fromBrowser(handshake("active"), version: 3)
        #expect(again.contains("a=setup:passive"))
        #expect(try call.association("a")?.generation == 1)
    }

    @Test("session-level fingerprint and setup hold for every line, and do not pass")
    func sessionLevel() throws {
        var call = Call()
        let text = Phone.audio(session: handshake("actpass"), profile: dtls)
        let sent = try call.offer(text, "a", "b", plain)
        #expect(!sent.all.contains { $0.hasPrefix("a=fingerprint") || $0.hasPrefix("a=setup") })
        let back = try call.answer(phone(), "a", "b", able)
        #expect(back.section(0).contains("a=setup:active"))
        #expect(try call.association("a")?.fingerprints.count == 1)
    }

    @Test("with rtcp-mux RTCP uses the keys of RTP, without it has an association of its own")
    func multiplexed() throws {
        var call = Call()
        _ = try call.fromBrowser(handshake("actpass"))
        #expect(try call.rtcp("a").protection == .dtls(try #require(try call.association("a"))))
        call = Call()
        _ = try call.fromBrowser(handshake("actpass") + ["a=rtcp-mux"])
        #expect(try call.rtcp("a").protection == .keysOf(try call.rtpSlot("a")))
    }

    @Test("what can be offered neither keys nor a handshake is warned about")
    func nothingToOffer() throws {
        var call = Call()
        let sent = try call.offer(phone(), "a", "b") {
            secured(&$0)
            $0.security.dtls = .off
        }
        #expect(sent.media[0].fingerprints.isEmpty)
        #expect(call.warnings.contains { $0.contains("without keys and without a handshake") })
    }
}
