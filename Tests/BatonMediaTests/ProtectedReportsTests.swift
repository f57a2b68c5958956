import BatonBase
import BatonCrypto
import BatonRTP
import BatonTestKit
import Testing

@testable import BatonMedia

/// Party A is secured, B plain; RTCP ends in between.
private func terminated(
    _ protection: PortProtection, certificate: DTLSCertificate? = nil, isMultiplexed: Bool = false
) -> RelayFixture {
    let exit = PortSlot(isMultiplexed ? 0 : 2)
    var relay = RelayFixture(certificate: certificate) { all in
        all[0].protection = protection
        all[0].component = isMultiplexed ? .multiplexed : .rtp
        all[2].protection = .keysOf(PortSlot(0))
        all[0].rtcpTreatment = .terminate(
            RTCPTermination(exit: exit, hasFeedback: false, passesFeedback: false))
        all[2].rtcpTreatment = .terminateAt(PortSlot(0))
        all[1].rtcpTreatment = .terminate(
            RTCPTermination(exit: PortSlot(3), hasFeedback: false, passesFeedback: false))
        all[3].rtcpTreatment = .terminateAt(PortSlot(1))
    }
    relay.core.setWallClock(unixNanoseconds: 1_700_000_000_000_000_000, at: relay.now)
    return relay
}

/// The index of an SRTCP packet, behind which only the tag comes (RFC 3711 §3.4); its first bit
/// says that the packet is encrypted.
private func index(_ packet: [UInt8], tagBytes: Int) -> (isEncrypted: Bool, number: UInt32) {
    let word = packet.span.bytes.uint32(at: packet.count - tagBytes - 4)
    return (word >> 31 == 1, word & 0x7fff_ffff)
}

@Suite("Reports of our own to secured parties (N16, RFC 3711 §3.4)")
struct ProtectedReportsTests {
    private let a = RelayFixture.partyA
    private let b = RelayFixture.partyB

    /// 20 s of both parties' packets; what A gets of RTCP, opened and as it came.
    private func converse(
        _ relay: inout RelayFixture, protect: ([UInt8]) throws -> [UInt8],
        open: ([UInt8], Bool) throws -> [UInt8]
    ) throws -> [(plain: [UInt8], wire: [UInt8], sink: PortSlot)] {
        var reports: [(plain: [UInt8], wire: [UInt8], sink: PortSlot)] = []
        for sequence in 0..<1_000 {
            let toB = relay.receive(try protect(rtp(sequence, ssrc: 0xaaaa)), from: a, on: 0)
            #expect(toB.count == 1)
            for (_, bytes) in relay.receive(rtp(sequence, ssrc: 0xbbbb), from: b, on: 1) {
                #expect(try open(bytes, false) == rtp(sequence, ssrc: 0xbbbb))
            }
            for (transmit, bytes) in relay.pass(.milliseconds(20))
            where transmit.kind == .rtcp && transmit.destination.ip == a.ip {
                reports.append((try open(bytes, true), bytes, transmit.sink))
            }
        }
        return reports
    }

    private func check(
        _ reports: [(plain: [UInt8], wire: [UInt8], sink: PortSlot)], exit: PortSlot, tagBytes: Int
    ) throws {
        #expect(reports.count >= 3 && reports.allSatisfy { $0.sink == exit })
        var last: RTCPSenderInformation?
        for (number, report) in reports.enumerated() {
            let (sender, blocks, types) = try rtcpReports(report.plain)
            let now = try #require(sender)
            #expect(types == [200, 202])
            #expect(now.ssrc == 0xbbbb)
            #expect(blocks.map(\.ssrc) == [0xaaaa])
            #expect(blocks.allSatisfy { $0.cumulativeLost == 0 && $0.fractionLost == 0 })
            #expect(now.octetCount == now.packetCount * 160)
            #expect(abs(Int(now.rtpTimestamp / 160) - Int(now.packetCount)) <= 2)
            let before = last?.packetCount ?? 0
            #expect(now.packetCount > before)
            let heard = Int(blocks.first?.extendedSequenceNumber ?? 0)
            #expect(abs(heard - Int(now.packetCount)) <= 2)
            last = now
            let (isEncrypted, index) = index(report.wire, tagBytes: tagBytes)
            #expect(isEncrypted)
            #expect(index == UInt32(number + 1), "one line of indices")
            #expect(report.wire[8..<40] != report.plain[8..<40])
        }
        let count = last?.packetCount ?? 0
        #expect(count > 500)
    }

