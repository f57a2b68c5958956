internal import BatonBase

/// One report of a telephone event, RFC 4733 §2.3.
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     |     event     |E|R| volume    |          duration             |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
public struct TelephoneEvent: Hashable, Sendable {
    /// The event's code; 0…15 are the keys 0…9, *, #, A…D, RFC 4733 §3.2.
    public var code: UInt8
    /// Whether it has ended; the report is repeated then.
    public var isEnd: Bool
    /// The power below 0 dBm0, in decibels: 0…63, for tones only.
    public var volume: UInt8
    /// How long the event or this segment of it has gone on, in ticks since the packet's timestamp.
    public var duration: UInt16

    /// The length of a report in bytes.
    public static let length = 4

    /// A report.
    public init(code: UInt8, isEnd: Bool, volume: UInt8, duration: UInt16) {
        self.code = code
        self.isEnd = isEnd
        self.volume = volume & 0x3f
        self.duration = duration
    }

    /// The first report in `payload`; `nil` when it is too short. The reserved bit is ignored.
    public init?(_ payload: RawSpan) {
        guard payload.byteCount >= Self.length else { return nil }
        let flags = payload.uint8(at: 1)
        self.init(
            code: payload.uint8(at: 0), isEnd: flags & 0x80 != 0, volume: flags,
            duration: payload.uint16(at: 2))
    }

    /// Writes the report at the start of `bytes`.
    /// - Returns: Its length, or `nil` when it does not fit.
    public func write(to bytes: inout MutableRawSpan) -> Int? {
        guard bytes.byteCount >= Self.length else { return nil }
        bytes.store(code, at: 0)
        bytes.store((isEnd ? 0x80 : 0) | (volume & 0x3f), at: 1)
        bytes.store(duration, at: 2)
        return Self.length
    }
}
