/// The flags that are acted on or remembered: from `flags`, from `rtpp-flags`, or implied by a key.
public struct NGFlags: OptionSet, Hashable, Sendable {
    /// One bit a flag.
    public let rawValue: UInt32

    /// The set with these bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `trust-address`: send to the address in the SDP, not to `received-from`.
    public static let trustAddress = Self(rawValue: 1 << 0)
    /// `SIP-source-address`: send to `received-from`, not to the address in the SDP.
    public static let sipSourceAddress = Self(rawValue: 1 << 1)
    /// `asymmetric`: the sender's port is not where it receives.
    public static let asymmetric = Self(rawValue: 1 << 2)
    /// `unidirectional`: media may flow one way before the answer.
    public static let unidirectional = Self(rawValue: 1 << 3)
    /// `strict-source`: drop what comes from elsewhere.
    public static let strictSource = Self(rawValue: 1 << 4)
    /// `media-handover`: a confirmed stream follows its source.
    public static let mediaHandover = Self(rawValue: 1 << 5)
    /// `port-latching`: keep the same local ports although the peer's address changed.
    public static let portLatching = Self(rawValue: 1 << 6)
    /// `no-port-latching`: the opposite.
    public static let noPortLatching = Self(rawValue: 1 << 7)
    /// `pierce-NAT`: send something first, so that the NAT on the way opens.
    public static let pierceNAT = Self(rawValue: 1 << 8)
    /// `NAT-wait`: send nothing to a party before it sent something.
    public static let natWait = Self(rawValue: 1 << 9)
    /// `loop-protect`: mark the SDP and leave alone what is marked already.
    public static let loopProtect = Self(rawValue: 1 << 10)
    /// `original-sendrecv`: leave the direction attributes alone.
    public static let originalSendrecv = Self(rawValue: 1 << 11)
    /// `generate-mid`: add `a=mid` where there is none.
    public static let generateMid = Self(rawValue: 1 << 12)
    /// `no-rtcp-attribute`: leave `a=rtcp` out.
    public static let noRTCPAttribute = Self(rawValue: 1 << 13)
    /// `full-rtcp-attribute`: write the address into `a=rtcp`.
    public static let fullRTCPAttribute = Self(rawValue: 1 << 14)
    /// `fast`: a `delete` without figures in its reply.
    public static let fast = Self(rawValue: 1 << 15)
    /// `fatal`: a `delete` of an unknown call is an error.
    public static let fatal = Self(rawValue: 1 << 16)
    /// `to-tag`: honour the to-tag of an `offer` or `delete`.
    public static let honourToTag = Self(rawValue: 1 << 17)
    /// `new-branch`: this offer opens another branch.
    public static let newBranch = Self(rawValue: 1 << 18)
    /// `directional`: only the party of `from-tag` is meant, not the whole call.
    public static let directional = Self(rawValue: 1 << 19)
    /// `all`: every party is meant.
    public static let all = Self(rawValue: 1 << 20)
    /// `provisional`: the answer is a provisional one.
    public static let provisional = Self(rawValue: 1 << 21)
    /// `debug`: log more about this call.
    public static let debug = Self(rawValue: 1 << 22)
    /// `reset`: forget what was negotiated and learned before.
    public static let reset = Self(rawValue: 1 << 23)
    /// `inactive`: offer the streams as inactive.
    public static let inactive = Self(rawValue: 1 << 24)
    /// `fragment`: the body is an SDP fragment (RFC 8840), which only trickle ICE uses.
    public static let fragment = Self(rawValue: 1 << 25)
    /// `learn-from-any-address`: take packets from any IP address. baton's own word.
    public static let learnFromAnyAddress = Self(rawValue: 1 << 26)
}

/// What `replace` asks to be rewritten in the SDP (N13).
public struct NGReplace: OptionSet, Hashable, Sendable {
    /// One bit a word.
    public let rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `origin`: the address in `o=`.
    public static let origin = Self(rawValue: 1 << 0)
    /// `session-connection`: a no-op, connection lines are always replaced.
    public static let sessionConnection = Self(rawValue: 1 << 1)
    /// `username`: the user name in `o=`.
    public static let username = Self(rawValue: 1 << 2)
    /// `session-name`: `s=`.
    public static let sessionName = Self(rawValue: 1 << 3)
    /// `SDP-version`: the version in `o=`, counted by baton.
    public static let sdpVersion = Self(rawValue: 1 << 4)
    /// `zero-address`: also a held stream's 0.0.0.0.
    public static let zeroAddress = Self(rawValue: 1 << 5)
    /// `origin-full`, which implies `origin`: every part of `o=`.
    public static let originFull = Self(rawValue: 1 << 7)
    /// `force-increment-sdp-ver`: count the version up even without a change.
    public static let forceIncrementSDPVersion = Self(rawValue: 1 << 6)
}

/// What `rtcp-mux` asks for (N16).
public struct NGRTCPMux: OptionSet, Hashable, Sendable {
    /// One bit a word.
    public let rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `offer`: offer multiplexing even if the offerer did not.
    public static let offer = Self(rawValue: 1 << 0)
    /// `require`: offer multiplexing without a port to fall back to.
    public static let require = Self(rawValue: 1 << 1)
    /// `demux`: the other side gets two ports although the offerer multiplexes.
    public static let demux = Self(rawValue: 1 << 2)
    /// `accept`: answer with multiplexing where the offer permits it.
    public static let accept = Self(rawValue: 1 << 3)
    /// `reject`: answer without it.
    public static let reject = Self(rawValue: 1 << 4)
}
