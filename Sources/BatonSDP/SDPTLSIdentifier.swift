/// The value of `a=tls-id:`: it changes when a new DTLS association is wanted (RFC 8842 §4).
public struct SDPTLSIdentifier: Hashable, Sendable {
    /// 20 to 255 letters, digits, `+`, `/`, `-` and `_`.
    public let text: String

    /// The identifier `text`; `nil` when it is none.
    public init?(_ text: String) {
        let utf8 = text.utf8
        guard (20...255).contains(utf8.count), utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.text = text
    }

    /// A new identifier of 32 characters, 192 random bits (RFC 8842 §4 wants 120).
    public init(using generator: inout some RandomNumberGenerator) {
        let characters = (0..<32).map { _ in
            Self.alphabet[Int.random(in: 0..<64, using: &generator)]
        }
        text = String(decoding: characters, as: UTF8.self)
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func isAllowed(_ byte: UInt8) -> Bool {
        SDPText.isICECharacter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
