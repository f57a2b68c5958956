public import BatonBase

/// What one offer or answer asks for, apart from its SDP.
///
/// A value that knows nothing of the control protocol: the server maps an ng request to it, later a
/// SIP call. "Sender" is the party whose SDP the message carries, "receiver" the party that the
/// rewritten SDP goes to.
public struct SignallingOptions: Hashable, Sendable {
    /// The tag of the party that made the offer, in the offer and in its answer alike.
    public var fromTag: String
    /// The tag of the party that answers; `nil` in an offer that opens a dialog.
    public var toTag: String?
    /// The branch that the offer went to, among several of one offerer (`via-branch`).
    public var viaBranch: String?

    /// The IP address that the signalling message came from (`received-from`).
    public var receivedFrom: IPAddress?
    /// Whether the addresses in the SDP count.
    public var addressTrust = AddressTrust.unstated
    /// Learn from any IP address (`learn-from-any-address`, or the server's setting). Only on
    /// explicit demand: it permits RTP bleed.
    public var permitsAnyAddress = false
    /// How the sender's endpoint is learned (`endpoint-learning`); `nil` keeps what its stream was
    /// told before, or ``defaultLearning`` if nothing ever was.
    public var learning: EndpointLearning?
    /// How the endpoints of streams are learned whose party never said.
    public var defaultLearning = EndpointLearning.heuristic

    /// The address family of the addresses that the receiver is shown; `nil`: its own if known,
    /// otherwise the sender's (`address family`).
    public var addressFamily: IPAddress.Family?
    /// Put into the SDP instead of the interface's address (`media-address`).
    public var mediaAddress: IPAddress?
    /// The interface that faces the sender; `nil` keeps the remembered or default one.
    public var senderInterface: String?
    /// The interface that faces the receiver; `nil` keeps the remembered or default one.
    public var receiverInterface: String?

    /// The transport protocol that the receiver is shown.
    public var transportProtocol = TransportProtocolChoice.asReceived
    /// What becomes of `a=rtcp-mux` (RFC 5761).
    public var rtcpMux: RTCPMuxOptions = []
    /// When `a=rtcp` is written (RFC 3605).
    public var rtcpAttribute = RTCPAttributeForm.asNeeded
    /// Which parts of the SDP beside the connection data are taken over.
    public var replacements: SDPReplacements = []
    /// What is to be done about codecs.
    public var codecs = CodecOptions()
    /// Header extensions that the receiver is not told of.
    public var hiddenExtensions = HeaderExtensionFilter()
    /// What becomes of lines that share ports (RFC 9143).
    public var bundle: BundleOptions = []
    /// Whether packets are to be looked into, so that SRTP keys have to be ours (`record-call`).
    public var opensMedia = false
    /// SRTP, DTLS and ICE.
    public var security = SecurityOptions()
    /// How the sender's telephone events are kept back from now on; `nil` changes nothing.
    public var dtmfBlocking: DTMFBlocking?
    /// How long the sender's keys are held back from now on, in ms; `nil` changes nothing.
    public var dtmfDelayMs: UInt32?
    /// Listen for tones of keys in the sender's audio from now on.
    public var detectsTones = false
    /// What the server can do, the same for all messages.
    public var capabilities = SecurityCapabilities()
    /// Everything that is simply on or off.
    public var flags: SignallingFlags = []

    /// Attributes to add, remove and substitute (`sdp-attr`).
    public var attributeEdits: [AttributeEdit] = []
    /// Media types whose sections are removed, such as `video` (`sdp-media-remove`).
    public var removedMediaKinds: [String] = []

    /// Names the sender for later commands (`label`).
    public var label: String?
    /// Names the receiver for later commands (`to-label`).
    public var receiverLabel: String?
    /// Text that is kept with the session and given back on query (`metadata`).
    public var metadata: String?
    /// The IP header's TOS byte on both sides, 0…255 (`TOS`); `nil` keeps the session's.
    public var typeOfService: UInt8?
    /// Whether RTCP is ended here and made anew even where RTP passes as it is (`generate-RTCP`);
    /// `nil` keeps the session's.
    public var generatesRTCP: Bool?
    /// The name in the loop mark: the same for all the messages of one daemon, and unlike that of
    /// any other daemon on the path, one of the same version included.
    public var instanceName = "baton"

    /// The options of a plain message between these parties.
    public init(fromTag: String, toTag: String? = nil) {
        self.fromTag = fromTag
        self.toTag = toTag
    }
}

/// Whether the media addresses that an SDP names are believed.
public enum AddressTrust: UInt8, Hashable, Sendable {
    /// Nothing was said: packets go to the SDP's address, and the address that the message was
    /// received from is permitted as a source too.
    case unstated
    /// The SDP's address only (`trust-address`).
    case descriptionOnly
    /// The address that the message was received from, with the SDP's port (`SIP-source-address`).
    case receivedFrom
}

/// The transport protocol in the `m=` lines of the SDP sent on.
public enum TransportProtocolChoice: Hashable, Sendable {
    /// The sender's, or in an answer that of the offer.
    case asReceived
    /// The named one, such as `RTP/AVPF`; in an answer it is ignored (RFC 3264 §6: an answer keeps
    /// the offer's protocol).
    case named(String)
    /// The sender's, whatever an earlier message of the dialog asked for (`accept`).
    case accept
}

/// When `a=rtcp` appears in the SDP sent on.
public enum RTCPAttributeForm: UInt8, Hashable, Sendable {
    /// When the SDP received had it, or the RTCP port is not the one above the RTP port.
    case asNeeded
    /// As needed, with the address (`full-rtcp-attribute`).
    case full
    /// Never (`no-rtcp-attribute`).
    case never
}

