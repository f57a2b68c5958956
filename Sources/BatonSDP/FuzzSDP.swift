import BatonBase

/// Parses `bytes` and, where they are a session description, reads and edits it in every way.
///
/// Stops the process when an invariant is broken: writing and parsing again gives an equal
/// description, before and after every edit, so that no value can make a line of its own.
public func fuzzSDP(_ bytes: [UInt8]) {
    let parsed = try? SessionDescription(parsing: bytes)
    guard var description = parsed else { return }
    requireRoundTrip(description)
    requireReadable(description)
    let text = String(decoding: bytes.prefix(64), as: UTF8.self)
    editSession(&description, text)
    for index in description.media.indices { editMedia(&description.media[index], text) }
    requireRoundTrip(description)
    description.removeMedia(at: 0)
    requireRoundTrip(description)
}

private func requireRoundTrip(_ description: SessionDescription) {
    let written = description.serialized()
    precondition(written.count == description.serializedCount, "the count is that of the bytes")
    let limits = SDPLimits(
        bytesMax: .max, linesMax: .max, mediaMax: .max, lineBytesMax: .max)
    let again = try? SessionDescription(parsing: written, limits: limits)
    precondition(again == description, "parsing what was written gives the same description")
}

/// Reads everything that can be read; none of it may trap.
private func requireReadable(_ description: SessionDescription) {
    var sum = description.origin.hashValue ^ description.connection.hashValue
    sum ^= description.groups.hashValue ^ description.sessionName.hashValue
    for (index, section) in description.media.enumerated() {
        sum ^= section.kind.hashValue ^ section.formats.hashValue ^ section.rtpMaps.hashValue
        sum ^= section.sources.hashValue ^ section.bandwidths.hashValue ^ section.ptimeMs.hashValue
        sum ^= section.rtcpAttribute.hashValue ^ section.attributes.hashValue
        sum ^= description.rtpAddress(of: index).hashValue
        sum ^= description.rtcpAddress(of: index).hashValue
        sum ^= description.direction(of: index).hashValue
        sum ^= readSecurity(description, index) ^ readSources(section)
        for type in section.payloadTypes {
            sum ^= section.rtpMap(for: type).hashValue
            sum ^= section.formatParameters(for: type).hashValue
            sum ^= section.rtcpFeedback(for: type).hashValue
            sum ^= section.parameters(for: type).hashValue
        }
    }
    keep(sum)
}

private func readSecurity(_ description: SessionDescription, _ index: Int) -> Int {
    let section = description.media[index]
    var sum = section.cryptos.hashValue ^ section.candidates.hashValue
    sum ^= section.remoteCandidates.hashValue ^ section.icePacingMs.hashValue
    sum ^= description.iceCredentials(of: index).hashValue ^ description.tlsID(of: index).hashValue
    sum ^= description.iceOptions(of: index).hashValue ^ description.setup(of: index).hashValue
    return sum ^ description.fingerprints(of: index).hashValue
}

private func readSources(_ section: MediaDescription) -> Int {
    var sum = section.sourceGroups.hashValue ^ section.mediaStreamIDs.hashValue
    sum ^= section.restrictionIDs.hashValue ^ section.simulcast.hashValue
    sum ^= section.extensionMaps.hashValue ^ section.feedbackMessages.hashValue
    return sum ^ section.unusedPayloadType().hashValue
}

/// Takes a value, so that what led to it is not optimised away.
@inline(never)
private func keep(_: Int) {}

private func editSession(_ description: inout SessionDescription, _ text: String) {
    let address = IPAddress(v4: 0x7f00_0001)
    var origin =
        description.origin
        ?? SDPOrigin(
            sessionID: 1, sessionVersion: 1, address: address)
    origin.username = text
    origin.setAddress(address)
    description.origin = origin
    description.sessionName = text
    description.connection = SDPConnection(address)
    description.removeAttributes(named: .ice.union(.dtls))
    description.setAttribute(SDPAttribute(text))
    description.setBundleGroups([SDPGroup(semantics: "BUNDLE", mids: [text])])
}

private func editMedia(_ section: inout MediaDescription, _ text: String) {
    section.port ^= 0x5555
    section.kind = MediaKind(rawValue: text)
    section.protocolName = text
    section.formats = section.formats + [text]
    section.direction = .inactive
    section.rtcpAttribute = RTCPAttribute(port: section.port)
    section.mid = text
    section.append(SDPAttribute(name: "label", value: text))
    section.removeFormat("0")
    section.removeAttributes(named: "ssrc", valuePrefix: "1")
    editFormats(&section, text)
}

/// Adds, changes and removes formats, and checks that only theirs are touched.
private func editFormats(_ section: inout MediaDescription, _ text: String) {
    let others = section.lines.filter { !SDPAttributeNames.formats.contains($0) }
    let map = RTPMap(payloadType: 97, encoding: "opus", clockRateHz: 48_000, channels: 2)
    section.addPayloadType(
        map, parameters: SDPFormatParameters(text),
        feedback: [SDPRTCPFeedback(payloadType: 97, kind: text)], at: 1)
    precondition(section.payloadTypes.filter { $0 == 97 }.count == 1, "a payload type is added")
    section.setParameters(SDPFormatParameters("0-15"), for: 97)
    precondition(section.parameters(for: 97).telephoneEvents == [0...15], "parameters are set")
    section.removePayloadType(97)
    precondition(!section.payloadTypes.contains(97), "a payload type is removed")
    section.setPayloadTypes([0, 96])
    let left = section.lines.filter { !SDPAttributeNames.formats.contains($0) }
    precondition(left == others, "other lines stay")
}
