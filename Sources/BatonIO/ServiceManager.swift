public import BatonBase
internal import CLinux
internal import Glibc

/// What a service manager of systemd's kind passed to the process: sockets that are open already,
/// and where to report readiness (sd_listen_fds(3), sd_notify(3)).
public struct ServiceManager: Sendable {
    /// A socket that was open when the process started.
    public struct PassedSocket: Hashable, Sendable {
        /// What it carries.
        public enum Kind: Hashable, Sendable {
            /// UDP.
            case datagram
            /// A listening TCP socket.
            case listener
        }

        /// Its descriptor.
        public var descriptor: Int32
        /// What it carries.
        public var kind: Kind
        /// The address that it is bound to.
        public var address: SocketAddress

        /// The socket `descriptor`, bound to `address`.
        public init(descriptor: Int32, kind: Kind, address: SocketAddress) {
            self.descriptor = descriptor
            self.kind = kind
            self.address = address
        }
    }

    /// `NOTIFY_SOCKET`: a path, or an abstract name behind `@`.
    public var notifyPath: String?
    /// How many sockets were passed, from descriptor 3 on.
    public var passedCount: Int

    /// What `environment` says to this process.
    public init(environment: [String: String]) {
        self.init(environment: environment, processID: getpid())
    }

    /// What `environment` says to the process `processID`.
    init(environment: [String: String], processID: Int32) {
        notifyPath = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isForUs = environment["LISTEN_PID"].flatMap { Int32($0) } == processID
        let count = environment["LISTEN_FDS"].flatMap { Int($0) } ?? 0
        passedCount = isForUs ? min(max(count, 0), 64) : 0
    }

    /// The passed sockets that are IP sockets, made non-blocking and closed on exec.
    public func passedSockets() -> [PassedSocket] {
        (0..<Int32(passedCount)).compactMap { Self.describe(3 + $0) }
    }

    /// Reports `state`, such as `READY=1`, `RELOADING=1` or `STOPPING=1`; does nothing without a
    /// place to report to. A report that cannot be delivered is lost.
    public func report(_ state: String) {
        guard let notifyPath else { return }
        var name = Array(notifyPath.utf8)
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        var address = sockaddr_un()
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard name.count < room else { return }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
            unsafe path.copyBytes(from: name)
        }
        // An abstract name's length counts; a path is closed by a zero.
        let length = MemoryLayout<sa_family_t>.size + name.count + (name.first == 0 ? 0 : 1)
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return }
        let socket = Descriptor(owning: number)
        let text = Array(state.utf8)
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(
                    socket.number, text, text.count, Int32(MSG_NOSIGNAL), $0, socklen_t(length))
            }
        }
    }

    private static func describe(_ descriptor: Int32) -> PassedSocket? {
        guard let address = unsafe SocketAddress.query(descriptor, getsockname) else { return nil }
        var type: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) == 0 else {
            return nil
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let isDatagram = type == Int32(SOCK_DGRAM.rawValue)
        return PassedSocket(
            descriptor: descriptor, kind: isDatagram ? .datagram : .listener, address: address)
    }
}
