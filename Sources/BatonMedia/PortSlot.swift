/// Names one port of a media worker: a row of its tables and of its counter arena.
///
/// Signalling takes the number from the worker's `SlotAllocator` before it sends the first command
/// about the port, and gives it back when the worker has reported the port closed.
public struct PortSlot: Hashable, Sendable {
    /// The row, 0 ..< the worker's port limit.
    public var index: Int32

    /// The port in row `index`.
    @inlinable public init(_ index: Int32) {
        self.index = index
    }
}
