internal import CLinux
internal import Glibc

/// A file descriptor that is closed when it goes out of scope, unless it was taken.
public struct Descriptor: ~Copyable, Sendable {
    /// The descriptor's number, for calls and for epoll.
    public let number: Int32

    /// Owns `number` from now on.
    public init(owning number: Int32) {
        self.number = number
    }

    /// Gives the number away; whoever gets it closes it.
    public consuming func take() -> Int32 {
        let number = self.number
        discard self
        return number
    }

    deinit { closeDescriptor(number) }

    /// Closes a descriptor that was taken.
    public static func close(taken number: Int32) {
        closeDescriptor(number)
    }
}

private func closeDescriptor(_ number: Int32) {
    _ = Glibc.close(number)
}
