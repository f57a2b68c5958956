import BatonBase
import BatonCrypto
import BatonMedia
import BatonNG
import BatonSDP
import Testing

@testable import BatonServer

/// Calls whose sides differ, and counters as a worker would leave them.
private struct SecuredCall {
    let harness: CoreHarness

    static let inline = String(repeating: "A", count: 40)
    static let digest = Array(repeating: "AB", count: 32).joined(separator: ":")
    static let browser =
        "a=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n"
        + "a=ice-options:trickle\r\na=fingerprint:sha-256 \(digest)\r\na=setup:actpass\r\n"
        + "a=candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host\r\n"

    init() {
        harness = CoreHarness {
            $0.capabilities.fingerprints = [
                SDPFingerprint(.sha256, digest: [UInt8](repeating: 1, count: 32))
            ]
        }
    }

    /// A browser calls a phone.
    func browserCall() throws {
        try harness.offer(
            sdp: CoreHarness.sdp(
                port: 40_000, kind: "audio UDP/TLS/RTP/SAVPF 0 8", more: Self.browser),
            ["transport-protocol": "RTP/AVP", "ICE": "remove"])
        try harness.answer()
    }

    /// A phone with SDES calls one without.
    func phoneCall() throws {
        try harness.offer(
            sdp: CoreHarness.sdp(
                port: 40_000, kind: "audio RTP/SAVP 0",
                more: "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(Self.inline)\r\n"),
            ["transport-protocol": "RTP/AVP"])
        try harness.answer()
    }

    func set(_ tag: String, _ values: [PortCounter: UInt64]) throws {
        harness.books.counters[try harness.rtpPort(tag), default: [:]].merge(values) { $1 }
    }

    func media(_ tag: String) throws -> NGDictionary {
        let reply = try harness.send("query", ["call-id": "call"])
        return try #require(reply.at("tags", tag, "medias")?.list?.first?.dictionary)
    }

    func stream(_ tag: String) throws -> StreamDetail {
        let detail = try #require(harness.core.detail(of: "call", at: harness.now))
        return try #require(detail.parties.first { $0.tag == tag }?.streams.first)
    }
}

extension NGDictionary {
    fileprivate func words(_ key: String) -> [String] {
        self[key]?.list?.compactMap { $0.string?.text } ?? []
    }
}

