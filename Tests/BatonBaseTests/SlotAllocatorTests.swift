import BatonBase
import Testing

@Suite("Slot allocator")
struct SlotAllocatorTests {
    @Test("never hands out a slot that is taken, and all of them in the end")
    func givesDistinctSlots() {
        var slots = SlotAllocator(capacity: 100)
        let taken = Set((0..<100).compactMap { _ in slots.take() })
        #expect(taken.count == 100)
        #expect(slots.take() == nil)
        slots.release(7)
        #expect(slots.take() == 7)
    }

    @Test("lets a released slot rest while there are fresh ones")
    func rests() {
        var slots = SlotAllocator(capacity: 1_000)
        let first = slots.take()
        if let first { slots.release(first) }
        for _ in 0..<SlotAllocator.restingCount { #expect(slots.take() != first) }
    }

    @Test("grows no further than peak use and the resting ones", arguments: 1...5)
    func staysSmall(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var slots = SlotAllocator(capacity: 10_000)
        var taken: [Int] = []
        for _ in 0..<50_000 {
            if taken.count < 100, Bool.random(using: &random), let slot = slots.take() {
                taken.append(slot)
            } else if !taken.isEmpty {
                slots.release(taken.remove(at: Int.random(in: 0..<taken.count, using: &random)))
            }
        }
        #expect(slots.takenCount == taken.count)
        #expect(slots.highWater <= 100 + SlotAllocator.restingCount + 1, "seed \(seed)")
    }
}
