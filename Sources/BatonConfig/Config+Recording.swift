public import BatonBase

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

        /// What precedes audio that is sent to a listener, up to a byte 0.
        public enum ForwardHeader: String, Hashable, Sendable, CaseIterable {
            /// A JSON object: call, party, metadata, sample rate.
            case json
            /// The text that `metadata` said of the call, alone.
            case metadata
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
        /// Who gets the audio of `start forwarding`, `nil` for nobody.
        public var forwardAddress: SocketAddress?
        /// Samples a second of it.
        public var forwardRateHz = 8_000
        /// What precedes it.
        public var forwardHeader = ForwardHeader.json

        /// The defaults.
        public init() {}
    }
}
