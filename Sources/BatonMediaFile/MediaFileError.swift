/// Why a media file cannot be read.
public enum MediaFileError: Error, Hashable, Sendable {
    /// Not a file of the kind that the reader knows.
    case unknownFormat
    /// It ends in the middle of something.
    case truncated
    /// A format that is known and not served, named for people.
    case unsupported(String)
    /// Two parts of it contradict each other, or a number in it cannot be.
    case malformed(String)
    /// It has more of something than the reader's limits allow, named for people.
    case limitExceeded(String)
}

extension MediaFileError: CustomStringConvertible {
    /// One sentence for a person.
    public var description: String {
        switch self {
        case .unknownFormat: "the format of the file is not known"
        case .truncated: "the file ends too early"
        case .unsupported(let what): "\(what) is not supported"
        case .malformed(let what): "the file is malformed: \(what)"
        case .limitExceeded(let what): "the file is over a limit: \(what)"
        }
    }
}
