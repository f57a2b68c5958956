import BatonBase

/// The identification header of an Opus stream in Ogg, RFC 7845 §5.1. Numbers are little-endian.
///
///      0 "OpusHead"              12 input sample rate
///      8 version, 1              16 output gain, signed 7.8 fixed point
///      9 channel count           18 channel mapping family
///     10 pre-skip
public struct OpusHead: Hashable, Sendable {
    /// 1 or 2.
    public var channelCount: Int
    /// Samples at 48 kHz to decode and throw away at the start.
    public var preSkip: Int
    /// The rate of what was encoded, for information; 0 when not stated.
    public var inputSampleRateHz: UInt32
    /// To be applied after decoding, in units of 1/256 dB.
    public var outputGain: Int16

    /// A header of `channelCount` (1 or 2) channels.
    public init(
        channelCount: Int, preSkip: Int, inputSampleRateHz: UInt32 = 48_000, outputGain: Int16 = 0
    ) {
        precondition(1...2 ~= channelCount, "channel mapping family 0 is mono or stereo")
        precondition(0...Int(UInt16.max) ~= preSkip, "the pre-skip is a 16-bit number")
        self.channelCount = channelCount
        self.preSkip = preSkip
        self.inputSampleRateHz = inputSampleRateHz
        self.outputGain = outputGain
    }

    static let magic = "OpusHead"
    static let byteCount = 19

    /// Reads the packet that begins a stream.
    /// - Throws: `unsupported` for another version, or a channel mapping family but 0.
    init(packet: RawSpan) throws(MediaFileError) {
        guard packet.has(Self.magic, at: 0), packet.byteCount >= Self.byteCount else {
            throw .malformed("the Opus header is too short")
        }
        let version = packet.uint8(at: 8)
        // RFC 7845 §5.1: what differs in the low four bits only is compatible.
        guard version >> 4 == 0 else { throw .unsupported("version \(version) of Ogg Opus") }
        let channels = Int(packet.uint8(at: 9))
        let family = packet.uint8(at: 18)
        guard family == 0 else {
            throw .unsupported("channel mapping family \(family) (\(channels) channels) of Opus")
        }
        guard 1...2 ~= channels else { throw .malformed("an Opus header of \(channels) channels") }
        self.init(
            channelCount: channels, preSkip: Int(packet.uint16(at: 10, .little)),
            inputSampleRateHz: packet.uint32(at: 12, .little),
            outputGain: Int16(bitPattern: packet.uint16(at: 16, .little)))
    }

    /// Appends the header's packet.
    func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: Self.magic.utf8)
        bytes.append(1)
        bytes.append(UInt8(clamping: channelCount))
        bytes.append(UInt16(clamping: preSkip), .little)
        bytes.append(inputSampleRateHz, .little)
        bytes.append(UInt16(bitPattern: outputGain), .little)
        bytes.append(0)
    }
}

/// The comment header of an Opus stream in Ogg, RFC 7845 §5.2: a name and comments, each a 32-bit
/// little-endian length and UTF-8.
enum OpusTags {
    static let magic = "OpusTags"

    /// Appends the header's packet.
    static func append(vendor: String, comments: [String], to bytes: inout [UInt8]) {
        bytes.append(contentsOf: magic.utf8)
        bytes.append(UInt32(clamping: vendor.utf8.count), .little)
        bytes.append(contentsOf: vendor.utf8)
        bytes.append(UInt32(clamping: comments.count), .little)
        for comment in comments {
            bytes.append(UInt32(clamping: comment.utf8.count), .little)
            bytes.append(contentsOf: comment.utf8)
        }
    }
}
