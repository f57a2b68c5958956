import BatonBase
import Testing

@testable import BatonBench

@Suite("Bench schedule")
struct SendScheduleTests {
    private let start = Instant(nanoseconds: 1_000_000)

    @Test("every stream sends once a round, its packets exactly one interval apart")
    func evenRounds() {
        let schedule = SendSchedule(
            start: start, callCount: 7, isBothWays: true, packetsPerSecond: 50)
        var last: [Int: (round: UInt64, due: Instant)] = [:]
        for position in UInt64(0)..<(14 * 20) {
            let (call, direction, round) = schedule.packet(position)
            let stream = call * 2 + Int(direction.rawValue)
            let due = schedule.due(position)
            if let before = last[stream] {
                #expect(round == before.round + 1)
                let gap = due.nanosecondsSince(before.due)
                #expect(gap >= 19_999_999 && gap <= 20_000_001)
            } else {
                #expect(round == 0)
            }
            last[stream] = (round, due)
        }
        #expect(last.count == 14)
    }

    @Test("the packets of all streams are spread evenly and never run ahead of the rate")
    func evenSpread() {
        let schedule = SendSchedule(
            start: start, callCount: 333, isBothWays: true, packetsPerSecond: 50)
        #expect(schedule.due(0) == start)
        for position in UInt64(1)..<20_000 {
            let gap = schedule.due(position).nanosecondsSince(schedule.due(position - 1))
            #expect(gap >= 30_029 && gap <= 30_031)
        }
        #expect(schedule.due(33_300 * 3600).nanosecondsSince(start) == 3_600_000_000_000)
    }

    @Test("one way means that callers only send")
    func oneWay() {
        let schedule = SendSchedule(
            start: start, callCount: 3, isBothWays: false, packetsPerSecond: 10)
        #expect(schedule.totalPacketsPerSecond == 30)
        for position in UInt64(0)..<30 {
            #expect(schedule.packet(position).direction == .callerToCallee)
        }
    }
}
