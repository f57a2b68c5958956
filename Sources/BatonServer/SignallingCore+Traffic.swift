import BatonBase
import BatonMedia

// Sums over the workers' counters.
extension SignallingCore {
    /// What one port has counted; its errors count as RTP's.
    func traffic(of slot: PortSlot, worker: Int) -> SessionTraffic {
        var sum = SessionTraffic()
        let count = { [self] (counter: PortCounter) in
            counters.count(counter, of: slot, worker: worker)
        }
        sum.rtp.packets = count(.packetsIn)
        sum.rtp.bytes = count(.bytesIn)
        sum.rtcp.packets = count(.rtcpPacketsIn)
        sum.rtcp.bytes = count(.rtcpBytesIn)
        sum.rtp.errors = errors(of: slot, worker: worker)
        for index in 0..<PortCounter.sourcesPerPort {
            let ssrc = counters.count(.ssrc, index: index, of: slot, worker: worker)
            guard ssrc >> 32 != 0 else { break }
            let lost = counters.count(.lost, index: index, of: slot, worker: worker)
            sum.lost &+= max(Int64(bitPattern: lost), 0)
        }
        return sum
    }

    /// Packets that were dropped or could not be sent.
    func errors(of slot: PortSlot, worker: Int) -> UInt64 {
        // What the control protocol wanted blocked is no error.
        Self.dropCounters.reduce(0) {
            $1.0 == .droppedBlocked ? $0 : $0 &+ counters.count($1.0, of: slot, worker: worker)
        }
    }

    /// The counters of packets that went nowhere, with their names.
    static var dropCounters: [(PortCounter, String)] {
        [
            (.droppedForeignSource, "foreignSource"),
            (.droppedAfterConfirmation, "afterConfirmation"), (.droppedMalformed, "malformed"),
            (.droppedTruncated, "truncated"), (.droppedNoDestination, "noDestination"),
            (.droppedTooLate, "tooLate"),
            (.sendErrors, "sendErrors"), (.receiveQueueDrops, "receiveQueue"),
            (.droppedWithoutKeys, "withoutKeys"), (.droppedUnauthenticated, "unauthenticated"),
            (.droppedReplayed, "replayed"), (.droppedHandshakes, "handshakes"),
            (.protectionErrors, "notProtected"), (.droppedPayloadType, "payloadType"),
            (.droppedUnconverted, "notConverted"), (.droppedUnassociated, "unassociated"),
            (.droppedBlocked, "blocked"),
        ]
    }

    /// What the ports of a session have counted, closed ones included.
    func traffic(of record: SessionRecord) -> SessionTraffic {
        var sum = record.retired
        record.session.forEachStreamPair { sum.add(traffic(of: $0, worker: record.worker)) }
        return sum
    }

    /// What the two ports of a stream have counted; errors at the RTCP port are RTCP's.
    func traffic(of pair: PortPair, worker: Int) -> SessionTraffic {
        var sum = traffic(of: pair.rtp.slot, worker: worker)
        sum.add(rtcpTraffic(of: pair.rtcp.slot, worker: worker))
        return sum
    }

    /// What a port for RTCP has counted.
    func rtcpTraffic(of slot: PortSlot, worker: Int) -> SessionTraffic {
        var sum = traffic(of: slot, worker: worker)
        (sum.rtcp.errors, sum.rtp.errors) = (sum.rtp.errors, 0)
        return sum
    }

    /// The address that a port sends to now, and the last foreign source.
    func address(
        _ columns: (PortCounter, PortCounter, PortCounter), of slot: PortSlot, worker: Int
    ) -> SocketAddress? {
        let tail = counters.count(columns.0, of: slot, worker: worker)
        let port = UInt16(truncatingIfNeeded: tail)
        let low = counters.count(columns.2, of: slot, worker: worker)
        switch tail >> 16 {
        case 4:
            return SocketAddress(ip: IPAddress(v4: UInt32(truncatingIfNeeded: low)), port: port)
        case 6:
            let high = counters.count(columns.1, of: slot, worker: worker)
            return SocketAddress(ip: IPAddress(v6High: high, low: low), port: port)
        default:
            return nil
        }
    }

    /// Where a port sends to.
    func remoteAddress(of slot: PortSlot, worker: Int) -> SocketAddress? {
        address(
            (.remoteFamilyAndPort, .remoteHigh, .remoteLow), of: slot, worker: worker)
    }

    /// The RTP sources that arrive at a port.
    func sources(of slot: PortSlot, worker: Int) -> [SourceCounts] {
        var found: [SourceCounts] = []
        forEachSource(of: slot, worker: worker) { found.append($0) }
        return found
    }

    /// Calls `body` with each RTP source that arrives at a port; allocates nothing.
    func forEachSource(of slot: PortSlot, worker: Int, _ body: (SourceCounts) -> Void) {
        for index in 0..<PortCounter.sourcesPerPort {
            guard let source = source(index, of: slot, worker: worker) else { return }
            body(source)
        }
    }

    private func source(_ index: Int, of slot: PortSlot, worker: Int) -> SourceCounts? {
        let ssrc = counters.count(.ssrc, index: index, of: slot, worker: worker)
        guard ssrc >> 32 != 0 else { return nil }
        func count(_ counter: SourceCounter) -> UInt64 {
            counters.count(counter, index: index, of: slot, worker: worker)
        }
        return SourceCounts(
            ssrc: UInt32(truncatingIfNeeded: ssrc), packets: count(.packets),
            bytes: count(.bytes), lost: Int64(bitPattern: count(.lost)),
            reordered: count(.reordered), duplicates: count(.duplicates),
            jitterMicroseconds: count(.jitterMicroseconds),
            extendedSequenceNumber: count(.extendedSequenceNumber),
            timestamp: UInt32(truncatingIfNeeded: count(.timestamp)),
            payloadType: UInt8(truncatingIfNeeded: count(.payloadType)),
            restarts: count(.restarts))
    }
}

/// One source block of a port, read once.
struct SourceCounts: Hashable {
    var ssrc: UInt32
    var packets: UInt64
    var bytes: UInt64
    var lost: Int64
    var reordered: UInt64
    var duplicates: UInt64
    var jitterMicroseconds: UInt64
    var extendedSequenceNumber: UInt64
    var timestamp: UInt32
    var payloadType: UInt8
    var restarts: UInt64

    /// Packets that never came, in percent of the expected ones.
    var lossPercent: Double {
        let missing = Double(max(lost, 0))
        let expected = missing + Double(packets)
        return expected > 0 ? missing / expected * 100 : 0
    }
}
