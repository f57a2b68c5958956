import BatonBase
import Testing

@testable import BatonBench

@Suite("Bench histogram")
struct LatencyHistogramTests {
    @Test("every duration lies in a class that is at most 0.8 % wide")
    func classesAreNarrow() {
        var generator = SplitMix64(seed: 1)
        for bits in UInt64(0)..<40 {
            for _ in 0..<200 {
                let value = generator.next() >> (63 - bits) & LatencyHistogram.greatestNanoseconds
                let end = LatencyHistogram.upperEnd(of: LatencyHistogram.classIndex(of: value))
                #expect(end >= value && end - value <= value / 128, "\(value) in a class to \(end)")
            }
        }
    }

    @Test("the classes follow one another without gap or overlap")
    func classesAreContiguous() {
        for index in 0..<4351 {
            let end = LatencyHistogram.upperEnd(of: index)
            #expect(LatencyHistogram.classIndex(of: end) == index)
            #expect(LatencyHistogram.classIndex(of: end + 1) == index + 1)
        }
    }

    @Test("a percentile is the value of its rank, within a class", arguments: [1, 2, 3, 4, 5])
    func percentilesMatchSorting(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var histogram = LatencyHistogram()
        var values: [UInt64] = []
        for _ in 0..<5000 {
            let value = generator.next() >> (30 + generator.next() % 30)
            values.append(value)
            histogram.record(nanoseconds: value)
        }
        values.sort()
        for fraction in [0.0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
            let rank = max(1, Int((5000 * fraction).rounded(.up)))
            let exact = values[rank - 1]
            let found = histogram.percentile(fraction)
            #expect(found >= exact && found <= exact + exact / 128, "seed \(seed), \(fraction)")
        }
        #expect(histogram.maximum == values.last && histogram.minimum == values.first)
        #expect(histogram.count == 5000)
    }

    @Test("merging equals recording together, and a reset forgets")
    func mergeAndReset() {
        var (one, other, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for value: UInt64 in [5, 70, 900_000] {
            one.record(nanoseconds: value)
            both.record(nanoseconds: value)
        }
        for value: UInt64 in [3, 1 << 50] {
            other.record(nanoseconds: value)
            both.record(nanoseconds: value)
        }
        one.merge(other)
        #expect(one == both)
        #expect(one.maximum == LatencyHistogram.greatestNanoseconds)
        #expect(one.count(above: 1000) == 2)
        one.reset()
        #expect(one == LatencyHistogram() && one.percentile(0.5) == 0)
    }
}
