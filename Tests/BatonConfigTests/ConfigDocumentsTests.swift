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
