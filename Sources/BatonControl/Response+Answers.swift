import BatonAPI
import HTTPTypes
import Hummingbird

/// The forms of a response.
extension Response {
    static func bytes(
        _ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func text(
        _ text: String, type: String = "text/plain", status: HTTPResponse.Status = .ok
    ) -> Response {
        .bytes(Array(text.utf8), type: "\(type); charset=utf-8", status: status)
    }

    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        .bytes(try APICoding.encode(value), type: "application/json", status: status)
    }

    static func error(_ status: HTTPResponse.Status, _ answer: ErrorAnswer) -> Response {
        let bytes = (try? APICoding.encode(answer)) ?? []
        return .bytes(bytes, type: "application/json", status: status)
    }

    /// The answer, or 404 when there is none.
    static func found(_ answer: (some Encodable)?, _ callID: String) throws -> Response {
        guard let answer else { return .error(.notFound, .noSuchSession(callID)) }
        return try .json(answer)
    }

    /// 200 or 503 with one line.
    static func readiness(_ readiness: Readiness) -> Response {
        .text(
            readiness.reason + "\n", status: readiness.isReady ? .ok : .serviceUnavailable)
    }

    static func refused(_ refusal: RequestGuard.Refusal) -> Response {
        switch refusal {
        case .token:
            var response = Response.error(
                .unauthorized,
                ErrorAnswer(
                    error: "token needed", detail: "the request shows no token, or a wrong one",
                    hint: "send 'Authorization: Bearer TOKEN' (baton --token TOKEN)"))
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        case .webPage:
            return .error(
                .forbidden,
                ErrorAnswer(
                    error: "refused from web pages",
                    detail: "the request has an Origin, or a Host that is not a local address",
                    hint: "set api.token and show it, or call the API by its numeric address"))
        }
    }

    static func wrongMethod(_ method: String, _ path: String, allowed: [String]) -> Response {
        let list = allowed.joined(separator: ", ")
        var response = Response.error(
            .methodNotAllowed,
            ErrorAnswer(
                error: "wrong method", detail: "\(method) is not served at \(path.prefix(256))",
                hint: "use \(list)"))
        response.headers[.allow] = list
        return response
    }
}
