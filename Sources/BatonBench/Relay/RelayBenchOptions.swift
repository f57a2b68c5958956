public import BatonBase

/// What ``RelayBench`` does.
public struct RelayBenchOptions: Sendable {
    /// Which question is asked.
    public enum Mode: Hashable, Sendable {
        /// What ``calls`` calls come to.
        case load
        /// How many calls the relay carries before it loses more than ``lossLimit``.
        case capacity
        /// How many calls a second can be set up; no media.
        case setUps
    }

    /// The relay's ng address (UDP).
    public var target: SocketAddress
    /// Which question is asked.
    public var mode: Mode = .load
    /// How many calls; in capacity mode how many the search starts with.
    public var calls = 100
    /// Packets a second of each stream.
    public var packetsPerSecond = 50
    /// The RTP payload of each packet in bytes.
    public var payloadBytes = 160
    /// How long packets are sent that count; in capacity mode how long for each step.
    public var duration: Duration = .seconds(10)
    /// How long packets are sent before any counts, so that the relay has learned its addresses.
    public var warmUp: Duration = .seconds(1)
    /// Whether both parties of a call send, or the caller only.
    public var isBothWays = true
    /// How many ng requests are in flight while calls are set up.
    public var outstanding = 64
    /// The relay's process, to be watched: CPU time, memory, threads.
    public var processID: Int32?
    /// The parties' address, `nil` for 127.0.0.1 or ::1, as the target's family has it.
    public var mediaAddress: IPAddress?
    /// The parties' ports; each party takes an even one.
    public var sourcePorts: ClosedRange<UInt16> = 12000...29999
    /// The shortest sleep of the generator: what falls due meanwhile is sent together. Zero never
    /// sleeps: the packets are spread best, and the generator's core is fully used.
    public var tick: Duration = .microseconds(100)
    /// How long the calls stay up in silence after the load, before they are ended.
    public var hold: Duration = .zero
    /// The greatest loss that counts as carried, as a part of what was sent.
    public var lossLimit = 0.001
    /// In a search for the capacity a packet that takes longer than this counts as lost: a relay
    /// must not look unburdened because its sockets queue for seconds (ITU-T G.114 wants 150 ms one
    /// way).
    public var latenessLimit: Duration = .milliseconds(150)
    /// When the generator sends more than this part of the packets over 5 ms late, the figures are
    /// not the relay's: a report says so, a search for the capacity ends.
    public var greatestLateFraction = 0.01
    /// The most calls that a search for the capacity tries.
    public var mostCalls = 4500
    /// How exact a search for the capacity is, as a part of the result.
    public var capacityResolution = 0.02

    /// The defaults: 100 calls for 10 seconds.
    public init(target: SocketAddress) {
        self.target = target
    }

    /// The parties' address.
    var partyAddress: IPAddress {
        mediaAddress
            ?? (target.ip.family == .v4 ? IPAddress(v4: 0x7f00_0001) : IPAddress(v6High: 0, low: 1))
    }

    /// Says what is wrong with the options, if anything.
    func validate() throws(BenchError) {
        let checks: [(Bool, String)] = [
            ((1...30000).contains(calls), "calls: 1 to 30000"),
            ((1...10000).contains(packetsPerSecond), "rate: 1 to 10000 packets a second"),
            (
                (MediaPacketCodec.leastPayloadBytes...1400).contains(payloadBytes),
                "payload: \(MediaPacketCodec.leastPayloadBytes) to 1400 bytes; the packet's stamp "
                    + "needs the first \(MediaPacketCodec.leastPayloadBytes)"
            ),
            (
                duration >= .milliseconds(100) && duration <= .seconds(86400),
                "duration: 0.1 to 86400 s"
            ),
            (warmUp >= .zero && warmUp <= .seconds(600), "warm-up: 0 to 600 s"),
            ((1...4096).contains(outstanding), "outstanding: 1 to 4096 requests"),
            (target.port != 0, "target: a port other than 0"),
            (partyAddress.family == target.ip.family, "media address: the target's family"),
        ]
        for (isGood, words) in checks where !isGood { throw .usage("\(words).") }
        let room = (Int(sourcePorts.upperBound) - Int(sourcePorts.lowerBound)) / 2 + 1
        if mode == .load, calls * 2 > room {
            throw .usage("source ports: \(calls) calls need \(calls * 2) even ports, not \(room).")
        }
    }
}
