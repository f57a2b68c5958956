import BatonBase
import BatonIO
import BatonMediaFile
import BatonTranscode

/// One recording under way: which packets belong into it, its files, and its metadata.
final class Recording {
    private(set) var plan: RecordingPlan
    private(set) var lines: [TapNumber: RecordedLine] = [:]
    /// When it is complete: a moment after its end, so that what is on its way gets in.
    private(set) var closesAt: Instant?
    private(set) var packets: UInt64 = 0

    private let files: [RecordingFormat: RecordingFile]
    private let metadataFile: RecordingFile
    private let capture: CaptureTrack?
    private var track: AudioTrack?
    /// Lines that were recorded and are not any more.
    private var left: Set<TapNumber> = []
    private var endedAt: Instant?
    private var discards = false
    private var pausedAt: Instant?
    private var pauses: [(begin: Instant, end: Instant)] = []
    private var refreshAt: Instant
    private var isFailureTold = false

    /// For how long packets are still taken after the end.
    static let grace: Duration = .milliseconds(250)
    /// How often what is gathered is written, so that a crash costs no more.
    static let refreshInterval: Duration = .seconds(2)
    /// How many pauses stand in the metadata.
    static let pausesMax = 1_000

    init(_ plan: RecordingPlan, _ lines: [RecordedLine], _ outputs: RecordingOutputs) {
        self.plan = plan
        let unixOrigin = plan.unixOriginNanoseconds
        files = outputs.files.mapValues { RecordingFile($0.output, leavesHoles: $0.leavesHoles) }
        metadataFile = RecordingFile(outputs.metadata, leavesHoles: false)
        capture = files[.pcap].map { CaptureTrack($0, unixOriginNanoseconds: unixOrigin) }
        refreshAt = plan.begin + Self.refreshInterval
        update(lines)
    }

    /// The lines are these from now on; what is not to be recorded is left out.
    func update(_ lines: some Collection<RecordedLine>) {
        guard endedAt == nil else { return }
        for line in lines {
            if line.isRecorded {
                self.lines[line.number] = line
                left.remove(line.number)
            } else {
                left.insert(line.number)
            }
        }
    }

    /// What stands in the metadata is this from now on.
    func update(_ metadata: RecordingMetadata) { plan.metadata = metadata }

    // MARK: - Packets

    /// Takes a packet, unless it came in a pause or after the end, or is none of the recording's.
    /// - Returns: whether its audio is wanted.
    func receive(_ packet: TappedPacket, _ bytes: RawSpan, of line: RecordedLine) -> Bool {
        guard takes(line.number), isOpen(packet.arrival) else { return false }
        packets &+= 1
        capture?.receive(
            bytes, from: packet.remote,
            to: packet.tap.isControl ? line.localControl : line.local, at: packet.arrival)
        return line.isAudio && !packet.tap.isControl && hasAudio
    }

    private func takes(_ number: TapNumber) -> Bool {
        lines[number] != nil && !left.contains(number)
    }

    private func isOpen(_ time: Instant) -> Bool {
        (endedAt.map { time <= $0 } ?? true) && (pausedAt.map { time < $0 } ?? true)
    }

    private var hasAudio: Bool { plan.formats.contains(where: \.isAudio) }

    /// Begins the audio at `time`, with the first packet of which ``receive`` wants it.
    func beginAudio(_ audio: CallAudio, at time: Instant) {
        guard track == nil else { return }
        let track = AudioTrack(plan, files, audio, origin: time)
        if let pausedAt { track.pause(from: audio.position(pausedAt)) }
        self.track = track
    }

    // MARK: - Time

    /// Pauses from `time` on.
    func pause(at time: Instant, _ audio: CallAudio?) {
        guard pausedAt == nil else { return }
        pausedAt = time
        if let audio { track?.pause(from: audio.position(time)) }
    }

    /// Goes on at `time`.
    func resume(at time: Instant, _ audio: CallAudio?) {
        guard let begin = pausedAt else { return }
        pausedAt = nil
        if let audio { track?.resume(at: audio.position(time)) }
        if pauses.count < Self.pausesMax { pauses.append((begin, time)) }
    }

    /// Ends at `time`; with `discards` the files go away.
    func end(at time: Instant, discards: Bool) {
        guard endedAt == nil else { return }
        endedAt = time
        closesAt = time + Self.grace
        self.discards = discards
    }

