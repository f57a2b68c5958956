import BatonBase

// Numbers in files. WAV, Ogg and pcap write little-endian numbers, IP headers big-endian ones; a
// pcap file may be either. Loads are bounds-checked: readers test the length first.

/// The order of a number's bytes in a file.
enum ByteOrder: Hashable, Sendable {
    case big, little
}

extension RawSpan {
    func uint16(at offset: Int, _ order: ByteOrder) -> UInt16 {
        order == .big ? uint16(at: offset) : uint16(at: offset).byteSwapped
    }

    func uint32(at offset: Int, _ order: ByteOrder) -> UInt32 {
        order == .big ? uint32(at: offset) : uint32(at: offset).byteSwapped
    }

    func uint64(at offset: Int, _ order: ByteOrder) -> UInt64 {
        order == .big ? uint64(at: offset) : uint64(at: offset).byteSwapped
    }

    /// Whether the bytes at `offset` are those of `text`; `false` past the end.
    func has(_ text: String, at offset: Int) -> Bool {
        guard offset >= 0, byteCount - offset >= text.utf8.count else { return false }
        var position = offset
        for byte in text.utf8 {
            guard uint8(at: position) == byte else { return false }
            position += 1
        }
        return true
    }
}

extension [UInt8] {
    mutating func append(_ value: UInt16, _ order: ByteOrder) {
        append(UInt8(truncatingIfNeeded: order == .big ? value >> 8 : value))
        append(UInt8(truncatingIfNeeded: order == .big ? value : value >> 8))
    }

    mutating func append(_ value: UInt32, _ order: ByteOrder) {
        let high = UInt16(truncatingIfNeeded: value >> 16)
        let low = UInt16(truncatingIfNeeded: value)
        append(order == .big ? high : low, order)
        append(order == .big ? low : high, order)
    }

    mutating func append(_ value: UInt64, _ order: ByteOrder) {
        let high = UInt32(truncatingIfNeeded: value >> 32)
        let low = UInt32(truncatingIfNeeded: value)
        append(order == .big ? high : low, order)
        append(order == .big ? low : high, order)
    }

    mutating func appendZeros(_ count: Int) {
        append(contentsOf: repeatElement(0, count: count))
    }

    /// Appends the bytes of `span`, without an array in between.
    mutating func append(_ span: RawSpan) {
        let start = count
        appendZeros(span.byteCount)
        var elements = mutableSpan
        var bytes = elements.mutableBytes
        var offset = 0
        while span.byteCount - offset >= 8 {
            bytes.store(span.uint64(at: offset), at: start + offset)
            offset += 8
        }
        while offset < span.byteCount {
            bytes.store(span.uint8(at: offset), at: start + offset)
            offset += 1
        }
    }
}
