extension SessionDescription {
    /// The description that `bytes` write. Lines may end with CRLF, LF or CR, the last one with
    /// nothing; blank lines are skipped; lines and attributes that are not known are kept.
    ///
    /// The bytes are copied once (an array's are shared); no line is copied again.
    /// - Throws: ``SDPParseError``, whose `description` is a sentence for the one who sent them.
    public init(
        parsing bytes: some Collection<UInt8>, limits: SDPLimits = SDPLimits()
    ) throws(SDPParseError) {
        guard bytes.count <= limits.bytesMax else {
            throw SDPParseError(.tooManyBytes(limit: limits.bytesMax))
        }
        try self.init(owned: Array(bytes), limits)
        guard firstLine(.version) != nil else { throw SDPParseError(.versionMissing) }
    }

    /// The lines of a fragment: as the initialiser that takes bytes, but without `v=`.
    /// - Throws: ``SDPParseError``
    init(
        parsingFragment bytes: some Collection<UInt8>, limits: SDPLimits
    ) throws(SDPParseError) {
        guard bytes.count <= limits.bytesMax else {
            throw SDPParseError(.tooManyBytes(limit: limits.bytesMax))
        }
        try self.init(owned: Array(bytes), limits)
    }

    /// The description that `text` writes; for the rest as the initialiser that takes bytes.
    /// - Throws: ``SDPParseError``
    public init(
        parsing text: String, limits: SDPLimits = SDPLimits()
    ) throws(SDPParseError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    private init(owned bytes: [UInt8], _ limits: SDPLimits) throws(SDPParseError) {
        self.init(lines: [], media: [])
        lines.reserveCapacity(8)
        var start = 0
        var number = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x0a, bytes[end] != 0x0d { end &+= 1 }
            number &+= 1
            guard number <= limits.linesMax else {
                throw SDPParseError(.tooManyLines(limit: limits.linesMax))
            }
            try take(bytes[start..<end], number, limits)
            let isPair = end &+ 1 < bytes.count && bytes[end] == 0x0d && bytes[end &+ 1] == 0x0a
            start = end &+ (isPair ? 2 : 1)
        }
        guard !lines.isEmpty || !media.isEmpty else { throw SDPParseError(.empty) }
    }

    /// Adds one line to the section it belongs to.
    private mutating func take(
        _ bytes: ArraySlice<UInt8>, _ number: Int, _ limits: SDPLimits
    ) throws(SDPParseError) {
        guard bytes.count <= limits.lineBytesMax else {
            let reason = SDPParseError.Reason.lineTooLong(limit: limits.lineBytesMax)
            throw SDPParseError(reason, line: number, bytes: bytes)
        }
        // Some phones end the body with a NUL.
        if bytes.allSatisfy({ SDPText.isBlank($0) || $0 == 0 }) { return }
        let line = SDPLine(wellFormed: bytes)
        guard line.hasTypeAndEqualsSign else {
            throw SDPParseError(.notTypeAndEqualsSign, line: number, bytes: bytes)
        }
        if line.type == .media {
            try open(line, number, limits)
        } else if media.isEmpty {
            lines.append(line)
        } else {
            media[media.count &- 1].lines.append(line)
        }
    }

    /// Opens a media section.
    private mutating func open(
        _ line: SDPLine, _ number: Int, _ limits: SDPLimits
    ) throws(SDPParseError) {
        do throws(SDPParseError.Reason) {
            guard media.count < limits.mediaMax else {
                throw .tooManyMedia(limit: limits.mediaMax)
            }
            media.append(try MediaDescription(line))
            media[media.count &- 1].lines.reserveCapacity(16)
        } catch {
            throw SDPParseError(error, line: number, bytes: line.bytes)
        }
    }
}

extension SDPLine {
    /// Whether the line starts with an ASCII letter and `=`.
    fileprivate var hasTypeAndEqualsSign: Bool {
        guard bytes.count >= 2, let letter = bytes.first else { return false }
        let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter | 0x20)
        return isLetter && bytes[bytes.startIndex &+ 1] == UInt8(ascii: "=")
    }
}
