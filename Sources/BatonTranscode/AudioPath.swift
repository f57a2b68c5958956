internal import BatonAudio
internal import BatonBase

/// What a packet's audio goes through: decoder, resampler, the queue in which packets are filled,
/// encoder.
struct AudioPath: ~Copyable, Sendable {
    private(set) var decoder: AudioDecoder
    var encoder: AudioEncoder
    private(set) var queue: SampleQueue
    /// One for each channel of the decoder, when the rates differ.
    private var resamplers: [AudioResampler] = []
    /// What the decoder gave, when it has to be converted.
    private var decoded: [Int16] = []
    /// One channel of it, before and after the resampler.
    private var plane: [Int16] = []
    private var converted: [Int16] = []
    /// Whether the decoder writes into the queue itself.
    private var isDirect = true
    /// So many of the next samples were given out already, as the filling of a short packet.
    var skip = 0
    private let settings: TranscoderSettings

    init(
        from input: AudioFormat, to format: AudioFormat, channels: Int,
        settings: TranscoderSettings
    ) throws(TranscoderError) {
        let encoder = try AudioEncoder(
            format, sourceRateHz: input.sourceRateHz, channels: channels, settings: settings)
        let decoder = try AudioDecoder(
            input.codec, sampleRateHz: encoder.sampleRateHz, channels: encoder.channels,
            payloadBytesMax: settings.payloadBytesMax)
        try self.init(decoder, encoder, settings)
    }

    private init(
        _ decoder: consuming AudioDecoder, _ encoder: consuming AudioEncoder,
        _ settings: TranscoderSettings
    ) throws(TranscoderError) {
        let resampler = try Self.resampler(from: decoder, to: encoder)
        self.settings = settings
        self.decoder = decoder
        self.encoder = encoder
        queue = SampleQueue(capacity: 0)
        prepare(resampler)
    }

    /// Decodes another format from now on. The queue is empty.
    mutating func setFormat(_ input: AudioFormat) throws(TranscoderError) {
        encoder.setSourceRate(input.sourceRateHz)
        decoder = try AudioDecoder(
            input.codec, sampleRateHz: encoder.sampleRateHz, channels: encoder.channels,
            payloadBytesMax: settings.payloadBytesMax)
        prepare(try Self.resampler(from: decoder, to: encoder))
    }

    /// Another source comes.
    mutating func reset() {
        decoder.reset()
        for index in resamplers.indices { resamplers[index].reset() }
        skip = 0
    }

    /// Decodes `payload` to the end of the queue.
    /// - Returns: The samples of all channels that were added.
    mutating func decode(_ payload: RawSpan) throws(AudioPayloadError) -> Int {
        queue.compact()
        guard isDirect else {
            return convert(try Self.decode(payload, with: &decoder, into: &decoded))
        }
        let count = try Self.decode(payload, with: &decoder, into: &queue)
        return dropSkipped(count)
    }

    /// Makes up `ticks` of the incoming clock before `payload`.
    /// - Returns: The samples of all channels that were added.
    mutating func conceal(ticks: Int, before payload: RawSpan) -> Int {
        queue.compact()
        guard isDirect else {
            return convert(Self.conceal(ticks, before: payload, with: &decoder, into: &decoded))
        }
        let count = Self.conceal(ticks, before: payload, with: &decoder, into: &queue)
        return dropSkipped(count)
    }

    /// Encodes the oldest `count` samples of the queue; they stay there.
    mutating func encodeFirst(_ count: Int, into bytes: inout MutableRawSpan) -> Int? {
        Self.encode(count, of: queue, with: &encoder, into: &bytes)
    }

    private static func encode(
        _ count: Int, of queue: SampleQueue, with encoder: inout AudioEncoder,
        into bytes: inout MutableRawSpan
    ) -> Int? {
        let first = queue.start
        return encoder.encode(
            queue.samples.span.extracting(first..<first + count), into: &bytes)
    }

    /// The oldest `count` samples are done with.
    mutating func removeFirst(_ count: Int) {
        queue.removeFirst(count)
    }

    /// The newest `count` samples are taken back.
    mutating func removeLast(_ count: Int) {
        queue.removeLast(count)
    }

    /// Fills the queue up to `count` samples with silence. Returns how many were missing.
    mutating func fill(to count: Int) -> Int {
        let missing = max(count - queue.count, 0)
        queue.compact()
        queue.appendSilence(missing)
        return missing
    }

    /// Adds the next `frames` of a tone, at most a packet.
    mutating func append(_ tone: inout PlayedTone, frames: Int, isLast: Bool) {
        queue.compact()
        let channels = encoder.channels
        let frames = min(frames, queue.room / channels)
        let end = queue.end
        var all = queue.samples.mutableSpan
        var room = all.part(end..<end + frames * channels)
        tone.write(into: &room, frames: frames, channels: channels, isLast: isLast)
        queue.append(frames * channels)
    }

    /// Listens for tones in the newest `count` samples.
    func listen(
        toLast count: Int, _ channels: Int, with found: inout FoundTones?
    ) -> FoundTones.Events? {
        let end = queue.end
        let first = max(end - count, queue.start)
        return found?.listen(
            to: queue.samples.span.extracting(first..<end), channels: channels)
    }

