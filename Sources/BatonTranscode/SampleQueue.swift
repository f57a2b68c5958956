/// Decoded samples that wait until they fill a packet. All channels alternate in it.
struct SampleQueue: Sendable {
    /// The memory; those from `start` to `end` wait.
    var samples: [Int16]
    /// Where the oldest one lies.
    private(set) var start = 0
    /// Behind the newest one.
    private(set) var end = 0

    /// A queue with room for `capacity` samples.
    init(capacity: Int) {
        samples = Array(repeating: 0, count: capacity)
    }

    /// How many samples wait.
    var count: Int { end - start }

    /// Grows so that `capacity` samples have room.
    mutating func reserve(_ capacity: Int) {
        guard samples.count < capacity else { return }
        samples.append(contentsOf: repeatElement(0, count: capacity - samples.count))
    }

    /// The room behind the newest sample.
    var room: Int { samples.count - end }

    /// `count` samples were written behind the newest one.
    mutating func append(_ count: Int) {
        end += count
        precondition(end <= samples.count, "the queue has room for what is written")
    }

    /// Writes `count` zeros, as far as there is room.
    mutating func appendSilence(_ count: Int) {
        let count = min(count, room)
        for index in end..<end + count { samples[index] = 0 }
        end += count
    }

    /// The `count` newest samples are taken back.
    mutating func removeLast(_ count: Int) {
        end -= min(count, self.count)
    }

    /// The `count` oldest samples are done with.
    mutating func removeFirst(_ count: Int) {
        start += min(count, self.count)
        if start == end { (start, end) = (0, 0) }
    }

    /// Moves what waits to the front, so that all room is behind it.
    mutating func compact() {
        guard start > 0 else { return }
        let count = count
        for index in 0..<count { samples[index] = samples[start + index] }
        (start, end) = (0, count)
    }
}
