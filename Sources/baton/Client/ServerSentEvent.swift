/// One server-sent event (WHATWG HTML §9.2).
struct ServerSentEvent: Hashable, Sendable {
    /// Its name.
    var name: String
    /// Its data, lines joined.
    var data: String
}

/// Splits a stream of bytes into events, however it is cut.
struct ServerSentEventParser {
    /// The longest line; what is behind it is dropped.
    let lineLimitBytes = 65_536
    private var line: [UInt8] = []
    private var name = ""
    private var data: [String] = []

    /// The events that end within `bytes`.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if let event = endLine() { events.append(event) }
            } else if byte != UInt8(ascii: "\r"), line.count < lineLimitBytes {
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        if text.isEmpty { return endEvent() }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
        switch parts[0] {
        case "event": name = String(value)
        case "data": if data.count < 64 { data.append(String(value)) }
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> ServerSentEvent? {
        defer {
            name = ""
            data = []
        }
        if data.isEmpty { return nil }
        return ServerSentEvent(name: name, data: data.joined(separator: "\n"))
    }
}
