extension Config {
    /// Ports and media workers.
    public struct Media: Hashable, Sendable {
        /// When the address that packets come from replaces the signalled one (N22).
        public enum EndpointLearning: String, Hashable, Sendable, CaseIterable {
            /// The best permitted source of the first three seconds.
            case heuristic
            /// The last permitted source when three seconds have passed.
            case delayed
            /// The first permitted source.
            case immediate
            /// Never.
            case off
        }

        /// What kind of ICE agent baton is (N19).
        public enum ICE: String, Hashable, Sendable, CaseIterable {
            /// It answers checks and leaves the choice to the party.
            case lite
            /// It checks by itself, too.
            case full
        }

        /// The UDP ports of RTP and RTCP, ends included; an interface may have its own.
        public var ports: ClosedRange<UInt16> = 30_000...40_000
        /// How long a port rests before it is used again (N26).
        public var portReuseDelay = Duration.seconds(5)
        /// How many media workers run; `nil` for one on each processor.
        public var workers: Int?
        /// How many ports one worker can hold.
        public var portsPerWorker = 16_384
        /// How many packets one port may have handled before the next port's turn.
        public var packetsPerTurn = 32
        /// The longest packet that is relayed, in bytes; a longer one is dropped and counted.
        public var packetBytes = 2_048
        /// `SO_RCVBUF` of every media socket, in bytes.
        public var receiveBufferBytes = 262_144
        /// How endpoints are learned unless the request says otherwise (N22).
        public var endpointLearning = EndpointLearning.heuristic
        /// Whether endpoints are learned from any IP address, not from the signalled ones only
        /// (N23). It permits RTP bleed.
        public var learnsFromAnyAddress = false
        /// What kind of ICE agent baton is, unless the request says otherwise or the party is one
        /// that only answers.
        public var ice = ICE.lite
        /// The TOS byte of what is sent, 0…255, unless the request says otherwise; 184 is EF.
        public var tos = 0
        /// The folder of files to play that are named without one; `nil` for the daemon's own.
        public var files: String?
        /// Whether no file outside ``files`` is played.
        public var playsFolderOnly = false

        /// The defaults.
        public init() {}
    }
}
