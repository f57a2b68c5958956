import BatonConfig
import BatonTelemetry
import Logging

/// The daemon's log: one queue, one level that a reload can change.
struct LogSetup: Sendable {
    /// Where lines go; `reopen()` it on SIGHUP.
    let queue: LogQueue
    /// The level of all loggers.
    let level: LogLevelBox

    /// Opens the log and makes it the one of every `Logger`. Call once.
    ///
    /// - Throws: `LogFileError` when the file cannot be opened.
    static func bootstrap(_ config: Config.Log) throws -> LogSetup {
        let queue = try LogQueue(path: config.file, capacityLines: config.queueLines)
        let level = LogLevelBox(Self.level(config.level))
        let format = config.format == .json ? LogFormat.json : .text
        LoggingSystem.bootstrap { _ in
            BatonLogHandler(queue: queue, format: format, level: level)
        }
        return LogSetup(queue: queue, level: level)
    }

    /// Takes over what a reload may change.
    func apply(_ config: Config.Log) {
        level.level = Self.level(config.level)
    }

    private static func level(_ level: Config.Log.Level) -> Logger.Level {
        Logger.Level(rawValue: level.rawValue) ?? .info
    }
}
