/// What is known of one party of a ``CodecAgreement``.
struct CodecParty: Hashable, Sendable {
    /// The formats that the party was shown in the last exchange that was answered.
    var shown: [CodecFormat] = []
    /// The formats that exchange left the party with, under the payload types that it knows.
    var agreed: [CodecFormat] = []
    /// What payload types have stood for in the descriptions that the party sent or was shown:
    /// RFC 3264 §8.3.2 keeps that for the session.
    var bindings: [CodecFormat] = []
    /// The options of the party's last answered offer, `nil` when it had none.
    var options: CodecOptions?
    /// The party's last offer. It stays after its answer: there may be more answers to it, also
    /// after an offer of the other party (a 200 behind an UPDATE).
    var offer: CodecOffer?
    /// What becomes of the packets that the party sends.
    var conversion: MediaConversion?

    /// Notes what payload types stand for. A party that breaks the rule is believed.
    mutating func bind(_ formats: [CodecFormat]) {
        if bindings.isEmpty, formats.allSatisfy({ !$0.encoding.isEmpty }) {
            bindings = formats  // The same storage: plain calls never need another.
            return
        }
        for format in formats where !format.encoding.isEmpty {
            let place = bindings.firstIndex { $0.payloadType == format.payloadType }
            if let place { bindings[place] = format } else { bindings.append(format) }
        }
    }

    /// The payload type under which this party is to see `format`: the one that it knows, else
    /// `wish`, else the encoding's fixed one, else the first that has never been used; none of
    /// `taken`. `nil` when all are used.
    func payloadType(for format: CodecFormat, wish: UInt8?, besides taken: Set<UInt8>) -> UInt8? {
        let known = bindings.filter {
            $0.isSameCodec(as: format) && !taken.contains($0.payloadType)
        }
        if let wish, known.contains(where: { $0.payloadType == wish }) { return wish }
        if let first = known.first { return first.payloadType }
        let used = taken.union(bindings.map(\.payloadType))
        for candidate in [wish, format.fixedPayloadType] {
            if let candidate, !used.contains(candidate) { return candidate }
        }
        return Self.dynamic.first { !used.contains($0) }
    }

    /// The dynamic payload types of RFC 3551 §3, then unassigned ones that are no RTCP packet types
    /// when they share a port (RFC 5761 §4).
    private static let dynamic = Array(UInt8(96)...127) + Array(35...63)
}

/// An offer as its answers need to know it.
struct CodecOffer: Hashable, Sendable {
    /// Who made it.
    let offerer: CodecAgreement.Role
    /// The formats in it.
    let formats: [CodecFormat]
    /// The packet times that the offerer stated.
    let packetTimes: PacketTimes
    /// What was done to it, `nil` when it went on untouched.
    var edit: Edit?

    /// What was made of an offer.
    struct Edit: Hashable, Sendable {
        /// What was asked for.
        var options: CodecOptions
        /// Whether ``options`` are those of an earlier message.
        var isInherited: Bool
        /// The offerer's formats that may be used towards it, in its order.
        var own: [Own]
        /// The formats that the other party was shown, in order.
        var shown: [Shown]

        /// Whether keys may be events on one side and tones on the other, before the answer.
        var interworksEvents: Bool {
            let events = own.map(\.format).filter { $0.kind == .telephoneEvent }
            return events.contains { options.interworks($0) }
                || events.isEmpty && options.addsEvents
        }
    }

    /// What was made of the offer; if nothing, every format is shown as it is.
    var edited: Edit {
        edit
            ?? Edit(
                options: CodecOptions(), isInherited: false,
                own: formats.map { Own(format: $0) },
                shown: formats.map { Shown(format: $0, source: $0.payloadType) })
    }

    /// The formats that the other party was shown.
    var shownFormats: [CodecFormat] { edit?.shown.map(\.format) ?? formats }

    /// A format of the offerer.
    struct Own: Hashable, Sendable {
        var format: CodecFormat
        /// Whether it is accepted even if the other party does not have it.
        var isAccepted = false
    }

    /// A format that the other party was shown.
    struct Shown: Hashable, Sendable {
        var format: CodecFormat
        /// The offerer's payload type for the same codec; `nil` for one that was added.
        var source: UInt8?
        /// What the encoder was told, for one that was added.
        var encoding = EncodingWish()
    }
}

/// What a pattern asks of an encoder.
struct EncodingWish: Hashable, Sendable {
    /// In bits a second.
    var bitrate: UInt32?
    var packetTimeMs: UInt32?
    /// The effort of Opus, 0…10.
    var complexity: UInt8?

    /// No wishes.
    init() {}

    /// Those of `pattern`.
    init(_ pattern: CodecPattern) {
        bitrate = pattern.bitrate
        complexity = pattern.complexity
        packetTimeMs = pattern.packetTimeMs.map {
            let range = CodecOptions.packetTimesMs
            return min(max($0, range.lowerBound), range.upperBound)
        }
    }
}
