import BatonSDP

/// What the numbers of a section stand for: its payload types and its header extensions.
struct SectionVocabulary {
    private var formats: [UInt8: Set<String>] = [:]
    private var extensions: [UInt16: String] = [:]

    init() {}

    /// What `media` says.
    init(_ media: MediaDescription) {
        for type in media.payloadTypes { formats[type] = [] }
        for name in ["rtpmap", "fmtp"] {
            for value in media.attributes(named: name).compactMap(\.value) {
                let words = value.split(separator: " ", maxSplits: 1)
                guard words.count == 2, let type = UInt8(words[0]) else { continue }
                formats[type]?.insert("\(name) \(words[1].lowercased())")
            }
        }
        for type in media.payloadTypes {
            // Types without a line of their own stand for what RFC 3551 says.
            guard formats[type]?.contains(where: { $0.hasPrefix("rtpmap") }) == false,
                let map = RTPMap.fixed(payloadType: type)
            else { continue }
            formats[type]?.insert("rtpmap \(map.encoding)/\(map.clockRateHz)".lowercased())
        }
        for map in media.extensionMaps { extensions[map.identifier] = map.uri }
    }

    /// Whether some number stands for something else than in `other`.
    func contradicts(_ other: SectionVocabulary) -> Bool {
        formats.contains { type, meaning in other.formats[type].map { $0 != meaning } ?? false }
            || extensions.contains { number, uri in
                other.extensions[number].map { $0 != uri } ?? false
            }
    }

    /// Adds what `other` says; what is known stays.
    mutating func merge(_ other: SectionVocabulary) {
        formats.merge(other.formats) { known, _ in known }
        extensions.merge(other.extensions) { known, _ in known }
    }
}
