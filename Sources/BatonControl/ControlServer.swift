public import BatonBase
import BatonTelemetry
import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// The HTTP API as a server: Hummingbird over one event loop thread, without TLS.
public final class ControlServer: Sendable {
    /// Where it listens and its bounds.
    public let settings: ControlServerSettings
    private let responder: ControlResponder
    private let logger: Logger
    private let gate: ConnectionGate

    /// A server that answers from `service`; it does not listen yet.
    ///
    /// - Throws: ``ControlServerError/tokenNeeded(_:)`` off loopback without a token (N6).
    public init(
        settings: ControlServerSettings, service: any ControlService, logger: Logger
    ) throws(ControlServerError) {
        if !settings.address.ip.isLoopback, settings.token == nil {
            throw .tokenNeeded(settings.address)
        }
        self.settings = settings
        self.logger = logger
        responder = ControlResponder(service: service, settings: settings)
        gate = ConnectionGate(limit: settings.connections)
    }

    /// Replaces the token that clients must show; off loopback `nil` changes nothing.
    public func setToken(_ token: String?) {
        if token != nil || settings.address.ip.isLoopback { responder.guardian.setToken(token) }
    }

    /// How many connections got 503 because too many were open.
    public var refusedConnections: UInt64 { gate.refused }

    /// Listens and serves until the task is cancelled; then event streams end, requests that are
    /// being answered are finished, and after two seconds whatever is left is cut off.
    ///
    /// - Parameter onListening: Called once with the bound address.
    /// - Throws: ``ControlServerError/cannotListen(_:reason:)``.
    public func run(
        onListening: @escaping @Sendable (BatonBase.SocketAddress) async -> Void
    ) async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: try server(on: loops, onListening: onListening))],
            logger: quietLogger)
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        let group = ServiceGroup(configuration: configuration)
        // The group runs in a task of its own: cancelling it directly would cut connections off.
        let serving = Task { try await group.run() }
        let outcome = await withTaskCancellationHandler {
            await serving.result
        } onCancel: {
            Task { await self.stop(group) }
        }
        try? await loops.shutdownGracefully()
        if case .failure(let error) = outcome, !Task.isCancelled { throw translated(error) }
    }

    private func stop(_ group: ServiceGroup) async {
        responder.streams.finish()
        await group.triggerGracefulShutdown()
    }

    /// Hummingbird's own lines are of no use to an operator unless something is wrong.
    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }

    /// Hummingbird's server without its `Application`, which wakes up every second to renew a date.
    private func server(
        on group: MultiThreadedEventLoopGroup,
        onListening: @escaping @Sendable (BatonBase.SocketAddress) async -> Void
    ) throws -> any Service {
        let responder = responder
        let address = settings.address
        return try builder().buildServer(
            configuration: ServerConfiguration(
                address: .hostname(address.ip.description, port: Int(address.port))),
            eventLoopGroup: group, logger: quietLogger,
            responder: { request, writer, _ in
                var response = await responder.respond(to: request)
                response.headers[.date] = WallTime.now().httpDate
                try await writer.write(response: response.head, body: response.body)
            },
            onServerRunning: { channel in
                let port = channel.localAddress?.port.map { UInt16(clamping: $0) }
                await onListening(
                    BatonBase.SocketAddress(ip: address.ip, port: port ?? address.port))
            })
    }

    private func builder() -> HTTPServerBuilder {
        let (settings, gate) = (settings, gate)
        return HTTPServerBuilder { responder in
            let configuration = HTTP1Channel.Configuration(
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: settings.headerLimitBytes,
                    maxHeaderListSize: settings.headerLimitBytes,
                    maxHeaderFieldCount: settings.headerFieldLimit))
            return GuardedChannel(
                base: HTTP1Channel(responder: responder, configuration: configuration),
                settings: settings, gate: gate)
        }
    }

    private func translated(_ error: any Error) -> any Error {
        guard let error = error as? IOError else { return error }
        return ControlServerError.cannotListen(
            settings.address, reason: SystemReason.text(error.errnoCode))
    }
}
