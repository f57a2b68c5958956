public import BatonBase

/// One entry of `a=remote-candidates:`: the peer's candidate that was selected for a component
/// (RFC 8839 §5.2).
///
///     a=remote-candidates:<component> <address> <port> ...
public struct SDPRemoteCandidate: Hashable, Sendable {
    /// The component, 1 to 256.
    public var component: UInt16
    /// The address or name as text.
    public var address: String
    /// The port.
    public var port: UInt16

    /// The candidate with these values.
    public init(component: UInt16, address: String, port: UInt16) {
        self.component = component
        self.address = address
        self.port = port
    }

    /// ``address`` as an IP address; `nil` when it is a name.
    public var ip: IPAddress? { IPAddress(address) }

    /// The most candidates that are read from one attribute.
    public static let countMax = 64

    /// The candidates that the value of an attribute lists, up to the first that cannot be read.
    static func list(_ value: ArraySlice<UInt8>) -> [SDPRemoteCandidate] {
        var rest = value
        var candidates: [SDPRemoteCandidate] = []
        while candidates.count < countMax, let component = SDPText.word(&rest),
            let address = SDPText.word(&rest), let port = SDPText.word(&rest)
        {
            guard let component = SDPCandidate.component(component),
                let port = SDPText.number(port, as: UInt16.self)
            else { break }
            candidates.append(
                .init(component: component, address: SDPText.string(address), port: port))
        }
        return candidates
    }

    /// The attribute that lists `candidates`.
    public static func attribute(_ candidates: [SDPRemoteCandidate]) -> SDPAttribute {
        let words = candidates.map { "\($0.component) \($0.address) \($0.port)" }
        return SDPAttribute(name: "remote-candidates", value: words.joined(separator: " "))
    }
}
