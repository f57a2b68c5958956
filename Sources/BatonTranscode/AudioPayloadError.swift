/// A payload is not what its codec allows.
public enum AudioPayloadError: Error, Hashable, Sendable {
    /// Its length or contents are against the codec's rules.
    case malformed
    /// It is longer than what is taken at once.
    case tooLong
}
