/// Changes of the formats that a section offers. All other lines stay in place and in order.
extension MediaDescription {
    /// Takes a format out of the `m=` line together with its `rtpmap`, `fmtp` and `rtcp-fb`.
    public mutating func removeFormat(_ format: String) {
        removeFormats { SDPText.equal($0, format) }
    }

    /// Takes a payload type out of the `m=` line together with its `rtpmap`, `fmtp` and
    /// `rtcp-fb`, and every format whose parameter `apt` names it: retransmissions of what is not
    /// there (RFC 4588 §8.6).
    public mutating func removePayloadType(_ payloadType: UInt8) {
        let associated = payloadTypes.filter { other in
            other != payloadType && parameters(for: other).number("apt") == UInt32(payloadType)
        }
        removeFormats { word in
            guard let number = SDPText.number(word, as: UInt8.self) else { return false }
            return number == payloadType || associated.contains(number)
        }
    }

    /// Makes `order` the formats of the `m=` line, and removes the `rtpmap`, `fmtp` and `rtcp-fb`
    /// of payload types that are not in it.
    ///
    /// Lines of payload types that are new are the caller's to add.
    public mutating func setPayloadTypes(_ order: [UInt8]) {
        let texts = order.map { "\($0)" }
        if texts != formats { formats = texts }
        removeFormatLines { word in
            guard let number = SDPText.number(word, as: UInt8.self) else { return false }
            return !order.contains(number)
        }
    }

    /// Adds a payload type to the `m=` line, at `position` of its formats or at their end, and its
    /// lines behind those that other formats have. What was there of the same payload type is
    /// replaced.
    ///
    /// An `rtpmap` that RFC 3551 fixes is written as well, as RFC 8866 §6.6 recommends.
    public mutating func addPayloadType(
        _ map: RTPMap, parameters: SDPFormatParameters = SDPFormatParameters(),
        feedback: [SDPRTCPFeedback] = [], at position: Int? = nil
    ) {
        let text = "\(map.payloadType)"
        removeFormats { SDPText.number($0, as: UInt8.self) == map.payloadType }
        var formats = formats
        let place = min(max(position ?? formats.count, 0), formats.count)
        formats.insert(text, at: place)
        self.formats = formats
        insertFormatLine(map.attribute)
        setParameters(parameters, for: map.payloadType)
        for message in feedback { insertFormatLine(message.attribute) }
    }

    /// Puts `a=fmtp:` with these parameters in place of what a payload type has, or behind its
    /// `rtpmap`; no parameters remove it.
    public mutating func setParameters(
        _ parameters: SDPFormatParameters, for payloadType: UInt8
    ) {
        let isOld = { (line: SDPLine) in
            line.isAttribute(named: "fmtp") && line.formatNumber == payloadType
        }
        let value = "\(payloadType) \(parameters.text)"
        let attribute = parameters.isEmpty ? nil : SDPAttribute(name: "fmtp", value: value)
        if attribute == nil || lines.contains(where: isOld) {
            return replaceAttributes(where: isOld, with: attribute)
        }
        guard let attribute else { return }
        let map = lines.lastIndex {
            $0.isAttribute(named: "rtpmap") && $0.formatNumber == payloadType
        }
        guard let map else { return insertFormatLine(attribute) }
        lines.insert(attribute.line, at: lines.index(after: map))
    }

    /// A payload type that is neither in the `m=` line nor in any `rtpmap` of this section nor in
    /// `taken`: the first free one of 96 to 127, then of 35 to 63 (RFC 3551 §3, RFC 5761 §4);
    /// `nil` when all are used.
    public func unusedPayloadType(besides taken: Set<UInt8> = []) -> UInt8? {
        let used = taken.union(payloadTypes).union(rtpMaps.map(\.payloadType))
        return (Array(96...127) + Array(35...63)).first { !used.contains($0) }
    }

    private mutating func removeFormats(where isUnwanted: (ArraySlice<UInt8>) -> Bool) {
        let kept = formats.filter { !isUnwanted(ArraySlice($0.utf8)) }
        if kept.count != formats.count { formats = kept }
        removeFormatLines(where: isUnwanted)
    }

    private mutating func removeFormatLines(where isUnwanted: (ArraySlice<UInt8>) -> Bool) {
        let isRemoved = { (line: SDPLine) in
            SDPAttributeNames.formats.contains(line) && line.format.map(isUnwanted) == true
        }
        if lines.contains(where: isRemoved) { lines.removeAll(where: isRemoved) }
    }

    /// Adds a line behind the last that belongs to a format; without one before all attributes.
    private mutating func insertFormatLine(_ attribute: SDPAttribute) {
        guard let last = lines.lastIndex(where: { SDPAttributeNames.formats.contains($0) }) else {
            return insertFirst(attribute)
        }
        lines.insert(attribute.line, at: lines.index(after: last))
    }
}
