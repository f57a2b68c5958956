import BatonAPI
import Hummingbird

/// Writes one reader's events as server-sent events (WHATWG HTML §9.2).
///
/// Writing waits while the connection takes nothing; meanwhile the reader's queue fills and then
/// loses events, which costs no more memory.
struct EventStreamWriter: Sendable {
    let reader: EventSubscription
    /// Only events of this session, when given.
    let callID: String?
    let heartbeat: Duration
    let streams: EventStreams

    /// Writes until the events end, the connection breaks or the task is cancelled.
    func run(into output: inout any ResponseBodyWriter) async throws {
        let pulse = Task { [inbox = reader.inbox, heartbeat] in
            while !Task.isCancelled {
                try await Task.sleep(for: heartbeat)
                inbox.offer(.heartbeat)
            }
        }
        streams.add(reader.inbox)
        defer {
            pulse.cancel()
            streams.remove(reader.inbox)
        }
        try await output.write(ByteBuffer(string: ": baton events\n\n"))
        for await item in reader.items {
            var text = Self.text(lost: reader.takeLost())
            text += Self.text(of: item, callID: callID)
            if !text.isEmpty { try await output.write(ByteBuffer(string: text)) }
        }
        try await output.finish(nil)
    }

    /// An item's text; empty for an event of another session.
    static func text(of item: EventSubscription.Item, callID: String?) -> String {
        switch item {
        case .heartbeat:
            return ": still here\n\n"
        case .event(let id, let event):
            if let callID, event.callID != callID { return "" }
            return "id: \(id)\nevent: \(event.kind.rawValue)\ndata: \(json(event))\n\n"
        }
    }

    /// The notice that events were lost; empty when none were.
    static func text(lost: UInt64) -> String {
        lost == 0 ? "" : "event: lost\ndata: \(json(LostEvents(events: lost)))\n\n"
    }

    private static func json(_ value: some Encodable) -> String {
        (try? APICoding.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
