import BatonBase

/// Where a notice goes: `http://ADDRESS[:PORT][/PATH]`, or `ADDRESS:PORT` as `xmlrpc-callback` has
/// it. Names other than `localhost` are not resolved: a look-up would hold up signalling.
struct NoticeTarget: Hashable {
    /// The server.
    var address: SocketAddress
    /// What goes into the Host field.
    var host: String
    /// The request's path, with a leading slash.
    var path: String

    /// The target that `text` writes, `nil` when it is none.
    init?(_ text: some StringProtocol) {
        let scheme = "http://"
        let rest = text.lowercased().hasPrefix(scheme) ? text.dropFirst(scheme.count) : text[...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        path = slash == rest.endIndex ? "/" : String(rest[slash...])
        host = String(authority)
        guard let address = Self.address(authority), Self.isPrintable(text) else { return nil }
        self.address = address
    }

    private static func address(_ authority: some StringProtocol) -> SocketAddress? {
        let loopback = "localhost"
        let text =
            authority.hasPrefix(loopback)
            ? "127.0.0.1" + authority.dropFirst(loopback.count) : String(authority)
        if let address = SocketAddress(text) { return address }
        let bare =
            text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
        return IPAddress(bare).map { SocketAddress(ip: $0, port: 80) }
    }

    /// Nothing that could end a line of the request.
    private static func isPrintable(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }
}
