import BatonBase
import BatonRTP
import Testing

/// A packet of some source as it reaches the sink.
private struct Arrival {
    var time: Int
    var epoch: Int
    var ssrc: UInt32
    var sequenceNumber: UInt16
    var timestamp: UInt32
}

/// Sources that speak one after the other, through a network that loses, delays and doubles.
private struct Conversation {
    var arrivals: [Arrival] = []
    /// Packets lost within a stretch, its ends not counted.
    var lost = 0

    init(seed: UInt64, maximumDelayMs: Int, lossPercent: Int, doublePercent: Int) {
        var random = SplitMix64(seed: seed)
        var time = 1000
        for epoch in 0..<30 {
            // Few SSRCs, so that sources come back, with other numbers than before.
            let ssrc = UInt32.random(in: 1...3, using: &random)
            var number = UInt16.random(in: 0 ... .max, using: &random)
            var timestamp = UInt32.random(in: 0 ... .max, using: &random)
            let count = Int.random(in: 10...80, using: &random)
            for index in 0..<count {
                let isEnd = index == 0 || index == count - 1
                if !isEnd, Int.random(in: 0..<100, using: &random) < lossPercent {
                    lost += 1
                } else {
                    let copies = Int.random(in: 0..<100, using: &random) < doublePercent ? 2 : 1
                    for _ in 0..<copies {
                        arrivals.append(
                            Arrival(
                                time: time + .random(in: 0...maximumDelayMs, using: &random),
                                epoch: epoch, ssrc: ssrc, sequenceNumber: number,
                                timestamp: timestamp))
                    }
                }
                time += 20
                number &+= 1
                timestamp &+= 160
            }
            time += .random(in: 0...3000, using: &random)
        }
        // Equal times keep their order: sort by time, then by position.
        arrivals = arrivals.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element)
    }
}

/// What the receiver of the sink sees, with both numbers unwrapped.
private struct Sink {
    var identity: ContinuousIdentity
    var highest: Int
    var highestTimestamp: Int
    /// Place in the sequence → timestamp and the source packet that went out there.
    var places: [Int: (timestamp: Int, source: String)] = [:]
    var dropped = 0

    init(_ first: Arrival) {
        identity = ContinuousIdentity(
            ssrc: first.ssrc, sequenceNumber: first.sequenceNumber, timestamp: first.timestamp,
            at: Instant(nanoseconds: UInt64(first.time) * 1_000_000))
        highest = Int(first.sequenceNumber)
        highestTimestamp = Int(first.timestamp)
        places[highest] = (highestTimestamp, "\(first.epoch) \(first.sequenceNumber)")
    }

    mutating func receive(_ arrival: Arrival) {
        let outgoing = identity.rewrite(
            ssrc: arrival.ssrc, sequenceNumber: arrival.sequenceNumber,
            timestamp: arrival.timestamp, clockRateHz: 8000,
            at: Instant(nanoseconds: UInt64(arrival.time) * 1_000_000))
        guard let outgoing else {
            dropped += 1
            return
        }
        #expect(outgoing.ssrc == identity.ssrc)
        let place =
            highest
            + Int(Int16(bitPattern: outgoing.sequenceNumber &- UInt16(truncatingIfNeeded: highest)))
        let timestamp =
            highestTimestamp
            + Int(
                Int32(
                    bitPattern: outgoing.timestamp &- UInt32(truncatingIfNeeded: highestTimestamp)))
        if place > highest {
            highest = place
            highestTimestamp = timestamp
        }
        let source = "\(arrival.epoch) \(arrival.sequenceNumber)"
        if let taken = places[place] {
            #expect(taken.timestamp == timestamp && taken.source == source, "place \(place)")
        }
        places[place] = (timestamp, source)
    }

    /// Timestamps rise with the sequence, strictly.
    func expectMonotonic() {
        var last = Int.min
        for place in places.keys.sorted() {
            let timestamp = places[place]?.timestamp ?? .min
            #expect(timestamp > last, "place \(place)")
            last = timestamp
        }
    }

    /// Numbers of the sequence between its ends at which nothing was sent.
    var gaps: Int { (places.keys.max() ?? 0) - (places.keys.min() ?? 0) + 1 - places.count }
}

@Suite("Continuous identity over any course (N24)")
struct ContinuousIdentityPropertyTests {
    private func sink(_ conversation: Conversation) -> Sink {
        var sink = Sink(conversation.arrivals[0])
        for arrival in conversation.arrivals.dropFirst() { sink.receive(arrival) }
        return sink
    }

    @Test("without loss and delay the receiver sees one source without a gap", arguments: 1...50)
    func isUnbroken(seed: UInt64) {
        let conversation = Conversation(
            seed: seed, maximumDelayMs: 0, lossPercent: 0, doublePercent: 0)
        let sink = sink(conversation)
        sink.expectMonotonic()
        #expect(sink.dropped == 0)
        #expect(sink.gaps == 0)
        #expect(sink.places.count == conversation.arrivals.count)
    }

    @Test(
        "each number is one packet, timestamps rise, gaps are what the network lost",
        arguments: 1...200)
    func isConsistent(seed: UInt64) {
        let conversation = Conversation(
            seed: seed, maximumDelayMs: 70, lossPercent: Int(seed % 30), doublePercent: 5)
        let sink = sink(conversation)
        sink.expectMonotonic()
        #expect(sink.gaps <= conversation.lost + sink.dropped)
        // Only what overtook a change may be refused: a few packets a change.
        #expect(sink.dropped <= 30 * 8)
    }

    @Test("even two sources that speak at once make one consistent stream", arguments: 1...50)
    func survivesGlare(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bases = (0..<2).map { _ in UInt16.random(in: 0 ... .max, using: &random) }
        let delays = (0..<400).map { _ in Int.random(in: 0...30, using: &random) }
        var arrivals: [Arrival] = []
        for index in 0..<400 {
            let source = index % 2
            arrivals.append(
                Arrival(
                    time: 1000 + index / 2 * 20 + delays[index], epoch: source,
                    ssrc: UInt32(source), sequenceNumber: bases[source] &+ UInt16(index / 2),
                    timestamp: UInt32(index / 2 * 160)))
        }
        arrivals.sort { $0.time < $1.time }
        var sink = Sink(arrivals[0])
        for arrival in arrivals.dropFirst() { sink.receive(arrival) }
        sink.expectMonotonic()
        #expect(sink.gaps <= sink.dropped)
    }
}
