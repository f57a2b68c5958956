import BatonBase
import Testing

@testable import BatonCrypto

@Suite("Replay protection and roll-over counter (RFC 3711 §3.3.1, §3.3.2)")
struct SRTPReplayTests {
    private static let ssrc: UInt32 = 0xcafe_babe

    @Test("a packet that comes again is a replay", arguments: SRTPProtectionProfile.allCases)
    func replay(_ profile: SRTPProtectionProfile) throws {
        var pair = try SRTPPair(.counting(profile))
        let media = try (1...3).map { try pair.sender.apply(.protectRTP, rtpPacket($0)) }
        let reports = try (1...3).map { _ in try pair.sender.apply(.protectRTCP, rtcpPacket()) }
        for index in [1, 0, 2] {
            _ = try pair.receiver.apply(.unprotectRTP, media[index])
            _ = try pair.receiver.apply(.unprotectRTCP, reports[index])
        }
        for index in 0...2 {
            #expect(pair.receiver.refusal(.unprotectRTP, media[index]) == .replayed)
            #expect(pair.receiver.refusal(.unprotectRTCP, reports[index]) == .replayed)
        }
    }

    @Test("the window has as many packets as were asked for", arguments: [64, 128, 1_024])
    func window(packets: Int) throws {
        var settings = SRTPSettings()
        settings.replayWindowPackets = packets
        var pair = try SRTPPair(.counting(.aes128GCM), settings)
        let old = try pair.sender.apply(.protectRTP, rtpPacket(1_000))
        let oldest = try pair.sender.apply(.protectRTP, rtpPacket(1_001))
        _ = try pair.carryRTP(rtpPacket(UInt16(1_000 + packets)))
        #expect(pair.receiver.refusal(.unprotectRTP, old) == .tooOld)
        #expect(try pair.receiver.apply(.unprotectRTP, oldest) == rtpPacket(1_001))
        #expect(pair.receiver.refusal(.unprotectRTP, oldest) == .replayed)
        // The sender has the same window.
        #expect(pair.sender.refusal(.protectRTP, rtpPacket(1_000)) == .tooOld)
    }

    @Test("RTCP that is older than 128 packets is refused")
    func controlWindow() throws {
        var pair = try SRTPPair(.counting(.aes128CMSHA1Tag80))
        let reports = try (1...130).map { _ in try pair.sender.apply(.protectRTCP, rtcpPacket()) }
        _ = try pair.receiver.apply(.unprotectRTCP, reports[129])
        #expect(pair.receiver.refusal(.unprotectRTCP, reports[0]) == .tooOld)
        #expect(try pair.receiver.apply(.unprotectRTCP, reports[2]) == rtcpPacket())
    }

    @Test(
        "the counter goes up at the wrap on both sides", arguments: SRTPProtectionProfile.allCases)
    func wrap(_ profile: SRTPProtectionProfile) throws {
        var pair = try SRTPPair(.counting(profile))
        for round in 0..<3 as Range<UInt32> {
            // Steps of less than half the range, so that the counter can be told.
            for sequenceNumber in [0xfffe, 0xffff, 0, 1, 20_000, 40_000] as [UInt16] {
                if round == 0, sequenceNumber == 0xfffe { continue }
                let packet = rtpPacket(sequenceNumber)
                #expect(try pair.carryRTP(packet) == packet)
                let expected = sequenceNumber >= 0xfffe ? round : round + 1
                #expect(pair.sender.rollOverCounter(of: Self.ssrc) == expected)
                #expect(pair.receiver.rollOverCounter(of: Self.ssrc) == expected)
            }
        }
    }

    @Test("loss across the wrap does not hide it")
    func lossAcrossWrap() throws {
        for lost in [1, 2, 60, 5_000, 30_000] {
            var pair = try SRTPPair(.counting(.aes128CMSHA1Tag80))
            _ = try pair.carryRTP(rtpPacket(0xff00))
            for step in 1...lost {
                _ = try pair.sender.apply(.protectRTP, rtpPacket(0xff00 &+ UInt16(step)))
            }
            let packet = rtpPacket(0xff00 &+ UInt16(lost) &+ 1)
            #expect(try pair.carryRTP(packet) == packet, "\(lost) lost")
        }
    }

