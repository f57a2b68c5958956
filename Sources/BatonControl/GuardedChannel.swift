import HummingbirdCore
import Logging
import NIOCore

/// Hummingbird's HTTP/1.1 channel behind baton's own bounds: a place at the gate, a deadline for
/// progress and a send buffer of known size.
struct GuardedChannel: ServerChildChannel {
    let base: HTTP1Channel
    let settings: ControlServerSettings
    let gate: ConnectionGate

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        let verdict = gate.enter()
        channel.closeFuture.whenComplete { [gate] _ in gate.leave(verdict) }
        let timeout = TimeAmount(settings.idleTimeout)
        let buffer = SocketOptionValue(settings.sendBufferBytes)
        return channel.setOption(.socketOption(.so_sndbuf), value: buffer)
            .flatMapThrowing {
                let pipeline = channel.pipeline.syncOperations
                switch verdict {
                case .serve: try pipeline.addHandler(ProgressDeadline(timeout: timeout))
                case .refuse: try pipeline.addHandler(ConnectionRefusal())
                case .drop: channel.close(promise: nil)
                }
            }
            .flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
