import BatonBase
import BatonIO

/// Loads and encodes tracks, one after the other, on a thread that neither signalling nor a worker
/// waits for.
actor MediaLoader {
    /// One for the process: however many servers there are, one processor is enough.
    static let shared = MediaLoader()

    /// Does the job, and tells the server's library what came of it.
    func run(_ job: MediaJob, for server: RelayServer?) {
        let result = job.work()
        server?.takeMediaJob(job.number, result)
    }
}

extension RelayServer {
    /// Takes the result of a job on the loop.
    nonisolated func takeMediaJob(_ number: UInt64, _ result: MediaJobResult) {
        loop.execute { [weak self] in
            self?.assumeIsolated { $0.finishMediaJob(number, result) }
        }
    }
}
