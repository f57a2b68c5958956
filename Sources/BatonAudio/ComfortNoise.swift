/// A comfort noise payload (RFC 3389 §3): how loud the background is and what colour it has.
public struct ComfortNoise: Hashable, Sendable {
    /// The most reflection coefficients that are used; further ones in a payload are left out,
    /// which RFC 3389 §3.1 allows.
    public static let maximumOrder = 10

    /// The noise level below overload: 0 to 127 stand for 0 to -127 dBov.
    public private(set) var level: UInt8
    /// How many of `quantized` count.
    public private(set) var order: Int
    /// The reflection coefficients as the payload has them: 127 is zero.
    private var quantized = InlineArray<10, UInt8>(repeating: 127)

    /// White noise of `levelDBov`, clamped to 0 … -127.
    public init(levelDBov: Int) {
        level = UInt8(-max(-127, min(0, levelDBov)))
        order = 0
    }

    /// What `payload` says; nil when it is empty. Its first bit must be 0 and is not looked at.
    public init?(payload: borrowing Span<UInt8>) {
        guard !payload.isEmpty else { return nil }
        level = payload[0] & 0x7f
        order = min(payload.count - 1, Self.maximumOrder)
        for index in 0..<order { quantized[index] = payload[1 + index] }
    }

    /// How many octets `write` writes.
    public var payloadCount: Int { 1 + order }

    /// Writes the payload to the front of `output`, which has room for `payloadCount` octets.
    public func write(into output: inout MutableSpan<UInt8>) {
        precondition(output.count >= payloadCount, "room for the payload")
        output[0] = level
        for index in 0..<order { output[1 + index] = quantized[index] }
    }

    /// Reflection coefficient `index` (0 … `order` - 1), between -1 and 1 (RFC 3389 §3.2).
    public func reflection(_ index: Int) -> Double {
        // 255 is not defined; 254 is what it would be nearest to.
        258 * (Double(min(quantized[index], 254)) - 127) / 32_768
    }

    /// Appends a reflection coefficient, quantized as RFC 3389 §3.2 says.
    mutating func append(reflection: Double) {
        guard order < Self.maximumOrder else { return }
        let number = (127 + 32_768 / 258 * reflection).rounded()
        quantized[order] = UInt8(min(max(number, 0), 254))
        order += 1
    }

    /// Whether two payloads say the same.
    public static func == (lhs: ComfortNoise, rhs: ComfortNoise) -> Bool {
        guard lhs.level == rhs.level, lhs.order == rhs.order else { return false }
        for index in 0..<lhs.order where lhs.quantized[index] != rhs.quantized[index] {
            return false
        }
        return true
    }

    /// Feeds what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(level)
        for index in 0..<order { hasher.combine(quantized[index]) }
    }
}
