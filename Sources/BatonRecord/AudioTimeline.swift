/// The samples of all channels between what has been written and the present.
///
/// Positions are counted in samples from the beginning of the audio. What is put at one place twice
/// is mixed.
struct AudioTimeline {
    /// The position of the first sample that is still here.
    private(set) var start = 0
    private var channels: [[Int16]]

    /// How many samples may lie ahead at most.
    let limit: Int

    init(channelCount: Int, limit: Int) {
        channels = Array(repeating: [], count: channelCount)
        self.limit = limit
    }

    /// Adds the first `count` of `samples` at `position`; those whose time is written already, or
    /// that lie too far ahead, are left out.
    mutating func add(_ samples: [Int16], count: Int, at position: Int, channel: Int) {
        let first = max(0, start - position)
        let offset = position - start
        guard first < count, offset + count <= limit else { return }
        let missing = offset + count - channels[channel].count
        if missing > 0 { channels[channel].append(contentsOf: repeatElement(0, count: missing)) }
        for index in first..<count {
            let sum = Int32(channels[channel][offset + index]) + Int32(samples[index])
            channels[channel][offset + index] = Int16(clamping: sum)
        }
    }

    /// Moves the first `count` samples of each channel to `output`, which holds one array a
    /// channel; silence where there is nothing.
    mutating func take(_ count: Int, into output: inout [[Int16]]) {
        for index in channels.indices {
            let there = min(count, channels[index].count)
            output[index].removeAll(keepingCapacity: true)
            output[index].append(contentsOf: channels[index][..<there])
            output[index].append(contentsOf: repeatElement(0, count: count - there))
            channels[index].removeFirst(there)
        }
        start += count
    }
}
