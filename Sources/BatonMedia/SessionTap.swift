public import BatonBase

/// Parties of a session: some, or all but some, later ones included.
public enum PartySelection: Hashable, Sendable {
    /// These.
    case only(Set<PartyID>)
    /// All but these.
    case all(except: Set<PartyID>)

    /// Nobody.
    public static let none = PartySelection.only([])

    /// Whether the party is one of them.
    public func contains(_ party: PartyID) -> Bool {
        switch self {
        case .only(let parties): parties.contains(party)
        case .all(let except): !except.contains(party)
        }
    }

    /// With these too, `nil` for all.
    public func adding(_ parties: Set<PartyID>?) -> PartySelection {
        guard let parties else { return .all(except: []) }
        switch self {
        case .only(let some): return .only(some.union(parties))
        case .all(let except): return .all(except: except.subtracting(parties))
        }
    }

    /// Without these, `nil` for all.
    public func removing(_ parties: Set<PartyID>?) -> PartySelection {
        guard let parties else { return .none }
        switch self {
        case .only(let some): return .only(some.subtracting(parties))
        case .all(let except): return .all(except: except.union(parties))
        }
    }
}

/// Which parties of a session are recorded or forwarded, and under which number.
public struct SessionTap: Hashable, Sendable {
    /// What the packets are marked with.
    public var recording: UInt32
    /// The parties that are recorded.
    public var recorded: PartySelection
    /// The parties whose audio is forwarded.
    public var forwarded: PartySelection
    /// Those whose packets are not copied all the same.
    public var excluded: Set<PartyID>

    /// A tap, of nobody yet.
    public init(
        recording: UInt32, recorded: PartySelection = .none, forwarded: PartySelection = .none,
        excluded: Set<PartyID> = []
    ) {
        self.recording = recording
        self.recorded = recorded
        self.forwarded = forwarded
        self.excluded = excluded
    }

    /// Whether the party is recorded.
    public func records(_ party: PartyID) -> Bool {
        recorded.contains(party) && !excluded.contains(party)
    }

    /// Whether the party's audio is forwarded.
    public func forwards(_ party: PartyID) -> Bool {
        forwarded.contains(party) && !excluded.contains(party)
    }

    /// Whether the party's packets are copied.
    public func takes(_ party: PartyID) -> Bool { records(party) || forwards(party) }
}

/// One line of one party as a recorder needs to know it.
public struct TappedStream: Hashable, Sendable {
    /// The number that its packets carry.
    public var number: TapNumber
    /// The party.
    public var party: PartyID
    /// The media type, `audio` for example.
    public var kind: String
    /// What the payload types stand for that the party may send.
    public var formats: [CodecFormat]
    /// Our address that faces the party.
    public var local: SocketAddress
    /// Our address for the party's RTCP where that has a port of its own.
    public var localControl: SocketAddress
}

extension Session {
    /// Begins, changes or ends copying packets to the recorder.
    /// - Returns: the commands that tell the worker.
    public mutating func setTap(_ tap: SessionTap?) -> [PortCommand] {
        self.tap = tap
        return updateConfigurations()
    }

    /// Changes ``tap`` without telling the worker yet.
    public mutating func setTapSilently(_ tap: SessionTap?) { self.tap = tap }

    /// The lines whose packets ``tap`` copies.
    public var tappedStreams: [TappedStream] {
        guard let tap else { return [] }
        return parties.filter { tap.takes($0.id) }.flatMap { party in
            party.streams.indices.compactMap { index in
                guard party.streams[index].treatment == .rtp,
                    let ports = party.streams[index].ports
                else { return nil }
                return TappedStream(
                    number: tap.number(of: party.id, stream: index), party: party.id,
                    kind: party.streams[index].kind, formats: formats(from: party, index),
                    local: ports.rtp.address, localControl: ports.rtcp.address)
            }
        }
    }

    /// Whether packets of the parties that are recorded pass under keys that only the parties have.
    public var isTapUnreadable: Bool {
        parties.contains { party in
            (tap?.takes(party.id) ?? true)
                && party.streams.contains {
                    $0.treatment == .rtp && $0.security.mode == .passThrough
                }
        }
    }

    /// What payload types stand for that a party sends: what it was shown or named itself.
    private func formats(from party: Party, _ index: Int) -> [CodecFormat] {
        let peer = party.peer.flatMap { self.party($0) }
        if let peer, index < peer.streams.count {
            let isCaller = party.id.number < peer.id.number
            let agreement = (isCaller ? peer : party).streams[index].codecs
            return agreement[isCaller ? .caller : .callee].bindings
        }
        return party.streams[index].codecs.callee.bindings
    }

    /// Marks the ports of a stream whose packets are copied.
    func tap(
        _ rtp: inout PortConfiguration, _ rtcp: inout PortConfiguration, _ party: Int, _ index: Int
    ) {
        guard let tap, parties[party].streams[index].treatment == .rtp,
            tap.takes(parties[party].id),
            parties[party].streams[index].security.mode != .passThrough
        else { return }
        rtp.tap = tap.number(of: parties[party].id, stream: index)
        rtp.effects.insert(.tapped)
        rtcp.tap = rtp.tap
        rtcp.tap?.isControl = true
        rtcp.effects.insert(.tapped)
    }
}

extension SessionTap {
    fileprivate func number(of party: PartyID, stream: Int) -> TapNumber {
        TapNumber(
            recording: recording, party: UInt16(clamping: party.number),
            stream: UInt8(clamping: stream))
    }
}
