internal import CLinux
internal import Glibc

/// An ordinary file that is read: its size and age, and its bytes. Every call may block.
public struct FileContents: ~Copyable, Sendable {
    /// The size in bytes when it was opened.
    public let byteCount: Int
    /// When it was changed last: nanoseconds since 1970 UTC.
    public let modifiedNanoseconds: Int64
    private let path: String
    private let descriptor: Descriptor

    /// Opens the file.
    /// - Throws: ``SystemError``; EINVAL for what is no ordinary file, such as a folder.
    public init(opening path: String) throws(SystemError) {
        // A pipe must not make us wait for its writer.
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw .last("open", path) }
        let facts: stat
        do throws(SystemError) {
            facts = try Self.facts(of: number, path)
        } catch {
            Descriptor.close(taken: number)
            throw error
        }
        self.path = path
        descriptor = Descriptor(owning: number)
        byteCount = Int(clamping: facts.st_size)
        modifiedNanoseconds =
            Int64(clamping: facts.st_mtim.tv_sec) &* 1_000_000_000
            &+ Int64(clamping: facts.st_mtim.tv_nsec)
    }

    private static func facts(of number: Int32, _ path: String) throws(SystemError) -> stat {
        var facts = stat()
        guard unsafe fstat(number, &facts) == 0 else { throw .last("fstat", path) }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw SystemError(call: "open", errno: EINVAL, subject: "\(path), no ordinary file")
        }
        return facts
    }

    /// The bytes of `range`, as far as the file has them.
    /// - Throws: ``SystemError``.
    public func read(_ range: Range<Int>) throws(SystemError) -> [UInt8] {
        let range = range.clamped(to: 0..<byteCount)
        var bytes = [UInt8](repeating: 0, count: range.count)
        var length = 0
        while length < bytes.count {
            let result = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor.number, buffer.baseAddress?.advanced(by: length),
                    buffer.count - length, range.lowerBound + length)
            }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw .last("read", path) }
            guard result > 0 else { break }
            length += result
        }
        bytes.removeLast(bytes.count - length)
        return bytes
    }
}
