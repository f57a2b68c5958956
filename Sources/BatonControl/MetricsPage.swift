public import BatonAPI
public import BatonTelemetry

/// The metrics page over a status. docs/operating.md lists every metric.
public enum MetricsPage {
    /// Prometheus text.
    public static func text(_ status: StatusAnswer) -> String {
        page(status).text
    }

    /// The page, so that more families can be added.
    public static func page(_ status: StatusAnswer) -> PrometheusText {
        var page = PrometheusText()
        daemon(status, &page)
        sessions(status, &page)
        traffic(status, &page)
        streams(status, &page)
        recording(status.recording, &page)
        control(status, &page)
        workers(status.workers, &page)
        return page
    }

    private static func daemon(_ status: StatusAnswer, _ page: inout PrometheusText) {
        page.gauge(
            "baton_info", "Always 1; the version is a label.",
            [.init(.integer(1), labels: [.init("version", status.version)])])
        page.gauge("baton_uptime_seconds", "Time since the start.", status.uptimeSeconds)
        page.gauge(
            "baton_draining", "1 while no new sessions are taken.",
            status.state == .draining ? 1 : 0)
        page.gauge(
            "baton_resident_memory_bytes", "Resident memory.",
            Double(status.process.residentBytes))
        page.gauge(
            "baton_open_descriptors", "Open file descriptors.",
            Double(status.process.openDescriptors))
        page.gauge(
            "baton_descriptor_limit", "The most file descriptors that may be open.",
            Double(status.process.descriptorLimit))
        page.counter("baton_log_lines_total", "Log lines written.", status.log.written)
        page.counter(
            "baton_log_dropped_lines_total", "Log lines dropped for a full queue.",
            status.log.dropped)
        page.counter(
            "baton_log_write_errors_total", "Log lines lost to failed writes.",
            status.log.writeErrors)
    }

    private static func sessions(_ status: StatusAnswer, _ page: inout PrometheusText) {
        let sessions = status.sessions
        page.gauge("baton_sessions", "Sessions running now.", Double(sessions.current))
        page.gauge("baton_sessions_peak", "The most sessions at a time.", Double(sessions.peak))
        page.counter("baton_sessions_started_total", "Sessions begun.", sessions.started)
        page.counter("baton_sessions_ended_total", "Sessions ended.", sessions.ended)
        page.counter(
            "baton_sessions_timed_out_total", "Sessions ended by a timeout.", sessions.timedOut)
        page.counter("baton_sessions_refused_total", "Sessions refused.", sessions.refused)
        page.gauge("baton_ports", "UDP ports of the ranges.", Double(status.ports.total))
        page.gauge("baton_ports_in_use", "UDP ports open.", Double(status.ports.inUse))
        page.gauge(
            "baton_ports_resting", "UDP ports not yet to be used again.",
            Double(status.ports.resting))
    }

    private static func traffic(_ status: StatusAnswer, _ page: inout PrometheusText) {
        let traffic = status.traffic
        page.counter("baton_packets_in_total", "Packets accepted.", traffic.packetsIn)
        page.counter("baton_bytes_in_total", "Bytes accepted (UDP payload).", traffic.bytesIn)
        page.counter("baton_packets_out_total", "Packets sent.", traffic.packetsOut)
        page.counter("baton_bytes_out_total", "Bytes sent (UDP payload).", traffic.bytesOut)
        page.gauge(
            "baton_loss_ratio", "RTP packets that never arrived, of those expected, 0 to 1.",
            traffic.lossPercent / 100)
        page.counter(
            "baton_packets_dropped_total", "Packets not relayed, by reason.",
            status.dropsByReason.sorted { $0.key < $1.key }.map { reason, count in
                .init(.integer(count), labels: [.init("reason", reason)])
            })
    }

