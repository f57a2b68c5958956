internal import Glibc

extension ReceiveQueue {
    /// How many datagrams the kernel has dropped at the UDP sockets, of whatever process, that are
    /// bound to `port` now, because their queues were full (/proc/net/udp and udp6); `nil` when
    /// there is no such socket.
    public static func drops(atPort port: UInt16) -> UInt64? {
        let tables = ["/proc/net/udp", "/proc/net/udp6"].map(contents)
        return drops(atPort: port, inTables: tables)
    }

    /// The same from the text of the tables. Each line has the local address and port in
    /// hexadecimal as its second word and the drops as its last.
    static func drops(atPort port: UInt16, inTables tables: [[UInt8]]) -> UInt64? {
        let digits = String(port, radix: 16, uppercase: true)
        let end = ":" + String(repeating: "0", count: 4 - digits.count) + digits
        var found: UInt64?
        for line in tables.joined(separator: [0x0a]).split(separator: 0x0a) {
            let words = line.split(separator: 0x20)
            guard words.count > 2, let last = words.last,
                String(decoding: words[1], as: UTF8.self).hasSuffix(end),
                let drops = UInt64(String(decoding: last, as: UTF8.self))
            else { continue }
            found = (found ?? 0) &+ drops
        }
        return found
    }

    /// A file of /proc, whose length nobody knows before its end, up to 16 MiB.
    private static func contents(of path: String) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { _ = close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while bytes.count < 16 << 20 {
            let count = unsafe part.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress, buffer.count)
            }
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return bytes
    }
}
