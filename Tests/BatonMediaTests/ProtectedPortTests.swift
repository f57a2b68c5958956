import BatonBase
import BatonCrypto
import Testing

@testable import BatonMedia

/// Keys of which every byte is `byte`.
func srtpKeys(
    _ byte: UInt8, _ profile: SRTPProtectionProfile = .aes128CMSHA1Tag80
) -> SRTPKeys {
    SRTPKeys(
        profile: profile, masterKey: [UInt8](repeating: byte, count: profile.masterKeyBytes),
        masterSalt: [UInt8](repeating: byte, count: profile.masterSaltBytes))
}

/// What a phone does with its keys.
struct SecurePhone: ~Copyable {
    var sends: SRTPContext
    var hears: SRTPContext

    /// A phone that sends with `own` keys and is sent to with `relay`'s.
    init(own: SRTPKeys, relay: SRTPKeys) throws {
        let outbound = try SRTPContext(own, direction: .outbound)
        let inbound = try SRTPContext(relay, direction: .inbound)
        sends = outbound
        hears = inbound
    }

    mutating func protect(_ packet: [UInt8], isRTCP: Bool = false) throws -> [UInt8] {
        var bytes = packet + [UInt8](repeating: 0, count: SRTPContext.tailroomBytes)
        var span = bytes.mutableSpan
        var room = span.mutableBytes
        let count =
            isRTCP
            ? try sends.protectRTCP(&room, byteCount: packet.count)
            : try sends.protectRTP(&room, byteCount: packet.count)
        return Array(bytes[..<count])
    }

    mutating func open(_ packet: [UInt8], isRTCP: Bool = false) throws -> [UInt8] {
        var bytes = packet
        var span = bytes.mutableSpan
        var room = span.mutableBytes
        let count =
            isRTCP
            ? try hears.unprotectRTCP(&room, byteCount: packet.count)
            : try hears.unprotectRTP(&room, byteCount: packet.count)
        return Array(bytes[..<count])
    }
}

/// Party A with keys 1 (its own) and 2 (ours) at ports 0 and 2; party B plain.
private func fixture(
    _ profile: SRTPProtectionProfile = .aes128CMSHA1Tag80
) -> RelayFixture {
    RelayFixture { all in
        all[0].protection = .keys(inbound: srtpKeys(1, profile), outbound: srtpKeys(2, profile))
        all[2].protection = .keysOf(PortSlot(0))
    }
}

@Suite("Ports with keys (N18, N19, RFC 3711)")
struct ProtectedPortTests {
    private let a = RelayFixture.partyA
    private let b = RelayFixture.partyB

    @Test(
        "N18: what a secured party sends arrives plain at the other, and the other way round",
        arguments: SRTPProtectionProfile.allCases)
    func bridges(profile: SRTPProtectionProfile) throws {
        var relay = fixture(profile)
        var phone = try SecurePhone(own: srtpKeys(1, profile), relay: srtpKeys(2, profile))
        for sequence in 0..<50 {
            let toB = relay.receive(try phone.protect(rtp(sequence)), from: a, on: 0)
            #expect(toB.map(\.1) == [rtp(sequence)])
            let toA = relay.receive(rtp(sequence), from: b, on: 1)
            #expect(toA.count == 1 && toA[0].1 != rtp(sequence))
            #expect(try phone.open(toA[0].1) == rtp(sequence))
        }
        #expect(relay.count(.packetsIn, 0) == 50 && relay.count(.packetsOut, 0) == 50)
        #expect(relay.count(.protectionProfile, 0) == UInt64(profile.rawValue))
        #expect(relay.source(.packets, 0) == 50)
    }

    @Test("N16: RTCP of a secured party is opened and protected too, on its own port")
    func bridgesRTCP() throws {
        var relay = fixture()
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        let toB = relay.receive(
            try phone.protect(receiverReport, isRTCP: true), from: RelayFixture.partyARTCP, on: 2)
        #expect(toB.map(\.1) == [receiverReport])
        let toA = relay.receive(receiverReport, from: RelayFixture.partyBRTCP, on: 3)
        #expect(toA.count == 1 && toA[0].0.sink == PortSlot(2))
        #expect(try phone.open(toA[0].1, isRTCP: true) == receiverReport)
    }

    @Test("B6: the sequence number wraps, and the roll-over counter goes on, in both directions")
    func wraps() throws {
        var relay = fixture()
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        for index in 65_500..<65_700 {
            let packet = rtp(index & 0xffff)
            let toB = relay.receive(try phone.protect(packet), from: a, on: 0)
            #expect(toB.map(\.1) == [packet], "sequence number \(index)")
            let toA = relay.receive(packet, from: b, on: 1)
            #expect(try phone.open(toA.first?.1 ?? []) == packet)
        }
        #expect(phone.hears.rollOverCounter(of: 0x1234_5678) == 1)
    }

