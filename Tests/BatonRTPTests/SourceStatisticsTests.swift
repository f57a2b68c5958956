import BatonBase
import BatonRTP
import Testing

/// A source whose packets are 20 ms of 8 kHz audio, received without jitter unless told.
struct Receiver {
    var statistics: SourceStatistics
    private let first: UInt16

    init(first: UInt16) {
        self.first = first
        statistics = SourceStatistics(
            ssrc: 7, sequenceNumber: first, timestamp: 0, payloadType: 0, bytes: 172,
            clockRateHz: 8000, at: Instant(nanoseconds: 1_000_000_000))
    }

    /// Receives the packet with this sequence number at the time when it was due.
    @discardableResult
    mutating func receive(_ sequenceNumber: UInt16) -> SourceArrival {
        let step = UInt32(sequenceNumber &- first)
        return statistics.receive(
            sequenceNumber: sequenceNumber, timestamp: step &* 160, payloadType: 0, bytes: 172,
            clockRateHz: 8000, at: Instant(nanoseconds: 1_000_000_000 + UInt64(step) * 20_000_000))
    }
}

@Suite("Source statistics (N24, RFC 3550 §A.1 and §A.3)")
struct SourceStatisticsTests {
    @Test("N24: counts packets and bytes from the first packet on")
    func countsFromTheFirst() {
        var receiver = Receiver(first: 100)
        #expect(receiver.statistics.packets == 1)
        #expect(receiver.statistics.lost == 0)
        #expect(receiver.statistics.expected == 1)
        for number in 101...200 as ClosedRange<UInt16> {
            #expect(receiver.receive(number) == .inOrder)
        }
        #expect(receiver.statistics.ssrc == 7)
        #expect(receiver.statistics.packets == 101)
        #expect(receiver.statistics.bytes == 101 * 172)
        #expect(receiver.statistics.lost == 0)
        #expect(receiver.statistics.extendedSequenceNumber == 200)
        #expect(receiver.statistics.timestamp == 16_000)
        #expect(receiver.statistics.jitterMicroseconds == 0)
    }

    @Test("N24: what is skipped is lost, and no longer so when it comes late")
    func countsLoss() {
        var receiver = Receiver(first: 10)
        #expect(receiver.receive(14) == .inOrder)
        #expect(receiver.statistics.lost == 3)
        #expect(receiver.receive(12) == .reordered)
        #expect(receiver.statistics.lost == 2)
        #expect(receiver.statistics.reordered == 1)
        #expect(receiver.statistics.timestamp == 4 * 160)
        #expect(receiver.statistics.extendedSequenceNumber == 14)
    }

    @Test("N24: duplicates are told apart at once and late, and hide no loss")
    func countsDuplicates() {
        var receiver = Receiver(first: 10)
        #expect(receiver.receive(10) == .duplicate)
        receiver.receive(11)
        receiver.receive(13)
        #expect(receiver.receive(11) == .duplicate)
        #expect(receiver.receive(12) == .reordered)
        #expect(receiver.receive(12) == .duplicate)
        #expect(receiver.statistics.duplicates == 3)
        #expect(receiver.statistics.packets == 4)
        #expect(receiver.statistics.bytes == 4 * 172)
        #expect(receiver.statistics.lost == 0)
    }

    @Test("N24: a duplicate is known wherever it lies in the window", arguments: 1..<100)
    func knowsDuplicate(behind: UInt16) {
        var receiver = Receiver(first: 1000)
        for number in 1001...1200 as ClosedRange<UInt16> where number != 1101 {
            receiver.receive(number)
        }
        let late = 1200 - behind
        #expect(receiver.receive(late) == (late == 1101 ? .reordered : .duplicate))
        #expect(receiver.receive(late) == .duplicate)
    }

    @Test("N24: the window survives gaps of every length", arguments: 1..<140)
    func windowSurvivesGap(gap: UInt16) {
        var receiver = Receiver(first: 500)
        receiver.receive(501)
        let newest = 501 + gap
        receiver.receive(newest)
        #expect(receiver.statistics.lost == Int64(gap) - 1)
        for number in 500...newest where newest - number < 100 {
            let wasReceived = number <= 501 || number == newest
            #expect(receiver.receive(number) == (wasReceived ? .duplicate : .reordered))
        }
    }

    @Test("N24: the sequence number wraps without loss")
    func wraps() {
        var receiver = Receiver(first: 65_533)
        for number in [65_534, 65_535, 0, 1, 3, 2] as [UInt16] { receiver.receive(number) }
        #expect(receiver.statistics.extendedSequenceNumber == 65_536 + 3)
        #expect(receiver.statistics.lost == 0)
        #expect(receiver.statistics.reordered == 1)
        #expect(receiver.statistics.packets == 7)
    }

