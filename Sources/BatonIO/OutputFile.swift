internal import CLinux
internal import Glibc

/// A file that was made anew, for writing; closed when nobody holds it.
public final class OutputFile: Sendable {
    /// Its name, with its folder.
    public let path: String
    private let descriptor: Descriptor

    /// Makes the file `path`, readable by its owner only.
    /// - Throws: `SystemError`, also when it is there already: nothing is ever overwritten.
    public init(making path: String) throws(SystemError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let number = unsafe Glibc.open(path, flags, 0o600)
        guard number >= 0 else { throw .last("open", path) }
        self.path = path
        descriptor = Descriptor(owning: number)
    }

    /// A file that is open for writing already.
    public init(owning descriptor: consuming Descriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Writes `bytes` at `offset`.
    /// - Throws: `SystemError`; a part may have been written.
    public func write(_ bytes: [UInt8], at offset: Int64) throws(SystemError) {
        let failure: SystemError? = unsafe bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
                let count = unsafe pwrite(
                    descriptor.number, rest.baseAddress, rest.count, off_t(offset) + done)
                if count > 0 {
                    done += count
                } else if count == 0 || errno != EINTR {
                    return SystemError(
                        call: "write", errno: count == 0 ? ENOSPC : errno, subject: path)
                }
            }
            return nil
        }
        if let failure { throw failure }
    }

    /// Takes the file's name away; its bytes go with the last descriptor.
    public func remove() {
        _ = unsafe unlink(path)
    }
}

extension SystemError {
    /// There is a file of this name already.
    public var isAlreadyThere: Bool { errno == EEXIST }
    /// A folder on the way is missing.
    public var isNotThere: Bool { errno == ENOENT || errno == ENOTDIR }
    /// The system does not permit it.
    public var isNotPermitted: Bool { errno == EACCES || errno == EPERM || errno == EROFS }
}
