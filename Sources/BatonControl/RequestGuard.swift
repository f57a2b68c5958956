import BatonBase
import HTTPTypes
import Synchronization

/// Who may use the API: those with the token (N6), or, without one, this machine but not a web page
/// that a browser of this machine shows.
final class RequestGuard: Sendable {
    /// Why a request is refused.
    enum Refusal: Hashable, Sendable {
        /// No token or a wrong one.
        case token
        /// It comes from a web page.
        case webPage
    }

    private let token: Mutex<String?>

    init(token: String?) {
        self.token = Mutex(token)
    }

    func setToken(_ token: String?) {
        self.token.withLock { $0 = token }
    }

    /// Why the request is refused, `nil` when it is not.
    func refusal(of request: HTTPRequest) -> Refusal? {
        if let token = token.withLock({ $0 }) {
            let shown = request.headerFields[.authorization] ?? ""
            return Self.areEqual(shown, "Bearer \(token)") ? nil : .token
        }
        if request.method != .get, request.headerFields[.origin] != nil { return .webPage }
        return Self.isLocalName(request.authority) ? nil : .webPage
    }

    /// A numeric address or `localhost`: any other name may have been pointed at this machine by
    /// somebody else (DNS rebinding).
    static func isLocalName(_ authority: String?) -> Bool {
        guard let authority, !authority.isEmpty else { return true }
        if SocketAddress(authority) != nil || IPAddress(authority) != nil { return true }
        if authority.hasPrefix("["), authority.hasSuffix("]") {
            return IPAddress(authority.dropFirst().dropLast()) != nil
        }
        return authority.split(separator: ":").first == "localhost"
    }

    /// Compares in a time that does not depend on where the texts differ.
    static func areEqual(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        var difference = one.count ^ other.count
        for index in one.indices where !other.isEmpty {
            difference |= Int(one[index] ^ other[index % other.count])
        }
        return difference == 0
    }
}
