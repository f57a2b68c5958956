internal import CLinux
internal import Glibc

/// What the kernel tells about a process, this one or another: time used, memory, threads,
/// descriptors (proc(5)).
public struct ProcessProbe: Sendable {
    /// The process.
    public let processID: Int32

    /// A probe for the process `processID`.
    public init(processID: Int32) {
        self.processID = processID
    }

    /// A probe for this process.
    public static var own: ProcessProbe { ProcessProbe(processID: getpid()) }

    /// Whether there is such a process.
    public var isAlive: Bool { kill(processID, 0) == 0 || errno == EPERM }

    /// The process's short name, such as `rtpengine`; `nil` when it is gone.
    public var name: String? {
        Self.contents(of: "/proc/\(processID)/comm").map {
            String(decoding: $0.prefix { $0 != 0x0a }, as: UTF8.self)
        }
    }

    /// The CPU time that the process's present threads have used, user and system, in nanoseconds;
    /// `nil` when it is gone. From schedstat, or in steps of a clock tick where the kernel has
    /// none.
    public var cpuNanoseconds: UInt64? {
        guard let threads = entries(in: "task") else { return nil }
        let times = threads.compactMap { thread in
            Self.contents(of: "/proc/\(processID)/task/\(thread)/schedstat")
                .flatMap(Self.firstNumber)
        }
        return times.isEmpty ? cpuNanosecondsFromTicks : times.reduce(0, &+)
    }

    /// The memory that the process has resident, in bytes.
    public var residentBytes: UInt64? { status("VmRSS").map { $0 &* 1024 } }
    /// The most memory that the process has had resident, in bytes.
    public var peakResidentBytes: UInt64? { status("VmHWM").map { $0 &* 1024 } }
    /// How many threads it has.
    public var threadCount: Int? { status("Threads").map { Int(clamping: $0) } }
    /// How many descriptors it has open; `nil` where the reader may not look.
    public var openDescriptorCount: Int? { entries(in: "fd")?.count }

    /// The number behind `key:` in /proc/PID/status.
    private func status(_ key: String) -> UInt64? {
        guard let text = Self.contents(of: "/proc/\(processID)/status") else { return nil }
        let start = Array("\(key):".utf8)
        let line = text.split(separator: 0x0a).first { $0.starts(with: start) }
        return line.flatMap { Self.firstNumber($0.dropFirst(start.count)) }
    }

    /// Fields 14 and 15 of /proc/PID/stat; the name in field 2 may hold anything but ends with `)`.
    private var cpuNanosecondsFromTicks: UInt64? {
        guard let text = Self.contents(of: "/proc/\(processID)/stat"),
            let end = text.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = text[(end + 1)...].split(separator: 0x20)
        guard fields.count > 12, let user = Self.firstNumber(fields[11]),
            let system = Self.firstNumber(fields[12])
        else { return nil }
        let ticksPerSecond = UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        return (user &+ system) &* (1_000_000_000 / ticksPerSecond)
    }

    private func entries(in folder: String) -> [String]? {
        guard let directory = unsafe opendir("/proc/\(processID)/\(folder)") else { return nil }
        defer { _ = unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func firstNumber(_ text: some Sequence<UInt8>) -> UInt64? {
        let isDigit = { (byte: UInt8) in byte >= 0x30 && byte <= 0x39 }
        let digits = text.drop { !isDigit($0) }.prefix(while: isDigit)
        return UInt64(String(decoding: Array(digits), as: UTF8.self))
    }

    /// A small file's bytes, up to 64 KiB.
    private static func contents(of path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        var length = 0
        while length < bytes.count {
            let result = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(
                    descriptor, buffer.baseAddress?.advanced(by: length), buffer.count - length)
            }
            if result <= 0 { break }
            length += result
        }
        return Array(bytes.prefix(length))
    }
}
