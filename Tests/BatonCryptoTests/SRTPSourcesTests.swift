import BatonBase
import Testing

@testable import BatonCrypto

@Suite("The limit of sources")
struct SRTPSourcesTests {
    private func settings(_ limit: Int, forgets: Bool = true) -> SRTPSettings {
        var settings = SRTPSettings()
        settings.sourceLimit = limit
        settings.forgetsSources = forgets
        return settings
    }

    @Test("a party that changes its SSRC again and again goes on")
    func manySources() throws {
        var pair = try SRTPPair(.counting(.aes128CMSHA1Tag80), settings(4))
        for ssrc in 1...100 as ClosedRange<UInt32> {
            for sequenceNumber in 1...3 as ClosedRange<UInt16> {
                let packet = rtpPacket(sequenceNumber, ssrc: ssrc)
                #expect(try pair.carryRTP(packet) == packet)
            }
            let report = rtcpPacket(ssrc: ssrc)
            #expect(try pair.carryRTCP(report) == report)
            #expect(pair.receiver.rollOverCounters.count == min(4, Int(ssrc)))
            #expect(pair.sender.rollOverCounters.count == min(4, Int(ssrc)))
        }
        #expect(pair.sender.forgottenSources == 96)
        #expect(pair.receiver.forgottenSources == 96)
    }

    @Test("the source that has been unused the longest is forgotten, with its window")
    func forgetsLongestUnused() throws {
        var pair = try SRTPPair(.counting(.aes128GCM), settings(2))
        let first = try pair.sender.apply(.protectRTP, rtpPacket(1, ssrc: 1))
        _ = try pair.receiver.apply(.unprotectRTP, first)
        let second = try pair.sender.apply(.protectRTP, rtpPacket(1, ssrc: 2))
        _ = try pair.receiver.apply(.unprotectRTP, second)
        _ = try pair.carryRTP(rtpPacket(2, ssrc: 1))
        _ = try pair.carryRTP(rtpPacket(1, ssrc: 3))
        #expect(pair.receiver.refusal(.unprotectRTP, first) == .replayed)
        #expect(pair.receiver.rollOverCounter(of: 2) == nil)
        #expect(pair.receiver.rollOverCounter(of: 1) == 0)
        #expect(pair.receiver.rollOverCounter(of: 3) == 0)
        // That is the price: what it sent before is taken once more.
        #expect(try pair.receiver.apply(.unprotectRTP, second) == rtpPacket(1, ssrc: 2))
    }

    @Test("forged packets of new sources make none forgotten")
    func forgeries() throws {
        var pair = try SRTPPair(.counting(.aes128CMSHA1Tag80), settings(2))
        _ = try pair.carryRTP(rtpPacket(1, ssrc: 1))
        _ = try pair.carryRTP(rtpPacket(1, ssrc: 2))
        for ssrc in 100...300 as ClosedRange<UInt32> {
            let forged = rtpPacket(1, ssrc: ssrc, payload: [UInt8](repeating: 1, count: 50))
            #expect(pair.receiver.refusal(.unprotectRTP, forged) == .authenticationFailed)
            let report = rtcpPacket(ssrc: ssrc, payload: [UInt8](repeating: 0x80, count: 50))
            #expect(pair.receiver.refusal(.unprotectRTCP, report) == .authenticationFailed)
        }
        #expect(Set(pair.receiver.rollOverCounters.keys) == [1, 2])
        #expect(pair.receiver.forgottenSources == 0)
    }

    @Test("a source beyond the limit is refused where none may be forgotten")
    func refusesSources() throws {
        var pair = try SRTPPair(.counting(.aes128GCM), settings(2, forgets: false))
        var unlimited = try SRTPContext(.counting(.aes128GCM), direction: .outbound)
        _ = try pair.carryRTP(rtpPacket(1, ssrc: 1))
        _ = try pair.carryRTCP(rtcpPacket(ssrc: 2))
        #expect(pair.sender.refusal(.protectRTP, rtpPacket(1, ssrc: 3)) == .tooManySources)
        let third = try unlimited.apply(.protectRTP, rtpPacket(1, ssrc: 3))
        #expect(pair.receiver.refusal(.unprotectRTP, third) == .tooManySources)
        #expect(try pair.carryRTP(rtpPacket(2, ssrc: 2)) == rtpPacket(2, ssrc: 2))
        #expect(pair.receiver.forgottenSources == 0)
    }

    @Test("a source that was given a counter is forgotten like another")
    func forgetsGivenSource() throws {
        var pair = try SRTPPair(
            .counting(.aes128GCM), settings(2), rollOverCounters: [1: 5, 2: 6])
        #expect(try pair.carryRTP(rtpPacket(1, ssrc: 1)) == rtpPacket(1, ssrc: 1))
        #expect(try pair.carryRTP(rtpPacket(1, ssrc: 3)) == rtpPacket(1, ssrc: 3))
        #expect(pair.sender.rollOverCounters == [1: 5, 3: 0])
        #expect(pair.receiver.rollOverCounters == [1: 5, 3: 0])
        #expect(try pair.carryRTP(rtpPacket(1, ssrc: 2)) == rtpPacket(1, ssrc: 2))
        #expect(pair.receiver.rollOverCounter(of: 2) == 0)
    }

    @Test("the table keeps its order of use", arguments: 1...5)
    func table(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var table = SRTPSourceTable(limit: 5)
        var byUse: [UInt32] = []
        for _ in 0..<2_000 {
            let ssrc = UInt32.random(in: 0..<9, using: &random)
            #expect(table.contains(ssrc) == byUse.contains(ssrc))
            if table.touch(ssrc) {
                byUse.removeAll { $0 == ssrc }
            } else if table.isFull {
                #expect(table.removeLongestUnused() == byUse.removeFirst())
                table.insert(ssrc)
            } else {
                table.insert(ssrc)
            }
            byUse.append(ssrc)
            #expect(Set(table.ssrcs) == Set(byUse) && table.ssrcs.count == byUse.count)
        }
    }
}
