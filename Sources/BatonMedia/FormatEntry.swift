import BatonSDP

/// A place in the list of formats that a section is to have.
struct FormatEntry: Hashable {
    /// The format under its new payload type.
    var format: CodecFormat
    /// The payload type whose lines in the section stay, renumbered if need be; `nil` for new
    /// lines.
    var original: UInt8?
}

extension MediaDescription {
    /// Gives the section these formats and no others. Lines that are about none of them stay as and
    /// where they are; the section stays untouched where it has these formats already.
    mutating func setFormats(_ entries: [FormatEntry]) {
        let isSame =
            entries.allSatisfy { $0.original == $0.format.payloadType }
            && entries.map { "\($0.format.payloadType)" } == formats
        if isSame { return }
        setPayloadTypes(entries.compactMap(\.original))
        var numbers: [UInt8: UInt8] = [:]
        for entry in entries {
            if let old = entry.original, old != entry.format.payloadType {
                numbers[old] = entry.format.payloadType
            }
        }
        if !numbers.isEmpty { renumber(numbers) }
        for entry in entries where entry.original != nil { nameFormat(entry.format) }
        formats = entries.filter { $0.original != nil }.map { "\($0.format.payloadType)" }
        for (index, entry) in entries.enumerated() where entry.original == nil {
            addPayloadType(
                entry.format.map, parameters: SDPFormatParameters(entry.format.parameters),
                at: index)
        }
    }

    /// Adds an `a=rtpmap` where a payload type does not say by itself what it is: one that is no
    /// longer the number which RFC 3551 fixes, and one that the sender left unsaid.
    private mutating func nameFormat(_ format: CodecFormat) {
        let said = rtpMap(for: format.payloadType)
        if said?.isEncoding(format.encoding) == true || format.encoding.isEmpty { return }
        if hasAttribute(named: "rtpmap") {
            insert(format.map.attribute, afterLastNamed: "rtpmap")
        } else {
            insertFirst(format.map.attribute)
        }
    }

    /// Puts new payload types into the lines that belong to formats, and where other formats refer
    /// to them.
    private mutating func renumber(_ numbers: [UInt8: UInt8]) {
        let referring = Set(
            codecFormats.filter { !$0.references.isEmpty }.map(\.payloadType))
        for index in lines.indices where SDPAttributeNames.formats.contains(lines[index]) {
            guard let attribute = lines[index].attribute, let value = attribute.value else {
                continue
            }
            let words = value.drop { $0 == " " }.split(
                separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard let word = words.first, let old = UInt8(word) else { continue }
            var rest = words.count > 1 ? String(words[1]) : ""
            if referring.contains(old), attribute.name == "fmtp" {
                rest = Self.referring(rest, numbers)
            }
            let new = "\(numbers[old] ?? old) \(rest)"
            if new != value {
                lines[index] = SDPAttribute(name: attribute.name, value: new).line
            }
        }
    }

    /// The parameters of a format that refers to others, `apt=96` or `96/96`, with new numbers.
    private static func referring(_ text: String, _ numbers: [UInt8: UInt8]) -> String {
        let mapped = { (word: Substring) in
            UInt8(word).flatMap { numbers[$0] }.map { "\($0)" } ?? String(word)
        }
        var parameters = SDPFormatParameters(text)
        if let associated = parameters["apt"] {
            parameters["apt"] = mapped(associated[...])
            return parameters.text
        }
        return text.split(separator: "/", omittingEmptySubsequences: false).map(mapped)
            .joined(separator: "/")
    }
}
