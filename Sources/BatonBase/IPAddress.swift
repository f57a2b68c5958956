/// An IPv4 or IPv6 address as a plain value.
///
/// IPv4 addresses live in the low 32 bits of ``low``. An IPv4-mapped IPv6 address stays IPv6;
/// ``unmapped`` gives its IPv4 form.
public struct IPAddress: Hashable, BitwiseCopyable, Sendable {
    /// The address family, named as the ng protocol and RFC 8866 name it.
    public enum Family: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
        /// IPv4, `IP4` in SDP.
        case v4 = 4
        /// IPv6, `IP6` in SDP.
        case v6 = 6
    }

    /// The address family.
    public let family: Family
    /// The interface index of a link-local IPv6 address, 0 where it has none.
    public let scope: UInt32
    /// The first 64 bits of an IPv6 address in host order; 0 for IPv4.
    public let high: UInt64
    /// The last 64 bits of an IPv6 address, or the 32 bits of an IPv4 address, in host order.
    public let low: UInt64

    /// The IPv4 address with these 32 bits in host order.
    @inlinable public init(v4 bits: UInt32) {
        family = .v4
        scope = 0
        high = 0
        low = UInt64(bits)
    }

    /// The IPv6 address with these bits in host order.
    @inlinable public init(v6High high: UInt64, low: UInt64, scope: UInt32 = 0) {
        family = .v6
        self.scope = scope
        self.high = high
        self.low = low
    }

    /// Whether family, scope and bits are equal. Written out to be inlined on the packet path.
    @inlinable public static func == (lhs: IPAddress, rhs: IPAddress) -> Bool {
        lhs.low == rhs.low && lhs.high == rhs.high && lhs.scope == rhs.scope
            && lhs.family == rhs.family
    }

    /// 0.0.0.0 or ::, "no address".
    @inlinable public var isUnspecified: Bool { high == 0 && low == 0 }

    /// 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        switch family {
        case .v4: low >> 24 == 127
        case .v6: high == 0 && low == 1
        }
    }

    /// 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool {
        switch family {
        case .v4: low >> 28 == 14
        case .v6: high >> 56 == 0xff
        }
    }

    /// fe80::/10.
    public var isLinkLocalV6: Bool { family == .v6 && high >> 54 == 0x3fa }

    /// The IPv4 address inside an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), otherwise itself.
    @inlinable public var unmapped: IPAddress {
        guard family == .v6, high == 0, low >> 32 == 0xffff else { return self }
        return IPAddress(v4: UInt32(truncatingIfNeeded: low))
    }

    /// Whether the first `bits` bits of both addresses are equal and the families match.
    public func hasSamePrefix(as other: IPAddress, bits: Int) -> Bool {
        guard family == other.family else { return false }
        if family == .v4 { return Self.equal(low << 32, other.low << 32, bits: min(bits, 32)) }
        return Self.equal(high, other.high, bits: min(bits, 64))
            && Self.equal(low, other.low, bits: min(max(bits - 64, 0), 64))
    }

    private static func equal(_ one: UInt64, _ other: UInt64, bits: Int) -> Bool {
        bits <= 0 || (one ^ other) >> UInt64(64 - bits) == 0
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the canonical IPv6 text of RFC 5952 (no brackets).
    public var description: String {
        switch family {
        case .v4:
            dottedDecimal
        case .v6:
            Self.canonicalText(groups) + (scope == 0 ? "" : "%\(scope)")
        }
    }

    /// Each offer and answer writes some addresses, so this one goes without an array: 15 bytes fit
    /// into the string itself.
    private var dottedDecimal: String {
        unsafe String(unsafeUninitializedCapacity: 15) { text in
            var count = 0
            func append(_ byte: UInt8) {
                unsafe text[count] = byte
                count += 1
            }
            for shift in stride(from: 24, through: 0, by: -8) {
                let byte = UInt8(truncatingIfNeeded: low >> UInt64(shift))
                if byte >= 100 { append(UInt8(ascii: "0") + byte / 100) }
                if byte >= 10 { append(UInt8(ascii: "0") + byte / 10 % 10) }
                append(UInt8(ascii: "0") + byte % 10)
                if shift > 0 { append(UInt8(ascii: ".")) }
            }
            return count
        }
    }

    private var groups: [UInt64] {
        (0..<8).map { index in
            (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)) & 0xffff
        }
    }

    /// RFC 5952 §4: lower case, no leading zeros, the first longest run of two or more zero
    /// groups shortened to `::`.
    private static func canonicalText(_ groups: [UInt64]) -> String {
        var best = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        let text = { (part: ArraySlice<UInt64>) in
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if best.isEmpty { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}
