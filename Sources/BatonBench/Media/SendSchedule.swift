public import BatonBase

/// When each packet of a run is due: the packets of all streams spread evenly over the packet
/// interval, every stream once in each round.
///
/// Positions count all packets from 0. With both directions the callers of all calls come first and
/// the callees half an interval later, so that the two packets of a call never meet.
public struct SendSchedule: Sendable {
    /// When position 0 is due.
    public let start: Instant
    /// How many calls send.
    public let callCount: Int
    /// How many streams send: one or two for each call.
    public let streamCount: Int
    /// How many packets a second each stream sends.
    public let packetsPerSecond: Int

    /// A schedule of `callCount` calls from `start` on.
    public init(start: Instant, callCount: Int, isBothWays: Bool, packetsPerSecond: Int) {
        precondition(callCount > 0 && packetsPerSecond > 0, "a schedule sends something")
        self.start = start
        self.callCount = callCount
        self.streamCount = isBothWays ? callCount * 2 : callCount
        self.packetsPerSecond = packetsPerSecond
    }

    /// The packets a second of all streams.
    public var totalPacketsPerSecond: Int { streamCount * packetsPerSecond }

    /// When the packet at `position` is due.
    public func due(_ position: UInt64) -> Instant {
        let perSecond = UInt64(totalPacketsPerSecond)
        let (seconds, rest) = position.quotientAndRemainder(dividingBy: perSecond)
        return Instant(
            nanoseconds: start.nanoseconds &+ seconds &* 1_000_000_000
                &+ rest &* 1_000_000_000 / perSecond)
    }

    /// The call and direction of the packet at `position`, and how many its stream has sent before.
    public func packet(
        _ position: UInt64
    ) -> (call: Int, direction: MediaDirection, round: UInt64) {
        let (round, slot) = position.quotientAndRemainder(dividingBy: UInt64(streamCount))
        let stream = Int(slot)
        return stream < callCount
            ? (stream, .callerToCallee, round) : (stream - callCount, .calleeToCaller, round)
    }
}
