import BatonConfig
import BatonIO
import BatonTelemetry
import Foundation
import Logging

/// Starts the daemon and returns when it has ended in order: the one place where the server, its
/// signals, the log and the HTTP API are put together.
///
/// - Throws: ``CommandError`` with one sentence when it cannot start.
func runServer(_ start: ServeStart) async throws {
    signal(SIGPIPE, SIG_IGN)
    let log: LogSetup
    do {
        log = try LogSetup.bootstrap(start.config.log)
    } catch {
        throw CommandError.refused("\(error)")
    }
    defer { log.queue.flush(within: .seconds(2)) }
    let logger = Logger(label: "baton")
    for warning in start.warnings { logger.warning("\(warning)") }
    let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
    try await Daemon(start: start, log: log, logger: logger, manager: manager).run()
}
