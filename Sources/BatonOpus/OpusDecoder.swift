internal import COpus

/// Decodes Opus packets to PCM of 16 bits (RFC 6716), at any of the five rates.
///
/// It is made once for a stream and allocates nothing afterwards. A packet's contents cannot harm
/// it: libopus checks them, and the result is noise at worst. libopus takes its working memory,
/// some tens of kilobytes, from the stack.
public struct OpusDecoder: ~Copyable, Sendable {
    /// The rate of the samples that it gives.
    public let sampleRate: OpusSampleRate
    /// The channels of the samples that it gives, whatever the packets have.
    public let channels: OpusChannels
    /// libopus' state. It contains no pointers into itself, and no one else sees it.
    private var state: [UInt64]

    /// The longest packet: 120 ms, RFC 6716 §3.2.5.
    public static let packetMax = Duration.milliseconds(120)

    /// A decoder that has heard nothing.
    /// - Throws: ``OpusFailure``, when the library refuses; it has no reason to.
    public init(sampleRate: OpusSampleRate, channels: OpusChannels) throws(OpusFailure) {
        self.sampleRate = sampleRate
        self.channels = channels
        state = Array(repeating: 0, count: (Self.memoryBytes(channels: channels) + 7) / 8)
        let code = unsafe withState { state in
            unsafe opus_decoder_init(state, sampleRate.rawValue, channels.rawValue)
        }
        guard code == OPUS_OK else { throw OpusFailure(code: code) }
    }

    /// What a decoder's state takes, in bytes: 18,228 mono, 26,996 stereo in libopus 1.3.1.
    public static func memoryBytes(channels: OpusChannels) -> Int {
        Int(opus_decoder_get_size(channels.rawValue))
    }

    /// Decodes `packet` to the front of `samples`.
    /// - Returns: The samples for each channel, at most 120 ms.
    /// - Throws: ``OpusFailure``: the packet is empty or not one of Opus, or `samples` have too
    ///   little room. The decoder goes on as if it had not been called.
    public mutating func decode(
        _ packet: RawSpan, into samples: inout MutableSpan<Int16>
    ) throws(OpusFailure) -> Int {
        // libopus would take an empty packet for a lost one.
        guard packet.byteCount > 0 else { throw .invalidPacket }
        return try run(packet, into: &samples, frames: samples.count / channels.count, fec: false)
    }

    /// Decodes the lost packet before `next` from what `next` repeats of it (in-band FEC, RFC 6716
    /// §2.1.7): `frames` samples for each channel, as long as the lost packet was.
    ///
    /// Where `next` repeats nothing, libopus conceals. `next` itself has to be decoded afterwards.
    /// - Throws: ``OpusFailure``: as for ``decode(_:into:)``, or `frames` is no multiple of 2.5 ms.
    public mutating func decodeLost(
        before next: RawSpan, frames: Int, into samples: inout MutableSpan<Int16>
    ) throws(OpusFailure) -> Int {
        guard next.byteCount > 0, frames <= samples.count / channels.count else {
            throw .badArgument
        }
        return try run(next, into: &samples, frames: frames, fec: true)
    }

    /// Makes up `frames` samples for each channel of a packet of which nothing is known.
    /// - Throws: ``OpusFailure``: `frames` is no multiple of 2.5 ms, or `samples` have no room.
    public mutating func conceal(
        frames: Int, into samples: inout MutableSpan<Int16>
    ) throws(OpusFailure) -> Int {
        guard frames <= samples.count / channels.count else { throw .bufferTooSmall }
        return try run(RawSpan(), into: &samples, frames: frames, fec: false)
    }

    /// Forgets what was heard, as at a change of the source.
    public mutating func reset() {
        _ = unsafe withState { state in unsafe opus_decoder_reset(state) }
    }

    private mutating func run(
        _ packet: RawSpan, into samples: inout MutableSpan<Int16>, frames: Int, fec: Bool
    ) throws(OpusFailure) -> Int {
        guard frames > 0, let length = Int32(exactly: packet.byteCount) else {
            throw .badArgument
        }
        // Longer than any packet is no use, and libopus takes 32 bits.
        let frames = Int32(min(frames, sampleRate.hertz * 120 / 1_000))
        let count = unsafe samples.withUnsafeMutableBufferPointer { output in
            unsafe packet.withUnsafeBytes { input in
                guard let output = output.baseAddress else { return OPUS_BAD_ARG }
                let input = unsafe input.bindMemory(to: UInt8.self).baseAddress
                return unsafe withState { state in
                    unsafe opus_decode(
                        state, length == 0 ? nil : input, length, output, frames, fec ? 1 : 0)
                }
            }
        }
        guard count >= 0 else { throw OpusFailure(code: count) }
        return Int(count)
    }

    /// The pointer is valid during `body` only.
    private mutating func withState(_ body: (OpaquePointer) -> Int32) -> Int32 {
        unsafe state.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return OPUS_INVALID_STATE }
            return unsafe body(OpaquePointer(start))
        }
    }
}
