import BatonBase
import Testing

private final class Ledger {
    var ended: [Int] = []
}

private struct Resource: ~Copyable {
    var number: Int
    let ledger: Ledger

    deinit { ledger.ended.append(number) }
}

@Suite("Table of noncopyable values")
struct ResourceTableTests {
    @Test("values keep their numbers, and a number is used again only after its value is gone")
    func numbers() {
        let ledger = Ledger()
        var table = ResourceTable<Resource>(capacity: 3)
        let first = table.insert(Resource(number: 10, ledger: ledger))
        let second = table.insert(Resource(number: 20, ledger: ledger))
        #expect(first != second)
        table[second].number += 1
        let (ten, twenty) = (table[first].number, table[second].number)
        #expect(ten == 10 && twenty == 21)
        table.remove(first)
        #expect(ledger.ended == [10])
        let (isGone, isThere) = (!table.holds(first), table.holds(second))
        #expect(isGone && isThere)
        let third = table.insert(Resource(number: 30, ledger: ledger))
        #expect(third == first)
        _ = table.insert(Resource(number: 40, ledger: ledger))
        let (isFull, count) = (table.isFull, table.count)
        #expect(isFull && count == 3)
    }

    @Test("every value ends once, with the table at the latest")
    func ends() {
        let ledger = Ledger()
        do {
            var table = ResourceTable<Resource>(capacity: 8)
            let numbers = (0..<8).map { table.insert(Resource(number: $0, ledger: ledger)) }
            table.remove(numbers[3])
            let kept = table.remove(numbers[5])
            #expect(ledger.ended == [3])
            _ = consume kept
        }
        #expect(ledger.ended.sorted() == Array(0..<8))
    }

    @Test("no number outside the table is held")
    func strangers() {
        let table = ResourceTable<Resource>(capacity: 2)
        let held = [-1, 0, 1, 2, .max].map { table.holds($0) }
        #expect(held.allSatisfy { !$0 })
    }
}
