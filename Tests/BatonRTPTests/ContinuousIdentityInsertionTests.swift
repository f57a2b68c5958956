import BatonBase
import Testing

@testable import BatonRTP

@Suite("Packets of our own in a continuous line (N10, RFC 3550 §5.1)")
struct ContinuousIdentityInsertionTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    private func number(
        _ identity: inout ContinuousIdentity, _ sequence: UInt16, _ packet: Int
    ) -> UInt16? {
        identity.rewrite(
            ssrc: 1, sequenceNumber: sequence, timestamp: UInt32(160 * packet), clockRateHz: 8_000,
            at: start + .milliseconds(20 * packet))?.sequenceNumber
    }

    @Test("N10: what is inserted takes the next numbers, the source goes on behind it")
    func inserts() {
        var identity = ContinuousIdentity(
            ssrc: 1, sequenceNumber: 65_533, timestamp: 0, at: start)
        #expect(number(&identity, 65_534, 1) == 65_534)
        #expect([identity.insert(), identity.insert()] == [65_535, 0])
        #expect(number(&identity, 65_535, 2) == 1)
        #expect(number(&identity, 0, 3) == 2)
        #expect(identity.sequenceOffset == 2)
    }

    @Test("N10: packets that are left out leave no gap, and come too late afterwards")
    func skips() {
        var identity = ContinuousIdentity(ssrc: 1, sequenceNumber: 10, timestamp: 0, at: start)
        #expect(identity.insert() == 11)
        for sequence in UInt16(11)...14 { identity.skip(ssrc: 1, sequenceNumber: sequence) }
        identity.skip(ssrc: 2, sequenceNumber: 900)
        identity.skip(ssrc: 1, sequenceNumber: 12)
        #expect(number(&identity, 15, 5) == 12)
        #expect(number(&identity, 13, 5) == nil && number(&identity, 10, 5) == nil)
        #expect(number(&identity, 17, 7) == 14)
        #expect(number(&identity, 16, 7) == 13)
    }

    @Test("N10: what is inserted has the time of its moment")
    func time() {
        let identity = ContinuousIdentity(ssrc: 1, sequenceNumber: 1, timestamp: 400, at: start)
        #expect(identity.timestamp(clockRateHz: 8_000, at: start + .milliseconds(50)) == 800)
    }
}
