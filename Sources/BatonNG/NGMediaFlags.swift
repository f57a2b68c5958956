/// The flags about codecs, keys, DTMF, recording and playing: from `flags`, or implied by a key.
public struct NGMediaFlags: OptionSet, Hashable, Sendable {
    /// One bit a flag.
    public let rawValue: UInt64

    /// The set with these bits.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    // Codecs (N20).

    /// `allow-transcoding`: transcode where the parties have no codec in common.
    public static let allowTranscoding = Self(rawValue: 1 << 0)
    /// `force-transcoding`: transcode although they have one.
    public static let forceTranscoding = Self(rawValue: 1 << 1)
    /// `single-codec`: answer with one codec alone.
    public static let singleCodec = Self(rawValue: 1 << 2)
    /// `reorder-codecs`; other relays do not act on it any more.
    public static let reorderCodecs = Self(rawValue: 1 << 3)
    /// `static-codecs`: a re-offer changes no codecs.
    public static let staticCodecs = Self(rawValue: 1 << 4)
    /// `allow-asymmetric-codecs`: each direction may have another codec.
    public static let allowAsymmetricCodecs = Self(rawValue: 1 << 5)
    /// `symmetric-codecs`; other relays do not act on it any more.
    public static let symmetricCodecs = Self(rawValue: 1 << 6)
    /// `no-codec-renegotiation` or `reuse-codecs`: keep what was negotiated before.
    public static let reuseCodecs = Self(rawValue: 1 << 7)
    /// `allow-no-codec-media`: a stream may be left without any codec.
    public static let allowNoCodecMedia = Self(rawValue: 1 << 8)

    // ICE and keys (N19).

    /// `ICE-reject`: answer an offer of ICE without ICE.
    public static let iceReject = Self(rawValue: 1 << 9)
    /// `trickle-ICE`: candidates follow later (RFC 8838).
    public static let trickleICE = Self(rawValue: 1 << 10)
    /// `no-tls-id`: leave `a=tls-id` out.
    public static let noTLSID = Self(rawValue: 1 << 11)
    /// `recrypt`: decrypt and encrypt again although both sides use SRTP.
    public static let recrypt = Self(rawValue: 1 << 12)
    /// `WebRTC`: what it stands for is set as well, where no key says otherwise.
    public static let webRTC = Self(rawValue: 1 << 13)

    // Media.

    /// `mirror-RTCP`, of subscriptions only: RTCP passes from the subscriber to its source, too.
    public static let mirrorRTCP = Self(rawValue: 1 << 14)
    /// `no-jitter-buffer`: packets pass at once.
    public static let noJitterBuffer = Self(rawValue: 1 << 15)
    /// `early-media`: media of the answerer passes before the answer.
    public static let earlyMedia = Self(rawValue: 1 << 16)
    /// `block-short`: drop packets that are too short.
    public static let blockShort = Self(rawValue: 1 << 17)
    /// `mix`: mix the sources into one stream.
    public static let mix = Self(rawValue: 1 << 18)

    // DTMF.

    /// `inject-DTMF`: make it possible to play DTMF into the stream.
    public static let injectDTMF = Self(rawValue: 1 << 19)
    /// `detect-DTMF`: find tones in the audio.
    public static let detectDTMF = Self(rawValue: 1 << 20)
    /// `block-DTMF`: let no DTMF through.
    public static let blockDTMF = Self(rawValue: 1 << 21)

    // Recording, blocking and forwarding (N10).

    /// `egress`: what is recorded is what is sent, not what is received.
    public static let egress = Self(rawValue: 1 << 22)
    /// `block-egress`: block what the party is sent.
    public static let blockEgress = Self(rawValue: 1 << 23)
    /// `exclude-recording`: leave the party out of the recording.
    public static let excludeRecording = Self(rawValue: 1 << 24)
    /// `discard-recording`: delete what was recorded.
    public static let discardRecording = Self(rawValue: 1 << 25)
    /// `skip-recording-db`: write nothing about the recording into a database.
    public static let skipRecordingDatabase = Self(rawValue: 1 << 26)
    /// `recording-announcement`: tell the parties of the recording.
    public static let recordingAnnouncement = Self(rawValue: 1 << 27)
    /// `recording-vsc`: DTMF codes control the recording.
    public static let recordingCodes = Self(rawValue: 1 << 28)
    /// `pause`: pause the recording, do not end it.
    public static let pauseRecording = Self(rawValue: 1 << 29)
    /// `bidirectional`: for both directions.
    public static let bidirectional = Self(rawValue: 1 << 30)
}
