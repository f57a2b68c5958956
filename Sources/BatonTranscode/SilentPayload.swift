internal import BatonBase
internal import BatonOpus

/// What silence looks like in a packet, without an encoder.
public enum SilentPayload {
    /// Replaces a payload of `codec` by silence of the same length in time, in place.
    /// - Returns: The new length, which is never greater; `nil` when `codec` has no silence that
    ///   could be written like this, or the payload is none of it.
    public static func replace(_ payload: inout MutableRawSpan, of codec: AudioCodec) -> Int? {
        switch codec {
        case .pcmu: fill(&payload, with: 0xff)
        case .pcma: fill(&payload, with: 0xd5)
        case .g722: fill(&payload, with: g722Silence)
        case .l16: fill(&payload, with: 0)
        case .opus: replaceOpus(&payload)
        case .telephoneEvent, .comfortNoise: nil
        }
    }

    /// Of the 256 code words the one that is quietest when it is repeated, whatever was heard before:
    /// 62 dB below full scale. (That of an encoder at rest keeps an offset in the decoder.)
    private static let g722Silence: UInt8 = 0xfc

    private static func fill(_ payload: inout MutableRawSpan, with octet: UInt8) -> Int? {
        for index in 0..<payload.byteCount { payload.store(octet, at: index) }
        return payload.byteCount
    }

    /// As many frames of silence as make up the packet's time: those of the transform coder, whose
    /// first bit says so (RFC 6716 §4.3). A frame of it has at most 20 ms, and two octets.
    private static func replaceOpus(_ payload: inout MutableRawSpan) -> Int? {
        guard let info = try? OpusPacketInfo(payload.bytes) else { return nil }
        let (config, count): (UInt8, Int) =
            switch info.ticks {
            case ..<240: (28, 1)
            case ..<480: (29, 1)
            case ..<960: (30, 1)
            default: (31, info.ticks / 960)
            }
        let stereo: UInt8 = info.channels == .stereo ? 4 : 0
        // One octet of nothing is silence too, where the packet was as short as that.
        guard payload.byteCount >= 2 + 2 * count || (count == 1 && payload.byteCount >= 3) else {
            return payload.byteCount < 3 ? payload.byteCount : nil
        }
        var length = 1
        payload.store(config << 3 | stereo | (count == 1 ? 0 : 3), at: 0)
        if count > 1 {
            payload.store(UInt8(truncatingIfNeeded: count), at: 1)
            length = 2
        }
        for _ in 0..<count {
            payload.store(UInt8(0xff), at: length)
            payload.store(UInt8(0xfe), at: length + 1)
            length += 2
        }
        return length
    }
}
