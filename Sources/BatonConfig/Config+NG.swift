public import BatonBase

extension Config {
    /// The ng control protocol: where it listens, who may speak, and its bounds.
    public struct NG: Hashable, Sendable {
        /// Where ng is listened for, each address over UDP and TCP unless it says otherwise.
        public var listen = [
            Listener(address: SocketAddress(ip: IPAddress(v4: 0x7f00_0001), port: 2223))
        ]
        /// Who may send ng messages (N6); anybody else gets no reply and is counted.
        public var allow = IPNetwork.loopback
        /// The longest UDP reply in bytes (N5); `nil` for what the route's MTU carries.
        public var replyLimitBytes: Int?
        /// How many replies are kept for repeated cookies (N3).
        public var cookieEntries = 65_536
        /// How long a reply is kept for a repeated cookie (N3).
        public var cookieAge = Duration.seconds(60)
        /// How many TCP connections may be open; further ones are closed at once and counted.
        public var connections = 1_024
        /// How long a TCP connection may stay silent before it is closed.
        public var idleTimeout = Duration.seconds(600)

        /// The defaults.
        public init() {}
    }

    /// An address on which ng is listened for.
    public struct Listener: Hashable, Sendable {
        /// The local address and port.
        public var address: SocketAddress
        /// Whether a UDP socket is opened.
        public var usesUDP: Bool
        /// Whether a TCP socket is opened.
        public var usesTCP: Bool

        /// A listener at `address`, over UDP and TCP unless told otherwise.
        public init(address: SocketAddress, usesUDP: Bool = true, usesTCP: Bool = true) {
            self.address = address
            self.usesUDP = usesUDP
            self.usesTCP = usesTCP
        }
    }
}
