public import BatonBase

/// A request with every key of the protocol read into a typed field (N2).
///
/// The reading is tolerant: key and flag names with hyphens or spaces in any case, a
/// comma-separated string for a list, a list for a string, numbers as text, keys that occur twice
/// (lists and flag sets merge, of anything else the last value counts). Nothing that a proxy can
/// send is an error but a missing command; what is not known or has no effect yet is listed for the
/// `warning`.
public struct NGRequest: Hashable, Sendable {
    /// What to do.
    public var command: NGCommand

    // Who: the call and the parties.

    /// `call-id`.
    public var callID: String?
    /// `from-tag`.
    public var fromTag: String?
    /// `to-tag`; whether `offer` and `delete` honour it says ``NGFlags/honourToTag``.
    public var toTag: String?
    /// `via-branch`.
    public var viaBranch: String?
    /// `label` or `from-label`: names the party of `from-tag`.
    public var label: String?
    /// `to-label`: names a party by its label.
    public var toLabel: String?
    /// `set-label`: the label to give to the party.
    public var setLabel: String?
    /// `metadata`: text to keep with the call and to give back.
    public var metadata: String?

    // What: the description and what to change in it.

    /// `sdp`: the body's bytes, untouched.
    public var sdp: NGBytes?
    /// The flags that are acted on or remembered.
    public var flags: NGFlags = []
    /// `replace`.
    public var replace: NGReplace = []
    /// `sdp-attr`, in the order given.
    public var attributeRules: [NGAttributeRule] = []
    /// `sdp-media-remove`: media types in lower case, such as `video`.
    public var removedMediaTypes: [String] = []
    /// `sip-message-type`.
    public var sipMessageType: NGSIPMessageType?
    /// `sip-code`: the status of the SIP response.
    public var sipCode: Int?

    // Where: interfaces, addresses, transports.

    /// `from-interface`, `interface`, or the first of `direction`: faces the party of `from-tag`.
    public var fromInterface: String?
    /// `to-interface`, `interface`, or the second of `direction`: faces the other party.
    public var toInterface: String?
    /// `received-from`: where the SIP message came from.
    public var receivedFrom: IPAddress?
    /// `media-address`: the address to write into the SDP.
    public var mediaAddress: IPAddress?
    /// `address-family`: of the addresses in the SDP to send.
    public var addressFamily: IPAddress.Family?
    /// `transport-protocol` or bare words such as `RTP AVP`.
    public var transport: NGTransport?
    /// `transport-protocol=accept`: leave the profile as it was offered.
    public var acceptsTransport = false
    /// `rtcp-mux`.
    public var rtcpMux: NGRTCPMux = []
    /// `endpoint-learning`.
    public var endpointLearning: NGEndpointLearning?
    /// `TOS`: the byte for the IP headers of the call's packets.
    public var typeOfService: UInt8?

    // When, how much, and who is told.

    /// `delete-delay` in seconds, 0 for at once; `nil` means the configured one.
    public var deleteDelaySeconds: Int?
    /// `limit`: how many entries `list` gives.
    public var limit: Int?
    /// `supports` has `load limit`: see ``NGReply/loadLimit(_:for:detail:)``.
    public var supportsLoadLimit = false
    /// `xmlrpc-callback`: who is told when the call times out.
    public var timeoutCallback: String?

    // Parties of the commands on a running call (N10); see also ``party`` and ``receiver``.

    /// `from-tags`, and `from-tags-…` among the flags.
    public var fromTags: [String] = []
    /// `address`: names a party by its media address.
    public var address: IPAddress?
    /// `all`, the key.
    public var all: NGAll?

    // ICE and keys (N19).

    /// `ICE`.
    public var ice: NGICE?
    /// `ICE-lite`.
    public var iceLite: NGICELite?
    /// `DTLS`: the role towards the party that the SDP goes to.
    public var dtls: NGDTLS?
    /// `DTLS-reverse`: the role towards the party that the SDP came from.
    public var dtlsReverse: NGDTLS?
    /// `DTLS-fingerprint`.
    public var dtlsFingerprint: NGFingerprintHash?
    /// `SDES`, and the flags `SDES-…`.
    public var sdes = NGSDESOptions()
    /// `OSRTP`, and the flags `OSRTP-…`.
    public var osrtp: NGOSRTP = []
    /// `bundle`, and the flags `BUNDLE-…`.
    public var bundle: NGBundle = []

    // Media: codecs (N20), RTCP, DTMF, playing, recording.

    /// The flags about media.
    public var mediaFlags: NGMediaFlags = []
    /// `codec`, and the flags `codec-…`.
    public var codecs = NGCodecOptions()
    /// `extmap`, and the flag `strip-extmap`.
    public var extmap = NGExtmapOptions()
    /// `ptime` towards the party that the SDP goes to, in milliseconds.
    public var ptimeMs: UInt32?
    /// `ptime-reverse`: towards the party that the SDP came from, in milliseconds.
    public var ptimeReverseMs: UInt32?
    /// `passthrough`, the key and the flags: whether to leave the media as it is.
    public var passthrough: Bool?
    /// `generate-RTCP`, the key and the flag: whether baton makes RTCP of its own.
    public var generatesRTCP: Bool?
    /// `audio-player`, the key and the flags.
    public var audioPlayer: NGAudioPlayer?
    /// `delay-buffer`: how much later media passes, in milliseconds.
    public var delayBufferMs: UInt32?
    /// `media-echo`.
    public var mediaEcho: NGMediaEcho?
    /// `drop-traffic`: whether to begin (or to end) dropping all media.
    public var dropsTraffic: Bool?
    /// The keys about DTMF.
    public var dtmf = NGDTMFOptions()
    /// What to play.
    public var playback = NGPlayback()
    /// `record-call`: whether recording was asked for.
    public var recordCall: Bool?
    /// Where a recording goes.
    public var recording = NGRecordingOptions()

    // Kept as they came.

    /// `T.38`, and the `T38-…` flags without that prefix.
    public var t38: [String] = []
    /// `template`: the name of a configured set of flags.
    public var template: String?

    // What has no effect.

    /// Keys, flags and values that the protocol does not have, as written; bounded.
    public var unrecognized = NGNameList()
    /// Keys, flags and values of the protocol that have no effect yet; bounded.
    public var ineffective = NGNameList()

    /// An empty request for `command`.
    public init(command: NGCommand) {
        self.command = command
    }

    /// What to say in the reply's `warning` about keys and flags without effect; `nil` if all were
    /// understood and honoured.
    public var warning: String? {
        let parts = [
            unrecognized.sentence(after: "not recognized: "),
            ineffective.sentence(after: "no effect: "),
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
