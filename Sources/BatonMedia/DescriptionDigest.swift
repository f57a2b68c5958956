import BatonSDP

/// A 64-bit digest (FNV-1a) by which repeated and unchanged descriptions are told from new ones.
///
/// It guards nothing: who finds two descriptions with one digest gains a version number that does
/// not grow.
enum DescriptionDigest {
    /// The digest of `sdp`, its `o=` line left out unless `includesOrigin`.
    static func of(_ sdp: SessionDescription, includesOrigin: Bool) -> UInt64 {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for line in sdp.lines where includesOrigin || line.type != .origin {
            add(line.bytes, to: &state)
        }
        for section in sdp.media {
            add(section.line.bytes, to: &state)
            for line in section.lines { add(line.bytes, to: &state) }
        }
        return state
    }

    private static func add(_ bytes: ArraySlice<UInt8>, to state: inout UInt64) {
        var mixed = state
        let span = bytes.span
        for index in span.indices { mixed = (mixed ^ UInt64(span[index])) &* 0x100_0000_01b3 }
        state = (mixed ^ 0x0a) &* 0x100_0000_01b3
    }
}
