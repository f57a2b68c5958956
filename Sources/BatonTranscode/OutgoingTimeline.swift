internal import BatonBase

/// Where a transcoder is in its source's time, and in that of its own packets.
struct OutgoingTimeline: Hashable, Sendable {
    /// `nil` until the source's first packet.
    var map: TimestampMap?
    /// For events whose clock is not that of the audio.
    var eventMap: TimestampMap?
    /// The source's timestamp behind the audio that was decoded last.
    var expected: UInt32 = 0
    /// The outgoing timestamp of the oldest sample that waits, or of the next one.
    var next: UInt32 = 0
    /// What the source's last packet was.
    var last = Kind.nothing
    /// How long its last packet of audio was, in its ticks.
    var packetTicks = 0
    /// The same in nanoseconds.
    var packetNanoseconds: UInt64 = 20_000_000
    /// When its last packet of audio was played.
    var playedAt: Instant?
    /// How many packets are missing before the one that is played.
    var lostPackets = 0
    /// Whether the next audio begins where its timestamp says, and not behind the last.
    var isLoose = true
    /// Whether the next packet out has the marker bit.
    var marker = false
    /// When a rest that fills no packet is sent.
    var flushAt: Instant?

    private var continues = false
    /// How far what passed last reaches behind ``next``, in outgoing ticks.
    private var passedTicks: UInt32 = 0

    /// What a packet was.
    enum Kind: Hashable {
        /// There was none of this source.
        case nothing
        /// Audio.
        case audio
        /// An event, or silence.
        case other
    }

    /// Another source comes.
    mutating func sourceChanged(isContinuous: Bool) {
        continues = isContinuous && map != nil
        map = nil
        eventMap = nil
        begin()
        marker = true
    }

    /// The source goes on with other sequence numbers.
    mutating func sequenceRestarted(isContinuous: Bool) {
        if isContinuous {
            continues = map != nil
            map = nil
        }
        begin()
        marker = true
    }

    /// Makes the map for packets of `inputRateHz` ready, the first of which has `timestamp`.
    mutating func prepareMap(
        from inputRateHz: Int, to outputRateHz: Int, timestamp: UInt32, at now: Instant
    ) {
        if let map, map.inputRateHz == inputRateHz {
            guard map.outputRateHz != outputRateHz else { return }
            // The source's time goes on; from here it is counted in another clock (RFC 7160).
            self.map = TimestampMap(
                from: inputRateHz, to: outputRateHz, input: timestamp,
                output: map.position(of: timestamp))
            expected = timestamp
            isLoose = true
            return
        }
        if map != nil || continues {
            // In the clock that the line has had so far (RFC 7160).
            let before = map?.outputRateHz ?? outputRateHz
            let position = continuation(outputRateHz: before, at: now)
            map = TimestampMap(
                from: inputRateHz, to: outputRateHz, input: timestamp, output: position)
        } else {
            map = TimestampMap(
                scalingFrom: inputRateHz, to: outputRateHz, input: timestamp)
            next = map?.position(of: timestamp) ?? 0
        }
        expected = timestamp
        isLoose = true
        continues = false
    }

    /// The outgoing timestamp that belongs to `now`: behind the last audio, and further on when
    /// more time has gone by since.
    func continuation(outputRateHz: Int, at now: Instant) -> UInt32 {
        let next = next &+ passedTicks
        guard let playedAt else { return next }
        let elapsed = now.nanosecondsSince(playedAt)
        let covered = packetNanoseconds
        guard elapsed > covered else { return next }
        let ticks = (elapsed - covered).multipliedFullWidth(by: UInt64(outputRateHz))
        let quotient = UInt64(1_000_000_000).dividingFullWidth(
            (ticks.high % 1_000_000_000, ticks.low)
        ).quotient
        return next &+ UInt32(truncatingIfNeeded: quotient)
    }

    /// A packet has passed undecoded, with this timestamp; nobody knows how long it is.
    mutating func passed(
        at timestamp: UInt32, _ sourceTimestamp: UInt32, clockRateHz: Int, _ now: Instant
    ) {
        next = timestamp
        passedTicks = UInt32(clamping: clockRateHz / 50)
        packetNanoseconds = 20_000_000
        playedAt = now
        expected = sourceTimestamp
        lostPackets = 0
        last = .other
        isLoose = true
    }

    /// What is encoded begins, or goes on, at `position`.
    mutating func goes(to position: UInt32) {
        next = position
        passedTicks = 0
    }

    private mutating func begin() {
        last = .nothing
        lostPackets = 0
        isLoose = true
    }
}
