/// What libopus refused, with its own number (negative, `opus_defines.h`).
public struct OpusFailure: Error, Hashable, Sendable {
    /// The number that libopus gave.
    public var code: Int32

    /// The failure `code`.
    public init(code: Int32) {
        self.code = code
    }

    /// An argument is out of range, such as a frame of a length that Opus does not have.
    public static let badArgument = OpusFailure(code: -1)
    /// The place for the result is too small.
    public static let bufferTooSmall = OpusFailure(code: -2)
    /// The packet is not one of Opus.
    public static let invalidPacket = OpusFailure(code: -4)
}