    /// Puts silence in the place of the newest `count` samples.
    mutating func silence(last count: Int) {
        let end = queue.end
        for index in max(end - count, queue.start)..<end { queue.samples[index] = 0 }
    }

    /// The level in dBov of the newest `count` samples.
    func level(ofLast count: Int) -> Int {
        let end = queue.end
        let first = max(end - count, queue.start)
        return AudioLevel.decibelsOverload(queue.samples.span.extracting(first..<end))
    }

    /// Whether the oldest `count` samples are all zero.
    func isSilent(first count: Int) -> Bool {
        let start = queue.start
        for index in start..<start + count where queue.samples[index] != 0 { return false }
        return true
    }

    private static func resampler(
        from decoder: borrowing AudioDecoder, to encoder: borrowing AudioEncoder
    ) throws(TranscoderError) -> AudioResampler? {
        guard decoder.sampleRateHz != encoder.sampleRateHz else { return nil }
        do throws(AudioRateError) {
            return try AudioResampler(
                inputRateHz: decoder.sampleRateHz, outputRateHz: encoder.sampleRateHz)
        } catch {
            throw .unsupported(decoder.codec)
        }
    }

    private mutating func prepare(_ resampler: AudioResampler?) {
        let inputMax = decoder.samplesMax
        isDirect = resampler == nil && decoder.channels == encoder.channels
        var perChannel = inputMax / decoder.channels
        resamplers = []
        if let resampler {
            resamplers = Array(repeating: resampler, count: decoder.channels)
            perChannel = resampler.outputCapacity(for: perChannel)
        }
        if !isDirect {
            decoded = Array(repeating: 0, count: inputMax)
            plane = Array(repeating: 0, count: inputMax / decoder.channels)
            converted = Array(repeating: 0, count: perChannel * decoder.channels)
        }
        // Less than a packet waits when the next payload comes, or the next gap; a short packet
        // may be filled up.
        queue.reserve(perChannel * encoder.channels + 2 * encoder.packetSamples)
    }

    private static func decode(
        _ payload: RawSpan, with decoder: inout AudioDecoder, into queue: inout SampleQueue
    ) throws(AudioPayloadError) -> Int {
        let (end, capacity) = (queue.end, queue.samples.count)
        var all = queue.samples.mutableSpan
        var room = all.part(end..<capacity)
        let count = try decoder.decode(payload, into: &room)
        queue.append(count)
        return count
    }

    private static func decode(
        _ payload: RawSpan, with decoder: inout AudioDecoder, into samples: inout [Int16]
    ) throws(AudioPayloadError) -> Int {
        var room = samples.mutableSpan
        return try decoder.decode(payload, into: &room)
    }

    private static func conceal(
        _ ticks: Int, before payload: RawSpan, with decoder: inout AudioDecoder,
        into samples: inout [Int16]
    ) -> Int {
        var room = samples.mutableSpan
        return decoder.conceal(ticks: ticks, before: payload, into: &room)
    }

    private static func conceal(
        _ ticks: Int, before payload: RawSpan, with decoder: inout AudioDecoder,
        into queue: inout SampleQueue
    ) -> Int {
        let (end, capacity) = (queue.end, queue.samples.count)
        var all = queue.samples.mutableSpan
        var room = all.part(end..<capacity)
        let count = decoder.conceal(ticks: ticks, before: payload, into: &room)
        queue.append(count)
        return count
    }

    /// Brings `count` samples of `decoded` to the encoder's rate and channels and queues them.
    private mutating func convert(_ count: Int) -> Int {
        let channels = decoder.channels
        let (frames, stride) = (count / channels, converted.count / channels)
        var made = frames
        for channel in 0..<channels {
            for index in 0..<frames { plane[index] = decoded[channels * index + channel] }
            let place = channel * stride..<(channel + 1) * stride
            if resamplers.isEmpty {
                for index in 0..<frames { converted[place.lowerBound + index] = plane[index] }
            } else {
                made = Self.resample(
                    frames, of: plane, with: &resamplers[channel], into: &converted, place)
            }
        }
        let end = queue.end
        let wanted = encoder.channels
        for channel in 0..<wanted {
            let from = min(channel, channels - 1) * stride
            for index in 0..<made {
                queue.samples[end + wanted * index + channel] = converted[from + index]
            }
        }
        queue.append(made * wanted)
        return dropSkipped(made * wanted)
    }

    private static func resample(
        _ frames: Int, of plane: [Int16], with resampler: inout AudioResampler,
        into converted: inout [Int16], _ place: Range<Int>
    ) -> Int {
        var all = converted.mutableSpan
        var room = all.part(place)
        return resampler.resample(plane.span.extracting(..<frames), into: &room)
    }

    /// Takes what was given out already off the `count` newest samples.
    private mutating func dropSkipped(_ count: Int) -> Int {
        guard skip > 0 else { return count }
        let dropped = min(skip, count)
        skip -= dropped
        let first = queue.end - count
        for index in first..<queue.end - dropped {
            queue.samples[index] = queue.samples[index + dropped]
        }
        queue.removeLast(dropped)
        return count - dropped
    }
}
