extension MediaDescription {
    /// The `a=rtpmap:` attributes that can be read, in order (RFC 8866 §6.6).
    public var rtpMaps: [RTPMap] {
        attributes(named: "rtpmap").compactMap { $0.valueBytes.flatMap { RTPMap($0) } }
    }

    /// What a payload type stands for in this section: its `a=rtpmap:`, otherwise the fixed
    /// mapping of RFC 3551 §6; `nil` when neither says.
    public func rtpMap(for payloadType: UInt8) -> RTPMap? {
        for line in lines where line.isAttribute(named: "rtpmap") {
            guard line.formatNumber == payloadType, let value = line.attribute?.valueBytes else {
                continue
            }
            if let map = RTPMap(value) { return map }
        }
        return RTPMap.fixed(payloadType: payloadType)
    }

    /// The parameters that `a=fmtp:` gives a payload type (RFC 8866 §6.15); `nil` without them.
    public func formatParameters(for payloadType: UInt8) -> String? {
        lines.lazy.filter { $0.isAttribute(named: "fmtp") && $0.formatNumber == payloadType }
            .compactMap(\.textBehindFormat).first.map(SDPText.string)
    }

    /// The same, taken apart; without `a=fmtp:` there are none.
    public func parameters(for payloadType: UInt8) -> SDPFormatParameters {
        SDPFormatParameters(formatParameters(for: payloadType) ?? "")
    }

    /// The feedback messages that `a=rtcp-fb:` offers for a payload type, those for `*` among
    /// them, in order (RFC 4585 §4.2).
    public func rtcpFeedback(for payloadType: UInt8) -> [String] {
        lines.compactMap { line in
            guard line.isAttribute(named: "rtcp-fb"),
                line.formatNumber == payloadType
                    || line.format.map({ SDPText.equal($0, "*") })
                        == true
            else { return nil }
            return line.textBehindFormat.map(SDPText.string)
        }
    }

    /// The `a=rtcp-fb:` attributes that can be read, in order (RFC 4585 §4.2).
    public var feedbackMessages: [SDPRTCPFeedback] {
        attributes(named: "rtcp-fb").compactMap { $0.valueBytes.flatMap { SDPRTCPFeedback($0) } }
    }
}

extension SDPLine {
    /// The first word of an attribute's value: the format in `rtpmap`, `fmtp` and `rtcp-fb`.
    var format: ArraySlice<UInt8>? {
        guard var rest = attribute?.valueBytes else { return nil }
        return SDPText.word(&rest)
    }

    /// ``format`` as a number, `nil` when it is none.
    var formatNumber: UInt8? {
        format.flatMap { SDPText.number($0, as: UInt8.self) }
    }

    /// What follows ``format``, without blanks around it.
    var textBehindFormat: ArraySlice<UInt8>? {
        guard var rest = attribute?.valueBytes, SDPText.word(&rest) != nil else { return nil }
        return rest.drop(while: SDPText.isBlank)
    }
}
