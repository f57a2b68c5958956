extension Config {
    /// What makes baton refuse new work (N9) or more of it in one call (N27). `nil`: no limit.
    public struct Limits: Hashable, Sendable {
        /// Sessions at a time.
        public var sessions: Int?
        /// New sessions a second.
        public var sessionsPerSecond: Int?
        /// CPU use of the whole process in percent of all processors, 1…100.
        public var cpuPercent: Int?
        /// Media in and out together, in bits a second.
        public var bandwidthBitsPerSecond: Int?
        /// Parties (tags) in one session.
        public var partiesPerSession = 32
        /// Streams (`m=` lines) of one party.
        public var streamsPerParty = 16
        /// The longest SDP, in bytes.
        public var sdpBytes = 65_536

        /// The defaults.
        public init() {}
    }

    /// When calls end by themselves (N25), and how long baton waits. `nil`: never.
    public struct Timeouts: Hashable, Sendable {
        /// A call without any media ends after this.
        public var media: Duration? = .seconds(60)
        /// A call that is held or otherwise meant to be silent ends after this.
        public var silent: Duration? = .seconds(3_600)
        /// An offer that is never answered ends after this.
        public var unanswered: Duration? = .seconds(3_600)
        /// A call ends this long after its start, whatever it does.
        public var final: Duration?
        /// One side hears nothing for this long while the other does: an event, no end.
        public var oneWayAudio: Duration? = .seconds(10)
        /// How long a deleted call can still be queried and its ports rest (N8).
        public var deleteDelay = Duration.seconds(30)
        /// How long SIGTERM waits for running calls.
        public var drain = Duration.seconds(30)
        /// A call without media for this long does not keep a draining daemon up.
        public var drainIdle = Duration.seconds(2)

        /// The defaults.
        public init() {}
    }
}
