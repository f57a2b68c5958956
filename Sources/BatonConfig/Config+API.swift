public import BatonBase

extension Config {
    /// The HTTP API: where it listens, who may use it, and its bounds.
    public struct API: Hashable, Sendable {
        /// The local address and port, `nil` for no HTTP at all.
        public var listen: SocketAddress? = SocketAddress(
            ip: IPAddress(v4: 0x7f00_0001), port: 9080)
        /// The bearer token that clients must show. Needed off loopback (N6).
        public var token: String?
        /// How many connections may be open; further ones get 503 and are closed.
        public var connections = 128
        /// The longest request body in bytes.
        public var bodyLimitBytes = 131_072
        /// How long a connection may stay silent, and how long a reply may stay unread.
        public var idleTimeout = Duration.seconds(60)
        /// How many events are kept for each reader of `/v1/events`; later ones are lost to it.
        public var eventQueue = 256

        /// The defaults.
        public init() {}
    }
}
