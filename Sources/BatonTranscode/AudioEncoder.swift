internal import BatonAudio
internal import BatonBase
internal import BatonOpus

/// Encodes samples to the payloads of one format.
///
/// It allocates when it is made. Opus takes the rate that it is made for and can change it; the
/// other codecs have their own.
public struct AudioEncoder: ~Copyable, Sendable {
    /// The format.
    public let format: AudioFormat
    /// Channels of what it takes, 1 or 2; their samples alternate.
    public let channels: Int
    /// Samples a second and channel of what it takes.
    public private(set) var sampleRateHz: Int
    private var g711: G711Codec?
    private var g722: G722Encoder?
    private var opus: OpusEncoder?
    private var octets: [UInt8] = []
    /// The effort that was asked for.
    private var complexityLimit = 10
    private let settings: TranscoderSettings

    /// An encoder.
    /// - Parameters:
    ///   - sourceRateHz: The rate of the audio that it will get, for Opus to choose its own.
    ///   - channels: 1 or 2 that the audio has; mono codecs take 1.
    /// - Throws: ``TranscoderError``: the codec carries no audio.
    public init(
        _ format: AudioFormat, sourceRateHz: Int, channels: Int, settings: TranscoderSettings
    ) throws(TranscoderError) {
        self.format = format
        self.settings = settings
        let isStereo = channels == 2 && (format.codec != .opus || format.opus.prefersStereo)
        self.channels = isStereo ? min(2, format.codec.channels) : 1
        sampleRateHz = format.codec.sampleRateHz
        switch format.codec {
        case .pcmu: g711 = G711Codec(.mu)
        case .pcma: g711 = G711Codec(.a)
        case .g722:
            g722 = G722Encoder()
            octets = Array(repeating: 0, count: settings.payloadBytesMax)
        case .l16: break
        case .opus:
            let rate = Self.opusRate(for: sourceRateHz, format.opus)
            sampleRateHz = rate.hertz
            opus = try? OpusEncoder(
                Self.opusSettings(format.opus, rate, stereo: isStereo, settings))
            guard opus != nil else { throw .unsupported(format.codec) }
        case .telephoneEvent, .comfortNoise: throw .unsupported(format.codec)
        }
    }

    /// Encodes one packet to the front of `bytes`.
    /// - Returns: The payload's length; 0 when nothing is to be sent, because it is silence (Opus
    ///   DTX); `nil` when it cannot be encoded, because `bytes` is too short or the number of
    ///   samples is none that the codec has.
    public mutating func encode(
        _ samples: borrowing Span<Int16>, into bytes: inout MutableRawSpan
    ) -> Int? {
        switch format.codec {
        case .pcmu, .pcma: return encodeG711(samples, into: &bytes)
        case .g722: return encodeG722(samples, into: &bytes)
        case .l16: return encodeL16(samples, into: &bytes)
        case .opus:
            guard let count = try? opus?.encode(samples, into: &bytes) else { return nil }
            return format.opus.usesDTX && count <= 2 ? 0 : count
        case .telephoneEvent, .comfortNoise: return nil
        }
    }

    /// Limits the effort of Opus, 0…10, from the next packet on; with 10 it is that of the
    /// settings. The change is not heard.
    public mutating func setComplexityLimit(_ limit: Int) {
        let usual = Self.opusComplexity(
            OpusSampleRate(atLeast: sampleRateHz), repeats: opus?.settings.usesInbandFEC ?? false,
            settings)
        complexityLimit = min(max(limit, 0), 10)
        try? opus?.setComplexity(min(max(usual, 0), complexityLimit))
    }

    /// Changes the loss in percent that Opus reckons with, from the next packet on.
    public mutating func setExpectedLoss(percent: Int) {
        let expected = min(max(percent, settings.expectedLossPercent, 0), 100)
        let repeats = percent > 0 || settings.repeatsBeforeLoss
        try? opus?.setInbandFEC(
            format.opus.usesInbandFEC && repeats, expectedLossPercent: expected)
        setComplexityLimit(complexityLimit)
    }

