import BatonBase
import Testing

@testable import BatonSDP

@Suite("What holds for a media section (N15, N16)")
struct SessionDescriptionMediaTests {
    private func sample() throws -> SessionDescription {
        try describe(
            "v=0", "c=IN IP4 192.0.2.1", "a=recvonly", "a=group:BUNDLE a b", "a=group:LS b",
            "m=audio 4000 RTP/AVP 0", "a=mid:a",
            "m=video 5000 RTP/AVP 31", "c=IN IP6 2001:db8::2", "a=mid:b", "a=inactive",
            "a=rtcp:5005", "m=audio 6000 RTP/AVP 0", "c=IN IP4 host.example.com")
    }

    @Test("N15: connection and direction come from the section, else from the session")
    func inheritance() throws {
        var description = try sample()
        #expect(description.connection(of: 0)?.address == "192.0.2.1")
        #expect(description.connection(of: 1)?.address == "2001:db8::2")
        #expect(description.connection(of: 9) == nil)
        #expect(description.direction(of: 0) == .recvonly)
        #expect(description.direction(of: 1) == .inactive)
        description.direction = nil
        #expect(description.direction(of: 0) == .sendrecv)
        #expect(description.direction(of: 9) == .sendrecv)
    }

    @Test("N16: RTP and RTCP addresses follow c=, m= and a=rtcp:")
    func addresses() throws {
        let description = try sample()
        #expect(description.rtpAddress(of: 0) == SocketAddress("192.0.2.1:4000"))
        #expect(description.rtcpAddress(of: 0) == SocketAddress("192.0.2.1:4001"))
        #expect(description.rtpAddress(of: 1) == SocketAddress("[2001:db8::2]:5000"))
        #expect(description.rtcpAddress(of: 1) == SocketAddress("[2001:db8::2]:5005"))
        #expect(description.rtpAddress(of: 2) == nil)
        #expect(description.rtcpAddress(of: 2) == nil)
    }

    @Test("N16: an RTCP address of its own, no RTCP, and the edges of the port range")
    func rtcpEdges() throws {
        let description = try describe(
            "v=0", "c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0", "a=rtcp:7 IN IP4 192.0.2.9",
            "m=audio 4000 RTP/AVP 0", "a=rtcp:0", "m=audio 65535 RTP/AVP 0", "m=audio 0 RTP/AVP 0",
            "m=audio 4000 RTP/AVP 0", "a=rtcp:7 IN IP4 host.example.com")
        #expect(description.rtcpAddress(of: 0) == SocketAddress("192.0.2.9:7"))
        for index in 1...5 { #expect(description.rtcpAddress(of: index) == nil) }
    }

    @Test("N21: a removed section leaves the groups")
    func removal() throws {
        var description = try sample()
        #expect(description.mediaIndex(mid: "b") == 1)
        description.removeMedia(at: 1)
        #expect(description.media.map(\.port) == [4_000, 6_000])
        #expect(
            description.groups == [
                SDPGroup(semantics: "BUNDLE", mids: ["a"]), SDPGroup(semantics: "LS", mids: []),
            ])
        #expect(description.mediaIndex(mid: "b") == nil)
        let before = description
        description.removeMedia(at: 2)
        description.removeMedia(at: -1)
        #expect(description == before)
        description.removeMedia(at: 1)
        #expect(description.media.count == 1)
    }

    @Test("directions have two halves and a mirror image", arguments: MediaDirection.allCases)
    func directions(direction: MediaDirection) {
        #expect(MediaDirection(sends: direction.sends, receives: direction.receives) == direction)
        #expect(direction.reversed.sends == direction.receives)
        #expect(direction.reversed.reversed == direction)
    }
}
