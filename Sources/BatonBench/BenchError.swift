/// Why a bench could not be run.
public enum BenchError: Error, Hashable, Sendable {
    /// An option asks for something that cannot be.
    case usage(String)
    /// Nothing answers at the target.
    case unreachable(String)
    /// The target answers and refuses.
    case refused(String)
    /// This machine would not give what the generator needs.
    case system(String)

    /// The exit code of a command that ends with this error: 1 refused or failed, 2 usage, 3
    /// unreachable.
    public var exitCode: Int32 {
        switch self {
        case .usage: 2
        case .unreachable: 3
        case .refused, .system: 1
        }
    }
}

extension BenchError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .usage(let text), .unreachable(let text), .refused(let text), .system(let text): text
        }
    }
}
