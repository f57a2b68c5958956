public import Logging
import Synchronization

/// What a log line looks like.
public enum LogFormat: Hashable, Sendable {
    /// For people: `2026-01-31T12:00:00.000Z info message key=value`.
    case text
    /// For machines: one JSON object a line.
    case json
}

/// The level that all loggers of the daemon share, so that a reload can change it.
public final class LogLevelBox: Sendable {
    private let box: Mutex<Logger.Level>

    /// A shared level that begins as `level`.
    public init(_ level: Logger.Level) {
        box = Mutex(level)
    }

    /// The least severe level that is written.
    public var level: Logger.Level {
        get { box.withLock { $0 } }
        set { box.withLock { $0 = newValue } }
    }
}

/// Makes one line of each log message and hands it to a ``LogQueue``.
public struct BatonLogHandler: LogHandler {
    /// Metadata of every message of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Where more metadata comes from.
    public var metadataProvider: Logger.MetadataProvider?
    private let queue: LogQueue
    private let format: LogFormat
    private let shared: LogLevelBox
    private let now: @Sendable () -> WallTime
    private var own: Logger.Level?

    /// A handler that writes to `queue`.
    ///
    /// - Parameters:
    ///   - queue: Where lines go.
    ///   - format: What they look like.
    ///   - level: The shared level; setting the logger's own overrides it.
    ///   - now: The time for the lines.
    public init(
        queue: LogQueue, format: LogFormat, level: LogLevelBox,
        now: @escaping @Sendable () -> WallTime = { WallTime.now() }
    ) {
        self.queue = queue
        self.format = format
        self.now = now
        shared = level
    }

    /// The shared level, or this logger's own once it is set.
    public var logLevel: Logger.Level {
        get { own ?? shared.level }
        set { own = newValue }
    }

    /// One metadata value of every message.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Queues the message as one line.
    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let more = event.metadata { all.merge(more) { $1 } }
        if let error = event.error { all["error"] = "\(error)" }
        let pairs = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        queue.enqueue(
            LogLine.text(
                format, time: now(), level: event.level.rawValue, message: "\(event.message)",
                pairs: pairs))
    }
}
