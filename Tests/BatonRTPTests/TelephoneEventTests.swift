import BatonBase
import BatonRTP
import Testing

@Suite("Telephone events (RFC 4733 §2.3)")
struct TelephoneEventTests {
    @Test("a report is written as the picture of §2.3 says, and read back")
    func roundTrip() throws {
        let event = TelephoneEvent(code: 1, isEnd: true, volume: 20, duration: 2_000)
        var bytes = [UInt8](repeating: 0xff, count: 6)
        var typed = bytes.mutableSpan
        var span = typed.mutableBytes
        #expect(event.write(to: &span) == 4)
        #expect(bytes == [1, 0x94, 0x07, 0xd0, 0xff, 0xff])
        #expect(TelephoneEvent(bytes.span.bytes) == event)
    }

    @Test("the reserved bit is ignored, and what is too short is no report")
    func edges() {
        let reserved: [UInt8] = [5, 0x4a, 0x01, 0x90]
        #expect(
            TelephoneEvent(reserved.span.bytes)
                == TelephoneEvent(code: 5, isEnd: false, volume: 10, duration: 400))
        for count in 0..<4 {
            #expect(TelephoneEvent(reserved.span.bytes.extracting(first: count)) == nil)
        }
    }
}

/// A sender, a clock and what was sent.
private struct Sending {
    var sender: DTMFEventSender
    var sent: [(milliseconds: Int, packet: DTMFEventSender.Packet)] = []

    init(_ change: (inout DTMFEventSender.Settings) -> Void = { _ in }) {
        var settings = DTMFEventSender.Settings()
        change(&settings)
        sender = DTMFEventSender(settings)
    }

    /// Lets the time go from `start` to `end` in milliseconds; timestamps begin at 0.
    mutating func run(_ start: Int, to end: Int) {
        let perMillisecond = UInt32(sender.settings.clockRateHz / 1_000)
        for millisecond in start..<end {
            let now = Instant(nanoseconds: UInt64(millisecond) * 1_000_000)
            while let packet = sender.next(
                at: now, timestamp: UInt32(millisecond) * perMillisecond)
            {
                sent.append((millisecond, packet))
            }
        }
    }
}

@Suite("Sending telephone events (RFC 4733 §2.5.1)")
struct TelephoneEventSenderTests {
    @Test("dialling 911 at the times of §5's example gives its timestamps and durations")
    func example() throws {
        var sending = Sending()
        try sending.sender.enqueue(9, duration: .milliseconds(200), volume: 7)
        sending.run(0, to: 880)
        try sending.sender.enqueue(1, duration: .milliseconds(250), volume: 10)
        sending.run(880, to: 1_400)
        try sending.sender.enqueue(1, duration: .milliseconds(250), volume: 20)
        sending.run(1_400, to: 1_451)
        let nine = sending.sent.prefix(6)
        #expect(nine.map(\.milliseconds) == [50, 100, 150, 200, 250, 300])
        #expect(nine.allSatisfy { $0.packet.timestamp == 0 && $0.packet.event.code == 9 })
        #expect(nine.map(\.packet.event.duration) == [400, 800, 1_200, 1_600, 1_600, 1_600])
        #expect(nine.map(\.packet.event.isEnd) == [false, false, false, true, true, true])
        #expect(nine.map(\.packet.marker) == [true, false, false, false, false, false])
        let one = sending.sent.dropFirst(6).prefix(7)
        #expect(one.allSatisfy { $0.packet.timestamp == 7_040 })
        #expect(one.last?.packet.event.duration == 2_000)
        let last = try #require(sending.sent.last?.packet)
        #expect(sending.sent.count == 14)
        #expect(last.timestamp == 11_200 && last.marker)
        #expect(last.event == TelephoneEvent(code: 1, isEnd: false, volume: 20, duration: 400))
    }

    @Test("events follow each other with a pause, and the shortest one lasts 40 ms")
    func sequence() throws {
        var sending = Sending { $0.interval = .milliseconds(20) }
        for code in [1, 2, 3] as [UInt8] {
            try sending.sender.enqueue(code, duration: .milliseconds(1))
        }
        sending.run(0, to: 1_000)
        let starts = sending.sent.filter(\.packet.marker)
        #expect(starts.map(\.packet.event.code) == [1, 2, 3])
        #expect(sending.sent.filter(\.packet.event.isEnd).count == 9)
        #expect(sending.sent.allSatisfy { $0.packet.event.duration <= 320 })
        #expect(sending.sent.last?.packet.event.duration == 320)
        for (earlier, later) in zip(starts, starts.dropFirst()) {
            #expect(later.packet.timestamp - earlier.packet.timestamp >= 640)
        }
        #expect(!sending.sender.isBusy)
    }

