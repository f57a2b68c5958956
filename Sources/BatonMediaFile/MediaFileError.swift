/// Why a media file cannot be read.
public enum MediaFileError: Error, Hashable, Sendable {
    /// Neither a WAV nor an Ogg file.
    case unknownFormat
    /// It ends in the middle of something.
    case truncated
    /// A format that is known and not served, named for people.
    case unsupported(String)
    /// Two parts of it contradict each other, or a number in it cannot be.
    case malformed(String)
}
