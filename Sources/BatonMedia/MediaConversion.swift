/// What becomes of the RTP that one party sends, payload type by payload type, on its way to the
/// other. Without one everything passes as it is.
///
/// Made when an answer is taken (``CodecAgreement``), carried out by the media worker. Packets with
/// a payload type that no rule names are dropped.
public struct MediaConversion: Hashable, Sendable {
    /// The rules, one for each payload type that the party may send, in its order of preference.
    public var rules: [Rule]
    /// The telephone events that the receiver takes, in order (RFC 4733); the one with the clock of
    /// the audio that is being sent fits best.
    public var telephoneEvents: [CodecFormat]
    /// The comfort noise that the receiver takes, in order (RFC 3389).
    public var comfortNoise: [CodecFormat]
    /// Whether tones of keys in the audio become events, because the sender has none and the
    /// receiver takes them.
    public var findsTones: Bool

    /// What becomes of one payload type.
    public struct Rule: Hashable, Sendable {
        /// The payload type in the sender's packets and what it stands for.
        public var source: CodecFormat
        /// What is done with them.
        public var action: Action

        /// The rule to do `action` with packets of `source`.
        public init(_ source: CodecFormat, _ action: Action) {
            self.source = source
            self.action = action
        }
    }

    /// What is done with a packet.
    public enum Action: Hashable, Sendable {
        /// It passes as it is.
        case pass
        /// It passes with this payload type.
        case passAs(UInt8)
        /// It is decoded, and encoded as the target says.
        case convert(Target)
        /// A telephone event goes on in this format, its timestamps and durations converted to the
        /// format's clock and in line with the audio's.
        case telephoneEvent(CodecFormat)
        /// A telephone event is heard as tones in the audio, because the receiver takes no events.
        case tones
        /// Comfort noise goes on in this format, in line with the audio.
        case comfortNoise(CodecFormat)
        /// The receiver has nothing that it could become.
        case drop
    }

    /// What audio is encoded to.
    public struct Target: Hashable, Sendable {
        /// The codec and payload type, with the parameters that the receiver's `a=fmtp` gives it:
        /// what the encoder has to keep to.
        public var format: CodecFormat
        /// The length of a packet in milliseconds.
        public var packetTimeMs: UInt32
        /// The bit rate in bits a second that the control message asked for, within the receiver's
        /// `maxaveragebitrate`; `nil` leaves it to the encoder.
        public var bitrate: UInt32?
        /// The effort of Opus that the control message asked for, 0…10; `nil` leaves it to the
        /// encoder.
        public var complexity: UInt8?

        /// A target.
        public init(
            format: CodecFormat, packetTimeMs: UInt32 = 20, bitrate: UInt32? = nil,
            complexity: UInt8? = nil
        ) {
            self.format = format
            self.complexity = complexity
            self.packetTimeMs = packetTimeMs
            self.bitrate = bitrate
        }
    }

    /// A conversion.
    public init(
        rules: [Rule], telephoneEvents: [CodecFormat] = [], comfortNoise: [CodecFormat] = [],
        findsTones: Bool = false
    ) {
        self.rules = rules
        self.findsTones = findsTones
        self.telephoneEvents = telephoneEvents
        self.comfortNoise = comfortNoise
    }

    /// Whether some audio is decoded and encoded, so that a transcoder is needed; without, a
    /// change of the header does.
    public var needsTranscoder: Bool {
        rules.contains { if case .convert = $0.action { true } else { false } }
    }

    /// Clock rates of the payload types that the sender uses, for the statistics of what comes in.
    public var clockRates: [PayloadClockRate] {
        rules.map(\.source).filter { $0.clockRateHz > 0 }.map {
            PayloadClockRate(
                payloadType: $0.payloadType, clockRateHz: $0.clockRateHz,
                encoding: PayloadEncoding(name: $0.encoding), channels: $0.channels)
        }
    }

    /// Whether keys are events on one side and tones on the other.
    var interworksEvents: Bool { findsTones || rules.contains { $0.action == .tones } }

    /// Whether every payload type passes under its own number: then no conversion is needed.
    var isPlainRelay: Bool { rules.allSatisfy { $0.action == .pass } }
}
