/// What becomes of telephone events that are kept from the other party.
public enum DTMFBlocking: Hashable, Sendable {
    /// Their packets are dropped.
    case drop
    /// They arrive as this key's, by its event code.
    case replaceWith(UInt8)
    /// They arrive as those of random digits, one for each key that was pressed.
    case randomDigits
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

    /// Everything passes.
    public init() {}

    /// The effects at the port where the party's packets arrive.
    var effects: PortEffects {
        var effects = PortEffects()
        if blocksMedia { effects.insert(.blocksMedia) }
        if silencesMedia { effects.insert(.silencesMedia) }
        if dtmf != nil { effects.insert(.blocksDTMF) }
        if detectsTones { effects.insert(.detectsTones) }
        return effects
    }

    /// Both together; of two ways to keep events back the party's own counts.
    func and(_ call: MediaRestrictions) -> MediaRestrictions {
        var both = self
        both.blocksMedia = blocksMedia || call.blocksMedia
        both.silencesMedia = silencesMedia || call.silencesMedia
        both.dtmf = dtmf ?? call.dtmf
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
