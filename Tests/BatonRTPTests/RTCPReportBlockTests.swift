import BatonBase
import BatonRTP
import Testing

@Suite("RTCP report blocks (RFC 3550 §6.4.1, §A.3)")
struct RTCPReportBlockTests {
    @Test("the round-trip time of the RFC's figure 2 is 6.125 s")
    func roundTripOfFigure() {
        let block = RTCPReportBlock(
            ssrc: 1, fractionLost: 0, cumulativeLost: 0, extendedSequenceNumber: 0, jitter: 0,
            lastSenderReport: 0xb705_2000, delaySinceLastSenderReport: 0x0005_4000)
        let arrival = NTPTimestamp(bits: 0xb44d_b710_8000_0000)
        #expect(block.roundTripTime(at: arrival) == .milliseconds(6125))
    }

    @Test("there is no round-trip time without a sender report or with contradicting times")
    func noRoundTrip() {
        var block = RTCPReportBlock(
            ssrc: 1, fractionLost: 0, cumulativeLost: 0, extendedSequenceNumber: 0, jitter: 0)
        let now = NTPTimestamp(bits: 0xb44d_b710_8000_0000)
        #expect(block.roundTripTime(at: now) == nil)
        block.lastSenderReport = now.middleBits + 1
        #expect(block.roundTripTime(at: now) == nil)
        block.lastSenderReport = now.middleBits
        #expect(block.roundTripTime(at: now) == .zero)
    }

    @Test("N24: a block tells the loss since the last report and since the start")
    func tellsLoss() {
        var receiver = Receiver(first: 0)
        let start = receiver.statistics
        for number in 1...100 as ClosedRange<UInt16> where number % 4 != 1 {
            receiver.receive(number)
        }
        let first = receiver.statistics
        let whole = RTCPReportBlock(first, since: nil)
        #expect(whole.cumulativeLost == 25)
        #expect(whole.fractionLost == 25 * 256 / 101)
        #expect(whole.extendedSequenceNumber == 100)
        #expect(RTCPReportBlock(first, since: start).fractionLost == 64)
        for number in 101...200 as ClosedRange<UInt16> { receiver.receive(number) }
        let second = RTCPReportBlock(receiver.statistics, since: first)
        #expect(second.cumulativeLost == 25)
        #expect(second.fractionLost == 0)
        receiver.receive(97)
        #expect(RTCPReportBlock(receiver.statistics, since: first).fractionLost == 0)
        let unchanged = receiver.statistics
        #expect(RTCPReportBlock(unchanged, since: unchanged).fractionLost == 0)
    }
}
