import BatonAPI
import HTTPTypes

/// The content types of ng over HTTP (N1).
enum NGContentType: String {
    /// ng's own type.
    case ng = "application/x-rtpengine-ng"
    /// A JSON dictionary without cookie.
    case json = "application/json"

    /// The type as a header value, which the reply carries too.
    var text: String { rawValue }

    /// The type of a request: `/ng` takes ng's own only, `/ng-plain` JSON too. Parameters behind a
    /// semicolon do not matter.
    ///
    /// - Throws: ``RequestError`` with status 415.
    init(_ header: String?, form: NGForm) throws(RequestError) {
        let name = (header ?? "").prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        switch (NGContentType(rawValue: name), form) {
        case (.ng, _): self = .ng
        case (.json, .plain): self = .json
        case (.json, .withCookie):
            throw RequestError(.unsupportedMediaType, .needsCookieType)
        case (nil, _):
            throw RequestError(.unsupportedMediaType, .unknownContentType(header))
        }
    }
}
