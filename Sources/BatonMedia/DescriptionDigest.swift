import BatonBase
import BatonSDP

/// A 64-bit digest by which repeated and unchanged descriptions are told from new ones.
///
/// It guards nothing: who finds two descriptions with one digest gains a version number that does
/// not grow.
enum DescriptionDigest {
    /// The digest of `sdp`, its `o=` line left out unless `includesOrigin`.
    static func of(_ sdp: SessionDescription, includesOrigin: Bool) -> UInt64 {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        for line in sdp.lines where includesOrigin || line.type != .origin {
            add(line.bytes, to: &state)
        }
        for index in sdp.media.indices {
            add(sdp.media[index].line.bytes, to: &state)
            for line in sdp.media[index].lines { add(line.bytes, to: &state) }
        }
        return state
    }

    private static func add(_ bytes: ArraySlice<UInt8>, to state: inout UInt64) {
        let span = bytes.span.bytes
        var mixed = state ^ UInt64(span.byteCount)
        var offset = 0
        while span.byteCount &- offset >= 8 {
            mixed = mix(mixed ^ span.uint64(at: offset))
            offset &+= 8
        }
        var rest: UInt64 = 0
        for index in offset..<span.byteCount { rest = rest << 8 | UInt64(span.uint8(at: index)) }
        state = mix(mixed ^ rest)
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word &* 0x9e37_79b9_7f4a_7c15
        return product ^ product >> 29
    }
}
