import BatonIO

/// A file of a recording, written in large pieces. A piece that cannot be written is counted and
/// left out, and the next one is tried again.
final class RecordingFile {
    /// What is to be written next.
    var buffer: [UInt8] = []
    /// Bytes written so far.
    private(set) var writtenBytes: UInt64 = 0
    /// Bytes that could not be written.
    private(set) var lostBytes: UInt64 = 0
    /// Why the first piece that failed did.
    private(set) var failure: SystemError?

    let output: OutputFile
    /// Whether what is lost leaves a hole that reads as zeros, so that time in the file stays true.
    private let leavesHoles: Bool
    private var offset: Int64 = 0

    /// Bytes that are gathered before they are written.
    static let pieceBytes = 65_536

    init(_ output: OutputFile, leavesHoles: Bool) {
        self.output = output
        self.leavesHoles = leavesHoles
        buffer.reserveCapacity(Self.pieceBytes + 4_096)
    }

    /// Writes what is gathered when it is a whole piece, or in any case.
    func flush(always: Bool = false) {
        guard !buffer.isEmpty, always || buffer.count >= Self.pieceBytes else { return }
        let count = buffer.count
        do throws(SystemError) {
            try output.write(buffer, at: offset)
            writtenBytes &+= UInt64(count)
            offset += Int64(count)
        } catch {
            note(error, count)
            if leavesHoles { offset += Int64(count) }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes `bytes` over the file's beginning.
    func rewriteStart(_ bytes: [UInt8]) {
        do throws(SystemError) {
            try output.write(bytes, at: 0)
        } catch {
            note(error, 0)
        }
    }

    private func note(_ error: SystemError, _ count: Int) {
        lostBytes &+= UInt64(count)
        if failure == nil { failure = error }
    }
}
