/// What libopus refused, with its own number (negative, `opus_defines.h`).
public struct OpusFailure: Error, Hashable, Sendable {
    /// The number that libopus gave.
    public var code: Int32

    /// The failure `code`.
    public init(code: Int32) {
        self.code = code
    }
}
