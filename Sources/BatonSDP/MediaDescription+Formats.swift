extension MediaDescription {
    /// The `a=rtpmap:` attributes that can be read, in order (RFC 8866 §6.6).
    public var rtpMaps: [RTPMap] {
        attributes(named: "rtpmap").compactMap { $0.valueBytes.flatMap { RTPMap($0) } }
    }

    /// What a payload type stands for in this section: its `a=rtpmap:`, otherwise the fixed
    /// mapping of RFC 3551 §6; `nil` when neither says.
    public func rtpMap(for payloadType: UInt8) -> RTPMap? {
        for line in lines where line.isAttribute(named: "rtpmap") {
            guard let value = line.attribute?.valueBytes, Self.starts(value, with: payloadType)
            else { continue }
            if let map = RTPMap(value) { return map }
        }
        return RTPMap.fixed(payloadType: payloadType)
    }

    /// The parameters that `a=fmtp:` gives a payload type (RFC 8866 §6.15); `nil` without them.
    public func formatParameters(for payloadType: UInt8) -> String? {
        values(named: "fmtp", for: "\(payloadType)").first
    }

    /// The feedback messages that `a=rtcp-fb:` offers for a payload type, those for `*` among
    /// them, in order (RFC 4585 §4.2).
    public func rtcpFeedback(for payloadType: UInt8) -> [String] {
        let own = "\(payloadType)"
        return lines.compactMap { line in
            guard line.isAttribute(named: "rtcp-fb"), var rest = line.attribute?.valueBytes,
                let format = SDPText.word(&rest),
                SDPText.equal(format, own) || SDPText.equal(format, "*")
            else { return nil }
            return SDPText.string(rest.drop(while: SDPText.isBlank))
        }
    }

    /// Takes a format out of the `m=` line together with its `rtpmap`, `fmtp` and `rtcp-fb`.
    public mutating func removeFormat(_ format: String) {
        let kept = formats.filter { $0 != format }
        if kept.count != formats.count { formats = kept }
        for name in ["rtpmap", "fmtp", "rtcp-fb"] {
            lines.removeAll { line in
                guard line.isAttribute(named: name), var rest = line.attribute?.valueBytes,
                    let word = SDPText.word(&rest)
                else { return false }
                return SDPText.equal(word, format)
            }
        }
    }

    /// What follows the word `format` in the attributes with this name.
    private func values(named name: String, for format: String) -> [String] {
        lines.compactMap { line in
            guard line.isAttribute(named: name), var rest = line.attribute?.valueBytes,
                let word = SDPText.word(&rest), SDPText.equal(word, format)
            else { return nil }
            return SDPText.string(rest.drop(while: SDPText.isBlank))
        }
    }

    private static func starts(_ value: ArraySlice<UInt8>, with payloadType: UInt8) -> Bool {
        var rest = value
        guard let word = SDPText.word(&rest) else { return false }
        return SDPText.number(word, as: UInt8.self) == payloadType
    }
}
