/// `a=ice-ufrag:` and `a=ice-pwd:`: what connectivity checks are authenticated with
/// (RFC 8839 §5.4).
public struct SDPICECredentials: Hashable, Sendable {
    /// The username fragment, 4 to 256 `ice-char`.
    public let usernameFragment: String
    /// The password, 22 to 256 `ice-char`.
    public let password: String

    /// These credentials; `nil` when one is too short, too long or has another character than
    /// letters, digits, `+` and `/`.
    public init?(usernameFragment: String, password: String) {
        guard Self.isText(usernameFragment, of: 4...256), Self.isText(password, of: 22...256) else {
            return nil
        }
        self.usernameFragment = usernameFragment
        self.password = password
    }

    private static func isText(_ text: String, of lengths: ClosedRange<Int>) -> Bool {
        lengths.contains(text.utf8.count) && text.utf8.allSatisfy(SDPText.isICECharacter)
    }
}

extension SDPICECredentials: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The username fragment alone: the password is a secret.
    public var description: String { "SDPICECredentials(\(usernameFragment))" }

    /// The username fragment alone.
    public var debugDescription: String { description }

    /// The username fragment alone.
    public var customMirror: Mirror {
        Mirror(self, children: ["usernameFragment": usernameFragment])
    }
}

extension SDPSection {
    /// The credentials of this section itself; `nil` when one is missing or cannot be used.
    /// Setting puts them in place of the old ones; `nil` removes those.
    public var iceCredentials: SDPICECredentials? {
        get {
            guard let usernameFragment = firstValue(named: "ice-ufrag"),
                let password = firstValue(named: "ice-pwd")
            else { return nil }
            return SDPICECredentials(usernameFragment: usernameFragment, password: password)
        }
        set {
            setValue(newValue?.usernameFragment, named: "ice-ufrag")
            setValue(newValue?.password, named: "ice-pwd")
        }
    }

    /// Whether `a=ice-lite` is there: the agent only answers checks (RFC 8839 §5.3).
    public var hasICELite: Bool { hasAttribute(named: "ice-lite") }

    /// Whether `a=ice-mismatch` is there: ICE was not used because an address was changed on the
    /// way (RFC 8839 §5.3).
    public var hasICEMismatch: Bool { hasAttribute(named: "ice-mismatch") }

    /// The words of `a=ice-options:`, for example `trickle` or `ice2` (RFC 8839 §5.6); setting
    /// none removes the attribute.
    public var iceOptions: [String] {
        get {
            attributes(named: "ice-options")
                .flatMap { $0.valueBytes.map { SDPText.words($0).map(SDPText.string) } ?? [] }
        }
        set {
            let value = newValue.joined(separator: " ")
            setValue(newValue.isEmpty ? nil : value, named: "ice-options")
        }
    }

    /// `a=ice-pacing:`, the wanted time between checks in milliseconds (RFC 8839 §5.5).
    public var icePacingMs: UInt32? {
        get {
            firstAttribute(named: "ice-pacing")?.valueBytes
                .flatMap { SDPText.number(SDPText.stripped($0), as: UInt32.self) }
        }
        set { setValue(newValue.map { "\($0)" }, named: "ice-pacing") }
    }

    /// Whether `a=end-of-candidates` is there: no more will follow (RFC 8840 §8.2).
    public var hasEndOfCandidates: Bool { hasAttribute(named: "end-of-candidates") }

    /// The `a=candidate:` attributes that can be read, in order (RFC 8839 §5.1).
    public var candidates: [SDPCandidate] {
        attributes(named: "candidate").compactMap { $0.valueBytes.flatMap { SDPCandidate($0) } }
    }

    /// What `a=remote-candidates:` says, that of several attributes in order; what stands behind
    /// something unreadable is left out (RFC 8839 §5.2).
    public var remoteCandidates: [SDPRemoteCandidate] {
        attributes(named: "remote-candidates")
            .flatMap { $0.valueBytes.map { SDPRemoteCandidate.list($0) } ?? [] }
    }
}
