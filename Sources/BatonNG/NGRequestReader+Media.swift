import BatonBase

/// Codecs (N20), DTMF, playing, recording, and the parties that these are about (N10).
extension NGRequestReader {
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
        request.codecs.codecs[operation, default: []].append(NGCodec(codec.text))
        note(operation.feature, name)
    }

    /// `extmap`: `{strip: [URI, …], mask: [URI, …]}`.
    mutating func readExtmap(_ entry: NGDictionary.Entry) {
        guard let operations = entry.value.dictionary else { return noteUnrecognized(entry) }
        for item in operations.entries {
            let uris = words(of: item.value).map { RTPPFlagsParser.unescaped(NGBytes($0)).text }
            switch item.key.text.lowercased() {
            case "strip": request.extmap.strip += uris
            case "mask": request.extmap.mask += uris
            default:
                request.unrecognized.insert("extmap-\(item.key.shortText)")
                continue
            }
            note(.extmap, "extmap-\(item.key.shortText)")
        }
    }

    /// One option of T.38, without the prefix `T38-`.
    mutating func readT38(_ option: NGBytes) {
        request.t38.append(option.text)
        if NGWords.off[option] == nil { note(.t38, "T.38-\(option.shortText)") }
    }

    /// A key that is on or off; off needs no effect.
    mutating func readSwitch(
        _ entry: NGDictionary.Entry, _ feature: NGFeature,
        _ store: (inout NGRequest, Bool) -> Void
    ) {
        guard let word = entry.value.scalar else { return }
        if NGWords.off[word] != nil {
            if !word.isEmpty, NGWords.asItIs[word] == nil { store(&request, false) }
        } else if NGWords.on[word] != nil {
            store(&request, true)
            note(feature, entry)
        } else {
            noteUnrecognized(entry)
        }
    }

    /// A key whose value is one of a few words; what means nothing or "as it is" needs no effect.
    mutating func readChoice<Value>(
        _ entry: NGDictionary.Entry, in table: NGWordTable<Value>, _ feature: NGFeature,
        _ store: (inout NGRequest, Value) -> Void
    ) {
        guard let word = entry.value.scalar, !word.isEmpty else { return }
        if let value = table[word] { store(&request, value) }
        if NGWords.off[word] != nil { return }
        if table[word] == nil { noteUnrecognized(entry) } else { note(feature, entry) }
    }

    /// A key whose value is a number of `range`; 0 and words for "off" need no effect.
    mutating func readNumber(
        _ entry: NGDictionary.Entry, in range: ClosedRange<Int64>, _ feature: NGFeature,
        _ store: (inout NGRequest, Int64) -> Void
    ) {
        let number = entry.value.integer ?? entry.value.scalar.flatMap { Int64($0.text) }
        if let number, range.contains(number) {
            store(&request, number)
        } else if entry.value.scalar.map({ NGWords.off[$0] == nil }) ?? true {
            return noteUnrecognized(entry)
        }
        if let word = entry.value.scalar, NGWords.off[word] == nil { note(feature, entry) }
    }

    /// A key whose value is a text; an empty one counts as missing.
    mutating func readText(
        _ entry: NGDictionary.Entry, _ feature: NGFeature,
        _ store: (inout NGRequest, NGBytes) -> Void
    ) {
        guard let word = entry.value.scalar, !word.isEmpty else { return }
        store(&request, word)
        note(feature, entry)
    }

    /// A key without a field of its own; a value that means "off" or "as it is" says nothing.
    mutating func readIneffective(_ entry: NGDictionary.Entry) {
        if let word = entry.value.scalar, NGWords.off[word] != nil { return }
        noteIneffective(entry)
    }
}

/// Single keys.
extension NGRequestReader {
    /// `code` and `digit`.
    mutating func readDigit(_ entry: NGDictionary.Entry) {
        guard let word = entry.value.scalar, let digit = NGDTMFDigit(word) else {
            return noteUnrecognized(entry)
        }
        request.dtmf.digit = digit
        note(.playDTMF, entry)
    }

    /// `frequency` and `frequencies`: a number, or a list of numbers.
    mutating func readFrequencies(_ entry: NGDictionary.Entry) {
        forEachWord(of: entry.value) { reader, word in
            guard let number = UInt32(word.text), (1...24_000).contains(number) else {
                reader.request.unrecognized.insert("\(entry.key.shortText)=\(word.shortText)")
                return
            }
            guard reader.request.dtmf.frequenciesHz.count < 64 else { return }
            reader.request.dtmf.frequenciesHz.append(number)
            reader.note(.dtmfSecurity, entry.key.shortText)
        }
    }

    /// `pause`: behind a digit, a number of milliseconds; of a recording, yes or no.
    mutating func readPause(_ entry: NGDictionary.Entry) {
        if let number = entry.value.integer, let pause = UInt32(exactly: number) {
            request.dtmf.pauseMs = pause
            if pause > 0 { note(.playDTMF, entry) }
        } else {
            readSwitch(entry, .pauseRecording) { request, isOn in
                if isOn { request.mediaFlags.insert(.pauseRecording) }
            }
        }
    }

    /// `blob64`: the contents of a file in base 64.
    mutating func readBlob64(_ entry: NGDictionary.Entry) {
        guard let word = entry.value.scalar, !word.isEmpty else { return }
        guard let bytes = Base64.decode(word.slice) else { return noteUnrecognized(entry) }
        request.playback.blob = NGBytes(bytes)
        note(.playback, entry.key.shortText)
    }

    /// `from-tags`: the parties that a command is about.
    mutating func readFromTags(_ entry: NGDictionary.Entry) {
        let tags = words(of: entry.value).map { RTPPFlagsParser.unescaped(NGBytes($0)).text }
        request.fromTags += tags
        if !tags.isEmpty { note(.fromTags, entry.key.shortText) }
    }

    /// `address`: the party that a command is about, by where its media comes from.
    mutating func readPartyAddress(_ entry: NGDictionary.Entry) {
        readAddress(entry) { $0.address = $1 }
    }

    /// `all`: the parties or flows that a command is about. There are no flows yet but those of
    /// offers and answers.
    mutating func readAll(_ entry: NGDictionary.Entry) {
        lookUp(entry, in: NGWords.all) { reader, selection in
            reader.request.all = selection
            if selection == .all { reader.request.flags.insert(.all) }
            if selection == .exceptOfferAnswer { reader.note(.otherFlows, entry) }
        }
    }
}
