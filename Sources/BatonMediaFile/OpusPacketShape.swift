import BatonBase

/// What the first bytes of an Opus packet say about its time, RFC 6716 §3.1 and §3.2.
///
///      0 1 2 3 4 5 6 7
///     +-+-+-+-+-+-+-+-+
///     | config  |s| c |  and for c = 3 a byte |v|p|  count  |
///     +-+-+-+-+-+-+-+-+
public enum OpusPacketShape {
    /// Opus counts time in samples of 48 kHz, whatever it codes.
    public static let clockRateHz = 48_000
    /// No packet lasts longer: 120 ms.
    public static let sampleCountMax = 5_760
    /// The longest packet of mono or stereo that an Ogg file should hold, RFC 7845 §6.
    public static let byteCountMax = 61_440

    /// Samples at 48 kHz that `packet` lasts; `nil` when it is empty or its frames are more than
    /// 120 ms.
    public static func sampleCount(of packet: RawSpan) -> Int? {
        guard packet.byteCount > 0 else { return nil }
        let first = packet.uint8(at: 0)
        let frames: Int
        switch first & 3 {
        case 0: frames = 1
        case 1, 2: frames = 2
        default:
            guard packet.byteCount > 1 else { return nil }
            frames = Int(packet.uint8(at: 1) & 0x3f)
        }
        let count = frames * frameSampleCount(configuration: first >> 3)
        return 1...sampleCountMax ~= count ? count : nil
    }

    /// Samples at 48 kHz of one frame, by the configuration number 0…31 (RFC 6716 table 2).
    static func frameSampleCount(configuration: UInt8) -> Int {
        switch configuration {
        case 0..<12: configuration & 3 == 3 ? 2_880 : 480 << Int(configuration & 3)  // SILK
        case 12..<16: 480 << Int(configuration & 1)  // hybrid
        default: 120 << Int(configuration & 3)  // CELT
        }
    }
}
