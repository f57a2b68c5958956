internal import BatonBase
internal import CLinux
internal import Glibc

// The system's socket address forms and ours.

/// Where `sin6_addr` lies in `sockaddr_in6`: behind family, port and flow label.
private let v6AddressOffset = 8

extension SocketAddress {
    /// The address that the system wrote to `storage`; `nil` for a family other than IPv4 and IPv6.
    @inline(__always)
    init?(reading storage: UnsafePointer<sockaddr_storage>) {
        switch unsafe Int32(storage.pointee.ss_family) {
        case AF_INET:
            let address = unsafe UnsafeRawPointer(storage).load(as: sockaddr_in.self)
            self.init(
                ip: IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)),
                port: UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            let address = unsafe UnsafeRawPointer(storage).load(as: sockaddr_in6.self)
            let words = unsafe UnsafeRawPointer(storage)
            self.init(
                ip: IPAddress(
                    v6High: UInt64(
                        bigEndian: unsafe words.loadUnaligned(
                            fromByteOffset: v6AddressOffset, as: UInt64.self)),
                    low: UInt64(
                        bigEndian: unsafe words.loadUnaligned(
                            fromByteOffset: v6AddressOffset + 8, as: UInt64.self)),
                    scope: address.sin6_scope_id),
                port: UInt16(bigEndian: address.sin6_port))
        default:
            return nil
        }
    }

    /// Writes the system's form to `storage` and gives its length.
    @inline(__always)
    func write(to storage: UnsafeMutablePointer<sockaddr_storage>) -> socklen_t {
        let raw = UnsafeMutableRawPointer(storage)
        switch ip.family {
        case .v4:
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: ip.low).bigEndian
            unsafe raw.storeBytes(of: address, as: sockaddr_in.self)
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        case .v6:
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_scope_id = ip.scope
            unsafe raw.storeBytes(of: address, as: sockaddr_in6.self)
            unsafe raw.storeBytes(
                of: ip.high.bigEndian, toByteOffset: v6AddressOffset, as: UInt64.self)
            unsafe raw.storeBytes(
                of: ip.low.bigEndian, toByteOffset: v6AddressOffset + 8, as: UInt64.self)
            return socklen_t(MemoryLayout<sockaddr_in6>.size)
        }
    }

    /// Calls `body` with the system's form of the address.
    func withSystemAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var storage = sockaddr_storage()
        let length = unsafe write(to: &storage)
        return unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, length)
            }
        }
    }

    /// The address that `call` (getsockname, getpeername) gives for a descriptor.
    static func query(
        _ descriptor: Int32,
        _ call: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call(descriptor, $0, &length)
            }
        }
        return result == 0 ? unsafe SocketAddress(reading: &storage) : nil
    }
}

extension IPAddress.Family {
    /// AF_INET or AF_INET6.
    var systemFamily: Int32 { self == .v4 ? AF_INET : AF_INET6 }
}
