import Dispatch
import Glibc
import Synchronization

/// Writes log lines to a file or to standard error without ever making a caller wait.
///
/// Lines wait in a bounded queue that a thread of its own empties. A full queue drops lines and
/// counts them; a failed write (a full disk) is counted, told once on standard error, and told in
/// the log itself once writing works again.
public final class LogQueue: Sendable {
    /// What became of the lines.
    public struct Totals: Hashable, Sendable {
        /// Lines written.
        public var written: UInt64 = 0
        /// Lines dropped because the queue was full.
        public var dropped: UInt64 = 0
        /// Lines lost because writing failed.
        public var writeErrors: UInt64 = 0
    }

    private struct State {
        var lines: [[UInt8]] = []
        var isDraining = false
        var totals = Totals()
        var descriptor: Int32
        var droppedToTell: UInt64 = 0
        var lostToTell: UInt64 = 0
        var hasToldFailure = false
    }

    /// The file's name, `nil` for standard error or a given descriptor.
    public let path: String?
    /// How many lines may wait.
    public let capacityLines: Int
    private let state: Mutex<State>
    private let writer = DispatchQueue(label: "baton.log")

    /// A queue onto the file `path`, which is made when it is not there, or onto standard error.
    ///
    /// - Throws: ``LogFileError`` when the file cannot be opened.
    public init(path: String?, capacityLines: Int = 8_192) throws(LogFileError) {
        self.path = path
        self.capacityLines = max(capacityLines, 1)
        state = Mutex(State(descriptor: try path.map(LogFile.open) ?? STDERR_FILENO))
    }

    /// A queue onto an open descriptor that stays the caller's.
    init(descriptor: Int32, capacityLines: Int) {
        path = nil
        self.capacityLines = capacityLines
        state = Mutex(State(descriptor: descriptor))
    }

    deinit {
        if path != nil { state.withLock { LogFile.close($0.descriptor) } }
    }

    /// What became of the lines so far.
    public var totals: Totals { state.withLock { $0.totals } }

    /// Adds a line; the line break is added here. Never blocks.
    public func enqueue(_ line: String) {
        let starts = state.withLock { state in
            guard state.lines.count < capacityLines else {
                state.totals.dropped &+= 1
                state.droppedToTell &+= 1
                return false
            }
            state.lines.append(Array(line.utf8) + [0x0a])
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if starts { writer.async { self.drain() } }
    }

    /// Opens the file anew under its name, for log rotation. What goes wrong is told on standard
    /// error, and the old file stays in use. Never blocks.
    public func reopen() {
        guard let path else { return }
        writer.async {
            do throws(LogFileError) {
                let fresh = try LogFile.open(path)
                let old = self.state.withLock { state in
                    let old = state.descriptor
                    state.descriptor = fresh
                    return old
                }
                LogFile.close(old)
            } catch {
                LogFile.tell("\(error); the old file stays in use")
            }
        }
    }

    /// Waits until what is queued now has been written, at most `limit`. Whether it has.
    @discardableResult
    public func flush(within limit: Duration) -> Bool {
        let done = DispatchGroup()
        done.enter()
        writer.async { done.leave() }
        let milliseconds =
            Int(clamping: limit.components.seconds) * 1_000
            + Int(limit.components.attoseconds / 1_000_000_000_000_000)
        return done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }

    /// Runs on the writer's thread until the queue is empty.
    private func drain() {
        while let (lines, descriptor) = nextBatch() {
            for line in lines { write(line, to: descriptor) }
        }
    }

    private func nextBatch() -> ([[UInt8]], Int32)? {
        state.withLock { state in
            if state.lines.isEmpty {
                state.isDraining = false
                return nil
            }
            defer { state.lines = [] }
            return (state.lines, state.descriptor)
        }
    }

    private func write(_ line: [UInt8], to descriptor: Int32) {
        if let notice = noticeOfLoss(), LogFile.write(Array(notice.utf8), to: descriptor) == 0 {
            state.withLock { state in
                state.lostToTell = 0
                state.droppedToTell = 0
                state.hasToldFailure = false
            }
        }
        let code = LogFile.write(line, to: descriptor)
        let isNews = state.withLock { state in
            guard code != 0 else {
                state.totals.written &+= 1
                return false
            }
            state.totals.writeErrors &+= 1
            state.lostToTell &+= 1
            defer { state.hasToldFailure = true }
            return !state.hasToldFailure
        }
        if isNews {
            LogFile.tell(
                "cannot write \(path ?? "the log"): \(LogFile.reason(code)); "
                    + "lines are lost until it works again")
        }
    }

    private func noticeOfLoss() -> String? {
        let (dropped, lost) = state.withLock { ($0.droppedToTell, $0.lostToTell) }
        if dropped == 0, lost == 0 { return nil }
        return "log lines missing here: \(dropped) for a full queue, \(lost) for failed writes\n"
    }
}
