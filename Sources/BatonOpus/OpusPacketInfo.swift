internal import BatonBase
internal import COpus

/// What a packet says of itself without being decoded, RFC 6716 §3.
public struct OpusPacketInfo: Hashable, Sendable {
    /// How its frames are coded, RFC 6716 §3.1 table 2.
    public enum Mode: Hashable, Sendable {
        /// By the speech coder.
        case silk
        /// By the speech coder below 8 kHz and the transform coder above.
        case hybrid
        /// By the transform coder.
        case celt
    }

    /// How its frames are coded.
    public var mode: Mode
    /// The audio bandwidth.
    public var bandwidth: OpusBandwidth
    /// One or two channels.
    public var channels: OpusChannels
    /// How many frames it has, 1…48.
    public var frameCount: Int
    /// A frame's length in ticks of the RTP clock of 48,000 Hz.
    public var frameTicks: Int
    /// Whether it repeats (part of) the packet before, so that a lost one can be decoded from it.
    public var hasFEC: Bool
    /// Whether it stands for silence: none of its frames is longer than a byte (DTX).
    public var isSilence: Bool

    /// The packet's length in ticks of the RTP clock of 48,000 Hz, at most 5,760.
    public var ticks: Int { frameTicks * frameCount }

    /// Reads the first bytes of `packet`.
    /// - Throws: ``OpusFailure/invalidPacket``: lengths that contradict RFC 6716 §3.4.
    public init(_ packet: RawSpan) throws(OpusFailure) {
        guard packet.byteCount > 0, let length = Int32(exactly: packet.byteCount) else {
            throw .invalidPacket
        }
        //  0 1 2 3 4 5 6 7
        // +-+-+-+-+-+-+-+-+
        // | config  |s| c |
        // +-+-+-+-+-+-+-+-+
        let first = packet.uint8(at: 0)
        let config = Int(first >> 3)
        channels = first & 4 != 0 ? .stereo : .mono
        (mode, bandwidth, frameTicks) = Self.configuration(config)
        var sizes = InlineArray<48, Int16>(repeating: 0)
        var offset: Int32 = 0
        var toc: UInt8 = 0
        let count = unsafe packet.withUnsafeBytes { bytes in
            var span = sizes.mutableSpan
            return unsafe span.withUnsafeMutableBufferPointer { sizes -> Int32 in
                guard let bytes = unsafe bytes.bindMemory(to: UInt8.self).baseAddress,
                    let sizes = sizes.baseAddress
                else { return 0 }
                return unsafe opus_packet_parse(bytes, length, &toc, nil, sizes, &offset)
            }
        }
        guard count > 0, Int(count) * frameTicks <= 5_760 else { throw .invalidPacket }
        frameCount = Int(count)
        isSilence = (0..<frameCount).allSatisfy { sizes[$0] <= 1 }
        hasFEC = false
        if mode != .celt, sizes[0] > 1, Int(offset) < packet.byteCount {
            hasFEC = repeatsLast(firstByte: packet.uint8(at: Int(offset)))
        }
    }

    /// RFC 6716 §3.1, table 2.
    private static func configuration(_ config: Int) -> (Mode, OpusBandwidth, frameTicks: Int) {
        switch config {
        case ..<12:
            let bandwidths: InlineArray<3, OpusBandwidth> = [.narrow, .medium, .wide]
            let ticks: InlineArray<4, Int> = [480, 960, 1_920, 2_880]
            return (.silk, bandwidths[config / 4], ticks[config % 4])
        case ..<16:
            return (.hybrid, config < 14 ? .superWide : .full, config % 2 == 0 ? 480 : 960)
        default:
            let bandwidths: InlineArray<4, OpusBandwidth> = [.narrow, .wide, .superWide, .full]
            return (.celt, bandwidths[(config - 16) / 4 & 3], 120 << (config & 3))
        }
    }

    /// The flags at the start of a frame of the speech coder, RFC 6716 §4.2.3: for each channel a
    /// bit of voice activity for each 20 ms, then one that says whether the last frame is repeated.
    private func repeatsLast(firstByte: UInt8) -> Bool {
        let parts = max(frameTicks / 960, 1)
        let isRepeated = firstByte >> UInt8(7 - parts) & 1 != 0
        guard channels == .stereo else { return isRepeated }
        return isRepeated || firstByte >> UInt8(6 - 2 * parts) & 1 != 0
    }
}
