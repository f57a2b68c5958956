/// The outermost layer of a message: `<cookie> SP <document>` (N1).
public enum NGMessageFraming {
    /// The parts of a whole message, `nil` when it has no cookie: then nobody gets a reply.
    ///
    /// Only the cookie is looked at, so that a repeated request can be answered from the
    /// ``CookieCache`` before it is decoded.
    public static func split(_ message: [UInt8], limits: NGLimits = .init()) -> NGFrame? {
        let head = message.prefix(limits.cookieBytes &+ 1)
        guard let space = head.firstIndex(of: UInt8(ascii: " ")), space > 0 else { return nil }
        return NGFrame(
            cookie: NGBytes(message[..<space]), document: NGBytes(message[(space + 1)...]))
    }

    /// A message of `cookie` and `document` as it goes over the wire; without a cookie, the
    /// document alone (`POST /ng-plain`).
    public static func join(cookie: NGBytes?, document: [UInt8]) -> [UInt8] {
        guard let cookie else { return document }
        var message: [UInt8] = []
        message.reserveCapacity(cookie.count + 1 + document.count)
        message.append(contentsOf: cookie.slice)
        message.append(UInt8(ascii: " "))
        message.append(contentsOf: document)
        return message
    }
}

/// A message split into cookie and document, the document not decoded yet.
public struct NGFrame: Hashable, Sendable {
    /// The cookie, `nil` where the channel has none (`POST /ng-plain`).
    public var cookie: NGBytes?
    /// The document as received; may be empty.
    public var document: NGBytes

    /// The frame of these parts.
    public init(cookie: NGBytes?, document: NGBytes) {
        self.cookie = cookie
        self.document = document
    }

    /// The encoding told by the document's first byte.
    public var encoding: NGEncoding? { document.first.flatMap(NGEncoding.init(firstByte:)) }

    /// The encoding to reply in: the request's, bencode where that is unknown.
    public var replyEncoding: NGEncoding { encoding ?? .bencode }

    /// The document.
    /// - Throws: ``NGError`` with the framing reasons of ``NGErrorReason``; reply with it.
    public func decode(limits: NGLimits = .init()) throws(NGError) -> NGDictionary {
        guard !document.isEmpty else { throw NGError(.noPayload) }
        guard let encoding else { throw NGError(.invalidFormat) }
        do {
            switch encoding {
            case .bencode: return try BencodeCodec.decode(document, limits: limits)
            case .json: return try JSONCodec.decode(document, limits: limits)
            }
        } catch {
            throw NGError(Self.reason(for: error, in: encoding), detail: error.description)
        }
    }

    /// JSON that is well formed as far as it was read, but no acceptable object, has a reason of
    /// its own.
    private static func reason(
        for error: NGDecodingError, in encoding: NGEncoding
    ) -> NGErrorReason {
        switch (encoding, error.reason) {
        case (.bencode, _): .invalidBencode
        case (.json, .tooDeep), (.json, .tooManyValues), (.json, .notADictionary):
            .invalidJSONDictionary
        case (.json, _): .invalidJSON
        }
    }
}
