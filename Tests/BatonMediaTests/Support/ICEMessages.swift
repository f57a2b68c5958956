import BatonBase
import BatonICE

@testable import BatonMedia

/// Credentials that a number stands for.
func iceCredentials(_ seed: UInt64) -> ICECredentials {
    var generator = SplitMix64(seed: seed)
    return ICECredentials(using: &generator)
}

/// A host candidate of baton's, at the port `base`; `rank` 0 for the address that is preferred.
func iceCandidate(
    _ component: UInt8, _ address: String, base: Int, rank: UInt16 = 0
) -> ICELocalCandidate {
    ICELocalCandidate(
        ICECandidate(
            component: component, type: .host,
            priority: ICECandidate.priority(
                .host, localPreference: .max - rank, component: component),
            address: endpoint(address), foundation: "\(rank + 1)"),
        base: base)
}

/// A check as a peer sends it.
func iceCheck(
    from: ICECredentials = iceCredentials(2), to: ICECredentials = iceCredentials(1),
    nominates: Bool = true
) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512)
    var span = bytes.mutableSpan
    var room = span.mutableBytes
    var writer = STUNMessageWriter(
        .request, transactionID: STUNTransactionID(high: 1, low: 2), into: &room)
    let name = to.usernameFragment + [UInt8(ascii: ":")] + from.usernameFragment
    writer.append(.username, name.span, into: &room)
    writer.append(.priority, UInt32(1_845_501_695), into: &room)
    writer.append(.iceControlling, UInt64(7), into: &room)
    if nominates { writer.append(.useCandidate, into: &room) }
    writer.appendIntegrity(
        key: to.password.span.bytes, by: MessageIntegrity(), into: &room)
    writer.appendFingerprint(into: &room)
    let count = writer.byteCount
    return Array(bytes[..<count])
}

/// The party's answer to a check of ours.
func iceAnswer(_ request: [UInt8], by party: ICECredentials) throws -> [UInt8] {
    let identifier = try STUNMessageView(request.span.bytes).transactionID
    var bytes = [UInt8](repeating: 0, count: 512)
    var span = bytes.mutableSpan
    var room = span.mutableBytes
    var writer = STUNMessageWriter(.successResponse, transactionID: identifier, into: &room)
    writer.appendXORMappedAddress(endpoint("192.0.2.100:30000"), into: &room)
    writer.appendIntegrity(key: party.password.span.bytes, by: MessageIntegrity(), into: &room)
    writer.appendFingerprint(into: &room)
    let count = writer.byteCount
    return Array(bytes[..<count])
}

extension RelayFixture {
    /// The party checks a port and answers our checks for a second.
    mutating func connect(_ source: SocketAddress, _ port: Int32) throws {
        _ = receive(iceCheck(), from: source, on: port)
        for _ in 0..<10 {
            for (transmit, bytes) in pass(.milliseconds(100))
            where transmit.destination == source && bytes.starts(with: [0, 1]) {
                _ = receive(try iceAnswer(bytes, by: iceCredentials(2)), from: source, on: port)
            }
        }
    }
}
