import BatonBase

/// Reads `bytes` as a datagram of RTCP packets, and stops the process when a promise of this module
/// does not hold. For fuzzing; it returns for every input.
public func fuzzRTCP(_ bytes: [UInt8]) {
    let span = bytes.span.bytes
    do throws(RTCPParseError) {
        let compound = try RTCPCompoundView(span, allowsReducedSize: true)
        var packets = compound.packets
        var count = 0
        var byteCount = 0
        while let packet = packets.next() {
            count += 1
            byteCount += packet.bytes.byteCount
            checkAccessors(of: packet)
            checkRoundTrip(of: packet)
        }
        precondition(count == compound.packetCount, "the iterator gives every packet")
        precondition(byteCount == bytes.count, "the packets fill the datagram")
    } catch {
        do throws(RTCPParseError) {
            _ = try RTCPCompoundView(span)
            preconditionFailure("reduced size permits more, never less")
        } catch {}
    }
}

/// Every range that an accessor gives lies within the packet.
private func checkAccessors(of packet: borrowing RTCPPacketView) {
    let bounds = 0..<packet.contentLength
    let check = { (range: Range<Int>?) in
        guard let range else { return }
        precondition(bounds.lowerBound <= range.lowerBound && range.upperBound <= bounds.upperBound)
    }
    _ = packet.ssrc
    check(packet.feedback?.controlRange)
    check(packet.application?.dataRange)
    check(packet.goodbyeReasonRange)
    packet.forEachDescriptionItem { check($0.range) }
    packet.forEachExtendedReportBlock { check($0.range) }
}

/// Writing the SR, RR or BYE that was read gives the same bytes, as far as they mean something.
private func checkRoundTrip(of packet: borrowing RTCPPacketView) {
    var blocks: [RTCPReportBlock] = []
    for index in 0..<packet.reportBlockCount { blocks.append(packet.reportBlock(at: index)) }
    var sources: [UInt32] = []
    for index in 0..<packet.goodbyeSourceCount { sources.append(packet.goodbyeSource(at: index)) }
    let reason = packet.goodbyeReasonRange
    var text: [UInt8] = []
    if let reason { text = packet.bytes.extracting(reason).copiedBytes() }
    var buffer = [UInt8](repeating: 0, count: 2048)
    var typed = buffer.mutableSpan
    var span = typed.mutableBytes
    var writer = RTCPWriter()
    let written: Bool
    switch packet.packetType {
    case .senderReport:
        guard let information = packet.senderInformation else { return }
        written = writer.appendSenderReport(information, blocks: blocks.span, into: &span)
    case .receiverReport:
        guard let ssrc = packet.ssrc else { return }
        written = writer.appendReceiverReport(ssrc: ssrc, blocks: blocks.span, into: &span)
    case .goodbye:
        written = writer.appendGoodbye(sources: sources.span, reason: text.span, into: &span)
    default: return
    }
    precondition(written, "what was read can be written")
    // An empty reason is not written.
    let end = text.isEmpty ? min(writer.byteCount, packet.contentLength) : reason?.upperBound ?? 0
    precondition(end <= writer.byteCount, "all that was read is written")
    let original = packet.bytes.copiedBytes()
    let copy = span.bytes.copiedBytes()
    precondition(
        copy[4..<max(end, 4)].elementsEqual(original[4..<max(end, 4)]) && copy[1] == original[1],
        "the bytes survive a round trip")
}
