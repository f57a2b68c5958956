package import BatonAPI

/// Answers with every key filled in.
package enum Samples {
    /// Five sessions, every other one answered.
    package static let sessions: [SessionSummary] = (0..<5).map { number in
        var session = SessionSummary()
        session.callID = "call-\(number)@example"
        session.fromTag = "from\(number)"
        session.toTag = number % 2 == 0 ? "to\(number)" : nil
        session.state = number % 2 == 0 ? .answered : .offered
        session.startedUnixMs = Int64(1_000 * number)
        session.packetsPerSecond = Double(50 * number)
        session.mos = [4.2, 1.5, 3.0, nil, 4.4][number]
        session.lossPercent = Double(number)
        session.lastPacketAgoMs = 7
        return session
    }

    /// A session with every key.
    package static let detail: SessionDetailAnswer = {
        var source = SourceDetail()
        source.ssrc = 0xdead_beef
        source.lost = -1
        source.mos = 4.1
        source.rFactor = 88.5
        source.roundTripMs = 31.5
        var port = PortDetail()
        port.localAddress = "192.0.2.1:30000"
        port.signalledAddress = "198.51.100.1:4000"
        port.remoteAddress = "198.51.100.1:4002"
        port.lastForeignAddress = "203.0.113.66:666"
        port.lastPacketAgoMs = 20
        port.dropsByReason = ["foreign-source": 3]
        port.sources = [source]
        var stream = StreamDetail()
        stream.kind = "audio"
        stream.transport = "RTP/AVP"
        stream.codec = "PCMA"
        stream.protection = "DTLS-SRTP AES_CM_128_HMAC_SHA1_80"
        stream.iceState = "connected"
        stream.dtlsState = "connected"
        stream.codecIn = "opus/48000/2"
        stream.codecOut = "PCMA/8000"
        stream.route = "transcode"
        stream.concealedPackets = 7
        stream.latePackets = 2
        stream.audioLevelDBov = -31
        stream.diagnosis = ["keys do not fit: 12 packets failed authentication"]
        stream.ports = [port]
        var party = PartyDetail()
        party.tag = "from0"
        party.label = "caller"
        party.viaBranch = "z9hG4bK1"
        party.streams = [stream]
        var detail = SessionDetailAnswer()
        detail.summary = sessions[0]
        detail.summary.callID = "a/b c@host"
        detail.parties = [party]
        detail.endReason = "deleted"
        detail.recording = recording
        return detail
    }()

    /// A recording with a listener.
    private static let recording: RecordingDetail = {
        var stream = ForwardedStreamDetail()
        stream.tag = "from0"
        stream.framesDropped = 17
        var recording = RecordingDetail()
        recording.isRecording = true
        recording.files = ["/var/spool/baton/call.wav"]
        recording.packets = 431
        recording.unrecordedPackets = 8
        recording.streams = [stream]
        return recording
    }()

    /// A daemon with two workers.
    package static let status: StatusAnswer = {
        var worker = WorkerStatus()
        worker.packets = 12_345
        worker.cpuTimeUs = 2_500_000
        var status = StatusAnswer()
        status.version = "0.1.0"
        status.listeners = ["ng udp 127.0.0.1:2223"]
        status.sessions.current = 5
        status.control.withoutCookie = 6
        status.traffic.packetsIn = 99
        status.streams.relayed = 4
        status.streams.transcoded = 2
        status.setup.iceSelected = 3
        status.setup.dtlsFailed = 1
        status.conversions.concealedPackets = 21
        status.recording.active = 2
        status.recording.unrecordedPackets = 13
        status.recording.failuresByCause = ["disk-full": 1]
        status.recording.forwarding.connections = 4
        status.recording.forwarding.framesDropped = 55
        status.recording.forwarding.failuresByCause = ["refused": 6]
        status.dropsByReason = ["foreign-source": 3, "malformed \"x\"\n": 1]
        status.workers = [worker, worker]
        status.workers[1].index = 1
        status.workers[1].opusComplexityLimit = 3
        return status
    }()

    /// An event with every key.
    package static let event = {
        var event = ControlEvent(
            kind: .sessionEnded, timeUnixMs: 1_700_000_000_000, callID: "a/b c@host", tag: "t",
            reason: "deleted", detail: "by ng")
        event.digit = "5"
        event.durationMs = 100
        return event
    }()
}
