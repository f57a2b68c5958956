import Testing

@testable import BatonBench

@Suite("Bench report")
struct BenchReportTests {
    private var report: BenchReport {
        var report = BenchReport(bench: "relay", target: "a \"b\"\n")
        var section = BenchSection(key: "media", title: "media")
        section.add("sent", "sent", .count(1_234_567), "packets")
        section.add("loss", "loss", .number(0.01256, digits: 3), "%")
        section.add("latency", "latency, p50", nanoseconds: 1500)
        section.add("limit", "limited by", .text("loss"))
        report.sections = [section]
        report.remarks = ["generator late"]
        return report
    }

    @Test("text has a line for each figure, with its unit")
    func text() {
        #expect(
            report.text == """
                relay bench of a "b"


                media
                  sent             1,234,567 packets
                  loss                 0.013 %
                  latency, p50           1.5 µs
                  limited by            loss

                generator late

                """)
    }

    @Test("JSON has the same figures under their keys")
    func json() {
        #expect(
            report.json == #"""
                {
                  "bench": "relay",
                  "target": "a \"b\"\n",
                  "passed": true,
                  "media": {
                    "sent": {"value":1234567,"unit":"packets"},
                    "loss": {"value":0.01256,"unit":"%"},
                    "latency": {"value":1.5,"unit":"µs"},
                    "limit": {"value":"loss","unit":""}
                  },
                  "remarks": ["generator late"]
                }

                """#)
        #expect(report.number("media", "sent") == 1_234_567)
        #expect(report.number("media", "limit") == nil && report.number("x", "sent") == nil)
    }

    @Test("numbers are rounded, grouped and never something else")
    func numbers() {
        #expect(0.0.fixed(2) == "0.00" && 1999.995.fixed(1) == "2,000.0")
        #expect(0.05.fixed(3) == "0.050")
        #expect((-0.001).fixed(2) == "0.00" && (-12.5).fixed(1) == "-12.5" && 7.5.fixed(0) == "8")
        #expect(Double.nan.fixed(2) == "-" && Double.infinity.fixed(2) == "-")
        #expect("1".grouped == "1" && "123".grouped == "123" && "1234".grouped == "1,234")
        #expect(BenchReport.quoted("\u{1}\u{1f}\\") == "\"\\u0001\\u001f\\\\\"")
        #expect(BenchFigure.Value.number(.nan, digits: 1).json == "null")
    }
}
