import BatonAPI
import BatonTelemetry

/// `baton session watch` as text.
enum EventView {
    /// One line for an event.
    static func line(_ event: ControlEvent) -> String {
        let parts: [String?] = [
            WallTime(unixMs: event.timeUnixMs).description, event.kind.rawValue,
            event.callID?.printable, event.tag.map { "tag \($0.printable)" },
            event.reason?.printable, event.detail?.printable,
            event.digit.map { "key \($0.printable)" }, event.durationMs.map { "\($0) ms" },
        ]
        return parts.compactMap { $0 }.joined(separator: "  ")
    }

    /// One line for events that were lost.
    static func line(_ lost: LostEvents) -> String {
        "(\(Quantity.count(lost.events)) events were lost: this reader was too slow)"
    }
}
