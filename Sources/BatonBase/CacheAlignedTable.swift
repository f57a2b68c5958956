internal import CLinux

/// A table of plain values, each of which begins on a cache line of its own.
///
/// For state that is visited in no order, an entry for each packet: what an entry keeps together in
/// its first 64 bytes is fetched at once. The room is fixed; memory is touched only as entries are
/// appended, so a large table costs nothing until it is used.
@safe
public struct CacheAlignedTable<Element: BitwiseCopyable>: ~Copyable {
    /// How many entries there is room for.
    public let capacity: Int
    /// The number of entries.
    public private(set) var count = 0

    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let strideBytes: Int

    /// An empty table with room for `capacity` entries.
    public init(capacity: Int) {
        precondition(capacity >= 0, "a table's capacity is not negative")
        self.capacity = capacity
        let line = CacheLine.bytes
        strideBytes = (MemoryLayout<Element>.stride + line - 1) / line * line
        unsafe base = .allocate(byteCount: max(capacity, 1) * strideBytes, alignment: line)
    }

    deinit { unsafe base.deallocate() }

    /// Adds an entry behind the last one. There must be room for it.
    public mutating func append(_ element: Element) {
        precondition(count < capacity, "the table is full")
        unsafe (base + count &* strideBytes).initializeMemory(as: Element.self, to: element)
        count += 1
    }

    /// The entry at `index`, 0 ..< ``count``.
    @inlinable public subscript(index: Int) -> Element {
        unsafeAddress { unsafe UnsafePointer(address(of: index)) }
        unsafeMutableAddress { unsafe address(of: index) }
    }

    /// Has the entry at `index` fetched while something else is done; no entry, no effect.
    @inlinable @inline(__always)
    public func prefetch(_ index: Int) {
        guard index >= 0, index < count else { return }
        unsafe CacheLine.prefetch(base + index &* strideBytes, byteCount: strideBytes)
    }

    @inlinable @inline(__always)
    func address(of index: Int) -> UnsafeMutablePointer<Element> {
        precondition(index >= 0 && index < count, "no such entry")
        return unsafe (base + index &* strideBytes).assumingMemoryBound(to: Element.self)
    }
}

/// The unit in which memory is fetched.
public enum CacheLine {
    /// Its length in bytes, on every processor that baton is made for.
    @inlinable public static var bytes: Int { 64 }

    /// Asks for the lines from `start` on, without waiting for them.
    @usableFromInline
    static func prefetch(_ start: UnsafeRawPointer, byteCount: Int) {
        var offset = 0
        while offset < byteCount {
            unsafe clinux_prefetch(start + offset)
            offset &+= bytes
        }
    }
}
