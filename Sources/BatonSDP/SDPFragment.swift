/// The body of a trickle ICE message, `application/trickle-ice-sdpfrag` (RFC 8840 §9): credentials
/// and candidates for the sections of a description that was sent before.
///
///     fragment = session-level attributes *(pseudo m-line, "a=mid:", attributes)
public struct SDPFragment: Hashable, Sendable {
    /// What is said about each section, in order; nothing of it is inherited.
    public var sections: [Section]
    /// The credentials on the session level, which hold for sections without their own.
    public var credentials: SDPICECredentials?
    /// The words of `a=ice-options:` on the session level.
    public var iceOptions: [String]
    /// Whether no section will have more candidates: `a=end-of-candidates` on the session level.
    public var hasEndOfCandidates: Bool

    /// What is said about one section.
    public struct Section: Hashable, Sendable {
        /// The section's `mid`; `nil` in fragments of old drafts, where the place of the m-line
        /// counts.
        public var mid: String?
        /// The first four words of the pseudo m-line, which say nothing.
        public var kind: MediaKind
        /// The credentials, `nil` for those of the session level.
        public var credentials: SDPICECredentials?
        /// The candidates that can be read, in order.
        public var candidates: [SDPCandidate]
        /// Whether the section will have no more candidates.
        public var hasEndOfCandidates: Bool

        /// What is said about one section.
        public init(
            mid: String?, kind: MediaKind = .audio, credentials: SDPICECredentials? = nil,
            candidates: [SDPCandidate] = [], hasEndOfCandidates: Bool = false
        ) {
            self.mid = mid
            self.kind = kind
            self.credentials = credentials
            self.candidates = candidates
            self.hasEndOfCandidates = hasEndOfCandidates
        }
    }

    /// A fragment of these parts.
    public init(
        sections: [Section], credentials: SDPICECredentials? = nil, iceOptions: [String] = [],
        hasEndOfCandidates: Bool = false
    ) {
        self.sections = sections
        self.credentials = credentials
        self.iceOptions = iceOptions
        self.hasEndOfCandidates = hasEndOfCandidates
    }

    /// The fragment that `bytes` write; line endings are read as for ``SessionDescription``.
    ///
    /// `a=mid:` before the first m-line opens a section as well, as old drafts had it, and
    /// a whole description counts as a fragment.
    /// - Throws: ``SDPParseError``
    public init(
        parsing bytes: some Collection<UInt8>, limits: SDPLimits = SDPLimits()
    ) throws(SDPParseError) {
        let parsed = try SessionDescription(parsingFragment: bytes, limits: limits)
        var first = parsed.lines[...]
        sections = []
        let split = parsed.lines.firstIndex { $0.isAttribute(named: "mid") } ?? first.endIndex
        var rest = first[split...]
        first = first[..<split]
        let session = LinesOnly(lines: Array(first))
        credentials = session.iceCredentials
        iceOptions = session.iceOptions
        hasEndOfCandidates = session.hasEndOfCandidates
        while !rest.isEmpty, sections.count < limits.mediaMax {
            let next = rest.dropFirst().firstIndex { $0.isAttribute(named: "mid") }
            let end = next ?? rest.endIndex
            let lines = LinesOnly(lines: Array(rest[..<end]))
            sections.append(Section(lines, mid: lines.firstValue(named: "mid"), kind: .audio))
            rest = rest[end...]
        }
        let isBare = sections.isEmpty && !session.candidates.isEmpty
        if isBare { sections = [Section(session, mid: nil, kind: .audio)] }
        sections += parsed.media.map { Section($0, mid: $0.mid, kind: $0.kind) }
    }

    /// The fragment as bytes, every line ended with CRLF (RFC 8840 §9.2).
    public func serialized() -> [UInt8] {
        var session = SessionDescription(lines: [])
        if let credentials { session.iceCredentials = credentials }
        session.iceOptions = iceOptions
        if hasEndOfCandidates { session.append(SDPAttribute("end-of-candidates")) }
        session.media = sections.map(\.media)
        return session.serialized()
    }
}

extension SDPFragment.Section {
    fileprivate init(_ section: some SDPSection, mid: String?, kind: MediaKind) {
        self.init(
            mid: mid, kind: kind, credentials: section.iceCredentials,
            candidates: section.candidates, hasEndOfCandidates: section.hasEndOfCandidates)
    }

    /// The pseudo m-line and the lines of this section.
    fileprivate var media: MediaDescription {
        var media = MediaDescription(kind: kind, port: 9, protocolName: "RTP/AVP", formats: ["0"])
        media.mid = mid
        if let credentials { media.iceCredentials = credentials }
        for candidate in candidates { media.append(candidate.attribute) }
        if hasEndOfCandidates { media.append(SDPAttribute("end-of-candidates")) }
        return media
    }
}

/// Lines that are looked at as a section.
private struct LinesOnly: SDPSection {
    var lines: [SDPLine]
}
