public import BatonBase

/// What a candidate's address is, RFC 8445 §5.1.1. The raw value is the type preference, §5.1.2.2.
public enum ICECandidateType: UInt8, Hashable, Sendable {
    /// An address of the host itself.
    case host = 126
    /// An address that a check has shown.
    case peerReflexive = 110
    /// An address that a STUN server has shown.
    case serverReflexive = 100
    /// An address at a TURN server.
    case relayed = 0
}

/// A transport address that may carry one component of a stream, RFC 8445 §5.3.
public struct ICECandidate: Hashable, Sendable {
    /// The longest foundation there may be (RFC 8839 §5.1).
    public static let foundationMax = 32

    /// 1 for RTP, 2 for RTCP.
    public var component: UInt8
    /// What the address is.
    public var type: ICECandidateType
    /// The priority, 1 … 2³¹ − 1.
    public var priority: UInt32
    /// The address as the peer sees it.
    public var address: SocketAddress
    /// Equal for candidates of one type, base and server: checks of one foundation mostly succeed
    /// or fail together.
    public var foundation: String

    /// A candidate with these values.
    public init(
        component: UInt8, type: ICECandidateType, priority: UInt32, address: SocketAddress,
        foundation: String
    ) {
        self.component = component
        self.type = type
        self.priority = priority
        self.address = address
        self.foundation = foundation
    }

    /// The recommended priority, RFC 8445 §5.1.2.1.
    ///
    /// - Parameter localPreference: 65,535 for the address to be preferred among those of one type.
    public static func priority(
        _ type: ICECandidateType, localPreference: UInt16, component: UInt8
    ) -> UInt32 {
        UInt32(type.rawValue) << 24 | UInt32(localPreference) << 8 | (256 - UInt32(component)) & 255
    }
}

extension ICECandidate {
    /// How much the address is preferred among those of one type: a part of ``priority``.
    var localPreference: UInt16 { UInt16(truncatingIfNeeded: priority >> 8) }
}

/// A candidate of this agent and the socket behind it.
public struct ICELocalCandidate: Hashable, Sendable {
    /// What the peer is told.
    public var candidate: ICECandidate
    /// The number by which the driver knows the socket.
    public var base: Int

    /// `candidate`, whose packets go through socket `base`.
    public init(_ candidate: ICECandidate, base: Int) {
        self.candidate = candidate
        self.base = base
    }
}

/// The short-term credentials of one side of a stream, RFC 8445 §5.3.
public struct ICECredentials: Hashable, Sendable {
    /// The username fragment, 4 … 256 characters.
    public var usernameFragment: [UInt8]
    /// The password, 22 … 256 characters: the key of MESSAGE-INTEGRITY.
    public var password: [UInt8]

    /// These credentials.
    public init(usernameFragment: [UInt8], password: [UInt8]) {
        self.usernameFragment = usernameFragment
        self.password = password
    }

    /// New credentials: 8 characters with 48 random bits, 24 with 144.
    public init(using generator: inout some RandomNumberGenerator) {
        usernameFragment = Self.characters(8, &generator)
        password = Self.characters(24, &generator)
    }

    /// `ice-char` of RFC 8839 §5.4: letters, digits, `+` and `/`.
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func characters(
        _ count: Int, _ generator: inout some RandomNumberGenerator
    ) -> [UInt8] {
        (0..<count).map { _ in alphabet[Int.random(in: 0..<64, using: &generator)] }
    }
}

extension ICECredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The username fragment alone: the password is a secret.
    public var description: String {
        "ICECredentials(\(String(decoding: usernameFragment, as: UTF8.self)))"
    }

    /// The username fragment alone.
    public var debugDescription: String { description }

    /// The username fragment alone.
    public var customMirror: Mirror {
        Mirror(self, children: ["usernameFragment": usernameFragment])
    }
}
