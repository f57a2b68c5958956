internal import BatonBase
internal import BatonCrypto
internal import BatonIO

/// Sends the packets of all calls by schedule from one thread, and checks what arrives.
///
/// To cost little it never waits for packets: the kernel notes when each one arrives, and a socket
/// is read once for every few packets, when its stream sends. Between two bursts it sleeps.
struct MediaGenerator: ~Copyable {
    /// What one run sends.
    struct Load: Sendable {
        /// The calls 0 ..< this number send.
        var calls: Int
        var isBothWays: Bool
        /// Packets a second of each stream.
        var packetsPerSecond: Int
        /// How long to send before anything counts.
        var warmUp: Duration
        /// How long to send packets that count.
        var duration: Duration
        /// The shortest sleep: what falls due meanwhile is sent together. Zero never sleeps.
        var tick: Duration
        /// How long to wait for the last packets.
        var drain: Duration = .milliseconds(500)
    }

    private static let datagramsPerRead = 16
    /// An arrival waits in its socket at most about this long before it is read.
    private static let readIntervalMs = 40
    /// How many packets are sent at most before the clock's second is looked at again.
    private static let packetsPerBurst = 256
    /// When nothing has come for this long after the last packet, nothing more will.
    private static let quiet: Duration = .milliseconds(200)

    private let codec: MediaPacketCodec
    private let sockets: PartySockets
    private var descriptors: [Int32] = []
    private var burst: DatagramBurst
    private var packet: [UInt8]
    /// The keys of each socket's party; empty where nothing is protected.
    var protections: [PartyProtection?] = []
    /// Room for a packet while it is unprotected.
    private var opened: [UInt8]
    private var receptions: [StreamReception] = []
    /// The number of the next packet of every stream.
    private var nextSequence: UInt32 = 0
    /// The numbers of the packets that count.
    private var measured: Range<UInt32> = 0..<0
    private var roundsPerRead: UInt64 = 1
    private var clocks = ClockOffset()
    private var tally = MediaTally()

    init(codec: MediaPacketCodec, sockets: PartySockets) {
        self.codec = codec
        self.sockets = sockets
        burst = DatagramBurst(
            capacity: Self.datagramsPerRead,
            datagramBytes: codec.packetBytes + SRTPContext.tailroomBytes)
        packet = Array(repeating: 0, count: codec.packetBytes + SRTPContext.tailroomBytes)
        opened = packet
    }

    /// Runs `load`. `eachTurn` is called before each burst, with the time and what has been counted
    /// so far, and says whether to go on; `targetCPU` reads the target's CPU time.
    mutating func run(
        _ load: Load, targetCPU: () -> UInt64? = { nil }, eachTurn: (Instant, MediaTally) -> Bool
    ) -> MediaTally {
        let warmUpRounds = Self.rounds(load.warmUp, load)
        let measuredRounds = max(1, Self.rounds(load.duration, load))
        prepare(load, warmUpRounds, measuredRounds)
        let schedule = SendSchedule(
            start: MonotonicClock.now() + .milliseconds(2), callCount: load.calls,
            isBothWays: load.isBothWays, packetsPerSecond: load.packetsPerSecond)
        let perRound = UInt64(schedule.streamCount)
        let middle = UInt64(warmUpRounds) * perRound
        let end = UInt64(warmUpRounds + measuredRounds) * perRound
        let first = nextSequence
        var position: UInt64 = 0
        var isComplete = send(schedule, load.tick, first, from: &position, to: middle, eachTurn)
        let start = GeneratorUsage(target: targetCPU())
        isComplete =
            isComplete && send(schedule, load.tick, first, from: &position, to: end, eachTurn)
        let stop = GeneratorUsage(target: targetCPU())
        drain(schedule, upTo: load.drain)
        nextSequence = first + UInt32(truncatingIfNeeded: position / perRound) + 1
        tally.note(from: start, to: stop)
        tally.isCutShort = !isComplete
        return tally
    }