/// What to do about multiplexing RTP and RTCP on one port. Nothing: as the parties agree.
public struct RTCPMuxOptions: OptionSet, Hashable, Sendable {
    /// One bit an option.
    public let rawValue: UInt8
    /// The options of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Offer it to the receiver, even if the sender did not.
    public static let offer = RTCPMuxOptions(rawValue: 1)
    /// Offer it as if the receiver had agreed already: no port for RTCP is shown.
    public static let require = RTCPMuxOptions(rawValue: 2)
    /// Agree to the sender's offer, do not pass it on.
    public static let demux = RTCPMuxOptions(rawValue: 4)
    /// Agree to the sender's offer whatever the receiver does.
    public static let accept = RTCPMuxOptions(rawValue: 8)
    /// Refuse the sender's offer.
    public static let reject = RTCPMuxOptions(rawValue: 16)
}

/// The parts of the SDP that baton takes over beside the connection data (`replace`).
public struct SDPReplacements: OptionSet, Hashable, Sendable {
    /// One bit a part.
    public let rawValue: UInt16
    /// The parts of these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The address in `o=`; its version is then kept true too.
    public static let origin = SDPReplacements(rawValue: 1)
    /// The user name in `o=` stays the first one that the receiver saw.
    public static let username = SDPReplacements(rawValue: 2)
    /// The `s=` line stays the first one that the receiver saw.
    public static let sessionName = SDPReplacements(rawValue: 4)
    /// The version in `o=` grows with every change of the SDP and stays when there is none.
    public static let version = SDPReplacements(rawValue: 8)
    /// The version in `o=` grows with every message.
    public static let forceIncrementVersion = SDPReplacements(rawValue: 16)
    /// A zero address (an old form of hold) is replaced by a real one instead of being passed on
    /// (`zero-address`).
    public static let zeroAddress = SDPReplacements(rawValue: 32)
    /// Every part of `o=` stays the first one that the receiver saw, the version apart.
    public static let wholeOrigin = SDPReplacements(rawValue: 64)
}

/// Switches of one message.
public struct SignallingFlags: OptionSet, Hashable, Sendable {
    /// One bit a switch.
    public let rawValue: UInt32
    /// The switches of these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// The sender sends from another port than it receives on.
    public static let asymmetric = SignallingFlags(rawValue: 1 << 0)
    /// One direction carries nothing. It changes nothing here: either direction is relayed alone.
    public static let unidirectional = SignallingFlags(rawValue: 1 << 1)
    /// Drop what does not come from the confirmed address, as baton always does; with
    /// ``asymmetric`` what does not come from the signalled address and port.
    public static let strictSource = SignallingFlags(rawValue: 1 << 2)
    /// Follow the sender when it has fallen silent: to a permitted IP, or to one from where it goes
    /// on with an SSRC that it has used.
    public static let mediaHandover = SignallingFlags(rawValue: 1 << 3)
    /// Keep the local ports when the sender's change. baton always does.
    public static let portLatching = SignallingFlags(rawValue: 1 << 4)
    /// Send packets to the sender's address until one arrives.
    public static let pierceNAT = SignallingFlags(rawValue: 1 << 5)
    /// Leave direction attributes as they came.
    public static let originalSendrecv = SignallingFlags(rawValue: 1 << 6)
    /// Add `a=mid` to sections that lack it.
    public static let generateMid = SignallingFlags(rawValue: 1 << 7)
    /// Mark the SDP sent on, and let an SDP with our own mark pass untouched.
    public static let loopProtect = SignallingFlags(rawValue: 1 << 8)
    /// Start a further branch instead of using the untagged one.
    public static let newBranch = SignallingFlags(rawValue: 1 << 9)
    /// Forget what was learned of the receiver's endpoints.
    public static let reset = SignallingFlags(rawValue: 1 << 10)
}

/// One change to the attributes of the SDP sent on.
public struct AttributeEdit: Hashable, Sendable {
    /// Where an edit applies.
    public enum Section: Hashable, Sendable {
        /// The session level (`global`).
        case session
        /// Sections of this media type, `audio` for example; `none` is written as an empty string.
        case media(String)
        /// The session level and all the sections.
        case everywhere
    }

    /// What is done. The texts are all that stands behind `a=`.
    public enum Operation: Hashable, Sendable {
        /// Appends an attribute.
        case add(String)
        /// Removes every attribute that is equal to the text or, when the text has no value, of
        /// that name.
        case remove(String)
        /// Replaces every attribute that `remove` would match; an empty second text removes.
        case substitute(String, with: String)
    }

    /// Where.
    public var section: Section
    /// What.
    public var operation: Operation

    /// The edit `operation` in `section`.
    public init(_ section: Section, _ operation: Operation) {
        self.section = section
        self.operation = operation
    }
}

/// What becomes of lines that share ports (`bundle`, RFC 9143). Without any of it a group of the
/// sender is answered with a group, and a party that has made one is offered one.
public struct BundleOptions: OptionSet, Hashable, Sendable {
    /// One bit a word.
    public let rawValue: UInt8
    /// The words of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Offer the receiver a group.
    public static let offer = BundleOptions(rawValue: 1 << 0)
    /// Offer it as the only way: all lines but the first are `bundle-only`.
    public static let require = BundleOptions(rawValue: 1 << 1)
    /// Answer the offerer's group with ports for each line.
    public static let reject = BundleOptions(rawValue: 1 << 2)
}
