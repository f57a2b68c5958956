internal import BatonBase
internal import BatonRTP
internal import BatonTranscode

/// Sends telephone events to one port's peer on a line of its own (RFC 4733). It stays for the
/// port's life, so that later events follow on the same line.
struct PortEventPlayer {
    /// The last event's payload type and clock.
    private(set) var payloadType: UInt8
    private let clockRateHz: UInt32
    private var sender: DTMFEventSender
    private var line: OwnLine
    private let startedAt: Instant
    private let firstTimestamp: UInt32
    /// The line of the party that the event is of; `nil` for one of its own.
    var party: PartyLine?

    init(_ event: PortDTMF, at now: Instant, using generator: inout SplitMix64) {
        var settings = DTMFEventSender.Settings()
        settings.clockRateHz = Int(event.clockRateHz)
        settings.interval = .milliseconds(EncodedTrack.packetMilliseconds)
        settings.pauseMin = .milliseconds(Int(event.pauseMs))
        sender = DTMFEventSender(settings)
        payloadType = event.payloadType
        clockRateHz = event.clockRateHz
        line = OwnLine(using: &generator)
        firstTimestamp = line.timestamp
        startedAt = now
    }

    /// Whether events of `event`'s kind can follow on this line.
    func fits(_ event: PortDTMF) -> Bool {
        payloadType == event.payloadType && clockRateHz == event.clockRateHz
            && sender.settings.pauseMin == .milliseconds(Int(event.pauseMs))
    }

    /// Lets an event follow; `false` when too many wait.
    mutating func append(_ event: PortDTMF) -> Bool {
        let length = Duration.milliseconds(Int(event.durationMs))
        return (try? sender.enqueue(event.code, duration: length, volume: event.volume)) != nil
    }

    /// Whether events are being sent or wait.
    var isBusy: Bool { sender.isBusy }
    /// Whether an event has begun.
    var isSending: Bool { sender.isSending }
    /// When something is due, `nil` when nothing is.
    var nextDeadline: Instant? { sender.nextDeadline }

    /// The next packet that is due, `nil` when none is. On a party's line the number is left open.
    mutating func next(at now: Instant) -> (header: TranscodedHeader, event: TelephoneEvent)? {
        let timestamp = party?.timestamp ?? timestamp(at: now)
        guard let packet = sender.next(at: now, timestamp: timestamp) else { return nil }
        if let party {
            let header = TranscodedHeader(
                ssrc: party.ssrc, timestamp: packet.timestamp, sequenceNumber: 0,
                payloadType: payloadType, marker: packet.marker)
            return (header, packet.event)
        }
        line.timestamp = packet.timestamp
        line.startsTalkSpurt = packet.marker
        return (line.header(payloadType, ticks: 0), packet.event)
    }

    private func timestamp(at now: Instant) -> UInt32 {
        let microseconds = now.nanosecondsSince(startedAt) / 1_000
        let ticks = microseconds &* UInt64(clockRateHz) / 1_000_000
        return firstTimestamp &+ UInt32(truncatingIfNeeded: ticks)
    }
}
