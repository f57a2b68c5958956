internal import Synchronization

/// One line about a bench that is under way.
public struct BenchProgress: Sendable, CustomStringConvertible {
    /// The line.
    public var description: String

    /// A progress line.
    public init(_ description: String) {
        self.description = description
    }
}

/// A request to end a bench early, which then reports what it has; may be made from any thread.
public final class BenchStop: Sendable {
    private let flag = Atomic<Bool>(false)

    /// A stop that nobody has asked for.
    public init() {}

    /// Asks for the end.
    public func request() { flag.store(true, ordering: .relaxed) }

    /// Whether the end was asked for.
    public var isRequested: Bool { flag.load(ordering: .relaxed) }
}
