import BatonAudio
import BatonBase
import BatonIO
import BatonMediaFile
import BatonOpus

/// A piece of audio as samples of one channel. It never changes.
final class DecodedAudio: Sendable {
    /// How many samples a piece may have: over two hours at 8,000 Hz, 23 minutes at 48,000 Hz.
    static let sampleCountMax = 64 << 20
    /// The longest file that is read, in bytes.
    static let fileByteCountMax = 64 << 20

    /// One of `AudioRate.supported`.
    let sampleRateHz: Int
    let samples: [Int16]

    init(samples: [Int16], sampleRateHz: Int) {
        self.samples = samples
        self.sampleRateHz = sampleRateHz
    }

    /// Reads and decodes. It may block and takes long: for no thread that others wait for.
    static func make(_ source: MediaSource) throws(MediaFailure) -> DecodedAudio {
        switch source {
        case .file(let path): return try decode(read(path))
        case .bytes(let bytes): return try decode(bytes)
        case .tone(let plan): return try tone(plan)
        case .digit(let digit): return try tones(of: digit)
        }
    }

    private static func read(_ path: String) throws(MediaFailure) -> [UInt8] {
        do throws(SystemError) {
            let file = try FileContents(opening: path)
            // One byte too many, where there are more, for the reader of the format to refuse it.
            return try file.read(0..<min(file.byteCount, fileByteCountMax + 1))
        } catch {
            throw MediaFailure(error.description)
        }
    }

    private static func decode(_ bytes: [UInt8]) throws(MediaFailure) -> DecodedAudio {
        do throws(MediaFileError) {
            if bytes.starts(with: "OggS".utf8) {
                return try opus(try OggOpusReader(bytes.span.bytes))
            }
            return try wav(try WAVReader(bytes.span.bytes), bytes)
        } catch {
            throw MediaFailure(error.description)
        }
    }

    private static func wav(
        _ reader: WAVReader, _ bytes: [UInt8]
    ) throws(MediaFileError) -> DecodedAudio {
        guard reader.frameCount <= sampleCountMax else { throw tooLong }
        var samples: [Int16] = []
        samples.reserveCapacity(reader.frameCount)
        try reader.appendMono(
            frames: 0..<reader.frameCount, of: bytes.span.bytes,
            companding: companding(reader.format.encoding), to: &samples)
        let (fitting, rate) = SampleRateFit.fit(samples, reader.format.sampleRateHz)
        return DecodedAudio(samples: fitting, sampleRateHz: rate)
    }

    private static func companding(_ encoding: SampleEncoding) -> [Int16] {
        guard encoding.isCompanded else { return [] }
        let codec = G711Codec(encoding == .muLaw ? .mu : .a)
        return (0...UInt8.max).map { codec.decode($0) }
    }

    private static func opus(_ reader: OggOpusReader) throws(MediaFileError) -> DecodedAudio {
        guard reader.sampleCount <= sampleCountMax else { throw tooLong }
        guard var decoder = try? OpusDecoder(sampleRate: .hz48000, channels: .mono) else {
            throw .unsupported("Opus")
        }
        var samples: [Int16] = []
        samples.reserveCapacity(reader.sampleCount)
        var room = [Int16](repeating: 0, count: 5_760)
        var skip = reader.head.preSkip
        for packet in reader.packets {
            let count = decode(packet, reader.payload, &decoder, &room)
            let start = min(skip, count)
            skip -= start
            samples.append(contentsOf: room[start..<count])
        }
        samples.removeLast(min(reader.endTrim, samples.count))
        return DecodedAudio(samples: samples, sampleRateHz: 48_000)
    }

    /// Decodes one packet; a gap, or what cannot be decoded, becomes silence of its length.
    private static func decode(
        _ packet: OggOpusPacket, _ payload: [UInt8], _ decoder: inout OpusDecoder,
        _ room: inout [Int16]
    ) -> Int {
        var span = room.mutableSpan
        let bytes = payload.span.bytes.extracting(packet.byteRange)
        if !packet.isGap, let count = try? decoder.decode(bytes, into: &span) { return count }
        let count = min(packet.sampleCount, span.count)
        for index in 0..<count { span[index] = 0 }
        return count
    }

    private static func tone(_ plan: TonePlan) throws(MediaFailure) -> DecodedAudio {
        let turn = plan.cadenceMilliseconds.reduce(0) { $0 + min(max($1, 0), 60_000) }
        guard var generator = try? ToneGenerator(plan, sampleRateHz: 8_000) else {
            throw MediaFailure("the tone cannot be made")
        }
        var samples = [Int16](repeating: 0, count: 8 * (turn > 0 ? min(turn, 60_000) : 1_000))
        var span = samples.mutableSpan
        generator.generate(into: &span)
        return DecodedAudio(samples: samples, sampleRateHz: 8_000)
    }

    private static func tones(of digit: MediaSource.DigitTone) throws(MediaFailure) -> DecodedAudio
    {
        guard let key = DTMFDigit(rawValue: digit.code),
            var generator = try? DTMFGenerator(
                sampleRateHz: 8_000, levelDBm0: -Double(digit.volume))
        else { throw MediaFailure("the digit has no tones") }
        let length = Int(digit.durationMs) + Int(digit.pauseMs)
        generator.begin(
            key, durationMilliseconds: Int(digit.durationMs),
            pauseMilliseconds: Int(digit.pauseMs))
        var samples = [Int16](repeating: 0, count: 8 * min(length, 60_000))
        var span = samples.mutableSpan
        generator.generate(into: &span)
        return DecodedAudio(samples: samples, sampleRateHz: 8_000)
    }

    private static var tooLong: MediaFileError {
        .limitExceeded("\(sampleCountMax) samples may be played")
    }
}
