import BatonBase

/// One call whose packets are copied: its lines, their audio, and everybody who takes of it.
final class TappedCall {
    private(set) var lines: [TapNumber: RecordedLine] = [:]
    private(set) var recordings: [Recording] = []
    private(set) var forwarding: CallForwarding?
    private(set) var audio: CallAudio?

    /// Whether nobody takes anything any more.
    var isOver: Bool { recordings.isEmpty && forwarding == nil }

    /// The lines are these from `time` on.
    func update(_ lines: [RecordedLine], at time: Instant) {
        for number in self.lines.keys { self.lines[number]?.isForwarded = false }
        for line in lines {
            self.lines[line.number] = line
            audio?.update(line)
        }
        for recording in recordings { recording.update(lines) }
        forwarding?.update(lines, at: time)
    }

    /// Adds a recording.
    func begin(_ recording: Recording) { recordings.append(recording) }

    /// Has the audio of the lines that say so sent to whoever listens.
    func forward(_ plan: ForwardingPlan, at time: Instant) {
        let forwarding = forwarding ?? CallForwarding(plan)
        self.forwarding = forwarding
        forwarding.update(lines.values, at: time)
    }

    private var sinks: [any DecodedAudioSink] {
        recordings as [any DecodedAudioSink] + (forwarding.map { [$0] } ?? [])
    }

    /// Takes a packet.
    func receive(_ packet: TappedPacket, _ bytes: RawSpan) {
        var number = packet.tap
        number.isControl = false
        guard let line = lines[number] else { return }
        var takers: [Recording] = []
        for recording in recordings where recording.receive(packet, bytes, of: line) {
            takers.append(recording)
        }
        let isForwarded = !packet.tap.isControl && (forwarding?.takes(line) ?? false)
        guard isForwarded || !takers.isEmpty else { return }
        let audio =
            audio ?? CallAudio(bytes, of: line, among: lines.values, at: packet.arrival)
        self.audio = audio
        for taker in takers { taker.beginAudio(audio, at: packet.arrival) }
        if isForwarded { forwarding?.beginAudio(of: line, audio, at: packet.arrival) }
        let sinks = sinks
        for sink in sinks { sink.advance(to: packet.arrival, of: audio) }
        audio.receive(bytes, of: line, at: packet.arrival, into: sinks)
    }

    /// Writes and sends what is old enough, and closes what is over; with `isLast` nothing is
    /// waited for.
    func turn(at now: Instant, isLast: Bool) -> [RecorderEvent] {
        if let audio {
            let sinks = sinks
            audio.tick(at: now, into: sinks)
            for sink in sinks { sink.advance(to: now, of: audio) }
        }
        var events: [RecorderEvent] = []
        for recording in recordings {
            recording.tick(at: now)
            if let failure = recording.takeFailure() { events.append(.recording(failure)) }
        }
        // Without a packet yet there is nothing that could be sent.
        if let forwarding, let audio {
            events += forwarding.turn(at: now, of: audio, isLast: isLast).map { .forwarding($0) }
        }
        if forwarding?.isOver == true { forwarding = nil }
        return events
    }

    /// The recordings that are over, which it then holds no longer.
    func takeOver(at now: Instant) -> [Recording] {
        let over = recordings.filter { $0.closesAt.map { $0 <= now } ?? false }
        recordings.removeAll { recording in over.contains { $0 === recording } }
        return over
    }

    /// Ends everything at `time`.
    func end(at time: Instant) {
        for recording in recordings { recording.end(at: time, discards: false) }
        forwarding?.update([], at: time)
    }

    /// Counts so far.
    var figures: CallRecordingFigures {
        var figures = CallRecordingFigures()
        for recording in recordings {
            figures.packets &+= recording.packets
            figures.writtenBytes &+= recording.writtenBytes
            figures.lostBytes &+= recording.lostBytes
        }
        figures.forwarded = forwarding?.all.map(\.figures) ?? []
        return figures
    }
}