    @Test("an event beyond 65,535 ticks goes in segments without a gap (§2.5.1.3)")
    func segments() throws {
        var sending = Sending { $0.clockRateHz = 48_000 }
        try sending.sender.enqueue(0, duration: .milliseconds(3_000))
        sending.run(0, to: 4_000)
        let packets = sending.sent.map(\.packet)
        #expect(Set(packets.map(\.timestamp)) == [0, 65_535, 131_070])
        #expect(packets.filter(\.marker).count == 1)
        let end = try #require(packets.last)
        #expect(end.event.isEnd && UInt32(end.event.duration) + end.timestamp == 144_000)
        #expect(packets.filter(\.event.isEnd).count == 3)
    }

    @Test("an event that is stopped ends where it was stopped")
    func stops() throws {
        var sending = Sending()
        try sending.sender.enqueue(5, duration: .seconds(10))
        sending.run(0, to: 120)
        sending.sender.stop(at: Instant(nanoseconds: 120_000_000))
        sending.run(120, to: 1_000)
        #expect(sending.sent.last?.packet.event.duration == 960)
        #expect(sending.sent.filter(\.packet.event.isEnd).count == 3)
    }

    @Test("the queue has a limit")
    func limit() throws {
        var sending = Sending { $0.queueMax = 2 }
        try sending.sender.enqueue(1)
        try sending.sender.enqueue(2)
        #expect(throws: DTMFEventSender.QueueFull.self) { try sending.sender.enqueue(3) }
    }
}

@Suite("Receiving telephone events (RFC 4733 §2.5.2)")
struct TelephoneEventReceiverTests {
    /// Passes on what `sender` sent as far as `arrives` says, then lets a second go by.
    private func receive(
        _ packets: [(milliseconds: Int, packet: DTMFEventSender.Packet)],
        where arrives: (Int) -> Int
    ) -> [DTMFEventReceiver.Report] {
        var receiver = DTMFEventReceiver()
        var reports: [DTMFEventReceiver.Report] = []
        var end = 0
        for (index, sent) in packets.enumerated() {
            let now = Instant(nanoseconds: UInt64(sent.milliseconds) * 1_000_000)
            end = sent.milliseconds
            receiver.tick(at: now) { reports.append($0) }
            for _ in 0..<arrives(index) {
                receiver.receive(sent.packet.event, timestamp: sent.packet.timestamp, at: now) {
                    reports.append($0)
                }
            }
        }
        receiver.tick(at: Instant(nanoseconds: UInt64(end + 1_000) * 1_000_000)) {
            reports.append($0)
        }
        return reports
    }

    private func dialled() throws -> [(milliseconds: Int, packet: DTMFEventSender.Packet)] {
        var sending = Sending { $0.interval = .milliseconds(20) }
        for code in [9, 1, 1] as [UInt8] {
            try sending.sender.enqueue(code, duration: .milliseconds(100))
        }
        sending.run(0, to: 2_000)
        return sending.sent
    }

    @Test("each event begins once and ends once, with its duration")
    func whole() throws {
        let reports = receive(try dialled()) { _ in 1 }
        #expect(reports.count == 6)
        for (index, code) in ([9, 1, 1] as [UInt8]).enumerated() {
            guard case .began(code, volume: 10, _) = reports[2 * index],
                case .ended(code, _, ticks: 800, isEndLost: false) = reports[2 * index + 1]
            else {
                Issue.record("event \(index): \(reports[2 * index]), \(reports[2 * index + 1])")
                continue
            }
        }
    }

    @Test(
        "loss and duplication neither lose nor repeat a digit",
        arguments: 1...200 as ClosedRange<UInt64>)
    func survivesLoss(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let packets = try dialled()
        // Of each event's seven reports at least one arrives.
        var copies = packets.map { _ in Int.random(in: 0...2, using: &random) }
        for first in stride(from: 0, to: packets.count, by: 7) {
            let last = min(first + 7, packets.count)
            if copies[first..<last].allSatisfy({ $0 == 0 }) { copies[first] = 1 }
        }
        let reports = receive(packets) { copies[$0] }
        let began = reports.compactMap { report -> UInt8? in
            if case .began(let code, _, _) = report { code } else { nil }
        }
        #expect(began == [9, 1, 1], "seed \(seed)")
        #expect(reports.count == 6, "seed \(seed)")
    }

    @Test("an event whose end is lost ends when nothing more is heard of it")
    func lostEnd() throws {
        let packets = try dialled()
        let reports = receive(packets) { packets[$0].packet.event.isEnd ? 0 : 1 }
        #expect(reports.count == 6)
        #expect(
            reports.last
                == .ended(
                    code: 1, timestamp: packets[packets.count - 1].packet.timestamp, ticks: 640,
                    isEndLost: true))
    }

    @Test("the duration of a long event goes on over its segments")
    func segments() throws {
        var sending = Sending { $0.clockRateHz = 48_000 }
        try sending.sender.enqueue(0, duration: .milliseconds(3_000))
        sending.run(0, to: 4_000)
        let reports = receive(sending.sent) { _ in 1 }
        #expect(
            reports == [
                .began(code: 0, volume: 10, timestamp: 0),
                .ended(code: 0, timestamp: 0, ticks: 144_000, isEndLost: false),
            ])
    }
}
