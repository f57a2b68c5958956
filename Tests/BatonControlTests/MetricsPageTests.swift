import BatonAPI
import BatonControl
import BatonControlTestKit
import Foundation
import Testing

@Suite("Metrics (N29)")
struct MetricsPageTests {
    @Test("N29: the metrics are valid Prometheus text over HTTP")
    func overHTTP() async throws {
        let response = try await withServer { port, _, _ in
            try await request(port, "GET", "/metrics")
        }
        #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let lines = response.body.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.last == "")
        let sample =
            #/
            [a-zA-Z_:][a-zA-Z0-9_:]*
            (\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)*\})?
            \x20[-+0-9.eENaInf]+
            /#
        var types: [String: String] = [:]
        for line in lines.dropLast() {
            if line.hasPrefix("# TYPE ") {
                let parts = line.split(separator: " ")
                #expect(types.updateValue(String(parts[3]), forKey: String(parts[2])) == nil)
            } else if !line.hasPrefix("# HELP ") {
                #expect(line.wholeMatch(of: sample) != nil, "\(line)")
                let name = String(line.prefix { $0 != "{" && $0 != " " })
                #expect(types[name] != nil, "\(line)")
                #expect((types[name] == "counter") == name.hasSuffix("_total"), "\(line)")
            }
        }
        #expect(types.count > 30)
    }

    @Test("N29: values of the status appear under their names, labels escaped")
    func values() {
        let text = MetricsPage.text(Samples.status)
        for line in [
            "baton_sessions 5", "baton_ng_no_cookie_total 6", "baton_packets_in_total 99",
            "baton_packets_dropped_total{reason=\"foreign-source\"} 3",
            "baton_packets_dropped_total{reason=\"malformed \\\"x\\\"\\n\"} 1",
            "baton_worker_packets_total{worker=\"1\"} 12345",
            "baton_worker_cpu_seconds_total{worker=\"0\"} 2.5",
            "baton_worker_opus_complexity_limit{worker=\"1\"} 3",
            "baton_streams{route=\"transcode\"} 2", "baton_ice_total{result=\"selected\"} 3",
            "baton_dtls_handshakes_total{result=\"failed\"} 1",
            "baton_concealed_packets_total 21", "baton_recordings 2",
            "baton_unrecorded_packets_total 13",
            "baton_recording_failures_total{cause=\"disk-full\"} 1",
            "baton_forwarding_connections 4", "baton_forwarding_dropped_frames_total 55",
            "baton_forwarding_failures_total{cause=\"refused\"} 6",
            "baton_info{version=\"0.1.0\"} 1",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
    }

    @Test("N29: docs/operating.md lists every metric with its type, and no other")
    func documented() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("docs/operating.md")
        let document = try String(contentsOf: file, encoding: .utf8)
        let listed = document.matches(of: #/\| `(baton_\w+)` \| (\w+) \|/#)
            .map { "\($0.output.1) \($0.output.2)" }
        let written = MetricsPage.text(Samples.status).matches(of: #/# TYPE (\S+ \S+)/#)
            .map { String($0.output.1) }
        #expect(listed == written)
    }
}
