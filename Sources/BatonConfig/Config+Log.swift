public import BatonBase

extension Config {
    /// The log.
    public struct Log: Hashable, Sendable {
        /// How much is written: each level includes the ones after it.
        public enum Level: String, Hashable, Sendable, CaseIterable {
            /// Every step, for finding faults.
            case trace
            /// Every control message.
            case debug
            /// The life of calls and of the daemon.
            case info
            /// Unusual but not wrong.
            case notice
            /// Something needs a look.
            case warning
            /// Something failed.
            case error
            /// The daemon cannot go on.
            case critical
        }

        /// What a line looks like.
        public enum Format: String, Hashable, Sendable, CaseIterable {
            /// For people: `time level message key=value …`.
            case text
            /// For machines: one JSON object a line.
            case json
        }

        /// The least severe level that is written.
        public var level = Level.info
        /// What a line looks like.
        public var format = Format.text
        /// The file that lines are appended to, `nil` for standard error. Opened anew on SIGHUP.
        public var file: String?
        /// How many lines may wait to be written; further ones are dropped and counted.
        public var queueLines = 8_192
        /// Whether lines about pressed keys say which ones: they may be digits of a card's number.
        public var dtmf = false

        /// The defaults.
        public init() {}
    }

    /// Who is told, by HTTP POST of JSON, when a call ends by itself (N21, N25).
    public struct Notice: Hashable, Sendable {
        /// An `http://HOST:PORT/PATH` address, `nil` for nobody.
        public var url: String?
        /// How long one notice may take before it is given up.
        public var timeout = Duration.seconds(5)
        /// Where a datagram goes for each key that a party presses, `nil` for nowhere unless a
        /// control message names a place.
        public var dtmfDestination: SocketAddress?

        /// The defaults.
        public init() {}
    }
}
