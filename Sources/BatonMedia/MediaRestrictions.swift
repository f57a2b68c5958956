/// What becomes of telephone events that are kept from the other party.
public enum DTMFBlocking: Hashable, Sendable {
    /// Their packets are dropped.
    case drop
    /// They arrive as this key's, by its event code.
    case replaceWith(UInt8)
    /// They arrive as those of random digits, one for each key that was pressed.
    case randomDigits
    /// Tones of keys are heard as silence; packets of events are dropped.
    case silence
    /// Tones of keys are heard as a tone of one of these frequencies, one after the other from key
    /// to key (400 Hz without any); packets of events are dropped.
    case tone(frequenciesHz: [UInt32], levelDBm0: Int)

    /// How many frequencies there are at most.
    public static let frequenciesMax = 16

    /// Whether it is about tones in the audio, which have to be listened for.
    var isForTones: Bool {
        switch self {
        case .silence, .tone: true
        case .drop, .replaceWith, .randomDigits: false
        }
    }
}

/// What commands have taken away from the media of a party, or of a whole call, and what is
/// listened for in it.
public struct MediaRestrictions: Hashable, Sendable {
    /// No RTP passes (`block media`).
    public var blocksMedia = false
    /// Audio passes as silence (`silence media`).
    public var silencesMedia = false
    /// Telephone events are kept back like this (`block DTMF`); `nil` lets them pass.
    public var dtmf: DTMFBlocking?
    /// Tones of keys are found in the audio (`detect-DTMF`).
    public var detectsTones = false
    /// How long keys are held back, in milliseconds (`DTMF-delay`); 0 for not at all.
    public private(set) var dtmfDelayMs: UInt32 = 0

    /// Everything passes.
    public init() {}

    /// Holds keys back for so long, ten seconds at most.
    public mutating func setDTMFDelay(_ milliseconds: UInt32) {
        dtmfDelayMs = min(milliseconds, RelayCore.digitDelayMaxMs)
    }

    /// The effects at the port where the party's packets arrive.
    var effects: PortEffects {
        var effects = PortEffects()
        if blocksMedia { effects.insert(.blocksMedia) }
        if silencesMedia { effects.insert(.silencesMedia) }
        if dtmf != nil || dtmfDelayMs > 0 { effects.insert(.blocksDTMF) }
        if detectsTones || dtmf?.isForTones == true { effects.insert(.detectsTones) }
        return effects
    }

    /// Both together; of two ways to keep events back the party's own counts.
    func and(_ call: MediaRestrictions) -> MediaRestrictions {
        var both = self
        both.blocksMedia = blocksMedia || call.blocksMedia
        both.silencesMedia = silencesMedia || call.silencesMedia
        both.dtmf = dtmf ?? call.dtmf
        both.dtmfDelayMs = dtmfDelayMs > 0 ? dtmfDelayMs : call.dtmfDelayMs
        both.detectsTones = detectsTones || call.detectsTones
        return both
    }
}

extension Session {
    /// Changes what the parties at these indices may send, or with `nil` what everybody may, also
    /// who comes later.
    /// - Returns: What the worker must be told.
    public mutating func restrict(
        _ indices: [Int]?, _ change: (inout MediaRestrictions) -> Void
    ) -> [PortCommand] {
        if indices == nil { change(&restrictions) }
        for index in indices ?? Array(parties.indices) where parties.indices.contains(index) {
            change(&parties[index].restrictions)
        }
        return updateConfigurations()
    }

    /// What holds for the party at `index`.
    func restrictions(of index: Int) -> MediaRestrictions {
        parties[index].restrictions.and(restrictions)
    }
}
