internal import BatonBase

extension RTPHeader {
    /// Where the data of the header extension element `identifier` lies in `packet`, whose header
    /// this is: the first of that identifier (RFC 8285 §4); `nil` when there is none.
    ///
    /// Both forms are read: one-byte headers (profile 0xBEDE, identifiers 1 to 14) and two-byte
    /// ones (0x100…). An element that reaches beyond the extension ends the search.
    public func extensionElement(_ identifier: UInt8, in packet: RawSpan) -> Range<Int>? {
        guard hasExtension, identifier > 0, headerLength <= packet.byteCount else { return nil }
        let start = RTPHeader.fixedLength &+ 4 &* Int(csrcCount)
        guard start &+ 4 <= headerLength else { return nil }
        let profile = packet.uint16(at: start)
        let elements = start &+ 4..<headerLength
        if profile == 0xbede { return Self.oneByteElement(identifier, elements, packet) }
        if profile >> 4 == 0x100 { return Self.twoByteElement(identifier, elements, packet) }
        return nil
    }

    /// RFC 8285 §4.2: four bits of identifier, four of the length less one.
    private static func oneByteElement(
        _ identifier: UInt8, _ elements: Range<Int>, _ packet: RawSpan
    ) -> Range<Int>? {
        var offset = elements.lowerBound
        while offset < elements.upperBound {
            let byte = packet.uint8(at: offset)
            offset &+= 1
            // Padding; 15 is reserved and stops the reading.
            if byte == 0 { continue }
            let found = byte >> 4
            let end = offset &+ Int(byte & 0x0f) &+ 1
            guard found != 15, end <= elements.upperBound else { return nil }
            if found == identifier { return offset..<end }
            offset = end
        }
        return nil
    }

    /// RFC 8285 §4.3: a byte of identifier, one of the length.
    private static func twoByteElement(
        _ identifier: UInt8, _ elements: Range<Int>, _ packet: RawSpan
    ) -> Range<Int>? {
        var offset = elements.lowerBound
        while offset < elements.upperBound {
            let found = packet.uint8(at: offset)
            offset &+= 1
            if found == 0 { continue }
            guard offset < elements.upperBound else { return nil }
            let end = offset &+ 1 &+ Int(packet.uint8(at: offset))
            guard end <= elements.upperBound else { return nil }
            if found == identifier { return offset &+ 1..<end }
            offset = end
        }
        return nil
    }
}
