import BatonBase
import Testing

@testable import BatonMedia

// Each run gives plain values back, and has few loops: Swift 6.3 compiles a function with a
// variable like `RelayFixture` (not copyable), expectations and nested loops for many minutes.
@Suite("Counters of the relay core (N24, N28)")
struct RelayCoreCounterTests {
    @Test("N24: bytes, last sequence number and timestamp, payload type, restarts of a source")
    func lastPacket() {
        let (before, after) = Self.restart()
        #expect(before == [11, 11 * 160, 0, 2, 2 * 172, 0])
        #expect(Array(after.prefix(3)) == [40_002, 40_002 * 160, 8])
        #expect(after.last == 1)
    }

    private static func restart() -> ([UInt64], [UInt64]) {
        var relay = RelayFixture()
        let columns: [SourceCounter] = [
            .extendedSequenceNumber, .timestamp, .payloadType, .packets, .bytes, .restarts,
        ]
        for sequence in [10, 11] {
            _ = relay.receive(rtp(sequence), from: RelayFixture.partyA, on: 0)
        }
        let before = relay.sources(columns, 0)
        for sequence in [40_000, 40_001, 40_002] {
            _ = relay.receive(rtp(sequence, payloadType: 8), from: RelayFixture.partyA, on: 0)
        }
        return (before, relay.sources(columns, 0))
    }

    @Test("N28: what a full receive queue dropped is counted once, at the port and in the totals")
    func receiveQueueDrops() {
        let reports: [(UInt32, Int32)] = [(7, 0), (7, 0), (2, 1), (10, 0), (9, 0), (4, 7)]
        let expected: [[UInt64]] = [
            [7, 0, 7], [7, 0, 7], [7, 2, 9], [10, 2, 12], [10, 2, 12], [10, 2, 12],
        ]
        #expect(Self.drops(reports) == expected)
    }

    /// The counts of ports 0 and 1 and of the worker after each report of a port's drops so far.
    private static func drops(_ reports: [(UInt32, Int32)]) -> [[UInt64]] {
        var relay = RelayFixture()
        var counts: [[UInt64]] = []
        for (drops, slot) in reports {
            relay.core.setReceiveQueueDrops(drops, of: PortSlot(slot))
            counts.append(relay.receiveQueueDrops())
        }
        return counts
    }

    @Test("N28: every port's receive queue is looked at every two seconds while it is open")
    func inspects() {
        let (open, closed) = Self.looks()
        #expect(open.count == 4)
        #expect(open.values.allSatisfy { $0 == 4 || $0 == 5 })
        #expect(closed.isEmpty)
    }

    /// How often each port is looked at in ten seconds, and what is looked at once all are closed.
    private static func looks() -> ([PortSlot: Int], [PortSlot]) {
        var relay = RelayFixture()
        var looks: [PortSlot: Int] = [:]
        for _ in 0..<1_000 {
            relay.now = relay.now + .milliseconds(10)
            count(relay.inspections(), in: &looks)
        }
        for index in 0..<4 { relay.core.close(PortSlot(Int32(index))) }
        relay.now = relay.now + .seconds(5)
        return (looks, relay.inspections())
    }
}

private func count(_ slots: [PortSlot], in looks: inout [PortSlot: Int]) {
    for slot in slots { looks[slot, default: 0] += 1 }
}

extension RelayFixture {
    /// Several columns of a port's first source.
    func sources(_ columns: [SourceCounter], _ port: Int) -> [UInt64] {
        columns.map { source($0, port) }
    }

    /// The drops of the receive queues of ports 0 and 1, and the worker's total.
    func receiveQueueDrops() -> [UInt64] {
        [count(.receiveQueueDrops, 0), count(.receiveQueueDrops, 1), count(.receiveQueueDrops, 8)]
    }

    /// The ports whose receive queues are to be looked at now.
    mutating func inspections() -> [PortSlot] {
        var slots: [PortSlot] = []
        while let action = core.nextDueAction(at: now) {
            if case .inspectReceiveQueue(let slot) = action { slots.append(slot) }
        }
        return slots
    }
}
