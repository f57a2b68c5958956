import BatonAPI
import HTTPTypes
import Hummingbird
import NIOCore

/// Turns requests into calls of the service and its answers into responses.
struct ControlResponder: Sendable {
    let service: any ControlService
    let settings: ControlServerSettings
    let guardian: RequestGuard
    let streams = EventStreams()

    init(service: any ControlService, settings: ControlServerSettings) {
        self.service = service
        self.settings = settings
        guardian = RequestGuard(token: settings.token)
    }

    /// The response to any request; never fails.
    func respond(to request: Request) async -> Response {
        let path = request.uri.path
        switch ControlRoute.match(method: request.method.rawValue, path: path) {
        case .route(let route, let callID):
            if !route.isOpen, let refusal = guardian.refusal(of: request.head) {
                return .refused(refusal)
            }
            do {
                return try await respond(to: request, by: route, callID: callID)
            } catch let error as RequestError {
                return .error(error.status, error.answer)
            } catch let answer as ErrorAnswer {
                return .error(.conflict, answer)
            } catch {
                return .error(.internalServerError, .unexpected(error))
            }
        case .wrongMethod(let allowed):
            return .wrongMethod(request.method.rawValue, path, allowed: allowed)
        case .unknown:
            return .error(.notFound, .noSuchPath(path))
        }
    }

    private func respond(
        to request: Request, by route: ControlRoute, callID: String
    ) async throws -> Response {
        switch route {
        case .ping: return .text("pong\n")
        case .health: return .readiness(await service.health())
        case .ready: return .readiness(await service.readiness())
        case .metrics:
            return .text(await service.metricsText(), type: "text/plain; version=0.0.4")
        case .openAPI: return .text(OpenAPIDocument.text, type: "application/yaml")
        case .status: return try .json(await service.status())
        case .sessions:
            let query = try SessionQuery(parameters: QueryText(request.uri.query ?? ""))
            return try .json(await service.sessions(query))
        case .session: return try .found(await service.session(callID: callID), callID)
        case .endSession: return try .found(try await service.endSession(callID: callID), callID)
        case .events: return try await events(for: request)
        case .configuration: return try .json(await service.configuration())
        case .reload: return try .json(try await service.reload())
        case .drain: return try .json(try await service.drain())
        case .ng: return try await ng(request, form: .withCookie)
        case .ngPlain: return try await ng(request, form: .plain)
        }
    }

    /// `POST /ng` and `/ng-plain` (N1).
    private func ng(_ request: Request, form: NGForm) async throws -> Response {
        let type = try NGContentType(request.headers[.contentType], form: form)
        let body = try await collect(request)
        guard let reply = await service.ng(message: body, form: form) else {
            throw RequestError(.badRequest, .noCookie)
        }
        return .bytes(reply, type: type.text)
    }

    private func collect(_ request: Request) async throws -> [UInt8] {
        do {
            let buffer = try await request.body.collect(upTo: settings.bodyLimitBytes)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw RequestError(.contentTooLarge, .bodyTooLong(settings.bodyLimitBytes))
        }
    }

    /// `GET /v1/events`.
    private func events(for request: Request) async throws -> Response {
        let parameters = QueryText(request.uri.query ?? "")
        try parameters.check(known: ["call-id"])
        guard let reader = await service.events(capacity: settings.eventQueue) else {
            throw RequestError(.serviceUnavailable, .tooManyReaders)
        }
        let heartbeat = min(settings.heartbeat, settings.idleTimeout / 3)
        let writer = EventStreamWriter(
            reader: reader, callID: parameters["call-id"], heartbeat: heartbeat,
            streams: streams)
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { [body = request.body] output in
                // A client that closes its side is gone, however quiet the stream is.
                try await body.consumeWithInboundCloseHandler { _ in
                    try await writer.run(into: &output)
                } onInboundClosed: {
                    writer.reader.finish()
                }
            })
    }
}
