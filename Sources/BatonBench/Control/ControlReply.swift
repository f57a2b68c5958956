/// What a relay answered to an ng command.
struct ControlReply: Hashable, Sendable {
    /// `ok`, `pong`, `error`, `load limit`.
    var result: String
    /// Why it refused.
    var reason: String?
    /// The SDP to be sent on.
    var sdp: [UInt8]?
    /// How many calls a reply to `list` names.
    var callCount: Int?

    /// The reply in a bencoded document, `nil` when it is none.
    init?(document: [UInt8]) {
        guard let value = ControlValue(bencoded: document), let result = value["result"]?.text
        else {
            return nil
        }
        self.result = result
        let words = [value["error-reason"], value["message"], value["detail"]].compactMap(\.?.text)
        reason = words.isEmpty ? nil : words.joined(separator: ": ")
        sdp = value["sdp"]?.bytes
        if case .list(let calls) = value["calls"] { callCount = calls.count }
    }

    /// Whether the relay did what it was asked.
    var isGranted: Bool { result == "ok" || result == "pong" }

    /// The refusal in words.
    var refusal: String { reason ?? "result \"\(result)\"" }
}
