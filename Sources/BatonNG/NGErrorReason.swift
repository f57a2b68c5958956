/// The literal texts of `error-reason`. Proxies compare some of them, so they never change.
public struct NGErrorReason: RawRepresentable, Hashable, Sendable {
    /// The text on the wire.
    public let rawValue: String

    /// The reason with this text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    private init(_ text: String) {
        rawValue = text
    }
}

/// The framing layer (N1).
extension NGErrorReason {
    /// There is a cookie and nothing behind it.
    public static let noPayload = Self("Invalid data (no payload)")
    /// The document begins with neither `d` nor `{`.
    public static let invalidFormat = Self("Invalid NG data format")
    /// The bencode document cannot be read.
    public static let invalidBencode = Self("Could not decode bencode dictionary")
    /// The JSON document cannot be read.
    public static let invalidJSON = Self("Failed to parse JSON document")
    /// The JSON document is no object, or goes beyond a limit.
    public static let invalidJSONDictionary = Self("Could not decode JSON dictionary")
    /// The document does not say what to do.
    public static let noCommand = Self("Dictionary contains no key \"command\"")
    /// The command is not known.
    public static let unrecognizedCommand = Self("Unrecognized command")
}

/// Requests that lack something (N4).
extension NGErrorReason {
    /// `offer` and `answer` need `sdp`.
    public static let noSDP = Self("No SDP body in message")
    /// The command needs `call-id`.
    public static let noCallID = Self("No call-id in message")
    /// The command needs `from-tag`.
    public static let noFromTag = Self("No from-tag in message")
    /// The command needs `to-tag`.
    public static let noToTag = Self("No to-tag in message")
    /// `answer`, `query` and recording: no such call.
    public static let unknownCallID = Self("Unknown call-id")
    /// Blocking and subscriptions: no such call. The capitals differ on purpose.
    public static let unknownCallIDUpper = Self("Unknown call-ID")
    /// Commands on several calls: none of them exists.
    public static let unknownCallIDs = Self("Unknown call-ID(s)")
    /// `delete` with flag `fatal`, and the warning without it.
    public static let callNotFound = Self("Call-ID not found or tags didn't match")
    /// The SDP is malformed; `detail` has the line.
    public static let sdpParse = Self("Failed to parse SDP")
    /// The SDP lacks what is needed to relay it.
    public static let sdpIncomplete = Self("Incomplete SDP specification")
    /// The tags do not fit what the call knows.
    public static let invalidDialogue = Self("Invalid dialogue association")
    /// The SDP to send could not be made.
    public static let sdpRewrite = Self("Error rewriting SDP")
}

/// Limits (N9, N26): the proxies fail over to another relay on these.
extension NGErrorReason {
    /// No port pair could be had; the call is destroyed.
    public static let outOfPorts = Self("Ran out of ports")
    /// As many sessions as permitted.
    public static let sessionLimit = Self("Parallel session limit reached")
    /// The processor is too busy.
    public static let cpuLimit = Self("CPU usage limit exceeded")
    /// The machine's load is too high.
    public static let loadLimit = Self("Load limit exceeded")
    /// Too many bits a second.
    public static let bandwidthLimit = Self("Bandwidth limit exceeded")
}

/// Commands that name a party.
extension NGErrorReason {
    /// `label` names nobody.
    public static let unknownLabel = Self("No monologue matching the given label")
    /// `from-tag` names nobody.
    public static let unknownFromTag = Self("From-tag given, but no such tag exists")
    /// `address` is nobody's.
    public static let unknownAddress = Self("Failed to match address to any tag")
    /// The command needs a party and names none.
    public static let noParty = Self("No participant party specified")
    /// `to-tag` names nobody.
    public static let unknownToTag = Self("To-tag not found")
    /// The file cannot be played.
    public static let playback = Self("Failed to start media playback from file")
    /// The recording cannot be made; `detail` says why.
    public static let recording = Self("Failed to start recording")
    /// `code` is no DTMF digit.
    public static let dtmfCode = Self("Out of range 'code' specified")
    /// The party's media cannot carry DTMF.
    public static let dtmfUnsupported = Self("Monologue has no media capable of DTMF injection")
    /// A subscription cannot be made.
    public static let subscription = Self("Failed to request subscription")
    /// Nothing to subscribe to.
    public static let noMedias = Self("No medias found (no monologues matched)")
}

/// A request that is refused: what the reply says.
public struct NGError: Error, Hashable, Sendable {
    /// The literal `error-reason`.
    public var reason: NGErrorReason
    /// The real cause, for the key `detail`.
    public var detail: String?

    /// The refusal with this reason and cause.
    public init(_ reason: NGErrorReason, detail: String? = nil) {
        self.reason = reason
        self.detail = detail
    }
}
