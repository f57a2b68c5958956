/// Fills a ``NGRequest`` key by key and flag by flag, in the order of the wire.
struct NGRequestReader {
    /// What has been read so far.
    var request = NGRequest(command: .unknown(""))
    /// The interfaces of `direction`, at most two.
    var directions: [String] = []
    /// What bare words such as `SRTP` have said about the transport.
    var transportWords = NGTransportWords()
    private var hasCommand = false

    /// What a key does with its value.
    typealias KeyHandler = @Sendable (inout NGRequestReader, NGDictionary.Entry) -> Void
    /// What a flag's prefix does with the rest of the flag.
    typealias PrefixHandler = @Sendable (inout NGRequestReader, NGBytes) -> Void

    /// Reads one entry of the request, or of an `rtpp-flags` string.
    mutating func read(_ entry: NGDictionary.Entry) {
        if let handler = NGWords.keys[entry.key] {
            handler(&self, entry)
        } else {
            request.unrecognized.insert(entry.key.shortText)
        }
    }

    /// The request, `nil` when it had no command.
    mutating func finish() -> NGRequest? {
        let transport = request.transport
        applyWebRTC()
        if let transport, transport.isSecure { note(.secureTransport, transport.rawValue) }
        return hasCommand ? request : nil
    }

    /// The value of `command`.
    mutating func readCommand(_ value: NGValue) {
        guard let name = value.scalar else { return }
        hasCommand = true
        request.command = NGCommand(name: NGText.trimmed(name))
    }
}

/// Values.
extension NGRequestReader {
    /// Calls `body` for each word of a list, or of a comma-separated string.
    mutating func forEachWord(
        of value: NGValue, _ body: (inout NGRequestReader, NGBytes) -> Void
    ) {
        switch value {
        case .list(let values):
            for value in values {
                if let word = value.scalar, !word.isEmpty { body(&self, word) }
            }
        case .string(let bytes):
            guard bytes.slice.contains(UInt8(ascii: ",")) else {
                if !bytes.isEmpty { body(&self, bytes) }
                return
            }
            for part in bytes.slice.split(separator: UInt8(ascii: ",")) {
                let word = NGText.trimmed(NGBytes(part))
                if !word.isEmpty { body(&self, word) }
            }
        case .integer:
            if let word = value.scalar { body(&self, word) }
        case .dictionary:
            break
        }
    }

    /// The words of a list, or of a comma-separated string.
    mutating func words(of value: NGValue) -> [String] {
        var words: [String] = []
        forEachWord(of: value) { words.append($1.text) }
        return words
    }

    /// Looks up each word of a value in `table` and hands on what it means; others are reported.
    mutating func lookUp<Value>(
        _ entry: NGDictionary.Entry, in table: NGWordTable<Value>,
        _ body: (inout NGRequestReader, Value) -> Void
    ) {
        forEachWord(of: entry.value) { reader, word in
            if let value = table[word] {
                body(&reader, value)
            } else {
                reader.request.unrecognized.insert("\(entry.key.shortText)=\(word.shortText)")
            }
        }
    }

    /// Lists `name` as without effect if `feature` is not there yet.
    mutating func note(_ feature: NGFeature, _ name: @autoclosure () -> String) {
        if NGLater.features.contains(feature) { request.ineffective.insert(name()) }
    }

    /// Lists a key with its value as without effect if `feature` is not there yet.
    mutating func note(_ feature: NGFeature, _ entry: NGDictionary.Entry) {
        if NGLater.features.contains(feature) { noteIneffective(entry) }
    }

    /// Lists `key=value`, or just the key of a value that has no short form.
    mutating func noteIneffective(_ entry: NGDictionary.Entry) {
        if let word = entry.value.scalar, word.count <= 32 {
            request.ineffective.insert("\(entry.key.shortText)=\(word.shortText)")
        } else {
            request.ineffective.insert(entry.key.shortText)
        }
    }

    /// Lists what cannot be read, as `key=value`.
    mutating func noteUnrecognized(_ entry: NGDictionary.Entry) {
        let word = entry.value.scalar ?? "…"
        request.unrecognized.insert("\(entry.key.shortText)=\(word.shortText)")
    }
}