    @Test("B6: a configuration with the same keys keeps the roll-over counter")
    func keepsCounter() throws {
        var relay = fixture()
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        for index in 65_530..<65_546 {
            let packet = rtp(index & 0xffff)
            _ = relay.receive(try phone.protect(packet), from: a, on: 0)
            _ = try phone.open(relay.receive(packet, from: b, on: 1).first?.1 ?? [])
        }
        var again = RelayFixture.configuration(.rtp, a, rtp: 1, rtcp: 3)
        again.protection = .keys(inbound: srtpKeys(1), outbound: srtpKeys(2))
        again.learningGeneration = 5
        relay.core.configure(PortSlot(0), again, at: relay.now)
        let packet = rtp(20)
        #expect(relay.receive(try phone.protect(packet), from: a, on: 0).map(\.1) == [packet])
        let back = relay.receive(packet, from: b, on: 1)
        #expect(try phone.open(back.first?.1 ?? []) == packet)
    }

    @Test("N19: a new key of one direction leaves the other direction alone")
    func newKey() throws {
        var relay = fixture()
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        _ = try phone.open(relay.receive(rtp(65_535), from: b, on: 1).first?.1 ?? [])
        _ = try phone.open(relay.receive(rtp(0), from: b, on: 1).first?.1 ?? [])
        var other = RelayFixture.configuration(.rtp, a, rtp: 1, rtcp: 3)
        other.protection = .keys(inbound: srtpKeys(3), outbound: srtpKeys(2))
        relay.core.configure(PortSlot(0), other, at: relay.now)
        #expect(relay.receive(try phone.protect(rtp(1)), from: a, on: 0).isEmpty)
        phone.sends = try SRTPContext(srtpKeys(3), direction: .outbound)
        #expect(relay.receive(try phone.protect(rtp(2)), from: a, on: 0).map(\.1) == [rtp(2)])
        let back = relay.receive(rtp(1), from: b, on: 1)
        #expect(try phone.open(back.first?.1 ?? []) == rtp(1), "its counter is 1 by now")
    }

    @Test("B6: forged, plain and repeated packets go nowhere, and are counted by reason")
    func refuses() throws {
        var relay = fixture()
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        let good = try phone.protect(rtp(1))
        #expect(relay.receive(good, from: a, on: 0).count == 1)
        #expect(relay.receive(good, from: a, on: 0).isEmpty)
        #expect(relay.count(.droppedReplayed, 0) == 1)
        var forged = try phone.protect(rtp(2))
        forged[40] ^= 1
        #expect(relay.receive(forged, from: a, on: 0).isEmpty)
        #expect(relay.receive(rtp(3), from: a, on: 0).isEmpty)
        #expect(relay.count(.droppedUnauthenticated, 0) == 2)
        #expect(relay.count(.packetsIn, 0) == 1, "only what is authentic counts as received")
        #expect(relay.counters.load(row: 8, column: PortCounter.droppedReplayed.rawValue) == 1)
    }

    @Test("N19: before the keys are known nothing passes, in either direction")
    func withoutKeys() {
        var relay = RelayFixture { all in
            all[0].protection = .keys(inbound: nil, outbound: nil)
        }
        #expect(relay.receive(rtp(1), from: a, on: 0).isEmpty)
        #expect(relay.receive(rtp(1), from: b, on: 1).isEmpty)
        #expect(relay.count(.droppedWithoutKeys, 0) == 1)
        #expect(relay.count(.protectionErrors, 0) == 1)
    }

    @Test("N18: a port that becomes plain again passes packets as they are")
    func becomesPlain() {
        var relay = fixture()
        relay.core.configure(
            PortSlot(0), RelayFixture.configuration(.rtp, a, rtp: 1, rtcp: 3), at: relay.now)
        #expect(relay.receive(rtp(1), from: a, on: 0).map(\.1) == [rtp(1)])
        #expect(relay.count(.protectionProfile, 0) == 0)
        relay.core.close(PortSlot(0))
        // The RTCP port has lost the keys that it borrowed: it keeps still.
        #expect(relay.receive(receiverReport, from: RelayFixture.partyARTCP, on: 2).isEmpty)
        #expect(relay.count(.droppedWithoutKeys, 2) == 1)
    }

    @Test("B6: a source that appears in mid-call is served, and a flood of sources stays bounded")
    func manySources() throws {
        var relay = fixture()
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        for ssrc in 0..<200 as Range<UInt32> {
            let packet = rtp(7, ssrc: ssrc)
            #expect(relay.receive(try phone.protect(packet), from: a, on: 0).map(\.1) == [packet])
        }
    }
}
