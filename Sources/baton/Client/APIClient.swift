import BatonAPI
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks a daemon over its HTTP API, each request on a connection of its own.
struct APIClient: Sendable {
    /// Where the daemon's API is.
    let endpoint: APIEndpoint
    /// The bearer token, when there is one.
    let token: String?
    /// How long connecting and answering may take.
    var timeout = Duration.seconds(10)
    /// The longest answer that is read, in bytes.
    var answerLimitBytes = 64 * 1_048_576

    typealias Channel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
    typealias Parts = NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator

    init(endpoint: APIEndpoint, token: String?) {
        self.endpoint = endpoint
        self.token = token
    }

    /// `GET`s an answer.
    ///
    /// - Throws: ``CommandError``.
    func get<Answer: Decodable & Sendable>(
        _ path: String, as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try await ask(.GET, path)
    }

    /// Sends a request without body and reads the answer.
    ///
    /// - Throws: ``CommandError``: refused with what the daemon says, or unreachable.
    func ask<Answer: Decodable & Sendable>(
        _ method: HTTPMethod, _ path: String
    ) async throws -> Answer {
        let bytes = try await exchange(method, path, isStream: false) { parts in
            try await collect(&parts)
        }
        do {
            return try APICoding.decode(Answer.self, from: bytes)
        } catch {
            throw CommandError.refused(
                "what answers at \(endpoint) is not baton, or another version of it")
        }
    }

    /// Reads server-sent events until they end or `onEvent` throws.
    func events(
        _ path: String, onEvent: @Sendable (ServerSentEvent) throws -> Void
    ) async throws {
        try await exchange(.GET, path, isStream: true) { parts in
            var parser = ServerSentEventParser()
            while case .body(let buffer) = try await parts.next() {
                for event in parser.feed(buffer.readableBytesView) { try onEvent(event) }
            }
        }
    }

    /// One request on a new connection; `read` gets what follows the head of a good response.
    private func exchange<Result: Sendable>(
        _ method: HTTPMethod, _ path: String, isStream: Bool,
        _ read: @Sendable (inout Parts) async throws -> Result
    ) async throws -> Result {
        do {
            let channel = try await connect()
            let deadline = isStream ? nil : scheduleEnd(of: channel)
            defer { deadline?.cancel() }
            return try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(.head(head(method, path)))
                try await outbound.write(.end(nil))
                var parts = inbound.makeAsyncIterator()
                try await check(&parts)
                return try await read(&parts)
            }
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError.unreachable(UnreachableReason.sentence(endpoint, error))
        }
    }

    private func connect() async throws -> Channel {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(timeout))
            .connect(host: endpoint.host, port: endpoint.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try Channel(wrappingChannelSynchronously: channel)
                }
            }
    }

    private func scheduleEnd(of channel: Channel) -> Scheduled<Void> {
        channel.channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            channel.channel.close(promise: nil)
        }
    }

    private func head(_ method: HTTPMethod, _ path: String) -> HTTPRequestHead {
        var headers: HTTPHeaders = [
            "Host": endpoint.description, "User-Agent": BatonVersion.text, "Connection": "close",
        ]
        if let token { headers.add(name: "Authorization", value: "Bearer \(token)") }
        if method == .POST { headers.add(name: "Content-Length", value: "0") }
        return HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
    }

    private func collect(_ parts: inout Parts) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let part = try await parts.next() {
            guard case .body(let buffer) = part else { return bytes }
            bytes += buffer.readableBytesView
            if bytes.count > answerLimitBytes {
                throw CommandError.refused("the answer is longer than \(answerLimitBytes) bytes")
            }
        }
        throw noWholeAnswer
    }

    private var noWholeAnswer: CommandError {
        .unreachable(
            "baton at \(endpoint) gave no whole answer within \(timeout.components.seconds) s: "
                + "is it overloaded or stopped?")
    }

    /// Reads the head, and turns a refusal into an error with the daemon's own words.
    private func check(_ parts: inout Parts) async throws {
        guard case .head(let head) = try await parts.next() else { throw noWholeAnswer }
        if head.status.code < 300 { return }
        var bytes: [UInt8] = []
        while case .body(let buffer) = try await parts.next(), bytes.count < 65_536 {
            bytes += buffer.readableBytesView
        }
        if let answer = try? APICoding.decode(ErrorAnswer.self, from: bytes) {
            throw CommandError.refused("\(answer.error): \(answer.detail); \(answer.hint)")
        }
        throw CommandError.refused(
            "what answers at \(endpoint) says \(head.status.code) and is not baton")
    }
}
