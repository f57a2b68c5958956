/// Reads `bytes` as the value of every attribute that has a type and as a trickle ICE fragment.
///
/// Stops the process when what was read is not the same once it was written and read again.
public func fuzzSDPAttributes(_ bytes: [UInt8]) {
    // These never stand in a line that was cut from a description and written again.
    let value = bytes.filter { !SDPText.endsLine($0) }[...]
    requireSame(value, { SDPCrypto($0) }, \.attribute)
    requireSame(value, { SDPCrypto($0) }, { $0.attribute(padding: false) })
    requireSame(value, { SDPFingerprint($0) }, \.attribute)
    requireSame(value, { SDPCandidate($0) }, \.attribute)
    requireSame(value, { SDPExtensionMap($0) }, \.attribute)
    requireSame(value, { SDPRTCPFeedback($0) }, \.attribute)
    requireSame(value, { SDPSourceGroup($0) }, \.attribute)
    requireSame(value, { SDPMediaStreamID($0) }, \.attribute)
    requireSame(value, { SDPRestrictionID($0) }, \.attribute)
    requireSame(value, { SDPSimulcast($0) }, \.attribute)
    requireSame(value, { SDPRemoteCandidate.list($0) }, { SDPRemoteCandidate.attribute($0) })
    requireSame(
        value, { SDPFormatParameters($0) }, { SDPAttribute(name: "fmtp", value: $0.text) })
    requireSameEvents(SDPFormatParameters(value))
    _ = SDPCandidate(trickled: SDPText.string(value))
    for crypto in [SDPCrypto(value)].compactMap(\.self) {
        for (key, suite) in zip(crypto.keys, SRTPCryptoSuite.allCases) {
            guard let parts = key.split(for: crypto.suite ?? suite) else { continue }
            precondition(Array(parts.key) + parts.salt == key.keyAndSalt, "a key is split")
        }
    }
    requireSameFragment(bytes)
}

/// What `read` makes of the value must be what it makes of the value that `write` gives.
private func requireSame<Value: Equatable>(
    _ value: ArraySlice<UInt8>, _ read: (ArraySlice<UInt8>) -> Value?,
    _ write: (Value) -> SDPAttribute
) {
    guard let first = read(value) else { return }
    let again = write(first).valueBytes.flatMap(read)
    precondition(again == first, "\(Value.self) changes when it is written")
}

private func requireSameEvents(_ parameters: SDPFormatParameters) {
    guard let events = parameters.telephoneEvents else { return }
    let again = SDPFormatParameters(telephoneEvents: events).telephoneEvents
    precondition(again == events, "a list of events changes when it is written")
}

private func requireSameFragment(_ bytes: [UInt8]) {
    guard let fragment = try? SDPFragment(parsing: bytes.filter { $0 != 0 }) else { return }
    let limits = SDPLimits(bytesMax: .max, linesMax: .max, mediaMax: .max, lineBytesMax: .max)
    let written = fragment.serialized()
    // An empty fragment has no lines.
    guard !written.isEmpty else { return }
    let again = try? SDPFragment(parsing: written, limits: limits)
    precondition(again == fragment, "a fragment changes when it is written")
}
