import BatonBase
import BatonConfig
import Testing

/// The problems of a file, as lines; empty when it is fine.
func problems(_ yaml: String) -> [String] {
    do {
        _ = try Config(yaml: yaml, source: "baton.yaml")
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

@Suite("Configuration file (N28)")
struct ConfigYAMLTests {
    @Test("N19: baton is a lite ICE agent, or a full one")
    func ice() throws {
        #expect(Config.defaults.media.ice == .lite)
        #expect(try Config(yaml: "media: {ice: full}", source: "f").media.ice == .full)
        #expect(
            problems("media:\n  ice: half") == [
                "baton.yaml:2: media.ice: found 'half', expected one of lite, full; for example "
                    + "'ice: lite'"
            ])
    }

    @Test("an empty file, a comment and an empty section give the defaults")
    func empty() throws {
        for yaml in ["", "# nothing\n", "media:\nng: ~\n", "{}"] {
            #expect(try Config(yaml: yaml, source: "f") == Config.defaults)
        }
    }

    @Test("the defaults are the fixed names")
    func defaults() {
        let config = Config.defaults
        #expect(config.ng.listen.map(\.address.description) == ["127.0.0.1:2223"])
        #expect(config.ng.listen.allSatisfy { $0.usesUDP && $0.usesTCP })
        #expect(config.api.listen?.description == "127.0.0.1:9080")
        #expect(config.media.ports == 30_000...40_000)
        #expect(config.timeouts.drain == .seconds(30))
        #expect(config.timeouts.drainIdle == .seconds(2))
        #expect(config.timeouts.deleteDelay == .seconds(30))
        #expect(config.timeouts.media == .seconds(60))
        #expect(config.timeouts.silent == .seconds(3_600))
    }

    @Test("N30: the software name defaults to baton-VERSION and can be set")
    func software() throws {
        #expect(Config.defaults.software == "baton-\(Config.version)")
        #expect(try Config(yaml: "software: proxy 7", source: "f").software == "proxy 7")
        #expect(problems("software: \"two\\nlines\"").count == 1)
    }

    @Test("N22, N23: whom media is taken from, and that the strict way is the default")
    func learning() throws {
        #expect(!Config.defaults.media.learnsFromAnyAddress)
        let yaml = "media: {endpoint-learning: delayed, learn-from-any-address: true}"
        let media = try Config(yaml: yaml, source: "f").media
        #expect(media.learnsFromAnyAddress && media.endpointLearning == .delayed)
        #expect(
            problems("media:\n  learn-from-any-address: maybe") == [
                "baton.yaml:2: media.learn-from-any-address: found 'maybe', expected true or "
                    + "false; for example 'learn-from-any-address: false'"
            ])
    }

    @Test("every kind of value is read")
    func values() throws {
        let yaml = """
            interfaces:
              - public/192.0.2.7!203.0.113.7
              - name: inside
                address: 2001:db8::1
                ports: 20000-20100
              - device: eth1
            ng:
              listen: ["udp:127.0.0.1:2223", "[::1]:2224"]
              allow: 10.0.0.0/8
              reply-limit: 1400
            media: {workers: 3, ports: 40000-50000, receive-buffer: 1MiB}
            limits: {sessions: 500, cpu-percent: none}
            timeouts: {media: 5m, silent: 90, final: none, drain-idle: 500ms}
            log: {level: debug, format: json}
            """
        let config = try Config(yaml: yaml, source: "f")
        #expect(
            config.interfaces.map(\.description) == [
                "public/192.0.2.7!203.0.113.7", "inside/2001:db8::1 (ports 20000-20100)",
                "default/eth1",
            ])
        #expect(config.ng.listen.map(\.usesTCP) == [false, true])
        #expect(config.ng.allow.map(\.description) == ["10.0.0.0/8"])
        #expect(config.ng.replyLimitBytes == 1_400)
        #expect(config.media.workers == 3)
        #expect(config.media.ports == 40_000...50_000)
        #expect(config.media.receiveBufferBytes == 1_048_576)
        #expect(config.limits.sessions == 500 && config.limits.cpuPercent == nil)
        #expect(config.timeouts.media == .seconds(300))
        #expect(config.timeouts.silent == .seconds(90))
        #expect(config.timeouts.final == nil)
        #expect(config.timeouts.drainIdle == .milliseconds(500))
        #expect(config.log.level == .debug && config.log.format == .json)
    }

    @Test("null means no value where there may be none")
    func null() throws {
        let config = try Config(yaml: "media: {workers: ~}\ntimeouts: {media: null}", source: "f")
        #expect(config.media.workers == nil && config.timeouts.media == nil)
    }

    @Test(
        "an unknown key is named with its line and the nearest known key",
        arguments: [
            ("media:\n  prots: 1-2", "baton.yaml:2: media.prots:", "'media.ports'"),
            ("\n\nmedai: {}", "baton.yaml:3: medai:", "'media'"),
            ("ng:\n  ports: 1-2", "baton.yaml:2: ng.ports:", "'media.ports'"),
            ("loglevel: info", "baton.yaml:1: loglevel:", "'log.level'"),
            (
                "interfaces:\n  - adress: 192.0.2.1", "baton.yaml:2: interfaces.adress:",
                "'interfaces.address'"
            ),
        ])
    func unknown(yaml: String, start: String, nearest: String) {
        let found = problems(yaml)
        #expect(found.first?.hasPrefix(start) == true, "\(found)")
        #expect(found.first?.contains("unknown key; the nearest known one is \(nearest)") == true)
    }

    @Test(
        "a wrong value is named with key, line, what was found, what is expected and an example",
        arguments: [
            (
                "media:\n  workers: many",
                "baton.yaml:2: media.workers: found 'many', expected a whole number from 1 to 256, "
                    + "or 'auto'; for example 'workers: 2'"
            ),
            (
                "media:\n  workers: 0",
                "baton.yaml:2: media.workers: found '0', expected a whole number from 1 to 256, "
                    + "or 'auto'; for example 'workers: 2'"
            ),
            (
                "log:\n  level: loud",
                "baton.yaml:2: log.level: found 'loud', expected one of trace, debug, info, "
                    + "notice, warning, error, critical; for example 'level: info'"
            ),
            (
                "timeouts:\n  drain: [1]",
                "baton.yaml:2: timeouts.drain: found a list, expected a time from 0s to 24h, "
                    + "in ms, s, m or h; for example 'drain: 30s'"
            ),
            (
                "media: 7",
                "baton.yaml:1: media: found '7', expected keys and values below it: ports, "
                    + "port-reuse-delay, workers, ports-per-worker, packets-per-turn, "
                    + "packet-size, receive-buffer, endpoint-learning, learn-from-any-address, "
                    + "ice, tos, files, files-only"
            ),
            (
                "ng:\n  listen:\n    - 127.0.0.1:2223\n    - localhost",
                "baton.yaml:4: ng.listen: found 'localhost', expected [udp:|tcp:]ADDRESS:PORT "
                    + "with a numeric address (IPv6 in brackets); for example "
                    + "'listen: [\"127.0.0.1:2223\"]'"
            ),
            (
                "interfaces: []",
                "baton.yaml:1: interfaces: found an empty list, expected "
                    + "[NAME/]ADDRESS[!ADVERTISED], where ADDRESS is numeric or a device name; "
                    + "for example 'interfaces: [\"public/192.0.2.7!203.0.113.7\"]'"
            ),
            (
                "interfaces:\n  - name: a",
                "baton.yaml:2: interfaces: an entry needs an address, for example "
                    + "'address: 192.0.2.7'"
            ),
            (
                "interfaces:\n  - address: 192.0.2.1\n    ports: 7",
                "baton.yaml:3: interfaces.ports: found '7', expected MIN-MAX, ports from 1024 to "
                    + "65535 with at least one even port and the odd one above it, for example "
                    + "'ports: 30000-40000'"
            ),
            ("- a", "baton.yaml:1: found a list, expected keys and values"),
        ])
    func wrong(yaml: String, message: String) {
        #expect(problems(yaml) == [message])
    }

    @Test("all problems of a file are told at once")
    func several() {
        #expect(problems("a: 1\nmedia:\n  tos: 300\n  b: 2\n").count == 3)
    }

    @Test("what is no YAML, or says a key twice, is told with its line")
    func broken() {
        #expect(problems("media:\n  ports: [1\n").first?.contains("no valid YAML") == true)
        #expect(problems("media:\n\tports: 1").first?.hasPrefix("baton.yaml:2:") == true)
        let twice = problems("ng:\n  allow: ::1\nng: {}\n")
        #expect(twice.first?.contains("given twice") == true, "\(twice)")
        #expect(twice.first?.contains("'ng'") == true, "\(twice)")
        let long = String(repeating: "#", count: Config.fileLimitBytes + 1)
        #expect(problems(long).first?.contains("longer than") == true)
    }
}
