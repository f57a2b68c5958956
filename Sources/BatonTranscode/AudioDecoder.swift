internal import BatonAudio
internal import BatonBase
internal import BatonOpus

/// Decodes the payloads of one format, and makes up those that are missing.
///
/// It allocates when it is made. Opus is decoded at the rate and with the channels that are asked
/// for; with other codecs the rate is their own, and only a stereo signal can become mono.
public struct AudioDecoder: ~Copyable, Sendable {
    /// The codec.
    public let codec: AudioCodec
    /// Samples a second and channel of what it gives.
    public let sampleRateHz: Int
    /// Channels of what it gives, 1 or 2; their samples alternate.
    public let channels: Int
    private var g711: G711Codec?
    private var g722: G722Decoder?
    private var opus: OpusDecoder? = nil
    private var left: PacketLossConcealer?
    private var right: PacketLossConcealer?
    /// A copy of the payload, or one channel of a gap.
    private var octets: [UInt8] = []
    private var plane: [Int16] = []
    private let payloadBytesMax: Int

    /// The longest payload in time that it takes.
    static let durationMaxMilliseconds = 120

    /// A decoder.
    /// - Parameters:
    ///   - sampleRateHz: The rate that is wanted; only Opus follows it, to the next one it has.
    ///   - channels: 1 or 2 that are wanted; mono codecs give 1.
    /// - Throws: ``TranscoderError``: the codec carries no audio, or has an unknown rate.
    public init(
        _ codec: AudioCodec, sampleRateHz: Int, channels: Int, payloadBytesMax: Int = 1_400
    ) throws(TranscoderError) {
        let made = min(max(channels, 1), codec.channels)
        let rate = OpusSampleRate(atLeast: sampleRateHz)
        let rateHz = codec == .opus ? rate.hertz : codec.sampleRateHz
        guard codec.isAudio, let concealer = try? PacketLossConcealer(sampleRateHz: rateHz) else {
            throw .unsupported(codec)
        }
        self.codec = codec
        self.payloadBytesMax = payloadBytesMax
        self.channels = made
        self.sampleRateHz = rateHz
        switch codec {
        case .pcmu: g711 = G711Codec(.mu)
        case .pcma: g711 = G711Codec(.a)
        case .g722: g722 = G722Decoder()
        case .opus:
            opus = try? OpusDecoder(sampleRate: rate, channels: made == 2 ? .stereo : .mono)
        case .l16, .telephoneEvent, .comfortNoise: break
        }
        guard codec != .opus else { return }
        octets = Array(repeating: 0, count: payloadBytesMax)
        left = concealer
        guard made == 2 else { return }
        right = concealer
        plane = Array(repeating: 0, count: samplesMax / 2)
    }

    /// How many samples of all channels one payload, or one gap, gives at most.
    public var samplesMax: Int {
        let perGap = sampleRateHz * channels * Self.durationMaxMilliseconds / 1_000
        return switch codec {
        case .pcmu, .pcma: max(payloadBytesMax, perGap)
        case .g722: max(2 * payloadBytesMax, perGap)
        default: max(payloadBytesMax / 2, perGap)
        }
    }

    /// How long `payload` is, in ticks of the RTP clock.
    /// - Throws: ``AudioPayloadError``: it is empty, too long or against the codec's rules.
    public func ticks(of payload: RawSpan) throws(AudioPayloadError) -> Int {
        guard payload.byteCount > 0 else { throw .malformed }
        if codec == .opus {
            guard let info = try? OpusPacketInfo(payload) else { throw .malformed }
            return info.ticks
        }
        guard payload.byteCount <= payloadBytesMax else { throw .tooLong }
        guard case .l16(_, let channels) = codec else { return payload.byteCount }
        guard payload.byteCount % (2 * channels) == 0 else { throw .malformed }
        return payload.byteCount / (2 * channels)
    }

    /// Decodes `payload` to the front of `samples`, which has room for ``samplesMax``.
    /// - Returns: The samples of all channels.
    /// - Throws: ``AudioPayloadError``, as ``ticks(of:)``.
    public mutating func decode(
        _ payload: RawSpan, into samples: inout MutableSpan<Int16>
    ) throws(AudioPayloadError) -> Int {
        if codec == .opus {
            guard let count = try? opus?.decode(payload, into: &samples) else { throw .malformed }
            return count * channels
        }
        let ticks = try ticks(of: payload)
        let count: Int
        if case .l16(_, let sent) = codec {
            count = ticks * channels
            decodeL16(payload, sent: sent, into: &samples)
        } else {
            count = codec == .g722 ? 2 * ticks : ticks
            decodeOctets(payload, into: &samples)
        }
        acceptGood(count, in: &samples)
        return count
    }