    private static func rounds(_ duration: Duration, _ load: Load) -> UInt32 {
        UInt32(clamping: duration.wholeMilliseconds * load.packetsPerSecond / 1000)
    }

    private mutating func prepare(_ load: Load, _ warmUpRounds: UInt32, _ measuredRounds: UInt32) {
        let streams = load.calls * 2
        while receptions.count < streams { receptions.append(StreamReception()) }
        tally = MediaTally()
        tally.receivedByStream = Array(repeating: 0, count: streams)
        let first = nextSequence + warmUpRounds
        measured = first..<(first + measuredRounds)
        let rounds = load.packetsPerSecond * Self.readIntervalMs / 1000
        roundsPerRead = UInt64(min(max(rounds, 1), Self.datagramsPerRead))
        descriptors = sockets.descriptors
        clocks.update()
    }

    // MARK: Sending

    /// Sends the packets from `position` to `end`, each when it is due. `false` when told to stop.
    private mutating func send(
        _ schedule: SendSchedule, _ tick: Duration, _ first: UInt32,
        from position: inout UInt64, to end: UInt64,
        _ eachTurn: (Instant, MediaTally) -> Bool
    ) -> Bool {
        var nextUpdate = MonotonicClock.now() + .seconds(1)
        while position < end {
            let now = MonotonicClock.now()
            if now >= nextUpdate {
                nextUpdate = now + .seconds(1)
                clocks.update()
            }
            guard eachTurn(now, tally) else { return false }
            sendDue(schedule, first, from: &position, to: end)
            guard tick > .zero, position < end else { continue }
            PreciseTimer.sleep(until: max(schedule.due(position), now + tick))
        }
        return true
    }

    /// Sends what is due by now, and reads the sockets whose turn it is.
    private mutating func sendDue(
        _ schedule: SendSchedule, _ first: UInt32, from position: inout UInt64, to end: UInt64
    ) {
        for _ in 0..<Self.packetsPerBurst where position < end {
            let now = MonotonicClock.now()
            let due = schedule.due(position)
            guard due <= now else { return }
            let (call, direction, round) = schedule.packet(position)
            position += 1
            let stamp = MediaStamp(
                call: UInt32(truncatingIfNeeded: call), direction: direction,
                sequence: first &+ UInt32(truncatingIfNeeded: round), sentAt: now)
            let sender = PartySockets.index(call: call, isCallee: direction == .calleeToCaller)
            let sending = send(stamp, from: sender)
            if measured.contains(stamp.sequence) {
                tally.lateness.record(nanoseconds: now.nanosecondsSince(due))
                tally.note(sending)
            }
            if (round &+ UInt64(call)) % roundsPerRead == 0 { receive(call, direction) }
        }
    }

    @inline(__always)
    private mutating func send(_ stamp: MediaStamp, from sender: Int) -> DatagramSending {
        let (codec, descriptor) = (codec, descriptors[sender])
        let protection = protections.isEmpty ? nil : protections[sender]
        var length = codec.packetBytes
        var bytes = packet.mutableSpan
        var rawBytes = bytes.mutableBytes
        codec.write(stamp, into: &rawBytes)
        if let protection {
            guard let protected = protection.protect(&rawBytes, byteCount: length) else {
                return .failed(0)
            }
            length = protected
        }
        return packet.span.bytes.extracting(0..<length).send(on: descriptor)
    }

    // MARK: Receiving

    /// Reads what has come for the party that receives `direction` of `call`.
    private mutating func receive(_ call: Int, _ direction: MediaDirection) {
        let descriptor = descriptors[PartySockets.receiver(call: call, direction)]
        var count = 0
        repeat {
            count = burst.receive(from: descriptor)
            for slot in 0..<count { check(slot, call, direction) }
        } while count == burst.capacity
    }

