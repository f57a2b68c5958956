import Synchronization

/// The event streams that are being written, so that the end of the server can end them.
final class EventStreams: Sendable {
    private struct State {
        var readers: [ObjectIdentifier: EventInbox] = [:]
        var isFinished = false
    }

    private let state = Mutex(State())

    /// Notes a stream; after ``finish()`` it is ended at once.
    func add(_ reader: EventInbox) {
        let isFinished = state.withLock { state in
            if !state.isFinished { state.readers[ObjectIdentifier(reader)] = reader }
            return state.isFinished
        }
        if isFinished { reader.finish() }
    }

    /// Forgets a stream.
    func remove(_ reader: EventInbox) {
        state.withLock { _ = $0.readers.removeValue(forKey: ObjectIdentifier(reader)) }
    }

    /// Ends all streams, and those that come.
    func finish() {
        let readers = state.withLock { state in
            state.isFinished = true
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }
}
