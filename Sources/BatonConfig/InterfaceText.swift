import BatonBase

/// The syntax `[NAME/]ADDRESS[!ADVERTISED]` (N17); ADDRESS may be a device name.
public enum InterfaceText {
    /// What the syntax is, for messages.
    public static let expected =
        "[NAME/]ADDRESS[!ADVERTISED], where ADDRESS is numeric or a device name"
    /// A right entry.
    public static let example = "public/192.0.2.7!203.0.113.7"

    /// The entry that `text` writes, `nil` when the syntax is wrong. Without a name it is
    /// `default`. Whether the address exists is not looked at.
    public static func parse(_ text: some StringProtocol) -> Config.Interface? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.count == 2 ? String(parts[0]) : "default"
        guard let last = parts.last, isName(name) else { return nil }
        let ends = last.split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)
        guard let place = place(ends[0]) else { return nil }
        guard ends.count == 2 else { return Config.Interface(name: name, place: place) }
        guard let advertised = address(ends[1]) else { return nil }
        return Config.Interface(name: name, place: place, advertised: advertised)
    }

    /// An address (IPv6 also in brackets) or else a device name.
    static func place(_ text: some StringProtocol) -> Config.Interface.Place? {
        if let address = address(text) { return .address(address) }
        guard isDevice(text) else { return nil }
        return .device(String(text))
    }

    static func address(_ text: some StringProtocol) -> IPAddress? {
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]") && text.utf8.count > 2
        return isBracketed ? IPAddress(text.dropFirst().dropLast()) : IPAddress(text)
    }

    /// 1 to 64 letters, digits and `-_.`.
    static func isName(_ text: some StringProtocol) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    /// A device name as Linux has them: up to 15 bytes, a letter first, so that a mistyped address
    /// is not taken for one.
    private static func isDevice(_ text: some StringProtocol) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter, text.utf8.count <= 15 else {
            return false
        }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.@".contains($0)) }
    }
}

extension Config.Interface.Place: CustomStringConvertible {
    /// The address or the device name.
    public var description: String {
        switch self {
        case .address(let address): address.description
        case .device(let name): name
        }
    }
}

extension Config.Interface: CustomStringConvertible {
    /// `NAME/ADDRESS[!ADVERTISED]`, with the ports behind it when the entry has its own.
    public var description: String {
        "\(name)/\(place)" + (advertised.map { "!\($0)" } ?? "")
            + (ports.map { " (ports \($0.lowerBound)-\($0.upperBound))" } ?? "")
    }
}
