import BatonSDP

extension SessionDescription {
    /// Applies the edits in order (`sdp-attr`).
    mutating func apply(_ edits: [AttributeEdit]) {
        for edit in edits {
            switch edit.section {
            case .session: apply(edit.operation)
            case .everywhere:
                apply(edit.operation)
                for index in media.indices { media[index].apply(edit.operation) }
            case .media(let kind):
                for index in media.indices where media[index].kind.rawValue == kind {
                    media[index].apply(edit.operation)
                }
            }
        }
    }
}

extension SDPSection {
    /// Applies one edit to the attributes of this section.
    mutating func apply(_ operation: AttributeEdit.Operation) {
        switch operation {
        case .add(let text):
            let attribute = SDPAttribute(text)
            if !attribute.bytes.isEmpty, !hasAttribute(attribute) { append(attribute) }
        case .remove(let text):
            let pattern = SDPAttribute(text)
            removeAttributes { pattern.matches($0) }
        case .substitute(let text, let replacement):
            let pattern = SDPAttribute(text)
            let substitute = SDPAttribute(replacement)
            if substitute.bytes.isEmpty {
                removeAttributes { pattern.matches($0) }
                return
            }
            for index in lines.indices {
                guard let attribute = lines[index].attribute, pattern.matches(attribute) else {
                    continue
                }
                lines[index] = substitute.line
            }
        }
    }
}

extension SDPAttribute {
    /// Whether this, as a pattern, means `other`: the same text, the same name, or the same name
    /// and first word of the value (`rtpmap:101`).
    fileprivate func matches(_ other: SDPAttribute) -> Bool {
        guard !bytes.isEmpty, other.bytes.starts(with: bytes) else { return false }
        if other.bytes.count == bytes.count { return true }
        let next = other.bytes[other.bytes.startIndex &+ bytes.count]
        return next == (bytes.contains(UInt8(ascii: ":")) ? UInt8(ascii: " ") : UInt8(ascii: ":"))
    }
}
