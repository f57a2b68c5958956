import BatonAPI
import HTTPTypes

/// A request that cannot be served: the status and the sentence for it.
struct RequestError: Error, Hashable {
    /// The HTTP status.
    var status: HTTPResponse.Status
    /// What the client is told.
    var answer: ErrorAnswer

    init(_ status: HTTPResponse.Status, _ answer: ErrorAnswer) {
        self.status = status
        self.answer = answer
    }
}

extension ErrorAnswer {
    static func noSuchPath(_ path: String) -> Self {
        Self(
            error: "no such path", detail: "nothing is served at \(path.prefix(256))",
            hint: "GET /openapi.yaml lists what is")
    }

    static func unexpected(_ error: any Error) -> Self {
        Self(
            error: "internal error", detail: String(describing: error),
            hint: "look into baton's log and report it")
    }

    static let noCookie = Self(
        error: "no cookie", detail: "the message has no cookie in front, so ng gives no reply",
        hint: "send 'COOKIE DICTIONARY', or use /ng-plain without cookie")

    static let needsCookieType = Self(
        error: "wrong content type", detail: "/ng takes application/x-rtpengine-ng only",
        hint: "send JSON to /ng-plain")

    static func unknownContentType(_ header: String?) -> Self {
        Self(
            error: "wrong content type", detail: "found \(header.map { "'\($0)'" } ?? "none")",
            hint: "use application/x-rtpengine-ng, or application/json with /ng-plain")
    }

    static func bodyTooLong(_ limit: Int) -> Self {
        Self(
            error: "body too long", detail: "a request body may have \(limit) bytes",
            hint: "send less, or raise api.body-limit")
    }

    static let tooManyReaders = Self(
        error: "too many readers", detail: "too many clients read the events already",
        hint: "end one of them and try again")

    static func badParameter(_ name: String, _ found: String, _ hint: String) -> Self {
        Self(error: "bad parameter", detail: "\(name.prefix(64)): \(found)", hint: hint)
    }

    static func noSuchSession(_ callID: String) -> Self {
        Self(
            error: "no such session", detail: "there is no session with call-id '\(callID)'",
            hint: "GET /v1/sessions (baton session list) shows those that there are")
    }
}
