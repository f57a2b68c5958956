internal import BatonBase
internal import BatonIO

/// Sends encoded sound from the callers and takes in what the callees hear, from one thread.
struct SoundGenerator: ~Copyable {
    /// What is sent: the packets of each pilot tone, over and over.
    struct Sending: Sendable {
        var loops: [[[UInt8]]]
        var codec: SoundCodec
        /// The payload type of each call's caller.
        var payloadTypes: [UInt8]
    }

    /// What is heard.
    struct Hearing: Sendable {
        var codec: SoundCodec
        /// The payload type of each call's callee.
        var payloadTypes: [UInt8]
    }

    /// How long, and how finely.
    struct Load: Sendable {
        var calls: Int
        var warmUp: Duration
        var duration: Duration
        var tick: Duration
    }

    /// What came of it.
    struct Outcome: Sendable {
        var sent: UInt64 = 0
        var unsent: UInt64 = 0
        var lateness = LatencyHistogram()
        var elapsed: Duration = .zero
        var generatorCPU: UInt64 = 0
        var targetCPU: UInt64?
        var receptions: [SoundReception] = []
        var isCutShort = false
    }

    private let sending: Sending?
    private let hearing: Hearing
    private let descriptors: [Int32]
    private var burst = DatagramBurst(capacity: 16, datagramBytes: 2_048)
    private var packet = [UInt8](repeating: 0, count: 2_048)
    private var outcome = Outcome()
    private var isMeasured = false

    /// - Parameter sending: `nil` when only the relay sends.
    init(_ sending: Sending?, _ hearing: Hearing, _ sockets: PartySockets) {
        self.sending = sending
        self.hearing = hearing
        descriptors = sockets.descriptors
    }

    /// Runs `load`; `eachTurn` says whether to go on.
    mutating func run(
        _ load: Load, targetCPU: () -> UInt64?, eachTurn: (Instant, UInt64, Bool) -> Bool
    ) -> Outcome {
        outcome.receptions = Array(repeating: SoundReception(), count: load.calls)
        let schedule = SendSchedule(
            start: MonotonicClock.now() + .milliseconds(2), callCount: load.calls,
            isBothWays: false, packetsPerSecond: 50)
        let warmUpEnd = UInt64(load.warmUp.wholeMilliseconds / 20) * UInt64(load.calls)
        let rounds = max(1, load.duration.wholeMilliseconds / 20)
        let end = warmUpEnd + UInt64(rounds) * UInt64(load.calls)
        var position: UInt64 = 0
        var goesOn = pass(schedule, load, from: &position, to: warmUpEnd, eachTurn)
        isMeasured = true
        let start = GeneratorUsage(target: targetCPU())
        goesOn = goesOn && pass(schedule, load, from: &position, to: end, eachTurn)
        let stop = GeneratorUsage(target: targetCPU())
        for call in 0..<load.calls { receive(call) }
        outcome.elapsed = stop.time - start.time
        outcome.generatorCPU = stop.thread &- start.thread
        if let from = start.target, let to = stop.target { outcome.targetCPU = to &- from }
        outcome.isCutShort = !goesOn
        return outcome
    }

    /// Does what is due from `position` to `end`; false when told to stop.
    private mutating func pass(
        _ schedule: SendSchedule, _ load: Load, from position: inout UInt64, to end: UInt64,
        _ eachTurn: (Instant, UInt64, Bool) -> Bool
    ) -> Bool {
        while position < end {
            let now = MonotonicClock.now()
            guard eachTurn(now, outcome.sent, isMeasured) else { return false }
            while position < end {
                let due = schedule.due(position)
                let now = MonotonicClock.now()
                guard due <= now else { break }
                let (call, _, round) = schedule.packet(position)
                position += 1
                if isMeasured {
                    outcome.lateness.record(nanoseconds: now.nanosecondsSince(due))
                }
                send(call, round)
                receive(call)
            }
            guard position < end else { break }
            PreciseTimer.sleep(until: max(schedule.due(position), now + load.tick))
        }
        return true
    }

    private mutating func send(_ call: Int, _ round: UInt64) {
        guard let sending else { return }
        let loop = sending.loops[call % sending.loops.count]
        let payload = loop[Int(round % UInt64(loop.count))]
        var span = packet.mutableSpan
        var bytes = span.mutableBytes
        bytes.store(UInt8(0x80), at: 0)
        bytes.store(sending.payloadTypes[call], at: 1)
        bytes.store(UInt16(truncatingIfNeeded: round), at: 2)
        let ticks = UInt32(truncatingIfNeeded: round) &* sending.codec.ticksPerPacket
        bytes.store(ticks, at: 4)
        bytes.store(UInt32(truncatingIfNeeded: call &+ 1) &* 0x9e37_79b1, at: 8)
        for (index, byte) in payload.enumerated() { bytes.store(byte, at: 12 + index) }
        let descriptor = descriptors[PartySockets.index(call: call, isCallee: false)]
        let result = packet.span.bytes.extracting(0..<12 + payload.count).send(on: descriptor)
        guard isMeasured else { return }
        if result == .sent { outcome.sent &+= 1 } else { outcome.unsent &+= 1 }
    }

    private mutating func receive(_ call: Int) {
        let descriptor = descriptors[PartySockets.index(call: call, isCallee: true)]
        var count = 0
        repeat {
            count = burst.receive(from: descriptor)
            Self.take(
                burst, payloadType: hearing.payloadTypes[call],
                ticksPerPacket: hearing.codec.ticksPerPacket, isMeasured: isMeasured,
                into: &outcome.receptions[call])
        } while count == burst.capacity
    }

    private static func take(
        _ burst: borrowing DatagramBurst, payloadType: UInt8, ticksPerPacket: UInt32,
        isMeasured: Bool, into reception: inout SoundReception
    ) {
        for slot in 0..<burst.count {
            reception.receive(
                burst.datagram(slot), payloadType: payloadType, ticksPerPacket: ticksPerPacket,
                isMeasured: isMeasured)
        }
    }
}
