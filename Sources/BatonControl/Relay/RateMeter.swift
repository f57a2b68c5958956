import BatonAPI
import BatonBase

/// Turns counters into rates: what has been counted since the last look that was a second or more
/// ago. Looks that follow faster get the last result again.
struct RateMeter {
    private static let leastSeconds = 0.9

    /// Counters of one look at the whole daemon.
    struct Reading {
        var packets: UInt64 = 0
        var bytes: UInt64 = 0
        var lost: Int64 = 0
        var received: UInt64 = 0
        var cpuNanoseconds: UInt64 = 0
        var workerPackets: [UInt64] = []
        var workerBusyNanoseconds: [UInt64] = []
    }

    /// What follows from two readings.
    struct Rates {
        var packetsPerSecond = 0.0
        var bitsPerSecond = 0.0
        var lossPercent = 0.0
        var cpuPercent = 0.0
        var workerPacketsPerSecond: [Double] = []
        var workerBusyPercent: [Double] = []
    }

    private var before: (at: Instant, reading: Reading)?
    private var rates = Rates()
    private var sessionsBefore: (at: Instant, packets: [String: UInt64])?
    private var sessionRates: [String: Double] = [:]

    /// The rates up to `reading`, taken at `now`.
    mutating func measure(_ reading: Reading, at now: Instant) -> Rates {
        guard let (at, old) = before else {
            before = (now, reading)
            return rates
        }
        let seconds = Double(now.nanosecondsSince(at)) / 1e9
        guard seconds >= Self.leastSeconds else { return rates }
        before = (now, reading)
        rates = Self.rates(old, reading, seconds)
        return rates
    }

    private static func rates(_ old: Reading, _ new: Reading, _ seconds: Double) -> Rates {
        var rates = Rates()
        rates.packetsPerSecond = perSecond(old.packets, new.packets, seconds)
        rates.bitsPerSecond = perSecond(old.bytes, new.bytes, seconds) * 8
        rates.cpuPercent = perSecond(old.cpuNanoseconds, new.cpuNanoseconds, seconds) / 1e7
        // Sessions come and go, so the sums can shrink; then there is nothing to say.
        let lost = Double(max(new.lost &- old.lost, 0))
        let received = Double(new.received > old.received ? new.received &- old.received : 0)
        rates.lossPercent = lost + received > 0 ? lost / (lost + received) * 100 : 0
        rates.workerPacketsPerSecond = zip(old.workerPackets, new.workerPackets).map {
            perSecond($0, $1, seconds)
        }
        rates.workerBusyPercent = zip(old.workerBusyNanoseconds, new.workerBusyNanoseconds).map {
            perSecond($0, $1, seconds) / 1e7
        }
        return rates
    }

    private static func perSecond(_ old: UInt64, _ new: UInt64, _ seconds: Double) -> Double {
        new > old ? Double(new &- old) / seconds : 0
    }

    /// Fills in the sessions' packet rates since the last list.
    mutating func rate(_ sessions: inout [BatonAPI.SessionSummary], at now: Instant) {
        let seconds = sessionsBefore.map { Double(now.nanosecondsSince($0.at)) / 1e9 } ?? 0
        if sessionsBefore == nil || seconds >= Self.leastSeconds {
            let old = sessionsBefore?.packets ?? [:]
            sessionRates = [:]
            for session in sessions {
                let rate = old[session.callID].map {
                    Self.perSecond($0, session.packets, seconds)
                }
                sessionRates[session.callID] = rate ?? Self.average(session)
            }
            let packets = sessions.map { ($0.callID, $0.packets) }
            sessionsBefore = (now, Dictionary(packets) { first, _ in first })
        }
        for index in sessions.indices {
            sessions[index].packetsPerSecond =
                sessionRates[sessions[index].callID] ?? Self.average(sessions[index])
        }
    }

    /// The rate over a session's whole life, where there is no earlier look at it.
    private static func average(_ session: BatonAPI.SessionSummary) -> Double {
        session.durationSeconds > 0 ? Double(session.packets) / session.durationSeconds : 0
    }
}
