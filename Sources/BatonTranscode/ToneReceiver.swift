internal import BatonAudio
internal import BatonBase

/// Finds the tones of keys in packets of audio. It decodes what comes, in order or not: a gap ends
/// a tone at most once too often.
///
/// It allocates when it is made, and when the codec changes.
public struct ToneReceiver: ~Copyable, Sendable {
    /// A tone that is over.
    public struct Tone: Hashable, Sendable {
        /// The key, by the code of its event (RFC 4733 §3.2).
        public var code: UInt8
        /// How long it sounded, to 5 ms.
        public var durationMilliseconds: Int
        /// The greatest level of its stronger frequency in dBm0.
        public var levelDBm0: Int
    }

    private var decoder: AudioDecoder
    private var detector: DTMFDetector
    private var samples: [Int16]
    private var plane: [Int16]

    /// A receiver for `codec`.
    /// - Throws: ``TranscoderError``: it is not audio, or has a rate at which no tones are found
    ///   (11,025, 22,050 and 44,100 Hz, for example).
    public init(_ codec: AudioCodec) throws(TranscoderError) {
        let decoder = try AudioDecoder(codec, sampleRateHz: 8_000, channels: 1)
        guard let detector = try? DTMFDetector(sampleRateHz: decoder.sampleRateHz) else {
            throw .unsupported(codec)
        }
        samples = Array(repeating: 0, count: decoder.samplesMax)
        plane = decoder.channels == 2 ? Array(repeating: 0, count: samples.count / 2) : []
        self.detector = detector
        self.decoder = decoder
    }

    /// The codec.
    public var codec: AudioCodec { decoder.codec }

    /// The key that sounds, by the code of its event.
    public var currentCode: UInt8? { detector.current?.rawValue }

    /// Listens to a packet; `report` is called for each tone that has ended in it.
    public mutating func receive(_ payload: RawSpan, _ report: (Tone) -> Void) {
        guard let count = Self.decode(payload, with: &decoder, into: &samples) else { return }
        if decoder.channels == 1 {
            Self.listen(to: samples, count, with: &detector, report)
        } else {
            for index in 0..<count / 2 { plane[index] = samples[2 * index] }
            Self.listen(to: plane, count / 2, with: &detector, report)
        }
    }

    private static func listen(
        to samples: [Int16], _ count: Int, with detector: inout DTMFDetector,
        _ report: (Tone) -> Void
    ) {
        detector.process(samples.span.extracting(..<count)) { event in
            guard case .ended(let digit, let duration, let level) = event else { return }
            report(
                Tone(
                    code: digit.rawValue, durationMilliseconds: duration, levelDBm0: level))
        }
    }

    private static func decode(
        _ payload: RawSpan, with decoder: inout AudioDecoder, into samples: inout [Int16]
    ) -> Int? {
        var room = samples.mutableSpan
        return try? decoder.decode(payload, into: &room)
    }
}
