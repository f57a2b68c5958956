import BatonBase

extension ValueForm where Value == SocketAddress {
    /// `ADDRESS:PORT`.
    static func address(example: String) -> Self {
        Self(
            expected: "ADDRESS:PORT with a numeric address (IPv6 in brackets)", example: example,
            parse: { text in SocketAddress(text).flatMap { $0.port > 0 ? $0 : nil } },
            text: { $0.description })
    }
}

extension ValueForm where Value == Config.Listener {
    /// `[udp:|tcp:]ADDRESS:PORT`.
    static let listener = Self(
        expected: "[udp:|tcp:]ADDRESS:PORT with a numeric address (IPv6 in brackets)",
        example: "127.0.0.1:2223",
        parse: { text in
            let isUDP = text.hasPrefix("udp:")
            let isTCP = text.hasPrefix("tcp:")
            let rest = isUDP || isTCP ? text.dropFirst(4) : text[...]
            guard let address = SocketAddress(rest), address.port > 0 else { return nil }
            return Config.Listener(address: address, usesUDP: !isTCP, usesTCP: !isUDP)
        },
        text: { listener in
            let isBoth = listener.usesUDP && listener.usesTCP
            return (isBoth ? "" : listener.usesUDP ? "udp:" : "tcp:") + "\(listener.address)"
        })
}

extension ValueForm where Value == IPNetwork {
    /// An address or CIDR notation.
    static let network = Self(
        expected: "an address or network such as 10.0.0.0/8", example: "10.0.0.0/8",
        parse: { IPNetwork($0) }, text: { $0.description })
}

extension ValueForm where Value == ClosedRange<UInt16> {
    /// `MIN-MAX`, at least one even/odd pair.
    static let ports = Self(
        expected: "MIN-MAX, ports from 1024 to 65535 with at least one even port and the odd one "
            + "above it",
        example: "30000-40000",
        parse: { text in
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let low = UInt16(parts[0]), let high = UInt16(parts[1]),
                low >= 1_024, low < high, high - low >= 1 + (low & 1)
            else { return nil }
            return low...high
        },
        text: { "\($0.lowerBound)-\($0.upperBound)" })
}

extension ValueForm where Value == String {
    /// An `http://` address.
    static let httpURL = Self(
        expected: "an address that begins with http://", example: "http://127.0.0.1:8080/calls",
        parse: { text in
            let isFine = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            return isFine && text.hasPrefix("http://") && text.utf8.count > 7
                && text.utf8.count <= 2_048 ? text : nil
        },
        text: { $0 })
}
