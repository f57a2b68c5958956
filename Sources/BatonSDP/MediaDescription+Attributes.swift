extension MediaDescription {
    /// `a=rtcp:`, where RTCP goes (RFC 3605); `nil` without it or when it cannot be read.
    /// Setting replaces it in place or adds it; `nil` removes it.
    public var rtcpAttribute: RTCPAttribute? {
        get { firstAttribute(named: "rtcp")?.valueBytes.flatMap { RTCPAttribute($0) } }
        set {
            replaceAttributes(
                where: { $0.isAttribute(named: "rtcp") }, with: newValue?.attribute)
        }
    }

    /// Whether `a=rtcp-mux` or `a=rtcp-mux-only` is there (RFC 5761 §5.1.1, RFC 8858).
    public var hasRTCPMux: Bool {
        hasAttribute(named: "rtcp-mux") || hasRTCPMuxOnly
    }

    /// Whether `a=rtcp-mux-only` is there: a port of its own for RTCP is not offered (RFC 8858).
    public var hasRTCPMuxOnly: Bool { hasAttribute(named: "rtcp-mux-only") }

    /// Whether `a=rtcp-rsize` allows RTCP of reduced size (RFC 5506 §5).
    public var hasReducedSizeRTCP: Bool { hasAttribute(named: "rtcp-rsize") }

    /// `a=mid:`, the identification of this section (RFC 5888 §4).
    public var mid: String? {
        get { firstValue(named: "mid") }
        set { setValue(newValue, named: "mid") }
    }

    /// `a=label:`, a label that other protocols refer to (RFC 4574).
    public var label: String? {
        get { firstValue(named: "label") }
        set { setValue(newValue, named: "label") }
    }

    /// `a=ptime:`, the wanted length of a packet in milliseconds (RFC 8866 §6.4).
    public var ptimeMs: UInt32? {
        get { number(named: "ptime") }
        set { setValue(newValue.map { "\($0)" }, named: "ptime") }
    }

    /// `a=maxptime:`, the greatest length of a packet in milliseconds (RFC 8866 §6.5).
    public var maxPtimeMs: UInt32? {
        get { number(named: "maxptime") }
        set { setValue(newValue.map { "\($0)" }, named: "maxptime") }
    }

    private func number(named name: String) -> UInt32? {
        guard let value = firstAttribute(named: name)?.valueBytes else { return nil }
        let word = SDPText.words(value).first ?? []
        // Some phones write a fraction: what follows the point is left out.
        return SDPText.number(word.prefix { $0 != UInt8(ascii: ".") }, as: UInt32.self)
    }
}

extension SDPSection {
    /// `a=setup:`, who opens the connection of TCP, TLS or DTLS (RFC 4145 §4).
    public var setup: SDPSetup? {
        get { firstValue(named: "setup").flatMap { SDPSetup(rawValue: $0) } }
        set { setValue(newValue?.rawValue, named: "setup") }
    }

    /// Puts `name:value` in place of the first attribute with this name, or at the end of the
    /// section without one, and removes further ones; `nil` removes all.
    public mutating func setValue(_ value: String?, named name: String) {
        replaceAttributes(
            where: { $0.isAttribute(named: name) },
            with: value.map { SDPAttribute(name: name, value: $0) })
    }
}
