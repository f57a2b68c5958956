public import BatonBase

/// Tells when telephone events begin and end, each once, from reports that are repeated, lost and
/// out of order: RFC 4733 §2.5.2.
public struct DTMFEventReceiver: Hashable, Sendable {
    /// What happened.
    public enum Report: Hashable, Sendable {
        /// An event began.
        case began(code: UInt8, volume: UInt8, timestamp: UInt32)
        /// An event ended after `ticks` of its clock. When its last report was lost, that is how
        /// far it was heard of.
        case ended(code: UInt8, timestamp: UInt32, ticks: UInt32, isEndLost: Bool)
    }

    /// How long after its last report an event has ended without saying so.
    public let timeout: Duration
    private var current: Current?
    private var ended: Ended?

    private struct Current: Hashable, Sendable {
        var code: UInt8
        var timestamp: UInt32
        var segment: UInt32
        /// What the segments before have reported.
        var ticksBefore: UInt32 = 0
        var ticks: UInt32
        var heardAt: Instant
    }

    private struct Ended: Hashable, Sendable {
        var code: UInt8
        var timestamp: UInt32
    }

    /// A receiver that has heard nothing.
    ///
    /// Reports come each 50 ms at least, so the default survives the loss of four.
    public init(timeout: Duration = .milliseconds(250)) {
        self.timeout = timeout
    }

    /// The code of the event that goes on.
    public var activeCode: UInt8? { current?.code }

    /// When ``tick(at:_:)`` is to be called.
    public var nextDeadline: Instant? { current.map { $0.heardAt + timeout } }

    /// Takes the report of a packet with `timestamp`; `handle` is called for each thing that it
    /// tells, at most three.
    public mutating func receive(
        _ event: TelephoneEvent, timestamp: UInt32, at now: Instant, _ handle: (Report) -> Void
    ) {
        if isRepetition(event, timestamp) { return }
        if isContinued(by: event, timestamp) {
            goOn(event, timestamp, at: now, handle)
            return
        }
        if let current {
            // An older one was overtaken, and has been reported as ended.
            guard Int32(bitPattern: timestamp &- current.segment) > 0 else { return }
            end(isEndLost: true, handle)
        }
        handle(.began(code: event.code, volume: event.volume, timestamp: timestamp))
        current = Current(
            code: event.code, timestamp: timestamp, segment: timestamp,
            ticks: UInt32(event.duration), heardAt: now)
        if event.isEnd { end(isEndLost: false, handle) }
    }

    /// Ends an event of which nothing has been heard for too long.
    public mutating func tick(at now: Instant, _ handle: (Report) -> Void) {
        guard let deadline = nextDeadline, deadline <= now else { return }
        end(isEndLost: true, handle)
    }

    /// Whether the report belongs to an event that has ended already.
    private func isRepetition(_ event: TelephoneEvent, _ timestamp: UInt32) -> Bool {
        guard let ended else { return false }
        return Int32(bitPattern: timestamp &- ended.timestamp) <= 0
            && Int32(bitPattern: timestamp &- ended.timestamp) > -Self.memoryTicks
    }

    /// Reports this much older than the last event's are new ones of a source that began anew.
    private static let memoryTicks: Int32 = 480_000

    private func isContinued(by event: TelephoneEvent, _ timestamp: UInt32) -> Bool {
        guard let current, current.code == event.code else { return false }
        return timestamp == current.segment || isNextSegment(timestamp, of: current)
    }

    private func isNextSegment(_ timestamp: UInt32, of current: Current) -> Bool {
        timestamp &- current.segment == UInt32(UInt16.max)
    }

    private mutating func goOn(
        _ event: TelephoneEvent, _ timestamp: UInt32, at now: Instant, _ handle: (Report) -> Void
    ) {
        guard var next = current else { return }
        if timestamp != next.segment {
            next.segment = timestamp
            next.ticksBefore &+= UInt32(UInt16.max)
        }
        next.heardAt = now
        next.ticks = max(next.ticks, next.ticksBefore &+ UInt32(event.duration))
        current = next
        if event.isEnd { end(isEndLost: false, handle) }
    }

    private mutating func end(isEndLost: Bool, _ handle: (Report) -> Void) {
        guard let event = current else { return }
        current = nil
        ended = Ended(code: event.code, timestamp: event.segment)
        handle(
            .ended(
                code: event.code, timestamp: event.timestamp, ticks: event.ticks,
                isEndLost: isEndLost))
    }
}
