public import BatonBase
import BatonIO
import BatonMedia
import BatonMediaFile
import BatonTranscode

/// Work that takes long, for a thread that nobody waits for.
public struct MediaJob: Sendable {
    /// Names it towards the library.
    let number: UInt64
    /// Does it.
    let work: @Sendable () -> MediaJobResult
}

/// What came of a ``MediaJob``.
public struct MediaJobResult: Sendable {
    enum Value: Sendable {
        case decoded(DecodedAudio)
        case encoded(EncodedTrack)
        case failed(MediaFailure)
    }
    let value: Value
}

/// The tracks that are played, each decoded once and encoded once for each codec.
///
/// Confined to the signalling executor, which reads no more of a file than its ends; decoding and
/// encoding are jobs. What was used last is kept, up to a limit.
public final class MediaLibrary {
    /// Runs a job and has ``finish(_:_:at:)`` called with its result on the signalling executor. At
    /// first jobs are done at once.
    public var run: (MediaJob) -> Void = { _ in }
    /// How many bytes of tracks are kept for the next who wants them.
    public var byteCountMax = 256 << 20
    /// How many pieces of audio have been encoded since the start.
    public private(set) var encodingCount: UInt64 = 0

    /// When the last job was finished.
    private(set) var now = Instant(nanoseconds: 0)
    private var kept: [MediaKey: MediaTrack] = [:]
    private var uses: UInt64 = 0
    private var jobs: [UInt64: (MediaJobResult) -> Void] = [:]
    private var nextJob: UInt64 = 0

    /// How many jobs may wait.
    private static let jobCountMax = 1_024
    /// How much of a file's beginning and end signalling reads itself.
    private static let startByteCount = 65_536
    private static let endByteCount = 131_072

    /// An empty library.
    public init() {
        run = { [weak self] job in
            guard let self else { return }
            finish(job.number, job.work(), at: now)
        }
    }

    /// The track of a source; loading begins when it is asked for packets.
    func track(_ source: MediaSource) throws(MediaFailure) -> MediaTrack {
        uses &+= 1
        if case .file(let path) = source { return try track(ofFile: path) }
        if let key = source.key, let track = kept[key] {
            track.lastUse = uses
            return track
        }
        var duration: Duration?
        if case .bytes(let bytes) = source {
            duration = try Self.duration(bytes, bytes, bytes.count)
        }
        let track = MediaTrack(source, source.key, duration: duration, use: uses)
        if let key = source.key { kept[key] = track }
        return track
    }

    private func track(ofFile path: String) throws(MediaFailure) -> MediaTrack {
        let key: MediaKey
        let ends: (start: [UInt8], end: [UInt8], count: Int)
        do throws(SystemError) {
            let file = try FileContents(opening: path)
            key = .file(
                path, byteCount: file.byteCount, modifiedNanoseconds: file.modifiedNanoseconds)
            if let track = kept[key] {
                track.lastUse = uses
                return track
            }
            ends = (
                try file.read(0..<Self.startByteCount),
                try file.read(max(file.byteCount - Self.endByteCount, 0)..<file.byteCount),
                file.byteCount
            )
        } catch {
            throw MediaFailure(error.description)
        }
        guard ends.count <= DecodedAudio.fileByteCountMax else {
            throw MediaFailure(
                "\(path) has \(ends.count) bytes, the limit is \(DecodedAudio.fileByteCountMax)")
        }
        let duration = try Self.duration(ends.start, ends.end, ends.count)
        let track = MediaTrack(.file(path), key, duration: duration, use: uses)
        kept[key] = track
        return track
    }

    private static func duration(
        _ start: [UInt8], _ end: [UInt8], _ byteCount: Int
    ) throws(MediaFailure) -> Duration? {
        do throws(MediaFileError) {
            return try MediaFileSummary.duration(
                start: start.span.bytes, end: end.span.bytes, byteCount: byteCount)
        } catch {
            throw MediaFailure(error.description)
        }
    }

    /// Calls `then` with the track's packets in `format`, at once or when they have been made. The
    /// payload type does not matter.
    func encode(
        _ track: MediaTrack, as format: AudioFormat,
        _ then: @escaping (Result<EncodedTrack, MediaFailure>) -> Void
    ) {
        var format = format
        format.payloadType = 0
        switch track.encoded[format] {
        case .ready(let packets): then(.success(packets))
        case .waiting: track.waiting[format, default: []].append(then)
        case nil:
            track.encoded[format] = .waiting
            track.waiting[format] = [then]
            load(track)
        }
    }

