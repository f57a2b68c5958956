/// A reply (N7). The key `result` goes last, as it does on the wire today.
public struct NGReply: Hashable, Sendable {
    /// The outcome.
    public var result: Result
    /// The keys before `result`, in order.
    public var body: NGDictionary

    /// The values of the key `result`.
    public enum Result: String, Hashable, Sendable {
        /// Done.
        case ok
        /// Refused; `error-reason` and perhaps `detail` say why.
        case error
        /// Refused for load; `message` says which limit. The proxy tries another relay.
        case loadLimit = "load limit"
        /// The answer to `ping`.
        case pong
    }

    /// A reply of any outcome.
    public init(_ result: Result, _ body: NGDictionary = .init()) {
        self.result = result
        self.body = body
    }

    /// `pong`.
    public static let pong = NGReply(.pong)

    /// Success with these keys and, where there is something to say, a `warning`.
    public static func ok(_ body: NGDictionary = .init(), warning: String? = nil) -> NGReply {
        var reply = NGReply(.ok, body)
        reply.addWarning(warning)
        return reply
    }

    /// A refusal.
    public static func error(_ reason: NGErrorReason, detail: String? = nil) -> NGReply {
        var reply = NGReply(.error)
        reply.body.append("error-reason", .text(reason.rawValue))
        if let detail { reply.body.append("detail", .text(detail)) }
        return reply
    }

    /// A refusal.
    public static func error(_ error: NGError) -> NGReply {
        .error(error.reason, detail: error.detail)
    }

    /// A refusal for load: `load limit` with the reason as `message` if the request said that its
    /// sender `supports` it, otherwise a plain error with the same reason.
    public static func loadLimit(
        _ reason: NGErrorReason, for request: NGRequest, detail: String? = nil
    ) -> NGReply {
        guard request.supportsLoadLimit else { return .error(reason, detail: detail) }
        var reply = NGReply(.loadLimit)
        reply.body.append("message", .text(reason.rawValue))
        if let detail { reply.body.append("detail", .text(detail)) }
        return reply
    }

    /// Adds `text` to the key `warning`, behind what is there already.
    public mutating func addWarning(_ text: String?) {
        guard let text, !text.isEmpty else { return }
        guard let present = body["warning"]?.string else {
            body.append("warning", .text(text))
            return
        }
        body["warning"] = .text(present.text + "; " + text)
    }

    /// The whole dictionary, `result` last.
    public var dictionary: NGDictionary {
        var dictionary = body
        dictionary.append("result", .text(result.rawValue))
        return dictionary
    }

    /// The reply as bytes for the request in `frame`: its encoding, its cookie if it has one.
    public func encoded(for frame: NGFrame) -> [UInt8] {
        encoded(cookie: frame.cookie, as: frame.replyEncoding)
    }

    /// The reply as bytes.
    public func encoded(cookie: NGBytes?, as encoding: NGEncoding) -> [UInt8] {
        NGMessageFraming.join(cookie: cookie, document: encoding.encode(dictionary))
    }
}
