/// `a=crypto:`: a crypto suite and its keys, SRTP keyed by SDES (RFC 4568 §4, §6).
///
///     a=crypto:<tag> <crypto-suite> <key-params> [<session-params>]
public struct SDPCrypto: Hashable, Sendable {
    /// The number by which an answer refers to this attribute, at most nine digits (§4.1).
    public var tag: UInt32
    /// The name of the suite as written; ``suite`` is its meaning.
    public var suiteName: String
    /// The keys, at least one. Several differ in their master key identifiers.
    public var keys: [SDPCryptoKey]
    /// The session parameters in order.
    public var parameters: [SDPCryptoParameter]

    /// The most keys that are read from one attribute.
    public static let keysMax = 16
    /// The most session parameters that are read from one attribute.
    public static let parametersMax = 32
    /// The greatest tag, nine digits.
    public static let tagMax: UInt32 = 999_999_999

    /// The attribute made of these parts.
    public init(
        tag: UInt32, suiteName: String, keys: [SDPCryptoKey],
        parameters: [SDPCryptoParameter] = []
    ) {
        self.tag = tag
        self.suiteName = suiteName
        self.keys = keys
        self.parameters = parameters
    }

    /// The attribute with one key.
    public init(
        tag: UInt32, suite: SRTPCryptoSuite, keyAndSalt: [UInt8],
        parameters: [SDPCryptoParameter] = []
    ) {
        self.init(
            tag: tag, suiteName: suite.rawValue, keys: [SDPCryptoKey(keyAndSalt: keyAndSalt)],
            parameters: parameters)
    }

    /// The parts of the attribute's value.
    ///
    /// `nil` when a part is missing or malformed, beyond ``keysMax`` and ``parametersMax``, and
    /// where several keys do not all have an identifier of the same length (§6.1). Whether the
    /// keys have the length that the suite needs is for ``SDPCryptoKey/split(for:)`` to say, and
    /// unknown suites and session parameters are read.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard let tag = SDPText.word(&rest), let suite = SDPText.word(&rest),
            let keyWord = SDPText.word(&rest), let number = SDPText.number(tag, as: UInt32.self),
            number <= Self.tagMax, var keys = Self.keys(keyWord)
        else { return nil }
        var words = SDPText.words(rest)[...]
        // White space may stand behind a `;`, as in the RFC's own examples.
        var last = keyWord
        while last.last == SDPText.semicolon, let word = words.first, let more = Self.keys(word) {
            guard keys.count &+ more.count <= Self.keysMax else { return nil }
            keys += more
            last = word
            words.removeFirst()
        }
        guard words.count <= Self.parametersMax else { return nil }
        self.init(
            tag: number, suiteName: SDPText.string(suite), keys: keys,
            parameters: words.map { SDPCryptoParameter($0) })
        guard hasConsistentIdentifiers else { return nil }
    }

    /// The suite, `nil` when it is not known.
    public var suite: SRTPCryptoSuite? { SRTPCryptoSuite(name: suiteName) }

    /// Whether a session parameter is there that may not be ignored and is not known (§6.3.7): the
    /// attribute must not be used.
    public var hasUnknownMandatoryParameter: Bool {
        parameters.contains { parameter in
            if case .other = parameter { !parameter.isOptional } else { false }
        }
    }

    /// The attribute with base 64 filled up with `=`.
    public var attribute: SDPAttribute { attribute(padding: true) }

    /// The attribute, its base 64 with or without `=` at its end. RFC 4568 wants them; some phones
    /// do not read keys that have them.
    public func attribute(padding: Bool) -> SDPAttribute {
        let keys = keys.map { $0.text(padding: padding) }.joined(separator: ";")
        let words =
            ["\(tag)", suiteName, keys] + parameters.map { $0.text(padding: padding) }
        return SDPAttribute(name: "crypto", value: words.joined(separator: " "))
    }

    /// The keys in a list with `;` between them; `nil` when one is malformed or there are too many.
    static func keys(_ list: ArraySlice<UInt8>) -> [SDPCryptoKey]? {
        let parts = list.split(separator: SDPText.semicolon, maxSplits: keysMax)
        guard !parts.isEmpty, parts.count <= keysMax else { return nil }
        var keys: [SDPCryptoKey] = []
        for part in parts {
            guard let key = SDPCryptoKey(part) else { return nil }
            keys.append(key)
        }
        return keys
    }

    private var hasConsistentIdentifiers: Bool {
        guard keys.count > 1 else { return true }
        let length = keys.first?.masterKeyIdentifier?.length
        return length != nil && keys.allSatisfy { $0.masterKeyIdentifier?.length == length }
    }
}

extension SDPSection {
    /// The `a=crypto:` attributes that can be read, in order of preference (RFC 4568 §4).
    public var cryptos: [SDPCrypto] {
        attributes(named: "crypto").compactMap { $0.valueBytes.flatMap { SDPCrypto($0) } }
    }
}
