import ArgumentParser

/// Where a daemon's API is: `ADDRESS:PORT`, `NAME:PORT`, or the same behind `http://`.
struct APIEndpoint: Hashable, Sendable, ExpressibleByArgument {
    /// An address or a name.
    var host: String
    /// The port.
    var port: Int

    /// Where `baton serve` listens unless told otherwise.
    static let standard = APIEndpoint(host: "127.0.0.1", port: 9080)

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        var text = argument[...]
        if text.hasPrefix("http://") { text = text.dropFirst(7) }
        if text.hasSuffix("/") { text = text.dropLast() }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]), port > 0
        else { return nil }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        let isName = host.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0))
        }
        guard !host.isEmpty, isBracketed || isName else { return nil }
        self.init(host: String(host), port: Int(port))
    }
}

extension APIEndpoint: CustomStringConvertible {
    /// `HOST:PORT`, an IPv6 address in brackets.
    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
