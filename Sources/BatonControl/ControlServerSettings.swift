public import BatonBase
public import BatonConfig

/// Where the API listens and its bounds.
public struct ControlServerSettings: Hashable, Sendable {
    /// The local address; port 0 for any free one.
    public var address: SocketAddress
    /// The bearer token that clients must show; needed off loopback (N6).
    public var token: String?
    /// How many connections may be open; further ones get 503.
    public var connections = 128
    /// The longest request body in bytes.
    public var bodyLimitBytes = 131_072
    /// The longest request head in bytes.
    public var headerLimitBytes = 16_384
    /// The most header fields in a request.
    public var headerFieldLimit = 64
    /// A connection on which nothing could be sent for this long is closed: an idle one, a request
    /// that never ends, a reader that does not read.
    public var idleTimeout = Duration.seconds(60)
    /// How many events wait for a slow reader before it loses some.
    public var eventQueue = 256
    /// How often a quiet event stream gets a comment line; at most a third of ``idleTimeout``.
    public var heartbeat = Duration.seconds(15)
    /// The kernel's send buffer of each connection in bytes, so that a reader that stops reading
    /// costs a known amount.
    public var sendBufferBytes = 131_072

    /// The defaults at `address`.
    public init(address: SocketAddress, token: String? = nil) {
        self.address = address
        self.token = token
    }

    /// What the configuration says, `nil` when it wants no API.
    public init?(_ api: Config.API) {
        guard let listen = api.listen else { return nil }
        self.init(address: listen, token: api.token)
        connections = api.connections
        bodyLimitBytes = api.bodyLimitBytes
        idleTimeout = api.idleTimeout
        eventQueue = api.eventQueue
    }
}

/// Why the API does not serve.
public enum ControlServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Others could reach it and no token is set.
    case tokenNeeded(SocketAddress)
    /// The address cannot be listened on: what the system says.
    case cannotListen(SocketAddress, reason: String)

    /// One sentence with what to do.
    public var description: String {
        switch self {
        case .tokenNeeded(let address):
            "api: \(address) can be reached by others and no token is set; "
                + "set api.token (--api-token) or listen on 127.0.0.1"
        case .cannotListen(let address, let reason):
            "api: cannot listen on \(address) (\(reason)); "
                + "end what uses the port or choose another with --api ADDRESS:PORT"
        }
    }
}
