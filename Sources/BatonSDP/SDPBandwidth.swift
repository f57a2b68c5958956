/// The value of a `b=` line, `<bwtype>:<bandwidth>` (RFC 8866 §5.8).
public struct SDPBandwidth: Hashable, Sendable {
    /// What is limited: `AS`, `CT`, `TIAS`, `RS`, `RR` or another word.
    public var kind: String
    /// The bandwidth, in kilobits a second for `AS` and `CT`, in bits a second for the others.
    public var value: UInt64

    /// The bandwidth `value` of this kind.
    public init(kind: String, value: UInt64) {
        self.kind = kind
        self.value = value
    }

    /// The parts of the value of a `b=` line; `nil` without a colon or a number.
    public init?(_ bytes: ArraySlice<UInt8>) {
        guard let colon = bytes.firstIndex(of: SDPText.colon),
            let value = SDPText.number(bytes[(colon &+ 1)...], as: UInt64.self)
        else { return nil }
        self.init(kind: SDPText.string(bytes[..<colon]), value: value)
    }

    /// The `b=` line.
    public var line: SDPLine { SDPLine(.bandwidth, "\(kind):\(value)") }
}
