import BatonConfig
import Foundation
import Testing

@Suite("Example and reference of the configuration (N28)")
struct ConfigDocumentsTests {
    private func text(_ path: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("examples/baton.yaml states every key, and each with its default")
    func example() throws {
        let yaml = try text("examples/baton.yaml")
        #expect(try Config(yaml: yaml, source: "baton.yaml") == Config.defaults)
        for setting in Setting.all {
            let isStated = yaml.split(separator: "\n").contains { line in
                line.drop { $0 == " " || $0 == "#" }.hasPrefix("\(setting.leaf):")
            }
            #expect(isStated, "\(setting.key)")
        }
    }

    @Test("examples/baton.yaml marks exactly those keys that need a restart")
    func marks() throws {
        var section = ""
        var marked: Set<String> = []
        var comment = ""
        for line in try text("examples/baton.yaml").split(separator: "\n").map({ String($0) }) {
            let plain = line.drop { $0 == " " }
            if plain.hasPrefix("#") || plain.hasPrefix("-") {
                comment += plain
                continue
            }
            guard let name = plain.split(separator: ":").first else { continue }
            if !line.hasPrefix(" ") { section = name == "interfaces" ? "" : "\(name)." }
            if (comment + plain).contains("[restart]") { marked.insert("\(section)\(name)") }
            comment = ""
        }
        let expected = Setting.all.filter { !$0.appliesOnReload }.map(\.key)
        #expect(marked.subtracting(["ng", "api", "media"]) == Set(expected))
    }

    @Test("N28: the unit file notifies, reloads, is hardened, and its configuration is read")
    func unitFile() throws {
        let unit = try text("examples/systemd/baton.service")
        var values: [String: String] = [:]
        for line in unit.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1).map { String($0) }
            if let key = parts.first { values[key, default: ""] += parts.dropFirst().joined() }
        }
        for (key, value) in [
            ("Type", "notify"), ("ExecReload", "/bin/kill -HUP $MAINPID"),
            ("KillSignal", "SIGTERM"), ("Restart", "on-failure"), ("DynamicUser", "yes"),
            ("CapabilityBoundingSet", ""), ("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"),
            ("ProtectHome", "yes"), ("PrivateTmp", "yes"), ("PrivateDevices", "yes"),
            ("ProtectKernelTunables", "yes"), ("ProtectKernelModules", "yes"),
            ("ProtectControlGroups", "yes"), ("RestrictNamespaces", "yes"),
            ("LockPersonality", "yes"), ("MemoryDenyWriteExecute", "yes"),
            ("SystemCallArchitectures", "native"),
        ] {
            #expect(values[key] == value, "\(key)")
        }
        #expect(values["SystemCallFilter"]?.contains("@system-service") == true)
        #expect(values["RestrictAddressFamilies"]?.contains("AF_INET6") == true)
        let files = try #require(values["ExecStart"]).split(separator: " ")
        #expect(files.starts(with: ["/usr/local/bin/baton", "serve", "--config"]))
        let name = try #require(files.last?.split(separator: "/").last)
        let config = try Config(yaml: text("examples/systemd/\(name)"), source: String(name))
        // The sockets that systemd opens are those that the configuration names.
        let socket = try text("examples/systemd/baton.socket")
        for listener in config.ng.listen {
            #expect(socket.contains("ListenDatagram=\(listener.address)\n"))
            #expect(socket.contains("ListenStream=\(listener.address)\n"))
        }
        // The unit waits longer for the end than a drain takes.
        let patience = try #require(values["TimeoutStopSec"].flatMap(Int.init))
        #expect(.seconds(patience) > config.timeouts.drain)
    }

    @Test("docs/operating.md has a row for every key with its default and what applies it")
    func reference() throws {
        let document = try text("docs/operating.md")
        for setting in Setting.all {
            let value = setting.key == "software" ? "baton-VERSION" : setting.text(in: .defaults)
            let row = document.split(separator: "\n").first { $0.hasPrefix("| `\(setting.key)` |") }
            let cells = row?.split(separator: "|").map { $0.drop { $0 == " " } } ?? []
            #expect(cells.dropFirst().first?.hasPrefix(value) == true, "\(setting.key)")
            let way = setting.appliesOnReload ? "reload " : "restart "
            #expect(cells.dropFirst(2).first.map { String($0) } == way, "\(setting.key)")
        }
    }
}