    /// Writes what is old enough.
    func tick(at now: Instant) {
        guard now >= refreshAt else { return }
        refreshAt = now + Self.refreshInterval
        capture?.file.flush(always: true)
        track?.refresh()
    }

    /// What to tell of a failure, once.
    func takeFailure() -> RecordingEvent? {
        guard !isFailureTold, let failure = allFiles.lazy.compactMap(\.failure).first else {
            return nil
        }
        isFailureTold = true
        return event(
            .failed(
                RecordingFailureCause(failure),
                "\(failure); what does not fit is left out, the call goes on"))
    }

    // MARK: - The end

    /// Completes the files, or removes them.
    func close(_ audio: CallAudio?) -> RecordingEvent {
        let end = endedAt ?? closesAt ?? plan.begin
        guard !discards else {
            for file in allFiles { file.output.remove() }
            return event(.discarded)
        }
        let audioEnd = pausedAt ?? end
        let audio = audio ?? CallAudio(sampleRateHz: 8_000, origin: audioEnd)
        if hasAudio { beginAudio(audio, at: audioEnd) }
        if let pausedAt { pauses.append((pausedAt, end)) }
        track?.finish(at: audio.position(audioEnd))
        capture?.file.flush(always: true)
        writeMetadata(end)
        metadataFile.flush(always: true)
        return event(.finished)
    }

    private var allFiles: [RecordingFile] { Array(files.values) + [metadataFile] }

    /// Bytes written so far.
    var writtenBytes: UInt64 { allFiles.reduce(0) { $0 &+ $1.writtenBytes } }
    /// Bytes that could not be written.
    var lostBytes: UInt64 { allFiles.reduce(0) { $0 &+ $1.lostBytes } }

    private func event(_ kind: RecordingEvent.Kind) -> RecordingEvent {
        RecordingEvent(
            number: plan.number, callID: plan.callID, kind: kind, packets: packets,
            lostBytes: lostBytes, files: plan.formats.map { plan.path($0.rawValue) })
    }

    private func writeMetadata(_ end: Instant) {
        var metadata = plan.metadata
        metadata["started"] = time(plan.begin)
        metadata["ended"] = time(end)
        metadata["pauses"] = .list(
            pauses.map { .group([("from", time($0.begin)), ("to", time($0.end))]) })
        if let track {
            metadata["audio"] = .group([
                ("started", time(track.origin)), ("seconds", .number(track.seconds)),
                ("sample-rate", .integer(Int64(track.sampleRateHz))),
                ("channels", .text(plan.isStereo ? "one a party" : "mixed")),
            ])
        }
        metadata["lines"] = .list(lines.values.sorted(by: Recording.isBefore).map(Self.value))
        metadata["files"] = .list(plan.formats.map { .text(plan.name + "." + $0.rawValue) })
        metadata["packets"] = .integer(Int64(clamping: packets))
        metadata["lost-bytes"] = .integer(Int64(clamping: lostBytes))
        try? metadata.append(to: &metadataFile.buffer)
    }

    private static func isBefore(_ one: RecordedLine, _ other: RecordedLine) -> Bool {
        (one.number.party, one.number.stream) < (other.number.party, other.number.stream)
    }

    private static func value(_ line: RecordedLine) -> RecordingMetadata.Value {
        .group([
            ("tag", line.tag.map { .text($0) } ?? .null),
            ("label", line.label.map { .text($0) } ?? .null),
            ("media", .text(line.isAudio ? "audio" : "other")),
            ("channel", line.isAudio ? .text(line.channel == 0 ? "left" : "right") : .null),
            ("local", .text("\(line.local)")),
        ])
    }

    /// Seconds since 1970 UTC.
    private func time(_ instant: Instant) -> RecordingMetadata.Value {
        let nanoseconds = plan.unixOriginNanoseconds &+ Int64(clamping: instant.nanoseconds)
        return .number(Double(nanoseconds / 1_000_000) / 1_000)
    }
}

extension Recording: DecodedAudioSink {
    func advance(to time: Instant, of audio: CallAudio) {
        if isOpen(time) { track?.advance(to: audio.position(time)) }
    }

    func add(_ samples: [Int16], count: Int, at position: Int, of line: RecordedLine) {
        guard takes(line.number) else { return }
        track?.add(samples, count: count, at: position, channel: line.channel)
    }
}
