// Big-endian loads and stores. Each is bounds-checked: an offset outside the span traps, so callers
// test the length first, once, where they parse.

extension RawSpan {
    /// The byte at `offset`.
    @inlinable public func uint8(at offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The 16-bit big-endian number at `offset`.
    @inlinable public func uint16(at offset: Int) -> UInt16 {
        unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The 32-bit big-endian number at `offset`.
    @inlinable public func uint32(at offset: Int) -> UInt32 {
        unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The 64-bit big-endian number at `offset`.
    @inlinable public func uint64(at offset: Int) -> UInt64 {
        unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// A copy of the bytes, for tests and the control side.
    public func copiedBytes() -> [UInt8] {
        unsafe withUnsafeBytes { unsafe [UInt8]($0) }
    }
}

extension MutableRawSpan {
    /// The bytes in `range`, to be changed in place. The standard library's own name for it is not
    /// settled yet.
    @_lifetime(&self)
    public mutating func part(_ range: Range<Int>) -> MutableRawSpan {
        _mutatingExtracting(range)
    }

    /// Stores one byte at `offset`.
    @inlinable public mutating func store(_ value: UInt8, at offset: Int) {
        storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }

    /// Stores a 16-bit number in big-endian order at `offset`.
    @inlinable public mutating func store(_ value: UInt16, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// Stores a 32-bit number in big-endian order at `offset`.
    @inlinable public mutating func store(_ value: UInt32, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Stores a 64-bit number in big-endian order at `offset`.
    @inlinable public mutating func store(_ value: UInt64, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt64.self)
    }
}
