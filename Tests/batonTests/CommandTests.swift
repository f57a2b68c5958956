import BatonAPI
import BatonControl
import BatonControlTestKit
import Foundation
import Testing

@Suite("Commands against a daemon's API (N29)")
struct CommandTests {
    private func run(
        _ port: UInt16, _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> CommandOutcome {
        try await CommandRunner.run(
            arguments + ["--api", "127.0.0.1:\(port)"], environment: environment)
    }

    @Test("N29: status, session list, show, end and top print text")
    func text() async throws {
        try await withServer { port, service, _ in
            let status = try await run(port, "status")
            #expect(status.status == 0 && status.errors.isEmpty)
            #expect(status.output.contains("sessions   5 now"))
            let list = try await run(port, "session", "list", "--sort", "worst", "--limit", "2")
            #expect(list.output.contains("2 of 5 sessions"))
            #expect(service.asked == ["sessions worst 2"])
            let show = try await run(port, "session", "show", "a/b c@host")
            #expect(show.output.contains("call-id    a/b c@host"))
            let end = try await run(port, "session", "end", "a/b c@host")
            #expect(end.output == "ended a/b c@host after 00:01\n")
            let top = try await run(port, "top", "--once")
            #expect(top.output.contains("WORKER") && top.output.contains("call-1@example"))
        }
    }

    @Test("N29: --json prints the API's JSON everywhere")
    func json() async throws {
        try await withServer { port, _, _ in
            let status = try await run(port, "status", "--json")
            let answer = try APICoding.decode(StatusAnswer.self, from: status.output.utf8)
            #expect(answer == Samples.status)
            let list = try await run(port, "session", "list", "--json")
            let sessions = try APICoding.decode(SessionListAnswer.self, from: list.output.utf8)
            #expect(sessions.total == 5)
            let show = try await run(port, "session", "show", "a/b c@host", "--json")
            let detail = try APICoding.decode(SessionDetailAnswer.self, from: show.output.utf8)
            #expect(detail == Samples.detail)
            let end = try await run(port, "session", "end", "a/b c@host", "--json")
            #expect(
                try APICoding.decode(EndSessionAnswer.self, from: end.output.utf8)
                    .durationSeconds == 1.5)
            let top = try await run(port, "top", "--once", "--json")
            #expect(top.output.hasPrefix("{\"sessions\":") && top.status == 0)
        }
    }

    @Test("N29: session watch prints events until the daemon ends")
    func watch() async throws {
        try await withServer { port, service, _ in
            async let text = run(port, "session", "watch")
            async let one = run(port, "session", "watch", "a/b c@host", "--json")
            while service.hub.readerCount < 2 { try await Task.sleep(for: .milliseconds(5)) }
            service.hub.publish(ControlEvent(kind: .drain, timeUnixMs: 0))
            service.hub.publish(Samples.event)
            service.hub.finish()
            let (all, filtered) = try await (text, one)
            #expect(
                all.output == "1970-01-01T00:00:00.000Z  drain\n"
                    + "2023-11-14T22:13:20.000Z  session-ended  a/b c@host  tag t  deleted  by ng  "
                    + "key 5  100 ms\n")
            #expect(all.status == 0)
            let lines = filtered.output.split(separator: "\n")
            #expect(lines.count == 1)
            let event = try APICoding.decode(ControlEvent.self, from: filtered.output.utf8)
            #expect(event == Samples.event)
        }
    }

    @Test("exit status 1: the daemon's own words are printed")
    func refused() async throws {
        try await withServer { port, _, _ in
            let missing = try await run(port, "session", "show", "none")
            #expect(missing.status == 1 && missing.output.isEmpty)
            #expect(
                missing.errors == "baton: no such session: there is no session with call-id "
                    + "'none'; GET /v1/sessions (baton session list) shows those that there are\n")
            #expect(try await run(port, "session", "end", "stuck").status == 1)
        }
    }

    @Test("N6: the token comes from --token or BATON_TOKEN, the address from BATON_API")
    func environment() async throws {
        try await withServer {
            $0.token = "t"
        } _: { port, _, _ in
            let without = try await run(port, "status")
            #expect(without.status == 1 && without.errors.contains("baton --token TOKEN"))
            #expect(try await run(port, "status", "--token", "t").status == 0)
            let environment = ["BATON_TOKEN": "t", "BATON_API": "127.0.0.1:\(port)"]
            let outcome = try await CommandRunner.run(["status"], environment: environment)
            #expect(outcome.status == 0)
        }
    }

    @Test("exit status 3: a daemon that is not there is told with what to do")
    func unreachable() async throws {
        let outcome = try await CommandRunner.run(["status", "--api", "127.0.0.1:1"])
        #expect(outcome.status == 3)
        #expect(
            outcome.errors == "baton: cannot reach baton at 127.0.0.1:1 (connection refused): "
                + "is 'baton serve' running? Use --api ADDRESS:PORT\n")
        let name = try await CommandRunner.run(["top", "--api", "no-such-name.invalid:9080"])
        #expect(name.status == 3 && name.errors.contains("no-such-name.invalid"))
    }

    @Test(
        "exit status 2: a wrong command line",
        arguments: [
            ["nonsense"], ["session", "list", "--limit", "0"], ["status", "--api", "x"],
            ["session", "show"], ["serve", "--ports", "5"], ["serve", "--set", "x"],
            ["top", "--interval", "0"], ["session", "list", "--sort", "up"],
        ])
    func usage(arguments: [String]) async throws {
        let outcome = try await CommandRunner.run(arguments)
        #expect(outcome.status == 2 && !outcome.errors.isEmpty && outcome.output.isEmpty)
    }

    @Test(
        "exit status 0: help, version and completions go to standard output",
        arguments: [
            ["--help"], ["--version"], ["serve", "--help"], ["help", "session"],
            ["--generate-completion-script", "bash"], ["--generate-completion-script", "zsh"],
            ["--generate-completion-script", "fish"],
        ])
    func help(arguments: [String]) async throws {
        let outcome = try await CommandRunner.run(arguments)
        #expect(outcome.status == 0 && outcome.errors.isEmpty && !outcome.output.isEmpty)
    }

    @Test("N28: config check says what is wrong with file and line, or that all is fine")
    func configCheck() async throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("baton-check-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("media:\n  prots: 1\nlog: {level: loud}\n".utf8).write(to: file)
        let wrong = try await CommandRunner.run(["config", "check", file.path])
        #expect(wrong.status == 1 && wrong.output.isEmpty)
        let lines = wrong.errors.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("\(file.path):2: media.prots: unknown key") == true)
        #expect(lines.last?.hasPrefix("\(file.path):3: log.level: found 'loud'") == true)
        try Data("interfaces: [public/203.0.113.99]\n".utf8).write(to: file)
        let foreign = try await CommandRunner.run(["config", "check", file.path])
        #expect(foreign.status == 1)
        #expect(foreign.errors.contains("203.0.113.99 is not an address of this machine"))
        let skipped = try await CommandRunner.run(["config", "check", file.path, "--no-machine"])
        #expect(skipped.status == 0)
        #expect(skipped.output.contains("fine, 1 of"))
        let missing = try await CommandRunner.run(["config", "check", "/nonexistent.yaml"])
        #expect(missing.status == 1 && missing.errors.contains("no such file or directory"))
    }
}
