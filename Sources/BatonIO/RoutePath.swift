public import BatonBase
internal import CLinux
internal import Glibc

/// What the way to a peer carries.
public enum RoutePath {
    /// The MTU of the route to `peer` as the kernel knows it now, in bytes; `nil` when there is no
    /// route.
    public static func mtu(to peer: SocketAddress) -> Int? {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(peer.ip.family.systemFamily, type, 0)
        guard number >= 0 else { return nil }
        let probe = Descriptor(owning: number)
        let result = unsafe peer.withSystemAddress { unsafe connect(probe.number, $0, $1) }
        guard result == 0 else { return nil }
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let isV4 = peer.ip.family == .v4
        let level = Int32(isV4 ? IPPROTO_IP : IPPROTO_IPV6)
        let name = isV4 ? IP_MTU : IPV6_MTU
        guard unsafe getsockopt(probe.number, level, name, &value, &length) == 0 else {
            return nil
        }
        return Int(value)
    }
}
