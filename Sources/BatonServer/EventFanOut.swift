/// Hands events to any number of readers, each with a bounded queue of its own.
///
/// A reader that is too slow loses the oldest events; the gap in ``ServerEvent/number`` tells it.
/// Confined to the signalling executor.
final class EventFanOut {
    /// How many readers there may be.
    let readersMax: Int
    private var readers: [Int: AsyncStream<ServerEvent>.Continuation] = [:]
    private var nextReader = 0

    init(readersMax: Int = 64) {
        self.readersMax = readersMax
    }

    /// How many readers there are.
    var count: Int { readers.count }

    /// A new reader with room for `capacity` events, `nil` when there are too many. `onEnd` is
    /// called with the reader's number, from any thread, when it goes.
    func subscribe(
        capacity: Int, onEnd: @escaping @Sendable (Int) -> Void
    ) -> AsyncStream<ServerEvent>? {
        guard readers.count < readersMax else { return nil }
        let number = nextReader
        nextReader &+= 1
        let (stream, continuation) = AsyncStream<ServerEvent>.makeStream(
            bufferingPolicy: .bufferingNewest(max(capacity, 1)))
        continuation.onTermination = { _ in onEnd(number) }
        readers[number] = continuation
        return stream
    }

    /// Gives `event` to every reader.
    func publish(_ event: ServerEvent) {
        for reader in readers.values { reader.yield(event) }
    }

    /// Forgets a reader.
    func remove(_ number: Int) {
        readers[number] = nil
    }

    /// Ends all readers.
    func finish() {
        let ending = readers.values
        readers = [:]
        for reader in ending { reader.finish() }
    }
}
