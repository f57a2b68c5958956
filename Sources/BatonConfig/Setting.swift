/// One key of the configuration: how it is written, what it means, and whether a reload applies it.
public struct Setting: Sendable {
    /// The key path in the file, for instance `media.ports`.
    public let key: String
    /// What it does, one sentence.
    public let summary: String
    /// What a right value looks like.
    public let expected: String
    /// A right value.
    public let example: String
    /// Whether it takes one value or a list of them.
    public let isList: Bool
    /// Whether its value is kept out of logs and answers.
    public let isSecret: Bool
    /// Whether a reload applies it; otherwise it needs a restart (N28).
    public let appliesOnReload: Bool

    /// Sets the value from its texts. The index of the text that is not understood, or `nil`.
    let apply: @Sendable (inout Config, [String]) -> Int?
    /// The texts of the value.
    let read: @Sendable (Config) -> [String]
    /// Copies the value from the first configuration to the second.
    let copy: @Sendable (Config, inout Config) -> Void

    /// The part of the key behind the last dot.
    public var leaf: Substring {
        key[(key.lastIndex(of: ".").map(key.index(after:)) ?? key.startIndex)...]
    }

    /// The value in `config` as text, a list with commas; a secret only as `(set)` or `none`.
    public func text(in config: Config) -> String {
        let texts = read(config)
        if isSecret { return texts == ["none"] ? "none" : "(set)" }
        return texts.joined(separator: ", ")
    }
}

extension Setting {
    /// A setting with one value.
    static func one<Value>(
        _ key: String, _ path: any WritableKeyPath<Config, Value> & Sendable,
        _ form: ValueForm<Value>, reload: Bool, secret: Bool = false, _ summary: String
    ) -> Setting {
        Setting(
            key: key, summary: summary, expected: form.expected, example: form.example,
            isList: false, isSecret: secret, appliesOnReload: reload,
            apply: { config, texts in
                guard texts.count == 1, let value = form.parse(texts[0]) else { return 0 }
                config[keyPath: path] = value
                return nil
            },
            read: { [form.text($0[keyPath: path])] },
            copy: { $1[keyPath: path] = $0[keyPath: path] })
    }

    /// A setting with one value or, written as the word `none`, no value.
    static func optional<Value>(
        _ key: String, _ path: any WritableKeyPath<Config, Value?> & Sendable,
        _ form: ValueForm<Value>, none: String = "none", reload: Bool, secret: Bool = false,
        _ summary: String
    ) -> Setting {
        .one(key, path, form.orNone(none), reload: reload, secret: secret, summary)
    }

    /// A setting with one or more values.
    static func list<Value>(
        _ key: String, _ path: any WritableKeyPath<Config, [Value]> & Sendable,
        _ form: ValueForm<Value>, reload: Bool, _ summary: String
    ) -> Setting {
        Setting(
            key: key, summary: summary, expected: form.expected, example: form.example,
            isList: true, isSecret: false, appliesOnReload: reload,
            apply: { config, texts in
                let values = texts.map(form.parse)
                if let bad = values.firstIndex(where: { $0 == nil }) { return bad }
                if values.isEmpty { return 0 }
                config[keyPath: path] = values.compactMap { $0 }
                return nil
            },
            read: { $0[keyPath: path].map(form.text) },
            copy: { $1[keyPath: path] = $0[keyPath: path] })
    }
}
