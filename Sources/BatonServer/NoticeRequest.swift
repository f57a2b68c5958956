import BatonBase
import BatonNG

/// One HTTP POST under way, without its socket: bytes to send, bytes received, and the outcome
/// (RFC 9112 §3, §4).
struct NoticeRequest {
    /// How it ended.
    enum Outcome: Hashable {
        /// A status of 200 … 299.
        case delivered
        /// Another status, or something that is no HTTP.
        case refused
    }

    /// The request as bytes.
    let bytes: [UInt8]
    private var received: [UInt8] = []

    /// A POST of `body`, a JSON object, to `target`.
    init(to target: NoticeTarget, body: NGDictionary, software: String) {
        let content = JSONCodec.encode(body)
        let head =
            "POST \(target.path) HTTP/1.1\r\nHost: \(target.host)\r\n"
            + "User-Agent: \(Self.token(software))\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(content.count)\r\nConnection: close\r\n\r\n"
        bytes = Array(head.utf8) + content
    }

    /// Takes bytes of the response; the outcome once the status line is complete or cannot be one.
    mutating func receive(_ bytes: [UInt8]) -> Outcome? {
        received.append(contentsOf: bytes.prefix(Self.statusLineMax))
        guard let end = received.firstIndex(of: UInt8(ascii: "\n")) else {
            return received.count >= Self.statusLineMax ? .refused : nil
        }
        let line = String(decoding: received[..<end], as: UTF8.self)
        let words = line.split { $0 == " " || $0 == "\r" }
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return .refused
        }
        return (200...299).contains(status) ? .delivered : .refused
    }

    private static let statusLineMax = 1_024

    private static func token(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 > 0x20 && $0 < 0x7f }, as: UTF8.self)
    }
}

extension CallRecord {
    /// The body of a notice.
    var notice: NGDictionary {
        var body: NGDictionary = [
            "event": "session-ended", "reason": .text(reason.rawValue), "call-id": .text(callID),
            "created": .number(createdMicroseconds / 1_000_000),
            "duration-ms": .number(durationMilliseconds),
            "tags": .list(tags.map { .text($0) }),
            "rtp": .figures(rtp), "rtcp": .figures(rtcp),
        ]
        if let metadata { body.append("metadata", .text(metadata)) }
        return body
    }
}
