/// Finds the messages in a TCP stream (N1): `<cookie> SP <document>` one after another, cut
/// anywhere, in either encoding, with white space permitted between them.
///
/// The end of a document is found by following its structure; each byte is looked at once.
public struct NGStreamFramer: Sendable {
    /// The limits of one message.
    public let limits: NGLimits
    private var buffer: [UInt8] = []
    /// Where the message that is being read begins in `buffer`.
    private var start = 0
    /// Up to where `buffer` has been looked at.
    private var position = 0
    private var state = State.betweenMessages
    private var failure: NGStreamError?

    private enum State: Sendable {
        case betweenMessages
        case cookie
        case document(cookieEnd: Int, NGDocumentScanner?)
    }

    /// A framer at the start of a stream.
    public init(limits: NGLimits = .init()) {
        self.limits = limits
    }

    /// How many bytes wait for the rest of their message.
    public var bufferedBytes: Int { buffer.count - start }

    /// Takes the next bytes of the stream. Call ``next()`` until it returns `nil` afterwards.
    public mutating func append(_ bytes: some Sequence<UInt8>) {
        guard failure == nil else { return }
        buffer.append(contentsOf: bytes)
    }

    /// The next complete message, `nil` when more bytes are needed.
    /// - Throws: ``NGStreamError``, and the same again at every later call: the stream cannot be
    ///   resynchronised. Send its reply, if it has one, and close the connection.
    public mutating func next() throws(NGStreamError) -> NGFrame? {
        if let failure { throw failure }
        skipWhiteSpace()
        try readCookie()
        let frame = try readDocument()
        if frame == nil { removeConsumed() }
        return frame
    }

    private mutating func skipWhiteSpace() {
        guard case .betweenMessages = state else { return }
        while position < buffer.count, NGText.isWhiteSpace(buffer[position]) { position += 1 }
        start = position
        if position < buffer.count { state = .cookie }
    }

    private mutating func readCookie() throws(NGStreamError) {
        guard case .cookie = state else { return }
        while position < buffer.count {
            let byte = buffer[position]
            if byte == UInt8(ascii: " ") {
                state = .document(cookieEnd: position - start, nil)
                position += 1
                return
            }
            guard byte > 0x20, position - start < limits.cookieBytes else {
                throw fail(.invalidCookie)
            }
            position += 1
        }
    }

    private mutating func readDocument() throws(NGStreamError) -> NGFrame? {
        guard case .document(let cookieEnd, let begun) = state, position < buffer.count else {
            return nil
        }
        let documentStart = start + cookieEnd + 1
        guard let encoding = NGEncoding(firstByte: buffer[documentStart]) else {
            throw fail(.invalidFormat, cookie(cookieEnd))
        }
        var scanner =
            begun ?? NGDocumentScanner(encoding, stringBytesMax: limits.messageBytes)
        let outcome = scanner.scan(buffer, from: &position)
        guard position - start <= limits.messageBytes, outcome != .tooLong else {
            throw fail(.tooLong, cookie(cookieEnd), encoding)
        }
        switch outcome {
        case .incomplete, .tooLong:
            state = .document(cookieEnd: cookieEnd, scanner)
            return nil
        case .malformed:
            throw fail(.malformedDocument, cookie(cookieEnd), encoding)
        case .complete:
            let document = NGBytes(buffer[documentStart..<position]).compacted()
            let frame = NGFrame(cookie: cookie(cookieEnd), document: document)
            start = position
            state = .betweenMessages
            return frame
        }
    }

    /// The cookie of the message that is being read, in memory of its own.
    private func cookie(_ length: Int) -> NGBytes {
        NGBytes(buffer[start..<start + length]).compacted()
    }

    /// Ends the stream: what was buffered is freed.
    private mutating func fail(
        _ reason: NGStreamError.Reason, _ cookie: NGBytes? = nil, _ encoding: NGEncoding? = nil
    ) -> NGStreamError {
        let error = NGStreamError(reason: reason, cookie: cookie, encoding: encoding)
        failure = error
        buffer = []
        start = 0
        position = 0
        return error
    }

    /// Drops the messages that were handed out.
    private mutating func removeConsumed() {
        guard start > 0 else { return }
        buffer.removeFirst(start)
        position -= start
        start = 0
    }
}

/// Why a stream cannot be followed any further.
public struct NGStreamError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with the stream.
    public enum Reason: String, Hashable, Sendable {
        /// A cookie goes on beyond the limit or has a control character.
        case invalidCookie = "no cookie where a message should begin"
        /// A document begins with neither `d` nor `{`.
        case invalidFormat = "a document in neither encoding"
        /// A document breaks its encoding's grammar, so that its end is unknown.
        case malformedDocument = "a malformed document"
        /// A message is longer than permitted.
        case tooLong = "a message beyond the limit"
    }

    /// What is wrong.
    public var reason: Reason
    /// The cookie of the broken message, if it was read: its sender can be answered.
    public var cookie: NGBytes?
    /// The encoding of the broken message, if known.
    public var encoding: NGEncoding?

    /// What to reply, if there is a cookie to reply to.
    public var error: NGError {
        NGError(errorReason, detail: description)
    }

    /// A sentence: the connection has to be closed, and why.
    public var description: String {
        "\(reason.rawValue); the connection cannot be resynchronised and is closed"
    }

    private var errorReason: NGErrorReason {
        switch (reason, encoding) {
        case (.invalidCookie, _), (.invalidFormat, _), (_, nil): .invalidFormat
        case (_, .bencode): .invalidBencode
        case (_, .json): .invalidJSON
        }
    }
}
