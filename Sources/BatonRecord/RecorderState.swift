import BatonBase

/// What the recorder's thread owns: the calls of which something is taken.
struct RecorderState {
    private var calls: [UInt32: TappedCall] = [:]
    private var recordings: [UInt32: TappedCall] = [:]
    /// Whether another look into the rings is going to be taken.
    var isTurning = false
    private(set) var figures = RecorderFigures()
    /// The counts of calls under way.
    private(set) var callFigures: [UInt32: CallRecordingFigures] = [:]
    /// What belongs to recordings and streams that are over.
    private var closed = RecorderFigures()

    /// Whether anything is to be read or sent.
    var isBusy: Bool { !calls.isEmpty }

    /// The call whose packets are marked with `tap`.
    subscript(tap: UInt32) -> TappedCall? { calls[tap] }

    /// The recording `number` and its call.
    func recording(_ number: UInt32) -> (TappedCall, Recording)? {
        guard let call = recordings[number],
            let recording = call.recordings.first(where: { $0.plan.number == number })
        else { return nil }
        return (call, recording)
    }

    /// Begins a recording.
    mutating func begin(_ recording: Recording, _ lines: [RecordedLine]) {
        let call = call(recording.plan.tap)
        call.begin(recording)
        call.update(lines, at: recording.plan.begin)
        recordings[recording.plan.number] = call
        closed.begun &+= 1
        count()
    }

    /// Counts a recording that could not begin.
    mutating func noteFailure(_ cause: RecordingFailureCause) {
        closed.failures[cause, default: 0] &+= 1
        count()
    }

    /// Begins to send audio to whoever listens.
    mutating func forward(_ plan: ForwardingPlan, _ lines: [RecordedLine], at time: Instant) {
        let call = call(plan.tap)
        call.update(lines, at: time)
        call.forward(plan, at: time)
        count()
    }

    private mutating func call(_ tap: UInt32) -> TappedCall {
        let call = calls[tap] ?? TappedCall()
        calls[tap] = call
        return call
    }

    /// Takes what the workers have copied, writes and sends, and closes what is over.
    mutating func turn(
        _ rings: [PacketRing], at now: Instant, isLast: Bool = false
    ) -> [RecorderEvent] {
        let calls = calls
        for ring in rings {
            ring.read { packet, bytes in calls[packet.tap.recording]?.receive(packet, bytes) }
        }
        var events: [RecorderEvent] = []
        for (tap, call) in calls {
            events += call.turn(at: now, isLast: isLast)
            events += close(call.takeOver(at: now), of: call)
            if call.isOver { self.calls[tap] = nil }
        }
        for event in events { note(event) }
        count()
        return events
    }

    /// Ends everything at once.
    mutating func finish(_ rings: [PacketRing], at now: Instant) -> [RecorderEvent] {
        for ring in rings {
            ring.read { [calls] packet, bytes in
                calls[packet.tap.recording]?.receive(packet, bytes)
            }
        }
        for call in calls.values { call.end(at: now) }
        return turn(rings, at: now + Recording.grace, isLast: true)
    }

    private mutating func close(
        _ over: [Recording], of call: TappedCall
    ) -> [RecorderEvent] {
        over.map { recording in
            let event = recording.close(call.audio)
            recordings[recording.plan.number] = nil
            closed.packets &+= recording.packets
            closed.writtenBytes &+= recording.writtenBytes
            closed.lostBytes &+= recording.lostBytes
            return .recording(event)
        }
    }

    private mutating func note(_ event: RecorderEvent) {
        switch event {
        case .recording(let event):
            if case .failed(let cause, _) = event.kind { closed.failures[cause, default: 0] &+= 1 }
        case .forwarding(let event):
            switch event.kind {
            case .failed(let cause, _): closed.forwarding.failures[cause, default: 0] &+= 1
            case .ended: closed.forwarding.add(event.figures)
            }
        }
    }

    private mutating func count() {
        callFigures = calls.mapValues(\.figures)
        figures = closed
        figures.active = recordings.count
        for call in callFigures.values {
            figures.packets &+= call.packets
            figures.writtenBytes &+= call.writtenBytes
            figures.lostBytes &+= call.lostBytes
            figures.forwarding.streams += call.forwarded.count
            for stream in call.forwarded {
                figures.forwarding.add(stream)
                figures.forwarding.connections += stream.isConnected ? 1 : 0
            }
        }
    }
}
