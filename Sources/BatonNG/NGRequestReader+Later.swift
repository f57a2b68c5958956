/// Keys and flags that are read and kept, and have no effect yet.
extension NGRequestReader {
    /// `ICE`: removing it is what happens anyway.
    mutating func readICE(_ entry: NGDictionary.Entry) {
        lookUp(entry, in: NGWords.ice) { reader, mode in
            reader.request.ice = mode
        }
        if request.ice == .force || request.ice == .forceRelay { noteIneffective(entry) }
    }

    /// `DTLS`: switching it off is what happens anyway.
    mutating func readDTLS(_ entry: NGDictionary.Entry) {
        guard let word = entry.value.scalar else { return }
        request.dtls = word.text
        if NGWords.off[word] == nil { noteIneffective(entry) }
    }

    /// One option of SDES, without the prefix `SDES-`. To switch it, or a part of it, off has no
    /// need of an effect.
    mutating func readSDES(_ option: NGBytes) {
        let text = option.text
        request.sdes.append(text)
        if NGWords.off[option] == nil, !text.hasPrefix("no") {
            request.ineffective.insert("SDES-\(text)")
        }
    }

    /// One option of T.38, without the prefix `T38-`.
    mutating func readT38(_ option: NGBytes) {
        request.t38.append(option.text)
        if NGWords.off[option] == nil { request.ineffective.insert("T.38-\(option.shortText)") }
    }

    /// `codec`: `{operation: [codec, …]}`.
    mutating func readCodecs(_ entry: NGDictionary.Entry) {
        guard let operations = entry.value.dictionary else { return noteUnrecognized(entry) }
        for item in operations.entries {
            guard let operation = NGWords.codecOperations[item.key] else {
                request.unrecognized.insert("codec-\(item.key.shortText)")
                continue
            }
            forEachWord(of: item.value) {
                $0.readCodec(operation, $1, name: "codec-\(operation.rawValue)")
            }
        }
    }

    /// One codec of an operation.
    mutating func readCodec(
        _ operation: NGCodecOptions.Operation, _ codec: NGBytes, name: String
    ) {
        request.codecs.names[operation, default: []].append(codec.text)
        request.ineffective.insert(name)
    }

    /// `record-call`: yes or no.
    mutating func readRecordCall(_ entry: NGDictionary.Entry) {
        guard let word = entry.value.scalar else { return }
        if NGWords.off[word] != nil {
            request.recordCall = false
        } else if NGWords.on[word] != nil {
            request.recordCall = true
            noteIneffective(entry)
        } else {
            noteUnrecognized(entry)
        }
    }

    /// A key without effect; a value that means "off" or "as it is" says nothing.
    mutating func readIneffective(_ entry: NGDictionary.Entry) {
        if let word = entry.value.scalar, NGWords.off[word] != nil { return }
        noteIneffective(entry)
    }
}
