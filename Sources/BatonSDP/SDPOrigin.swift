public import BatonBase

/// The `o=` line: who made the session and which version of it this is (RFC 8866 §5.2).
///
///     o=<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address>
///
/// A field that is not set keeps the bytes that arrived.
public struct SDPOrigin: Hashable, Sendable {
    private var fields: [ArraySlice<UInt8>]

    private enum Field: Int {
        case username, sessionID, sessionVersion, networkType, addressType, address
    }

    /// The fields in the value of an `o=` line; `nil` when there are not six. Blanks in the user
    /// name, which some phones send, are part of it; words behind the address are ignored.
    public init?(_ value: ArraySlice<UInt8>) {
        let words = SDPText.words(value)
        guard words.count >= 6 else { return nil }
        let last = words.count &- 3
        let network = (3..<last).first { SDPText.equal(words[$0], "IN") } ?? last
        let username = value[words[0].startIndex..<words[network &- 3].endIndex]
        fields = [username] + words[(network &- 2)...(network &+ 2)]
    }

    /// The `o=` line made of these fields. White space and line ends in them become `_`.
    public init(
        username: String = "-", sessionID: String, sessionVersion: String,
        networkType: String = "IN", addressType: String, address: String
    ) {
        fields = [username, sessionID, sessionVersion, networkType, addressType, address]
            .map(Self.field)
    }

    /// The `o=` line of a session at `address`.
    public init(
        username: String = "-", sessionID: UInt64, sessionVersion: UInt64, address: IPAddress
    ) {
        self.init(
            username: username, sessionID: "\(sessionID)", sessionVersion: "\(sessionVersion)",
            addressType: address.family.sdpName, address: "\(address)")
    }

    /// The user's name at the originating host, `-` for none.
    public var username: String {
        get { self[.username] }
        set { self[.username] = newValue }
    }

    /// The session identifier: digits, often more than 32 bits hold, sometimes not a number.
    public var sessionID: String {
        get { self[.sessionID] }
        set { self[.sessionID] = newValue }
    }

    /// The version of this description: digits, sometimes not a number.
    public var sessionVersion: String {
        get { self[.sessionVersion] }
        set { self[.sessionVersion] = newValue }
    }

    /// ``sessionVersion`` as a number, `nil` when it is none or needs more than 64 bits.
    public var sessionVersionNumber: UInt64? {
        SDPText.number(fields[Field.sessionVersion.rawValue], as: UInt64.self)
    }

    /// The network type, `IN`.
    public var networkType: String {
        get { self[.networkType] }
        set { self[.networkType] = newValue }
    }

    /// The address type, `IP4` or `IP6`.
    public var addressType: String {
        get { self[.addressType] }
        set { self[.addressType] = newValue }
    }

    /// The address or name of the originating host as text.
    public var address: String {
        get { self[.address] }
        set { self[.address] = newValue }
    }

    /// ``address`` as an IP address, `nil` when it is a name.
    public var ip: IPAddress? { IPAddress(address) }

    /// Replaces ``addressType`` and ``address``.
    public mutating func setAddress(_ ip: IPAddress) {
        addressType = ip.family.sdpName
        address = "\(ip)"
    }

    /// The `o=` line.
    public var line: SDPLine {
        var value: [UInt8] = []
        value.reserveCapacity(96)
        for field in fields {
            if !value.isEmpty { value.append(SDPText.space) }
            value.append(contentsOf: field)
        }
        return SDPLine(.origin, value)
    }

    private subscript(field: Field) -> String {
        get { SDPText.string(fields[field.rawValue]) }
        set { fields[field.rawValue] = Self.field(newValue) }
    }

    private static func field(_ text: String) -> ArraySlice<UInt8> {
        let bytes = text.utf8.map { byte in
            SDPText.isBlank(byte) || SDPText.endsLine(byte) ? UInt8(ascii: "_") : byte
        }
        return bytes.isEmpty ? [UInt8(ascii: "-")] : bytes[...]
    }
}
