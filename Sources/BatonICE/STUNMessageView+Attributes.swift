public import BatonBase

// The values of the attributes that ICE uses.
extension STUNMessageView {
    /// PRIORITY, RFC 8445 §7.1.1.
    public var priority: UInt32? {
        range(of: .priority).map { bytes.uint32(at: $0.lowerBound) }
    }

    /// Whether USE-CANDIDATE is there, RFC 8445 §7.1.2.
    public var hasUseCandidate: Bool { range(of: .useCandidate) != nil }

    /// The tiebreaker of an agent that says it controls, RFC 8445 §7.1.3.
    public var controllingTiebreaker: UInt64? {
        range(of: .iceControlling).map { bytes.uint64(at: $0.lowerBound) }
    }

    /// The tiebreaker of an agent that says it is controlled.
    public var controlledTiebreaker: UInt64? {
        range(of: .iceControlled).map { bytes.uint64(at: $0.lowerBound) }
    }

    /// The code of an error response, 300 … 699, RFC 8489 §14.8; `nil` also for one out of range.
    public var errorCode: Int? {
        guard let range = range(of: .errorCode) else { return nil }
        let hundreds = Int(bytes.uint8(at: range.lowerBound &+ 2) & 7)
        let rest = Int(bytes.uint8(at: range.lowerBound &+ 3))
        guard (3...6).contains(hundreds), rest < 100 else { return nil }
        return hundreds &* 100 &+ rest
    }

    /// Where the request came from as its receiver saw it, RFC 8489 §14.2.
    public var xorMappedAddress: SocketAddress? {
        guard let range = range(of: .xorMappedAddress) else { return nil }
        let start = range.lowerBound
        let port = bytes.uint16(at: start &+ 2) ^ UInt16(Self.magicCookie >> 16)
        if range.count == 8 {
            let address = bytes.uint32(at: start &+ 4) ^ Self.magicCookie
            return SocketAddress(ip: IPAddress(v4: address), port: port)
        }
        let high = bytes.uint64(at: start &+ 4) ^ Self.highMask(transactionID)
        let low = bytes.uint64(at: start &+ 12) ^ transactionID.low
        return SocketAddress(ip: IPAddress(v6High: high, low: low), port: port)
    }

    /// What the first 64 bits of an IPv6 address are masked with.
    static func highMask(_ transactionID: STUNTransactionID) -> UInt64 {
        UInt64(magicCookie) << 32 | UInt64(transactionID.high)
    }

    /// Whether USERNAME is `first`, a colon and `second`.
    public func isUsername(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard let range = range(of: .username),
            range.count == first.count &+ 1 &+ second.count, hasUsernamePrefix(first)
        else { return false }
        let rest = range.lowerBound &+ first.count &+ 1
        for index in second.indices
        where bytes.uint8(at: rest &+ index) != second[index] { return false }
        return true
    }

    /// Whether USERNAME begins with `first` and a colon.
    public func hasUsernamePrefix(_ first: [UInt8]) -> Bool {
        guard let range = range(of: .username), range.count > first.count,
            bytes.uint8(at: range.lowerBound &+ first.count) == UInt8(ascii: ":")
        else { return false }
        for index in first.indices
        where bytes.uint8(at: range.lowerBound &+ index) != first[index] { return false }
        return true
    }
}
