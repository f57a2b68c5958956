internal import BatonBase
internal import BatonRTP
internal import BatonTranscode

// How loud audio is: what passes as it is gets looked at now and then, one packet each time the
// port is inspected, so that the path of all others stays as it is.
extension RelayCore {
    /// Audio that is louder can be heard; what is not is silence, or a line that is dead.
    public static var audibleDBov: Int { -70 }

    /// Has the next packet looked at, where that can be done without a decoder.
    mutating func requestLevel(_ index: Int) {
        guard ports[index].isOpen, ports[index].converter < 0,
            G711Level.isServed(payloadType: ports[index].payloadType)
        else { return }
        ports[index].effects.insert(.measuresLevel)
    }

    /// Looks at a packet that was asked for.
    @inline(never)
    mutating func measureLevel(
        _ packet: borrowing RawSpan, _ bytes: Int, _ header: RTPHeader, _ index: Int,
        at now: Instant
    ) {
        ports[index].effects.remove(.measuresLevel)
        // The padding has been validated with the header.
        let padding = header.hasPadding ? Int(packet.uint8(at: bytes &- 1)) : 0
        let payload = header.headerLength..<max(bytes &- padding, header.headerLength)
        let level = G711Level.decibelsOverload(
            packet.extracting(payload), payloadType: header.payloadType)
        if let level { noteLevel(level, index, at: now) }
    }

    /// Shows how loud the audio that came to a port is.
    func noteLevel(_ dBov: Int, _ index: Int, at now: Instant) {
        store(1 - min(max(dBov, -127), 0), .audioLevel, index)
        if dBov > Self.audibleDBov { store(now.nanoseconds, .lastAudibleNanoseconds, index) }
    }
}
