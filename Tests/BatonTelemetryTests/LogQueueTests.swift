import Foundation
import Testing

@testable import BatonTelemetry

@Suite("Log queue (N29; a full disk under the log)")
struct LogQueueTests {
    private func temporaryFile() -> String {
        FileManager.default.temporaryDirectory
            .appendingPathComponent("baton-log-\(UUID().uuidString)").path
    }

    private func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    @Test("lines are appended in order, each with its line break")
    func order() throws {
        let path = temporaryFile()
        defer { unlink(path) }
        let queue = try LogQueue(path: path)
        for number in 0..<1_000 { queue.enqueue("line \(number)") }
        #expect(queue.flush(within: .seconds(10)))
        #expect(text(path) == (0..<1_000).map { "line \($0)\n" }.joined())
        #expect(queue.totals == LogQueue.Totals(written: 1_000, dropped: 0, writeErrors: 0))
    }

    @Test("a file that cannot be opened is told with what to do")
    func cannotOpen() {
        let error = #expect(throws: LogFileError.self) { try LogQueue(path: "/nonexistent/log") }
        #expect(
            error?.description == "log: cannot open /nonexistent/log (no such file or directory); "
                + "make its folder writable for baton or choose another with log.file")
    }

    @Test("N29: on a full disk every lost line is counted, nothing blocks or crashes")
    func fullDisk() throws {
        let queue = try LogQueue(path: "/dev/full")
        for number in 0..<100 { queue.enqueue("line \(number)") }
        #expect(queue.flush(within: .seconds(10)))
        #expect(queue.totals.writeErrors == 100 && queue.totals.written == 0)
    }

    @Test("once writing works again the log says how many lines are missing")
    func recovery() throws {
        let path = temporaryFile()
        defer { unlink(path) }
        symlink("/dev/full", path)
        let queue = try LogQueue(path: path)
        for number in 0..<7 { queue.enqueue("lost \(number)") }
        #expect(queue.flush(within: .seconds(10)))
        unlink(path)
        queue.reopen()
        queue.enqueue("written")
        #expect(queue.flush(within: .seconds(10)))
        #expect(
            text(path) == "log lines missing here: 0 for a full queue, 7 for failed writes\n"
                + "written\n")
        queue.enqueue("next")
        #expect(queue.flush(within: .seconds(10)))
        #expect(text(path).hasSuffix("written\nnext\n"), "told once only")
    }

    @Test("reopening follows a rotation: the old file keeps its lines, the new one gets the next")
    func rotation() throws {
        let path = temporaryFile()
        defer {
            unlink(path)
            unlink(path + ".1")
        }
        let queue = try LogQueue(path: path)
        queue.enqueue("before")
        #expect(queue.flush(within: .seconds(10)))
        rename(path, path + ".1")
        queue.reopen()
        queue.enqueue("after")
        #expect(queue.flush(within: .seconds(10)))
        #expect(text(path + ".1") == "before\n" && text(path) == "after\n")
    }

    @Test("a reader that takes nothing makes lines drop, not callers wait")
    func stuckReader() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        let writing = pipe.fileHandleForWriting.fileDescriptor
        fill(writing)
        let queue = LogQueue(descriptor: writing, capacityLines: 10)
        let line = String(repeating: "x", count: 1_000)
        queue.enqueue(line)
        #expect(!queue.flush(within: .milliseconds(200)), "the pipe is full")
        let began = ContinuousClock.now
        for _ in 0..<10_000 { queue.enqueue(line) }
        #expect(ContinuousClock.now - began < .seconds(20))
        #expect(queue.totals == LogQueue.Totals(written: 0, dropped: 9_990, writeErrors: 0))
        try pipe.fileHandleForReading.close()
        #expect(queue.flush(within: .seconds(10)), "a broken pipe is a failed write")
        #expect(queue.totals.writeErrors == 11)
    }

    /// Writes into a pipe until it takes no more.
    private func fill(_ descriptor: Int32) {
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        while write(descriptor, "x", 1) == 1 {}
        _ = fcntl(descriptor, F_SETFL, flags)
    }
}
