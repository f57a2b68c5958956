import Testing

@testable import BatonBench

@Suite("Bench capacity search")
struct CapacitySearchTests {
    private func search(capacity: Int, first: Int, most: Int = 4500) -> (found: Int, tries: Int) {
        var search = CapacitySearch(first: first, most: most, resolution: 0.02)
        var tries = 0
        while let count = search.next, tries < 100 {
            tries += 1
            search.enter(isPassed: count <= capacity)
        }
        return (search.passed, tries)
    }

    @Test("finds the capacity within 2 %, wherever it starts", arguments: [1, 7, 50, 400, 4000])
    func findsIt(first: Int) {
        for capacity in [1, 2, 3, 10, 99, 100, 777, 1500, 4499] {
            let (found, tries) = search(capacity: capacity, first: first)
            #expect(found <= capacity && capacity - found <= max(1, capacity / 50))
            #expect(tries < 40)
        }
    }

    @Test("stops at the most that may be tried, and at nothing")
    func ends() {
        #expect(search(capacity: 10_000, first: 100, most: 640).found == 640)
        #expect(search(capacity: 0, first: 100).found == 0)
    }
}
