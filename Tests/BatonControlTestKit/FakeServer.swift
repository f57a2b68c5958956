import BatonBase
package import BatonControl
import Logging

/// The server ended before it listened, without an error.
package struct ServerEnded: Error {}

/// Runs a server with a fake service on a free port of loopback while `body` runs.
package func withServer<Result: Sendable>(
    _ change: (inout ControlServerSettings) -> Void = { _ in },
    _ body: @Sendable (UInt16, FakeService, ControlServer) async throws -> Result
) async throws -> Result {
    var settings = ControlServerSettings(
        address: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 0))
    change(&settings)
    let service = FakeService()
    let server = try ControlServer(
        settings: settings, service: service, logger: Logger(label: "test"))
    let (ports, continuation) = AsyncStream<UInt16>.makeStream()
    let task = Task {
        defer { continuation.finish() }
        try await server.run { continuation.yield($0.port) }
    }
    defer { task.cancel() }
    var iterator = ports.makeAsyncIterator()
    guard let port = await iterator.next() else {
        try await task.value
        throw ServerEnded()
    }
    let result = try await body(port, service, server)
    task.cancel()
    _ = await task.result
    return result
}
