/// What has arrived of one stream: tells new packets from copies and from those out of order.
public struct StreamReception: Sendable {
    /// How an arrival relates to those before it.
    public enum Arrival: Hashable, Sendable {
        /// Its number is higher than any before.
        case inOrder
        /// It is new, but one sent later has come before it (RFC 4737 §3.3).
        case reordered
        /// It has come before.
        case duplicate
    }

    private static let windowBits: UInt32 = 64
    private var highest: UInt32 = 0
    /// Bit n is set when the packet `highest` − n has come.
    private var window: UInt64 = 0

    /// A stream of which nothing has come.
    public init() {}

    /// Notes the packet `sequence`. One that is more than 63 behind counts as reordered, as it
    /// cannot be told from a copy.
    public mutating func receive(_ sequence: UInt32) -> Arrival {
        if window == 0 || sequence > highest {
            let distance = window == 0 ? Self.windowBits : sequence - highest
            window = distance < Self.windowBits ? window << UInt64(distance) | 1 : 1
            highest = sequence
            return .inOrder
        }
        let age = highest - sequence
        guard age < Self.windowBits else { return .reordered }
        let bit: UInt64 = 1 << UInt64(age)
        if window & bit != 0 { return .duplicate }
        window |= bit
        return .reordered
    }
}
