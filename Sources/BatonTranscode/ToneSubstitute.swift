internal import BatonAudio
internal import BatonBase

/// Puts other tones into packets of audio, in the place of what is in them: the payload keeps its
/// length. For codecs whose packets say by their length how long they are.
///
/// It allocates when it is made.
public struct ToneSubstitute: ~Copyable, Sendable {
    /// What is put there.
    public enum Sound: Hashable, Sendable {
        /// The tones of a key, by the code of its event.
        case key(UInt8)
        /// A tone of this frequency and level.
        case tone(frequencyHz: UInt32, levelDBm0: Int)
    }

    private var encoder: AudioEncoder
    private var digit: DTMFGenerator
    private var tone: ToneGenerator?
    private var samples: [Int16]

    /// A substitute for `codec`.
    /// - Throws: ``TranscoderError/unsupported(_:)`` for Opus, and for what is no audio.
    public init(_ codec: AudioCodec) throws(TranscoderError) {
        guard codec.isAudio, codec != .opus,
            let digit = try? DTMFGenerator(sampleRateHz: codec.sampleRateHz)
        else { throw .unsupported(codec) }
        encoder = try AudioEncoder(
            AudioFormat(codec, payloadType: 0), sourceRateHz: codec.sampleRateHz,
            channels: codec.channels, settings: TranscoderSettings())
        self.digit = digit
        samples = Array(repeating: 0, count: 2 * TranscoderSettings().payloadBytesMax)
    }

    /// Begins another sound.
    public mutating func begin(_ sound: Sound) {
        switch sound {
        case .key(let code):
            tone = nil
            digit.begin(
                DTMFDigit(rawValue: code) ?? .zero, durationMilliseconds: nil,
                pauseMilliseconds: 0)
        case .tone(let frequencyHz, let level):
            let plan = TonePlan(frequenciesHz: [Double(frequencyHz)], levelDBm0: Double(level))
            tone = try? ToneGenerator(plan, sampleRateHz: encoder.sampleRateHz)
        }
    }

    /// Fills `payload` with what comes next of the sound; `false` when it has a length that the
    /// codec has not.
    public mutating func fill(_ payload: inout MutableRawSpan) -> Bool {
        let count = sampleCount(payload.byteCount)
        guard count > 0, count <= samples.count else { return false }
        let frames = count / encoder.channels
        Self.generate(frames, into: &samples, &tone, &digit)
        if encoder.channels > 1 {
            for index in stride(from: frames - 1, through: 0, by: -1) {
                for channel in 0..<encoder.channels {
                    samples[encoder.channels * index + channel] = samples[index]
                }
            }
        }
        let written = Self.encode(samples, count, with: &encoder, into: &payload)
        return written == payload.byteCount
    }

    private func sampleCount(_ bytes: Int) -> Int {
        switch encoder.format.codec {
        case .pcmu, .pcma: bytes
        case .g722: 2 * bytes
        case .l16(_, let channels): bytes / 2 / channels * channels
        case .opus, .telephoneEvent, .comfortNoise: 0
        }
    }

    private static func generate(
        _ frames: Int, into samples: inout [Int16], _ tone: inout ToneGenerator?,
        _ digit: inout DTMFGenerator
    ) {
        var all = samples.mutableSpan
        var room = all.part(0..<frames)
        if tone != nil {
            tone?.generate(into: &room)
        } else {
            digit.generate(into: &room)
        }
    }

    private static func encode(
        _ samples: [Int16], _ count: Int, with encoder: inout AudioEncoder,
        into payload: inout MutableRawSpan
    ) -> Int? {
        encoder.encode(samples.span.extracting(..<count), into: &payload)
    }
}
