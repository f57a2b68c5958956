internal import COpus

/// Encodes PCM of 16 bits to Opus packets (RFC 6716).
///
/// It is made once for a stream and allocates nothing afterwards. libopus takes its working memory,
/// up to some hundred kilobytes, from the stack.
public struct OpusEncoder: ~Copyable, Sendable {
    /// What it was told; changes by the methods below are seen here.
    public private(set) var settings: OpusEncoderSettings
    /// libopus' state. It contains no pointers into itself, and no one else sees it.
    private var state: [UInt64]

    /// The longest frame of Opus in bytes, RFC 6716 §3.4; a packet of up to 20 ms needs one more.
    public static let frameBytesMax = 1_275

    /// An encoder that has heard nothing.
    /// - Throws: ``OpusFailure``: a setting is out of its range.
    public init(_ settings: OpusEncoderSettings) throws(OpusFailure) {
        self.settings = settings
        let bytes = Self.memoryBytes(channels: settings.channels)
        state = Array(repeating: 0, count: (bytes + 7) / 8)
        try start(sampleRate: settings.sampleRate)
    }

    /// What an encoder's state takes, in bytes: 43,572 mono, 48,484 stereo in libopus 1.3.1.
    public static func memoryBytes(channels: OpusChannels) -> Int {
        Int(opus_encoder_get_size(channels.rawValue))
    }

    /// Begins anew for input of `sampleRate`, in the same memory and with the same settings.
    public mutating func restart(sampleRate: OpusSampleRate) throws(OpusFailure) {
        try start(sampleRate: sampleRate)
    }

    /// Forgets what was heard.
    public mutating func reset() {
        _ = unsafe withState { state in unsafe opus_encoder_reset(state) }
    }

    /// Encodes one packet to the front of `bytes`.
    ///
    /// - Parameter samples: 2.5, 5, 10, 20, 40, 60, 80, 100 or 120 ms of all channels.
    /// - Returns: The packet's length. With DTX, a packet of 2 bytes or less need not be sent.
    /// - Throws: ``OpusFailure``: another length, or no room in `bytes`.
    public mutating func encode(
        _ samples: borrowing Span<Int16>, into bytes: inout MutableRawSpan
    ) throws(OpusFailure) -> Int {
        let (frames, rest) = samples.count.quotientAndRemainder(
            dividingBy: settings.channels.count)
        guard rest == 0, let frames = Int32(exactly: frames) else { throw .badArgument }
        let room = Int32(clamping: bytes.byteCount)
        let count = unsafe samples.withUnsafeBufferPointer { input in
            unsafe bytes.withUnsafeMutableBytes { output in
                guard let input = input.baseAddress,
                    let output = unsafe output.bindMemory(to: UInt8.self).baseAddress
                else { return OPUS_BAD_ARG }
                return unsafe withState { state in
                    unsafe opus_encode(state, input, frames, output, room)
                }
            }
        }
        guard count > 0 else { throw OpusFailure(code: count) }
        return Int(count)
    }

    /// Changes the effort, 0…10, from the next packet on.
    public mutating func setComplexity(_ complexity: Int) throws(OpusFailure) {
        settings.complexity = complexity
        try set(OPUS_SET_COMPLEXITY_REQUEST, complexity)
    }

    /// Changes the rate in bits a second, 500…512,000.
    public mutating func setBitrate(_ bitsPerSecond: Int) throws(OpusFailure) {
        settings.bitrateBitsPerSecond = bitsPerSecond
        try set(OPUS_SET_BITRATE_REQUEST, bitsPerSecond)
    }

    /// Switches repetition of each packet in the next one, and says what loss to expect (0…100 %):
    /// without expected loss nothing is repeated.
    public mutating func setInbandFEC(
        _ isOn: Bool, expectedLossPercent: Int
    ) throws(OpusFailure) {
        settings.usesInbandFEC = isOn
        settings.expectedLossPercent = expectedLossPercent
        try set(OPUS_SET_INBAND_FEC_REQUEST, isOn ? 1 : 0)
        try set(OPUS_SET_PACKET_LOSS_PERC_REQUEST, expectedLossPercent)
    }

    /// Switches discontinuous transmission.
    public mutating func setDTX(_ isOn: Bool) throws(OpusFailure) {
        settings.usesDTX = isOn
        try set(OPUS_SET_DTX_REQUEST, isOn ? 1 : 0)
    }

    /// Changes the widest bandwidth in use.
    public mutating func setMaxBandwidth(_ bandwidth: OpusBandwidth) throws(OpusFailure) {
        settings.maxBandwidth = bandwidth
        try set(OPUS_SET_MAX_BANDWIDTH_REQUEST, Int(bandwidth.libraryValue))
    }

    /// The samples for each channel by which the signal comes out later than it went in.
    public mutating func lookahead() -> Int {
        var value: Int32 = 0
        _ = unsafe withState { state in
            unsafe opus_encoder_get_number(state, OPUS_GET_LOOKAHEAD_REQUEST, &value)
        }
        return Int(value)
    }

    private mutating func start(sampleRate: OpusSampleRate) throws(OpusFailure) {
        settings.sampleRate = sampleRate
        let settings = settings
        let application =
            settings.application == .voip ? OPUS_APPLICATION_VOIP : OPUS_APPLICATION_AUDIO
        let code = unsafe withState { state in
            unsafe opus_encoder_init(
                state, settings.sampleRate.rawValue, settings.channels.rawValue, application)
        }
        guard code == OPUS_OK else { throw OpusFailure(code: code) }
        try setComplexity(settings.complexity)
        try setBitrate(settings.bitrateBitsPerSecond)
        try setInbandFEC(
            settings.usesInbandFEC, expectedLossPercent: settings.expectedLossPercent)
        try setDTX(settings.usesDTX)
        try setMaxBandwidth(settings.maxBandwidth)
        try set(OPUS_SET_VBR_REQUEST, settings.isConstantBitrate ? 0 : 1)
        try set(OPUS_SET_SIGNAL_REQUEST, settings.signal.libraryValue)
    }

    private mutating func set(_ request: Int32, _ value: Int) throws(OpusFailure) {
        guard let value = Int32(exactly: value) else { throw .badArgument }
        let code = unsafe withState { state in
            unsafe opus_encoder_set_number(state, request, value)
        }
        guard code == OPUS_OK else { throw OpusFailure(code: code) }
    }

    /// The pointer is valid during `body` only.
    private mutating func withState(_ body: (OpaquePointer) -> Int32) -> Int32 {
        unsafe state.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return OPUS_INVALID_STATE }
            return unsafe body(OpaquePointer(start))
        }
    }
}

extension OpusSignal {
    /// The number that libopus has for it.
    var libraryValue: Int {
        switch self {
        case .automatic: Int(OPUS_AUTO)
        case .voice: Int(OPUS_SIGNAL_VOICE)
        case .music: Int(OPUS_SIGNAL_MUSIC)
        }
    }
}