    /// Lets Opus take audio of another rate from the next packet on, without allocating. The other
    /// codecs keep theirs.
    public mutating func setSourceRate(_ hertz: Int) {
        guard format.codec == .opus else { return }
        let rate = Self.opusRate(for: hertz, format.opus)
        guard rate.hertz != sampleRateHz else { return }
        sampleRateHz = rate.hertz
        try? opus?.restart(sampleRate: rate)
        setComplexityLimit(complexityLimit)
        try? opus?.setBitrate(
            Self.opusBitrate(format.opus, rate, stereo: channels == 2, settings))
    }

    /// Forgets what was heard.
    public mutating func reset() {
        if g722 != nil { g722 = G722Encoder() }
        opus?.reset()
    }

    /// Samples of all channels in a packet of the wanted length, or of the longest that fits.
    var packetSamples: Int {
        let least = format.codec == .opus ? format.opus.minPacketMilliseconds ?? 0 : 0
        let wanted = max(Int(clamping: format.packetTime.wholeNanoseconds / 1_000), least * 1_000)
        let microseconds = min(max(wanted, 2_500), 120_000)
        if format.codec == .opus {
            return opusFrame(atLeast: microseconds * sampleRateHz / 1_000_000) * channels
        }
        let frames = microseconds * sampleRateHz / 1_000_000
        let even = format.codec == .g722 ? frames & ~1 : frames
        return min(even * channels, samplesThatFit)
    }

    /// Samples of all channels in the shortest packet that holds `count` of them.
    func packetSamples(holding count: Int) -> Int {
        switch format.codec {
        case .opus: opusFrame(atLeast: (count + channels - 1) / channels) * channels
        case .g722: (count + 1) & ~1
        default: count
        }
    }

    /// Ticks of the RTP clock that `count` samples of all channels take.
    func ticks(_ count: Int) -> Int {
        count / channels * format.codec.clockRateHz / sampleRateHz
    }

    private var samplesThatFit: Int {
        switch format.codec {
        case .l16: settings.payloadBytesMax / (2 * format.codec.channels) * channels
        case .g722: 2 * settings.payloadBytesMax
        default: settings.payloadBytesMax
        }
    }

    /// The lengths that Opus has, RFC 6716 §2.1.4, and RFC 7587 §4.2 up to 120 ms.
    private func opusFrame(atLeast frames: Int) -> Int {
        let lengths: InlineArray<9, Int> = [25, 50, 100, 200, 400, 600, 800, 1_000, 1_200]
        for index in lengths.indices where lengths[index] * sampleRateHz / 10_000 >= frames {
            return lengths[index] * sampleRateHz / 10_000
        }
        return sampleRateHz * 12 / 100
    }

    private func encodeG711(
        _ samples: borrowing Span<Int16>, into bytes: inout MutableRawSpan
    ) -> Int? {
        guard let g711, bytes.byteCount >= samples.count else { return nil }
        g711.encode(samples, into: &bytes)
        return samples.count
    }

    private mutating func encodeG722(
        _ samples: borrowing Span<Int16>, into bytes: inout MutableRawSpan
    ) -> Int? {
        let count = samples.count / 2
        guard samples.count % 2 == 0, count <= octets.count, bytes.byteCount >= count else {
            return nil
        }
        Self.encode(samples, with: &g722, into: &octets)
        for index in 0..<count { bytes.store(octets[index], at: index) }
        return count
    }

    private static func encode(
        _ samples: borrowing Span<Int16>, with encoder: inout G722Encoder?,
        into octets: inout [UInt8]
    ) {
        var room = octets.mutableSpan
        encoder?.encode(samples, into: &room)
    }

    private func encodeL16(
        _ samples: borrowing Span<Int16>, into bytes: inout MutableRawSpan
    ) -> Int? {
        let copies = format.codec.channels / channels
        guard bytes.byteCount >= 2 * copies * samples.count else { return nil }
        for index in samples.indices {
            let value = UInt16(bitPattern: samples[index])
            for copy in 0..<copies { bytes.store(value, at: 2 * (copies * index + copy)) }
        }
        return 2 * copies * samples.count
    }
}
