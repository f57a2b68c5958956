import BatonBase
import BatonMedia
import BatonNG

/// Sums over sessions that have ended.
struct ServerFigures {
    /// Traffic of ended sessions.
    var traffic = SessionTraffic()
    /// Their lives together, in milliseconds.
    var durationMilliseconds: UInt64 = 0
    /// Their MOS averages, times ten: sum, sum of squares and number.
    var mosSum = 0
    var mosSquares = 0
    var mosCount = 0
    /// Ended sessions without any RTP, and with RTP from one side only.
    var zeroWay: UInt64 = 0

    mutating func add(_ record: CallRecord) {
        traffic.rtp = traffic.rtp + record.rtp
        traffic.rtcp = traffic.rtcp + record.rtcp
        traffic.lost &+= record.lostPackets
        durationMilliseconds &+= UInt64(clamping: record.durationMilliseconds)
        if record.rtp.packets == 0 { zeroWay &+= 1 }
        guard let mos = record.averageMOSTimesTen else { return }
        mosSum += mos
        mosSquares += mos * mos
        mosCount += 1
    }

    /// The average MOS of ended sessions.
    var meanMOS: Double { mosCount == 0 ? 0 : Double(mosSum) / Double(mosCount) / 10 }

    /// Its standard deviation.
    var deviationMOS: Double {
        guard mosCount > 0 else { return 0 }
        let mean = Double(mosSum) / Double(mosCount)
        return max(Double(mosSquares) / Double(mosCount) - mean * mean, 0).squareRoot() / 10
    }
}

// statistics (N7, P3). Many of the protocol's numbers are strings with six decimals.
extension SignallingCore {
    func statistics(_ request: NGRequest, at now: Instant) -> NGReply {
        var all = NGDictionary()
        all.append("currentstatistics", .dictionary(currentFigures()))
        all.append("totalstatistics", .dictionary(totalFigures(at: now)))
        all.append("mos", .dictionary(mosFigures()))
        all.append("voip_metrics", .dictionary(mosFigures()))
        all.append("controlstatistics", .dictionary(controlFigures()))
        all.append("transcoders", [])
        all.append("interfaces", .list(plane.interfaceUsage.map { .dictionary(figures(of: $0)) }))
        var body = NGDictionary()
        body.append("statistics", .dictionary(all))
        return .ok(body, warning: request.warning)
    }

    private func currentFigures() -> NGDictionary {
        let media = table.all.reduce(0) { $0 + $1.session.streamPairs.count }
        return [
            "sessionsown": .number(table.count), "sessionsforeign": 0,
            "sessionstotal": .number(table.count),
            "transcodedmedia": .number(streamCounts()[.transcode] ?? 0),
            "packetrate": .number(load.packetsPerSecond),
            "byterate": .number(load.bitsPerSecond / 8), "errorrate": 0,
            "packetrate_user": .number(load.packetsPerSecond),
            "byterate_user": .number(load.bitsPerSecond / 8), "errorrate_user": 0,
            "packetrate_kernel": 0, "byterate_kernel": 0, "errorrate_kernel": 0,
            "media_userspace": .number(media), "media_kernel": 0, "media_mixed": 0,
        ]
    }

    private func totalFigures(at now: Instant) -> NGDictionary {
        let ended = totals.ended
        let count = { (reason: EndReason) in NGValue.number(ended[reason] ?? 0) }
        let endedCount = ended.values.reduce(0, &+)
        let packets = figures.traffic.rtp.packets &+ figures.traffic.rtcp.packets
        let bytes = figures.traffic.rtp.bytes &+ figures.traffic.rtcp.bytes
        let errors = figures.traffic.rtp.errors &+ figures.traffic.rtcp.errors
        let seconds = Double(figures.durationMilliseconds) / 1_000
        return [
            "uptime": .text(String((now - startedAt).wholeMilliseconds / 1_000)),
            "managedsessions": .number(totals.createdSessions),
            "rejectedsessions": .number(totals.refused),
            "timeoutsessions": count(.noMedia), "silenttimeoutsessions": count(.silent),
            "finaltimeoutsessions": count(.final), "offertimeoutsessions": count(.unanswered),
            "regularterminatedsessions": count(.deleted),
            "forcedterminatedsessions": count(.endedByAPI),
            "relayedpackets": .number(packets), "relayedpacketerrors": .number(errors),
            "relayedbytes": .number(bytes),
            "relayedpackets_user": .number(packets), "relayedpacketerrors_user": .number(errors),
            "relayedbytes_user": .number(bytes), "relayedpackets_kernel": 0,
            "relayedpacketerrors_kernel": 0, "relayedbytes_kernel": 0,
            "zerowaystreams": .number(figures.zeroWay),
            "onewaystreams": .number(totals.oneWayAudio),
            "avgcallduration": .decimal(endedCount == 0 ? 0 : seconds / Double(endedCount)),
            "totalcallsduration": .decimal(seconds),
        ]
    }

    private func mosFigures() -> NGDictionary {
        [
            "mos_total": .decimal(Double(figures.mosSum) / 10),
            "mos_samples_total": .number(figures.mosCount),
            "mos_average_total": .decimal(figures.meanMOS),
            "mos_stddev_total": .decimal(figures.deviationMOS),
        ]
    }

    private func controlFigures() -> NGDictionary {
        let words = ["ping", "offer", "answer", "delete", "query", "list", "statistics"]
        var body = NGDictionary()
        let proxies = peers.sorted { $0.key.description < $1.key.description }
        body.append(
            "proxies",
            .list(
                proxies.map { peer, counts in
                    var entry: NGDictionary = ["proxy": .text(peer.description)]
                    for word in words {
                        entry.append("\(word)count", .number(counts.commands[word]?.count ?? 0))
                    }
                    let errors = counts.commands.values.reduce(UInt64(0)) { $0 &+ $1.errors }
                    entry.append("errorcount", .number(errors))
                    return .dictionary(entry)
                }))
        for word in words {
            body.append("total\(word)count", .number(totals.commands[word]?.count ?? 0))
        }
        return body
    }

    private func figures(of usage: InterfaceUsage) -> NGDictionary {
        let free = usage.portsTotal - usage.portsUsed - usage.portsResting
        let percent = Double(usage.portsUsed) * 100 / Double(max(usage.portsTotal, 1))
        return [
            "name": .text(usage.name), "address": .text(usage.address.description),
            "ports": [
                "min": .number(usage.range.lowerBound), "max": .number(usage.range.upperBound),
                "used": .number(usage.portsUsed), "used_pct": .decimal(percent),
                "free": .number(free), "totals": .number(usage.portsTotal),
            ],
        ]
    }
}

extension NGValue {
    /// A number as the protocol writes fractions: a string with six decimals.
    static func decimal(_ value: Double) -> NGValue {
        let millionths = Int64(max(min(value, 9e12), -9e12) * 1_000_000)
        let fraction = String(abs(millionths % 1_000_000))
        let padding = String(repeating: "0", count: 6 - fraction.count)
        let sign = millionths < 0 ? "-" : ""
        return .text("\(sign)\(abs(millionths / 1_000_000)).\(padding)\(fraction)")
    }
}
