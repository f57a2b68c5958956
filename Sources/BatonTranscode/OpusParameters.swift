/// The parameters of Opus in `a=fmtp`, RFC 7587 §6.1: what the side that wrote them can receive,
/// and (`sprop-…`) what it is likely to send.
public struct OpusParameters: Hashable, Sendable {
    /// `maxaveragebitrate`: the mean rate in bits a second to stay below, 6,000…510,000.
    public var maxAverageBitrate: Int?
    /// `maxplaybackrate`: the highest rate in hertz that it plays, 8,000…48,000.
    public var maxPlaybackRateHz: Int?
    /// `sprop-maxcapturerate`: the highest rate in hertz of what it sends.
    public var maxCaptureRateHz: Int?
    /// `minptime`: the shortest packets that it wants, in milliseconds.
    public var minPacketMilliseconds: Int?
    /// `stereo`: it prefers stereo.
    public var prefersStereo = false
    /// `sprop-stereo`: it is likely to send stereo.
    public var sendsStereo = false
    /// `cbr`: it wants a constant bitrate.
    public var wantsConstantBitrate = false
    /// `useinbandfec`: it can use repeated packets.
    public var usesInbandFEC = false
    /// `usedtx`: it prefers that silence is left out.
    public var usesDTX = false

    /// The defaults of RFC 7587 §6.1.
    public init() {}

    /// What `fmtp` says, the text after the payload type. Unknown parameters and values out of
    /// range are passed over; of repeated ones the last counts.
    public init(fmtp: some StringProtocol) {
        for parameter in fmtp.split(separator: ";") {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, let value = Int(Self.trimmed(pair[1])) else { continue }
            take(Self.trimmed(pair[0]).lowercased(), value)
        }
    }

    /// The text after the payload type; empty when all is at its default.
    public var fmtp: String {
        let numbers: [(String, Int?)] = [
            ("minptime", minPacketMilliseconds), ("maxplaybackrate", maxPlaybackRateHz),
            ("sprop-maxcapturerate", maxCaptureRateHz), ("maxaveragebitrate", maxAverageBitrate),
        ]
        let flags: [(String, Bool)] = [
            ("stereo", prefersStereo), ("sprop-stereo", sendsStereo),
            ("cbr", wantsConstantBitrate), ("useinbandfec", usesInbandFEC), ("usedtx", usesDTX),
        ]
        let written =
            numbers.compactMap { name, value in value.map { "\(name)=\($0)" } }
            + flags.compactMap { name, isSet in isSet ? "\(name)=1" : nil }
        return written.joined(separator: ";")
    }

    private mutating func take(_ name: String, _ value: Int) {
        switch (name, value) {
        case ("maxaveragebitrate", 6_000...510_000): maxAverageBitrate = value
        case ("maxplaybackrate", 8_000...48_000): maxPlaybackRateHz = value
        case ("sprop-maxcapturerate", 8_000...48_000): maxCaptureRateHz = value
        case ("minptime", 3...120): minPacketMilliseconds = value
        case ("stereo", 0...1): prefersStereo = value == 1
        case ("sprop-stereo", 0...1): sendsStereo = value == 1
        case ("cbr", 0...1): wantsConstantBitrate = value == 1
        case ("useinbandfec", 0...1): usesInbandFEC = value == 1
        case ("usedtx", 0...1): usesDTX = value == 1
        default: break
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
