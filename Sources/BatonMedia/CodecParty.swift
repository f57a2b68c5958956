/// What is known of one party of a ``CodecAgreement``.
struct CodecParty: Hashable, Sendable {
    /// The formats that the party was last shown in an exchange that was answered.
    var shown: [CodecFormat] = []
    /// The formats that the party itself last listed in such an exchange.
    var described: [CodecFormat] = []
    /// The formats that payload types have stood for in this party's descriptions, its own and
    /// those it was shown: RFC 3264 §8.3.2 keeps them for the session.
    var bindings: [CodecFormat] = []
    /// The options of the party's last answered offer that had any.
    var options: CodecOptions?
    /// What becomes of the packets that the party sends.
    var conversion: MediaConversion?

    /// Notes what payload types stand for. A party that breaks the rule is believed.
    mutating func bind(_ formats: [CodecFormat]) {
        for format in formats where !format.encoding.isEmpty {
            let place = bindings.firstIndex { $0.payloadType == format.payloadType }
            if let place { bindings[place] = format } else { bindings.append(format) }
        }
    }
}

/// An offer as its answers need to know it.
struct CodecOffer: Hashable, Sendable {
    /// Who made it.
    var offerer: CodecAgreement.Role
    /// The offerer's formats that may be used towards it.
    var own: [Own]
    /// The formats that the other party was shown.
    var shown: [Shown]
    /// What was asked for; nothing for an offer that passed untouched.
    var options: CodecOptions?
    /// The packet times that the offerer stated.
    var packetTimes: PacketTimes

    /// A format of the offerer.
    struct Own: Hashable, Sendable {
        var format: CodecFormat
        /// Whether it is kept from the other party.
        var isHidden = false
        /// Whether it is accepted even if the other party does not have it.
        var isAccepted = false
    }

    /// A format that the other party was shown.
    struct Shown: Hashable, Sendable {
        var format: CodecFormat
        /// The offerer's payload type for the same codec; `nil` for one that was added.
        var source: UInt8?
        /// What the encoder was told, for one that was added.
        var bitrate: UInt32?
        var packetTimeMs: UInt32?
    }
}

/// `a=ptime` and `a=maxptime` of a section, in milliseconds (RFC 8866 §6.4).
struct PacketTimes: Hashable, Sendable {
    var wanted: UInt32?
    var max: UInt32?
}