    private static func streams(_ status: StatusAnswer, _ page: inout PrometheusText) {
        let streams = status.streams
        let setup = status.setup
        let conversions = status.conversions
        func sample(_ value: UInt64, _ label: String, _ word: String) -> PrometheusText.Sample {
            .init(.integer(value), labels: [.init(label, word)])
        }
        page.gauge(
            "baton_streams", "Streams by what becomes of their packets.",
            [
                ("relay", streams.relayed), ("convert", streams.converted),
                ("transcode", streams.transcoded),
            ].map {
                .init(.number(Double($0.1)), labels: [.init("route", $0.0)])
            })
        page.counter(
            "baton_ice_total", "Ports at which ICE has come to a result.",
            [
                sample(setup.iceSelected, "result", "selected"),
                sample(setup.iceFailed, "result", "failed"),
                sample(setup.iceConsentLost, "result", "consent-lost"),
            ])
        page.counter(
            "baton_dtls_handshakes_total", "DTLS handshakes that are over.",
            [
                sample(setup.dtlsHandshakes, "result", "done"),
                sample(setup.dtlsFailed, "result", "failed"),
            ])
        page.counter(
            "baton_no_media_path_total", "Streams without keys or a path after the answer.",
            setup.withoutPath)
        page.counter(
            "baton_one_way_audio_total", "Audio from one side only.",
            [
                sample(setup.oneWayAudio, "sign", "packets"),
                sample(setup.silentAudio, "sign", "silence"),
            ])
        page.counter(
            "baton_concealed_packets_total", "Lost packets whose audio was made up.",
            conversions.concealedPackets)
        page.counter(
            "baton_recovered_packets_total", "Lost packets recovered from later ones.",
            conversions.recoveredPackets)
        page.counter(
            "baton_late_packets_total", "Packets too late to be converted.",
            conversions.latePackets)
        page.counter(
            "baton_malformed_payloads_total", "Packets that could not be decoded.",
            conversions.malformedPayloads)
    }

    private static func control(_ status: StatusAnswer, _ page: inout PrometheusText) {
        let control = status.control
        page.counter("baton_ng_requests_total", "ng messages answered.", control.requests)
        page.counter("baton_ng_errors_total", "ng messages answered with an error.", control.errors)
        page.counter(
            "baton_ng_repeated_total", "ng messages answered from the cookie cache.",
            control.repeated)
        page.counter(
            "baton_ng_strangers_total", "ng messages from addresses that may not speak.",
            control.strangers)
        page.counter(
            "baton_ng_no_cookie_total", "ng messages without a cookie, which get no reply.",
            control.withoutCookie)
        page.gauge(
            "baton_ng_connections", "Open ng TCP connections.", Double(control.connections))
    }

    private static func workers(_ workers: [WorkerStatus], _ page: inout PrometheusText) {
        let samples = { (value: (WorkerStatus) -> PrometheusText.Value) in
            workers.map { worker in
                PrometheusText.Sample(
                    value(worker), labels: [.init("worker", String(worker.index))])
            }
        }
        page.gauge(
            "baton_worker_sessions", "Sessions of a media worker.",
            samples { .number(Double($0.sessions)) })
        page.gauge(
            "baton_worker_ports", "Ports of a media worker.", samples { .number(Double($0.ports)) })
        page.counter(
            "baton_worker_packets_total", "Packets relayed by a media worker.",
            samples { .integer($0.packets) })
        page.counter(
            "baton_worker_dropped_packets_total", "Packets not relayed by a media worker.",
            samples { .integer($0.packetsDropped) })
        page.counter(
            "baton_worker_receive_queue_drops_total",
            "Datagrams dropped by the kernel for a full receive queue.",
            samples { .integer($0.receiveQueueDrops) })
        page.counter(
            "baton_worker_cpu_seconds_total", "CPU time of a media worker.",
            samples { .number(Double($0.cpuTimeUs) / 1_000_000) })
        page.gauge(
            "baton_worker_opus_complexity_limit",
            "The most effort that Opus encoders may take, 0 to 10; below 10 while it is busy.",
            samples { .number(Double($0.opusComplexityLimit)) })
    }
}
