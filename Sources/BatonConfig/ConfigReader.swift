import Yams

/// Walks the nodes of a YAML document and fills a ``Config``, collecting every problem.
struct ConfigReader {
    /// The file's name, for messages.
    let source: String
    /// The configuration so far: the defaults, then what the file says.
    var config = Config.defaults
    /// What is wrong, in file order.
    var problems: [ConfigProblem] = []

    /// Walks the whole document.
    mutating func read(document: Node) {
        guard case .mapping(let mapping) = document else {
            if !Self.isNothing(document) {
                report(document, "", "found \(Self.kind(document)), expected keys and values")
            }
            return
        }
        read(mapping, under: "")
    }

    private mutating func read(_ mapping: Node.Mapping, under prefix: String) {
        for (key, value) in mapping {
            guard case .scalar(let name) = key else {
                report(key, prefix, "found \(Self.kind(key)) where a key belongs")
                continue
            }
            let path = prefix.isEmpty ? name.string : "\(prefix).\(name.string)"
            if let setting = Setting.named(path) {
                read(setting, from: value)
            } else if prefix.isEmpty, Setting.sections.contains(Substring(path)) {
                readSection(path, from: value)
            } else {
                report(key, path, KnownKeys.unknown(path))
            }
        }
    }

    private mutating func readSection(_ section: String, from value: Node) {
        if case .mapping(let inner) = value {
            read(inner, under: section)
        } else if !Self.isNothing(value) {
            let known = KnownKeys.leaves(of: section).joined(separator: ", ")
            report(
                value, section,
                "found \(Self.kind(value)), expected keys and values below it: \(known)")
        }
    }

    private mutating func read(_ setting: Setting, from value: Node) {
        if setting.key == "interfaces" { return readInterfaces(setting, from: value) }
        guard let texts = scalarTexts(setting, from: value) else { return }
        if let bad = setting.apply(&config, texts.map(\.text)) {
            let place = texts.indices.contains(bad) ? texts[bad].node : value
            report(place, setting.key, Self.wrong(setting, found: Self.kind(place)))
        }
    }

    /// The scalars of a value, or of a list for a setting that takes one; `nil` after a report.
    private mutating func scalarTexts(
        _ setting: Setting, from value: Node
    ) -> [(text: String, node: Node)]? {
        let nodes: [Node]
        if setting.isList, case .sequence(let sequence) = value {
            nodes = Array(sequence)
        } else {
            nodes = [value]
        }
        var texts: [(text: String, node: Node)] = []
        for node in nodes {
            guard let text = Self.text(of: node) else {
                report(node, setting.key, Self.wrong(setting, found: Self.kind(node)))
                return nil
            }
            texts.append((text, node))
        }
        return texts
    }

    /// The message for a value that does not fit its setting.
    static func wrong(_ setting: Setting, found: String) -> String {
        let example = setting.isList ? "[\(quoted(setting.example))]" : setting.example
        return "found \(found), expected \(setting.expected); "
            + "for example '\(setting.leaf): \(example)'"
    }

    private static func quoted(_ text: String) -> String {
        text.contains(":") || text.contains("!") ? "\"\(text)\"" : text
    }

    /// Adds a problem at a node.
    mutating func report(_ node: Node, _ key: String, _ message: String) {
        let line = node.mark?.line
        problems.append(ConfigProblem(source: source, line: line, key: key, message: message))
    }

    /// A scalar's text, `none` for YAML's null; `nil` for anything but a scalar.
    static func text(of node: Node) -> String? {
        guard case .scalar(let scalar) = node else { return nil }
        return isNothing(node) ? "none" : scalar.string
    }

    /// Whether a node is YAML's null: nothing at all, `~` or `null`, without quotes.
    static func isNothing(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any
        else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    /// What a node is, for messages.
    static func kind(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): isNothing(node) ? "nothing" : "'\(scalar.string)'"
        case .sequence(let sequence): sequence.isEmpty ? "an empty list" : "a list"
        case .mapping: "keys and values"
        case .alias: "an alias"
        }
    }
}
