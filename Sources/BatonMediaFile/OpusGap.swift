import BatonBase

/// What stands for time without packets.
public enum OpusGapFilling: Hashable, Sendable {
    /// Frames that ask the decoder for concealment, RFC 7845 §4.1: for lost packets, and for what a
    /// sender with discontinuous transmission left out.
    case concealment
    /// Digital silence: for a recording that was paused.
    case silence
}

/// Makes the packets that fill a gap.
struct OpusGap: Sendable {
    /// The configuration number of the last packet (RFC 6716 table 2), which concealment goes on
    /// with. Full-band CELT frames of 20 ms, before there is one.
    var configuration: UInt8 = 31

    /// What is left to fill.
    private(set) var sampleCount = 0

    private let channelCount: Int

    private static let sampleCountMax = 24 * 3_600 * OpusPacketShape.clockRateHz
    /// A CELT frame that says no more than that it is silent (RFC 6716 §4.3, table 56).
    private static let silentFrame: [UInt8] = [0xff, 0xfe]

    init(channelCount: Int) {
        self.channelCount = channelCount
    }

    /// More time to fill.
    mutating func add(sampleCount added: Int) {
        sampleCount += max(0, min(added, Self.sampleCountMax - sampleCount))
    }

    /// Appends a packet of up to 120 ms and gives its samples; 0 when what is left is too short.
    mutating func appendNextPacket(
        as filling: OpusGapFilling, to packet: inout [UInt8]
    ) -> Int {
        var candidate: UInt8? = filling == .silence ? 31 : configuration
        while let configuration = candidate {
            let frame = OpusPacketShape.frameSampleCount(configuration: configuration)
            let frames = min(sampleCount, OpusPacketShape.sampleCountMax) / frame
            if frames > 0 {
                // Code 3, frames of equal size (RFC 6716 §3.2.5).
                packet.append(configuration << 3 | (channelCount == 2 ? 4 : 0) | 3)
                packet.append(UInt8(frames))
                if filling == .silence {
                    for _ in 0..<frames { packet.append(contentsOf: Self.silentFrame) }
                }
                sampleCount -= frames * frame
                return frames * frame
            }
            candidate = Self.shorter(configuration)
        }
        return 0
    }

    /// The configuration of the same mode and bandwidth with the next shorter frames. SILK and
    /// hybrid have none below 10 ms, where CELT with the same bandwidth, or the next wider,
    /// follows.
    private static func shorter(_ configuration: UInt8) -> UInt8? {
        switch configuration {
        case 0: 17  // narrow band
        case 4, 8: 21  // medium and wide band
        case 12: 25  // super-wide band
        case 14: 29  // full band
        case 16, 20, 24, 28: nil
        default: configuration - 1
        }
    }
}
