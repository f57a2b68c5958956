internal import BatonBase

/// Takes `bytes` for SRTP and SRTCP packets, and protects them and unprotects the outcome, under
/// fixed keys that their first byte chooses; stops the process when a promise of this module does
/// not hold. For fuzzing; it returns for every input.
public func fuzzSRTP(_ bytes: [UInt8]) {
    guard let choice = bytes.first, let keys = fuzzedKeys(choice) else { return }
    let packet = Array(bytes.dropFirst())
    do throws(SRTPSetupError) {
        var receiver = try SRTPContext(keys, direction: .inbound)
        fuzzUnprotect(packet, &receiver)
        // What was taken above, in sessions without authentication, moved the window.
        var sender = try SRTPContext(keys, direction: .outbound)
        receiver = try SRTPContext(keys, direction: .inbound)
        fuzzRoundTrip(packet, &sender, &receiver)
    } catch {
        preconditionFailure("keys that fit their profile make a context: \(error)")
    }
}

/// A profile, with or without identifiers and session parameters.
private func fuzzedKeys(_ choice: UInt8) -> SRTPKeys? {
    let profiles = SRTPProtectionProfile.allCases
    let profile = profiles[Int(choice & 0x07) % profiles.count]
    let identifiers: [[UInt8]] = choice & 0x08 == 0 ? [[]] : [[1, 2], [3, 4]]
    let wanted = SRTPSessionParameters(rawValue: choice >> 4 & 0x07)
    return SRTPKeys(
        profile: profile,
        masterKeys: identifiers.map {
            SRTPMasterKey(
                key: [UInt8](repeating: 0x4b, count: profile.masterKeyBytes),
                salt: [UInt8](repeating: 0x53, count: profile.masterSaltBytes), identifier: $0)
        },
        parameters: profile.isGCM ? wanted.intersection(.unencryptedSRTCP) : wanted)
}

/// A packet that is taken is shorter by what the context says.
private func fuzzUnprotect(_ packet: [UInt8], _ receiver: inout SRTPContext) {
    for isRTP in [true, false] {
        var copy = packet
        var elements = copy.mutableSpan
        var span = unsafe elements.mutableBytes
        let expansion = isRTP ? receiver.rtpExpansionBytes : receiver.rtcpExpansionBytes
        do throws(SRTPError) {
            let length =
                isRTP
                ? try receiver.unprotectRTP(&span, byteCount: packet.count)
                : try receiver.unprotectRTCP(&span, byteCount: packet.count)
            precondition(length == packet.count - expansion, "exactly the trailer is taken off")
        } catch {
            if case .library(let code) = error { preconditionFailure("libsrtp2 status \(code)") }
        }
    }
}

/// A packet that can be protected comes out as it went in.
private func fuzzRoundTrip(
    _ packet: [UInt8], _ sender: inout SRTPContext, _ receiver: inout SRTPContext
) {
    for isRTP in [true, false] {
        let expansion = isRTP ? sender.rtpExpansionBytes : sender.rtcpExpansionBytes
        var copy = packet + [UInt8](repeating: 0, count: expansion)
        var elements = copy.mutableSpan
        var span = unsafe elements.mutableBytes
        do throws(SRTPError) {
            let length =
                isRTP
                ? try sender.protectRTP(&span, byteCount: packet.count)
                : try sender.protectRTCP(&span, byteCount: packet.count)
            precondition(length == packet.count + expansion, "exactly the trailer is added")
        } catch {
            precondition(error == .malformed, "only what is no packet is refused")
            continue
        }
        do throws(SRTPError) {
            let length =
                isRTP
                ? try receiver.unprotectRTP(&span, byteCount: packet.count + expansion)
                : try receiver.unprotectRTCP(&span, byteCount: packet.count + expansion)
            precondition(copy.prefix(length) == packet[...], "a packet comes out as it went in")
        } catch {
            preconditionFailure("a protected packet is refused: \(error)")
        }
    }
}
