extension Config {
    /// What recordings of calls look like, and where they go (N10).
    public struct Recording: Hashable, Sendable {
        /// What a recording is written as.
        public enum Format: String, Hashable, Sendable, CaseIterable {
            /// The packets, without their protection.
            case pcap
            /// Linear samples.
            case wav
            /// Opus.
            case ogg
        }

        /// Where the parties are in a recording's audio.
        public enum Channels: String, Hashable, Sendable, CaseIterable {
            /// The party that called on the left, all others on the right.
            case stereo
            /// All in one.
            case mono
        }

        /// The folder of recordings, `nil` when every request names its own.
        public var directory: String?
        /// What files are called, without suffix: a template.
        public var template = "{call-id}-{time}-{number}"
        /// What is written.
        public var formats = [Format.wav]
        /// Where the parties are in the audio.
        public var channels = Channels.stereo
        /// How many bytes of packets of each media worker may wait to be written.
        public var queueBytes = 4_194_304

        /// The defaults.
        public init() {}
    }
}
