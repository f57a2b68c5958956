internal import BatonAudio
internal import BatonBase

/// Listens for the tones of keys in the audio that is decoded, and keeps the one that sounds.
struct FoundTones: Sendable {
    /// A tone is found no sooner than this after its beginning.
    static let headMilliseconds = 40
    /// A source that falls silent in the middle of a tone has let go of the key.
    static let silence = Duration.milliseconds(100)

    /// What a stretch of audio told, in order: at most two keys end and begin in it.
    struct Events {
        private(set) var count = 0
        private var events = InlineArray<4, DTMFDetector.Event?>(repeating: nil)

        subscript(index: Int) -> DTMFDetector.Event? { events[index] }

        fileprivate mutating func append(_ event: DTMFDetector.Event) {
            guard count < 4 else { return }
            events[count] = event
            count += 1
        }
    }

    /// A key that sounds, as an event that is being sent.
    struct Key: Hashable, Sendable {
        var code: UInt8
        var volume: UInt8
        /// Where it began, on the outgoing line of the audio.
        var start: UInt32
        /// The duration that was reported last, in ticks of that line.
        var reported: UInt32 = 0
        /// When it was heard last.
        var heardAt: Instant
    }

    private var detector: DTMFDetector
    private var plane: [Int16]
    /// The key that sounds.
    var key: Key?
    /// The last key that has ended, until somebody asks.
    var ended: ToneReceiver.Tone?

    /// `nil` at rates at which no tones are found.
    init?(sampleRateHz: Int, channels: Int, samplesMax: Int) {
        guard let detector = try? DTMFDetector(sampleRateHz: sampleRateHz) else { return nil }
        self.detector = detector
        plane = channels > 1 ? Array(repeating: 0, count: samplesMax / channels) : []
    }

    /// Listens to `samples`; of several channels to the first.
    mutating func listen(to samples: borrowing Span<Int16>, channels: Int) -> Events {
        var events = Events()
        guard channels > 1 else {
            detector.process(samples) { events.append($0) }
            return events
        }
        let count = min(samples.count / channels, plane.count)
        for index in 0..<count { plane[index] = samples[channels * index] }
        Self.process(plane, count, with: &detector) { events.append($0) }
        return events
    }

    /// Another source comes.
    mutating func reset() {
        detector.finish { _ in }
        key = nil
    }

    private static func process(
        _ samples: [Int16], _ count: Int, with detector: inout DTMFDetector,
        _ report: (DTMFDetector.Event) -> Void
    ) {
        detector.process(samples.span.extracting(..<count), report: report)
    }
}
