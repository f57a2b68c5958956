public import BatonBase

/// Sends telephone events one after the other, RFC 4733 §2.5.1. Sans-IO: the caller puts each
/// report into a packet of its stream.
///
/// The first report goes an interval after the event's beginning, with the marker bit; then one
/// each interval; the last one says that the event has ended and goes three times. All have the
/// timestamp of the beginning.
public struct DTMFEventSender: Hashable, Sendable {
    /// The numbers that can be tuned.
    public struct Settings: Hashable, Sendable {
        /// Ticks a second of the payload type's clock.
        public var clockRateHz = 8_000
        /// The time between two reports: 50 ms, or the stream's packet time (RFC 4733 §2.5.1.2).
        public var interval: Duration = .milliseconds(50)
        /// The shortest event; receivers need not hear less than 40 ms (ITU-T Q.24).
        public var durationMin: Duration = .milliseconds(40)
        /// The longest event.
        public var durationMax: Duration = .seconds(60)
        /// The shortest pause between two events.
        public var pauseMin: Duration = .milliseconds(40)
        /// How many events wait at most.
        public var queueMax = 64

        /// The defaults.
        public init() {}
    }

    /// A packet to send.
    public struct Packet: Hashable, Sendable {
        /// The marker bit: an event begins.
        public var marker: Bool
        /// The timestamp: the beginning of the event, or of its segment.
        public var timestamp: UInt32
        /// The payload.
        public var event: TelephoneEvent
    }

    /// So many events wait already.
    public struct QueueFull: Error, Hashable, Sendable {}

    /// The numbers in force.
    public let settings: Settings
    private var queue: [Request] = []
    private var current: Current?
    /// When the next event may begin.
    private var notBefore: Instant?

    private struct Request: Hashable, Sendable {
        var code: UInt8
        var volume: UInt8
        var ticks: UInt64
    }

    private struct Current: Hashable, Sendable {
        var request: Request
        var startedAt: Instant
        /// Of the event, then of its segment.
        var timestamp: UInt32
        /// What earlier segments have reported.
        var segmentStart: UInt64 = 0
        var isFirst = true
        /// Reports sent, and those of them that said that it ended.
        var reports: UInt64 = 0
        var ends = 0
        var dueAt: Instant
    }

    /// A sender that has nothing to send.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Whether an event is being sent, or waits.
    public var isBusy: Bool { current != nil || !queue.isEmpty }

    /// Whether an event is being sent: audio is left out meanwhile, RFC 4733 §2.2.
    public var isSending: Bool { current != nil }

    /// Lets an event follow those that wait.
    /// - Parameters:
    ///   - duration: clamped to the limits of the settings.
    ///   - volume: decibels below 0 dBm0, 0…63.
    /// - Throws: ``QueueFull``.
    public mutating func enqueue(
        _ code: UInt8, duration: Duration = .milliseconds(100), volume: UInt8 = 10
    ) throws(QueueFull) {
        guard queue.count < settings.queueMax else { throw QueueFull() }
        let duration = min(max(duration, settings.durationMin), settings.durationMax)
        queue.append(
            Request(code: code, volume: min(volume, 63), ticks: max(ticks(duration), 1)))
    }

    /// Ends the event that is being sent, at the shortest one's length or later.
    public mutating func stop(at now: Instant) {
        guard var event = current else { return }
        let elapsed = ticks(max(now - event.startedAt, settings.durationMin))
        event.request.ticks = min(event.request.ticks, elapsed)
        current = event
    }

    /// Drops what waits and what is being sent.
    public mutating func cancel() {
        queue = []
        current = nil
    }

    /// When ``next(at:timestamp:)`` has something to do; `nil` when nothing waits.
    public var nextDeadline: Instant? {
        if let current { return current.dueAt }
        return queue.isEmpty ? nil : notBefore ?? Instant(nanoseconds: 0)
    }

    /// The next packet that is due; call again until there is none.
    ///
    /// - Parameter timestamp: The stream's timestamp at `now`: an event that begins gets it.
    public mutating func next(at now: Instant, timestamp: UInt32) -> Packet? {
        if current == nil { begin(at: now, timestamp) }
        guard var event = current, event.dueAt <= now else { return nil }
        let packet = report(&event)
        if event.ends == Self.endReports {
            current = nil
            notBefore =
                max(event.startedAt + duration(event.request.ticks), now)
                + settings.pauseMin
        } else {
            current = event
        }
        return packet
    }

    /// The last report goes so many times, RFC 4733 §2.5.1.4.
    private static let endReports = 3

    private mutating func begin(at now: Instant, _ timestamp: UInt32) {
        guard !queue.isEmpty, notBefore.map({ $0 <= now }) ?? true else { return }
        let request = queue.removeFirst()
        let first = min(settings.interval, duration(request.ticks))
        current = Current(
            request: request, startedAt: now, timestamp: timestamp, dueAt: now + first)
    }

    private func report(_ event: inout Current) -> Packet {
        let elapsed = ticks(settings.interval) &* (event.reports + 1)
        let total = min(elapsed, event.request.ticks)
        var packet = Packet(
            marker: event.isFirst, timestamp: event.timestamp,
            event: TelephoneEvent(
                code: event.request.code, isEnd: false, volume: event.request.volume, duration: 0))
        event.isFirst = false
        let inSegment = total - event.segmentStart
        if inSegment > UInt64(UInt16.max) {
            // The segment is full: it is reported as such, and the next one begins behind it.
            packet.event.duration = .max
            event.segmentStart += UInt64(UInt16.max)
            event.timestamp &+= UInt32(UInt16.max)
            return packet
        }
        packet.event.duration = UInt16(inSegment)
        packet.event.isEnd = total == event.request.ticks
        if packet.event.isEnd { event.ends += 1 }
        event.reports += 1
        event.dueAt = event.dueAt + settings.interval
        return packet
    }

    private func ticks(_ duration: Duration) -> UInt64 {
        duration.wholeNanoseconds / 1_000 * UInt64(max(settings.clockRateHz, 0)) / 1_000_000
    }

    private func duration(_ ticks: UInt64) -> Duration {
        .nanoseconds(Int64(ticks * 1_000_000_000 / UInt64(max(settings.clockRateHz, 1))))
    }
}
