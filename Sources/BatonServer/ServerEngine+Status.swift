import BatonBase
import BatonConfig
import BatonIO
import BatonMedia
import BatonRecord
import Logging

// The server as plain values, and its reload.
extension ServerEngine {
    /// Uses `config` from now on: everything in it that does not need a restart.
    func apply(_ config: Config) {
        self.config = config
        core.apply(SignallingSettings(config, identity), at: MonotonicClock.now())
        core.plane.settings.typeOfService = UInt8(clamping: config.media.tos)
        core.plane.setRestTime(config.media.portReuseDelay)
        streams?.settings = NGStreamSettings(config)
        notices.timeout = config.notice.timeout
        closeStrangers()
        finishTurn()
    }

    /// Connections outlive the list that let them in; a shorter list must hold for them as well.
    private func closeStrangers() {
        let access = core.settings.access
        guard let count = streams?.closeConnections(unless: access.permits), count > 0 else {
            return
        }
        logger.notice(
            "closed ng connections of addresses that are no longer allowed",
            metadata: ["connections": "\(count)"])
    }

    /// The server at a glance.
    func status(startedAt: Instant) -> ServerStatus {
        let now = MonotonicClock.now()
        var totals = core.totals
        totals.connections = streams?.connectionCount ?? 0
        totals.connectionsRefused = streams?.refused ?? 0
        totals.connectionsDropped = streams?.dropped ?? 0
        totals.repliesLost = datagrams.reduce(0) { $0 &+ $1.repliesLost }
        totals.noticesSent = notices.delivered
        totals.noticesFailed = notices.failed
        return ServerStatus(
            phase: core.isDraining ? .draining : .serving, software: config.software,
            uptimeSeconds: (now - startedAt).wholeMilliseconds / 1_000, totals: totals,
            interfaces: core.plane.interfaceUsage, workers: workerStatus(),
            listeners: listeners, cpuPercentOfOneCore: meter.cpuPercentOfOneCore,
            bitsPerSecond: core.load.bitsPerSecond,
            packetsPerSecond: core.load.packetsPerSecond,
            portsTakenByOthers: core.plane.portsTakenByOthers, streams: core.streamCounts(),
            conversions: conversionTotals(), recording: recordingStatus())
    }

    private func recordingStatus() -> RecordingStatus {
        RecordingStatus(
            core.recorder?.figures ?? RecorderFigures(),
            unrecordedPackets: workers.reduce(0) { $0 &+ $1.total(.unrecordedPackets) })
    }

    private func conversionTotals() -> ConversionTotals {
        let sum = { [workers] (counter: PortCounter) in
            workers.reduce(0) { $0 &+ $1.total(counter) }
        }
        return ConversionTotals(
            concealedPackets: sum(.concealedPackets), recoveredPackets: sum(.recoveredPackets),
            latePackets: sum(.latePackets), malformedPayloads: sum(.malformedPayloads))
    }

    private func workerStatus() -> [WorkerStatus] {
        let sessions = core.sessionCounts(workers: workers.count)
        return workers.map { worker in
            let count = { (counter: WorkerCounter) in
                worker.counters.load(row: 0, column: counter.rawValue)
            }
            return WorkerStatus(
                index: worker.index, openPorts: Int(clamping: count(.openPorts)),
                portCapacity: worker.portCapacity, sessions: sessions[worker.index],
                packetsReceived: count(.packetsIn), packetsSent: count(.packetsOut),
                bytesReceived: count(.bytesIn), bytesSent: count(.bytesOut),
                wakeups: count(.wakeups), busyNanoseconds: count(.busyNanoseconds),
                fullVectors: count(.fullVectors),
                complexityLimit: Int(clamping: count(.complexityLimit)), drops: drops(of: worker))
        }
    }

    private func drops(of worker: MediaWorker) -> [String: UInt64] {
        let counts = Core.dropCounters.map { ($0.1, worker.total($0.0)) }.filter { $0.1 > 0 }
        return Dictionary(counts) { first, _ in first }
    }
}