    private mutating func check(_ slot: Int, _ call: Int, _ direction: MediaDirection) {
        switch read(slot, PartySockets.receiver(call: call, direction)) {
        case .foreign: tally.foreign &+= 1
        case .corrupt: tally.corrupt &+= 1
        case .intact(let stamp):
            guard Int(stamp.call) == call, stamp.direction == direction else {
                tally.misdirected &+= 1
                return
            }
            count(stamp, slot, stream: call * 2 + Int(direction.rawValue))
        }
    }

    /// Reads a datagram of the socket `receiver`, unprotected where it has keys; what cannot be
    /// unprotected is corrupt.
    @inline(__always)
    private mutating func read(_ slot: Int, _ receiver: Int) -> MediaReading {
        guard !protections.isEmpty, let protection = protections[receiver] else {
            return codec.read(burst.datagram(slot))
        }
        return readProtected(slot, protection)
    }

    private mutating func readProtected(
        _ slot: Int, _ protection: PartyProtection
    ) -> MediaReading {
        let length = burst.datagram(slot).byteCount
        guard length <= opened.count else { return .foreign }
        for index in 0..<length { opened[index] = burst.datagram(slot).uint8(at: index) }
        var bytes = opened.mutableSpan
        var rawBytes = bytes.mutableBytes
        guard let opened = protection.unprotect(&rawBytes, byteCount: length) else {
            return .corrupt
        }
        return codec.read(self.opened.span.bytes.extracting(0..<opened))
    }

    private mutating func count(_ stamp: MediaStamp, _ slot: Int, stream: Int) {
        let arrival = receptions[stream].receive(stamp.sequence)
        guard measured.contains(stamp.sequence) else { return }
        if arrival == .duplicate {
            tally.duplicates &+= 1
            return
        }
        if arrival == .reordered { tally.reordered &+= 1 }
        tally.received &+= 1
        tally.receivedByStream[stream] &+= 1
        if let wall = burst.arrival(of: slot) {
            let time = clocks.monotonic(wall: wall)
            tally.latency.record(nanoseconds: time.nanosecondsSince(stamp.sentAt))
        }
    }

    /// Reads all sockets of the first `calls` calls once, outside of a run.
    ///
    /// - Returns: how many datagrams were there that this run never sent.
    mutating func readStrangers(calls: Int) -> UInt64 {
        descriptors = sockets.descriptors
        while receptions.count < calls * 2 { receptions.append(StreamReception()) }
        tally = MediaTally()
        tally.receivedByStream = Array(repeating: 0, count: calls * 2)
        for call in 0..<calls {
            for direction in MediaDirection.allCases { receive(call, direction) }
        }
        return tally.foreign
    }

    /// Reads every socket until all packets have come, or no more do.
    private mutating func drain(_ schedule: SendSchedule, upTo limit: Duration) {
        let start = MonotonicClock.now()
        var lastChange = start
        while true {
            let before = tally.received
            for call in 0..<schedule.callCount {
                receive(call, .callerToCallee)
                if schedule.streamCount > schedule.callCount { receive(call, .calleeToCaller) }
            }
            let now = MonotonicClock.now()
            if tally.received != before { lastChange = now }
            if tally.lost == 0 || now - start >= limit || now - lastChange >= Self.quiet { return }
            PreciseTimer.sleep(until: now + .milliseconds(5))
        }
    }
}

/// The distance between the wall clock, which stamps arrivals, and the monotonic clock.
struct ClockOffset: Sendable {
    private var wallMinusMonotonic: UInt64 = 0

    /// Measures the distance anew: of several readings, the one least disturbed.
    mutating func update() {
        var least = UInt64.max
        for _ in 0..<5 {
            let before = MonotonicClock.now()
            let wall = WallClock.nanosecondsSince1970()
            let gap = MonotonicClock.now().nanosecondsSince(before)
            guard gap < least else { continue }
            least = gap
            wallMinusMonotonic = wall &- before.nanoseconds &- gap / 2
        }
    }

    /// The monotonic time of a wall-clock time.
    @inline(__always)
    func monotonic(wall: UInt64) -> Instant {
        Instant(nanoseconds: wall &- wallMinusMonotonic)
    }
}
