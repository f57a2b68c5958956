import ArgumentParser
import BatonConfig
import Testing

@testable import baton

@Suite("baton serve: flags over the file (N28, N30, N6)")
struct ServeTests {
    private func config(_ arguments: [String], environment: [String: String] = [:]) throws -> Config
    {
        let serve = try Serve.parse(arguments)
        var config = Config.defaults
        try config.apply(try serve.overrides(environment: environment))
        return config
    }

    @Test("no flag changes nothing")
    func none() throws {
        #expect(try config([]) == Config.defaults)
    }

    @Test("every flag sets its key")
    func flags() throws {
        let config = try config([
            "--interface", "a/10.0.0.1", "--interface", "b/eth0!192.0.2.1", "--ng",
            "127.0.0.1:4000", "--ng", "tcp:127.0.0.1:4001", "--api", "none", "--ports",
            "20000-20100", "--workers", "3", "--log-level", "debug", "--log-format", "json",
            "--log-file", "/tmp/x", "--software", "mine", "--control-allow", "10.0.0.0/8",
            "--control-allow", "::1", "--api-token", "t",
        ])
        #expect(config.interfaces.map(\.description) == ["a/10.0.0.1", "b/eth0!192.0.2.1"])
        #expect(config.ng.listen.map(\.usesUDP) == [true, false])
        #expect(config.api.listen == nil && config.api.token == "t")
        #expect(config.media.ports == 20_000...20_100 && config.media.workers == 3)
        #expect(config.log.level == .debug && config.log.format == .json)
        #expect(config.log.file == "/tmp/x")
        #expect(config.software == "mine")
        #expect(config.ng.allow.map(\.description) == ["10.0.0.0/8", "::1/128"])
    }

    @Test("--set reaches every key, and a repeated one makes a list")
    func set() throws {
        let config = try config([
            "--set", "timeouts.media=2m", "--set", "ng.allow=10.0.0.1", "--set",
            "ng.allow=10.0.0.2", "--set", "notice.url=http://127.0.0.1/?a=b",
        ])
        #expect(config.timeouts.media == .seconds(120))
        #expect(config.ng.allow.count == 2)
        #expect(config.notice.url == "http://127.0.0.1/?a=b")
    }

    @Test("N6: the token may come from the environment, the flag wins")
    func token() throws {
        let environment = ["BATON_API_TOKEN": "from environment"]
        #expect(try config([], environment: environment).api.token == "from environment")
        let flag = try config(["--api-token", "x"], environment: environment)
        #expect(flag.api.token == "x")
        #expect(try config([], environment: ["BATON_API_TOKEN": ""]).api.token == nil)
    }
}
