import Glibc

/// Why the log file cannot be used.
public struct LogFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name.
    public var path: String
    /// The system's error number.
    public var errno: Int32

    /// One sentence with what to do.
    public var description: String {
        "log: cannot open \(path) (\(LogFile.reason(errno))); "
            + "make its folder writable for baton or choose another with log.file"
    }
}

/// The system calls of the log.
enum LogFile {
    /// Opens for appending; the file is made when it is not there, readable by owner and group.
    static func open(_ path: String) throws(LogFileError) -> Int32 {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY
        let descriptor = Glibc.open(path, flags, 0o640)
        if descriptor < 0 { throw LogFileError(path: path, errno: errno) }
        return descriptor
    }

    static func close(_ descriptor: Int32) {
        _ = Glibc.close(descriptor)
    }

    /// Writes all bytes; 0 or the error number. A part that was written before a failure stays.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, Array(rest), rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, 1_000)
            } else if count == 0 || errno != EINTR {
                return count == 0 ? EIO : errno
            }
        }
        return 0
    }

    /// Writes one line about the log itself to standard error.
    static func tell(_ sentence: String) {
        _ = write(Array("baton: \(sentence)\n".utf8), to: STDERR_FILENO)
    }

    /// What the system says about an error number.
    static func reason(_ code: Int32) -> String {
        String(cString: strerror(code)).lowercased()
    }
}
