import BatonAPI

/// `baton session list` and `baton session show` as text.
enum SessionView {
    /// The list as a table, and how many there are.
    static func lines(_ list: SessionListAnswer) -> [String] {
        let count =
            "\(Quantity.count(list.sessions.count)) of \(Quantity.count(list.matching)) "
            + (list.matching == list.total
                ? "sessions" : "matching, \(Quantity.count(list.total)) sessions in all")
        return table(list.sessions).lines() + ["", count]
    }

    /// The table of `list` and of `top`.
    static func table(_ sessions: [SessionSummary]) -> TextTable {
        var table = TextTable([
            ("CALL-ID", .left), ("STATE", .left), ("TIME", .right), ("PACKETS/S", .right),
            ("PACKETS", .right), ("LOSS %", .right), ("JITTER MS", .right), ("MOS", .right),
            ("DROPPED", .right),
        ])
        table.rows = sessions.map { session in
            [
                session.callID.printable, session.state.rawValue,
                Quantity.time(seconds: session.durationSeconds),
                Quantity.decimal(session.packetsPerSecond, 0), Quantity.count(session.packets),
                Quantity.decimal(session.lossPercent, 2), Quantity.decimal(session.jitterMs, 1),
                session.mos.map { Quantity.decimal($0, 1) } ?? "-",
                Quantity.count(session.packetsDropped),
            ]
        }
        return table
    }

    /// One session with everything about it.
    static func lines(_ detail: SessionDetailAnswer) -> [String] {
        let summary = detail.summary
        var lines = [
            "call-id    \(summary.callID.printable)",
            "state      \(summary.state.rawValue)"
                + (detail.endReason.map { " (\($0.printable))" } ?? ""),
            "time       \(Quantity.time(seconds: summary.durationSeconds))",
            "worker     \(summary.worker)",
            "media      \(Quantity.count(summary.packets)) packets, "
                + "\(Quantity.bytes(summary.bytes)), "
                + "loss \(Quantity.decimal(summary.lossPercent, 2)) %, "
                + "jitter \(Quantity.decimal(summary.jitterMs, 1)) ms, "
                + "MOS \(summary.mos.map { Quantity.decimal($0, 1) } ?? "-")",
        ]
        if let recording = detail.recording { lines += self.lines(recording) }
        for party in detail.parties {
            let tag = party.tag.isEmpty ? "(no tag yet)" : party.tag.printable
            lines += ["", "party \(tag)" + extras(of: party)]
            lines += party.streams.flatMap { self.lines($0) }
        }
        return lines
    }

    /// What is recorded and who listens.
    private static func lines(_ recording: RecordingDetail) -> [String] {
        var lines: [String] = []
        if recording.isRecording {
            lines.append(
                "recording  \(recording.isPaused ? "pauses, " : "")"
                    + "\(Quantity.count(recording.packets)) packets, "
                    + "\(Quantity.bytes(recording.bytesWritten)) written, "
                    + "\(Quantity.bytes(recording.bytesLost)) lost, "
                    + "\(Quantity.count(recording.unrecordedPackets)) packets not recorded")
            lines += recording.files.map { "           \($0.printable)" }
        }
        return lines
            + recording.streams.map { stream in
                "listener   \(stream.isConnected ? "connected" : "not connected"), "
                    + "party \(stream.tag.printable): "
                    + "\(Quantity.bytes(stream.bytesSent)) sent, "
                    + "\(Quantity.count(stream.framesDropped)) frames of 20 ms dropped"
            }
    }

    private static func extras(of party: PartyDetail) -> String {
        (party.label.map { ", label \($0.printable)" } ?? "")
            + (party.viaBranch.map { ", branch \($0.printable)" } ?? "")
    }

    private static func lines(_ stream: StreamDetail) -> [String] {
        let codec = stream.codec.map { " \($0.printable)" } ?? ""
        let head =
            "  \(stream.index). \(stream.kind.printable) \(stream.transport.printable)"
            + "\(codec), \(stream.direction.printable)"
        return [head] + state(of: stream) + stream.diagnosis.map { "     ! \($0.printable)" }
            + stream.ports.flatMap { lines($0) }
    }

    /// Protection, codecs and what the conversion had to do.
    private static func state(of stream: StreamDetail) -> [String] {
        var parts = ["protection \(stream.protection.printable)"]
        if let ice = stream.iceState { parts.append("ICE \(ice)") }
        if let dtls = stream.dtlsState { parts.append("DTLS \(dtls)") }
        var lines = ["     " + parts.joined(separator: ", ")]
        if let route = stream.route {
            let codecs = stream.codecIn.map { codec in
                " \(codec.printable) → \(stream.codecOut?.printable ?? "nothing")"
            }
            let level = stream.audioLevelDBov.map { ", level \($0) dBov" }
            lines.append("     \(route)\(codecs ?? "")\(level ?? "")")
        }
        let made: [(UInt64, String)] = [
            (stream.concealedPackets, "concealed"), (stream.recoveredPackets, "recovered"),
            (stream.latePackets, "late"), (stream.malformedPayloads, "not decodable"),
        ]
        let counts = made.filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
        if !counts.isEmpty { lines.append("     packets: \(counts.joined(separator: ", "))") }
        return lines
    }

    private static func lines(_ port: PortDetail) -> [String] {
        let learned = port.isConfirmed ? "confirmed" : "not confirmed"
        let ago = port.lastPacketAgoMs.map { ", last \(Quantity.count($0)) ms ago" } ?? ""
        var lines = [
            "     \(port.component) \(port.localAddress) ↔ \(port.remoteAddress ?? "nowhere") "
                + "(\(learned), signalled \(port.signalledAddress ?? "none"))",
            "       in \(Quantity.count(port.packetsIn)) packets, "
                + "out \(Quantity.count(port.packetsOut)), "
                + "RTCP in \(Quantity.count(port.rtcpPacketsIn)), "
                + "out \(Quantity.count(port.rtcpPacketsOut))\(ago)",
        ]
        let drops = StatusView.drops(port.dropsByReason)
        if drops != "none" || port.sendErrors > 0 {
            let foreign = port.lastForeignAddress.map { ", last from \($0)" } ?? ""
            lines.append(
                "       dropped: \(drops)\(foreign); "
                    + "not sent: \(Quantity.count(port.sendErrors))")
        }
        return lines + port.sources.map { line($0) }
    }

    private static func line(_ source: SourceDetail) -> String {
        let ssrc = String(source.ssrc, radix: 16)
        let padded = String(repeating: "0", count: max(0, 8 - ssrc.count)) + ssrc
        return "       source \(padded), payload type \(source.payloadType): "
            + "\(Quantity.count(source.packets)) packets, lost \(Quantity.count(source.lost)) "
            + "(\(Quantity.decimal(source.lossPercent, 2)) %), "
            + "reordered \(Quantity.count(source.reordered)), "
            + "duplicates \(Quantity.count(source.duplicates)), "
            + "jitter \(Quantity.decimal(source.jitterMs, 1)) ms, "
            + "MOS \(source.mos.map { Quantity.decimal($0, 1) } ?? "-")"
            + (source.rFactor.map { ", R \(Quantity.decimal($0, 1))" } ?? "")
            + (source.roundTripMs.map { ", round trip \(Quantity.decimal($0, 1)) ms" } ?? "")
    }
}