@Suite("protection, ICE and codecs of streams (N7, N24)")
struct StreamStateTests {
    @Test("N7: the flags of a line with DTLS and ICE, and of its plain other side")
    func dtlsFlags() throws {
        let call = SecuredCall()
        try call.browserCall()
        try call.set(
            "a",
            [
                .dtlsState: UInt64(HandshakeState.connected.rawValue),
                .iceState: UInt64(ICEState.connected.rawValue),
                .protectionProfile: UInt64(SRTPProtectionProfile.aes128GCM.rawValue),
            ])
        let a = try call.media("a")
        #expect(
            a.words("flags") == [
                "initialized", "send", "recv", "rtcp-mux", "DTLS-SRTP", "DTLS role passive", "ICE",
                "trickle ICE", "ICE-lite self",
            ] || a.words("flags").contains("DTLS role active"))
        let port = try #require(a["streams"]?.list?.first?.dictionary)
        #expect(port.text("crypto suite") == "AEAD_AES_128_GCM")
        #expect(port.words("flags").contains("DTLS fingerprint verified"))
        let b = try call.media("b")
        #expect(b.words("flags") == ["initialized", "send", "recv"])
        #expect(b["streams"]?.list?.first?.dictionary?.text("crypto suite") == nil)
    }

    @Test("N7: the flags of a line with keys in the SDP, and its suite")
    func sdesFlags() throws {
        let call = SecuredCall()
        try call.phoneCall()
        let a = try call.media("a")
        #expect(a.words("flags") == ["initialized", "send", "recv", "SDES"])
        for port in a["streams"]?.list ?? [] {
            #expect(port.dictionary?.text("crypto suite") == "AES_CM_128_HMAC_SHA1_80")
        }
        #expect(try call.stream("a").protection == "SDES AES_CM_128_HMAC_SHA1_80")
        #expect(try call.stream("b").protection == "none")
    }

    @Test("N7: a line whose packets are decoded and encoded has the flag transcoding")
    func transcoding() throws {
        let call = SecuredCall()
        try call.harness.offer()
        try call.harness.answer()
        #expect(try !call.media("a").words("flags").contains("transcoding"))
        try call.set("a", [.routeKind: UInt64(RouteKind.transcode.rawValue)])
        #expect(try call.media("a").words("flags").contains("transcoding"))
        #expect(try !call.media("b").words("flags").contains("transcoding"))
        #expect(call.harness.core.streamCounts() == [.relay: 1, .transcode: 1])
    }

    @Test("N24: a stream shows codec in and out, route, what was made up, and its level")
    func codecs() throws {
        let call = SecuredCall()
        let harness = call.harness
        try harness.offer(
            sdp: CoreHarness.sdp(
                port: 40_000, kind: "audio RTP/AVP 96",
                more: "a=rtpmap:96 opus/48000/2\r\n"),
            ["codec": ["transcode": ["PCMA"]]])
        try harness.answer(sdp: CoreHarness.sdp(port: 40_100, kind: "audio RTP/AVP 8"))
        harness.arrive(50, at: try harness.rtpPort("a"))
        let slot = try harness.rtpPort("a")
        harness.books.sources[slot]?[0][.payloadType] = 96
        try call.set(
            "a",
            [
                .routeKind: UInt64(RouteKind.transcode.rawValue), .concealedPackets: 3,
                .recoveredPackets: 2, .latePackets: 1, .audioLevel: 28,
            ])
        harness.arrive(50, at: try harness.rtpPort("b"))
        harness.books.sources[try harness.rtpPort("b")]?[0][.payloadType] = 8
        let a = try call.stream("a")
        #expect(a.codecIn == "opus/48000/2" && a.codecOut == "PCMA/8000")
        #expect(a.route == .transcode && a.levelDBov == -27)
        #expect(a.concealedPackets == 3 && a.recoveredPackets == 2 && a.latePackets == 1)
        let b = try call.stream("b")
        #expect(b.codecIn == "PCMA/8000" && b.codecOut == "opus/48000/2")
        #expect(b.levelDBov == nil && b.iceState == nil && b.handshakeState == nil)
    }

    @Test("N24: without a conversion a stream leaves as what it comes")
    func relayed() throws {
        let call = SecuredCall()
        try call.harness.offer()
        try call.harness.answer()
        call.harness.arrive(50, at: try call.harness.rtpPort("a"))
        let a = try call.stream("a")
        #expect(a.codecIn == "PCMU/8000" && a.codecOut == "PCMU/8000" && a.route == .relay)
        #expect(try call.stream("b").codecIn == nil)
    }

    @Test("N24: the rating R goes with the MOS of the last interval")
    func rating() throws {
        let harness = CoreHarness()
        try harness.offer()
        try harness.answer()
        for _ in 0..<8 {
            harness.arrive(50, at: try harness.rtpPort("a"))
            harness.pass(.seconds(1))
        }
        let detail = try #require(harness.core.detail(of: "call", at: harness.now))
        let source = try #require(detail.parties[0].streams[0].ports[0].sources.first)
        #expect(source.rFactor == 93.2 && source.mosTimesTen == 44)
    }

    @Test("drops for want of keys have reasons; what was blocked is no error")
    func drops() throws {
        let call = SecuredCall()
        try call.phoneCall()
        try call.set(
            "a",
            [
                .droppedUnauthenticated: 4, .droppedReplayed: 2, .droppedBlocked: 100,
                .droppedUnconverted: 3,
            ])
        let port = try #require(try call.stream("a").ports.first)
        #expect(
            port.drops
                == ["unauthenticated": 4, "replayed": 2, "blocked": 100, "notConverted": 3])
        #expect(port.rtpReceived.errors == 9)
        #expect(
            try call.stream("a").diagnosis.contains(
                "3 packets could not be converted: there is no transcoder for them"))
    }
}

@Suite("events about media that is not heard (N24, N25)")
struct MediaWatchTests {
    private func obstacles(_ harness: CoreHarness) -> [String] {
        harness.core.takeEvents().compactMap { event in
            guard case .mediaObstructed(let tag, _, let reason) = event.kind else { return nil }
            return "\(tag): \(reason)"
        }
    }

