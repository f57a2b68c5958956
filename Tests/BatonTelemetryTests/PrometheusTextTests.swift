import BatonTelemetry
import Testing

@Suite("Prometheus text (N29)")
struct PrometheusTextTests {
    @Test("each family has its HELP and TYPE once, labels and help are escaped")
    func families() {
        var page = PrometheusText()
        page.counter("a_total", "Counts \\ and\nbreaks.", 7)
        page.gauge(
            "b", "Gauge.",
            [
                .init(.number(1.5), labels: [.init("x", "q\"\\\n"), .init("y-z", "ü")]),
                .init(.number(-2)),
            ])
        page.counter("a_total", "Twice.", 8)
        #expect(
            page.text == """
                # HELP a_total Counts \\\\ and\\nbreaks.
                # TYPE a_total counter
                a_total 7
                # HELP b Gauge.
                # TYPE b gauge
                b{x="q\\"\\\\\\n",y_z="ü"} 1.5
                b -2

                """)
    }

    @Test("names keep only what Prometheus allows")
    func names() {
        var page = PrometheusText()
        page.gauge("1 b:c", "x", 1)
        #expect(page.text.hasSuffix("\n__b:c 1\n"))
    }

    @Test("large counters are exact, special numbers have their words")
    func numbers() {
        var page = PrometheusText()
        page.counter("a", "x", UInt64.max)
        page.gauge("b", "x", .infinity)
        page.gauge("c", "x", .nan)
        page.gauge("d", "x", -.infinity)
        page.gauge("e", "x", 1e300)
        let values = page.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(values == ["a 18446744073709551615", "b +Inf", "c NaN", "d -Inf", "e 1e+300"])
    }

    @Test("a histogram's buckets are cumulative and end with +Inf")
    func histogram() {
        var histogram = Histogram(bounds: [10, 1, 100])
        for value in [0.5, 1, 5, 50, 700, .nan] { histogram.record(value) }
        #expect(histogram.count == 5 && histogram.counts == [2, 1, 1, 1])
        var page = PrometheusText()
        page.histogram("h_seconds", "Times.", histogram)
        #expect(
            page.text.split(separator: "\n").dropFirst(2) == [
                "h_seconds_bucket{le=\"1\"} 2", "h_seconds_bucket{le=\"10\"} 3",
                "h_seconds_bucket{le=\"100\"} 4", "h_seconds_bucket{le=\"+Inf\"} 5",
                "h_seconds_sum 756.5", "h_seconds_count 5",
            ])
    }
}
