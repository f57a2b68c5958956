import BatonBase
import Testing

@testable import BatonSDP

@Suite("ICE attributes (RFC 8839 §5, RFC 6544 §4.5, N19)")
struct SDPCandidateTests {
    private func candidate(_ text: String) -> SDPCandidate? { SDPCandidate(ArraySlice(text.utf8)) }

    @Test("RFC 8839 appendix A: candidates, credentials and options of an offer")
    func offer() throws {
        let offer = try Vectors.description("rfc8839-offer")
        let candidates = offer.media[0].candidates
        #expect(candidates.map(\.type) == [.host, .serverReflexive])
        #expect(candidates.map(\.priority) == [2_130_706_431, 1_694_498_815])
        #expect(
            candidates.map(\.socketAddress) == [
                SocketAddress("10.0.1.1:8998"), SocketAddress("192.0.2.3:45664"),
            ])
        #expect(candidates[1].related == .init(address: "10.0.1.1", port: 8998))
        #expect(candidates[0].related == nil)
        #expect(offer.iceCredentials(of: 0)?.usernameFragment == "8hhY")
        #expect(offer.iceCredentials(of: 0)?.password == "asd88fgpdd777uzjYhagZg")
        #expect(offer.iceOptions(of: 0) == ["ice2"])
        #expect(offer.icePacingMs == 50)
        #expect(!offer.hasICELite && !offer.hasICEMismatch && !offer.media[0].hasEndOfCandidates)
    }

    @Test(
        "what was read is written as it came",
        arguments: [
            "1 1 UDP 2130706431 10.0.1.1 8998 typ host",
            "2 2 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 10.0.1.1 rport 8998",
            "3 1 TCP 2105458943 192.0.2.1 9 typ host tcptype active",
            "4 1 TCP 1684798975 192.0.2.3 45687 typ srflx raddr 10.0.1.1 rport 9 tcptype so",
            "H76f0ae12 1 UDP 1 fda8:de2d:e95f:4811::1 6054 typ relay raddr :: rport 0",
            "a/+ 256 UDP 2147483647 3f2a.local 50000 typ host generation 0 network-cost 999",
            "x 1 SCTP 7 host.example.com 0 typ strange tcptype odd",
        ])
    func written(text: String) throws {
        #expect(try #require(candidate(text)).attribute.value == text)
    }

    @Test("words count in any case and pairs in any order, as browsers write them")
    func lenient() throws {
        let read = try #require(
            candidate(
                "1-a 1 udp 5 192.0.2.1 9 TYP HOST generation 0 tcptype PASSIVE rport 7 raddr ::"))
        #expect(read.transport == .udp)
        #expect(read.type == .host)
        #expect(read.tcpType == .passive)
        #expect(read.related == .init(address: "::", port: 7))
        #expect(read.extensions == [.init(name: "generation", value: "0")])
        #expect(candidate("1 1 UDP 5 192.0.2.1 9 typ host lonely")?.extensions == [])
    }

    @Test("a name is kept and never resolved; one of mDNS is told")
    func names() {
        let local = candidate("1 1 UDP 5 3F2A.LOCAL 9 typ host")
        #expect(local?.socketAddress == nil)
        #expect(local?.isMulticastDNSName == true)
        #expect(candidate("1 1 UDP 5 host.example.com 9 typ host")?.isMulticastDNSName == false)
        #expect(candidate("1 1 UDP 5 .local 9 typ host")?.isMulticastDNSName == false)
        let six = candidate("1 1 UDP 5 2001:db8::1 9 typ host")
        #expect(six?.socketAddress == SocketAddress("[2001:db8::1]:9"))
    }

    @Test("trickling clients hand over the attribute with or without a= in front")
    func trickled() throws {
        let text = "candidate:1 1 udp 5 192.0.2.1 9 typ host"
        let read = try #require(SDPCandidate(trickled: text))
        #expect(read.port == 9)
        #expect(SDPCandidate(trickled: " a=\(text)\r\n".dropLast()) == read)
        #expect(SDPCandidate(trickled: "1 1 udp 5 192.0.2.1 9 typ host") == nil)
        #expect(SDPCandidate(trickled: "") == nil)
    }

    @Test(
        "what cannot be used is not read",
        arguments: [
            "", "1", "1 1 UDP 5 192.0.2.1 9", "1 1 UDP 5 192.0.2.1 9 typ", "1 0 UDP 5 a 9 typ host",
            "1 257 UDP 5 a 9 typ host", "1 1 UDP 0 a 9 typ host", "1 1 UDP 2147483648 a 9 typ host",
            "1 1 UDP 5 a 65536 typ host", "1 1 UDP x a 9 typ host", "1 1 UDP 5 a 9 type host",
            "123456789012345678901234567890123 1 UDP 5 a 9 typ host",
            "1 1 UDP 5 a 9 typ host rport x", "1 1 UDP 5 a 9 typ host raddr a raddr b",
            "1 1 UDP 5 a 9 typ host" + String(repeating: " a b", count: 17),
        ])
    func refused(text: String) {
        #expect(candidate(text) == nil)
    }

    @Test("a candidate made from an address is written")
    func made() throws {
        let made = SDPCandidate(
            foundation: "1", component: 1, priority: 2_130_706_431,
            address: try #require(SocketAddress("[2001:db8::9]:30000")), type: .host)
        #expect(made.attribute.text == "candidate:1 1 UDP 2130706431 2001:db8::9 30000 typ host")
    }

    @Test("§5.2: remote candidates are read from one or several attributes")
    func remote() throws {
        let media = try describe(
            "v=0", "m=audio 9 RTP/AVP 0", "a=remote-candidates:1 192.0.2.3 45664 2 ::1 45665",
            "a=remote-candidates:3 a 7 x b 8 4 c 9", "a=remote-candidates:5 d"
        ).media[0]
        #expect(media.remoteCandidates.map(\.component) == [1, 2, 3])
        #expect(media.remoteCandidates.map(\.port) == [45_664, 45_665, 7])
        #expect(media.remoteCandidates[1].ip == IPAddress("::1"))
        #expect(
            SDPRemoteCandidate.attribute(Array(media.remoteCandidates.prefix(2))).text
                == "remote-candidates:1 192.0.2.3 45664 2 ::1 45665")
    }

    @Test(
        "§5.4: credentials have 4 to 256 and 22 to 256 characters of the alphabet",
        arguments: [
            ("abc", 22, false), ("abcd", 21, false), ("abcd", 22, true), ("ab d", 22, false),
            ("ab-d", 22, false), ("a+/9", 256, true), ("abcd", 257, false),
            (String(repeating: "x", count: 256), 22, true),
            (String(repeating: "x", count: 257), 22, false),
        ])
    func credentials(usernameFragment: String, length: Int, isValid: Bool) {
        let password = String(repeating: "p", count: length)
        let read = SDPICECredentials(usernameFragment: usernameFragment, password: password)
        #expect((read != nil) == isValid)
    }

    @Test("credentials, options and pacing are set and taken away")
    func setting() throws {
        var media = try describe(
            "v=0", "m=audio 9 RTP/AVP 0", "a=ice-ufrag:old1", "a=ice-options:trickle  ice2", "a=x",
            "a=ice-pacing: 20", "a=ice-options:renomination", "a=ice-lite", "a=end-of-candidates"
        ).media[0]
        #expect(media.iceCredentials == nil)
        #expect(media.iceOptions == ["trickle", "ice2", "renomination"])
        #expect(media.icePacingMs == 20)
        #expect(media.hasICELite && media.hasEndOfCandidates)
        media.iceCredentials = SDPICECredentials(
            usernameFragment: "abcd", password: "0123456789012345678901")
        media.iceOptions = ["trickle"]
        media.icePacingMs = nil
        #expect(
            media.lines.map(\.text) == [
                "ice-ufrag:abcd", "ice-options:trickle", "x", "ice-lite", "end-of-candidates",
                "ice-pwd:0123456789012345678901",
            ])
        media.iceCredentials = nil
        media.iceOptions = []
        #expect(media.lines.map(\.text) == ["x", "ice-lite", "end-of-candidates"])
    }

    @Test("a section's own credentials go before the session's, also when they are unusable")
    func inheritance() throws {
        let description = try describe(
            "v=0", "a=ice-ufrag:sess", "a=ice-pwd:0123456789012345678901", "a=ice-options:a",
            "m=audio 9 RTP/AVP 0", "m=audio 9 RTP/AVP 0", "a=ice-ufrag:own1", "a=ice-options:b",
            "m=audio 9 RTP/AVP 0", "a=ice-ufrag:x")
        #expect(description.iceCredentials(of: 0)?.usernameFragment == "sess")
        #expect(description.iceCredentials(of: 1)?.usernameFragment == "own1")
        #expect(description.iceCredentials(of: 1)?.password == "0123456789012345678901")
        #expect(description.iceCredentials(of: 2) == nil)
        #expect(description.iceOptions(of: 1) == ["a", "b"])
    }
}
