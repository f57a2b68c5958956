/// Flags: the words of `flags`, and the bare words of `rtpp-flags`.
extension NGRequestReader {
    /// Reads one flag in any of its forms.
    mutating func readFlag(_ flag: NGBytes) {
        guard let meaning = NGWords.flags[flag] else {
            if !readAssignment(flag), !readPrefixed(flag) {
                request.unrecognized.insert(flag.shortText)
            }
            return
        }
        switch meaning {
        case .effective(let bit): request.flags.insert(bit)
        case .silent: break
        case .ineffective: request.ineffective.insert(flag.shortText)
        case .flag(let bit, let feature):
            request.flags.insert(bit)
            note(feature, flag.shortText)
        case .mediaFlag(let bit, let feature):
            request.mediaFlags.insert(bit)
            note(feature, flag.shortText)
        case .transport(let word): request.transport = transportWords.add(word)
        case .direction: addDirection(flag)
        case .handled(let feature, let handler):
            handler(&self)
            note(feature, flag.shortText)
        }
    }

    /// Reads a flag that begins with one of the prefixes; false when it begins with none.
    mutating func readPrefixed(_ flag: NGBytes) -> Bool {
        let initial = flag.first.map(NGWordTable<Bool>.folded) ?? 0
        for (prefix, handler) in NGWords.prefixes[initial] ?? [] where Self.hasPrefix(flag, prefix)
        {
            handler(&self, flag[flag.startIndex + prefix.count..<flag.endIndex])
            return true
        }
        return false
    }

    /// Reads `key=value` where the key is known; false when it is something else.
    private mutating func readAssignment(_ flag: NGBytes) -> Bool {
        guard let equals = flag.slice.firstIndex(of: UInt8(ascii: "=")) else { return false }
        let key = flag[flag.startIndex..<equals]
        guard let handler = NGWords.keys[key] else { return false }
        handler(&self, .init(key: key, value: .string(flag[equals + 1..<flag.endIndex])))
        return true
    }

    /// Adds one interface of `direction`; a third one is dropped.
    mutating func addDirection(_ name: NGBytes) {
        guard directions.count < 2 else { return }
        if directions.isEmpty {
            request.fromInterface = name.text
        } else {
            request.toInterface = name.text
        }
        directions.append(name.text)
    }

    /// Whether `flag` begins with `prefix`, in any case and spelling, and goes on.
    static func hasPrefix(_ flag: NGBytes, _ prefix: NGBytes) -> Bool {
        guard flag.count > prefix.count else { return false }
        let (ours, theirs) = (prefix.slice.span, flag.slice.span)
        for index in ours.indices
        where NGWordTable<Bool>.folded(ours[index]) != NGWordTable<Bool>.folded(theirs[index]) {
            return false
        }
        return true
    }
}