    @Test(
        "SDES: the party opens them, on the port for RTCP and multiplexed",
        arguments: [false, true])
    func descriptions(isMultiplexed: Bool) throws {
        var relay = terminated(
            .keys(inbound: srtpKeys(1), outbound: srtpKeys(2)), isMultiplexed: isMultiplexed)
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        let reports = try converse(&relay) {
            try phone.protect($0)
        } open: {
            try phone.open($0, isRTCP: $1)
        }
        try check(reports, exit: PortSlot(isMultiplexed ? 0 : 2), tagBytes: 10)
    }

    @Test("DTLS: the party opens them, and none leaves before the handshake is over")
    func handshake() throws {
        let parameters = DTLSParameters(
            role: .passive, fingerprints: [TestCertificates.peer.fingerprint()], generation: 1)
        var relay = terminated(
            .dtls(parameters), certificate: TestCertificates.ours, isMultiplexed: true)
        for sequence in 0..<1_000 {
            _ = relay.receive(rtp(sequence), from: b, on: 1)
            let early = relay.pass(.milliseconds(20)).filter { $0.0.destination == a }
            #expect(early.isEmpty)
        }
        #expect(relay.count(.protectionErrors, 0) == 1_000, "packets, but no report was made")
        var peer = try DTLSPeer(.active)
        peer.association.start(at: relay.now)
        try relay.shakeHands(&peer, from: a, on: 0)
        let profile = peer.events.compactMap { event -> SRTPProtectionProfile? in
            if case .connected(let keys) = event { keys.profile } else { nil }
        }
        // The tag of GCM lies before the index (RFC 7714 §9.2).
        let isGCM = profile.first == .aes128GCM || profile.first == .aes256GCM
        #expect(profile.count == 1)
        let reports = try converse(&relay) {
            try peer.protect($0)
        } open: {
            try peer.open($0, isRTCP: $1)
        }
        try check(reports, exit: PortSlot(0), tagBytes: isGCM ? 0 : 10)
    }

    @Test("what a secured party reports is used; forged reports are not")
    func incoming() throws {
        var relay = terminated(.keys(inbound: srtpKeys(1), outbound: srtpKeys(2)))
        var phone = try SecurePhone(own: srtpKeys(1), relay: srtpKeys(2))
        for sequence in 0..<10 {
            _ = relay.receive(rtp(sequence, ssrc: 0xbbbb), from: b, on: 1)
        }
        let block = RTCPReportBlock(
            ssrc: 0xbbbb, fractionLost: 77, cumulativeLost: 3, extendedSequenceNumber: 9,
            jitter: 0)
        let plain = writtenRTCP {
            $0.appendReceiverReport(ssrc: 0xaaaa, blocks: [block].span, into: &$1)
        }
        let good = try phone.protect(plain, isRTCP: true)
        var forged = good
        forged[14] ^= 1
        #expect(relay.receive(forged, from: RelayFixture.partyARTCP, on: 2).isEmpty)
        #expect(relay.count(.remoteFractionLost, 0) == 0)
        #expect(relay.count(.droppedUnauthenticated, 2) == 1)
        #expect(relay.receive(good, from: RelayFixture.partyARTCP, on: 2).isEmpty)
        #expect(relay.count(.remoteFractionLost, 0) == 77)
        #expect(relay.count(.remotePacketsLost, 0) == 3)
    }
}
