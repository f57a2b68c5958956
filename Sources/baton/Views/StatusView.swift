import BatonAPI

/// `baton status` as text.
enum StatusView {
    static func lines(_ status: StatusAnswer) -> [String] {
        [
            "\(status.software.printable) \(status.state.rawValue) for "
                + Quantity.time(seconds: status.uptimeSeconds),
            "listening  \(status.listeners.map(\.printable).joined(separator: ", "))",
            sessions(status.sessions),
            traffic(status.traffic),
            streams(status),
            "drops      \(drops(status.dropsByReason))",
            "ports      \(Quantity.count(status.ports.inUse)) in use, "
                + "\(Quantity.count(status.ports.resting)) resting, of "
                + Quantity.count(status.ports.total),
            "ng         \(Quantity.count(status.control.requests)) requests, "
                + "\(Quantity.count(status.control.errors)) errors, "
                + "\(Quantity.count(status.control.repeated)) repeated, "
                + "\(Quantity.count(status.control.strangers)) from strangers",
            process(status),
            "",
        ] + workers(status.workers)
    }

    /// The drops by reason, the most first; `none` without any.
    static func drops(_ reasons: [String: UInt64]) -> String {
        let list = reasons.filter { $0.value > 0 }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if list.isEmpty { return "none" }
        return list.map { "\($0.key.printable) \(Quantity.count($0.value))" }
            .joined(separator: ", ")
    }

    private static func sessions(_ sessions: SessionTotals) -> String {
        "sessions   \(Quantity.count(sessions.current)) now, "
            + "\(Quantity.count(sessions.peak)) at most, "
            + "\(Quantity.count(sessions.started)) begun, "
            + "\(Quantity.count(sessions.timedOut)) timed out, "
            + "\(Quantity.count(sessions.refused)) refused"
    }

    private static func traffic(_ traffic: TrafficTotals) -> String {
        "media      \(Quantity.decimal(traffic.packetsPerSecond, 0)) packets/s, "
            + "\(Quantity.bits(traffic.bitsPerSecond)), "
            + "loss \(Quantity.decimal(traffic.lossPercent, 2)) %; "
            + "\(Quantity.count(traffic.packetsIn)) in, "
            + "\(Quantity.count(traffic.packetsOut)) out"
    }

    private static func streams(_ status: StatusAnswer) -> String {
        let setup = status.setup
        return "streams    \(Quantity.count(status.streams.relayed)) relayed, "
            + "\(Quantity.count(status.streams.converted)) converted, "
            + "\(Quantity.count(status.streams.transcoded)) transcoded; "
            + "failed: ICE \(Quantity.count(setup.iceFailed)), "
            + "DTLS \(Quantity.count(setup.dtlsFailed)); "
            + "one way: \(Quantity.count(setup.oneWayAudio &+ setup.silentAudio))"
    }

    private static func process(_ status: StatusAnswer) -> String {
        "process    pid \(status.process.processID), "
            + "\(Quantity.bytes(status.process.residentBytes)), "
            + "CPU \(Quantity.decimal(status.process.cpuPercent, 1)) %, "
            + "\(Quantity.count(status.process.openDescriptors)) of "
            + "\(Quantity.count(status.process.descriptorLimit)) descriptors"
            + (status.log.dropped + status.log.writeErrors == 0
                ? ""
                : "; log lines lost: \(Quantity.count(status.log.dropped)) dropped, "
                    + "\(Quantity.count(status.log.writeErrors)) not written")
    }

    private static func workers(_ workers: [WorkerStatus]) -> [String] {
        var table = TextTable([
            ("WORKER", .right), ("SESSIONS", .right), ("PORTS", .right), ("PACKETS/S", .right),
            ("CPU %", .right), ("PACKETS", .right), ("DROPPED", .right), ("QUEUE DROPS", .right),
        ])
        table.rows = workers.map { worker in
            [
                String(worker.index), Quantity.count(worker.sessions),
                "\(Quantity.count(worker.ports))/\(Quantity.count(worker.portCapacity))",
                Quantity.decimal(worker.packetsPerSecond, 0),
                Quantity.decimal(worker.cpuPercent, 1), Quantity.count(worker.packets),
                Quantity.count(worker.packetsDropped), Quantity.count(worker.receiveQueueDrops),
            ]
        }
        return table.lines()
            + workers.filter { $0.opusComplexityLimit < 10 }.map {
                "worker \($0.index) is busy: Opus is encoded with complexity "
                    + "\($0.opusComplexityLimit) at most"
            }
    }
}
