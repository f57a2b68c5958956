/// The roles of `a=setup:` (RFC 4145 §4).
public enum SDPSetup: String, Hashable, Sendable, CaseIterable {
    /// It opens the connection.
    case active
    /// It waits for the connection.
    case passive
    /// It does either; the answerer chooses.
    case actpass
    /// No connection for now.
    case holdconn
}
