import Dispatch
import Foundation

/// Keys, window sizes and the passing of time, as they come.
struct TerminalTicks {
    /// The reasons to look at the screen again; only the newest few wait.
    let stream: AsyncStream<Terminal.Tick>
    private let sources: [any DispatchSourceProtocol]

    /// Begins to listen; the time passes every `seconds`.
    init(every seconds: Int) {
        let (stream, continuation) = AsyncStream<Terminal.Tick>.makeStream(
            bufferingPolicy: .bufferingNewest(4))
        let queue = DispatchQueue(label: "baton.top")
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + .seconds(seconds), repeating: .seconds(seconds))
        timer.setEventHandler { continuation.yield(.refresh) }
        let keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
        keys.setEventHandler { continuation.yield(Terminal.key()) }
        signal(SIGWINCH, SIG_IGN)
        let window = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: queue)
        window.setEventHandler { continuation.yield(.resize) }
        self.stream = stream
        sources = [timer, keys, window]
        for source in sources { source.activate() }
    }

    /// Stops listening.
    func cancel() {
        for source in sources { source.cancel() }
    }
}