    @Test("N24: a packet from before the first one seen is reordered, and leaves the loss true")
    func reordersBeforeTheFirst() {
        var receiver = Receiver(first: 1)
        #expect(receiver.receive(65_535) == .reordered)
        #expect(receiver.statistics.lost == 1)
        #expect(receiver.receive(0) == .reordered)
        #expect(receiver.statistics.lost == 0)
        #expect(receiver.statistics.packets == 3)
    }

    @Test("N24: one packet far off is a stray and changes nothing else")
    func passesOverStray() {
        var receiver = Receiver(first: 100)
        receiver.receive(101)
        #expect(receiver.receive(40_000) == .unexpected)
        #expect(receiver.receive(102) == .inOrder)
        #expect(receiver.receive(40_001) == .unexpected)
        #expect(receiver.statistics.strays == 2)
        #expect(receiver.statistics.restarts == 0)
        #expect(receiver.statistics.packets == 3)
        #expect(receiver.statistics.lost == 0)
    }

    @Test(
        "N24: two in a row far off are a restart; counts and losses go on",
        arguments: [
            40_000, 65_535, 3102, 65_500,
        ] as [UInt16])
    func restarts(at jump: UInt16) {
        var receiver = Receiver(first: 100)
        receiver.receive(102)
        #expect(receiver.receive(jump) == .unexpected)
        #expect(receiver.receive(jump &+ 1) == .restarted)
        #expect(receiver.receive(jump &+ 2) == .inOrder)
        #expect(receiver.receive(jump &+ 4) == .inOrder)
        #expect(receiver.statistics.restarts == 1)
        #expect(receiver.statistics.strays == 0)
        #expect(receiver.statistics.packets == 6)
        #expect(receiver.statistics.bytes == 6 * 172)
        #expect(receiver.statistics.lost == 2)
        #expect(receiver.statistics.extendedSequenceNumber & 0xffff == UInt64(jump &+ 4))
    }

    @Test("N24: the borders between gap, jump and lateness are those of §A.1")
    func keepsBorders() {
        func arrival(_ number: UInt16) -> SourceArrival {
            var receiver = Receiver(first: 10_000)
            return receiver.receive(number)
        }
        #expect(arrival(12_999) == .inOrder)
        #expect(arrival(13_000) == .unexpected)
        #expect(arrival(9901) == .reordered)
        #expect(arrival(9900) == .unexpected)
    }

    @Test("N24: agrees with the truth under any loss, order and duplication", arguments: 1...100)
    func agreesWithTruth(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let course = Course(random: &random)
        let first = UInt16(truncatingIfNeeded: course.arrivals[0])
        var receiver = Receiver(first: first)
        var seen: Set<Int> = [course.arrivals[0]]
        var newest = course.arrivals[0]
        var reordered: UInt64 = 0
        for number in course.arrivals.dropFirst() {
            let isNew = seen.insert(number).inserted
            let expected: SourceArrival =
                !isNew ? .duplicate : number < newest ? .reordered : .inOrder
            if expected == .reordered { reordered += 1 }
            newest = max(newest, number)
            #expect(receiver.receive(UInt16(truncatingIfNeeded: number)) == expected)
        }
        let oldest = seen.min() ?? 0
        #expect(receiver.statistics.packets == UInt64(seen.count))
        #expect(receiver.statistics.lost == Int64(newest - oldest + 1 - seen.count))
        #expect(receiver.statistics.reordered == reordered)
        #expect(receiver.statistics.duplicates == UInt64(course.arrivals.count - seen.count))
    }

    /// 2,000 packets of which some are lost, delayed by up to 40 places, or doubled.
    struct Course {
        var arrivals: [Int] = []

        init(random: inout SplitMix64) {
            let start = Int.random(in: 0...70_000, using: &random)
            let lossPercent = Int.random(in: 0...60, using: &random)
            let reach = Int.random(in: 0...40, using: &random)
            let doublePercent = Int.random(in: 0...20, using: &random)
            var timed: [(time: Int, number: Int)] = []
            for number in start..<(start + 2000) {
                let isLost = Int.random(in: 0..<100, using: &random) < lossPercent
                if isLost, number > start { continue }
                timed.append((number + Int.random(in: 0...reach, using: &random), number))
                guard Int.random(in: 0..<100, using: &random) < doublePercent else { continue }
                timed.append((number + Int.random(in: 0...reach, using: &random), number))
            }
            timed.sort { $0.time < $1.time }
            arrivals = timed.map(\.number)
        }
    }
}
