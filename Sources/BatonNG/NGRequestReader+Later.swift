/// Keys and flags that are read and kept, and have no effect yet.
extension NGRequestReader {
    /// `ICE`: removing it is what happens anyway; whatever would keep or add some has no effect.
    mutating func readICE(_ entry: NGDictionary.Entry) {
        lookUp(entry, in: NGWords.ice) { reader, mode in
            reader.request.ice = mode
            if mode != .remove, mode != .default { reader.noteIneffective(entry) }
        }
    }

    /// `from-tags`: the parties that later commands are about.
    mutating func readFromTags(_ entry: NGDictionary.Entry) {
        let tags = words(of: entry.value)
        request.fromTags += tags
        if !tags.isEmpty { request.ineffective.insert(entry.key.shortText) }
    }

    /// `address`: the party that later commands are about, by where its media comes from.
    mutating func readPartyAddress(_ entry: NGDictionary.Entry) {
        readAddress(entry) { $0.address = $1 }
        if request.address != nil { noteIneffective(entry) }
    }

    /// `all`: the parties or flows that later commands are about; `none` selects none.
    mutating func readAll(_ entry: NGDictionary.Entry) {
        lookUp(entry, in: NGWords.all) { reader, selection in
            reader.request.all = selection
            if selection == .all { reader.request.flags.insert(.all) }
            if selection != .none { reader.noteIneffective(entry) }
        }
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
