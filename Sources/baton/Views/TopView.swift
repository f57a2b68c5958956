import BatonAPI

/// The screen of `baton top`: pure text out of two answers.
struct TopView {
    /// The daemon.
    var status: StatusAnswer
    /// The worst sessions, worst first.
    var sessions: SessionListAnswer
    /// Where the daemon is, for the head line.
    var endpoint: String

    /// Exactly `height` lines of at most `width` characters.
    func screen(width: Int, height: Int) -> [String] {
        let all = head() + workers() + [""] + worst()
        let cut = all.prefix(max(height, 0)).map { String($0.prefix(max(width, 0))) }
        return cut + Array(repeating: "", count: max(0, height - cut.count))
    }

    /// All lines, as `--once` prints them.
    func lines() -> [String] { head() + workers() + [""] + worst() }

    private func head() -> [String] {
        let traffic = status.traffic
        return [
            "baton at \(endpoint)  \(status.state.rawValue)  up "
                + "\(Quantity.time(seconds: status.uptimeSeconds))  "
                + "\(Quantity.bytes(status.process.residentBytes))  "
                + "CPU \(Quantity.decimal(status.process.cpuPercent, 1)) %",
            "sessions \(Quantity.count(status.sessions.current))  "
                + "packets/s \(Quantity.decimal(traffic.packetsPerSecond, 0))  "
                + "\(Quantity.bits(traffic.bitsPerSecond))  "
                + "loss \(Quantity.decimal(traffic.lossPercent, 2)) %  "
                + "dropped \(Quantity.count(traffic.packetsDropped))  "
                + "ports \(Quantity.count(status.ports.inUse))",
            "",
        ]
    }

    private func workers() -> [String] {
        var table = TextTable([
            ("WORKER", .right), ("SESSIONS", .right), ("PACKETS/S", .right), ("CPU %", .right),
            ("", .left), ("DROPPED", .right), ("QUEUE DROPS", .right),
        ])
        table.rows = status.workers.map { worker in
            [
                String(worker.index), Quantity.count(worker.sessions),
                Quantity.decimal(worker.packetsPerSecond, 0),
                Quantity.decimal(worker.cpuPercent, 1), Self.bar(worker.cpuPercent, width: 20),
                Quantity.count(worker.packetsDropped), Quantity.count(worker.receiveQueueDrops),
            ]
        }
        return table.lines()
    }

    private func worst() -> [String] {
        if sessions.sessions.isEmpty { return ["no sessions"] }
        return SessionView.table(sessions.sessions).lines()
    }

    /// A bar of `width` characters for 0 to 100.
    static func bar(_ percent: Double, width: Int) -> String {
        let share = percent.isFinite ? min(max(percent / 100, 0), 1) : 0
        let full = Int((share * Double(width)).rounded())
        return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    }
}
