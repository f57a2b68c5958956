import BatonConfig
import Testing

@Suite("Flags over the file, and reload (N28)")
struct ConfigOverridesTests {
    @Test("a flag wins over the file, a list replaces the file's list")
    func flagsWin() throws {
        let yaml = "media: {ports: 20000-21000, workers: 4}\ninterfaces: [a/10.0.0.1, b/10.0.0.2]"
        var config = try Config(yaml: yaml, source: "f")
        try config.apply([
            .init(key: "media.ports", texts: ["50000-50100"], flag: "--ports"),
            .init(key: "interfaces", texts: ["c/10.0.0.3"], flag: "--interface"),
        ])
        #expect(config.media.ports == 50_000...50_100)
        #expect(config.media.workers == 4)
        #expect(config.interfaces.map(\.name) == ["c"])
    }

    @Test("a wrong flag is named, all of them at once")
    func wrongFlags() {
        var config = Config.defaults
        let error = #expect(throws: ConfigError.self) {
            try config.apply([
                .init(key: "media.ports", texts: ["5"], flag: "--ports"),
                .init(key: "interfaces", texts: ["a/10.0.0.1", "b/c/d"], flag: "--interface"),
                .init(key: "nope", texts: ["1"], flag: "--set"),
            ])
        }
        let lines = error?.problems.map(\.description) ?? []
        #expect(lines.count == 3)
        #expect(lines.first?.hasPrefix("--ports: found '5', expected MIN-MAX") == true)
        #expect(lines.dropFirst().first?.hasPrefix("--interface: found 'b/c/d'") == true)
        #expect(lines.last?.contains("unknown key") == true)
    }

    @Test("N28: a reload names what it applies and what needs a restart")
    func differences() throws {
        let old = Config.defaults
        var new = old
        new.log.level = .debug
        new.media.ports = 50_000...51_000
        new.api.token = "secret"
        let differences = new.differences(from: old)
        #expect(differences.applied == ["api.token", "log.level"])
        #expect(differences.needingRestart == ["media.ports"])
        #expect(
            differences.description
                == "applied: api.token none → (set), log.level info → debug; "
                + "needs a restart: media.ports")
        #expect(!differences.description.contains("secret"))
        let running = old.reloaded(with: new)
        #expect(running.log.level == .debug && running.api.token == "secret")
        #expect(running.media.ports == old.media.ports)
        #expect(new.differences(from: running).changes.map(\.key) == ["media.ports"])
        #expect(old.differences(from: old).description == "nothing changed")
    }

    @Test("every setting reads back the text that it writes, and its example is right")
    func roundTrip() throws {
        for setting in Setting.all {
            var config = Config.defaults
            let isSettable = !setting.isSecret
            if isSettable {
                let texts =
                    setting.isList
                    ? setting.text(in: config).split(separator: ", ").map { String($0) }
                    : [setting.text(in: config)]
                try config.apply([.init(key: setting.key, texts: texts, flag: "--set")])
                #expect(config == Config.defaults, "\(setting.key)")
            }
            try config.apply([.init(key: setting.key, texts: [setting.example], flag: "--set")])
        }
        #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
    }
}

@Suite("Times and sizes in the configuration")
struct DurationTextTests {
    @Test(
        "times are read with and without units",
        arguments: [
            ("30s", Duration.seconds(30)), ("5m", .seconds(300)), ("1h", .seconds(3_600)),
            ("250ms", .milliseconds(250)), ("7", .seconds(7)), ("0", .zero), ("90 s", .seconds(90)),
        ])
    func reads(text: String, expected: Duration) {
        #expect(DurationText.parse(text) == expected)
    }

    @Test("what is no time is refused", arguments: ["", "s", "-1s", "1d", "1.5s", "99999999999s"])
    func refuses(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test("the shortest text is written")
    func writes() {
        #expect(DurationText.text(.seconds(3_600)) == "1h")
        #expect(DurationText.text(.seconds(90)) == "90s")
        #expect(DurationText.text(.milliseconds(1_500)) == "1500ms")
        #expect(DurationText.text(.zero) == "0s")
    }
}
