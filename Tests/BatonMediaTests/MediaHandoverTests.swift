import BatonBase
import Testing

@testable import BatonMedia

@Suite("Media handover (N22, N23)")
struct MediaHandoverTests {
    private static let ssrc: UInt32 = 0x1234_5678
    private static let peerSSRC: UInt32 = 0x0b0b_0b0b
    private let stranger = endpoint("203.0.113.9:4000")

    /// A relay whose party A has talked, with `media-handover`.
    private func talking() -> RelayFixture {
        var relay = RelayFixture { all in
            for index in all.indices { all[index].sourcePolicy.mediaHandover = true }
        }
        for sequence in 0..<10 {
            _ = relay.receive(rtp(sequence), from: RelayFixture.partyA, on: 0)
            _ = relay.receive(
                rtp(sequence, ssrc: Self.peerSSRC), from: RelayFixture.partyB, on: 1)
            relay.now = relay.now + .milliseconds(20)
        }
        return relay
    }

    /// Where packets to party A go.
    private func destination(_ relay: inout RelayFixture) -> [SocketAddress] {
        relay.receive(rtp(99, ssrc: Self.peerSSRC), from: RelayFixture.partyB, on: 1)
            .map(\.0.destination)
    }

    @Test(
        "N23: with media-handover a stranger still moves nothing and reaches nobody",
        arguments: [
            rtp(11, ssrc: 0x0bad_badb), rtp(11, ssrc: 0), rtp(11, ssrc: peerSSRC),
            Array(rtp(11).prefix(11)), [0x80, 200, 0, 1, 0x12, 0x34, 0x56, 0x78], [],
            [0x00] + rtp(11).dropFirst(), [0x9f] + rtp(11).prefix(12).dropFirst(),
        ] as [[UInt8]])
    func stranger(attack: [UInt8]) {
        var relay = talking()
        for silence in [Duration.zero, .milliseconds(150), .seconds(1), .seconds(60)] {
            relay.now = relay.now + silence
            #expect(relay.receive(attack, from: stranger, on: 0).isEmpty)
        }
        #expect(relay.count(.droppedForeignSource, 0) == 4)
        #expect(destination(&relay) == [RelayFixture.partyA])
        #expect(relay.receive(rtp(11), from: RelayFixture.partyA, on: 0).count == 1)
    }

    @Test("N22: a silent party that goes on with its SSRC from another IP is followed")
    func follows() {
        var relay = talking()
        let mobile = endpoint("203.0.113.20:7000")
        relay.now = relay.now + .milliseconds(150)
        #expect(relay.receive(rtp(10), from: mobile, on: 0).isEmpty, "it is not silent yet")
        relay.now = relay.now + .milliseconds(50)
        let passed = relay.receive(rtp(11), from: mobile, on: 0)
        #expect(passed.map(\.0.destination) == [RelayFixture.partyB])
        #expect(destination(&relay) == [mobile])
        #expect(relay.receive(rtp(12), from: RelayFixture.partyA, on: 0).isEmpty)
        var events: [RelayEvent] = []
        relay.core.drainEvents(into: &events)
        #expect(events == [.endpointChanged(PortSlot(0), mobile)])
    }

    @Test("N22: another port of a candidate IP takes over whatever its SSRC")
    func candidate() {
        var relay = talking()
        let other = endpoint("192.0.2.1:9000")
        #expect(relay.receive(rtp(10, ssrc: 7), from: other, on: 0).isEmpty)
        relay.now = relay.now + .milliseconds(200)
        #expect(relay.receive(rtp(10, ssrc: 7), from: other, on: 0).count == 1)
        #expect(destination(&relay) == [other])
    }

    @Test("N23: without media-handover the right SSRC opens nothing")
    func withoutFlag() {
        var relay = RelayFixture()
        _ = relay.receive(rtp(1), from: RelayFixture.partyA, on: 0)
        relay.now = relay.now + .seconds(10)
        #expect(relay.receive(rtp(2), from: stranger, on: 0).isEmpty)
        #expect(relay.count(.droppedForeignSource, 0) == 1)
    }

    @Test("N23: before confirmation, and after the port served another call, no SSRC is known")
    func unknownYet() {
        var relay = talking()
        let configuration = relay.core.configurations[0]
        relay.core.close(PortSlot(0))
        relay.core.open(PortSlot(0), at: relay.now)
        relay.core.configure(PortSlot(0), configuration, at: relay.now)
        #expect(relay.receive(rtp(20), from: stranger, on: 0).isEmpty)
        _ = relay.receive(rtp(20, ssrc: 7), from: RelayFixture.partyA, on: 0)
        relay.now = relay.now + .seconds(1)
        #expect(relay.receive(rtp(21), from: stranger, on: 0).isEmpty)
        #expect(relay.receive(rtp(21, ssrc: 7), from: stranger, on: 0).count == 1)
    }

    @Test("N23: RTCP does not take a port over, whoever it names")
    func rtcpPort() {
        var relay = talking()
        _ = relay.receive(receiverReport, from: RelayFixture.partyARTCP, on: 2)
        relay.now = relay.now + .seconds(10)
        #expect(relay.receive(receiverReport, from: stranger, on: 2).isEmpty)
        #expect(relay.count(.droppedForeignSource, 2) == 1)
    }

    @Test("N22: an address that was followed to is heard after a re-offer with the old one")
    func reoffer() {
        var relay = talking()
        let mobile = endpoint("203.0.113.20:7000")
        relay.now = relay.now + .seconds(1)
        _ = relay.receive(rtp(11), from: mobile, on: 0)
        var configuration = relay.core.configurations[0]
        configuration.learningGeneration += 1
        relay.core.configure(PortSlot(0), configuration, at: relay.now)
        #expect(relay.receive(rtp(12), from: mobile, on: 0).count == 1)
        #expect(relay.receive(rtp(12, ssrc: 7), from: stranger, on: 0).isEmpty)
        #expect(destination(&relay) == [mobile])
        configuration.sourcePolicy.mediaHandover = false
        configuration.learningGeneration += 1
        relay.core.configure(PortSlot(0), configuration, at: relay.now)
        #expect(relay.receive(rtp(13), from: mobile, on: 0).isEmpty)
    }
}
