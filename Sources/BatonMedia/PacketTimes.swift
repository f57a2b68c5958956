import BatonSDP

/// `a=ptime` and `a=maxptime` of a section, in milliseconds (RFC 8866 §6.4, §6.5).
struct PacketTimes: Hashable, Sendable {
    /// What the party wants to receive, `nil` where it does not say.
    var wanted: UInt32?
    /// The most that it takes.
    var max: UInt32?

    /// The times that `section` states; 0 is no time.
    init(_ section: MediaDescription) {
        wanted = section.ptimeMs.flatMap { $0 > 0 ? $0 : nil }
        max = section.maxPtimeMs.flatMap { $0 > 0 ? $0 : nil }
    }

    /// What to send to the party: `forced`, else what `wish` says, else what the party wants, else
    /// 20 ms (RFC 3551 §4.2); never more than it takes unless forced.
    func outgoing(forced: UInt32?, wish: UInt32?) -> UInt32 {
        if let forced { return forced }
        let range = CodecOptions.packetTimesMs
        let time = wish ?? wanted ?? 20
        let limit = Swift.max(self.max ?? range.upperBound, range.lowerBound)
        return Swift.min(Swift.max(time, range.lowerBound), Swift.min(limit, range.upperBound))
    }

    /// What the party is taken to send: what it wants to receive.
    var assumed: UInt32 { wanted ?? 20 }
}

extension MediaDescription {
    /// Makes `time` the packet time, and raises a maximum that is below it.
    mutating func statePacketTime(_ time: UInt32) {
        if ptimeMs != time { ptimeMs = time }
        if let max = maxPtimeMs, max < time { maxPtimeMs = time }
    }
}
