/// The 96 random bits that pair a STUN response with its request, RFC 8489 §5.
public struct STUNTransactionID: Hashable, Sendable {
    /// The first 32 bits.
    public var high: UInt32
    /// The last 64 bits.
    public var low: UInt64

    /// The identifier with these bits.
    public init(high: UInt32, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A random identifier.
    public init(using generator: inout some RandomNumberGenerator) {
        high = .random(in: 0 ... .max, using: &generator)
        low = .random(in: 0 ... .max, using: &generator)
    }
}