    @Test("packets out of order across the wrap come out", arguments: 1...10)
    func reorderAcrossWrap(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for profile in [SRTPProtectionProfile.aes128CMSHA1Tag80, .aes256GCM] {
            var pair = try SRTPPair(.counting(profile))
            let packets = (0..<60).map { rtpPacket(UInt16(0xffff - 30) &+ $0) }
            var protected = try packets.map { ($0, try pair.sender.apply(.protectRTP, $0)) }
            protected.shuffle(using: &random)
            // A first packet from behind the wrap would be taken for the start of the sequence.
            protected.sort { lhs, _ in lhs.0 == packets[0] }
            for (plain, bytes) in protected {
                #expect(try pair.receiver.apply(.unprotectRTP, bytes) == plain)
            }
            #expect(pair.receiver.rollOverCounter(of: Self.ssrc) == 1)
        }
    }

    @Test("a late packet from before the wrap is protected under the counter before it")
    func senderReorder() throws {
        var pair = try SRTPPair(.counting(.aes128GCM))
        _ = try pair.carryRTP(rtpPacket(0xfffd))
        _ = try pair.carryRTP(rtpPacket(0xffff))
        _ = try pair.carryRTP(rtpPacket(1))
        #expect(try pair.carryRTP(rtpPacket(0xfffe)) == rtpPacket(0xfffe))
        #expect(try pair.carryRTP(rtpPacket(0)) == rtpPacket(0))
    }

    @Test("a packet is protected again when it is repeated, with the same bytes")
    func repeats() throws {
        for profile in SRTPProtectionProfile.allCases {
            var sender = try SRTPContext(.counting(profile), direction: .outbound)
            let first = try sender.apply(.protectRTP, rtpPacket(5))
            _ = try sender.apply(.protectRTP, rtpPacket(6))
            #expect(try sender.apply(.protectRTP, rtpPacket(5)) == first)
        }
    }

    @Test("a sender that makes its own packets can forbid repeats")
    func forbidsRepeats() throws {
        var settings = SRTPSettings()
        settings.allowsRepeatedPackets = false
        var sender = try SRTPContext(
            .counting(.aes128GCM), direction: .outbound, settings: settings)
        _ = try sender.apply(.protectRTP, rtpPacket(5))
        #expect(sender.refusal(.protectRTP, rtpPacket(5)) == .replayed)
    }

    @Test(
        "a context goes on with the counters of another", arguments: SRTPProtectionProfile.allCases)
    func takeOver(_ profile: SRTPProtectionProfile) throws {
        let keys = SRTPKeys.counting(profile)
        var pair = try SRTPPair(keys)
        for sequenceNumber in [0xffff, 0, 30_000, 60_000, 10_000] as [UInt16] {
            _ = try pair.carryRTP(rtpPacket(sequenceNumber))
        }
        let counters = pair.sender.rollOverCounters
        #expect(counters == [Self.ssrc: 2])
        var other = try SRTPPair(keys, rollOverCounters: counters)
        #expect(other.sender.rollOverCounter(of: Self.ssrc) == 2)
        #expect(other.receiver.rollOverCounters == counters)
        // The new receiver understands the old sender, the old receiver the new sender.
        let fromOld = try pair.sender.apply(.protectRTP, rtpPacket(10_001))
        #expect(try other.receiver.apply(.unprotectRTP, fromOld) == rtpPacket(10_001))
        let fromNew = try other.sender.apply(.protectRTP, rtpPacket(10_001))
        #expect(fromNew == fromOld)
        // And they go on to count.
        for sequenceNumber in [40_000, 65_000, 3, 4] as [UInt16] {
            _ = try other.carryRTP(rtpPacket(sequenceNumber))
        }
        #expect(other.sender.rollOverCounter(of: Self.ssrc) == 3)
        #expect(other.receiver.rollOverCounter(of: Self.ssrc) == 3)
        #expect(other.receiver.rollOverCounter(of: 1) == nil)
    }

    @Test("without the counter, a context that joins late cannot authenticate")
    func joinsLate() throws {
        let keys = SRTPKeys.counting(.aes128CMSHA1Tag80)
        var pair = try SRTPPair(keys)
        _ = try pair.carryRTP(rtpPacket(0xffff))
        let packet = try pair.sender.apply(.protectRTP, rtpPacket(0))
        var late = try SRTPContext(keys, direction: .inbound)
        #expect(late.refusal(.unprotectRTP, packet) == .authenticationFailed)
    }
}
