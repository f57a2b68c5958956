internal import CLinux
internal import Glibc

/// What this process uses and may use.
public enum ProcessResources {
    /// CPU time of the process or of one thread.
    public struct ProcessorTime: Hashable, Sendable {
        /// Nanoseconds in user mode.
        public var userNanoseconds: UInt64
        /// Nanoseconds in the kernel on its behalf.
        public var systemNanoseconds: UInt64
    }

    /// Raises the soft limit of open files to the hard limit.
    ///
    /// - Returns: the limit now in force.
    @discardableResult
    public static func raiseOpenFilesLimit() throws(SystemError) -> Int {
        var limit = rlimit()
        guard unsafe clinux_open_files_limit(&limit) == 0 else {
            throw SystemError.last("getrlimit")
        }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            guard unsafe clinux_set_open_files_limit(&limit) == 0 else {
                throw SystemError.last("setrlimit")
            }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Has the kernel make the process's table of descriptors large enough for `count` of them now,
    /// at 8 bytes each, or for as many as the limit allows.
    ///
    /// It grows by doubling otherwise, and each time a process with several threads waits for all
    /// processors to have passed through the scheduler: up to 20 ms in which no call is set up.
    public static func reserveDescriptors(_ count: Int) {
        let last = min(count, openFilesLimit()) - 1
        guard last > 0 else { return }
        // Any descriptor can be duplicated; the copy at the table's end makes it long enough.
        let original = eventfd(0, Int32(EFD_CLOEXEC))
        guard original >= 0 else { return }
        let copy = fcntl(original, F_DUPFD_CLOEXEC, Int32(clamping: last))
        if copy >= 0 { _ = close(copy) }
        _ = close(original)
    }

    /// Lets all threads allocate from one heap that grows by a mebibyte. Call it before there are
    /// threads; only the C library's own allocator heeds it.
    ///
    /// The heaps that glibc makes for further threads grow by a page or two at a time, with a
    /// system call each; and what one thread has freed is of no use to another.
    public static func shareHeap() {
        _ = clinux_share_heap(1 << 20)
    }

    /// The limit of open files in force, 0 when the system will not say.
    public static func openFilesLimit() -> Int {
        var limit = rlimit()
        return unsafe clinux_open_files_limit(&limit) == 0 ? Int(clamping: limit.rlim_cur) : 0
    }

    /// CPU time of the whole process.
    public static func processTime() -> ProcessorTime {
        var usage = rusage()
        _ = unsafe clinux_process_usage(&usage)
        return ProcessorTime(usage)
    }

    /// CPU time of the calling thread.
    public static func threadTime() -> ProcessorTime {
        var usage = rusage()
        _ = unsafe clinux_thread_usage(&usage)
        return ProcessorTime(usage)
    }

    /// The resident memory of the process in bytes, 0 when /proc cannot be read.
    public static func residentBytes() -> UInt64 {
        let number = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return 0 }
        let file = Descriptor(owning: number)
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = unsafe read(file.number, &buffer, buffer.count)
        let fields = buffer.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
        guard fields.count > 1, let pages = UInt64(String(decoding: fields[1], as: UTF8.self))
        else { return 0 }
        return pages &* UInt64(clamping: sysconf(Int32(_SC_PAGESIZE)))
    }

    /// How many processors the process may run on.
    public static func allowedProcessorCount() -> Int {
        max(1, Int(clinux_allowed_processors()))
    }
}

extension ProcessResources.ProcessorTime {
    init(_ usage: rusage) {
        userNanoseconds = Self.nanoseconds(usage.ru_utime)
        systemNanoseconds = Self.nanoseconds(usage.ru_stime)
    }

    private static func nanoseconds(_ time: timeval) -> UInt64 {
        UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_usec) &* 1_000
    }
}