    /// Makes up `ticks` of the RTP clock before the payload `next`, from what it repeats of them
    /// if it is Opus and does so. An empty `next` repeats nothing. What is made up is rounded down
    /// to ``concealableTicks(_:)``.
    /// - Returns: The samples of all channels.
    public mutating func conceal(
        ticks: Int, before next: RawSpan, into samples: inout MutableSpan<Int16>
    ) -> Int {
        let frames = concealableTicks(ticks) * sampleRateHz / codec.clockRateHz
        guard frames > 0 else { return 0 }
        guard codec == .opus else { return makeUp(frames, into: &samples) }
        let count =
            next.byteCount == 0
            ? try? opus?.conceal(frames: frames, into: &samples)
            : try? opus?.decodeLost(before: next, frames: frames, into: &samples)
        return (count ?? 0) * channels
    }

    /// How much of `ticks` can be made up at once: at most 120 ms, with Opus in steps of 2.5 ms.
    public func concealableTicks(_ ticks: Int) -> Int {
        let ticks = min(max(ticks, 0), codec.clockRateHz * Self.durationMaxMilliseconds / 1_000)
        return codec == .opus ? ticks / 120 * 120 : ticks
    }

    /// Whether `payload` repeats what was in the one before (Opus FEC).
    public func repeatsLast(_ payload: RawSpan) -> Bool {
        codec == .opus && (try? OpusPacketInfo(payload))?.hasFEC == true
    }

    /// Whether `payload` says that silence begins or goes on (Opus DTX).
    public func isSilence(_ payload: RawSpan) -> Bool {
        codec == .opus && (try? OpusPacketInfo(payload))?.isSilence == true
    }

    /// Forgets what was heard.
    public mutating func reset() {
        if g722 != nil { g722 = G722Decoder() }
        opus?.reset()
        left?.reset()
        right?.reset()
    }

    private mutating func decodeOctets(_ payload: RawSpan, into samples: inout MutableSpan<Int16>) {
        let count = payload.byteCount
        Self.copy(payload, to: &octets)
        if codec == .g722 {
            Self.decode(octets, count, with: &g722, into: &samples)
        } else {
            g711?.decode(octets.span.extracting(..<count), into: &samples)
        }
    }

    private static func copy(_ payload: RawSpan, to octets: inout [UInt8]) {
        var room = octets.mutableSpan
        for offset in 0..<payload.byteCount { room[offset] = payload.uint8(at: offset) }
    }

    private static func decode(
        _ octets: [UInt8], _ count: Int, with decoder: inout G722Decoder?,
        into samples: inout MutableSpan<Int16>
    ) {
        decoder?.decode(octets.span.extracting(..<count), into: &samples)
    }

    private func decodeL16(
        _ payload: RawSpan, sent: Int, into samples: inout MutableSpan<Int16>
    ) {
        let count = payload.byteCount / 2
        if sent == channels {
            for index in 0..<count {
                samples[index] = Int16(bitPattern: payload.uint16(at: 2 * index))
            }
            return
        }
        for index in 0..<count / 2 {
            let left = Int16(bitPattern: payload.uint16(at: 4 * index))
            let right = Int16(bitPattern: payload.uint16(at: 4 * index + 2))
            samples[index] = Int16((Int32(left) + Int32(right)) >> 1)
        }
    }

    private mutating func acceptGood(_ count: Int, in samples: inout MutableSpan<Int16>) {
        guard channels == 2 else {
            var good = samples.part(0..<count)
            left?.accept(&good)
            return
        }
        for channel in 0..<2 {
            for index in 0..<count / 2 { plane[index] = samples[2 * index + channel] }
            if channel == 0 {
                Self.accept(&plane, count / 2, with: &left)
            } else {
                Self.accept(&plane, count / 2, with: &right)
            }
            for index in 0..<count / 2 { samples[2 * index + channel] = plane[index] }
        }
    }

    private mutating func makeUp(_ frames: Int, into samples: inout MutableSpan<Int16>) -> Int {
        guard channels == 2 else {
            var gap = samples.part(0..<frames)
            left?.conceal(into: &gap)
            return frames
        }
        for channel in 0..<2 {
            if channel == 0 {
                Self.conceal(frames, in: &plane, with: &left)
            } else {
                Self.conceal(frames, in: &plane, with: &right)
            }
            for index in 0..<frames { samples[2 * index + channel] = plane[index] }
        }
        return 2 * frames
    }

    private static func accept(
        _ plane: inout [Int16], _ count: Int, with concealer: inout PacketLossConcealer?
    ) {
        var all = plane.mutableSpan
        var good = all.part(0..<count)
        concealer?.accept(&good)
    }

    private static func conceal(
        _ count: Int, in plane: inout [Int16], with concealer: inout PacketLossConcealer?
    ) {
        var all = plane.mutableSpan
        var gap = all.part(0..<count)
        concealer?.conceal(into: &gap)
    }
}
