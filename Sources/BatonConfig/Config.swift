import BatonBase

/// Everything that `baton serve` can be told, as one value: decoded once, checked once, then passed
/// down in small pieces.
///
/// The value comes from ``defaults``, then the YAML file, then the command line, each over the one
/// before. Every member is described by one row of ``Setting/all``.
public struct Config: Hashable, Sendable {
    /// Where media flows: at least one entry; the first one's name is the default interface.
    public var interfaces = [
        Interface(name: "default", place: .address(IPAddress(v4: 0x7f00_0001)))
    ]
    /// The ng control protocol.
    public var ng = NG()
    /// The HTTP API.
    public var api = API()
    /// Ports and media workers.
    public var media = Media()
    /// Recordings of calls.
    public var recording = Recording()
    /// What makes baton refuse new work.
    public var limits = Limits()
    /// When calls end by themselves, and how long baton waits.
    public var timeouts = Timeouts()
    /// The log.
    public var log = Log()
    /// Who is told about calls that ended by themselves.
    public var notice = Notice()
    /// The name in `s=` lines and tool names that baton itself makes (N30). No line breaks.
    public var software = "baton-\(Config.version)"

    /// baton's version, as `baton --version` prints it.
    public static let version = "0.1.0"

    /// The configuration that serves when nothing is said: loopback only.
    public static let defaults = Config()

    /// The embedded defaults.
    public init() {}
}
