import BatonBase

/// What the recorder's thread owns: the recordings under way.
struct RecorderState {
    private var recordings: [UInt32: Recording] = [:]
    /// Whether another look into the rings is going to be taken.
    var isTurning = false
    private(set) var figures = RecorderFigures()
    /// Bytes of recordings that are closed.
    private var closed: (written: UInt64, lost: UInt64) = (0, 0)

    /// Whether anything is to be read.
    var isBusy: Bool { !recordings.isEmpty }

    mutating func begin(_ recording: Recording) {
        recordings[recording.plan.number] = recording
        figures.begun &+= 1
        figures.active = recordings.count
    }

    subscript(number: UInt32) -> Recording? { recordings[number] }

    /// Takes what the workers have copied, writes, and closes what is over.
    mutating func turn(_ rings: [PacketRing], at now: Instant) -> [RecordingEvent] {
        let recordings = recordings
        for ring in rings {
            ring.read { packet, bytes in
                recordings[packet.tap.recording]?.receive(packet, bytes)
            }
        }
        var events: [RecordingEvent] = []
        for (number, recording) in recordings {
            recording.tick(at: now)
            if let closesAt = recording.closesAt, closesAt <= now {
                events.append(close(number, recording))
            }
            if let failure = recording.takeFailure() {
                figures.failed &+= 1
                events.insert(failure, at: 0)
            }
        }
        count()
        return events
    }

    /// Ends all recordings at once.
    mutating func finish(_ rings: [PacketRing], at now: Instant) -> [RecordingEvent] {
        for recording in recordings.values { recording.end(at: now, discards: false) }
        return turn(rings, at: now + Recording.grace)
    }

    private mutating func close(_ number: UInt32, _ recording: Recording) -> RecordingEvent {
        let event = recording.close()
        recordings[number] = nil
        figures.packets &+= recording.packets
        closed.written &+= recording.writtenBytes
        closed.lost &+= recording.lostBytes
        return event
    }

    private mutating func count() {
        figures.active = recordings.count
        figures.writtenBytes = recordings.values.reduce(closed.written) { $0 &+ $1.writtenBytes }
        figures.lostBytes = recordings.values.reduce(closed.lost) { $0 &+ $1.lostBytes }
    }
}
