import BatonControl
import Synchronization

/// Where a reload finds the API server, to give it a new token.
final class APITokens: Sendable {
    private let server = Mutex<ControlServer?>(nil)

    /// From now on tokens go to `server`.
    func connect(_ server: ControlServer) {
        self.server.withLock { $0 = server }
    }

    /// Clients must show `token` from now on.
    func set(_ token: String?) {
        server.withLock { $0 }?.setToken(token)
    }
}
