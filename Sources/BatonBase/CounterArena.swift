public import Synchronization

/// Rows of 64-bit counters with one writer and any number of readers.
///
/// A media worker owns one arena and a row for each of its ports. The worker is the only writer: it
/// loads, adds and stores with relaxed ordering, which costs no locked instruction. Readers on
/// other threads may see a row between two stores of one packet; each single counter is whole. A
/// row begins on a cache line: columns that are written together belong into the same eight.
@safe
public final class CounterArena: @unchecked Sendable {
    // `@unchecked`: the pointer is set once, freed in deinit, and only reached through atomics.
    @usableFromInline let cells: UnsafeMutablePointer<Atomic<UInt64>>
    /// The number of rows.
    public let rows: Int
    /// The number of counters in a row.
    public let columns: Int
    /// From one row's first counter to the next row's: whole cache lines.
    @usableFromInline let stride: Int

    /// An arena whose rows hold nothing in particular until ``clear(row:)`` makes them zero.
    ///
    /// Memory is touched only row by row, so a large arena costs nothing until it is used.
    public init(rows: Int, columns: Int) {
        precondition(rows > 0 && columns > 0, "an arena has at least one counter")
        self.rows = rows
        self.columns = columns
        let perLine = CacheLine.bytes / MemoryLayout<Atomic<UInt64>>.stride
        stride = (columns + perLine - 1) / perLine * perLine
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: rows * stride * MemoryLayout<Atomic<UInt64>>.stride,
            alignment: CacheLine.bytes)
        unsafe cells = memory.bindMemory(to: Atomic<UInt64>.self, capacity: rows * stride)
    }

    deinit { unsafe cells.deallocate() }

    /// The counter's value.
    @inlinable public func load(row: Int, column: Int) -> UInt64 {
        unsafe cells[index(row, column)].load(ordering: .relaxed)
    }

    /// Adds `amount`, wrapping. Only the owning worker may call it.
    @inlinable @inline(__always)
    public func add(_ amount: UInt64, row: Int, column: Int) {
        let cell = index(row, column)
        let sum = unsafe cells[cell].load(ordering: .relaxed) &+ amount
        unsafe cells[cell].store(sum, ordering: .relaxed)
    }

    /// Sets the counter. Only the owning worker may call it.
    @inlinable @inline(__always)
    public func store(_ value: UInt64, row: Int, column: Int) {
        unsafe cells[index(row, column)].store(value, ordering: .relaxed)
    }

    /// Has the counter, and those on its cache line, fetched while something else is done.
    @inlinable @inline(__always)
    public func prefetch(row: Int, column: Int) {
        unsafe CacheLine.prefetch(UnsafeRawPointer(cells + index(row, column)), byteCount: 1)
    }

    /// Sets a row's counters to 0, before the row is handed to its next owner.
    public func clear(row: Int) {
        for column in 0..<columns { store(0, row: row, column: column) }
    }

    @inlinable @inline(__always)
    func index(_ row: Int, _ column: Int) -> Int {
        precondition(row >= 0 && row < rows && column >= 0 && column < columns)
        return row &* stride &+ column
    }
}
