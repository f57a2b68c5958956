extension SessionDescription {
    /// The description as bytes, every line ended with CRLF (RFC 8866 §5).
    public func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(serializedCount)
        Self.append(lines, to: &bytes)
        for index in media.indices {
            Self.append(media[index].line, to: &bytes)
            Self.append(media[index].lines, to: &bytes)
        }
        return bytes
    }

    /// How many bytes ``serialized()`` gives.
    public var serializedCount: Int {
        let count = { (lines: [SDPLine]) in lines.reduce(0) { $0 &+ $1.bytes.count &+ 2 } }
        return media.reduce(count(lines)) { sum, section in
            sum &+ section.line.bytes.count &+ 2 &+ count(section.lines)
        }
    }

    private static func append(_ lines: [SDPLine], to bytes: inout [UInt8]) {
        for line in lines { append(line, to: &bytes) }
    }

    private static func append(_ line: SDPLine, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: line.bytes)
        bytes.append(0x0d)
        bytes.append(0x0a)
    }
}

extension SessionDescription: CustomStringConvertible {
    /// The description as text, for people; bytes that are not UTF-8 show as U+FFFD.
    public var description: String { String(decoding: serialized(), as: UTF8.self) }
}
