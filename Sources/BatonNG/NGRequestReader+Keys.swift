import BatonBase

/// The keys whose values need more than a look-up.
extension NGRequestReader {
    /// Reads an address: text, or a family and text in a list or with a space, comma or hyphen
    /// between them, as in `received-from`.
    mutating func readAddress(
        _ entry: NGDictionary.Entry, _ store: (inout NGRequest, IPAddress) -> Void
    ) {
        let word: NGBytes?
        if case .list(let values) = entry.value {
            word = values.last?.scalar
        } else {
            word = entry.value.scalar
        }
        guard let word, let address = Self.address(in: word) else {
            noteUnrecognized(entry)
            return
        }
        store(&request, address)
    }

    /// The address at the end of `word`, behind an optional family.
    static func address(in word: NGBytes) -> IPAddress? {
        let separators: [UInt8] = Array(" ,-".utf8)
        let last = word.slice.split(whereSeparator: separators.contains).last
        guard var text = last.map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        return IPAddress(text)
    }

    /// `transport-protocol`: a whole profile, bare words, or `accept`.
    mutating func readTransport(_ entry: NGDictionary.Entry) {
        guard let value = entry.value.scalar else { return }
        for part in value.slice.split(separator: UInt8(ascii: " ")) {
            let word = NGBytes(part)
            if let meaning = NGWords.transport[word] {
                request.transport = transportWords.add(meaning)
            } else if word.equals("accept") {
                request.acceptsTransport = true
            } else {
                noteUnrecognized(entry)
            }
        }
    }

    /// `sdp-attr`: `{section: {command: [value, …]}}`.
    mutating func readAttributeRules(_ entry: NGDictionary.Entry) {
        guard let sections = entry.value.dictionary else { return noteUnrecognized(entry) }
        for section in sections.entries {
            guard let commands = section.value.dictionary else {
                noteUnrecognized(section)
                continue
            }
            for command in commands.entries {
                guard let action = NGWords.attributeActions[command.key] else {
                    request.unrecognized.insert(
                        "sdp-attr.\(section.key.shortText).\(command.key.shortText)")
                    continue
                }
                readAttributeRules(action, Self.section(section.key), command.value)
            }
        }
    }

    private mutating func readAttributeRules(
        _ action: NGAttributeAction, _ section: NGAttributeRule.Section, _ value: NGValue
    ) {
        switch action {
        case .add:
            for text in Self.texts(of: value) { addRule(section, .add(text)) }
        case .remove:
            for text in Self.texts(of: value) { addRule(section, .remove(text)) }
        case .substitute:
            let values = value.list ?? []
            let pairs = values.contains { $0.list != nil } ? values : [value]
            for pair in pairs.map(Self.texts) where pair.count >= 2 {
                addRule(section, .substitute(pair[0], with: pair[1]))
            }
        }
    }

    /// The strings of a list, or the one string: attributes may have commas in them.
    private static func texts(of value: NGValue) -> [String] {
        (value.list ?? [value]).compactMap { $0.scalar?.text }.filter { !$0.isEmpty }
    }

    /// `add-audio-ptime:20` or `substitute-none-a>b`: the rest of a flag `sdp-attr-…`.
    mutating func readAttributeFlag(_ rest: NGBytes) {
        let parts = rest.slice.split(separator: UInt8(ascii: "-"), maxSplits: 2).map { NGBytes($0) }
        guard parts.count == 3, let action = NGWords.attributeActions[parts[0]] else {
            request.unrecognized.insert("sdp-attr-\(rest.shortText)")
            return
        }
        let section = Self.section(parts[1])
        let text = RTPPFlagsParser.unescaped(parts[2])
        switch action {
        case .add: addRule(section, .add(text.text))
        case .remove: addRule(section, .remove(text.text))
        case .substitute:
            let sides = text.slice.split(separator: UInt8(ascii: ">"), maxSplits: 1)
            guard sides.count == 2 else {
                request.unrecognized.insert("sdp-attr-\(rest.shortText)")
                return
            }
            addRule(section, .substitute(NGBytes(sides[0]).text, with: NGBytes(sides[1]).text))
        }
    }

    private mutating func addRule(
        _ section: NGAttributeRule.Section, _ action: NGAttributeRule.Action
    ) {
        request.attributeRules.append(NGAttributeRule(section, action))
    }

    private static func section(_ name: NGBytes) -> NGAttributeRule.Section {
        let name = name.text.lowercased()
        return name == "none" || name == "global" ? .session : .media(name)
    }
}
