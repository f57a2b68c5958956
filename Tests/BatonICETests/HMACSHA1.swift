import BatonBase
import BatonICE

/// HMAC-SHA1 (RFC 2104, FIPS 180-4) written for brevity: the tests of BatonICE need no library.
struct HMACSHA1: STUNAuthenticator {
    func code(
        key: borrowing RawSpan, head: borrowing RawSpan, body: borrowing RawSpan
    ) -> InlineArray<20, UInt8> {
        var block = key.copiedBytes()
        if block.count > 64 { block = Self.digest(block) }
        block += [UInt8](repeating: 0, count: 64 - block.count)
        let inner = Self.digest(block.map { $0 ^ 0x36 } + head.copiedBytes() + body.copiedBytes())
        let outer = Self.digest(block.map { $0 ^ 0x5c } + inner)
        var code = InlineArray<20, UInt8>(repeating: 0)
        for index in 0..<20 { code[index] = outer[index] }
        return code
    }

    static func digest(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
        let bits = UInt64(message.count) * 8
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        padded += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }
        for start in stride(from: 0, to: padded.count, by: 64) {
            add(Array(padded[start..<start + 64]), to: &state)
        }
        return state.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) }
        }
    }

    private static func add(_ block: [UInt8], to state: inout [UInt32]) {
        var words = (0..<16).map { index in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[index * 4 + $1]) }
        }
        for index in 16..<80 {
            let word = words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16]
            words.append(rotate(word, 1))
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for index in 0..<80 {
            let (mix, constant): (UInt32, UInt32) =
                switch index / 20 {
                case 0: (b & c | ~b & d, 0x5a82_7999)
                case 1: (b ^ c ^ d, 0x6ed9_eba1)
                case 2: (b & c | b & d | c & d, 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let next = rotate(a, 5) &+ mix &+ e &+ constant &+ words[index]
            (a, b, c, d, e) = (next, a, rotate(b, 30), c, d)
        }
        for (index, value) in [a, b, c, d, e].enumerated() { state[index] &+= value }
    }

    private static func rotate(_ word: UInt32, _ bits: UInt32) -> UInt32 {
        word << bits | word >> (32 - bits)
    }
}
