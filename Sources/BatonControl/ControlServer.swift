public import BatonBase
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
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

    /// Listens and serves until the task is cancelled.
    ///
    /// - Parameter onListening: Called once with the bound address.
    /// - Throws: ``ControlServerError/cannotListen(_:reason:)``.
    public func run(onListening: @escaping @Sendable (BatonBase.SocketAddress) async -> Void)
        async throws
    {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let application = application(on: group, onListening: onListening)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await application.run())
        } catch {
            outcome = .failure(translated(error))
        }
        try? await group.shutdownGracefully()
        try outcome.get()
    }

    private func application(
        on group: MultiThreadedEventLoopGroup,
        onListening: @escaping @Sendable (BatonBase.SocketAddress) async -> Void
    ) -> Application<CallbackResponder<BasicRequestContext>> {
        let responder = responder
        let address = settings.address
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: CallbackResponder { request, _ in await responder.respond(to: request) },
            server: builder(),
            configuration: ApplicationConfiguration(
                address: .hostname(address.ip.description, port: Int(address.port))),
            onServerRunning: { channel in
                let port = channel.localAddress?.port.map { UInt16(clamping: $0) }
                await onListening(
                    BatonBase.SocketAddress(ip: address.ip, port: port ?? address.port))
            },
            eventLoopGroupProvider: .shared(group), logger: quiet)
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
