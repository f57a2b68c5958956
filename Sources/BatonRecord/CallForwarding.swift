import BatonBase

/// The lines of a call whose audio goes to whoever listens, each by a connection of its own.
final class CallForwarding {
    private let plan: ForwardingPlan
    private var streams: [TapNumber: ForwardedStream] = [:]
    /// Those that are over but for what is still to be sent.
    private var ending: [ForwardedStream] = []
    private var begins: Set<TapNumber> = []

    init(_ plan: ForwardingPlan) { self.plan = plan }

    /// Whether there is nothing left to send.
    var isOver: Bool { begins.isEmpty && streams.isEmpty && ending.isEmpty }

    /// The streams there are.
    var all: [ForwardedStream] { Array(streams.values) + ending }

    /// The lines are these from `time` on.
    func update(_ lines: some Collection<RecordedLine>, at time: Instant) {
        begins = Set(lines.filter { $0.isForwarded && $0.isAudio }.map(\.number))
        for line in lines { streams[line.number]?.line = line }
        for (number, stream) in streams where !begins.contains(number) {
            stream.end(at: time)
            ending.append(stream)
            streams[number] = nil
        }
    }

    /// Whether the audio of a line is wanted.
    func takes(_ line: RecordedLine) -> Bool { begins.contains(line.number) }

    /// Begins the line's audio with a packet that came at `time`.
    func beginAudio(of line: RecordedLine, _ audio: CallAudio, at time: Instant) {
        guard streams[line.number] == nil else { return }
        streams[line.number] = ForwardedStream(line, plan, audio, at: time)
    }

    /// Sends what can be sent; with `isLast` whatever cannot is given up.
    func turn(at now: Instant, of audio: CallAudio, isLast: Bool) -> [ForwardingEvent] {
        var events: [ForwardingEvent] = []
        for stream in streams.values {
            _ = stream.turn(at: now, of: audio, isLast: isLast)
            events += stream.takeEvents()
        }
        ending.removeAll { stream in
            let isOver = stream.turn(at: now, of: audio, isLast: isLast)
            events += stream.takeEvents()
            if isOver { events.append(stream.event(.ended)) }
            return isOver
        }
        return events
    }
}

extension CallForwarding: DecodedAudioSink {
    func advance(to time: Instant, of audio: CallAudio) {
        for stream in streams.values { stream.advance(to: time, of: audio) }
    }

    func add(_ samples: [Int16], count: Int, at position: Int, of line: RecordedLine) {
        streams[line.number]?.add(samples, count: count, at: position)
        for stream in ending where stream.line.number == line.number {
            stream.add(samples, count: count, at: position)
        }
    }
}
