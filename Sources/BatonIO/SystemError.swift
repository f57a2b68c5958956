internal import CLinux
internal import Glibc

/// A call to the system that failed: which, why, and on what.
public struct SystemError: Error, Hashable, Sendable {
    /// The name of the call: `bind`, `epoll_ctl`, …
    public var call: String
    /// The error number that it left.
    public var errno: Int32
    /// What it was done to, in words: an address, a device name; empty when there is nothing to
    /// say.
    public var subject: String

    /// The failure of `call` on `subject` with `errno`.
    public init(call: String, errno: Int32, subject: String = "") {
        self.call = call
        self.errno = errno
        self.subject = subject
    }

    /// The failure that the thread's `errno` describes right after `call` returned.
    static func last(_ call: String, _ subject: String = "") -> SystemError {
        SystemError(call: call, errno: Glibc.errno, subject: subject)
    }

    /// The system's words for the error number.
    public var reason: String { Self.reason(errno) }

    /// The system's words for `errno`, such as "Address already in use".
    public static func reason(_ errno: Int32) -> String {
        guard let text = unsafe strerror(errno) else { return "error \(errno)" }
        return unsafe String(cString: text)
    }

    /// The address is in use by another socket.
    public var isAddressInUse: Bool { errno == EADDRINUSE }
    /// The address belongs to no interface of this machine.
    public var isAddressNotAvailable: Bool { errno == EADDRNOTAVAIL }
    /// The process or the machine has no descriptors left.
    public var isOutOfDescriptors: Bool { errno == EMFILE || errno == ENFILE }
    /// The peer is gone, or nothing listens there.
    public var isConnectionLoss: Bool {
        [ECONNRESET, EPIPE, ECONNREFUSED, ENOTCONN, ETIMEDOUT].contains(errno)
    }
    /// Nothing listens there.
    public var isRefused: Bool { errno == ECONNREFUSED }
    /// There is no way to there.
    public var isUnreachable: Bool {
        [ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN].contains(errno)
    }
    /// Nobody has answered in time.
    public var isTimeout: Bool { errno == ETIMEDOUT }
    /// The disk is full, or the user's part of it.
    public var isOutOfSpace: Bool { errno == ENOSPC || errno == EDQUOT }
}

extension SystemError: CustomStringConvertible {
    /// `bind 127.0.0.1:2223: Address already in use`.
    public var description: String {
        subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
    }
}
