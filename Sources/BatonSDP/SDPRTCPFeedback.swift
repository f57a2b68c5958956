/// `a=rtcp-fb:`: a feedback message that may be sent about a format (RFC 4585 §4.2).
///
///     a=rtcp-fb:<format or *> <type> [<parameters>]
public struct SDPRTCPFeedback: Hashable, Sendable {
    /// The payload type, `nil` for all of the section (`*`).
    public var payloadType: UInt8?
    /// The kind: `nack`, `ack`, `trr-int`, `ccm` (RFC 5104), `transport-cc` or another word.
    public var kind: String
    /// What follows the kind, for example `pli`; empty as a rule.
    public var parameters: String

    /// The feedback message of a payload type, or of all.
    public init(payloadType: UInt8?, kind: String, parameters: String = "") {
        self.payloadType = payloadType
        self.kind = kind
        self.parameters = parameters
    }

    /// The parts of the attribute's value; `nil` when they cannot be read or the payload type is
    /// above 127.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let format = SDPText.word(&rest), let kind = SDPText.word(&rest) else { return nil }
        let isAll = SDPText.equal(format, "*")
        let number = SDPText.number(format, as: UInt8.self).flatMap { $0 < 128 ? $0 : nil }
        guard isAll || number != nil else { return nil }
        self.init(
            payloadType: number, kind: SDPText.string(kind),
            parameters: SDPText.string(SDPText.stripped(rest)))
    }

    /// The attribute.
    public var attribute: SDPAttribute {
        let format = payloadType.map { "\($0)" } ?? "*"
        let suffix = parameters.isEmpty ? "" : " \(parameters)"
        return SDPAttribute(name: "rtcp-fb", value: "\(format) \(kind)\(suffix)")
    }
}
