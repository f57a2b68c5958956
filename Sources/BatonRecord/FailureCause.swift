import BatonIO

/// Why something of a recording could not be made or written.
public enum RecordingFailureCause: String, Hashable, Sendable, CaseIterable {
    /// No room on the disk, or in a quota.
    case diskFull = "disk-full"
    /// baton's user may not write there.
    case permission
    /// There is no such folder.
    case folder
    /// Anything else.
    case other

    init(_ error: SystemError) {
        self =
            error.isOutOfSpace
            ? .diskFull
            : error.isNotPermitted ? .permission : error.isNotThere ? .folder : .other
    }
}

/// Why audio does not get to whoever listens.
public enum ForwardingFailureCause: String, Hashable, Sendable, CaseIterable {
    /// Nothing listens at the address.
    case refused
    /// There is no way to the address.
    case unreachable
    /// Nobody answers.
    case timedOut = "timed-out"
    /// The listener has closed the connection.
    case closed
    /// The listener takes less than there is.
    case slow
    /// Anything else.
    case other

    init(_ error: SystemError) {
        self =
            error.isRefused
            ? .refused
            : error.isUnreachable
                ? .unreachable
                : error.isTimeout ? .timedOut : error.isConnectionLoss ? .closed : .other
    }
}