    @Test("N25: a handshake that does not come about is told once, when the other side sends")
    func setup() throws {
        let call = SecuredCall()
        try call.browserCall()
        try call.set("a", [.iceState: UInt64(ICEState.checking.rawValue), .stunMessagesIn: 3])
        call.harness.pass(.seconds(6))
        #expect(obstacles(call.harness).isEmpty, "it may take a while")
        call.harness.pass(.seconds(30))
        #expect(
            obstacles(call.harness) == [
                "a: ICE never selected a pair: 3 STUN messages came from the peer"
            ])
        #expect(call.harness.core.totals.setupFailures == 1)
        #expect(
            try call.stream("a").diagnosis
                == ["ICE never selected a pair: 3 STUN messages came from the peer"])
    }

    @Test("N25: nothing is told while nobody sends, or when media flows")
    func quiet() throws {
        let idle = SecuredCall()
        try idle.browserCall()
        try idle.set("a", [.iceState: UInt64(ICEState.checking.rawValue)])
        idle.harness.pass(.seconds(40))
        #expect(obstacles(idle.harness).isEmpty)
        let flowing = SecuredCall()
        try flowing.phoneCall()
        try flowing.set("a", [.droppedUnauthenticated: 1])
        flowing.harness.arrive(50, at: try flowing.harness.rtpPort("a"))
        flowing.harness.pass(.seconds(40))
        #expect(obstacles(flowing.harness).isEmpty)
    }

    @Test("N25: keys that do not fit are told with the number of packets")
    func wrongKeys() throws {
        let call = SecuredCall()
        try call.phoneCall()
        try call.set("a", [.droppedUnauthenticated: 600])
        call.harness.pass(.seconds(20))
        #expect(
            obstacles(call.harness)
                == ["a: keys do not fit: 600 packets failed authentication"])
    }

    /// Both talk, but what `quiet` sends is silence since the start.
    private func silence(_ harness: CoreHarness, quiet: String, loud: String) throws -> [String] {
        for _ in 0..<60 {
            for tag in [quiet, loud] {
                let slot = try harness.rtpPort(tag)
                harness.arrive(50, at: slot)
                harness.books.counters[slot]?[.audioLevel] = tag == quiet ? 128 : 30
                if tag == loud {
                    harness.books.counters[slot]?[.lastAudibleNanoseconds] =
                        harness.now.nanoseconds
                }
            }
            harness.pass(.seconds(1))
        }
        return harness.core.takeEvents().compactMap { event in
            guard case .silentAudio(let tag, _) = event.kind else { return nil }
            return tag
        }
    }

    @Test("N25: silence of one side while the other is heard is told once, and again later")
    func energy() throws {
        let harness = CoreHarness()
        try harness.offer()
        try harness.answer()
        #expect(try silence(harness, quiet: "b", loud: "a") == ["b"])
        #expect(harness.core.totals.silentAudio == 1)
        #expect(try silence(harness, quiet: "a", loud: "b") == ["a"])
        #expect(try silence(harness, quiet: "b", loud: "a") == ["b"])
    }

    @Test("N25: nothing is told of silence when a level is not known")
    func unknownLevel() throws {
        let harness = CoreHarness()
        try harness.offer()
        try harness.answer()
        let (a, b) = (try harness.rtpPort("a"), try harness.rtpPort("b"))
        for _ in 0..<60 {
            harness.arrive(50, at: a)
            harness.arrive(50, at: b)
            harness.books.counters[a]?[.audioLevel] = 30
            harness.books.counters[a]?[.lastAudibleNanoseconds] = harness.now.nanoseconds
            harness.pass(.seconds(1))
        }
        #expect(harness.core.totals.silentAudio == 0)
    }

    @Test("what the workers see of ICE and DTLS is told and counted")
    func workerEvents() throws {
        let harness = CoreHarness()
        try harness.offer()
        try harness.answer()
        _ = harness.core.takeEvents()
        let slot = try harness.rtpPort("a")
        let port = 30_000 + UInt16(slot.index)
        for event: RelayEvent in [
            .iceStateChanged(slot, .connected), .iceStateChanged(slot, .failed),
            .iceStateChanged(slot, .consentLost), .secured(slot, .aes128GCM),
            .securityFailed(slot, "the fingerprint differs"), .conversionFailed(slot),
        ] {
            harness.core.note(event, callID: "call", at: harness.now)
        }
        #expect(
            harness.core.takeEvents().map(\.kind) == [
                .iceStateChanged(localPort: port, .connected),
                .iceStateChanged(localPort: port, .failed),
                .iceStateChanged(localPort: port, .consentLost),
                .secured(localPort: port, .aes128GCM),
                .securityFailed(localPort: port, reason: "the fingerprint differs"),
                .conversionFailed(localPort: port),
            ])
        let totals = harness.core.totals
        #expect(totals.iceSelected == 1 && totals.iceFailed == 1 && totals.iceConsentLost == 1)
        #expect(totals.handshakes == 1 && totals.handshakesFailed == 1)
    }
}
