import BatonBase
public import BatonConfig
public import BatonMedia
public import BatonNG

/// What ``SignallingCore`` is told: limits, timeouts and defaults. All of it can be changed while
/// it runs.
public struct SignallingSettings: Sendable {
    /// The limits on sessions.
    public var limits = Config.Limits()
    /// The timeouts of sessions.
    public var timeouts = Config.Timeouts()
    /// The limits on control messages.
    public var messages = NGLimits()
    /// The limits of the cookie cache.
    public var cookies = CookieCacheLimits()
    /// Who may use the control protocol.
    public var access = AccessList()
    /// How endpoints are learned when the request does not say.
    public var endpointLearning = EndpointLearning.heuristic
    /// Whether every endpoint may be learned from any IP address, which permits RTP bleed.
    public var learnsFromAnyAddress = false
    /// Where the files are that `play media` names.
    public var files = MediaFolder()
    /// The name that baton gives itself (N30).
    public var software = "baton"
    /// What marks an SDP as written by this very process (`loop-protect`): no other has it.
    public var instanceName = "baton"
    /// What the server can do in matters of SRTP, DTLS and ICE.
    public var capabilities = SecurityCapabilities()
    /// What recordings look like when the request does not say.
    public var recording = Config.Recording()
    /// How often counters are read for quality and timeouts.
    public var sampleInterval: Duration = .seconds(5)
    /// How many RTP sources of one session have a quality record.
    public var sourcesPerSession = 64
    /// How many control peers are counted apart in `statistics`.
    public var countedPeers = 64
    /// How many call-ids `list` gives when the request does not say.
    public var listLimit = 32

    /// The defaults.
    public init() {}

    /// The part of `config` that signalling needs.
    public init(_ config: Config, _ identity: ServerIdentity? = nil) {
        if let identity {
            instanceName = identity.instanceName
            capabilities.fingerprints = identity.fingerprints
            capabilities.certificateNumber = identity.certificateNumber
        }
        limits = config.limits
        timeouts = config.timeouts
        cookies.entries = config.ng.cookieEntries
        cookies.age = config.ng.cookieAge
        access = AccessList(config.ng.allow)
        endpointLearning = EndpointLearning(config.media.endpointLearning)
        learnsFromAnyAddress = config.media.learnsFromAnyAddress
        files.path = config.media.files
        files.isExclusive = config.media.playsFolderOnly
        capabilities.isICELite = config.media.ice == .lite
        software = config.software
        recording = config.recording
    }

    /// The bounds of one session.
    var sessionLimits: SessionLimits {
        var result = SessionLimits()
        result.parties = limits.partiesPerSession
        result.streams = limits.streamsPerParty
        return result
    }
}

extension EndpointLearning {
    /// The configuration's word as the media plane has it.
    init(_ configured: Config.Media.EndpointLearning) {
        switch configured {
        case .heuristic: self = .heuristic
        case .delayed: self = .delayed
        case .immediate: self = .immediate
        case .off: self = .off
        }
    }
}
