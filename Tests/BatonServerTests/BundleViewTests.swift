import BatonBase
import BatonCrypto
import BatonMedia
import BatonNG
import BatonSDP
import Testing

@testable import BatonServer

/// A page whose audio and video come by one port calls a plain phone.
private func pageCall(_ more: NGDictionary = [:]) throws -> (CoreHarness, NGDictionary) {
    let harness = CoreHarness {
        $0.capabilities.fingerprints = [
            SDPFingerprint(.sha256, digest: [UInt8](repeating: 1, count: 32))
        ]
    }
    let digest = Array(repeating: "AB", count: 32).joined(separator: ":")
    let transport =
        "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n"
        + "a=fingerprint:sha-256 \(digest)\r\na=setup:actpass\r\n"
    let offer =
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        + "a=group:BUNDLE 0 1\r\n"
        + "m=audio 40000 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=rtcp-mux\r\n\(transport)"
        + "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=mid:1\r\na=rtcp-mux\r\n"
        + "a=bundle-only\r\n"
    var fields = more
    fields.append("transport-protocol", "RTP/AVP")
    fields.append("ICE", "remove")
    try harness.offer(sdp: offer, fields)
    let reply = try harness.answer(
        sdp: CoreHarness.sdpB + "m=video 40102 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n")
    return (harness, reply)
}

/// The ports in the `m=` lines of a reply's SDP.
private func ports(_ reply: NGDictionary) throws -> [Int] {
    let sdp = try #require(reply.text("sdp"))
    return sdp.split(separator: "\r\n").filter { $0.hasPrefix("m=") }
        .compactMap { Int($0.split(separator: " ")[1]) }
}

@Suite("lines that share ports, as they are shown (N7, N19, N24)")
struct BundleViewTests {
    @Test("N19: bundle=reject refuses a bundle-only line, without it the group is answered")
    func words() throws {
        let (_, reply) = try pageCall()
        #expect(try #require(reply.text("sdp")).contains("a=group:BUNDLE 0 1\r\n"))
        #expect(try Set(ports(reply)).count == 1)
        let (_, refused) = try pageCall(["flags": ["BUNDLE-reject"]])
        #expect(try !#require(refused.text("sdp")).contains("a=group:BUNDLE"))
        #expect(try ports(refused)[1] == 0)
    }

    @Test("N7: either line has the port that the party knows, and the state of their transport")
    func query() throws {
        let (harness, reply) = try pageCall()
        let port = try ports(reply)[0]
        harness.books.counters[try harness.rtpPort("a"), default: [:]].merge([
            .dtlsState: UInt64(HandshakeState.connected.rawValue),
            .protectionProfile: UInt64(SRTPProtectionProfile.aes128GCM.rawValue),
        ]) { $1 }
        harness.arrive(50, at: try harness.rtpPort("a", stream: 1), ssrc: 11)
        let medias = try #require(
            try harness.send("query", ["call-id": "call"]).at("tags", "a", "medias")?.list)
        #expect(medias.count == 2)
        for (index, media) in medias.compactMap(\.dictionary).enumerated() {
            let stream = try #require(media["streams"]?.list?.first?.dictionary)
            #expect(stream["local port"]?.integer == Int64(port))
            #expect(stream.text("crypto suite") == "AEAD_AES_128_GCM")
            let flags = stream["flags"]?.list?.compactMap { $0.string?.text } ?? []
            #expect(flags.contains("DTLS fingerprint verified"))
            let lineFlags = media["flags"]?.list?.compactMap { $0.string?.text } ?? []
            #expect(lineFlags.contains("ICE") && lineFlags.contains("DTLS-SRTP"))
            #expect(stream.at("stats", "packets")?.integer == (index == 0 ? 0 : 50))
        }
    }

    @Test("N24: a carried line's protection and ICE are its carrier's, its packets its own")
    func detail() throws {
        let (harness, reply) = try pageCall()
        harness.books.counters[try harness.rtpPort("a"), default: [:]].merge([
            .dtlsState: UInt64(HandshakeState.connected.rawValue),
            .iceState: UInt64(ICEState.connected.rawValue),
            .protectionProfile: UInt64(SRTPProtectionProfile.aes128CMSHA1Tag80.rawValue),
        ]) { $1 }
        harness.arrive(7, at: try harness.rtpPort("a", stream: 1))
        let detail = try #require(harness.core.detail(of: "call", at: harness.now))
        let streams = try #require(detail.parties.first { $0.tag == "a" }).streams
        #expect(streams.map(\.protection).allSatisfy { $0.hasPrefix("DTLS-SRTP AES_CM_128") })
        #expect(streams.map(\.iceState) == [.connected, .connected])
        #expect(streams.map(\.handshakeState) == [.connected, .connected])
        #expect(
            try streams.map { $0.ports.map { Int($0.local.port) } }
                == Array(repeating: [ports(reply)[0]], count: 2))
        #expect(streams[1].diagnosis.isEmpty)
    }

    @Test("a transport that does not come about is told of once, not for each of its lines")
    func watch() throws {
        let (harness, _) = try pageCall()
        harness.books.counters[try harness.rtpPort("a"), default: [:]][.stunMessagesIn] = 3
        harness.arrive(100, at: try harness.rtpPort("b"))
        harness.arrive(100, at: try harness.rtpPort("b", stream: 1))
        harness.pass(.seconds(11))
        let told = harness.core.takeEvents().filter {
            if case .mediaObstructed = $0.kind { true } else { false }
        }
        #expect(told.count == 1)
    }
}
