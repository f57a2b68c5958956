import Foundation
import Logging
import Testing

@testable import BatonTelemetry

@Suite("Log lines (N29)")
struct LogLineTests {
    static let time = WallTime(unixMs: 1_700_000_000_123)

    @Test("text: time, level, message, then sorted pairs, quoted where needed")
    func text() {
        let line = LogLine.text(
            .text, time: Self.time, level: "info", message: "session ended",
            pairs: [("call", "a b\"c"), ("leg", "x"), ("none", "")])
        #expect(
            line == "2023-11-14T22:13:20.123Z info session ended call=\"a b\\\"c\" leg=x none=\"\"")
    }

    @Test("nobody can forge a line or command a terminal")
    func control() {
        let line = LogLine.text(
            .text, time: Self.time, level: "info", message: "a\nb\u{1b}[2J",
            pairs: [("call", "x\r\ny\u{9b}z\u{2028}")])
        #expect(line.hasSuffix("info a\\u000ab\\u001b[2J call=\"x\\u000d\\ny\\u009bz\\u2028\""))
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test("JSON: one object a line, reserved names kept apart")
    func json() throws {
        let line = LogLine.text(
            .json, time: Self.time, level: "warning", message: "q\"\\\n",
            pairs: [("call", "ü\t"), ("level", "9")])
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        #expect(
            object == [
                "time": "2023-11-14T22:13:20.123Z", "level": "warning", "message": "q\"\\\n",
                "call": "ü\t", "level_": "9",
            ])
        #expect(!line.contains("\n"))
    }

    @Test(
        "times are RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func times(unixMs: Int64, text: String) {
        #expect(WallTime(unixMs: unixMs).description == text)
    }

    @Test("days of 400 years agree with the calendar")
    func calendar() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? calendar.timeZone
        for day in stride(from: -140_000, to: 146_097, by: 17) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let expected = String(
                format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
            let text = WallTime(unixMs: Int64(day) * 86_400_000).description
            if !text.hasPrefix(expected) { Issue.record("\(text) is not \(expected)") }
        }
    }
}

@Suite("Log handler")
struct BatonLogHandlerTests {
    @Test("levels are shared and can be changed; metadata of logger and message are joined")
    func handler() throws {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("baton-handler-\(UUID().uuidString)").path
        defer { unlink(path) }
        let queue = try LogQueue(path: path)
        let level = LogLevelBox(.info)
        var logger = Logger(label: "t") { _ in
            BatonLogHandler(queue: queue, format: .text, level: level, now: { LogLineTests.time })
        }
        logger[metadataKey: "call"] = "c1"
        logger.debug("hidden")
        logger.info("shown", metadata: ["leg": "a", "call": "c2"])
        level.level = .debug
        logger.debug("now shown")
        logger.logLevel = .error
        logger.warning("hidden by its own level")
        #expect(queue.flush(within: .seconds(10)))
        let data = try #require(FileManager.default.contents(atPath: path))
        #expect(
            String(decoding: data, as: UTF8.self)
                == "2023-11-14T22:13:20.123Z info shown call=c2 leg=a\n"
                + "2023-11-14T22:13:20.123Z debug now shown call=c1\n")
    }
}
