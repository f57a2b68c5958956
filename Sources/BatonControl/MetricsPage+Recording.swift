import BatonAPI
import BatonTelemetry

extension MetricsPage {
    static func recording(_ totals: RecordingTotals, _ page: inout PrometheusText) {
        page.gauge("baton_recordings", "Recordings under way.", Double(totals.active))
        page.counter("baton_recordings_begun_total", "Recordings begun.", totals.begun)
        page.counter("baton_recorded_packets_total", "Packets recorded.", totals.packets)
        page.counter(
            "baton_recorded_bytes_total", "Bytes of recordings written.", totals.bytesWritten)
        page.counter(
            "baton_recorded_bytes_lost_total", "Bytes of recordings that could not be written.",
            totals.bytesLost)
        page.counter(
            "baton_unrecorded_packets_total", "Packets not recorded because the disk was slow.",
            totals.unrecordedPackets)
        page.counter(
            "baton_recording_failures_total",
            "Recordings that could not begin or be written in full.",
            samples(totals.failuresByCause))
        let forwarding = totals.forwarding
        page.gauge(
            "baton_forwarded_streams", "Streams whose audio goes to a listener.",
            Double(forwarding.streams))
        page.gauge(
            "baton_forwarding_connections", "Connections to listeners.",
            Double(forwarding.connections))
        page.counter(
            "baton_forwarded_bytes_total", "Bytes sent to listeners.", forwarding.bytesSent)
        page.counter(
            "baton_forwarding_dropped_frames_total",
            "Frames of 20 ms that no listener took in time.", forwarding.framesDropped)
        page.counter(
            "baton_forwarding_failures_total", "Times that audio began not to get to its listener.",
            samples(forwarding.failuresByCause))
    }

    private static func samples(_ counts: [String: UInt64]) -> [PrometheusText.Sample] {
        counts.sorted { $0.key < $1.key }.map { cause, count in
            .init(.integer(count), labels: [.init("cause", cause)])
        }
    }
}
