public import BatonAPI
import BatonBase
import BatonConfig
import BatonIO
import BatonMedia
import BatonServer
import BatonTelemetry
import Synchronization

extension RelayControlService {
    /// See ``ControlService``.
    public func status() async -> StatusAnswer {
        var answer = StatusAnswer()
        answer.version = Config.version
        answer.startedUnixMs = surroundings.startedUnixMs
        answer.process = Self.process()
        let log = surroundings.logTotals()
        answer.log.written = log.written
        answer.log.dropped = log.dropped
        answer.log.writeErrors = log.writeErrors
        guard let status = await relay.status() else {
            answer.state = .draining
            return answer
        }
        let sessions = await relay.sessions()
        fill(&answer, from: status, sessions)
        return answer
    }

    private func fill(
        _ answer: inout StatusAnswer, from status: ServerStatus,
        _ sessions: [BatonServer.SessionSummary]
    ) {
        let reading = Self.reading(status, sessions)
        let rates = rates.withLock { $0.measure(reading, at: MonotonicClock.now()) }
        answer.software = status.software
        answer.state = status.phase == .serving ? .running : .draining
        answer.uptimeSeconds = Double(status.uptimeSeconds)
        answer.listeners = status.listeners.map { "ng/\($0.transport) \($0.address)" }
        answer.sessions = BatonAPI.SessionTotals(status.totals)
        answer.ports.total = status.interfaces.reduce(0) { $0 + $1.portsTotal }
        answer.ports.inUse = status.interfaces.reduce(0) { $0 + $1.portsUsed }
        answer.ports.resting = status.interfaces.reduce(0) { $0 + $1.portsResting }
        answer.control = BatonAPI.ControlTotals(status.totals)
        answer.workers = status.workers.map { BatonAPI.WorkerStatus($0, rates) }
        answer.process.cpuPercent = rates.cpuPercent
        answer.traffic = Self.traffic(status.workers, rates)
        answer.streams = BatonAPI.StreamTotals(status.streams)
        answer.setup = BatonAPI.SetupTotals(status.totals)
        answer.conversions = BatonAPI.ConversionTotals(status.conversions)
        answer.recording = RecordingTotals(status.recording)
        for worker in status.workers {
            answer.dropsByReason.merge(worker.drops) { $0 &+ $1 }
        }
    }

    private static func reading(
        _ status: ServerStatus, _ sessions: [BatonServer.SessionSummary]
    ) -> RateMeter.Reading {
        var reading = RateMeter.Reading()
        let cpu = ProcessResources.processTime()
        reading.cpuNanoseconds = cpu.userNanoseconds &+ cpu.systemNanoseconds
        reading.workerPackets = status.workers.map(\.packetsSent)
        reading.workerBusyNanoseconds = status.workers.map(\.busyNanoseconds)
        reading.packets = reading.workerPackets.reduce(0, &+)
        reading.bytes = status.workers.reduce(0) { $0 &+ $1.bytesSent }
        reading.lost = sessions.reduce(0) { $0 &+ $1.lostPackets }
        reading.received = sessions.reduce(0) { $0 &+ $1.rtp.packets }
        return reading
    }

    private static func traffic(
        _ workers: [BatonServer.WorkerStatus], _ rates: RateMeter.Rates
    ) -> BatonAPI.TrafficTotals {
        var traffic = BatonAPI.TrafficTotals()
        for worker in workers {
            traffic.packetsIn &+= worker.packetsAccepted
            traffic.bytesIn &+= worker.bytesReceived
            traffic.packetsOut &+= worker.packetsSent
            traffic.bytesOut &+= worker.bytesSent
            traffic.packetsDropped &+= worker.packetsDropped
        }
        traffic.packetsPerSecond = rates.packetsPerSecond
        traffic.bitsPerSecond = rates.bitsPerSecond
        traffic.lossPercent = rates.lossPercent
        return traffic
    }

    private static func process() -> ProcessStatus {
        var status = ProcessStatus()
        let probe = ProcessProbe.own
        status.processID = Int(probe.processID)
        status.residentBytes = ProcessResources.residentBytes()
        status.openDescriptors = probe.openDescriptorCount ?? 0
        status.descriptorLimit = ProcessResources.openFilesLimit()
        return status
    }
}

extension BatonServer.WorkerStatus {
    /// Datagrams received and not relayed, kernel drops not among them: those never arrived.
    var packetsDropped: UInt64 {
        drops.reduce(0) { $1.key == "receiveQueue" ? $0 : $0 &+ $1.value }
    }

    /// Datagrams that were let through.
    var packetsAccepted: UInt64 {
        packetsReceived > packetsDropped ? packetsReceived &- packetsDropped : 0
    }
}

extension BatonAPI.SessionTotals {
    init(_ totals: BatonServer.ControlTotals) {
        self.init()
        current = totals.sessions - totals.lingeringSessions
        peak = totals.peakSessions
        started = totals.createdSessions
        ended = totals.ended.values.reduce(0, &+)
        timedOut = totals.ended.reduce(0) { $1.key.isTimeout ? $0 &+ $1.value : $0 }
        refused = totals.refused
    }
}

extension BatonAPI.StreamTotals {
    init(_ streams: [RouteKind: Int]) {
        self.init()
        relayed = streams[.relay] ?? 0
        converted = streams[.convert] ?? 0
        transcoded = streams[.transcode] ?? 0
    }
}

extension BatonAPI.SetupTotals {
    init(_ totals: BatonServer.ControlTotals) {
        self.init()
        iceSelected = totals.iceSelected
        iceFailed = totals.iceFailed
        iceConsentLost = totals.iceConsentLost
        dtlsHandshakes = totals.handshakes
        dtlsFailed = totals.handshakesFailed
        withoutPath = totals.setupFailures
        oneWayAudio = totals.oneWayAudio
        silentAudio = totals.silentAudio
    }
}

extension BatonAPI.ConversionTotals {
    init(_ totals: BatonServer.ConversionTotals) {
        self.init()
        concealedPackets = totals.concealedPackets
        recoveredPackets = totals.recoveredPackets
        latePackets = totals.latePackets
        malformedPayloads = totals.malformedPayloads
    }
}

extension BatonAPI.ControlTotals {
    init(_ totals: BatonServer.ControlTotals) {
        self.init()
        requests = totals.commands.values.reduce(0) { $0 &+ $1.count }
        errors = totals.commands.values.reduce(0) { $0 &+ $1.errors }
        repeated = totals.repeatedCookies
        strangers = totals.strangers
        withoutCookie = totals.unusableMessages
        connections = totals.connections
    }
}

extension BatonAPI.WorkerStatus {
    init(_ worker: BatonServer.WorkerStatus, _ rates: RateMeter.Rates) {
        self.init()
        index = worker.index
        sessions = worker.sessions
        ports = worker.openPorts
        portCapacity = worker.portCapacity
        packets = worker.packetsSent
        packetsDropped = worker.packetsDropped
        receiveQueueDrops = worker.drops["receiveQueue"] ?? 0
        cpuTimeUs = worker.busyNanoseconds / 1_000
        loopTurns = worker.wakeups
        opusComplexityLimit = worker.complexityLimit
        if rates.workerPacketsPerSecond.indices.contains(worker.index) {
            packetsPerSecond = rates.workerPacketsPerSecond[worker.index]
            cpuPercent = rates.workerBusyPercent[worker.index]
        }
    }
}
