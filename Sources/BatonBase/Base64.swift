/// Base 64 text (RFC 4648 §4).
public enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let pad = UInt8(ascii: "=")

    /// Four characters for each three bytes; the last group is filled up with `=` when `padding`
    /// is set, otherwise it ends early (RFC 4648 §3.2).
    public static func encode(_ bytes: some Collection<UInt8>, padding: Bool = true) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var bits = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(group >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(group << UInt32(6 - bits) & 63)]) }
        while padding, !text.count.isMultiple(of: 4) { text.append(pad) }
        return text
    }

    /// The bytes that `text` writes; `nil` for a sign outside the alphabet and for a length that
    /// no bytes have.
    ///
    /// Up to two `=` at the end may be there or not, needed or not, and bits behind the last whole
    /// byte do not count: keys come from phones that differ in both.
    public static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var bits = 0
        var pads = 0
        for character in text {
            if character == pad {
                pads += 1
                guard pads <= 2 else { return nil }
                continue
            }
            guard pads == 0, let value = value(of: character) else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        return bits < 6 ? bytes : nil
    }

    /// The value 0…63 of a character of the alphabet, `nil` for any other byte.
    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte &- UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- UInt8(ascii: "a") &+ 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0") &+ 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
