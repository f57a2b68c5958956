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
    private var audio: AudioTrack?
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

    /// The lines are these from now on.
    func update(_ lines: [RecordedLine]) {
        for line in lines {
            self.lines[line.number] = line
            audio?.update(line)
        }
    }

    /// What stands in the metadata is this from now on.
    func update(_ metadata: RecordingMetadata) { plan.metadata = metadata }

    // MARK: - Packets

    /// Takes a packet, unless it came in a pause or after the end.
    func receive(_ packet: TappedPacket, _ bytes: RawSpan) {
        var number = packet.tap
        number.isControl = false
        guard let line = lines[number], endedAt.map({ packet.arrival <= $0 }) ?? true,
            pausedAt.map({ packet.arrival < $0 }) ?? true
        else { return }
        packets &+= 1
        capture?.receive(
            bytes, from: packet.remote,
            to: packet.tap.isControl ? line.localControl : line.local, at: packet.arrival)
        guard line.isAudio, !packet.tap.isControl, hasAudio else { return }
        track(bytes, line, packet.arrival).receive(bytes, of: line, at: packet.arrival)
    }

    private var hasAudio: Bool { plan.formats.contains(where: \.isAudio) }

    /// The audio, which begins with the first packet: only then the rate is known.
    private func track(
        _ packet: RawSpan, _ line: RecordedLine, _ arrival: Instant
    ) -> AudioTrack {
        if let audio { return audio }
        let type = packet.byteCount > 1 ? packet.uint8(at: 1) & 0x7f : 0
        let isWide =
            (line.codecs[type]?.sampleRateHz ?? 0) > 8_000
            || lines.values.contains { $0.isAudio && $0.prefersWideband }
        let made = AudioTrack(
            plan, files, sampleRateHz: isWide ? 16_000 : 8_000, origin: arrival)
        audio = made
        return made
    }

    // MARK: - Time

    /// Pauses from `time` on.
    func pause(at time: Instant) {
        if pausedAt == nil { pausedAt = time }
    }

    /// Goes on at `time`.
    func resume(at time: Instant) {
        guard let begin = pausedAt else { return }
        pausedAt = nil
        audio?.tick(at: begin)
        audio?.skip(from: begin, to: time)
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
        if pausedAt == nil, endedAt == nil { audio?.tick(at: now) }
        guard now >= refreshAt else { return }
        refreshAt = now + Self.refreshInterval
        capture?.file.flush(always: true)
        audio?.refresh()
    }

    /// What to tell of a failure, once.
    func takeFailure() -> RecordingEvent? {
        guard !isFailureTold, let failure = allFiles.lazy.compactMap(\.failure).first else {
            return nil
        }
        isFailureTold = true
        return event(.failed("\(failure); what does not fit is left out, the call goes on"))
    }

    // MARK: - The end

    /// Completes the files, or removes them.
    func close() -> RecordingEvent {
        let end = endedAt ?? closesAt ?? plan.begin
        guard !discards else {
            for file in allFiles { file.output.remove() }
            return event(.discarded)
        }
        let audioEnd = pausedAt ?? end
        if hasAudio, audio == nil {
            audio = AudioTrack(plan, files, sampleRateHz: 8_000, origin: audioEnd)
        }
        if let pausedAt { pauses.append((pausedAt, end)) }
        audio?.finish(at: audioEnd)
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
        if let audio {
            metadata["audio"] = .group([
                ("started", time(audio.origin)), ("seconds", .number(audio.seconds)),
                ("sample-rate", .integer(Int64(audio.sampleRateHz))),
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

/// The files of a recording, made but empty.
struct RecordingOutputs: Sendable {
    var files: [RecordingFormat: File]
    var metadata: OutputFile

    struct File: Sendable {
        var output: OutputFile
        var leavesHoles: Bool
    }

    /// Makes all of them, or none.
    init(_ plan: RecordingPlan) throws(SystemError) {
        var made: [OutputFile] = []
        do throws(SystemError) {
            files = [:]
            for format in plan.formats {
                let file = try OutputFile(making: plan.path(format.rawValue))
                made.append(file)
                files[format] = File(output: file, leavesHoles: format == .wav)
            }
            metadata = try OutputFile(making: plan.path("json"))
        } catch {
            for file in made { file.remove() }
            throw error
        }
    }
}
