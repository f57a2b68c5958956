public import BatonBase

/// What ``BleedBench`` does.
public struct BleedBenchOptions: Sendable {
    /// The calls under attack: target, number, rate, addresses. ``RelayBenchOptions/duration`` is
    /// the length of each phase.
    public var relay: RelayBenchOptions
    /// The relay's media ports, all of which are attacked.
    public var ports: ClosedRange<UInt16>
    /// The attacker's packets a second.
    public var attackPacketsPerSecond = 10_000
    /// The attacker's address in the phases in which he is a stranger.
    public var attacker = IPAddress(v4: 0x7f00_0002)
    /// The relay's media address, `nil` for the address of the target.
    public var relayAddress: IPAddress?

    /// 50 calls under attack on `ports`, 5 s for each phase.
    public init(target: SocketAddress, ports: ClosedRange<UInt16>) {
        relay = RelayBenchOptions(target: target)
        relay.calls = 50
        relay.duration = .seconds(5)
        self.ports = ports
    }
}
