public import BatonBase
internal import CLinux
internal import Glibc

/// The addresses of this machine.
public enum Interfaces {
    /// One address of one network device.
    public struct Entry: Hashable, Sendable {
        /// The device's name, such as `eth0`.
        public var device: String
        /// One of its addresses.
        public var address: IPAddress
    }

    /// Every address of every device that is up, in the system's order.
    public static func all() throws(SystemError) -> [Entry] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { throw SystemError.last("getifaddrs") }
        defer { unsafe freeifaddrs(list) }
        var entries: [Entry] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard unsafe entry.pointee.ifa_flags & UInt32(IFF_UP) != 0,
                let address = unsafe entry.pointee.ifa_addr,
                let parsed = unsafe read(address)
            else { continue }
            entries.append(
                unsafe Entry(device: String(cString: entry.pointee.ifa_name), address: parsed))
        }
        return entries
    }

    private static func read(_ address: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
        var storage = sockaddr_storage()
        let size: Int
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET: size = MemoryLayout<sockaddr_in>.size
        case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: size))
        }
        return unsafe SocketAddress(reading: &storage)?.ip
    }
}
