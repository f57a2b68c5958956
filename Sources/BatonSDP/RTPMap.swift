/// What a payload type stands for: the value of `a=rtpmap:` (RFC 8866 §6.6).
///
///     a=rtpmap:<payload type> <encoding name>/<clock rate>[/<channels>]
public struct RTPMap: Hashable, Sendable {
    /// The RTP payload type, 0 to 127.
    public var payloadType: UInt8
    /// The encoding name as written; compare it without regard to case.
    public var encoding: String
    /// The RTP clock rate in Hz.
    public var clockRateHz: UInt32
    /// The number of audio channels, 1 where the line does not say.
    public var channels: UInt8

    /// The mapping of a payload type.
    public init(payloadType: UInt8, encoding: String, clockRateHz: UInt32, channels: UInt8 = 1) {
        self.payloadType = payloadType
        self.encoding = encoding
        self.clockRateHz = clockRateHz
        self.channels = channels
    }

    /// The parts of the attribute's value; `nil` when they cannot be read or the payload type is
    /// above 127.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let first = SDPText.word(&rest), let second = SDPText.word(&rest),
            let payloadType = SDPText.number(first, as: UInt8.self), payloadType < 128
        else { return nil }
        guard let slash = second.firstIndex(of: SDPText.slash) else { return nil }
        let behind = second[(slash &+ 1)...]
        let end = behind.firstIndex(of: SDPText.slash) ?? behind.endIndex
        guard let clockRateHz = SDPText.number(behind[..<end], as: UInt32.self) else { return nil }
        self.init(
            payloadType: payloadType, encoding: SDPText.string(second[..<slash]),
            clockRateHz: clockRateHz)
        if end < behind.endIndex {
            let channels = behind[(end &+ 1)...].prefix { $0 != SDPText.slash }
            self.channels = SDPText.number(channels, as: UInt8.self) ?? 1
        }
    }

    /// Whether the encoding name is `name` in any case.
    public func isEncoding(_ name: String) -> Bool {
        SDPText.equalIgnoringCase(ArraySlice(encoding.utf8), name)
    }

    /// The attribute.
    public var attribute: SDPAttribute {
        let suffix = channels > 1 ? "/\(channels)" : ""
        return SDPAttribute(
            name: "rtpmap", value: "\(payloadType) \(encoding)/\(clockRateHz)\(suffix)")
    }
}