    /// Does the next step for a track: decoding, then whatever encodings are waited for.
    private func load(_ track: MediaTrack) {
        if let audio = track.audio {
            for format in track.waiting.keys where track.inWork.insert(format).inserted {
                startEncoding(track, audio, format)
            }
        } else if !track.isLoading {
            track.isLoading = true
            let source = track.source
            let isStarted = start {
                Self.result { () throws(MediaFailure) in
                    .decoded(try DecodedAudio.make(source))
                }
            } then: { [weak self] in
                self?.decoded(track, $0)
            }
            if !isStarted { fail(track, Self.tooManyJobs) }
        }
    }

    private func decoded(_ track: MediaTrack, _ result: MediaJobResult) {
        track.isLoading = false
        switch result.value {
        case .decoded(let audio):
            track.audio = audio
            load(track)
            limitBytes()
        case .failed(let failure): fail(track, failure)
        case .encoded: break
        }
    }

    private func startEncoding(_ track: MediaTrack, _ audio: DecodedAudio, _ format: AudioFormat) {
        encodingCount &+= 1
        let isStarted = start {
            Self.result { () throws(MediaFailure) in
                .encoded(try EncodedTrack.encode(audio, as: format))
            }
        } then: { [weak self] result in
            track.inWork.remove(format)
            switch result.value {
            case .encoded(let packets):
                track.encoded[format] = .ready(packets)
                self?.limitBytes()
                track.tell(format, .success(packets))
            case .failed(let failure):
                track.encoded[format] = nil
                track.tell(format, .failure(failure))
            case .decoded: break
            }
        }
        if !isStarted { fail(track, Self.tooManyJobs) }
    }

    private func fail(_ track: MediaTrack, _ failure: MediaFailure) {
        if let key = track.key, kept[key] === track { kept[key] = nil }
        track.isLoading = false
        for format in Array(track.waiting.keys) {
            track.encoded[format] = nil
            track.tell(format, .failure(failure))
        }
    }

    private static let tooManyJobs = MediaFailure("too many files are being loaded")

    /// The result of work that throws.
    private static func result(
        _ work: () throws(MediaFailure) -> MediaJobResult.Value
    ) -> MediaJobResult {
        do throws(MediaFailure) {
            return MediaJobResult(value: try work())
        } catch {
            return MediaJobResult(value: .failed(error))
        }
    }

    private func start(
        _ work: @escaping @Sendable () -> MediaJobResult,
        then: @escaping (MediaJobResult) -> Void
    ) -> Bool {
        guard jobs.count < Self.jobCountMax else { return false }
        nextJob &+= 1
        jobs[nextJob] = then
        run(MediaJob(number: nextJob, work: work))
        return true
    }

    /// Takes the result of a job.
    public func finish(_ number: UInt64, _ result: MediaJobResult, at now: Instant) {
        self.now = now
        jobs.removeValue(forKey: number)?(result)
    }

    /// Forgets what was used longest ago. Who plays it keeps what it needs.
    private func limitBytes() {
        var total = kept.values.reduce(0) { $0 + $1.byteCount }
        while total > byteCountMax,
            let oldest = kept.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            total -= oldest.value.byteCount
            kept[oldest.key] = nil
        }
    }
}

/// A piece of audio and what has been made of it so far.
///
/// Confined to the signalling executor.
final class MediaTrack {
    /// Packets that are there, or are being made.
    enum Packets {
        case waiting
        case ready(EncodedTrack)
    }

    let source: MediaSource
    let key: MediaKey?
    /// How long it plays, as far as the file's ends tell.
    let duration: Duration?
    var audio: DecodedAudio?
    var isLoading = false
    var encoded: [AudioFormat: Packets] = [:]
    var waiting: [AudioFormat: [(Result<EncodedTrack, MediaFailure>) -> Void]] = [:]
    var inWork: Set<AudioFormat> = []
    /// The library's count of uses at the last one.
    var lastUse: UInt64

    init(_ source: MediaSource, _ key: MediaKey?, duration: Duration?, use: UInt64) {
        self.source = source
        self.key = key
        self.duration = duration
        lastUse = use
    }

    /// Whether it is a tone, which lasts until it is stopped.
    var isEndless: Bool {
        if case .tone = source { true } else { false }
    }

    /// Bytes of samples and packets.
    var byteCount: Int {
        encoded.values.reduce((audio?.samples.count ?? 0) * 2) { sum, packets in
            guard case .ready(let track) = packets else { return sum }
            return sum + track.byteCount + 4 * track.packetCount
        }
    }

    /// Tells everybody who waits for the packets of a format.
    func tell(_ format: AudioFormat, _ result: Result<EncodedTrack, MediaFailure>) {
        for then in waiting.removeValue(forKey: format) ?? [] { then(result) }
    }
}
