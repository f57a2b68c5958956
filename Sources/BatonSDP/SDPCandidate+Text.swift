/// Reading and writing, mirror images.
extension SDPCandidate {
    /// The parts of the attribute's value; `nil` when one is missing, malformed or out of its
    /// range, and for more than ``extensionsMax`` extensions.
    ///
    /// A foundation may have characters that are no `ice-char`, and `raddr`, `rport` and `tcptype`
    /// may stand in any order among the extensions.
    public init?(_ value: ArraySlice<UInt8>) {
        var rest = value
        // The length as it will be written: bytes that are not UTF-8 become longer.
        guard let foundation = SDPText.word(&rest).map({ SDPText.string($0) }),
            foundation.utf8.count <= Self.foundationMax,
            let component = SDPText.word(&rest).flatMap(Self.component),
            let transport = SDPText.word(&rest).map({ Transport($0) }),
            let priority = SDPText.word(&rest).flatMap({ SDPText.number($0, as: UInt32.self) }),
            (1...0x7fff_ffff).contains(priority), let address = SDPText.word(&rest),
            let port = SDPText.word(&rest).flatMap({ SDPText.number($0, as: UInt16.self) }),
            let keyword = SDPText.word(&rest), SDPText.equalIgnoringCase(keyword, "typ"),
            let type = SDPText.word(&rest).map({ CandidateType($0) })
        else { return nil }
        self.foundation = foundation
        self.component = component
        self.transport = transport
        self.priority = priority
        self.address = SDPText.string(address)
        self.port = port
        self.type = type
        extensions = []
        guard readPairs(SDPText.words(rest)) else { return nil }
    }

    /// The candidate in the form that trickling clients hand over: the whole text `candidate:…`,
    /// with or without `a=` in front; `nil` as for the value of the attribute.
    public init?(trickled text: some StringProtocol) {
        let bytes = SDPText.stripped(ArraySlice(text.utf8))
        let attribute = bytes.starts(with: "a=".utf8) ? bytes.dropFirst(2) : bytes
        guard attribute.starts(with: "candidate:".utf8) else { return nil }
        self.init(attribute.dropFirst("candidate:".utf8.count))
    }

    /// The attribute.
    public var attribute: SDPAttribute {
        var words = [
            foundation, "\(component)", transport.text, "\(priority)", address, "\(port)", "typ",
            type.text,
        ]
        if let related {
            words += ["raddr", related.address]
            if let port = related.port { words += ["rport", "\(port)"] }
        }
        if let tcpType { words += ["tcptype", tcpType.rawValue] }
        for pair in extensions { words += [pair.name, pair.value] }
        return SDPAttribute(name: "candidate", value: words.joined(separator: " "))
    }

    /// The number of a component, 1 to 256.
    static func component(_ word: ArraySlice<UInt8>) -> UInt16? {
        SDPText.number(word, as: UInt16.self).flatMap { (1...256).contains($0) ? $0 : nil }
    }

    /// Reads the names and values behind the type; a name without a value is left out.
    private mutating func readPairs(_ words: [ArraySlice<UInt8>]) -> Bool {
        var relatedPort: UInt16?
        for index in stride(from: 0, to: words.count &- 1, by: 2) {
            let (name, value) = (words[index], words[index &+ 1])
            if SDPText.equalIgnoringCase(name, "raddr") {
                guard related == nil else { return false }
                related = RelatedAddress(address: SDPText.string(value), port: nil)
            } else if SDPText.equalIgnoringCase(name, "rport") {
                guard relatedPort == nil, let port = SDPText.number(value, as: UInt16.self) else {
                    return false
                }
                relatedPort = port
            } else if tcpType == nil, let tcpType = Self.tcpType(name, value) {
                self.tcpType = tcpType
            } else {
                guard extensions.count < Self.extensionsMax else { return false }
                extensions.append(
                    Extension(name: SDPText.string(name), value: SDPText.string(value)))
            }
        }
        related?.port = relatedPort
        return true
    }

    private static func tcpType(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> TCPType? {
        guard SDPText.equalIgnoringCase(name, "tcptype") else { return nil }
        return TCPType.allCases.first { SDPText.equalIgnoringCase(value, $0.rawValue) }
    }
}

extension SDPCandidate.Transport {
    /// The transport that `word` writes, in any case.
    init(_ word: ArraySlice<UInt8>) {
        if SDPText.equalIgnoringCase(word, "udp") {
            self = .udp
        } else if SDPText.equalIgnoringCase(word, "tcp") {
            self = .tcp
        } else {
            self = .other(SDPText.string(word))
        }
    }

    /// The word in the attribute.
    public var text: String {
        switch self {
        case .udp: "UDP"
        case .tcp: "TCP"
        case .other(let word): word
        }
    }
}

extension SDPCandidate.CandidateType {
    private static let known: [SDPCandidate.CandidateType] = [
        .host, .serverReflexive, .peerReflexive, .relayed,
    ]

    /// The type that `word` writes, in any case.
    init(_ word: ArraySlice<UInt8>) {
        self =
            Self.known.first { SDPText.equalIgnoringCase(word, $0.text) }
            ?? .other(SDPText.string(word))
    }

    /// The word in the attribute.
    public var text: String {
        switch self {
        case .host: "host"
        case .serverReflexive: "srflx"
        case .peerReflexive: "prflx"
        case .relayed: "relay"
        case .other(let word): word
        }
    }
}
